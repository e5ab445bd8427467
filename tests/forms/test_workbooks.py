"""Workbooks in every format, and our own columns and sheets in them."""

import csv
import struct
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import Workbook as Spreadsheet

from forms.problems import FormError
from forms.sheets import EMPTY_ROWS, Row, read_sheets
from forms.xform import parse
from forms.xlsform import read_workbook
from tests.forms.kit import DAILY, begin

Table = dict[str, list[list[object]]]

TABLE: Table = {
    "survey": [
        ["type", "name", "label", "indicator", "unit::Vietnamese (vi)"],
        ["integer", "children", "Bao nhiêu | em?", "children_supported", "em"],
        [],
        ["select_one yesno", "again", "Nữa không?", "", ""],
    ],
    "choices": [["list_name", "name", "label"], ["yesno", "y", "Có"], ["yesno", "n", "Không"]],
    "settings": [["form_id", "version"], ["small", "7"]],
    "Deadlines": [["every", "due"], [], ["day", "10:00:00"]],
}


def write_markdown(path: Path, table: Table) -> None:
    lines = []
    for name, rows in table.items():
        lines.append(f"| {name} |")
        lines += ["| | " + " | ".join(str(cell).replace("|", r"\|") for cell in row) + " |" for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")


def write_csv(path: Path, table: Table) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for name, rows in table.items():
            writer.writerow([name])
            writer.writerows(["", *row] for row in rows)


def write_xlsx(path: Path, table: Table) -> None:
    book = Spreadsheet()
    book.remove(book.worksheets[0])
    for name, rows in table.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def write_xls(path: Path, table: Table) -> None:
    """The bare BIFF8 records of text cells; nothing at hand writes .xls, and offices still send it."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def sheet(rows: list[list[object]]) -> bytes:
        cells = b""
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                text = str(cell).encode("utf-16-le")
                cells += record(0x0204, struct.pack("<HHHHB", number, column, 0, len(text) // 2, 1) + text)
        return record(0x0809, struct.pack("<HHHH", 0x0600, 0x0010, 0, 0)) + cells + record(0x000A)

    opening = record(0x0809, struct.pack("<HHHH", 0x0600, 0x0005, 0, 0))
    sheets = {name.encode(): sheet(rows) for name, rows in table.items()}
    offset = len(opening) + sum(4 + 8 + len(name) for name in sheets) + 4
    for name, data in sheets.items():
        opening += record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name)
        offset += len(data)
    path.write_bytes(opening + record(0x000A) + b"".join(sheets.values()))


WRITERS: dict[str, Callable[[Path, Table], None]] = {
    ".md": write_markdown,
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".xls": write_xls,
}


@pytest.fixture(params=list(WRITERS))
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    found = tmp_path / f"small{request.param}"
    WRITERS[request.param](found, TABLE)
    return found


def test_every_format_gives_the_same_form(path: Path) -> None:
    book = read_workbook(path)
    form = parse(book.xform_xml, book.columns)
    assert (form.id, form.version) == ("small", "7")
    interview = begin(form)
    assert interview.label(form.questions[0]) == "Bao nhiêu | em?"
    assert form.questions[0].unit == {"vi": "em"}
    assert [item.value for item in form.questions[1].items] == ["y", "n"]


def test_our_own_sheets_and_columns(path: Path) -> None:
    book = read_workbook(path)
    assert book.sheets == {
        "settings": [Row(2, {"form_id": "small", "version": "7"})],
        "deadlines": [Row(3, {"every": "day", "due": "10:00:00"})],
    }
    assert book.columns == {"children": {"indicator": "children_supported", "unit::Vietnamese (vi)": "em"}}


def test_rows_are_numbered_as_a_person_sees_them(path: Path) -> None:
    assert [row.number for row in read_sheets(path)["survey"].rows] == [2, 4]


def refused_in(folder: Path, suffix: str) -> list[str]:
    table: Table = {**TABLE, "survey": [*TABLE["survey"], ["start-geopoint", "where", "Ở đâu?"]]}
    path = folder / f"form{suffix}"
    WRITERS[suffix](path, table)
    with pytest.raises(FormError) as error:
        read_workbook(path)
    return list(map(str, error.value.problems))


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_refused_type_is_named_with_its_row_in_every_format(tmp_path: Path, suffix: str) -> None:
    assert refused_in(tmp_path, suffix) == [
        "survey, row 5: questions of the type “start-geopoint” cannot be asked here"
    ]


def test_cells_read_as_a_clerk_typed_them(tmp_path: Path) -> None:
    path = tmp_path / "cells.xlsx"
    cells = [3.0, 3.5, True, date(2022, 12, 16), time(10), "x\u00a0y "]
    write_xlsx(path, {"x": [["a", "b", "c", "d", "e", "f"], cells]})
    (row,) = read_sheets(path)["x"].rows
    assert list(row.cells.values()) == ["3", "3.5", "TRUE", "2022-12-16", "10:00:00", "x y"]


def test_a_sheet_ends_after_many_empty_rows(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    write_xlsx(path, {"x": [["a"], ["1"], *([[]] * EMPTY_ROWS), ["2"], *([[]] * (EMPTY_ROWS + 1)), ["3"]]})
    assert [row.cells["a"] for row in read_sheets(path)["x"].rows] == ["1", "2"]


def test_markdown_may_carry_prose_and_rules(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("# Form\n\n| survey |\n| | a | b |\n|---|---|---|\n| | 1 | x |  # why\nProse.\n| | 2 | - |\n")
    assert [dict(row.cells) for row in read_sheets(path)["survey"].rows] == [{"a": "1", "b": "x"}, {"a": "2", "b": "-"}]


def test_a_header_may_stand_beside_the_name_of_its_sheet(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("| survey | a |\n| | 1 |\n| other | b |\n| | 2 |\n")
    sheets = read_sheets(path)
    assert [(name, sheet.rows) for name, sheet in sheets.items()] == [
        ("survey", (Row(2, {"a": "1"}),)),
        ("other", (Row(2, {"b": "2"}),)),
    ]


@pytest.mark.parametrize("name", ["form.xlsx", "form.xls", "form.txt", "form.md", "missing.csv"])
def test_what_is_no_workbook_is_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if "missing" not in name:
        path.write_bytes(b"\xff\xfe nothing")
    with pytest.raises(FormError, match="cannot be read as a form"):
        read_workbook(path)


def test_the_daily_form_keeps_its_deadlines() -> None:
    assert read_workbook(DAILY).sheets["deadlines"] == [Row(2, {"every": "day", "until": "2022-12-30", "due": "10:00"})]


def test_what_pyxform_stumbles_over_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyxform.xls2xform.convert", lambda **_: {}["x"])
    path = tmp_path / "form.md"
    path.write_text("| survey |\n| | type | name | label |\n| | text | a | A |\n", encoding="utf-8")
    with pytest.raises(FormError, match="cannot be read as a form: KeyError"):
        read_workbook(path)


def test_what_pyxform_says_of_a_question_names_its_row(tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    path.write_text("| survey |\n| | type | name | label |\n| | text | b | B |\n| | text | a | |\n", encoding="utf-8")
    with pytest.raises(FormError, match=r"^survey, row 3: .*no label or hint"):
        read_workbook(path, strict=False)
