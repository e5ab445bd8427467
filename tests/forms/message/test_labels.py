"""A question's own name and its answer, on a line or in a sentence: it goes before whatever else the words may name."""

import pytest

from forms.message import Doubt, template, template_questions
from forms.model import Form
from tests.forms.message.kit import asked, read, said


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("Đường nông thôn 1,5 km", {"rural_road_km=1.5"}),
        ("đường nông thôn 2 km", {"rural_road_km=2"}),
        ("duong nong thon 2km", {"rural_road_km=2"}),
        ("Đường nông thôn: 1,5", {"rural_road_km=1.5"}),
        ("tặng 20 suất quà, đường nông thôn 1,5 km", {"gifts_given=20", "rural_road_km=1.5"}),
        ("làm đường nông thôn 2 km ở thôn 3", {"rural_road_km=2"}),
        ("Tờ rơi 200", {"leaflets=200"}),
        ("Tin bài 12", {"news_posts=12"}),
        ("Buổi tuyên truyền 2 buổi", {"publicity_sessions=2"}),
        ("TỜ RƠI 200\nTIN BÀI 3", {"leaflets=200", "news_posts=3"}),
        ("Suất quà 20\nGiá trị quà 5 triệu", {"gifts_given=20", "gifts_value=5000000"}),
        ("Giá trị quà: 5000000\nSuất quà: 20", {"gifts_given=20", "gifts_value=5000000"}),
        ("xây 2 căn nhà, tổng trị giá 160000000 đồng", {"houses_built=2", "houses_value=160000000"}),
        ("- Tờ rơi: 200\n- Đường nông thôn (km): 1,5", {"leaflets=200", "rural_road_km=1.5"}),
    ],
)
def test_a_label_and_its_number(report: Form, text: str, answers: set[str]) -> None:
    filling = read(report, text)

    assert said(filling) == answers
    assert (filling.unclear, filling.not_understood) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "nhà văn hóa thôn 3", "họp tại nhà văn hoá thôn 12", "đường nông thôn thôn 3", "thôn 3", "đường vào ấp 4",
        "đường nông thôn ấp 4",
    ],
)  # fmt: skip
def test_a_place_stays_a_place(report: Form, text: str) -> None:
    filling = read(report, text)

    assert (filling.answers, filling.unclear, filling.not_understood) == ((), (), ())


@pytest.mark.parametrize("text", ["Đường nông thôn 3", "Nhóm Zalo mới 2", "Buổi tuyên truyền 2", "Đợt khám bệnh 2"])
def test_what_may_be_a_name_with_its_number_is_asked(report: Form, text: str) -> None:
    filling = read(report, text)

    assert said(filling) == set()
    assert [unclear.doubt for unclear in filling.unclear] == [Doubt.WHICH_VALUE]


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("Loại nhà: Nhà đại đoàn kết", {"house_kinds=unity"}),
        ("loai nha: nha dai doan ket", {"house_kinds=unity"}),
        ("Nhà xây mới: 2\nLoại nhà: Nhà tình nghĩa, Nhà tình thương", {"houses_built=2", "house_kinds=gratitude+love"}),
        ("Nhà xây mới: 2, Loại nhà: Nhà đại đoàn kết", {"houses_built=2", "house_kinds=unity"}),
        ("Tờ rơi: 200; Tin bài: 3", {"leaflets=200", "news_posts=3"}),
        ("1. Tờ rơi: 200\n2. Tin bài: 3", {"leaflets=200", "news_posts=3"}),
        ("Nghĩa trang, đài tưởng niệm: 3; Tờ rơi: không", {"memorials_cared=3"}),
        ("Tờ rơi: 200\nsửa 1 căn nhà tình thương", {"leaflets=200", "houses_repaired=1", "house_kinds=love"}),
        ("Suất quà: 20 suất cho hộ nghèo ấp 4", {"gifts_given=20"}),
        ("Publicity sessions: 3", {"publicity_sessions=3"}),
    ],
)
def test_lines_without_numbers_of_their_own(report: Form, text: str, answers: set[str]) -> None:
    filling = read(report, text, "en" if text.startswith("Pub") else "vi")

    assert said(filling) == answers
    assert filling.unclear == ()


def test_the_template_comes_back_without_its_numbers(report: Form) -> None:
    values = {"publicity_sessions": "3", "house_kinds": "Nhà tình nghĩa", "houses_built": "2", "houses_value": "90tr"}
    lines = [line.partition(" ")[2] for line in template(report, language="vi").splitlines()]
    named = zip(template_questions(report), lines, strict=True)

    filling = read(report, "\n".join(line + values.get(question.name, "") for question, line in named))

    assert said(filling) == {
        "publicity_sessions=3", "house_kinds=gratitude", "houses_built=2", "houses_value=90000000",
    }  # fmt: skip
    assert (filling.unclear, filling.not_understood) == ((), ())


@pytest.mark.parametrize(
    ("text", "question", "words"),
    [("Loại nhà: nhà sàn", "house_kinds", "Loại nhà"), ("Tờ rơi: vài", "leaflets", "Tờ rơi")],
)
def test_a_line_that_is_not_understood_is_shown_by_its_name(report: Form, text: str, question: str, words: str) -> None:
    filling = read(report, text)

    assert said(filling) == set()
    assert asked(filling) == {question}
    assert [unclear.words for unclear in filling.unclear] == [words]


def test_a_name_with_nothing_behind_it_heads_a_list(report: Form) -> None:
    filling = read(report, "Đợt khám bệnh:\n- 2 đợt\n- 60 lượt người")

    assert said(filling) == {"medical_sessions=2", "medical_people=60"}


def test_a_line_and_a_sentence_that_say_different_numbers(report: Form) -> None:
    filling = read(report, "Buổi tuyên truyền: 3\ntuyên truyền 5 buổi")

    assert said(filling) == {"publicity_sessions=3"}
    assert [(unclear.words, unclear.doubt) for unclear in filling.unclear] == [("5 buổi", Doubt.TWICE)]
