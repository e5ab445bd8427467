"""After an answer only what follows from it is worked out, and that gives what working out everything gives."""

from pathlib import Path
from random import Random

import pytest

from forms.following import following
from forms.interview import Interview
from forms.kinds import Kind
from forms.model import Form
from tests.forms.kit import begin, form_of

FORM = """
| survey |
| | type | name | label | relevant | calculation | default | constraint | trigger |
| | calculate | above | | | ${n} + ${total} | | | |
| | integer | n | N | | | | . < 50 | |
| | integer | m | M | ${n} > 3 | | ${n} * 2 | | |
| | begin_group | inner | Inner | ${m} > 2 | | | | |
| | integer | k | K | ${n} != 7 | | | | |
| | calculate | twice | | | ${k} * 2 | | | |
| | end_group | | | | | | | |
| | calculate | total | | | sum(/data/inner/*) | | | |
| | calculate | first | | | once(${n}) | | | |
| | select_one l | pick | Pick | | | | | |
| | calculate | named | | | jr:choice-name(${pick}, '${pick}') | | | |
| | text | told | Told | | | | | ${n} |
| | text | other | ${told} | | | fixed | | |
| | integer | stamped | Stamped | | ${n} + 1 | | | ${k} |
| choices |
| | list_name | name | label |
| | l | a | A ${n} |
| | l | b | B ${twice} |
"""


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return form_of(tmp_path_factory.mktemp("forms"), FORM)


def seen(interview: Interview) -> dict[str, object]:
    draft = interview.draft
    return {
        question.name: (draft.relevant(question.path), repr(draft.value(question.path)), interview.value(question))
        for question in interview.form.questions
    }


@pytest.mark.parametrize("seed", range(60))
def test_it_is_as_if_everything_had_been_worked_out(form: Form, seed: int) -> None:
    chance, interview = Random(seed), begin(form)
    for _ in range(25):
        question = chance.choice(form.asked)
        value: object = chance.choice([None, 1, 3, 4, 7, 9, 99])
        if question.kind is Kind.SELECT_ONE:
            value = chance.choice([None, "a", "b"])
        elif question.kind is Kind.TEXT:
            value = chance.choice([None, "x", "y"])
        interview.answer(question.path, value)
        assert seen(interview) == seen(begin(form, interview.state)), question.name


def test_what_does_not_follow_is_left_alone(form: Form) -> None:
    names = [part.name for part in following(form).of("/data/inner/k")]
    assert {"k", "twice", "named"} <= set(names)
    assert {"n", "m", "first", "pick"}.isdisjoint(names)


def test_a_chain_of_two_hundred_is_followed_to_its_end(tmp_path: Path) -> None:
    rows = [f"| | integer | q{n} | Q | {f'${{q{n - 1}}} > 0' if n else ''} |" for n in range(200)]
    interview = begin(form_of(tmp_path, "\n".join(["| survey |", "| | type | name | label | relevant |", *rows])))
    for n in range(200):
        assert interview.answer(f"/data/q{n}", 1) is None
    assert interview.answer("/data/q0", 0) is None
    assert interview.result() == {"q0": 0}
