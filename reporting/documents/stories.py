"""The good examples of a month as a sheet: a row for each, in the order in which they were approved."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from forms.instance import writable
from locales.translator import Translator
from reporting.documents.cells import Cell, Sheet, local, sheet
from reporting.planning.spans import read_name
from reporting.stories.monthly import Month, Told, of_month
from storage.uow import UnitOfWork

_WIDTHS = (9, 24, 20, 13, 96, 9, 10, 12, 24)
"""So that the longest story fits into one row, and the page is wide enough for all."""


def stories_sheet(month: Month, tr: Translator) -> Sheet:
    """With the names of those who told them: for the office."""
    header = [
        tr.plain("No."), tr.plain("Unit"), tr.plain("Told by"), tr.plain("Date"), tr.plain("Story"),
        tr.plain("Pictures"), tr.plain("Reactions"), tr.plain("Story of the week"), tr.plain("Posted in"),
    ]  # fmt: skip
    rows = [_row(n, one, tr) for n, one in enumerate(month.stories, 1)]
    return sheet(tr.plain("Good examples"), header, rows, widths=dict(zip(header, _WIDTHS, strict=True)))


def _row(number: int, one: Told, tr: Translator) -> list[Cell]:
    week = tr.plain("week {n}", n=read_name(one.week).number) if one.week else None
    groups = ", ".join(one.groups) or None
    # Without its line breaks: a row of a sheet holds 25 lines.
    text = " ".join(one.text.split())
    return [
        number, one.unit, one.author, local(one.at, tr).date(), text, one.pictures, one.reactions, week, groups,
    ]  # fmt: skip


def write_xlsx(month: Month, tr: Translator) -> bytes:
    """The bytes of an .xlsx file with the one sheet."""
    # openpyxl takes long to import, and most runs of the bot write no workbook for hours.
    from reporting.documents.workbook import workbook

    called = tr.plain("month {n}/{year}", n=month.first.month, year=month.first.year)
    heading = writable(f"{tr.plain('Good examples')} – {month.unit} – {called}")
    return workbook([stories_sheet(month, tr)], heading=heading, made_at=month.made_at)


async def xlsx_for(uow: UnitOfWork, unit_id: int, month: str, tr: Translator) -> Callable[[], bytes]:
    """What writes the workbook of a month as it stands now; it takes a while: call it in a thread.

    Raises LookupError where there is no such unit or month.
    """
    return partial(write_xlsx, await of_month(uow, unit_id, month, tr.timezone), tr)
