"""The numbered lines to copy, and what is read from them."""

import random

import pytest

from forms.message import Doubt, template, template_questions
from forms.model import Form
from tests.forms.message.kit import asked, read, said


def filled(form: Form, values: dict[str, str]) -> str:
    """The template with values behind some of its lines."""
    lines = template(form, language="vi").splitlines()
    named = zip(template_questions(form), lines, strict=True)
    return "\n".join(line + values.get(question.name, "") for question, line in named)


def test_one_line_for_each_question_that_takes_a_short_answer(report: Form) -> None:
    lines = template(report, language="vi").splitlines()

    assert lines[0] == "1. Buổi tuyên truyền: "
    assert lines[8] == "9. Giá trị nhà: "
    assert len(lines) == 20
    assert not any("Hoạt động" in line or "Ảnh" in line for line in lines)


def test_the_language_of_the_person(report: Form) -> None:
    assert template(report, language="en").startswith("1. Publicity sessions: \n2. Attendances at publicity: ")


def test_a_question_without_a_short_name_shows_its_label(summer: Form) -> None:
    assert template(summer, language="en").splitlines()[1] == "2. Cây xanh: "


def test_it_comes_back_filled(report: Form) -> None:
    values = {
        "publicity_sessions": "3",
        "house_kinds": "nhà tình thương",
        "houses_built": "2",
        "houses_value": "khoảng 90tr",
    }

    filling = read(report, filled(report, values))

    assert said(filling) == {"publicity_sessions=3", "house_kinds=love", "houses_built=2", "houses_value=~90000000"}
    assert filling.unclear == ()
    assert filling.not_understood == ()
    assert [choice.values for choice in filling.choices] == [("publicity", "houses")]


@pytest.mark.parametrize("seed", range(20))
def test_any_numbers_come_back(report: Form, seed: int) -> None:
    dice = random.Random(seed)
    numeric = [q for q in template_questions(report) if q.kind in ("integer", "decimal") and q.name != "houses_value"]
    values = {
        q.name: str(dice.randint(1, 400) * (1_000_000 if q.is_money else 1)) for q in numeric if dice.random() < 0.6
    }

    assert said(read(report, filled(report, values))) == {f"{name}={value}" for name, value in values.items()}


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (
            "1: 3  2: 2  7: 1  9: 45tr",
            {"publicity_sessions=3", "publicity_people=2", "houses_built=1", "houses_value=45000000"},
        ),
        ("1:3, 2:120", {"publicity_sessions=3", "publicity_people=120"}),
        ("1. 3\n2. 120", {"publicity_sessions=3", "publicity_people=120"}),
        ("1) 3 buổi\n2) 120 lượt người", {"publicity_sessions=3", "publicity_people=120"}),
        ("Báo cáo ngày 16/12\n1: 3\n2: 120", {"publicity_sessions=3", "publicity_people=120"}),
        ("1. Buoi tuyen truyen: 3", {"publicity_sessions=3"}),
        ("1. Buổi tuyên truyền: 3\ntặng 20 suất quà", {"publicity_sessions=3", "gifts_given=20"}),
        ("1: 3\n2: không", {"publicity_sessions=3", "publicity_people=0"}),
    ],
)
def test_ways_to_type_it(report: Form, text: str, answers: set[str]) -> None:
    assert said(read(report, text)) == answers


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("1. Tặng 25 suất quà\n2. Tuyên truyền 2 buổi", {"gifts_given=25", "publicity_sessions=2"}),
        ("1. 25 em\n2. 20 suất quà", {"children_supported=25", "gifts_given=20"}),
        ("7:30", set()),
        ("7:30 tuyên truyền 2 buổi", {"publicity_sessions=2"}),
        ("99: 3", set()),
    ],
)
def test_a_list_of_ones_own_is_free_text(report: Form, text: str, answers: set[str]) -> None:
    assert said(read(report, text)) == answers


def test_a_line_that_cannot_be_read_is_asked(report: Form) -> None:
    filling = read(report, "1. Buổi tuyên truyền: vài\n2. Lượt người được tuyên truyền: 20-30\n3. Tờ rơi: 5")

    assert said(filling) == {"leaflets=5"}
    assert asked(filling) == {"publicity_sessions", "publicity_people"}
    assert [(u.doubt, u.values) for u in filling.unclear] == [(Doubt.WHICH_VALUE, ()), (Doubt.WHICH_VALUE, (20, 30))]


def test_two_lines_for_one_question_are_asked(report: Form) -> None:
    filling = read(report, "1: 3\n1: 4\n3: 5")

    assert said(filling) == {"leaflets=5"}
    assert [(unclear.doubt, unclear.values) for unclear in filling.unclear] == [
        (Doubt.TWICE, (3,)),
        (Doubt.TWICE, (4,)),
    ]


def test_dates_and_single_choices(summer: Form) -> None:
    filling = read(summer, "1: 15/12\n8: 2\n10: Dạy trực tuyến\n11: 98,5%")

    assert said(filling) == {"day=2022-12-15", "swim_classes=2", "way=online", "satisfied=98.5"}


def test_an_empty_template_says_nothing_at_all(report: Form) -> None:
    filling = read(report, template(report, language="vi"))

    assert filling.answers == ()
    assert not filling.nothing
