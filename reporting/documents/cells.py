"""The sheets of an export as typed cells in the reader's language: what a workbook and a text file are written from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from forms.kinds import Kind
from locales.translator import Translator
from reporting.digest import Span
from reporting.documents.export import Column, Duty, Entry, Export, Sum
from reporting.questions import in_language
from storage.tables import ExpectedState


@dataclass(frozen=True, slots=True)
class About:
    """A number of which a part is inexact."""

    amount: Decimal


Cell = str | int | Decimal | datetime | date | time | About | None

# What a cell of XML may not hold: control characters, halves of characters, and two that are none.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.CALCULATE})


class Tone(StrEnum):
    """How a cell is told apart at a glance."""

    GOOD = "good"
    LATE = "late"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with one header row. `tones`: the colour of cells by their text. `has_total`: the last row sums up."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    has_total: bool = False
    tones: Mapping[str, Tone] = field(default_factory=lambda: MappingProxyType({}))


def sheets(export: Export, tr: Translator) -> tuple[Sheet, ...]:
    """All three: the reports, the totals, the register."""
    return report_sheet(export, tr), _total_sheet(export, tr), _register_sheet(export, tr)


def report_sheet(export: Export, tr: Translator) -> Sheet:
    """A row for each report, with a column for each question."""
    header = [
        tr.plain("Report"), tr.plain("Unit"), tr.plain("Period"), tr.plain("Received at"), tr.plain("In time"),
        tr.plain("State"), tr.plain("Revision"), tr.plain("Last changed"),
        *(_title(column, tr) for column in export.columns),
        tr.plain("Inexact numbers"),
    ]  # fmt: skip
    rows = [_report_row(entry, export.columns, tr) for entry in export.entries]
    if any(entry.demo for entry in export.entries) or export.demo:
        header.append(tr.plain("demo data"))
        for row, entry in zip(rows, export.entries, strict=True):
            row.append(tr.plain("yes") if entry.demo or export.demo else None)
    return _sheet(tr.plain("Reports"), header, rows)


def _sheet(title: str, header: Iterable[str], rows: Iterable[Sequence[Cell]], **more: Any) -> Sheet:
    cleaned = [[clean(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return Sheet(title, [clean(text) for text in header], cleaned, **more)


def clean(text: str) -> str:
    """The text without what no file format here can carry."""
    return _UNWRITABLE.sub("", text)


def _title(column: Column, tr: Translator) -> str:
    unit = in_language(column.unit, tr.language)
    label = in_language(column.labels, tr.language) or column.name
    return f"{label} ({unit})" if unit else label


def _report_row(entry: Entry, columns: Sequence[Column], tr: Translator) -> list[Cell]:
    return [
        entry.code,
        entry.unit,
        _day(entry.period),
        _local(entry.received_at, tr),
        tr.plain("Late") if entry.late else tr.plain("On time"),
        tr.plain("Nothing to report") if entry.is_nothing else tr.plain("With figures"),
        entry.revision,
        _local(entry.revised_at, tr),
        *(_answer(column, entry.answers.get(column.name), tr) for column in columns),
        _inexact(entry, columns, tr),
    ]


def _day(period: Span) -> date | str:
    try:
        return date.fromisoformat(period.name)
    except ValueError:
        return period.name


def _local(at: datetime, tr: Translator) -> datetime:
    # A spreadsheet knows no time zones: it shows the office's clock, to the second.
    return at.astimezone(tr.timezone).replace(tzinfo=None, microsecond=0)


def _answer(column: Column, value: Any, tr: Translator) -> Cell:
    if value is None or value in ("", []):
        return None
    if column.choices:
        chosen = value if isinstance(value, list) else [value]
        return "; ".join(in_language(column.choices.get(code, {"": str(code)}), tr.language) for code in chosen)
    if column.kind is Kind.IMAGE:
        return tr.plain("picture")
    return _typed(column.kind, str(value))


def _typed(kind: Kind, text: str) -> Cell:
    """The value with its type; as text where an older version of the form asked for something else."""
    try:
        if kind in _NUMBERS:
            number = Decimal(text)
            return number if number.is_finite() else text
        if kind is Kind.DATE:
            return date.fromisoformat(text)
        if kind is Kind.TIME:
            return time.fromisoformat(text)
    except (ValueError, InvalidOperation):
        return text
    return text


def _inexact(entry: Entry, columns: Sequence[Column], tr: Translator) -> str | None:
    words = {"about": tr.plain("about"), "over": tr.plain("over"), "under": tr.plain("under")}
    parts = [
        f"{in_language(column.labels, tr.language)}: {words.get(mark, mark)}"
        for column in columns
        if (mark := entry.marks.get(column.name))
    ]
    return "; ".join(parts) or None


def _total_sheet(export: Export, tr: Translator) -> Sheet:
    indicators = export.indicators
    header = [tr.plain("Unit"), *(_title(column, tr) for column in indicators)]
    rows = [[name, *_sums(sums, indicators)] for name, sums in export.totals]
    rows.append([tr.plain("Total"), *_sums(export.total, indicators)])
    return _sheet(tr.plain("Totals"), header, rows, has_total=True)


def _sums(sums: Mapping[str, Sum], indicators: Sequence[Column]) -> list[Cell]:
    """An empty cell is silence: no report gives this number."""
    found = [sums.get(column.indicator) for column in indicators]
    return [None if s is None else About(s.amount) if s.inexact else s.amount for s in found]


def _register_sheet(export: Export, tr: Translator) -> Sheet:
    header = [tr.plain("Unit"), *(_period_title(p, tr) for p in export.periods), tr.plain("Received"), tr.plain("Owed")]
    rows = [_register_row(name, duties, export, tr) for name, duties in export.duties]
    tones = {
        tr.plain("On time"): Tone.GOOD,
        tr.plain("Nothing to report"): Tone.QUIET,
        tr.plain("Late"): Tone.LATE,
        tr.plain("Nothing to report, late"): Tone.LATE,
        tr.plain("Not reported"): Tone.BAD,
    }
    return _sheet(tr.plain("Who has reported"), header, rows, tones=tones)


def _period_title(period: Span, tr: Translator) -> str:
    day = _day(period)
    return day if isinstance(day, str) else tr.day(day) if period.is_day else tr.full_day(day)


def _register_row(name: str, duties: Mapping[str, Duty], export: Export, tr: Translator) -> list[Cell]:
    owed = [duty for duty in duties.values() if duty.state != ExpectedState.EXEMPT]
    received = sum(duty.late is not None for duty in owed)
    states = [_state(duties.get(period.name), period.due_at <= export.made_at, tr) for period in export.periods]
    return [name, *states, received, len(owed)]


def _state(duty: Duty | None, is_due: bool, tr: Translator) -> str | None:
    if duty is None:
        return None
    if duty.state == ExpectedState.EXEMPT:
        return tr.plain("Exempt")
    if duty.state == ExpectedState.OPEN:
        return tr.plain("Not reported") if is_due else tr.plain("Not due yet")
    if duty.state == ExpectedState.NOTHING:
        return tr.plain("Nothing to report, late") if duty.late else tr.plain("Nothing to report")
    return tr.plain("Late") if duty.late else tr.plain("On time")
