"""Entities: what a report says of them, and picking one from a list that is given at the time of the conversation."""

from pathlib import Path
from typing import Any

import pytest

from forms.datasets import filled, listed, open_lists
from forms.following import following
from forms.interview import Interview
from forms.model import Form
from forms.nodes import Env
from forms.problems import FormError
from forms.registering import Said, said
from forms.xform import parse
from forms.xlsform import read_workbook
from tests.forms.kit import NOW

REGISTER = """
| survey |
| | type | name | label | save_to |
| | text | model_name | Name? | |
| | select_one fields | field | Field? | field |
| | date | since | Since? | since |
| choices |
| | list_name | name | label |
| | fields | economy | Economy |
| | fields | culture | Culture |
| entities |
| | list_name | label | create_if |
| | models | ${model_name} | ${field} != '' |
"""
REVIEW = """
| survey |
| | type | name | label | choice_filter | calculation | save_to |
| | begin_repeat | review | Review | | | |
| | select_one_from_file models.csv | model | Which? | state != 'ended' | | |
| | calculate | old | | | instance('models')/root/item[name=${model}]/state | |
| | text | state | State now, before ${old}? | | | state |
| | end_repeat | | | | | |
| entities |
| | list_name | entity_id | update_if |
| | models | ${model} | ${state} != 'same' |
"""
ROWS = [
    {"name": "k1", "label": "Thắp sáng đường quê", "state": "kept"},
    {"name": "k2", "label": "Ngôi nhà khăn quàng đỏ", "state": "ended"},
    {"name": "k3", "label": "Đổi rác lấy cây", "state": "new"},
]


def form(folder: Path, text: str, **more: Any) -> Form:
    path = folder / "form.md"
    path.write_text(text, encoding="utf-8")
    workbook = read_workbook(path, **more)
    return parse(workbook.xform_xml, workbook.columns)


def reviewing(folder: Path) -> Interview:
    interview = Interview(
        filled(form(folder, REVIEW, datasets={"models"}), {"models": ROWS}), None, now=NOW, language=""
    )
    interview.add("/data/review")
    return interview


def test_a_registration_says_what_it_creates(tmp_path: Path) -> None:
    read = form(tmp_path, REGISTER)
    result = {"model_name": "  Đường   hoa ", "field": "economy", "since": "2021-05-01"}
    assert said(read, result, Env(NOW)) == [
        Said("/data", "models", "", True, False, "Đường hoa", {"field": "economy", "since": "2021-05-01"})
    ]


@pytest.mark.parametrize("result", [{}, {"model_name": "Đường hoa"}, {"field": "economy"}])
def test_without_a_label_or_against_its_condition_nothing_is_created(tmp_path: Path, result: dict[str, str]) -> None:
    assert said(form(tmp_path, REGISTER), result, Env(NOW)) == []


def test_a_review_in_a_repeat_says_what_it_changes(tmp_path: Path) -> None:
    read = form(tmp_path, REVIEW, datasets={"models"})
    result = {"review": [{"model": "k1", "state": "kept"}, {"model": "k3", "state": "same"}, {"model": "k2"}]}
    assert said(read, result, Env(NOW)) == [
        Said("/data/review[1]", "models", "k1", False, True, "", {"state": "kept"}),
        Said("/data/review[3]", "models", "k2", False, True, "", {}),
    ]


def test_the_rows_are_on_offer_and_their_properties_can_be_read(tmp_path: Path) -> None:
    interview = reviewing(tmp_path)
    question = interview.current
    assert question is not None
    assert interview.labels(question) == ("Thắp sáng đường quê", "Đổi rác lấy cây")
    assert interview.answer(question.path, "k3") is None
    state = interview.current
    assert state is not None and interview.label(state) == "State now, before new?"


@pytest.mark.parametrize("key", ["k2", "k9", "' or '1'='1"])
def test_what_is_not_on_offer_is_refused(tmp_path: Path, key: str) -> None:
    interview = reviewing(tmp_path)
    question = interview.current
    assert question is not None
    refusal = interview.answer(question.path, key)
    assert refusal is not None and refusal.reason == "choice"


def test_the_form_itself_stays_without_rows(tmp_path: Path) -> None:
    read = form(tmp_path, REVIEW, datasets={"models"})
    assert open_lists(read) == ("models",)
    copy = filled(read, {"models": ROWS})
    assert (open_lists(copy), open_lists(read), copy.questions is read.questions) == ((), ("models",), True)
    question = read.by_name["model"]
    assert listed(copy, question)[1] == ("k2", "Ngôi nhà khăn quàng đỏ")
    assert listed(read, question) == []
    assert open_lists(filled(read, {"models": []})) == ()


def test_a_form_that_registers_may_pick_from_its_own_list(tmp_path: Path) -> None:
    both = REGISTER.replace("| choices |", "| | select_one_from_file models.csv | alike | Like which? | |\n| choices |")
    assert open_lists(form(tmp_path, both)) == ("models",)


def test_a_list_that_nobody_registers_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"“models.csv” cannot be read: .*no form of the pack registers entities"):
        form(tmp_path, REVIEW)


def test_a_file_beside_the_form_is_taken_before_the_register(tmp_path: Path) -> None:
    (tmp_path / "models.csv").write_text("name,label,state\nf1,From the file,kept\n", encoding="utf-8")
    assert open_lists(form(tmp_path, REVIEW, datasets={"models"})) == ()


def test_what_is_worked_out_of_a_form_is_shared_by_its_copies(tmp_path: Path) -> None:
    read = form(tmp_path, REGISTER)
    assert following(filled(filled(read, {"models": ROWS}), {"models": []})) is following(read)
