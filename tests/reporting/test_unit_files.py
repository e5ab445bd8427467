"""Lists of units as files: which column is meant, which rows there are, what is too much."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from reporting.news import unit_files
from reporting.news.unit_files import TEXT, XLSX, Line, read


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book, content = Workbook(), BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def told(*rows: tuple[Any, ...]) -> list[tuple[int, tuple[str, ...]]]:
    return [(line.number, line.texts) for line in read(workbook(*rows), XLSX, "ds.xlsx")]


def test_the_columns_with_a_heading_are_meant_the_code_before_the_name() -> None:
    rows = told(("DANH SÁCH",), (), ("STT", "Tên đơn vị", "Mã", "Ghi chú"), (1, "Long Thuận", "TN-BC-LT", "x"),
                (2, "Long Khánh", None, "y"), (None, None, None, "Tổng cộng"))  # fmt: skip
    assert rows == [(4, ("TN-BC-LT", "Long Thuận")), (5, ("Long Khánh",)), (6, ("Tổng cộng",))]


@pytest.mark.parametrize("heading", ["ĐƠN VỊ", "Tên xã, phường", "Đơn vị cấp xã", "mã đơn vị", "Mã", "name", "Code"])
def test_what_the_column_may_be_called(heading: str) -> None:
    assert told(("TT", heading), (1, "Long Thuận")) == [(2, ("Long Thuận",))]


def test_without_a_heading_it_is_the_first_column_of_words() -> None:
    assert told((1, "Long Thuận", "a"), (2, "Long Khánh", "b")) == [(1, ("Long Thuận",)), (2, ("Long Khánh",))]
    assert told(("Long Thuận",), (), ("Long Khánh",)) == [(1, ("Long Thuận",)), (3, ("Long Khánh",))]


def test_a_code_may_be_a_number() -> None:
    assert told(("Mã",), (25486,), (25489.0,)) == [(2, ("25486",)), (3, ("25489",))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mã;Tên\nLT;Long Thuận\n", "ds.csv"),
        ("\ufeffMã,Tên\r\nLT,Long Thuận\r\n", "ds.csv"),
        ('Mã,Tên\nLT,"Long Thuận"\n', "ds.csv"),
        ("Mã\tTên\nLT\tLong Thuận\n", "ds.txt"),
        ("Mã\tTên\nLT\tLong Thuận\n", "ds.tsv"),
    ],
)
def test_a_text_with_columns(text: str, name: str) -> None:
    assert read(text.encode(), TEXT, name) == [Line(2, ("LT", "Long Thuận"))]


def test_in_a_plain_text_each_line_is_a_unit() -> None:
    text = "Xã Long Thuận, huyện Bến Cầu\n\nLong Khánh\n"
    assert read(text.encode(), TEXT, "ds.txt") == [Line(1, ("Xã Long Thuận, huyện Bến Cầu",)), Line(3, ("Long Khánh",))]


def test_nothing_in_it_is_no_line() -> None:
    assert told() == []
    assert told(("Mã", "Tên")) == []


def test_formulas_are_read_as_what_they_gave_never_run() -> None:
    assert told(("Mã",), ("=1+1",), ("LT",)) == [(3, ("LT",))]


# --- too much --------------------------------------------------------------------------------------


def test_more_rows_than_a_list_has() -> None:
    text = "Long Thuận\n" * (unit_files.MOST_ROWS + 1)
    with pytest.raises(ValueError, match="rows"):
        read(text.encode(), TEXT, "ds.txt")


def test_a_bomb_is_not_unpacked() -> None:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", " " * (unit_files.MOST_UNPACKED + 1))
    with pytest.raises(ValueError, match="packed"):
        read(content.getvalue(), XLSX, "ds.xlsx")


def test_a_cell_is_no_novel() -> None:
    (line,) = read(("x" * 5000).encode(), TEXT, "ds.txt")
    assert line.texts == ("x" * unit_files.LONGEST,)
