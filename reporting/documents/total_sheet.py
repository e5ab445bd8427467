"""The sheet of totals: units × indicators, of one form or of all forms of a campaign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from locales.translator import Translator
from reporting.documents.cells import About, Cell, Sheet, sheet, title
from reporting.documents.columns import Column
from reporting.documents.export import Export, Sum


def total_sheet(exports: Sequence[Export], tr: Translator) -> Sheet:
    """A line for each unit right below, with what it has given to each form, before one of all. An empty cell is
    silence: no report gives this number."""
    found = [{line.unit_id: line.sums for line in export.totals} for export in exports]
    names = {line.unit_id: line.name for export in exports for line in export.totals}
    rows = [
        [name, *_cells(exports, [sums.get(unit_id, {}) for sums in found])] for unit_id, name in names.items()
    ]  # fmt: skip
    rows.append([tr.plain("Total"), *_cells(exports, [export.total for export in exports])])
    return sheet(tr.plain("Totals"), [tr.plain("Unit"), *_titles(exports, tr)], rows, has_total=True)


def _titles(exports: Sequence[Export], tr: Translator) -> Iterator[str]:
    """What stands over the columns; the form is said where two of them ask for the same."""
    columns = [(export, title(column, tr)) for export in exports for column in export.indicators]
    said = [name for _, name in columns]
    for export, name in columns:
        yield f"{name} – {export.title}" if said.count(name) > 1 else name


def _cells(exports: Sequence[Export], sums: Sequence[Mapping[str, Sum]]) -> list[Cell]:
    return [
        _cell(column, given) for export, given in zip(exports, sums, strict=True) for column in export.indicators
    ]  # fmt: skip


def _cell(column: Column, sums: Mapping[str, Sum]) -> Cell:
    found = sums.get(column.indicator)
    if found is None:
        return None
    return About(found.amount) if found.inexact else found.amount
