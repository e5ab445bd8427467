"""The choices that must be selected so that the answers found are asked at all.

The idea: nothing is read off names. An interview is tried with each choice of the questions that others depend on, and
the one that makes an answer's question relevant is the one that is implied; where two do, the answer is asked instead.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.interview import Interview
from forms.kinds import Kind
from forms.message.filling import Chosen, Doubt, Filled, Unclear
from forms.message.profiles import gate_paths
from forms.model import Form, Question


@dataclass(frozen=True, slots=True)
class Placed:
    """What an interview takes. A zero of a part that nothing else opens is left out: the part is not there."""

    answers: tuple[Filled, ...]
    choices: tuple[Chosen, ...]
    refused: tuple[Unclear, ...]


def place(form: Form, answers: Sequence[Filled], *, language: str, now: datetime) -> Placed:
    """Which of the answers an interview takes, and with which choices."""
    placing = _Placing(form, language, now)
    zeros = [answer for answer in answers if answer.value in (0, "0")]
    refused = placing.place([answer for answer in answers if answer not in zeros], may_open=True)
    left = placing.place(zeros, may_open=False)
    refused += [answer for answer in left if placing.asks(answer)]
    taken = [answer for answer in answers if answer in placing.taken]
    return Placed(tuple(taken), tuple(placing.chosen()), tuple(map(_refusal, refused)))


def _refusal(answer: Filled) -> Unclear:
    return Unclear(answer.words, (answer.question_path,), (answer.value,), Doubt.REFUSED)


class _Placing:
    def __init__(self, form: Form, language: str, now: datetime) -> None:
        self._form = form
        self._language = language
        self._now = now
        self._interview = Interview(form, None, now=now, language=language)
        self._gates = [form.by_path[path] for path in sorted(gate_paths(form))]
        self._selected: dict[str, list[str]] = {}
        self.taken: list[Filled] = []

    def place(self, answers: Sequence[Filled], *, may_open: bool) -> list[Filled]:
        """Takes what it can; an answer may wait for another ("houses_value" for the number of houses)."""
        waiting = list(answers)
        while waiting:
            left = [answer for answer in waiting if not self._take(answer, may_open=may_open)]
            if len(left) == len(waiting):
                return left
            waiting = left
        return []

    def asks(self, answer: Filled) -> bool:
        """Whether its question is asked as things stand."""
        return self._interview.relevant(self._form.by_path[answer.question_path])

    def chosen(self) -> Iterator[Chosen]:
        for path, values in self._selected.items():
            yield Chosen(path, tuple(item.value for item in self._form.by_path[path].items if item.value in values))

    def _take(self, answer: Filled, *, may_open: bool) -> bool:
        question = self._form.by_path[answer.question_path]
        state, selected = self._interview.state, dict(self._selected)
        relevant = self._interview.relevant(question) or (may_open and self._open(question))
        if relevant and self._interview.answer(question.path, answer.value, answer.mark) is None:
            self.taken.append(answer)
            return True
        self._interview, self._selected = self._trial(state), selected
        return False

    def _trial(self, state: Mapping[str, Any]) -> Interview:
        return Interview(self._form, state, now=self._now, language=self._language)

    def _open(self, question: Question) -> bool:
        """Selects the one choice that makes `question` relevant; False, and nothing changes, without exactly one."""
        keys = [
            (gate, item.value) for gate in self._gates for item in gate.items if self._opens(gate, item.value, question)
        ]
        if len(keys) != 1:
            return False
        gate, value = keys[0]
        self._selected[gate.path] = [*self._selected.get(gate.path, ()), value]
        return self._select(self._interview, gate, value)

    def _opens(self, gate: Question, value: str, question: Question) -> bool:
        trial = self._trial(self._interview.state)
        return self._select(trial, gate, value) and trial.relevant(question)

    def _select(self, interview: Interview, gate: Question, value: str) -> bool:
        """Adds a choice to those of a gate; one that takes a single choice, and has it, takes no other."""
        if gate.kind is Kind.SELECT_ONE:
            return interview.value(gate) is None and interview.answer(gate.path, value) is None
        before = interview.value(gate)
        values = [*before, value] if isinstance(before, list) else [value]
        return interview.answer(gate.path, values) is None
