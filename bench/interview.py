"""How long one answer takes in a form of 200 questions with lists of 3,321 communes (figures: docs/performance.md).

Run as `python -m bench.interview [rounds]`. Three ways: the engine alone (the state read from JSON, one answer, the
state as JSON again), the conversation without its database (the typed line read, the answer taken, the next question
put with a page of its buttons), and the peer of `bench/peer.py`.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bench.country import build
from bench.peer import Peer
from forms.interview import Interview
from forms.kinds import Kind
from forms.model import Form, Question
from handlers.interview import answering, asking
from handlers.interview.readings import Value
from locales.translator import Translator, Translators

NOW = datetime(2022, 12, 16, 2, 0, tzinfo=UTC)
ROUNDS = 200
PEER_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A question of a kind, what is typed, and what is stored for it."""

    title: str
    name: str
    typed: str
    value: object


CASES = (
    Case("number", "p5_n3", "12", 12),
    Case("number all else hangs on", "p0_n0", "7", 7),
    Case("text", "p6_t1", "làm đường liên xóm", "làm đường liên xóm"),
    Case("one of 3", "p4_done", "Partly", "partly"),
    Case("several of 12", "what", "Activity 1, Activity 2, Activity 5", ["a1", "a2", "a5"]),
    Case("province, then its communes", "province1", "Tây Ninh", "80"),
    Case("commune of a province", "commune2", "Xã Bến Cầu", "25681"),
    Case("one of 3,321 from a file", "anywhere", "Xã Bến Cầu (Tây Ninh)", "25681"),
    Case("last number", "extra10", "3", 3),
)


def answered(form: Form) -> Interview:
    """Every question answered, in order."""
    interview = Interview(form, None, now=NOW, language="vi")
    while (question := interview.current) is not None:
        refusal = interview.answer(question.path, _some_answer(interview, question))
        assert refusal is None, (question, refusal)
    return interview


def _some_answer(interview: Interview, question: Question) -> object:
    if question.kind is Kind.SELECT_MULTIPLE:
        return [item.value for item in question.items]
    if question.kind is Kind.SELECT_ONE:
        tay_ninh = [item.value for item in interview.items(question) if item.value in {"80", "25681", "yes"}]
        return tay_ninh[0]
    return 12 if question.kind is Kind.INTEGER else "một việc nhỏ"


def open_at(full: Interview, name: str) -> str:
    """The state of `full` as JSON with the question `name` and the one after it still open."""
    asked = [line.question.path for line in full.review()]
    place = asked.index(full.form.by_name[name].path)
    still_open = asked[place : place + 2]
    state = full.state
    answers = {path: value for path, value in state["answers"].items() if path not in still_open}
    return json.dumps({**state, "answers": answers, "done": [path for path in state["done"] if path not in still_open]})


def engine(form: Form, state: str, case: Case) -> str:
    """The state after one answer, as JSON."""
    interview = Interview(form, json.loads(state), now=NOW, language="vi")
    refusal = interview.answer(form.by_name[case.name].path, case.value)
    assert refusal is None, refusal
    if following := interview.current:
        interview.label(following)
    return json.dumps(interview.state)


def conversation(form: Form, state: str, case: Case, tr: Translator) -> str:
    """As `filling.given` does it, less what it reads from and writes into the database."""
    interview = Interview(form, json.loads(state), now=NOW, language="vi")
    question = interview.current
    assert question is not None
    assert question.name == case.name
    read = answering.read_typed(interview, question, case.typed, NOW, tr)
    if not isinstance(read, Value):
        return str(read)
    refusal = interview.answer(question.path, read.value, read.mark)
    assert refusal is None, refusal
    following = interview.current
    if following is not None:
        asking.question_text(interview, following, tr)
        asking.question_rows(interview, following, 1, tr)
    return json.dumps(interview.state)


def times(action: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of the processor for each call, after some that are not counted: others may use the machine, too."""
    for _ in range(3):
        action()
    found = []
    for _ in range(rounds):
        start = time.process_time()
        action()
        found.append((time.process_time() - start) * 1000)
    return found


def figures(form: Form, rounds: int) -> Iterator[tuple[Case, list[float], list[float]]]:
    """Milliseconds of the engine and of the conversation, for each kind of question."""
    full, tr = answered(form), Translators(ZoneInfo("Asia/Ho_Chi_Minh"))["vi"]
    for case in CASES:
        state = open_at(full, case.name)
        yield (
            case,
            times(partial(engine, form, state, case), rounds),
            times(partial(conversation, form, state, case, tr), rounds),
        )


def _cells(found: Sequence[float]) -> str:
    marks = quantiles(found, n=100)
    return f"{median(found):8.2f} {marks[94]:7.2f} {marks[98]:7.2f}"


def main(rounds: int) -> None:
    with TemporaryDirectory() as folder:
        form, xform_xml = build(Path(folder))
    full = answered(form)
    peer = Peer(xform_xml, {path: full.draft.value(path) for path in form.by_path})
    print(f"{len(form.asked)} questions, {rounds} rounds, milliseconds of the processor")
    print(f"{'':30}{'engine':>24}   {'conversation':>24}   {'peer':>15}")
    spans = f"{'median':>8} {'p95':>7} {'p99':>7}"
    print(f"{'':30}{spans}   {spans}   {'median':>8} {'ratio':>6}")
    for case, alone, whole in figures(form, rounds):
        question = form.by_name[case.name]
        theirs = median(times(partial(peer.answer, question, "7"), PEER_ROUNDS))
        ratio = theirs / median(alone)
        print(f"{case.title:30}{_cells(alone)}   {_cells(whole)}   {theirs:8.1f} {ratio:6.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
