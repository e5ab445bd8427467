"""How wide the columns of a Word file are, where a loop made them and nobody could say it beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

NARROWEST, WIDEST = 4, 34
"""Letters: a column has room for a number of its line, and a text is broken rather than let wider than this."""

MARGIN = 3
"""Letters that the margins of a cell take."""

TOLERANCE = 0.02


def turn(page: Any) -> None:
    """Lay the pages of a document on their side."""
    for section in page.sections:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width


def fit_tables(page: Any) -> None:
    """Give the columns of each table that a loop made what their texts need; others stay as the office drew them."""
    section = page.sections[0]
    room = (section.page_width - section.left_margin - section.right_margin) // 635
    for table in page.tables:
        if table.rows and _was_stretched(table):
            _fit(table, room)


def _was_stretched(table: Any) -> bool:
    """Whether its cells say other widths than its columns have: then there are more or fewer than were drawn."""
    grid = [int(column.get(qn("w:w")) or 0) for column in table._tbl.tblGrid]
    said = [int(width.get(qn("w:w")) or 0) for width in _cell_widths(table.rows[0])]
    return len(said) == len(grid) and abs(sum(said) - sum(grid)) > TOLERANCE * sum(grid)


def _cell_widths(row: Any) -> Iterator[Any]:
    for cell in row._tr.tc_lst:
        width = cell.tcPr.find(qn("w:tcW")) if cell.tcPr is not None else None
        if width is not None:
            yield width


def _fit(table: Any, room: int) -> None:
    """`room` and all widths are in twentieths of a point."""
    needed = _needed([[_text(cell) for cell in row._tr.tc_lst] for row in table.rows])
    widths = [round(room * share / sum(needed)) for share in needed]
    for column, width in zip(table._tbl.tblGrid, widths, strict=True):
        column.set(qn("w:w"), str(width))
    for row in table.rows:
        for found, width in zip(_cell_widths(row), widths, strict=False):
            found.set(qn("w:w"), str(width))


def _text(cell: Any) -> str:
    return "".join(text.text or "" for text in cell.iter(qn("w:t")))


def _needed(rows: Sequence[Sequence[str]]) -> list[int]:
    """For each column letters: of the head a third, but the longest word, which may not be broken; of the rest the
    text."""
    head, *body = rows
    needed = [max([len(title) // 3, *map(len, title.split())]) for title in head]
    for row in body:
        needed = [max(had, min(len(text), WIDEST)) for had, text in zip(needed, row, strict=False)]
    return [max(letters, NARROWEST) + MARGIN for letters in needed]
