"""Choices, defaults, going back, editing from the card, and starting from yesterday's report."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from forms.interview import Refusal
from forms.kinds import Kind
from forms.model import Form
from forms.values import Json
from tests.forms.kit import NOW, answer, begin, form_of, name, question


class TestChoices:
    def test_a_filter_narrows_them(self, daily: Form) -> None:
        interview = begin(daily)
        district, commune = question(daily, "district"), question(daily, "commune")
        answer(interview, what=["gifts"])
        assert [item.value for item in interview.items(district)] == ["d1", "d2"]
        answer(interview, district="d1")
        assert [item.value for item in interview.items(commune)] == ["c1", "c2"]
        assert [interview.text(item.label, commune) for item in interview.items(commune)] == ["Xã Một", "Xã Hai"]
        assert interview.answer(commune.path, "c3") == Refusal("choice")

    def test_what_is_no_longer_offered_is_asked_again(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["gifts"], children=5, district="d1", commune="c1")
        for _ in range(3):
            interview.skip()
        assert interview.current is None
        answer(interview, district="d2")
        assert interview.current is question(daily, "commune")
        assert interview.missing() is question(daily, "commune")
        answer(interview, commune="c3")
        assert interview.current is None

    def test_several_are_kept_in_the_order_of_the_form_and_once(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, what=["road", "gifts", "road", "houses"])
        assert interview.value(question(daily, "what")) == ["houses", "gifts", "road"]

    def test_extra_columns_are_fields(self, daily: Form) -> None:
        assert dict(question(daily, "commune").items[2].fields) == {"kind": "commune", "parent": "d1"}


class TestDefaults:
    def test_a_fixed_one_is_offered_and_still_asked(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["houses"], kind="love")
        assert name(interview.current) == "repaired"
        assert interview.value(question(daily, "repaired")) == 1
        assert interview.relevant(question(daily, "value")), "expressions see it"

    def test_a_dynamic_one_is_made_once(self, daily: Form) -> None:
        interview = begin(daily)
        assert interview.value(question(daily, "day")) == "2022-12-16"
        later = begin(daily, interview.state, now=NOW + timedelta(days=3))
        assert later.value(question(daily, "day")) == "2022-12-16"

    def test_a_dynamic_one_waits_for_relevance(self, tmp_path: Path) -> None:
        form = form_of(
            tmp_path,
            """
            | survey |
            | | type | name | label | relevant | default |
            | | integer | a | A | | |
            | | integer | b | B | ${a} > 1 | ${a} * 10 |
            """,
        )
        interview = begin(form)
        answer(interview, a=1)
        assert interview.value(question(form, "b")) is None
        answer(interview, a=2)
        answer(interview, a=3)
        assert interview.value(question(form, "b")) == 20

    def test_skipping_takes_it_away(self, tmp_path: Path) -> None:
        form = form_of(
            tmp_path,
            """
            | survey |
            | | type | name | label | default |
            | | integer | a | A | 5 |
            | | date | b | B | today() |
            """,
        )
        interview = begin(form)
        interview.skip()
        interview.skip()
        assert interview.current is None
        assert begin(form, interview.state).result() == {}


class TestMoving:
    def test_back_and_on_to_the_first_open_question(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["gifts"], children=25)
        assert [name(interview.back()) for _ in range(4)] == ["children", "what", "day", None]
        assert name(interview.current) == "day"
        answer(interview, day="2022-12-15")
        assert name(interview.current) == "district"

    def test_back_passes_over_what_is_hidden(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["none"])
        assert name(interview.current) == "opinion"
        assert name(interview.back()) == "what"

    def test_back_from_the_card(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["none"], opinion="quiet")
        assert interview.current is None
        assert name(interview.back()) == "opinion"

    def test_edit_returns_to_the_card(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["none"], opinion="quiet")
        assert interview.edit(question(daily, "day").path) is question(daily, "day")
        assert interview.current is question(daily, "day")
        answer(interview, day="2022-12-15")
        assert interview.current is None

    def test_edit_asks_what_the_answer_opened(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["none"], opinion="quiet")
        interview.edit(question(daily, "what").path)
        answer(interview, what=["road", "houses"])
        order = []
        for value in ("love", 2, 80_000_000, "1.5", "07:30", "media-1"):
            order.append(name(interview.current))
            assert interview.current is not None
            assert interview.answer(interview.current.path, value) is None
        assert order == ["kind", "repaired", "value", "road", "start", "picture"]
        assert interview.current is None

    def test_edit_of_a_stale_line_does_nothing(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["none"])
        assert interview.edit(question(daily, "children").path) is None
        assert interview.edit("/data/nothing") is None
        assert name(interview.current) == "opinion"

    def test_a_changed_mind_leaves_the_answer(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["none"], opinion="quiet")
        interview.edit(question(daily, "opinion").path)
        assert interview.resume() is None
        assert interview.result()["opinion"] == "quiet"

    def test_where_we_are_survives_being_stored(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["gifts"], children=25)
        interview.back()
        again = begin(daily, json.loads(json.dumps(interview.state)))
        assert again.current is interview.current
        assert again.state == interview.state

    def test_skipping_an_answered_question_takes_the_answer_away(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["none"], opinion="quiet")
        interview.edit(question(daily, "opinion").path)
        assert interview.skip() is None
        assert interview.current is None
        assert "opinion" not in interview.result()

    def test_nothing_to_skip_on_the_card(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["none"], opinion="quiet")
        assert interview.skip() == Refusal("irrelevant")


class TestSameAsYesterday:
    RESULT: ClassVar[Mapping[str, Json]] = {
        "day": "2022-12-15",
        "what": ["gifts", "road"],
        "children": 25,
        "road": "1.5",
        "picture": "media-1",
        "opinion": "quiet",
        "total": 25,
        "gone": 5,
    }

    def test_numbers_and_choices_but_no_picture_and_no_text(self, daily: Form) -> None:
        interview = begin(daily)
        interview.copy_from(self.RESULT)
        assert interview.result() == {
            "day": "2022-12-15", "what": ["gifts", "road"], "children": 25, "road": "1.5", "total": 25,
        }  # fmt: skip
        assert name(interview.current) == "district"

    def test_only_the_kinds_asked_for(self, daily: Form) -> None:
        interview = begin(daily)
        interview.copy_from(self.RESULT, kinds={Kind.SELECT_MULTIPLE, Kind.TEXT, Kind.IMAGE})
        assert interview.state["answers"] == {"/data/what": ["gifts", "road"], "/data/day": "2022-12-16"}

    def test_what_no_longer_fits_is_asked(self, daily: Form) -> None:
        interview = begin(daily)
        interview.copy_from({"day": "2023-01-01", "what": ["gifts", "flying"], "children": "many", "road": 2})
        assert name(interview.current) == "day"
        assert interview.result() == {"day": "2022-12-16", "total": 0}


class TestStateOfAnotherVersion:
    def test_answers_that_no_longer_fit_are_dropped(self, daily: Form) -> None:
        state = {
            "answers": {"/data/gone": 1, "/data/day": "soon", "/data/what": "gifts", "/data/opinion": "quiet"},
            "marks": {},
            "at": "/data/gone",
            "done": ["/data/gone", "/data/opinion"],
        }
        interview = begin(daily, state)
        assert name(interview.current) == "day"
        assert interview.state["answers"] == {"/data/opinion": "quiet", "/data/day": "2022-12-16"}
