"""What an interview works out: relevance that comes and goes, calculated values."""

import json
from datetime import timedelta
from pathlib import Path

from forms.model import Form
from tests.forms.kit import NOW, answer, begin, form_of, name, question


class TestRelevance:
    def test_a_hidden_value_leaves_the_result_and_comes_back(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, day="2022-12-16", what=["gifts"], children=25)
        answer(interview, what=["road"])
        assert "children" not in interview.result()
        assert interview.result()["total"] == 0, "calculations do not see it either"
        interview = begin(daily, json.loads(json.dumps(interview.state)))
        answer(interview, what=["gifts", "road"])
        assert interview.result()["children"] == 25
        assert interview.result()["total"] == 25
        assert name(interview.current) == "district", "and it is not asked again"

    def test_a_group_hides_its_members_and_their_calculations(self, daily: Form) -> None:
        interview = begin(daily)
        answer(interview, what=["houses"], repaired=2, value=90)
        assert interview.result()["each"] == 45
        answer(interview, what=["gifts"])
        assert not interview.relevant(question(daily, "each"))
        assert "each" not in interview.result()

    def test_groups_nest_and_may_hold_only_calculations(self, tmp_path: Path) -> None:
        form = form_of(
            tmp_path,
            """
            | survey |
            | | type | name | label | relevant | calculation |
            | | integer | a | A | | |
            | | begin_group | outer | Outer | ${a} > 1 | |
            | | begin_group | inner | Inner | ${a} > 2 | |
            | | text | b | B | | |
            | | end_group | | | | |
            | | begin_group | sums | | ${a} > 3 | |
            | | calculate | c | | | ${a} + 1 |
            | | end_group | | | | |
            | | end_group | | | | |
            """,
        )
        found = {}
        for value in range(1, 5):
            interview = begin(form)
            answer(interview, a=value)
            found[value] = (interview.relevant(question(form, "b")), interview.result().get("c"))
        assert found == {1: (False, None), 2: (False, None), 3: (True, None), 4: (True, 5)}
        assert [group.name for group in question(form, "c").groups] == ["outer", "sums"]

    def test_a_long_chain_of_relevance(self, tmp_path: Path) -> None:
        """Each question depends on the one before: deep, and no reason to run out of stack."""
        rows = [f"| | integer | q{n} | Q{n} | ${{q{n - 1}}} > 0 |" for n in range(1, 400)]
        head = "| survey |\n| | type | name | label | relevant |\n| | integer | q0 | Q0 | |\n"
        form = form_of(tmp_path, head + "\n".join(rows))
        interview = begin(form)
        answer(interview, **{f"q{n}": 1 for n in range(400)})
        assert interview.position == (400, 400)


class TestCalculations:
    def test_run_after_what_they_depend_on(self, tmp_path: Path) -> None:
        form = form_of(
            tmp_path,
            """
            | survey |
            | | type | name | label | calculation |
            | | calculate | c | | ${b} + 1 |
            | | calculate | b | | ${a} * 2 |
            | | decimal | a | A | |
            | | calculate | empty | | ${a} div 0 |
            | | calculate | third | | ${a} div 3 |
            | | calculate | yes | | ${a} > 1 |
            | | calculate | when | | today() |
            """,
        )
        interview = begin(form)
        answer(interview, a="2.35")
        assert interview.result() == {
            "a": "2.35",
            "b": "4.7",
            "c": "5.7",
            "third": "0.783333333333333",
            "yes": True,
            "when": "2022-12-16",
        }

    def test_a_calculation_may_be_only_a_default(self, tmp_path: Path) -> None:
        form = form_of(
            tmp_path,
            """
            | survey |
            | | type | name | label | calculation | default |
            | | integer | a | A | | |
            | | calculate | fixed | | | 3 + 4 |
            | | calculate | plus | | ${fixed} + 1 | |
            """,
        )
        assert begin(form).result() == {"fixed": 7, "plus": 8}

    def test_once_stays_as_it_was(self, tmp_path: Path) -> None:
        form = form_of(
            tmp_path,
            """
            | survey |
            | | type | name | label | calculation |
            | | integer | a | A | |
            | | calculate | first | | once(${a}) |
            | | calculate | drawn | | random() |
            | | calculate | id | | once(uuid()) |
            | | calculate | begun | | once(today()) |
            | | calculate | unasked | | once(${a} = '') |
            """,
        )
        interview = begin(form)
        answer(interview, a=3)
        before = interview.result()
        interview = begin(form, interview.state, now=NOW + timedelta(days=2))
        answer(interview, a=4)
        assert interview.result() == {**before, "a": 4}
        assert before["first"] == 3
        assert before["begun"] == "2022-12-16"
        assert before["unasked"] is True
        assert 0 <= float(str(before["drawn"])) < 1
