"""Whatever stands in a file: it is a form that can be walked to its end, or it is refused with reasons."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bench.conformance import walk
from forms import sheets, xls
from forms.api import open_form
from forms.checks import DEEPEST
from forms.problems import FormError
from tests.support.examples import examples

Grid: TypeAlias = list[list[str]]
Book: TypeAlias = dict[str, Grid]

RICH: Book = {
    "survey": [
        ["type", "name", "label", "relevant", "constraint", "calculation", "required", "default", "repeat_count"],
        ["integer", "n", "How many?", "", ". >= 0 and . < 1000", "", "yes", "3", ""],
        ["select_one k", "one", "Which?", "${n} > 1", "", "", "", "", ""],
        ["select_multiple k", "many", "Which ones?", "", "count-selected(.) < 3", "", "", "a b", ""],
        ["begin_group", "g", "Group", "selected(${many}, 'a')", "", "", "", "", ""],
        ["text", "t", "Text of ${n}", "", "regex(., '[a-z]+')", "", "", "", ""],
        ["date", "d", "Day", "", ". <= today()", "", "", "today()", ""],
        ["end_group", "", "", "", "", "", "", "", ""],
        ["begin_repeat", "r", "Row", "", "", "", "", "", "${n}"],
        ["decimal", "x", "X", "", "", "", "", "", ""],
        ["calculate", "twice", "", "", "", "${x} * 2", "", "", ""],
        ["end_repeat", "", "", "", "", "", "", "", ""],
        ["calculate", "sum", "", "", "", "round(sum(${x}) div count(${r}), 2)", "", "", ""],
        ["note", "end", "In all ${sum}, ${twice}", "", "", "", "", "", ""],
        ["geopoint", "where", "Where?", "", "", "", "", "", ""],
        ["range", "rating", "How good?", "", "", "", "", "", ""],
    ],
    "choices": [["list_name", "name", "label"], ["k", "a", "A"], ["k", "b", "B"]],
    "settings": [["form_title", "form_id", "version"], ["Rich", "rich", "1"]],
}
JUNK = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="|"), max_size=12),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(
        [
            "begin_group", "end_group", "begin_repeat", "end_repeat", "select_one", "select_one nowhere", "audit",
            "rank k", "${n}", "${nowhere}", "${", "true()", "1 div 0", "(((", "')", ". > ", "/", "//", "..", "../..",
            "/data", "*", "${x} + ${sum}", "if(1", "pulldata('a','b','c','d')", "instance('k')/root/item",
            "indexed-repeat(${x}, ${r}, 9)", "9" * 5000, "-1", "1e9", "1000000000", "yes", "calculate", "null",
            "once(random())", "regex(., '(a+)+b')", "=1+1", "select_one_from_file a.csv", "start", "csv-external",
            "position(..)", "__version__", "meta", "instanceID", "name", "label::English (en)", "choice_filter",
            "trigger", "parameters", "bind::type", "body::intent", "type",
        ]
    ),
)  # fmt: skip


@st.composite
def books(draw: st.DrawFn) -> Book:
    """The rich form after a few accidents."""
    book = {name: [list(row) for row in grid] for name, grid in RICH.items()}
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(["survey", "survey", "survey", "choices", "settings"]))
        if book.get(name):
            draw(st.sampled_from([spoil_cell, spoil_cell, cut_cell, swap_cells, drop_row, double_row, move_row]))(
                draw, book[name]
            )
        if draw(st.integers(0, 30)) == 0:
            book.pop(name, None)
    return book


def cell_of(draw: st.DrawFn, grid: Grid) -> tuple[int, int]:
    row = draw(st.integers(0, len(grid) - 1))
    return row, draw(st.integers(0, len(grid[row]) - 1))


def spoil_cell(draw: st.DrawFn, grid: Grid) -> None:
    row, column = cell_of(draw, grid)
    grid[row][column] = draw(JUNK)


def cut_cell(draw: st.DrawFn, grid: Grid) -> None:
    row, column = cell_of(draw, grid)
    text = grid[row][column]
    grid[row][column] = text[: draw(st.integers(0, len(text)))]


def swap_cells(draw: st.DrawFn, grid: Grid) -> None:
    (row, column), (other_row, other_column) = cell_of(draw, grid), cell_of(draw, grid)
    one, other = grid[row][column], grid[other_row][other_column]
    grid[row][column], grid[other_row][other_column] = other, one


def drop_row(draw: st.DrawFn, grid: Grid) -> None:
    if len(grid) > 1:
        grid.pop(draw(st.integers(0, len(grid) - 1)))


def double_row(draw: st.DrawFn, grid: Grid) -> None:
    grid.append(list(grid[draw(st.integers(0, len(grid) - 1))]))


def move_row(draw: st.DrawFn, grid: Grid) -> None:
    row = grid.pop(draw(st.integers(0, len(grid) - 1)))
    grid.insert(draw(st.integers(0, len(grid))), row)


def as_markdown(book: Book) -> bytes:
    lines = [f"| {name} |\n" + "".join(f"| | {' | '.join(row)} |\n" for row in grid) for name, grid in book.items()]
    return "".join(lines).encode()


def as_csv(book: Book) -> bytes:
    quoted = {
        name: [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in grid]
        for name, grid in book.items()
    }
    return "".join(
        f'"{name}"\n' + "".join(f",{','.join(row)}\n" for row in grid) for name, grid in quoted.items()
    ).encode()


def as_xlsx(book: Book) -> bytes:
    workbook, written = Workbook(write_only=True), io.BytesIO()
    for name, grid in (book or {"empty": []}).items():
        sheet = workbook.create_sheet(name)
        for row in grid:
            sheet.append(
                [int(cell) if cell.isascii() and cell.isdecimal() and len(cell) < 15 else cell for cell in row]
            )
    workbook.save(written)
    return written.getvalue()


@cache
def rich_xlsx() -> bytes:
    """Made once: a workbook also holds the moment in which it was written."""
    return as_xlsx(RICH)


WRITERS: dict[str, Callable[[Book], bytes]] = {".md": as_markdown, ".csv": as_csv, ".xlsx": as_xlsx}
quiet = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def survives(path: Path, content: bytes) -> FormError | None:
    """The refusal of a form, once it is seen to have reasons; None when it was walked to its end."""
    path.write_bytes(content)
    try:
        form = open_form(path)
    except FormError as error:
        assert error.problems
        assert all(map(str, error.problems))
        return error
    walk(form, Random("walk"))
    return None


def test_the_form_itself_runs(tmp_path: Path) -> None:
    for suffix, write in WRITERS.items():
        assert survives(tmp_path / f"form{suffix}", write(RICH)) is None


@examples(120, quiet)
@given(book=books(), suffix=st.sampled_from(list(WRITERS)))
def test_a_workbook_after_accidents(tmp_path: Path, book: Book, suffix: str) -> None:
    error = survives(tmp_path / f"form{suffix}", WRITERS[suffix](book))
    if error and "survey" in book:
        # What pyxform says names its sheet only sometimes, and what cannot be read has none.
        assert any(problem.sheet for problem in error.problems if problem.code not in {"pyxform", "unreadable"}) or any(
            problem.code in {"pyxform", "unreadable", "no_survey"} for problem in error.problems
        )


@examples(60, quiet)
@given(content=st.binary(max_size=300), suffix=st.sampled_from([".xlsx", ".xls", ".csv", ".md", ".xml", ".doc"]))
def test_any_bytes(tmp_path: Path, content: bytes, suffix: str) -> None:
    assert survives(tmp_path / f"form{suffix}", content) is not None


@examples(60, quiet)
@given(data=st.data())
def test_a_workbook_with_wrong_bytes(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(rich_xlsx())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    survives(tmp_path / "form.xlsx", bytes(content[: data.draw(st.integers(100, len(content)))]))


@pytest.mark.parametrize(
    ("name", "header"),
    [
        *(("survey", header) for header in ("type::en", "default::en", "relevant::en", "bind", "body", "instance")),
        *(
            ("choices", header)
            for header in ("a::b", "a:b", "bind::type", "hint::en", "name::en", "list_name::en", "media")
        ),
        *(("settings", header) for header in ("name::en", "form_id::x", "version::x", "bind", "instance", "attribute")),
    ],
)
def test_headers_that_make_no_sense(tmp_path: Path, name: str, header: str) -> None:
    book = {**RICH, name: [[*row, "x"] for row in RICH[name]]}
    book[name][0][-1] = header
    assert f"{name}, row 2: the column “{header}” cannot be used here" in refusal(tmp_path / "f.md", as_markdown(book))


# What is too much


def refusal(path: Path, content: bytes | str) -> str:
    error = survives(path, content if isinstance(content, bytes) else content.encode())
    assert error is not None
    return str(error)


def test_groups_without_end(tmp_path: Path) -> None:
    rows = "".join(f"| | begin_group | g{number} | G |\n" for number in range(500))
    found = refusal(tmp_path / "form.md", f"| survey |\n| | type | name | label |\n{rows}")
    assert found == f"survey, row {DEEPEST + 2}: groups are nested more than {DEEPEST} deep"


def test_parentheses_without_end(tmp_path: Path) -> None:
    text = f"| survey |\n| | type | name | calculation |\n| | calculate | a | {'(' * 5000}1{')' * 5000} |\n"
    assert "survey, row 2: the column “calculation” has an expression" in refusal(tmp_path / "form.md", text)


def test_numbers_without_end(tmp_path: Path) -> None:
    text = f"| survey |\n| | type | name | label | constraint |\n| | integer | a | A | . < {'9' * 5000} |\n"
    assert "survey, row 2: the column “constraint” has an expression" in refusal(tmp_path / "form.md", text)


def test_rows_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f",text,a{number},A\n" for number in range(sheets.MOST_QUESTIONS + 1))
    found = refusal(tmp_path / "form.csv", f"survey\n,type,name,label\n{rows}")
    assert found == "survey: the file cannot be read as a form: the survey has more than 10000 rows"
    monkeypatch.setattr(sheets, "MOST_ROWS", 5)
    assert "a sheet has more than 5 rows" in refusal(tmp_path / "form.xlsx", as_xlsx(RICH))


def test_bytes_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * (sheets.MOST_UNPACKED + 1))
    assert f"unpacked it is larger than {sheets.MOST_UNPACKED} bytes" in refusal(tmp_path / "f.xlsx", packed.getvalue())
    monkeypatch.setattr(sheets, "MOST_BYTES", 100)
    assert "it is larger than 100 bytes" in refusal(tmp_path / "form.md", as_markdown(RICH))


def test_an_old_workbook_that_is_never_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xls, "MOST_TIME", 0.001)
    assert "reading it takes more than 0.001 seconds" in refusal(tmp_path / "form.xls", b"")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><h:html>&b;</h:html>', "document type declaration"),
        ("<a>" * 5000 + "</a>" * 5000, "nested more than 100 deep"),
        ("<a><!-- x --><?y z?></a>", "it is no XForm"),
        (" " * 20_000_001, "longer than 20000000 characters"),
    ],
)
def test_xml_that_is_none(tmp_path: Path, content: str, reason: str) -> None:
    assert reason in refusal(tmp_path / "form.xml", content)


def test_texts_that_would_double_at_every_step(tmp_path: Path) -> None:
    rows = "".join(f"| | calculate | t{n} | | concat(${{t{n - 1}}}, ${{t{n - 1}}}, 'x') |\n" for n in range(1, 60))
    text = f"| survey |\n| | type | name | label | calculation |\n| | text | t0 | T | |\n{rows}"
    assert survives(tmp_path / "form.md", text.encode()) is None
