"""The sheet of targets: what was promised, and how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from locales.translator import Translator
from reporting.digests.digest_targets import outlook
from reporting.documents.cells import About, Cell, Sheet, sheet
from reporting.documents.export import Export
from reporting.questions import in_language
from reporting.targets.target_progress import Progress
from reporting.targets.targets import OF_SHARES, OF_UNITS, Kind


def target_sheets(exports: Sequence[Export], tr: Translator) -> Iterator[Sheet]:
    """One sheet with a line for each target, none where nothing was promised."""
    found = {progress.target.name: (progress, export.units) for export in exports for progress in export.targets}
    if found:
        header = [
            tr.plain("Target"), tr.plain("Kind"), tr.plain("In charge"), tr.plain("From"), tr.plain("Until"),
            tr.plain("Wanted"), tr.plain("Of each or in %"), tr.plain("Reached"), tr.plain("Of how many"),
            tr.plain("Counted in"), tr.plain("Share (%)"), tr.plain("Missing"), tr.plain("How it stands"),
        ]  # fmt: skip
        yield sheet(tr.plain("Targets"), header, [_row(p, units, tr) for p, units in found.values()])


def _row(p: Progress, units: Mapping[str, Mapping[str, str]], tr: Translator) -> list[Cell]:
    counted = in_language(units.get(p.target.indicators[0], {}), tr.language)
    said = outlook(p, counted, tr).striptags().removeprefix("✅").strip()
    return [
        in_language(p.target.label, tr.language) or p.target.name,
        kind_words(p.target.kind, tr), p.target.department or None, p.window.first, p.window.last,
        None if p.target.kind is Kind.DONE else p.goal, _each(p),
        None if p.value is None else About(p.value) if p.inexact else p.value, p.whole,
        tr.plain("units") if p.target.kind in OF_UNITS else counted or None,
        p.ratio_percent if p.whole is not None else p.percent, p.missing,
        said[:1].upper() + said[1:] or None,
    ]  # fmt: skip


def _each(p: Progress) -> Cell:
    if p.target.kind in OF_SHARES:
        return p.target.amount * 100
    return p.target.amount if p.target.kind is Kind.EACH else None


def kind_words(kind: Kind, tr: Translator) -> str:
    """What a promise is called."""
    match kind:
        case Kind.SUM:
            return tr.plain("Sum")
        case Kind.ABOUT:
            return tr.plain("About so much")
        case Kind.EACH:
            return tr.plain("Each unit")
        case Kind.RATIO:
            return tr.plain("Ratio of two totals")
        case Kind.UNITS:
            return tr.plain("Share of the units")
        case Kind.DONE:
            return tr.plain("Done or not")
        case Kind.QUOTA:
            return tr.plain("Quota")
