"""How a form is asked. Most examples run on daily.md."""

from datetime import timedelta
from pathlib import Path

import pytest

from forms.interview import Refusal
from forms.model import Form
from tests.forms.kit import NOW, answer, asked, begin, form_of, name, question


class TestFromStartToCard:
    def test_only_what_took_place_is_asked(self, daily: Form) -> None:
        interview = begin(daily)
        assert name(interview.current) == "day"
        assert interview.position == (1, 5)
        answer(interview, day="2022-12-16", what=["gifts"])
        assert name(interview.current) == "children"
        assert interview.position == (3, 7)
        answer(interview, children=25)
        assert [interview.current and interview.skip() for _ in range(4)] == [None] * 4
        assert interview.current is None
        assert interview.position == (7, 7)
        assert interview.missing() is None

    def test_nothing_took_place_is_two_answers_and_a_word(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["none"])
        assert asked(interview) == ["day", "what", "opinion"]
        interview.skip()
        assert interview.current is None
        assert interview.result() == {"day": "2022-12-16", "what": ["none"], "total": 0}

    def test_the_card_lists_every_asked_question_with_its_mark(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["road"], road="2.50")
        interview.answer(question(daily, "road").path, "2.5", "about")
        lines = {line.question.name: (line.value, line.mark) for line in interview.review()}
        assert lines == {
            "day": ("2022-12-16", ""),
            "what": (["road"], ""),
            "road": ("2.5", "about"),
            "start": (None, ""),
            "picture": (None, ""),
            "opinion": (None, ""),
        }

    def test_a_new_answer_takes_the_old_mark_away(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, what=["road"])
        interview.answer(question(daily, "road").path, "2.5", "over")
        answer(interview, road="3")
        assert interview.state["marks"] == {}

    def test_answers_may_come_in_any_order(self, daily: Form) -> None:
        """A typed sentence fills several questions at once; the interview goes on with what is left."""
        interview = begin(daily)
        answer(interview, what=["gifts", "houses"], children=25, repaired=1)
        assert name(interview.current) == "day"
        answer(interview, day="2022-12-15")
        assert name(interview.current) == "kind"


class TestTexts:
    def test_in_the_language_of_the_person(self, daily: Form) -> None:
        day = question(daily, "day")
        assert begin(daily, language="vi").label(day) == "Ngày nào?"
        assert begin(daily, language="en").label(day) == "Which day?"
        assert begin(daily, language="fr").label(day) == "Ngày nào?"

    def test_a_missing_translation_falls_back_to_the_forms_language(self, daily: Form) -> None:
        assert begin(daily, language="en").hint(question(daily, "what")) == "Chọn một hoặc nhiều"

    def test_outputs_are_filled(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, what=["houses"], repaired=3)
        assert interview.label(question(daily, "value")) == "Tổng giá trị 3 căn?"

    def test_notes_stand_before_the_next_question(self, daily: Form) -> None:
        interview = begin(daily)
        assert interview.notes_before(interview.current) == ("Báo cáo ngày 2022-12-16",)
        answer(interview, what=["houses", "gifts"], repaired=4, value=10_000_000)
        assert interview.notes_before(question(daily, "children")) == ("Tức là 2500000 đồng một căn.",)
        assert interview.notes_before(question(daily, "district")) == ()
        assert interview.notes_before(None) == ("Cảm ơn đồng chí.",)

    def test_the_heading_is_the_label_of_the_group(self, daily: Form) -> None:
        interview = begin(daily)
        assert interview.heading(question(daily, "kind")) == "Làm nhà, sửa nhà"
        assert interview.heading(question(daily, "children")) == ""

    def test_what_is_only_to_be_read_is_a_note_with_its_value(self, tmp_path: Path) -> None:
        form = form_of(
            tmp_path,
            """
            | survey |
            | | type | name | label | calculation | read_only |
            | | integer | a | How many? | | |
            | | integer | double | Twice that is | ${a} * 2 | yes |
            | | select_one k | colour | Colour | 'r' | yes |
            | | text | b | Anything else? | | |
            | choices |
            | | list_name | name | label |
            | | k | r | Red |
            """,
        )
        interview = begin(form)
        answer(interview, a=4)
        assert name(interview.current) == "b"
        assert interview.notes_before(interview.current) == ("Twice that is 8", "Colour Red")
        assert interview.result() == {"a": 4, "double": 8, "colour": "r"}


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "value", "reason"),
        [
            ("day", "2022-13-01", "type"),
            ("day", 5, "type"),
            ("day", True, "type"),
            ("what", "gifts", "type"),
            ("what", ["gifts", "flying"], "choice"),
            ("what", [], "required"),
            ("day", None, "required"),
            ("day", "", "required"),
            ("children", 5, "irrelevant"),
            ("total", 5, "irrelevant"),
            ("hello", "x", "irrelevant"),
        ],
    )
    def test_and_nothing_changes(self, daily: Form, path: str, value: object, reason: str) -> None:
        interview = begin(daily)
        before = interview.state
        refusal = interview.answer(question(daily, path).path, value)
        assert refusal is not None
        assert refusal.reason == reason
        assert interview.state == before

    def test_a_path_that_is_not_in_the_form(self, daily: Form) -> None:
        assert begin(daily).answer("/data/elsewhere", 1) == Refusal("irrelevant")

    def test_a_constraint_speaks_both_languages(self, daily: Form) -> None:
        day = question(daily, "day").path
        assert begin(daily).answer(day, "2022-12-17") == Refusal("constraint", "Ngày này chưa đến.")
        refused = begin(daily, language="en").answer(day, "2022-12-17")
        assert refused == Refusal("constraint", "That day is still to come.")
        assert begin(daily, now=NOW + timedelta(days=1)).answer(day, "2022-12-17") is None

    def test_a_choice_that_excludes_the_others(self, daily: Form) -> None:
        refusal = begin(daily).answer(question(daily, "what").path, ["none", "gifts"])
        assert refusal is not None
        assert refusal.message.startswith('Đã chọn "Không phát sinh"'), "pyxform straightens the quotes"

    def test_a_refused_answer_leaves_the_earlier_one(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, what=["houses"], repaired=7)
        assert interview.answer(question(daily, "repaired").path, 501) == Refusal("constraint", "Từ 0 đến 500 căn.")
        assert interview.value(question(daily, "repaired")) == 7
        assert interview.relevant(question(daily, "value"))

    def test_the_forms_own_words_for_required(self, tmp_path: Path) -> None:
        form = form_of(
            tmp_path,
            """
            | survey |
            | | type | name | label | required | required_message | constraint | constraint_message |
            | | integer | a | A | yes | We need ${a} this. | . < 5 | Less than five. |
            """,
        )
        assert begin(form).skip() == Refusal("required", "We need  this.")
        assert begin(form).answer("/data/a", 5) == Refusal("constraint", "Less than five.")


class TestRequired:
    def test_skip_is_refused_then(self, daily: Form) -> None:
        interview = begin(daily)
        assert interview.skip() == Refusal("required")
        assert name(interview.current) == "day"

    def test_it_may_depend_on_answers(self, tmp_path: Path) -> None:
        form = form_of(
            tmp_path,
            """
            | survey |
            | | type | name | label | required |
            | | text | why | Why? | ${n} > 10 |
            | | integer | n | How many? | |
            """,
        )
        interview = begin(form)
        assert interview.skip() is None
        answer(interview, n=11)
        assert interview.missing() is question(form, "why")
        assert interview.current is question(form, "why"), "what became required is asked again"
        answer(interview, why="a visit")
        assert interview.current is None
