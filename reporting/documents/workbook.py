"""Sheets of typed cells as an Excel workbook, written row by row so that a large one does not fill the memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from textwrap import wrap
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from reporting.documents.cells import About, Cell, Sheet, Tone

COLORS = {Tone.GOOD: "DDF0E2", Tone.QUIET: "E8ECF0", Tone.LATE: "FCE9C4", Tone.BAD: "F8D2C6"}
HEADER_COLOR = "D6E6F2"

NARROWEST, WIDEST = 9, 44
SAMPLE = 200
"""Rows that a column's width is taken from."""

LINE_HEIGHT = 15.5
MOST_LINES = 25
"""Excel makes no row higher than 409 points."""

A4 = 9
"""The paper's number in the file format."""

HEADING_LENGTH = 200
"""Excel takes no more than 255 characters over a page, with its codes."""

BOLD = Font(name="Calibri", size=11, bold=True)
TOP = Alignment(vertical="top")
# Only a text that stands left by order is indented: else it touches the number beside it.
TEXT = Alignment(horizontal="left", vertical="top", indent=1)
TEXT_WRAPPED = Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)
MIDDLE_WRAPPED = Alignment(vertical="center", horizontal="center", wrap_text=True)
FILLS = {tone: PatternFill("solid", fgColor=color) for tone, color in COLORS.items()}
HEADER_FILL = PatternFill("solid", fgColor=HEADER_COLOR)


def workbook(sheets: Sequence[Sheet], *, heading: str, made_at: datetime) -> bytes:
    """The bytes of an .xlsx file. `heading` stands over every printed page."""
    book = Workbook(write_only=True)
    book.properties.creator = heading
    book.properties.created = made_at.replace(tzinfo=None)
    for sheet in sheets:
        _write(book.create_sheet(sheet.title), sheet, heading)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(page: Any, sheet: Sheet, heading: str) -> None:
    _set_up(page, sheet, heading)
    page.append([_header_cell(page, title) for title in sheet.header])
    mosts = _mosts(sheet)
    for number, row in enumerate(sheet.rows, start=2):
        is_total = sheet.has_total and number == len(sheet.rows) + 1
        if any(isinstance(cell, str) and len(cell) > most for cell, most in zip(row, mosts, strict=True)):
            page.row_dimensions[number].height = _height(row, mosts)
        page.append([_cell(page, cell, sheet, most, bold=is_total) for cell, most in zip(row, mosts, strict=True)])


def _set_up(page: Any, sheet: Sheet, heading: str) -> None:
    """All that write-only mode wants to know before the first row."""
    last = get_column_letter(len(sheet.header))
    widths = list(_widths(sheet))
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.row_dimensions[1].height = _height(sheet.header, widths)
    page.freeze_panes = "B2"
    # The total is no row to be sorted in among the units.
    page.auto_filter.ref = f"A1:{last}{len(sheet.rows) + (0 if sheet.has_total else 1)}"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.oddHeader.center.text = heading[:HEADING_LENGTH].replace("&", "&&")
    page.oddFooter.center.text = "&P/&N"


def _mosts(sheet: Sheet) -> list[int]:
    return [sheet.widths.get(title, WIDEST) for title in sheet.header]


def _widths(sheet: Sheet) -> Iterator[float]:
    for place, (title, most) in enumerate(zip(sheet.header, _mosts(sheet), strict=True)):
        # A header may break into three lines, but not inside a word.
        longest = max([len(title) / 3, *map(len, title.split())])
        for row in sheet.rows[:SAMPLE]:
            longest = max(longest, _length(row[place]))
        yield min(max(longest + 3, NARROWEST), most)


def _height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """Points for the cell with most lines. Not every program measures a row by itself."""
    lines = [
        len(wrap(cell, int(width) - 2)) for cell, width in zip(cells, widths, strict=True) if isinstance(cell, str)
    ]
    return LINE_HEIGHT * min(max(lines, default=1), MOST_LINES) + 3


def _length(cell: Cell) -> int:
    if isinstance(cell, datetime):
        return len("16/12/2022 09:41")
    if isinstance(cell, Decimal | About):
        amount = cell.amount if isinstance(cell, About) else cell
        return len(f"{amount:,}") + 2
    return 0 if cell is None else len(str(cell))


def _header_cell(page: Any, title: str) -> Any:
    cell = _text_cell(page, title)
    cell.font, cell.fill, cell.alignment = BOLD, HEADER_FILL, MIDDLE_WRAPPED
    return cell


def _text_cell(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page, value=text)
    # A text stays a text: no formula, and no error value such as "#N/A".
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _cell(page: Any, value: Cell, sheet: Sheet, most: int, *, bold: bool) -> Any:
    if isinstance(value, str):
        cell = _text_cell(page, value)
        cell.alignment = TEXT_WRAPPED if len(value) > most else TEXT
        if tone := sheet.tones.get(value):
            cell.fill = FILLS[tone]
    else:
        # The stubs know neither decimals nor days, the library does.
        typed: Any = value.amount if isinstance(value, About) else value
        cell = WriteOnlyCell(page, value=typed)
        cell.alignment = TOP
        if code := _format(value):
            cell.number_format = code
    if bold:
        cell.font = BOLD
    return cell


def _format(value: Cell) -> str:
    if isinstance(value, About):
        return '"≈ "' + _format(value.amount)
    if isinstance(value, int | Decimal):
        return "#,##0" if value == int(value) else "#,##0.###"
    if isinstance(value, datetime):
        return "dd/mm/yyyy hh:mm"
    if isinstance(value, date):
        return "dd/mm/yyyy"
    return "hh:mm" if isinstance(value, time) else ""
