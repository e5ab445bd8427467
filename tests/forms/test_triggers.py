"""Triggers that follow each other, as JavaRosa runs them: a value that was set is a change as any other."""

from pathlib import Path

from tests.forms.kit import answer, begin, form_of

CHAIN = """
| survey |
| | type | name | label | trigger | calculation |
| | integer | a | A | | |
| | integer | b | B | ${a} | ${a} * 2 |
| | integer | c | C | ${b} | ${b} + 1 |
| | text | d | D | ${c} | concat('c is ', ${c}) |
"""

CIRCLE = """
| survey |
| | type | name | label | trigger | calculation |
| | integer | a | A | ${c} | ${c} + 1 |
| | integer | b | B | ${a} | ${a} + 1 |
| | integer | c | C | ${b} | ${b} + 1 |
"""

ROOMS = """
| survey |
| | type | name | label | trigger | calculation |
| | begin_repeat | house | House | | |
| | integer | rooms | Rooms | | |
| | integer | beds | Beds | ${rooms} | ${rooms} * 2 |
| | integer | sheets | Sheets | ${beds} | ${beds} * 2 |
| | end_repeat | | | | |
"""


def test_a_value_that_a_trigger_sets_pulls_the_next(tmp_path: Path) -> None:
    interview = begin(form_of(tmp_path, CHAIN))
    answer(interview, a=5)
    assert interview.result() == {"a": 5, "b": 10, "c": 11, "d": "c is 11"}


def test_a_value_that_stays_the_same_pulls_nothing(tmp_path: Path) -> None:
    interview = begin(form_of(tmp_path, CHAIN))
    answer(interview, a=5, c=1)
    answer(interview, b=10)
    assert interview.result() == {"a": 5, "b": 10, "c": 1, "d": "c is 1"}
    answer(interview, b=11)
    assert interview.result() == {"a": 5, "b": 11, "c": 12, "d": "c is 12"}


def test_clearing_is_a_change_that_follows_through(tmp_path: Path) -> None:
    interview = begin(form_of(tmp_path, CHAIN))
    answer(interview, a=5)
    interview.answer("/data/a", None)
    assert interview.result() == {"d": "c is "}


def test_a_circle_is_gone_round_once(tmp_path: Path) -> None:
    interview = begin(form_of(tmp_path, CIRCLE))
    answer(interview, a=1)
    assert interview.result() == {"a": 4, "b": 2, "c": 3}


def test_in_a_repeat_triggers_stay_in_their_instance(tmp_path: Path) -> None:
    interview = begin(form_of(tmp_path, ROOMS))
    interview.add("/data/house")
    assert interview.answer("/data/house[2]/rooms", 3) is None
    assert interview.result()["house"] == [{}, {"rooms": 3, "beds": 6, "sheets": 12}]
