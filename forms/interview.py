"""A form being asked: JSON in, JSON out. Pure: the clock comes as an argument, and nothing is stored here."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, cast

from forms.draft import Draft
from forms.kinds import SELECTS, Kind, clean
from forms.model import Form, Item, Question, Text
from forms.nodes import Env
from forms.values import Json

Mark = Literal["", "about", "over", "under"]
Reason = Literal["required", "constraint", "choice", "type", "irrelevant"]

# What may be taken over from an earlier report: never pictures, never free text.
COPIED = frozenset(set(Kind) - {Kind.IMAGE, Kind.TEXT, Kind.NOTE, Kind.CALCULATE})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer was not taken. `message` is the form's own words in the person's language, often ""."""

    reason: Reason
    message: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the review card; `value` is None for a question without an answer."""

    question: Question
    value: Json
    mark: Mark


class Interview:
    """One draft of one report. `state` is what an earlier `state` gave, or None to begin.

    `now` is aware, in the time zone of the person. `seed` feeds random() and uuid(): give the id of the draft.
    """

    def __init__(
        self, form: Form, state: Mapping[str, Any] | None, *, now: datetime, language: str, seed: str = ""
    ) -> None:
        self.form = form
        state = state or {}
        self._marks: dict[str, Mark] = dict(state.get("marks", {}))
        self._at: str | None = state.get("at")
        answers = _still_fitting(form, state.get("answers", {}))
        self._draft = Draft(form, answers, set(state.get("done", ())), Env(now, language, seed))

    @property
    def state(self) -> dict[str, Any]:
        """Plain JSON to build the same interview from."""
        return {
            "answers": dict(self._draft.answers),
            "marks": dict(self._marks),
            "at": self._at,
            "done": sorted(self._draft.done),
        }

    # Where we are

    @property
    def current(self) -> Question | None:
        """The question to ask now; None when all is asked and the review card is due."""
        here = self.form.by_path.get(self._at) if self._at else None
        return here if here and self._draft.asks(here) else self._next()

    @property
    def position(self) -> tuple[int, int]:
        """(3, 7): the third of seven questions that are asked as things stand; (7, 7) on the card."""
        asked, current = self._draft.asked(), self.current
        return (asked.index(current) + 1 if current else len(asked)), len(asked)

    def back(self) -> Question | None:
        """Goes to the question asked before this one; None, and nothing moves, at the first."""
        asked, current = self._draft.asked(), self.current
        before = asked[: asked.index(current)] if current else asked
        return self._go(before[-1]) if before else None

    def edit(self, path: str) -> Question | None:
        """Goes to a question from the card; None, and nothing moves, when it is not asked (any more)."""
        question = self.form.by_path.get(path)
        return self._go(question) if question and self._draft.asks(question) else None

    def resume(self) -> Question | None:
        """Leaves what back() or edit() went to, as it was, for the first open question or the card."""
        self._at = None
        return self.current

    def _go(self, question: Question) -> Question:
        self._at = question.path
        return question

    def _next(self) -> Question | None:
        for question in self._draft.asked():
            if question.path not in self._draft.done:
                return question
        return self.missing()

    def missing(self) -> Question | None:
        """The first question that stands in the way of sending: required and empty, or no longer valid."""
        for question in self._draft.asked():
            if self.value(question) is None:
                if self.required(question):
                    return question
            elif not self._is_valid(question):
                return question
        return None

    # Answering

    def answer(self, question_path: str, value: object, mark: Mark = "") -> Refusal | None:
        """Takes `value` for any question that is asked (not only the current one) and moves to the first open one.

        An empty value counts as skipping. After a Refusal nothing has changed.
        """
        question = self.form.by_path.get(question_path)
        if question is None or not self._draft.asks(question):
            return Refusal("irrelevant")
        try:
            answer = clean(question.kind, value)
        except ValueError:
            return Refusal("type")
        if answer is None:
            return self._clear(question)
        if question.kind in SELECTS and not self._offers(question, answer):
            return Refusal("choice")
        return self._take(question, self._in_choice_order(question, answer), mark)

    def skip(self) -> Refusal | None:
        """Leaves the current question without an answer (a default goes, too) and moves on."""
        current = self.current
        return self._clear(current) if current else Refusal("irrelevant")

    def copy_from(
        self,
        result: Mapping[str, Json],
        marks: Mapping[str, Mark] = MappingProxyType({}),
        kinds: Collection[Kind] = COPIED,
    ) -> None:
        """Takes over the answers of an earlier `result()`, with the marks of its `state`, where name and kind fit and
        the answer is still valid."""
        for name, value in result.items():
            question = self.form.by_name.get(name)
            if question and question.is_asked and question.kind in COPIED and question.kind in kinds:
                self._copy(question, value)
                if mark := marks.get(question.path):
                    self._marks[question.path] = mark
        self._draft.settle()
        for question in self._draft.asked():
            if question.name in result and self.value(question) is not None and not self._is_valid(question):
                self._forget(question)
        self._at = None
        self._draft.settle()

    def _copy(self, question: Question, value: Json) -> None:
        try:
            answer = clean(question.kind, value)
        except ValueError:
            return
        if answer is not None:
            self._draft.answers[question.path] = answer
            self._draft.done.add(question.path)

    def _forget(self, question: Question) -> None:
        self._draft.answers.pop(question.path, None)
        self._draft.done.discard(question.path)

    def _take(self, question: Question, answer: Json, mark: Mark) -> Refusal | None:
        before = dict(self._draft.answers)
        self._draft.answers[question.path] = answer
        self._draft.settle()
        if question.constraint is not None and not self._draft.holds(question.constraint, question.path):
            self._draft.answers.clear()
            self._draft.answers.update(before)
            self._draft.settle()
            return Refusal("constraint", self._draft.text(question.constraint_message, question.path))
        self._settled(question, mark)
        return None

    def _clear(self, question: Question) -> Refusal | None:
        if self.required(question):
            return Refusal("required", self._draft.text(question.required_message, question.path))
        self._draft.answers.pop(question.path, None)
        self._settled(question, "")
        self._draft.settle()
        return None

    def _settled(self, question: Question, mark: Mark) -> None:
        self._draft.done.add(question.path)
        self._marks.pop(question.path, None)
        if mark:
            self._marks[question.path] = mark
        self._at = None

    def _is_valid(self, question: Question) -> bool:
        value = self.value(question)
        if question.kind in SELECTS and not self._offers(question, value):
            return False
        return question.constraint is None or self._draft.holds(question.constraint, question.path)

    def _offers(self, question: Question, answer: Json) -> bool:
        chosen = answer if isinstance(answer, list) else [answer]
        return {item.value for item in self.items(question)}.issuperset(cast(list[str], chosen))

    def _in_choice_order(self, question: Question, answer: Json) -> Json:
        if not isinstance(answer, list):
            return answer
        return [item.value for item in self.items(question) if item.value in answer]

    # Asking

    def relevant(self, question: Question) -> bool:
        return self._draft.relevant(question.path)

    def required(self, question: Question) -> bool:
        return self._draft.holds(question.required, question.path)

    def value(self, question: Question) -> Json:
        """The answer so far: given, calculated, or the default that would be offered; None when there is none."""
        return self._draft.answer(question)

    def items(self, question: Question) -> tuple[Item, ...]:
        """The choices on offer now."""
        return self._draft.items(question)

    def label(self, question: Question) -> str:
        return self.text(question.label, question)

    def hint(self, question: Question) -> str:
        return self.text(question.hint, question)

    def text(self, text: Text, at: Question) -> str:
        """A text of `at` (its label, guidance, a choice's label …) as plain text, ${outputs} filled."""
        return self._draft.text(text, at.path)

    def heading(self, question: Question) -> str:
        """The label of the innermost group around `question` that has one."""
        for group in reversed(question.groups):
            if label := self._draft.text(group.label, group.path):
                return label
        return ""

    def notes_before(self, question: Question | None) -> tuple[str, ...]:
        """What is shown, and not asked, between the question asked before and `question`; before the card for None."""
        notes: list[str] = []
        for other in self.form.questions:
            if other is question:
                break
            if self._draft.asks(other):
                notes.clear()
            elif other.kind is not Kind.CALCULATE and self.relevant(other):
                notes.append(self._note(other))
        return tuple(filter(None, notes))

    def _note(self, question: Question) -> str:
        """A note, or a question that is only to be read, with its value."""
        value = self._draft.shown(question)
        return f"{self.label(question)} {value}".strip()

    # What comes out

    def review(self) -> tuple[Line, ...]:
        """The lines of the card: every question that is asked, in order, with its answer and mark."""
        return tuple(
            Line(question, self.value(question), self._marks.get(question.path, "")) for question in self._draft.asked()
        )

    def result(self) -> dict[str, Json]:
        """Name → value of what is relevant and not empty, calculations included: what a revision stores."""
        found = {question.name: self.value(question) for question in self.form.questions if self.relevant(question)}
        return {name: value for name, value in found.items() if value is not None}


def _still_fitting(form: Form, answers: Mapping[str, Json]) -> dict[str, Json]:
    """The answers that the form can hold: a draft may have been begun under an earlier version of it."""
    kept: dict[str, Json] = {}
    for path, answer in answers.items():
        question = form.by_path.get(path)
        if question is not None:
            with suppress(ValueError):
                kept[path] = clean(question.kind, answer)
    return kept
