"""Workbooks made to hurt: each is refused with what is wrong, or read without harm."""

from __future__ import annotations

import struct
from pathlib import Path
from time import process_time

import pytest

from bot.apart import reading
from forms import tree, trial
from forms.budget import TooMuchWorkError
from forms.interview import Interview
from forms.problems import FormError
from forms.sheets import HARMLESS, MOST_COLUMNS, MOST_ENTRIES, read_sheets
from forms.xform import parse
from forms.xlsform import read_workbook
from reporting.campaigns.pack import Pack, PackError
from reporting.campaigns.sent_files import read_sent
from tests.security import bombs
from tests.security.conftest import START


def sent(data: bytes) -> Pack | str:
    """As the clerk reads it, but in this process: the pack, or all that is wrong."""
    try:
        return read_sent(data, "mau.xlsx", {})
    except PackError as error:
        return "\n".join(error.problems)


def test_the_workbook_itself_is_sound() -> None:
    assert isinstance(sent(bombs.SOUND), Pack)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bombs.with_part("xl/media/a.bin", b"\0" * (HARMLESS + 1)), "packed so tightly that it is no workbook"),
        (bombs.with_part("xl/media/a.bin", b"\0" * 50_000_001), "unpacked it is larger than 50000000 bytes"),
        (bombs.many_parts(MOST_ENTRIES), f"it has more than {MOST_ENTRIES} files in it"),
        (bombs.wide(MOST_COLUMNS + 1), f"a sheet has more than {MOST_COLUMNS} columns"),
        (bombs.with_part("xl/workbook.xml", bombs.laughs()), "it has a document type declaration"),
        (bombs.with_part("xl/workbook.xml", bombs.laughs("utf-16")), "it has a document type declaration"),
        (bombs.with_part("xl/sharedStrings.xml", bombs.foreign_entity("file:///etc/passwd")), "document type"),
        (bombs.with_part("xl/_rels/workbook.xml.rels", bombs.foreign_entity("http://127.0.0.1:9/x")), "document type"),
        (bombs.with_part("xl/workbook.xml", "<"), "the file cannot be read as a form"),
        (bombs.SOUND[:-30], "the file cannot be read as a form"),
        (b"PK\x05\x06" + b"\0" * 18, "the file cannot be read as a form"),
    ],
    ids=["ratio", "unpacked", "entries", "columns", "laughs", "laughs in utf-16", "a file", "an address", "no xml",
         "torn", "nothing in it"],
)  # fmt: skip
def test_what_is_refused(data: bytes, why: str) -> None:
    began = process_time()
    told = sent(data)
    assert isinstance(told, str)
    assert why in told
    assert process_time() - began < 2


def test_a_size_that_is_a_lie(tmp_path: Path) -> None:
    """The list of the zip says ten bytes, the part has millions: no more is read than was said."""
    data = bytearray(bombs.with_part("xl/workbook.xml", b" " * 8_000_000))
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    assert isinstance(sent(bytes(data)), str)


def test_xml_that_is_nested_without_end() -> None:
    """It may be read or refused; whatever it does to the reader, the bot is told in words."""
    data = bombs.with_part("xl/worksheets/sheet1.xml", bombs.deep_xml(20_000))
    try:
        reading.read_sent(data, "mau.xlsx", {})
    except PackError as error:
        assert all(problem.startswith("mau.xlsx") for problem in error.problems)


def test_names_of_parts_lead_nowhere(tmp_path: Path) -> None:
    data = bombs.with_part("../../../../../../tmp/danvan-evil", b"x")
    assert isinstance(sent(data), Pack)
    assert not Path("/tmp/danvan-evil").exists()


@pytest.mark.parametrize(
    "formula", ["=1+1", '=WEBSERVICE("http://127.0.0.1:9/")', "=cmd|'/c calc'!A1", '=HYPERLINK("x")']
)
def test_formulas_are_never_worked_out(tmp_path: Path, formula: str) -> None:
    """A cell with a formula that no spreadsheet has worked out is empty: the label is missing."""
    told = sent(bombs.with_formula(formula))
    assert isinstance(told, str)
    assert "survey, row 2: the label is missing" in told


# --- what a form has worked out --------------------------------------------------------------------

_ALL = "/data/g/*"
for _ in range(4):
    _ALL = f"/data/g/*[count({_ALL}) >= 0]"
PATTERNS = " + ".join(f"number(regex(concat(${{t}}, '{n}'), '(x|x)*[yz]'))" for n in range(60))
ENDLESS = {
    "every node for every node": f"count({_ALL})",
    "patterns": PATTERNS,
    "long texts": " + ".join(f"string-length(substring(${{big}}, 1, {n}))" for n in range(200)),
}


