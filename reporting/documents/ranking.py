"""A ranking as a sheet: a row for each unit with its rank, score and class, and for each criterion what it did, what
it was to do, and the points."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from io import StringIO

from forms.instance import writable
from locales.translator import Translator
from reporting.documents.cells import Cell, Sheet, sheet
from reporting.documents.table import FORMULA_STARTS
from reporting.library import Library
from reporting.questions import in_language
from reporting.ranks.ranking import Part, Ranked, Ranking
from reporting.ranks.ranking_figures import build
from reporting.ranks.ranking_words import name
from storage import rates, units
from storage.uow import UnitOfWork


def ranking_sheet(ranking: Ranking, tr: Translator) -> Sheet:
    """An empty cell of what was done is silence; of what was to be done, that it does not count for the unit."""
    header = [tr.plain("Rank"), tr.plain("Unit"), tr.plain("Score"), tr.plain("Class"), tr.plain("Note")]
    for criterion in ranking.rules.criteria:
        called, weight = name(criterion, tr), tr.number(criterion.weight)
        header += [
            tr.plain("{criterion}: done", criterion=called), tr.plain("{criterion}: goal", criterion=called),
            tr.plain("{criterion}: points (weight {weight})", criterion=called, weight=weight),
        ]  # fmt: skip
    return sheet(tr.plain("Ranking"), header, [_row(one, tr) for one in ranking.units])


def _row(one: Ranked, tr: Translator) -> list[Cell]:
    band = in_language(one.band.label, tr.language) if one.band else None
    return [one.rank, one.name, one.score, band, _note(one, tr), *(cell for part in one.parts for cell in _cells(part))]


def _note(one: Ranked, tr: Translator) -> str | None:
    if one.score is None:
        return tr.plain("not ranked")
    notes = [tr.plain("tied on {rank}", rank=one.rank)] if one.tied else []
    if one.is_brought_up:
        notes.append(tr.plain("brought up to all weights"))
    return "; ".join(notes) or None


def _cells(part: Part) -> Sequence[Cell]:
    if not part.applies:
        return None, None, None
    return part.done, None if part.of is None else round(part.of, 3), part.points


def write_xlsx(ranking: Ranking, tr: Translator) -> bytes:
    """The bytes of an .xlsx file with the one sheet."""
    # openpyxl takes long to import, and most runs of the bot write no workbook for hours.
    from reporting.documents.workbook import workbook

    heading = writable(f"{ranking.campaign} – {ranking.unit} – {tr.full_day(ranking.until)}")
    return workbook([ranking_sheet(ranking, tr)], heading=heading, made_at=ranking.until)


def write_csv(ranking: Ranking, tr: Translator) -> bytes:
    """The sheet as UTF-8 with a byte order mark, which Excel needs to see Vietnamese; numbers have a decimal point."""
    found = ranking_sheet(ranking, tr)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_plain(cell) for cell in found.header])
    writer.writerows([_plain(cell) for cell in row] for row in found.rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    if isinstance(cell, str):
        return "'" + cell if cell.startswith(FORMULA_STARTS) else cell
    return "" if cell is None else str(cell)


async def xlsx_for(
    uow: UnitOfWork, library: Library, campaign_id: int, unit_id: int, tr: Translator
) -> Callable[[], bytes]:
    """What writes the workbook of the ranking below a unit as it stands now; it takes a while: call it in a thread.

    Raises LookupError where there is no such campaign or unit, or nobody is ranked.
    """
    campaign, unit = await rates.campaign(uow, campaign_id), await units.find(uow, unit_id)
    if campaign is None or unit is None:
        raise LookupError(f"no campaign {campaign_id} or no unit {unit_id}")
    found = await build(uow, library, campaign, unit, until=uow.now, zone=tr.timezone)
    if found is None:
        raise LookupError(f"campaign {campaign_id} ranks nobody")
    return partial(write_xlsx, found, tr)
