"""The sheets of an export: reports, the instances of their repeats, totals, and the register."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from forms.kinds import Kind
from locales.translator import Translator
from reporting.digest import Span
from reporting.documents.cells import About, Cell, Sheet, Tone, answer, local, sheet, title
from reporting.documents.columns import Column
from reporting.documents.export import Duty, Entry, Export, Instance, Sum
from reporting.questions import in_language
from storage.tables import ExpectedState

# As Excel has it; "History" it keeps for itself.
LONGEST_TITLE = 31
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_RESERVED = frozenset({"", "history"})


def sheets(export: Export, tr: Translator) -> tuple[Sheet, ...]:
    """The reports, a sheet for each repeat, the totals, the register."""
    first, *last = report_sheet(export, tr), _total_sheet(export, tr), _register_sheet(export, tr)
    taken = {found.title.casefold() for found in (first, *last)}
    return first, *_repeat_sheets(export, tr, taken), *last


def report_sheet(export: Export, tr: Translator) -> Sheet:
    """A row for each report, with a column for each question; of a repeat how many instances it has."""
    columns = _columns_in(export, ())
    header = [
        tr.plain("Report"), tr.plain("Unit"), tr.plain("Period"), tr.plain("Received at"), tr.plain("In time"),
        tr.plain("State"), tr.plain("Revision"), tr.plain("Last changed"),
        *(title(column, tr) for column in columns),
        tr.plain("Inexact numbers"),
    ]  # fmt: skip
    rows = [
        [*_head(entry, tr), *_answers(columns, entry.answers, tr), _inexact_in_report(entry, export.columns, tr)]
        for entry in export.entries
    ]
    _mark_invented(export, export.entries, header, rows, tr)
    return sheet(tr.plain("Reports"), header, rows)


def _head(entry: Entry, tr: Translator) -> list[Cell]:
    return [
        entry.code,
        entry.unit,
        _day(entry.period),
        local(entry.received_at, tr),
        tr.plain("Late") if entry.late else tr.plain("On time"),
        tr.plain("Nothing to report") if entry.is_nothing else tr.plain("With figures"),
        entry.revision,
        local(entry.revised_at, tr),
    ]


def _mark_invented(
    export: Export, entries: Sequence[Entry], header: list[str], rows: list[list[Cell]], tr: Translator
) -> None:
    """One more column, where any of the reports is invented."""
    if export.demo or any(entry.demo for entry in export.entries):
        header.append(tr.plain("demo data"))
        for row, entry in zip(rows, entries, strict=True):
            row.append(tr.plain("yes") if entry.demo or export.demo else None)


def _columns_in(export: Export, within: tuple[str, ...]) -> list[Column]:
    return [column for column in export.columns if column.within == within]


def _answers(columns: Iterable[Column], answers: Mapping[str, object], tr: Translator) -> list[Cell]:
    return [answer(column, answers.get(column.name), tr) for column in columns]


def _day(period: Span) -> date | str:
    try:
        return date.fromisoformat(period.name)
    except ValueError:
        return period.name


def _inexact_in_report(entry: Entry, columns: Iterable[Column], tr: Translator) -> str | None:
    """Which numbers are inexact, also in repeats, and how."""
    found: dict[str, None] = {}
    for column in columns:
        for instance in entry.instances(column.within):
            if words := _inexact(entry, instance, [column], tr):
                found[words] = None
    return "; ".join(found) or None


def _inexact(entry: Entry, instance: Instance, columns: Iterable[Column], tr: Translator) -> str | None:
    words = {"about": tr.plain("about"), "over": tr.plain("over"), "under": tr.plain("under")}
    parts = [
        f"{in_language(column.labels, tr.language)}: {words.get(mark, mark)}"
        for column in columns
        if (mark := entry.marks.get(f"{instance.place}{column.name}"))
    ]
    return "; ".join(parts) or None


def _repeat_sheets(export: Export, tr: Translator, taken: set[str]) -> Iterator[Sheet]:
    repeats = {(*column.within, column.name): column for column in export.columns if column.kind is Kind.REPEAT}
    for keys in repeats:
        names = [in_language(repeats[keys[:depth]].labels, tr.language) for depth in range(1, len(keys) + 1)]
        yield _repeat_sheet(export, keys, names, _free_title(names[-1] or keys[-1], taken), tr)


def _free_title(name: str, taken: set[str]) -> str:
    """A title that Excel takes and no other sheet has, whatever its capitals; it is `taken` from now on."""
    plain = " ".join(_NOT_IN_TITLE.sub(" ", name).split()).strip("'")
    found, number = plain[:LONGEST_TITLE].strip(" '"), 1
    while found.casefold() in taken | _RESERVED:
        number += 1
        found = f"{plain[: LONGEST_TITLE - len(str(number)) - 1]} {number}".strip()
    taken.add(found.casefold())
    return found


def _repeat_sheet(export: Export, keys: tuple[str, ...], names: Sequence[str], name: str, tr: Translator) -> Sheet:
    """A row for each instance of a repeat, with its number and those of the instances that it is in."""
    columns = _columns_in(export, keys)
    header = [
        tr.plain("Report"), tr.plain("Unit"), tr.plain("Period"),
        *(tr.plain("No. ({group})", group=one) for one in names),
        *(title(column, tr) for column in columns),
        tr.plain("Inexact numbers"),
    ]  # fmt: skip
    found = [(entry, instance) for entry in export.entries for instance in entry.instances(keys)]
    rows: list[list[Cell]] = [
        [
            entry.code, entry.unit, _day(entry.period), *instance.numbers,
            *_answers(columns, instance.answers, tr), _inexact(entry, instance, columns, tr),
        ]
        for entry, instance in found
    ]  # fmt: skip
    _mark_invented(export, [entry for entry, _ in found], header, rows, tr)
    return sheet(name, header, rows)


def _total_sheet(export: Export, tr: Translator) -> Sheet:
    indicators = export.indicators
    header = [tr.plain("Unit"), *(title(column, tr) for column in indicators)]
    rows = [[name, *_sums(sums, indicators)] for name, sums in export.totals]
    rows.append([tr.plain("Total"), *_sums(export.total, indicators)])
    return sheet(tr.plain("Totals"), header, rows, has_total=True)


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
    return sheet(tr.plain("Who has reported"), header, rows, tones=tones)


def _period_title(period: Span, tr: Translator) -> str:
    day = _day(period)
    return day if isinstance(day, str) else tr.day(day) if period.is_day else tr.full_day(day)


def _register_row(name: str, duties: Mapping[str, Duty], export: Export, tr: Translator) -> list[Cell]:
    owed = [duty for duty in duties.values() if duty.state != ExpectedState.EXEMPT]
    received = sum(duty.late is not None for duty in owed)
    states = [
        _state(duty, ((duty.due_at if duty else None) or period.due_at) <= export.made_at, tr)
        for period in export.periods
        for duty in [duties.get(period.name)]
    ]
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