def form_with(calculation: str, tmp_path: Path) -> Path:
    rows = "".join(f"| | integer | n{number} | N | |\n" for number in range(60))
    big = f"concat({', '.join(['${t}'] * 14)})"
    calculation = calculation.replace("|", r"\|")
    text = (
        "| survey |\n| | type | name | label | calculation |\n| | text | t | T | |\n| | begin_group | g | G | |\n"
        f"{rows}| | end_group | | | |\n| | calculate | big | | {big} |\n| | calculate | slow | | {calculation} |\n"
    )
    path = tmp_path / "form.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["every node for every node", "patterns"])
def test_an_expression_without_end_is_refused_when_it_is_loaded(tmp_path: Path, name: str) -> None:
    book = read_workbook(form_with(ENDLESS[name], tmp_path))
    problem = trial.find(book.xform_xml, book.columns, book.rows)
    assert str(problem) == (
        "survey, row 66: “slow” takes more than 0.5 seconds to be worked out: make its expressions simpler"
    )


@pytest.mark.parametrize("name", list(ENDLESS))
def test_and_given_up_when_it_is_answered(tmp_path: Path, name: str) -> None:
    """One that was loaded all the same, because it takes long with long answers only."""
    book = read_workbook(form_with(ENDLESS[name], tmp_path))
    form = parse(book.xform_xml, book.columns)
    began = process_time()
    with pytest.raises(TooMuchWorkError) as given_up:
        interview = Interview(form, None, now=START, language="vi", most_time=0.3)
        interview.answer("/data/t", "x" * 8000)
    assert process_time() - began < 2
    assert given_up.value.path == "/data/slow"


def test_a_sound_form_is_not_held_up() -> None:
    pack = read_sent(bombs.SOUND, "mau.xlsx", {})
    for form in pack.forms:
        assert trial.find(form.workbook.xform_xml, form.workbook.columns, form.workbook.rows) is None


def test_the_clerks_reader_tries_the_form() -> None:
    data = bombs.with_question(type="calculate", name="slow", calculation=PATTERNS.replace("${t}", f"'{'x' * 40}'"))
    with pytest.raises(PackError) as found:
        reading.read_sent(data, "mau.xlsx", {})
    assert "“slow” takes more than 0.5 seconds" in "\n".join(found.value.problems)


def test_rows_of_many_questions_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand rows with a thousand questions each there would be a million nodes at every answer."""
    monkeypatch.setattr(tree, "MOST_NODES", 1000)
    fields = "".join(f"| | integer | n{number} | N | |\n" for number in range(100))
    text = (
        "| survey |\n| | type | name | label | repeat_count |\n| | begin_repeat | r | R | 100000 |\n"
        f"{fields}| | end_repeat | | | |\n"
    )
    (tmp_path / "form.md").write_text(text, encoding="utf-8")
    book = read_workbook(tmp_path / "form.md")
    interview = Interview(parse(book.xform_xml, book.columns), None, now=START, language="vi")
    assert 0 < len(interview.draft.questions()) <= 1000


# --- files beside a form ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.geojson", "[" * 100_000),
        ("a.geojson", '{"features": ' * 5000),
        ("a.xml", '<!DOCTYPE x [<!ENTITY a "b">]><root><item><name>&a;</name></item></root>'),
        ("a.xml", "<a>" * 100_000),
        ("a.csv", "name,label\n" + '"' * 400_000),
    ],
)
def test_choice_files_that_hurt(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    _refused_beside(tmp_path, name)


def _refused_beside(folder: Path, name: str) -> None:
    """A form in this folder whose choices are the file of that name."""
    text = f"| survey |\n| | type | name | label |\n| | select_one_from_file {name} | q | Q |\n"
    (folder / "form.md").write_text(text, encoding="utf-8")
    with pytest.raises(FormError):
        read_workbook(folder / "form.md")


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd.csv", "..%2fsecret.csv", "sub/../../secret.csv"])
def test_choice_files_are_beside_the_form_or_nowhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.csv").write_text("name,label\na,A\n", encoding="utf-8")
    folder = tmp_path / "pack"
    folder.mkdir()
    _refused_beside(folder, name)


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "..\\secret.png", "form.md"])
def test_pictures_are_beside_the_form_or_nowhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    folder = tmp_path / "pack"
    folder.mkdir()
    text = f"| survey |\n| | type | name | label | image |\n| | text | q | Q | {name} |\n"
    (folder / "form.md").write_text(text, encoding="utf-8")
    with pytest.raises(FormError):
        read_workbook(folder / "form.md")


def test_an_old_workbook_of_any_bytes_is_read_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "form.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000)
    with pytest.raises(FormError):
        read_sheets(tmp_path / "form.xls")
