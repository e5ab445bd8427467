"""Choices looked up by a field give what looking at each of them gives."""

from pathlib import Path

import pytest

from forms.expressions import Expression
from forms.interview import Interview
from forms.model import Form
from tests.forms.kit import answer, begin, form_of

FORM = """
| survey |
| | type | name | label | choice_filter | calculation |
| | text | area | Area | | |
| | integer | size | Size | | |
| | calculate | is_big | | | ${size} > 5 |
| | select_one town | by_area | By area | area=${area} | |
| | select_one town | by_size | By size | ${size} = size | |
| | select_one town | by_both | By both | area = ${area} and kind='b' | |
| | select_one town | by_place | First | area = ${area} and position() = 1 | |
| | select_one town | by_either | Either | area = ${area} or kind='b' | |
| | select_one town | by_truth | Truth | kind = ${is_big} | |
| | select_one town | by_part | Part | starts-with(area, ${area}) | |
| | calculate | chosen_kind | | | instance('town')/root/item[name=${by_area}]/kind |
| | calculate | in_area | | | count(instance('town')/root/item[area=${area}]) |
| | calculate | second | | | instance('town')/root/item[area=${area}][2]/name |
| | calculate | placed | | | instance('town')/root/item[area=${area} and position() = 2]/name |
| | note | picked | ${by_area} | | |
| choices |
| | list_name | name | label | area | size | kind |
| | town | t1 | One | north | 1 | a |
| | town | t2 | Two | south | 01 | b |
| | town | t3 | Three | north | 1.0 | b |
| | town | t4 | Four | | 2 | |
| | town | t5 | Five ${area} | south | many | b |
"""


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return form_of(tmp_path_factory.mktemp("forms"), FORM)


def offered(interview: Interview, name: str) -> list[str]:
    return [item.value for item in interview.items(interview.form.by_name[name])]


def one_by_one(interview: Interview, name: str) -> list[str]:
    question = interview.form.by_name[name]
    condition = question.choice_filter
    assert isinstance(condition, Expression)
    draft = interview.draft
    return [i.value for i in question.items if condition.true(draft, question.path, draft.env, i.node)]


@pytest.mark.parametrize("area", [None, "north", "south", "west", "1"])
@pytest.mark.parametrize("size", [None, 1, 2, 9])
def test_a_look_up_finds_what_looking_at_each_finds(form: Form, area: str | None, size: int | None) -> None:
    interview = begin(form)
    answer(interview, area=area, size=size)
    for question in form.questions:
        if question.choice_filter is not None:
            assert offered(interview, question.name) == one_by_one(interview, question.name), question.name


def test_numbers_are_compared_as_numbers_and_texts_as_texts(form: Form) -> None:
    interview = begin(form)
    answer(interview, area="north", size=1)
    assert offered(interview, "by_size") == ["t1", "t2", "t3"]
    assert offered(interview, "by_area") == ["t1", "t3"]
    assert offered(interview, "by_both") == ["t3"]


def test_an_empty_answer_finds_the_rows_without_the_field(form: Form) -> None:
    assert offered(begin(form), "by_area") == ["t4"]


def test_what_is_on_offer_follows_the_answers(form: Form) -> None:
    interview = begin(form)
    answer(interview, area="north", by_area="t3")
    answer(interview, area="south")
    assert offered(interview, "by_area") == ["t2", "t5"]
    missing = interview.missing()
    assert missing is not None
    assert missing.name == "by_area"


def test_rows_of_a_list_in_a_calculation(form: Form) -> None:
    interview = begin(form)
    answer(interview, area="south", by_area="t5")
    result = interview.result()
    assert (result["chosen_kind"], result["in_area"], result["second"], result["placed"]) == ("b", 2, "t5", "t2")


def test_labels_stand_in_the_order_of_the_choices(form: Form, tmp_path: Path) -> None:
    interview = begin(form)
    answer(interview, area="south")
    question = form.by_name["by_area"]
    assert interview.labels(question) == tuple(interview.text(i.label, question) for i in interview.items(question))
    fixed = form_of(tmp_path, "| survey |\n| | type | name | label |\n| | select_one k | q | Q |\n" + TWO_LANGUAGES)
    spoken = begin(fixed, language="en")
    assert spoken.labels(fixed.by_name["q"]) == ("Apple", "Pear")
    spoken.language = "vi"
    assert spoken.labels(fixed.by_name["q"]) == ("Táo", "Lê")


TWO_LANGUAGES = """| choices |
| | list_name | name | label::English (en) | label::Vietnamese (vi) |
| | k | a | Apple | Táo |
| | k | b | Pear | Lê |
"""
