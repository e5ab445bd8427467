"""The sheet of the register: who has reported, when, and how regularly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from locales.translator import Translator
from reporting.digests.digest import Coverage, Span
from reporting.documents.cells import Cell, Sheet, Tone, sheet
from reporting.documents.export import Duty, Export
from reporting.planning.period_words import period_short
from reporting.ranks.rates import on_time_rate, reporting_rate
from storage.tables import ExpectedState


def register_sheet(exports: Sequence[Export], tr: Translator) -> Sheet:
    """A line for each unit that owes reports, with a column for each period of each form; then, of the periods that
    count (see `_counted`), how many it has sent and owed, the reporting rate and the on-time rate. The last line is of
    all units."""
    header = [
        tr.plain("Unit"), *_period_titles(exports, tr), *_count_titles(exports, tr),
        tr.plain("Reporting rate (%)"), tr.plain("On-time rate (%)"),
    ]  # fmt: skip
    duties = [{line.unit_id: line.duties for line in export.duties} for export in exports]
    names = {line.unit_id: line.name for export in exports for line in export.duties}
    of_units = {unit_id: [found.get(unit_id, {}) for found in duties] for unit_id in names}
    rows = [[names[unit_id], *_row(exports, found, tr)] for unit_id, found in of_units.items()]
    if len(rows) > 1:
        rows.append(_total(exports, of_units.values(), tr))
    return sheet(tr.plain("Who has reported"), header, rows, tones=_tones(tr), has_total=len(rows) > 1)


def _tones(tr: Translator) -> dict[str, Tone]:
    return {
        tr.plain("On time"): Tone.GOOD,
        tr.plain("Nothing to report"): Tone.QUIET,
        tr.plain("Late"): Tone.LATE,
        tr.plain("Nothing to report, late"): Tone.LATE,
        tr.plain("Not reported"): Tone.BAD,
    }


def _period_titles(exports: Sequence[Export], tr: Translator) -> list[str]:
    several = len(exports) > 1
    return [
        f"{export.title}: {period_short(p.name, tr)}" if several else period_short(p.name, tr)
        for export in exports
        for p in export.periods
    ]


def _count_titles(exports: Sequence[Export], tr: Translator) -> list[str]:
    """They say so where a period is left out, whose reports stand beside them."""
    if all(len(_counted(export)) == len(export.periods) for export in exports):
        return [tr.plain("Received"), tr.plain("Owed")]
    return [tr.plain("Received (periods that are due)"), tr.plain("Owed (periods that are due)")]


def _counted(export: Export) -> Sequence[Span]:
    """As in the digest of the whole campaign: the periods that are due by now; before the first one is, all of them."""
    return [p for p in export.periods if p.due_at <= export.made_at] or export.periods


def _row(exports: Sequence[Export], found: Sequence[Mapping[str, Duty]], tr: Translator) -> list[Cell]:
    states = [
        _state(duty, ((duty.due_at if duty else None) or period.due_at) <= export.made_at, tr)
        for export, duties in zip(exports, found, strict=True)
        for period in export.periods
        for duty in [duties.get(period.name)]
    ]
    return [*states, *_numbers(exports, [found])]


def _total(exports: Sequence[Export], units: Iterable[Sequence[Mapping[str, Duty]]], tr: Translator) -> list[Cell]:
    columns = sum(len(export.periods) for export in exports)
    return [tr.plain("Total"), *([None] * columns), *_numbers(exports, units)]


def _numbers(exports: Sequence[Export], units: Iterable[Sequence[Mapping[str, Duty]]]) -> list[Cell]:
    """Received, owed, and the two rates: of the periods that count, without what a unit was let off."""
    due = _covered(
        duty
        for found in units
        for export, duties in zip(exports, found, strict=True)
        for period in _counted(export)
        if (duty := duties.get(period.name)) and duty.state != ExpectedState.EXEMPT
    )
    return [due.reported, due.expected, reporting_rate(due).percent, on_time_rate(due).percent]


def _covered(duties: Iterable[Duty]) -> Coverage:
    found = list(duties)
    return Coverage(len(found), sum(d.late is not None for d in found), sum(d.late is False for d in found))


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
