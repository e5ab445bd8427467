"""The sheets of an export: reports, the instances of their repeats, and what all forms share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from forms.kinds import Kind
from locales.translator import Translator
from reporting.digests.digest import Span
from reporting.documents.cells import Cell, Sheet, answer, local, sheet, title
from reporting.documents.columns import Column
from reporting.documents.export import Entry, Export, Instance
from reporting.documents.register_sheet import register_sheet
from reporting.documents.target_sheet import target_sheets
from reporting.documents.total_sheet import total_sheet
from reporting.planning.period_words import period_words
from reporting.planning.spans import Unit, read_name
from reporting.questions import in_language

# As Excel has it; "History" it keeps for itself.
LONGEST_TITLE = 31
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_RESERVED = frozenset({"", "history"})


def sheets(exports: Sequence[Export], tr: Translator) -> tuple[Sheet, ...]:
    """Of each form the reports and a sheet for each repeat; then of all of them the totals, the register, and the
    targets, if there are any."""
    last = [total_sheet(exports, tr), register_sheet(exports, tr), *target_sheets(exports, tr)]
    taken = {found.title.casefold() for found in last}
    first: list[Sheet] = []
    for export in exports:
        name = tr.plain("Reports") if len(exports) == 1 else export.title
        first += [
            replace(report_sheet(export, tr), title=_free_title(name, taken)), *_repeat_sheets(export, tr, taken)
        ]  # fmt: skip
    return *first, *last


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
        _period(entry.period, tr),
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


def _period(period: Span, tr: Translator) -> date | str:
    """A day as a date, so that Excel can sort it; a week, a month … by its name."""
    said = read_name(period.name)
    return said.first if said.unit is Unit.DAY else period_words(period.name, period.covers_to - period.covers_from, tr)


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
            entry.code, entry.unit, _period(entry.period, tr), *instance.numbers,
            *_answers(columns, instance.answers, tr), _inexact(entry, instance, columns, tr),
        ]
        for entry, instance in found
    ]  # fmt: skip
    _mark_invented(export, [entry for entry, _ in found], header, rows, tr)
    return sheet(name, header, rows)
