"""Why something is asked, with what to choose from, and how the parts of the form are opened."""

import pytest

from forms.message import LONGEST_MESSAGE, Chosen, Doubt, Filling, Unclear
from forms.model import Form
from tests.forms.kit import form_of
from tests.forms.message.kit import asked, name, read, said, value


def only(filling: Filling) -> Unclear:
    assert len(filling.unclear) == 1, filling
    return filling.unclear[0]


@pytest.mark.parametrize(
    ("text", "doubt", "questions", "values"),
    [
        ("bàn giao 1 căn nhà", Doubt.WHICH_QUESTION, {"houses_built", "houses_repaired"}, (1,)),
        ("tặng 20-25 suất quà", Doubt.WHICH_VALUE, {"gifts_given"}, (20, 25)),
        ("sửa 2, 3 căn nhà", Doubt.WHICH_VALUE, {"houses_repaired"}, (2, 3)),
        ("nạo vét 800m kênh mương", Doubt.WHICH_VALUE, {"canals_km"}, ("800", "0.8")),
        ("hỗ trợ 20 em thiếu nhi, mỗi em 200k", Doubt.EACH, {"children_value"}, (200_000,)),
        ("dự kiến tặng 50 suất quà", Doubt.NOT_YET, {"gifts_given"}, (50,)),
        ("phát 200000 tờ rơi", Doubt.REFUSED, {"leaflets"}, (200_000,)),
    ],
)
def test_why_it_is_asked(
    report: Form, text: str, doubt: Doubt, questions: set[str], values: tuple[int | str, ...]
) -> None:
    unclear = only(read(report, text))

    assert (unclear.doubt, {name(path) for path in unclear.questions}, unclear.values) == (doubt, questions, values)


def test_two_numbers_for_one_question_are_both_asked(report: Form) -> None:
    filling = read(report, "tuyên truyền 2 buổi ở ấp 1, tuyên truyền 3 buổi ở ấp 2")

    assert [(unclear.doubt, unclear.values) for unclear in filling.unclear] == [
        (Doubt.TWICE, (2,)),
        (Doubt.TWICE, (3,)),
    ]


def test_the_words_are_those_of_the_message(report: Form) -> None:
    filling = read(report, "Hôm nay Tuyên truyền 2 Buổi; tặng khoảng 20 suất quà; sửa 3 cây cầu")

    assert [answer.words for answer in filling.answers] == ["2 Buổi", "khoảng 20 suất quà"]
    assert filling.not_understood == ("sửa 3 cây cầu",)


def test_an_activity_that_the_form_does_not_ask_is_shown(report: Form) -> None:
    assert read(report, "tặng 5 suất quà, trồng cây tại trụ sở ấp").not_understood == ("trồng cây tại trụ sở ấp",)


def test_a_message_that_is_too_long_is_not_read(report: Form) -> None:
    assert read(report, "tặng 5 suất quà".ljust(LONGEST_MESSAGE)).answers
    assert read(report, "tặng 5 suất quà".ljust(LONGEST_MESSAGE + 1)) == Filling(too_long=True)


def test_the_choices_that_open_the_parts(report: Form) -> None:
    filling = read(report, "tặng 20 suất quà, 30 lượt đoàn viên tham gia, nạo vét 2 km kênh mương")

    assert filling.choices == (Chosen("/data/activities", ("gifts", "roads")),)


def test_nothing_is_opened_without_need(report: Form) -> None:
    assert read(report, "30 lượt đoàn viên tham gia").choices == ()


def test_what_the_form_refuses_opens_nothing(report: Form) -> None:
    filling = read(report, "phát 200000 tờ rơi, tặng 5 suất quà")

    assert filling.choices == (Chosen("/data/activities", ("gifts",)),)
    assert asked(filling) == {"leaflets"}


def test_a_zero_opens_no_part(report: Form) -> None:
    filling = read(report, "0 buổi tuyên truyền, tặng 5 suất quà")

    assert said(filling) == {"gifts_given=5"}
    assert filling.choices == (Chosen("/data/activities", ("gifts",)),)


def test_a_value_without_its_number_is_asked(report: Form) -> None:
    filling = read(report, "Giá trị nhà: 40 triệu")

    assert only(filling).doubt is Doubt.REFUSED
    assert asked(filling) == {"houses_value"}


def test_a_yes_opens_a_part(summer: Form) -> None:
    filling = read(summer, "thực hiện 2 công trình thanh niên")

    assert filling.choices == (Chosen("/data/works", ("yes",)),)


TWO_DOORS = """
| survey |
| | type | name | label | relevant | synonyms | unit |
| | select_multiple door | doors | Which? | | | |
| | integer | trees | Trồng bao nhiêu cây? | selected(${doors}, 'a') or selected(${doors}, 'b') | cây xanh | cây |
| | integer | gifts | Tặng bao nhiêu suất quà? | selected(${doors}, 'b') | suất quà | suất |
| choices |
| | list_name | name | label |
| | door | a | A |
| | door | b | B |
| settings |
| | form_id | version |
| | doors | 1 |
"""


def test_a_part_with_two_doors_is_asked(tmp_path_factory: pytest.TempPathFactory) -> None:
    form = form_of(tmp_path_factory.mktemp("doors"), TWO_DOORS)

    filling = read(form, "trồng 20 cây xanh")

    assert filling.choices == ()
    assert only(filling).doubt is Doubt.REFUSED
    assert asked(filling) == {"trees"}


def test_a_door_that_is_open_anyway_serves_both(tmp_path_factory: pytest.TempPathFactory) -> None:
    form = form_of(tmp_path_factory.mktemp("doors"), TWO_DOORS)

    filling = read(form, "trồng 20 cây xanh, tặng 2 suất quà")

    assert filling.choices == (Chosen("/data/doors", ("b",)),)
    assert said(filling) == {"trees=20", "gifts=2"}


def test_choices_are_filled_in_the_order_of_the_form(report: Form) -> None:
    filling = read(report, "sửa 1 căn nhà tình thương, xây 1 căn nhà tình nghĩa")

    assert value(filling, "house_kinds") == ["gratitude", "love"]


def test_choices_are_asked_when_a_number_has_none(report: Form) -> None:
    filling = read(report, "sửa 1 căn nhà tình thương, xây 2 căn")

    assert said(filling) == {"houses_repaired=1", "houses_built=2"}
    assert (name(only(filling).questions[0]), only(filling).values) == ("house_kinds", ("love",))


def test_an_orphanage_is_no_kind_of_house(report: Form) -> None:
    assert said(read(report, "tặng 20 suất quà cho các em ở nhà tình thương")) == {"gifts_given=20"}
