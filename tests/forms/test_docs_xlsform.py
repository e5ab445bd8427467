"""docs/xlsform.md says what the code does: each row of its tables is tried."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms.api import open_form
from forms.compiler import INDEXED_REPEAT, NODE_FUNCTIONS
from forms.expressions import Expression, ExpressionError
from forms.functions import FUNCTIONS, PREFIXED
from forms.kinds import UNSEEN, Kind
from forms.model import Form
from forms.problems import FormError
from forms.reach import NEVER, TYPES
from forms.xlsform import read_workbook

DOCUMENT = (Path(__file__).parents[2] / "docs" / "xlsform.md").read_text(encoding="utf-8")
SIMPLER = {Kind.RANGE, Kind.RANK, Kind.GEOTRACE, Kind.GEOSHAPE, Kind.BARCODE}
FILES = {
    "towns.csv": "name,label\nx,X\n",
    "towns.xml": "<root><item><name>x</name><label>X</label></item></root>",
    "towns.geojson": '{"features": []}',
    "b.csv": "name,label\nx,X\n",
    "b.xml": "<root/>",
}


def table(heading: str) -> list[list[str]]:
    section = DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def rows(heading: str) -> Iterator[tuple[str, str]]:
    """(what, outcome) for each name in the first column."""
    for names, told, _ in table(heading):
        sheet = "settings: " if names.startswith("settings") else "choices: " if names.startswith("choices") else ""
        yield from ((sheet + name, told) for name in re.findall(r"`([^`]+)`", names))


def form_with(kind: str) -> str:
    end = kind.replace("begin", "end") if kind.startswith("begin") else ""
    lines = ["| survey |", "| | type | name | label | calculation |", "| | text | a | A | |"]
    if "${rows}" in kind:
        lines += ["| | begin repeat | many | Many |", "| | text | rows | Rows |", "| | end repeat | | |"]
    lines.append(f"| | {kind} | b | B | {1 if kind == 'calculate' else ''} |")
    if end:
        lines += ["| | text | c | C |", f"| | {end} | | |"]
    lines += ["| choices |", "| | list_name | name | label |", "| | k | x | X |"]
    if "external" in kind:
        lines += ["| external_choices |", "| | list_name | name | label |", "| | k | x | X |"]
    return "\n".join(lines)


def load(folder: Path, markdown: str) -> Form | None:
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    path = folder / "form.md"
    path.write_text(markdown, encoding="utf-8")
    try:
        return open_form(path, strict=not re.search(r"(?:image|audio|video) \|", markdown))
    except FormError:
        return None


def outcome(form: Form | None) -> str:
    if form is None:
        return "refused"
    found = form.by_name.get("b")
    if found is None:
        return "asked" if "/data/b" in form.groups else "unseen"
    if found.kind in UNSEEN:
        return "unseen"
    if found.kind is Kind.NOTE:
        return "shown"
    return "simpler" if found.kind in SIMPLER else "asked"


@pytest.mark.parametrize(("kind", "told"), list(rows("Types")))
def test_types(tmp_path: Path, kind: str, told: str) -> None:
    assert outcome(load(tmp_path, form_with(kind))) == told


def test_every_type_of_the_code_is_in_the_table() -> None:
    told = {kind for kind, _ in rows("Types")}
    known = {name for names in TYPES.values() for name in names if not name.startswith(("begin", "end_", "end "))}
    assert known | NEVER <= told


SETTINGS = "| settings |\n| | form_id | {} |\n| | x | {} |\n"
CELLS = {
    "required": "yes", "constraint": ". > 1", "relevant": "${a} != ''", "calculation": "1", "read_only": "yes",
    "trigger": "${a}", "choice_filter": "name = 'x'", "parameters": "randomize=true", "repeat_count": "2",
    "disabled": "no", "save_to": "size", "default": "x", "instance_name": "'x'", "autoplay": "audio",
    "constraint_message": "no", "intent": "org.example.app(a='b')", "body::rows": "2",
}  # fmt: skip


def form_with_column(name: str) -> str:
    sheet, _, column = name.rpartition(": ")
    cell = CELLS.get(column, "x")
    extra = {"choices": ("", "", column, cell), "settings": ("", "", "", "")}.get(sheet, (column, cell, "", ""))
    if column == "label":
        extra = ("", "", "", "")
    kind = {"repeat_count": "begin repeat", "calculation": "calculate"}.get(column, "select_one k")
    inside = "| | text | c | C | |\n| | end repeat | | | |\n" if kind == "begin repeat" else ""
    survey = (
        f"| survey |\n| | type | name | label | {extra[0]} |\n| | text | a | A | |\n| | {kind} | b | B | {extra[1]} |\n"
    )
    choices = f"| choices |\n| | list_name | name | label | {extra[2]} |\n| | k | x | X | {extra[3]} |\n"
    settings = SETTINGS.format(column, cell) if sheet == "settings" else ""
    entities = "| entities |\n| | list_name | label |\n| | trees | ${a} |\n" if column == "save_to" else ""
    return f"{survey}{inside}{choices}{settings}{entities}"


@pytest.mark.parametrize(("column", "told"), list(rows("Columns")))
def test_columns(tmp_path: Path, column: str, told: str) -> None:
    assert (load(tmp_path, form_with_column(column)) is None) is (told == "refused")


def test_functions() -> None:
    told = {name for _, names in table("Functions") for name in re.findall(r"`([^`]+)`", names)}
    known = {f"jr:{name}" if name in PREFIXED else name for name in (*FUNCTIONS, *NODE_FUNCTIONS, INDEXED_REPEAT)}
    assert told == known


@pytest.mark.parametrize("name", ["extract-signed('a')", "lang('vi')", "id('a')", "namespace-uri(.)", "@a", "$a"])
def test_what_is_said_to_be_refused_is(name: str) -> None:
    with pytest.raises(ExpressionError):
        Expression(name)


def test_the_last_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="last-saved"):
        path = tmp_path / "form.md"
        path.write_text("| survey |\n| | type | name | label | default |\n| | text | a | A | ${last-saved#a} |\n")
        read_workbook(path)
