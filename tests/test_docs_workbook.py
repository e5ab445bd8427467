"""The template, and the document that teaches to fill it in, name columns that are there, and all of them."""

from __future__ import annotations

import inspect
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from forms.api import open_form
from forms.checks import OWN_COLUMNS
from forms.kinds import Kind
from forms.sheets import read_sheets
from reporting.campaigns.campaign_states import Act
from reporting.campaigns.packs import CAMPAIGN_KEYS, read_pack
from reporting.doubts import sanity
from reporting.organisation import units
from reporting.planning import deadline_rows, digest_times, reminder_steps
from reporting.ranks import ranking_sheet
from reporting.targets import target_cells
from tests.support.world import CAMPAIGNS, ROOT

TEMPLATE = CAMPAIGNS / "mau.xlsx"
DOCUMENT = (ROOT / "docs" / "soan-bieu-mau.md").read_text(encoding="utf-8")
SECTIONS = {
    "survey": "Câu hỏi", "choices": "Lựa chọn", "units": "Đơn vị", "deadlines": "Hạn nộp", "reminders": "Lời nhắc",
    "digest": "Bản tổng hợp", "targets": "Chỉ tiêu", "ranking": "Xếp loại", "sanity": "Số lạ",
}  # fmt: skip


def read_by(module: Any) -> set[str]:
    """The columns that a module asks cells for."""
    asked = re.findall(r'(?:cells, |cells\.get\(|cells\[)"(\w+)"', inspect.getsource(module))
    return {*asked, "label"}


STANDARD = {"type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "calculation"}
THERE = {
    "survey": STANDARD | OWN_COLUMNS,
    "choices": {"list_name", "name", "label"},
    "units": set(units.COLUMNS),
    "deadlines": set(deadline_rows.COLUMNS),
    "reminders": set(reminder_steps.COLUMNS),
    "digest": set(digest_times.COLUMNS),
    "targets": read_by(target_cells),
    "ranking": {"criterion", "weight", "goal", "cap", "least", "kinds", "label"},
    "sanity": read_by(sanity),
}


def base(header: str) -> str:
    return header.partition("::")[0]


def section(name: str) -> str:
    return DOCUMENT.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def columns_in(text: str, head: str = "cột") -> list[str]:
    """The first column of the table with this head."""
    table = text.partition(f"| {head} |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)


@pytest.mark.parametrize("sheet", SECTIONS)
def test_the_template_has_the_columns_there_are(sheet: str) -> None:
    assert {base(header) for header in read_sheets(TEMPLATE)[sheet].headers} == THERE[sheet]


@pytest.mark.parametrize(("sheet", "title"), SECTIONS.items())
def test_the_document_tells_the_template(sheet: str, title: str) -> None:
    told = columns_in(section(title))
    assert sorted(told) == sorted(read_sheets(TEMPLATE)[sheet].headers)


def test_criteria_of_the_ranking() -> None:
    told = {column for columns in ranking_sheet._COLUMNS.values() for column in columns}
    assert told | {"label"} == THERE["ranking"]


def test_keys_of_the_campaign() -> None:
    (keys,) = [[row.cells["key"] for row in read_sheets(TEMPLATE)["campaign"].rows]]
    assert keys == columns_in(section("Thông tin chung"), "mục")
    assert set(CAMPAIGN_KEYS) <= set(keys)


def test_types_of_questions() -> None:
    told = columns_in(section("Câu hỏi"), "loại")
    groups = {"begin_group", "begin_repeat"}
    assert set(told) - groups <= {kind.value for kind in Kind}


def test_kinds_of_targets() -> None:
    told = re.findall(r"^\| `([^`]+)` \|", section("Chỉ tiêu").partition("| cột |")[0], re.MULTILINE)
    assert {target_cells.KINDS[word] for word in told} == set(target_cells.Kind)


def test_conditions_can_be_read(tmp_path: Path) -> None:
    conditions = re.findall(r"\| `(.+)` \|$", section("Khi nào hỏi câu nào"), re.MULTILINE)
    assert len(conditions) == 6
    for condition in conditions:
        rows = f"| | integer | nha_xay | A | |\n| | integer | nha_sua | B | |\n| | text | cuoi | C | {condition} |\n"
        selects = "| | select_multiple c | hoat_dong | D | |\n| | select_one c | linh_vuc | E | |\n"
        choices = "| choices |\n| | list_name | name | label |\n| | c | qua | Quà |\n| | c | khac | Khác |\n"
        text = f"| survey |\n| | type | name | label | relevant |\n{selects}{rows}{choices}"
        (tmp_path / "form.md").write_text(text, encoding="utf-8")
        assert open_form(tmp_path / "form.md").by_name["cuoi"]


def test_buttons_are_those_of_a_campaign() -> None:
    told = re.findall(r"^\| \*([^*]+)\* \|", section("Tạm dừng, kết thúc, kéo dài"), re.MULTILINE)
    assert told == ["Tạm dừng", "Chạy tiếp", "Kết thúc", "Kéo dài"]
    named = set(re.findall(r"bot campaign (\w+)", DOCUMENT))
    assert named == {"list", *(act.value for act in Act)}


def test_anchors_lead_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", DOCUMENT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
    assert [anchor for anchor in re.findall(r"\]\(#([^)]+)\)", DOCUMENT) if anchor not in anchors] == []


# --- the template ----------------------------------------------------------------------------------


def content(path: Path) -> dict[str, Any]:
    """All that somebody sees in a workbook."""
    book = load_workbook(path)
    return {
        sheet.title: (
            [[(cell.value, cell.comment.text if cell.comment else "") for cell in row] for row in sheet.iter_rows()],
            {letter: dimension.width for letter, dimension in sheet.column_dimensions.items()},
            [(str(rule.sqref), rule.formula1) for rule in sheet.data_validations.dataValidation],
            sheet.freeze_panes,
        )
        for sheet in book.worksheets
    }


def test_the_template_is_what_the_script_makes(tmp_path: Path) -> None:
    script = runpy.run_path(str(ROOT / "docs" / "template.py"))
    script["make"](tmp_path / "mau.xlsx")
    assert content(tmp_path / "mau.xlsx") == content(TEMPLATE)


def test_the_template_can_be_loaded() -> None:
    pack = read_pack(TEMPLATE)
    assert (pack.slug, len(pack.units), len(pack.targets)) == ("he-tinh-nguyen-2027", 4, 3)


def test_it_begins_with_what_to_do() -> None:
    book = load_workbook(TEMPLATE)
    assert book.sheetnames[0] == "Hướng dẫn"
    assert all(sheet.freeze_panes == "A2" for sheet in book.worksheets[1:])


def test_words_to_choose_from_are_words_that_can_be_read() -> None:
    offered = {
        (sheet.title, str(sheet.cell(1, min(r.min_col for r in rule.sqref.ranges)).value)): rule.formula1.strip(
            '"'
        ).split(",")
        for sheet in load_workbook(TEMPLATE).worksheets
        for rule in sheet.data_validations.dataValidation
    }
    assert set(offered["targets", "kind"]) <= set(target_cells.KINDS)
    assert set(offered["targets", "repeat"]) <= set(target_cells.REPEATS)
    assert set(offered["targets", "take"]) <= set(target_cells.TAKES)
    assert set(offered["reminders", "to"]) == set(reminder_steps.RECIPIENTS)
    assert set(offered["deadlines", "moves"]) == set(deadline_rows.MOVES)
    types = {word.partition(" ")[0] for word in offered["survey", "type"]}
    assert types <= {kind.value for kind in Kind} | {"begin_group", "end_group", "begin_repeat", "end_repeat"}
