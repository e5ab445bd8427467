"""Repeats: counted by the person or by the form, nested, and expressions that look across their instances."""

import json
import time
from pathlib import Path

import pytest

from forms.api import open_form
from forms.interview import Interview
from forms.kinds import Kind
from forms.model import Form
from forms.problems import FormError
from forms.tree import MOST_ALTOGETHER, MOST_INSTANCES
from forms.values import Json
from tests.forms.kit import begin

HOUSES = """
| survey |
| | type | name | label | calculation | repeat_count | default | relevant |
| | integer | stock | How much stock? | | | | |
| | begin_repeat | house | House | | | | ${stock} > 0 |
| | text | owner | Whose? | | | concat('No ', position(..)) | |
| | integer | used | How much for ${owner}? | | | | |
| | calculate | before | | if(position(..) = 1, ${stock}, indexed-repeat(${left}, ${house}, position(..) - 1)) | | | |
| | calculate | left | | ${before} - ${used} | | | |
| | begin_repeat | room | Room | | ${used} | | |
| | text | colour | Colour of room ${owner}? | | | | |
| | end_repeat | | | | | | |
| | end_repeat | | | | | | |
| | calculate | houses | | count(${house}) | | | |
| | calculate | total | | sum(${used}) | | | |
| | calculate | rooms | | count(${room}) | | | |
| | calculate | large | | count(${house}[${used} > 1]) | | | |
| | calculate | second | | /data/house[2]/owner | | | |
| | calculate | first_colour | | indexed-repeat(${colour}, ${house}, 1, ${room}, 2) | | | |
| | select_one ${owner} | best | Best house? | | | | |
"""


def houses(folder: Path, markdown: str = HOUSES) -> Form:
    path = folder / "form.md"
    path.write_text(markdown, encoding="utf-8")
    return open_form(path)


def go(interview: Interview, *values: object) -> list[str]:
    """Answers what is asked, one after the other; the paths that were asked."""
    paths = []
    for value in values:
        current = interview.current
        assert current is not None
        paths.append(current.path)
        assert interview.answer(current.path, value) is None, current.path
    return paths


def filled(folder: Path) -> Interview:
    interview = begin(houses(folder))
    go(interview, 10, "An", 2, "red", "blue", True, "Bình", 1, "green", False, "An")
    return interview


def test_instances_are_asked_one_after_the_other(tmp_path: Path) -> None:
    interview = begin(houses(tmp_path))
    asked = go(interview, 10, "An", 2, "red", "blue", True, "Bình", 1, "green", False)
    assert asked == [
        "/data/stock", "/data/house[1]/owner", "/data/house[1]/used",
        "/data/house[1]/room[1]/colour", "/data/house[1]/room[2]/colour", "/data/house",
        "/data/house[2]/owner", "/data/house[2]/used", "/data/house[2]/room[1]/colour", "/data/house",
    ]  # fmt: skip
    assert interview.current is not None
    assert interview.current.name == "best"
    assert [item.value for item in interview.items(interview.current)] == ["An", "Bình"]


def test_expressions_look_across_instances(tmp_path: Path) -> None:
    result = filled(tmp_path).result()
    assert result["house"] == [
        {"owner": "An", "used": 2, "before": 10, "left": 8, "room": [{"colour": "red"}, {"colour": "blue"}]},
        {"owner": "Bình", "used": 1, "before": 8, "left": 7, "room": [{"colour": "green"}]},
    ]
    counted = {name: result[name] for name in ("houses", "total", "rooms", "large", "second", "first_colour", "best")}
    assert counted == {
        "houses": 2, "total": 3, "rooms": 3, "large": 1, "second": "Bình", "first_colour": "blue", "best": "An",
    }  # fmt: skip


def test_labels_and_defaults_are_those_of_the_instance(tmp_path: Path) -> None:
    interview = begin(houses(tmp_path))
    go(interview, 10, "An", 0, True)
    current = interview.current
    assert current is not None
    assert interview.value(current) == "No 2"
    go(interview, "Bình")
    assert interview.current is not None
    assert interview.label(interview.current) == "How much for Bình?"
    assert interview.heading(interview.current) == "House"


def test_the_prompt_says_how_many_there_are(tmp_path: Path) -> None:
    interview = filled(tmp_path)
    prompt = interview.draft.question("/data/house")
    assert prompt is not None
    assert prompt.kind is Kind.REPEAT
    assert interview.value(prompt) == 2
    assert [line.question.path for line in interview.review()].count("/data/house") == 1


def test_a_draft_loaded_again_is_the_same(tmp_path: Path) -> None:
    interview = filled(tmp_path)
    again = begin(interview.form, json.loads(json.dumps(interview.state)))
    assert again.state == interview.state
    assert again.result() == interview.result()


def test_removing_an_instance_moves_the_others_up(tmp_path: Path) -> None:
    interview = filled(tmp_path)
    assert interview.remove("/data/house[1]")
    house: Json = {"owner": "Bình", "used": 1, "before": 10, "left": 9, "room": [{"colour": "green"}]}
    assert interview.result()["house"] == [house]
    assert interview.current is not None
    # The best house is gone with the first, so its choice is asked for again.
    assert interview.current.name == "best"


@pytest.mark.parametrize("path", ["/data/house[3]", "/data/house", "/data/house[1]/room[1]", "/data/stock", "x[1]"])
def test_what_cannot_be_removed(tmp_path: Path, path: str) -> None:
    interview = filled(tmp_path)
    before = interview.state
    assert not interview.remove(path)
    assert interview.state == before


