"""What is opened in a spreadsheet: no text of anybody is worked out there, in whichever column it stands."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.commands import rating
from reporting.documents.cells import Sheet, sheet
from reporting.documents.table import FORMULA_STARTS, csv_text
from reporting.documents.workbook import workbook
from tests.security.conftest import START
from tests.security.kit import TEXTS, examples

ROOT = Path(__file__).parents[2]
STARTS = [
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil")',
    "=1+1",
    "@SUM(1)",
    "{=1}",
]
CELLS = st.one_of(st.sampled_from(STARTS), TEXTS)


@examples(40)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), CELLS)
def test_no_cell_of_any_workbook_is_a_formula(rows: list[tuple[str, str]], header: str) -> None:
    """All workbooks are written by the same house, which is given any text in any place."""
    page: Sheet = sheet("Báo cáo", [header, "Đơn vị"], rows)
    book = load_workbook(BytesIO(workbook([page], heading="Báo cáo", made_at=START)))
    for row in book["Báo cáo"].iter_rows():
        for cell in row:
            assert cell.data_type in ("s", "n", "inlineStr"), cell.value
            assert cell.value is None or cell.quotePrefix


@pytest.mark.parametrize("text", STARTS)
def test_no_cell_of_a_text_file_is_a_formula(text: str) -> None:
    assert not csv_text(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_workbooks_are_written_in_one_place() -> None:
    """Where the guard stands."""
    files = [file for room in ("bot", "handlers", "reporting", "forms") for file in (ROOT / room).rglob("*.py")]
    makers = [file for file in files if re.search(r"[ =]Workbook\((?:write_only|\))", file.read_text(encoding="utf-8"))]
    assert [str(file.relative_to(ROOT)) for file in makers] == ["reporting/documents/workbook.py"]


def test_whoever_writes_a_text_file_guards_its_cells() -> None:
    """Each module that writes comma-separated values names the guard."""
    for room in ("bot", "handlers", "reporting"):
        for file in (ROOT / room).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if "csv.writer(" in text:
                names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
                assert names & {"csv_text", "FORMULA_STARTS"}, file


def test_the_guard_knows_what_spreadsheets_begin_a_formula_with() -> None:
    assert set("=+-@\t\r") <= {start[0] for start in FORMULA_STARTS}
    assert rating.RATES
