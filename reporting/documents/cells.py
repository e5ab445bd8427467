"""Typed cells in the reader's language, and the tables that they stand in: what a workbook and a text are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from forms.geography import places
from forms.instance import writable
from forms.kinds import Kind
from locales.translator import Translator
from reporting.documents.columns import Column
from reporting.questions import in_language


@dataclass(frozen=True, slots=True)
class About:
    """A number of which a part is inexact."""

    amount: Decimal


Cell = str | int | Decimal | datetime | date | time | About | None


class Tone(StrEnum):
    """How a cell is told apart at a glance."""

    GOOD = "good"
    LATE = "late"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with one header row. `tones`: the colour of cells by their text. `has_total`: the last row sums up.
    `widths`: the most characters that stand beside each other in a column, by its header."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    has_total: bool = False
    tones: Mapping[str, Tone] = field(default_factory=lambda: MappingProxyType({}))
    widths: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def sheet(title: str, header: Iterable[str], rows: Iterable[Sequence[Cell]], **more: Any) -> Sheet:
    """A sheet without the characters that a file cannot hold."""
    cleaned = [[writable(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return Sheet(title, [writable(text) for text in header], cleaned, **more)


def title(column: Column, tr: Translator) -> str:
    """What stands over a column: the question with its unit."""
    unit = in_language(column.unit, tr.language)
    label = in_language(column.labels, tr.language) or column.name
    return f"{label} ({unit})" if unit else label


def local(at: datetime, tr: Translator) -> datetime:
    """A moment as a spreadsheet has it, which knows no time zones: the office's clock, to the second."""
    return at.astimezone(tr.timezone).replace(tzinfo=None, microsecond=0)


def answer(column: Column, value: Any, tr: Translator) -> Cell:
    """The cell of an answer (JSON as in `forms.kinds`, of a repeat its instances); None when there is none.

    As text where an older version of the form asked for something else. A choice that the form has no label for, as
    the rows of a repeat and of some files are, is shown as it was stored; a file only as being there.
    """
    if value is None or value in ("", []):
        return None
    is_repeat = isinstance(value, list) and isinstance(value[0], dict)
    if is_repeat or column.kind is Kind.REPEAT:
        # Of another version, in which this name was a question and not a repeat, or the other way round.
        return len(value) if is_repeat and column.kind is Kind.REPEAT else None
    if column.choices or isinstance(value, list):
        return "; ".join(_chosen(column, str(code), tr) for code in (value if isinstance(value, list) else [value]))
    return _word(column.kind, tr) or _typed(column.kind, str(value), tr)


def _chosen(column: Column, code: str, tr: Translator) -> str:
    return in_language(column.choices.get(code, {}), tr.language) or code


def _word(kind: Kind, tr: Translator) -> str | None:
    """What stands for an answer that says no more than that it was given."""
    match kind:
        case Kind.IMAGE:
            return tr.plain("picture")
        case Kind.AUDIO:
            return tr.plain("sound recording")
        case Kind.VIDEO:
            return tr.plain("video")
        case Kind.FILE:
            return tr.plain("file")
        case Kind.ACKNOWLEDGE:
            return tr.plain("yes")
    return None


def _typed(kind: Kind, text: str, tr: Translator) -> Cell:
    try:
        read = _READERS.get(kind)
        found = read(text) if read else text
    except (ValueError, InvalidOperation):
        return text
    if isinstance(found, datetime):
        return local(found, tr) if found.tzinfo else found
    return found


def _number(text: str) -> Cell:
    number = Decimal(text)
    return number if number.is_finite() else text


def _place(text: str) -> Cell:
    """As maps take it: latitude, longitude."""
    found = places(text)
    return ", ".join(f"{degrees:.7f}".rstrip("0").rstrip(".") for degrees in found[0]) if found else text


_READERS: Mapping[Kind, Callable[[str], Cell]] = MappingProxyType(
    {
        Kind.INTEGER: _number,
        Kind.DECIMAL: _number,
        Kind.RANGE: _number,
        Kind.CALCULATE: _number,
        Kind.DATE: date.fromisoformat,
        Kind.TIME: time.fromisoformat,
        Kind.DATETIME: datetime.fromisoformat,
        Kind.GEOPOINT: _place,
    }
)