def test_only_what_the_person_counts_can_be_added(tmp_path: Path) -> None:
    interview = filled(tmp_path)
    assert not interview.add("/data/house[1]/room")
    assert not interview.add("/data/stock")
    assert interview.add("/data/house")
    assert interview.result()["houses"] == 3


def test_an_irrelevant_repeat_is_neither_asked_nor_counted_out(tmp_path: Path) -> None:
    interview = begin(houses(tmp_path))
    go(interview, 0)
    assert interview.current is not None
    assert interview.current.name == "best"
    assert "house" not in interview.result()
    assert not interview.add("/data/house")


def test_a_count_that_shrinks_hides_instances_and_growing_brings_them_back(tmp_path: Path) -> None:
    interview = filled(tmp_path)
    assert interview.answer("/data/house[1]/used", 1) is None
    assert interview.result()["rooms"] == 2
    assert interview.answer("/data/house[1]/used", 2) is None
    assert interview.result()["first_colour"] == "blue"


def test_a_mistyped_count_does_not_fill_the_memory(tmp_path: Path) -> None:
    interview = begin(houses(tmp_path))
    go(interview, 10, "An", 10**12)
    assert interview.result()["rooms"] == MOST_INSTANCES


def test_repeats_within_repeats_are_bounded_together(tmp_path: Path) -> None:
    form = houses(
        tmp_path,
        "| survey |\n| | type | name | label | repeat_count |\n| | begin_repeat | r | R | 1000000000 |\n"
        "| | begin_repeat | s | S | 1000000000 |\n| | integer | a | A | |\n| | end_repeat | | | |\n"
        "| | end_repeat | | | |\n",
    )
    before = time.process_time()
    interview = begin(form)
    assert time.process_time() - before < 0.5
    rows = interview.result()["r"]
    assert isinstance(rows, list)
    inner = [row.get("s", []) for row in rows if isinstance(row, dict)]
    assert len(rows) == MOST_INSTANCES
    assert len(rows) + sum(len(found) for found in inner if isinstance(found, list)) == MOST_ALTOGETHER


def test_an_earlier_report_is_taken_over_with_its_instances(tmp_path: Path) -> None:
    earlier = filled(tmp_path)
    interview = begin(earlier.form)
    interview.copy_from(earlier.result())
    house = interview.result()["house"]
    assert isinstance(house, list)
    assert [row["used"] for row in house if isinstance(row, dict)] == [2, 1]


def test_a_circle_within_one_instance_is_said(tmp_path: Path) -> None:
    rows = "| | calculate | a | ${b} |\n| | calculate | b | ${a} |"
    with pytest.raises(FormError, match="in a circle: a, b"):
        houses(
            tmp_path,
            f"| survey |\n| | type | name | calculation |\n| | begin_repeat | r | |\n{rows}\n| | end_repeat | | |",
        )


def test_a_repeat_without_a_first_instance_asks_before_it(tmp_path: Path) -> None:
    form = houses(tmp_path)
    interview = begin(form, {"answers": {"/data/stock": 3}, "done": ["/data/stock"], "counts": {"/data/house": 0}})
    assert interview.current is not None
    assert interview.current.path == "/data/house"
    go(interview, True)
    assert interview.current.path == "/data/house[1]/owner"


def test_the_same_name_for_a_repeat_and_a_question(tmp_path: Path) -> None:
    form = houses(
        tmp_path,
        """
        | survey |
        | | type | name | label |
        | | begin_group | g | G |
        | | text | x | X |
        | | end_group | | |
        | | begin_repeat | x | R |
        | | text | y | Y |
        | | end_repeat | | |
        """,
    )
    interview = begin(form)
    go(interview, "outside", "inside", False)
    assert interview.result() == {"x": "outside", "/data/x": [{"y": "inside"}]}
    again = begin(form)
    again.copy_from(interview.result())
    assert again.state.get("counts") == {"/data/x": 1}


def test_what_is_not_relevant_is_not_counted(tmp_path: Path) -> None:
    form = houses(
        tmp_path,
        """
        | survey |
        | | type | name | label | relevant | calculation |
        | | begin_repeat | person | Person | | |
        | | integer | age | How old? | | |
        | | begin_group | child | Child | ${age} < 18 | |
        | | text | school | Which school? | | |
        | | end_group | | | | |
        | | end_repeat | | | | |
        | | calculate | schools | | | count(${school}) |
        | | calculate | people | | | count(${person}) |
        """,
    )
    interview = begin(form)
    assert go(interview, 10, "A", True, 40, False)[-2:] == ["/data/person[2]/age", "/data/person"]
    assert interview.result() == {
        "person": [{"age": 10, "school": "A"}, {"age": 40}],
        "schools": 1,
        "people": 2,
    }


def test_an_instance_without_an_answer_keeps_its_number(tmp_path: Path) -> None:
    form = houses(
        tmp_path,
        """
| survey |
| | type | name | label | relevant |
| | begin_repeat | house | House | |
| | integer | rooms | Rooms? | position(..) > 1 |
| | end_repeat | | | |
""",
    )
    interview = begin(form)
    interview.add("/data/house")
    go(interview, 3)
    assert interview.result() == {"house": [{}, {"rooms": 3}]}


def test_no_more_than_there_may_be(tmp_path: Path) -> None:
    interview = begin(houses(tmp_path, "| survey |\n| | type | name | label |\n| | begin_repeat | house | House |\n"
                             "| | text | owner | Whose? |\n| | end_repeat | | |\n"))  # fmt: skip
    while interview.add("/data/house"):
        pass
    assert interview.value(interview.form.prompts["/data/house"]) == MOST_INSTANCES
    refusal = interview.answer("/data/house", True)
    assert refusal is not None
    assert refusal.reason == "full"
