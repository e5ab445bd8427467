"""What a report adds up to, repeats included: with real forms, marks by path, and through the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from forms.interview import Interview
from forms.model import Form
from forms.xform import parse
from reporting import register
from reporting.totals import indicators_of
from tests.reporting.office import add_version, at, open_office, xform

SURVEY: list[dict[str, str]] = [
    {"type": "integer", "name": "leaflets", "label": "Tờ rơi"},
    {"type": "begin_repeat", "name": "house", "label": "Hộ"},
    {"type": "text", "name": "owner", "label": "Chủ hộ"},
    {"type": "integer", "name": "people", "label": "Mấy người?"},
    {"type": "begin_repeat", "name": "room", "label": "Phòng"},
    {"type": "decimal", "name": "size", "label": "Rộng bao nhiêu?"},
    {"type": "end_repeat", "name": "room"},
    {"type": "end_repeat", "name": "house"},
    {"type": "calculate", "name": "share", "calculation": "${leaflets} div 3"},
    {"type": "calculate", "name": "word", "calculation": "if(${leaflets} > 5, 'many', true())"},
]
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "leaflets": {"indicator": "leaflets"},
    "people": {"indicator": "people", "unit": "người"},
    "size": {"indicator": "square_metres"},
    "share": {"indicator": "share"},
    "word": {"indicator": "word"},
}


@pytest.fixture(scope="module")
def form() -> Form:
    return parse(xform(SURVEY, []), COLUMNS)


def summed(form: Form, result: Mapping[str, Any], **marks: str) -> dict[str, list[str]]:
    """The indicators; marks by path, with _ for what stands between: house_2_people."""
    return indicators_of(form, result, {f"/data/{path}": mark for path, mark in marks.items()})


def test_a_repeat_adds_up_over_its_instances_nested_ones_too(form: Form) -> None:
    houses = [
        {"owner": "An", "people": 4, "room": [{"size": "12.5"}, {"size": "0.25"}]},
        {"owner": "Bình", "room": [{}, {"size": "9"}]},
        {"people": 3},
    ]
    assert summed(form, {"house": houses}) == {"people": ["7", ""], "square_metres": ["21.75", ""]}


@pytest.mark.parametrize("houses", [None, [], [{}], [{"owner": "An"}], [{"people": None}, {"room": [{}]}]])
def test_where_no_instance_answers_there_is_no_number(form: Form, houses: Any) -> None:
    assert summed(form, {"house": houses} if houses is not None else {}) == {}


def test_one_answered_zero_is_zero(form: Form) -> None:
    assert summed(form, {"house": [{}, {"people": 0}, {}]}) == {"people": ["0", ""]}


@pytest.mark.parametrize(
    ("marks", "mark"),
    [
        ({}, ""),
        ({2: "about"}, "about"),
        ({1: "over", 2: "over"}, "over"),
        ({1: "under"}, "under"),
        ({1: "over", 2: "under"}, "about"),
        ({3: "over"}, ""),
    ],
)
def test_a_mark_on_any_instance_marks_the_sum(form: Form, marks: dict[int, str], mark: str) -> None:
    by_path = {f"/data/house[{place}]/people": found for place, found in marks.items()}
    result = {"leaflets": 2, "house": [{"people": 1}, {"people": 2}]}
    assert indicators_of(form, result, by_path)["people"] == ["3", mark]
    assert indicators_of(form, result, by_path)["leaflets"] == ["2", ""]


def test_marks_of_nested_instances(form: Form) -> None:
    result = {"house": [{"room": [{"size": "1"}]}, {"room": [{"size": "1"}, {"size": "2"}]}]}
    marks = {"/data/house[2]/room[2]/size": "over"}
    assert indicators_of(form, result, marks) == {"square_metres": ["4", "over"]}


def test_what_an_interview_gives_is_what_adds_up(form: Form) -> None:
    interview = Interview(form, None, now=at(15), language="vi")
    for value in (None, "An", 4, True, "1.5", False, True, "Bình", 5, True, "2", True, "3", False, False):
        assert interview.current
        mark = "about" if interview.current.path == "/data/house[2]/room[1]/size" else ""
        assert interview.answer(interview.current.path, value, mark) is None
    assert interview.current is None
    found = indicators_of(form, interview.result(), interview.state["marks"])
    assert found["people"] == ["9", ""]
    assert found["square_metres"] == ["6.5", "about"]


def test_a_calculation_that_gives_no_number_is_left_out(form: Form) -> None:
    assert "word" not in summed(form, {"leaflets": 9, "word": "many"})
    assert summed(form, {"word": True})["word"] == ["1", ""]


def test_a_total_keeps_thousandths_and_no_more(form: Form) -> None:
    assert summed(form, {"share": "0.333333333333333"})["share"] == ["0.333", ""]
    assert summed(form, {"share": "1.5"})["share"] == ["1.5", ""]


async def test_totals_stay_true_to_reports_with_repeats(tmp_path: Path) -> None:
    office = await open_office(tmp_path)
    async with office.work(at(14)) as uow:
        office.version_id = await add_version(
            uow, office.form_id, SURVEY, (await office.form(uow))["schedule"], COLUMNS
        )
    await office.open_periods(at(14, "11:00"))
    await office.report("hoa", 15, at(15), {"leaflets": 1, "share": "0.333333333333333", "house": [{"people": 2}]})
    await office.report("go", 15, at(15), {"house": [{"people": 3}, {"people": 0}]}, {"house[1]/people": "about"})
    await office.report("hoa", 15, at(15, "09:30"), {"house": [{"people": 2}, {"people": 5}]})
    digest = await office.digest(15, at(15, "10:15"))
    people = digest.figure("people")
    assert (people.amount, people.inexact) == (10, 1)
    assert digest.figure("square_metres").amount is None
    async with office.work(at(16)) as uow:
        assert await register.rebuild_check(uow) == []
    await office.database.close()
