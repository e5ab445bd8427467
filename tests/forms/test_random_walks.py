"""Whatever people press, in whatever order, the interview neither raises nor loses its place."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.interview import Interview
from forms.kinds import SELECTS, Kind
from forms.model import Form, Question
from tests.forms.kit import begin

TYPED = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 600), st.text(max_size=5), st.lists(st.text(max_size=3), max_size=3)
)
PLAUSIBLE = {
    Kind.INTEGER: st.integers(0, 10**12),
    Kind.DECIMAL: st.decimals(0, 10**6, places=2).map(str),
    Kind.TEXT: st.text(max_size=20),
    Kind.DATE: st.dates().map(str),
    Kind.TIME: st.times().map(lambda moment: moment.strftime("%H:%M")),
    Kind.IMAGE: st.text(min_size=1, max_size=8),
}


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    values = [item.value for item in question.items]
    if question.kind is Kind.SELECT_ONE:
        return st.sampled_from(values) | TYPED
    if question.kind is Kind.SELECT_MULTIPLE:
        return st.lists(st.sampled_from(values)) | TYPED
    return PLAUSIBLE.get(question.kind, TYPED) | TYPED


def step(interview: Interview, data: st.DataObject) -> None:
    current, questions = interview.current, interview.form.questions
    match data.draw(st.sampled_from(["answer"] * 5 + ["any", "skip", "back", "edit", "resume", "copy"])):
        case "answer" if current is not None:
            interview.answer(current.path, data.draw(answers_to(current)), data.draw(st.sampled_from(["", "about"])))
        case "any":
            question = data.draw(st.sampled_from(questions))
            interview.answer(question.path, data.draw(answers_to(question)))
        case "skip":
            interview.skip()
        case "back":
            interview.back()
        case "edit":
            interview.edit(data.draw(st.sampled_from(questions)).path)
        case "copy":
            interview.copy_from(interview.result())
        case _:
            interview.resume()


def check(interview: Interview) -> None:
    asked = [line.question for line in interview.review()]
    place, total = interview.position
    current = interview.current
    assert total == len(asked)
    assert asked[place - 1] is current if current else place == total
    assert all(interview.relevant(interview.form.by_name[name]) for name in interview.result())
    if current is None:
        assert interview.missing() is None
        assert all(line.value is not None or not interview.required(line.question) for line in interview.review())
    for question in asked:
        interview.label(question)
        interview.notes_before(question)
        assert question.kind in SELECTS or not interview.items(question)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_sequence_of_presses(daily: Form, data: st.DataObject) -> None:
    interview = begin(daily)
    for _ in range(data.draw(st.integers(1, 15))):
        step(interview, data)
        check(interview)
        again = begin(daily, json.loads(json.dumps(interview.state)))
        assert again.state == interview.state
        assert again.current is interview.current
        assert again.position == interview.position
        assert again.review() == interview.review()
        assert again.result() == interview.result()
        interview = again


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whoever_answers_what_is_asked_reaches_the_card(daily: Form, data: st.DataObject) -> None:
    """Each answer taken or skip settles a question, so it ends; and then nothing stands in the way of sending."""
    interview = begin(daily)
    for _ in range(200):
        current = interview.current
        if current is None:
            break
        if interview.answer(current.path, data.draw(answers_to(current))) is not None:
            interview.answer(current.path, SOUND[current.name])
    assert interview.current is None
    assert interview.missing() is None


SOUND: dict[str, object] = {
    "day": "2022-12-16", "what": ["gifts"], "kind": "love", "repaired": 2, "value": 5, "children": 3, "district": "d1",
    "commune": "c1", "road": "1.5", "start": "07:00", "picture": "media-1", "opinion": "quiet",
}  # fmt: skip
