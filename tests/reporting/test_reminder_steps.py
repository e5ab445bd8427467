"""The sheet `reminders`: who is told, and the words of its own that a step may have."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from handlers.deadlines.reminder_words import own_words
from reporting.campaigns.pack import PackError
from reporting.campaigns.packs import read_pack
from reporting.planning.cells import CellError
from reporting.planning.periods import Schedule, Step
from reporting.planning.reminder_steps import COLUMNS, LONGEST_TEXT
from tests.support.world import ROOT, TRANSLATORS, ZONE

SCHEDULE = {
    "repeat": "daily", "from": "2022-12-16", "until": "2022-12-30", "due": "10:00", "covers": "24h", "closes": "48h",
    "kinds": "huyện",
}  # fmt: skip
TEN = datetime(2022, 12, 16, 10, 0, tzinfo=ZONE)


def step(text: str, when: str = "-1h", column: str = "text::vi") -> Step:
    return Step.from_cells({"step": "s", "when": when, "to": "leader", column: text})


@pytest.mark.parametrize("to", ["reporter", "second", "leader", "parent"])
def test_who_is_told(to: str) -> None:
    assert Step.from_cells({"step": "s", "when": "5m", "to": to, "note": "theo quy chế"}) == Step("s", 300, to)


@pytest.mark.parametrize(
    ("column", "language"),
    [("text", ""), ("text::vi", "vi"), ("text::Tiếng Việt (vi)", "vi"), ("text::English (en)", "en")],
)
def test_words_by_language(column: str, language: str) -> None:
    assert step("Nhắc", column=column).text == {language: "Nhắc"}
    assert step(" ", column=column).text == {}


def test_a_ladder_as_json() -> None:
    schedule = Schedule.from_cells(SCHEDULE)
    steps = (step("Còn {còn}"), Step("plain", 300, "reporter"))
    written = Schedule.from_json({**schedule.to_json(), "reminders": [one.to_json() for one in steps]})
    assert written.reminders == steps
    assert Schedule.from_json(written.to_json()) == written
    # A step without words of its own is written as it was before there were any.
    assert written.to_json()["reminders"][1] == {"name": "plain", "after": 300, "to": "reporter"}


@pytest.mark.parametrize("text", ["{đơn vị}, {hạn}, {còn}", "{unit}, {due}, {left}", "{ Đơn Vị }, {HẠN}, {còn}"])
def test_places_in_the_words(text: str) -> None:
    tr = TRANSLATORS["vi"]
    due = {"until": TEN}
    said = own_words(step(text), tr, "Xã <A> & {due}", due, TEN.replace(hour=9))
    assert str(said) == "Xã &lt;A&gt; &amp; {due}, 10:00 hôm nay, 1 giờ"


def test_words_are_no_markup() -> None:
    said = own_words(step("<b>Nhắc</b> & {hạn}"), TRANSLATORS["vi"], "A", {"until": TEN}, TEN.replace(hour=9))
    assert str(said) == "&lt;b&gt;Nhắc&lt;/b&gt; &amp; 10:00 hôm nay"


def test_in_another_language_rather_than_none() -> None:
    tr = TRANSLATORS["en"]
    assert own_words(step("Nhắc"), tr, "A", {"until": TEN}, TEN) == "Nhắc"
    assert own_words(Step("s", 0, "leader"), tr, "A", {"until": TEN}, TEN) is None


@pytest.mark.parametrize(
    ("text", "when", "problem"),
    [
        ("{tên}", "-1h", "column text::vi: '{tên}' is not one of {unit}, {due}, {left}, {đơn vị}, {hạn}, {còn}"),
        ("{}", "-1h", "column text::vi: '{}' is not one of"),
        ("{unit.__class__}", "-1h", "column text::vi: '{unit.__class__}' is not one of"),
        ("còn {còn}", "5m", "column text::vi: '{còn}' is not one of {unit}, {due}, {đơn vị}, {hạn}"),
        ("{hạn", "-1h", "column text::vi: '{' is not a pair of braces"),
        ("hạn}", "-1h", "column text::vi: '}' is not a pair of braces"),
        ("a" * (LONGEST_TEXT + 1), "-1h", "is not a text of up to 1000 characters"),
    ],
)
def test_words_that_cannot_be_used(text: str, when: str, problem: str) -> None:
    with pytest.raises(CellError) as caught:
        step(text, when)
    assert problem in str(caught.value)


def test_a_problem_names_sheet_and_row(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("code,name,short_name,kind,parent\nP,Tỉnh đoàn Mẫu,Mẫu,tỉnh,\n", "utf-8")
    header, cells = " | ".join(SCHEDULE), " | ".join(SCHEDULE.values())
    (tmp_path / "daily.md").write_text(
        "| campaign |\n| | key | value |\n| | name | Mẫu |\n| | prefix | M |\n| | unit | P |\n"
        f"| deadlines |\n| | {header} |\n| | {cells} |\n"
        "| reminders |\n| | step | when | to | text::vi |\n| | a | -1h | reporter | {còn} |\n"
        "| | b | 5m | parent | {ten} |\n| | c | 6m | boss | |\n"
        "| survey |\n| | type | name | label |\n| | integer | n | Bao nhiêu? |\n",
        "utf-8",
    )
    with pytest.raises(PackError) as caught:
        read_pack(tmp_path)
    assert caught.value.problems == [
        "daily.md: reminders, row 3: column text::vi: '{ten}' is not one of {unit}, {due}, {đơn vị}, {hạn}",
        "daily.md: reminders, row 4: column to: 'boss' is not one of reporter, second, leader, parent",
    ]


def test_a_column_that_the_sheet_does_not_have() -> None:
    with pytest.raises(CellError, match="in a column of this sheet: step, when, to, text, note"):
        Step.from_cells({"step": "s", "when": "5m", "texts": "Nhắc"})


def test_the_document_tells_the_columns() -> None:
    told = (ROOT / "docs" / "xlsform.md").read_text("utf-8").partition("The sheet `reminders`")[2]
    assert tuple(re.findall(r"^\| `(\w+)` \|", told.partition("The sheet `")[0], re.MULTILINE)) == COLUMNS
