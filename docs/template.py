"""Makes `campaigns/mau.xlsx`, the workbook that an office begins with, from the tables of `docs/mau.md`.

    python docs/template.py [where]

What it says of each column stands on the first sheet and as a note on the column's head; lists of words become lists to
choose from. The same tables give the same workbook.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from forms.sheets import Row, Sheet, read_sheets

SOURCE = Path(__file__).parent / "mau.md"
TARGET = Path(__file__).parent.parent / "campaigns" / "mau.xlsx"
GUIDE = "guide"
GUIDE_TITLE = "Hướng dẫn"
ROOM = 200
"""Rows below the head in which words can be chosen from a list."""

STEPS = (
    "TỆP MẪU ĐỂ SOẠN MỘT ĐỢT BÁO CÁO",
    "1. Lưu tệp này thành một tệp khác, tên không dấu, ví dụ he-tinh-nguyen-2027.xlsx.",
    "2. Sửa lần lượt các trang bên dưới. Dòng đầu mỗi trang (nền xanh) là tên cột, xin giữ nguyên.",
    "3. Các dòng có sẵn là ví dụ: sửa hoặc xoá. Đưa chuột vào tên cột để đọc lời chỉ dẫn.",
    "4. Trong chat với bot gõ /chiendich rồi gửi tệp. Bot đọc, báo chỗ cần sửa và những gì sẽ thay đổi.",
    "5. Đúng ý thì bấm Áp dụng. Chưa bấm thì chưa có gì thay đổi.",
    "Hướng dẫn đầy đủ, có hình: docs/soan-bieu-mau.md",
    "Xếp loại tính điểm thế nào: docs/reporting.md. Trang models (danh mục mô hình), nếu cần: docs/xlsform.md",
)
_HEAD = PatternFill("solid", fgColor="1F6FB2")
_SHEET = PatternFill("solid", fgColor="DCEBF7")
_FONT = "Calibri"
_PLAIN, _BOLD, _WHITE = Font(name=_FONT), Font(name=_FONT, bold=True), Font(name=_FONT, bold=True, color="FFFFFF")
_TITLE = Font(name=_FONT, bold=True, size=15, color="1F6FB2")
_LINE_HEIGHT = 15.5
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_THIN = Side(style="thin", color="C7D3DD")
_LINE = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def guide_of(sheets: dict[str, Sheet]) -> Iterator[tuple[str, str, Row]]:
    """The sheet and the column ("" for the sheet as a whole) of each line of the guide."""
    for row in sheets[GUIDE].rows:
        yield row.cells["sheet"], row.cells.get("column", ""), row


def make(path: Path) -> None:
    """Write the workbook."""
    sheets = read_sheets(SOURCE)
    guide = list(guide_of(sheets))
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101  (a new workbook has one)
    _write_guide(first, guide)
    for name in dict.fromkeys(sheet for sheet, _, _ in guide):
        columns = {column: row for sheet, column, row in guide if sheet == name and column}
        _write_sheet(book.create_sheet(name), sheets[name], columns)
    book.save(path)


def _write_guide(page: Worksheet, guide: Sequence[tuple[str, str, Row]]) -> None:
    page.title = GUIDE_TITLE
    page.sheet_view.showGridLines = False
    for number, line in enumerate(STEPS, 1):
        page.cell(number, 1, line).font = _TITLE if number == 1 else _PLAIN
        page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=3)
    head = len(STEPS) + 2
    for place, (title, width) in enumerate((("Trang", 14), ("Cột", 34), ("Ghi gì", 92)), 1):
        _head(page, head, place, title)
        page.column_dimensions[get_column_letter(place)].width = width
    for number, (sheet, column, row) in enumerate(guide, head + 1):
        for place, text in enumerate(("" if column else sheet, column, row.cells["says"]), 1):
            cell = page.cell(number, place, text or None)
            cell.alignment, cell.border, cell.font = _WRAPPED, _LINE, _PLAIN if column else _BOLD
            if not column:
                cell.fill = _SHEET
        _fit(page, number)
    _print_wide(page)


def _write_sheet(page: Worksheet, sheet: Sheet, columns: dict[str, Row]) -> None:
    for place, header in enumerate(sheet.headers, 1):
        says = columns[header].cells
        _head(page, 1, place, header)
        page.cell(1, place).comment = _note(says["says"])
        page.column_dimensions[get_column_letter(place)].width = float(says["width"])
        if "list" in says:
            _choose(page, place, says["list"])
    for number, row in enumerate(sheet.rows, 2):
        for place, header in enumerate(sheet.headers, 1):
            cell = page.cell(number, place, row.cells.get(header))
            cell.alignment, cell.border, cell.font = _WRAPPED, _LINE, _PLAIN
            # As text: Excel must not make a date or a time of its own of what was typed.
            cell.number_format = "@"
        _fit(page, number)
    page.freeze_panes = "A2"
    _print_wide(page)


def _fit(page: Worksheet, row: int) -> None:
    """As high as the longest text of the row needs: not every program finds that out by itself."""
    lines = (
        ceil(len(str(cell.value or "")) / page.column_dimensions[get_column_letter(place)].width)
        for place, cell in enumerate(page[row], 1)
    )
    page.row_dimensions[row].height = _LINE_HEIGHT * max(1, *lines)


def _print_wide(page: Worksheet) -> None:
    """All columns on one page, across."""
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _head(page: Worksheet, row: int, place: int, title: str) -> None:
    cell = page.cell(row, place, title)
    cell.font, cell.fill, cell.alignment, cell.border = _WHITE, _HEAD, _WRAPPED, _LINE


def _note(text: str) -> Comment:
    return Comment(text, "bot", height=30 + 18 * (1 + len(text) // 38), width=300)


def _choose(page: Worksheet, place: int, words: str) -> None:
    """A list to choose from. Others may be typed: a list of questions' types cannot name all lists of choices."""
    (items,) = csv.reader([words], skipinitialspace=True)
    plain = [item for item in items if "," not in item]
    rule = DataValidation(type="list", formula1=f'"{",".join(plain)}"', allow_blank=True, showErrorMessage=False)
    letter = get_column_letter(place)
    rule.add(f"{letter}2:{letter}{ROOM + 1}")
    page.add_data_validation(rule)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
