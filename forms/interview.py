"""A form being asked: JSON in, JSON out. Pure: the clock comes as an argument, and nothing is stored here."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from forms.budget import MOST_TIME, Budget
from forms.draft import Draft
from forms.items import Items
from forms.judging import Reason, Refusal, in_choice_order, judge, misfit
from forms.kinds import MEDIA, UNSEEN, Kind, clean
from forms.model import Form, Question, Text
from forms.nodes import Env
from forms.results import nested, spread
from forms.tree import plain, shifted
from forms.triggers import pull_triggers
from forms.values import Json

__all__ = ["COPIED", "Interview", "Line", "Mark", "Reason", "Refusal"]

Mark = Literal["", "about", "over", "under"]

# What may be taken over from an earlier report: never pictures, never free text.
COPIED = frozenset(set(Kind) - MEDIA - UNSEEN - {Kind.TEXT, Kind.NOTE, Kind.BARCODE, Kind.REPEAT})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the review card; `value` is None for a question without an answer."""

    question: Question
    value: Json
    mark: Mark


class Interview:
    """One draft of one report. `state` is what an earlier `state` gave, or None to begin.

    `now` is aware, in the time zone of the person. `seed` feeds random() and uuid(): give the id of the draft.
    `properties`: what metadata rows ask for: username, phonenumber, email, deviceid. `most_time`: seconds of the
    processor after which the working out of one answer is given up (TooMuchWorkError).

    Questions in repeats come once for each instance, with positions in their `path`. After a repeat that the person
    counts comes a question of the kind repeat: True as its answer adds an instance, False goes on.
    """

    def __init__(
        self,
        form: Form,
        state: Mapping[str, Any] | None,
        *,
        now: datetime,
        language: str,
        seed: str = "",
        properties: Mapping[str, str] = MappingProxyType({}),
        most_time: float = MOST_TIME,
    ) -> None:
        self.form = form
        state = state or {}
        self._marks: dict[str, Mark] = dict(state.get("marks", {}))
        self._at: str | None = state.get("at")
        answers = _still_fitting(form, state.get("answers", {}))
        counts = {path: count for path, count in state.get("counts", {}).items() if plain(path) in form.prompts}
        env = Env(now, language, seed, properties, Budget(most_time))
        self._draft = Draft(form, answers, set(state.get("done", ())), counts, env)

    @property
    def state(self) -> dict[str, Any]:
        """Plain JSON to build the same interview from."""
        state = {
            "answers": dict(self._draft.answers),
            "marks": dict(self._marks),
            "at": self._at,
            "done": sorted(self._draft.done),
        }
        return {**state, "counts": dict(self._draft.counts)} if self._draft.counts else state

    @property
    def draft(self) -> Draft:
        """What expressions see: for the writing of instances and for dumps."""
        return self._draft

    @property
    def now(self) -> datetime:
        """The time that now() and today() say, for what is worked out from here on."""
        return self._draft.env.now

    @now.setter
    def now(self, now: datetime) -> None:
        if now != self._draft.env.now:
            self._draft.env = replace(self._draft.env, now=now)
            self._draft.settle()

    @property
    def language(self) -> str:
        return self._draft.env.language

    @language.setter
    def language(self, language: str) -> None:
        self._draft.env = replace(self._draft.env, language=language)
        self._draft.settle()

    # Where we are

    @property
    def current(self) -> Question | None:
        """The question to ask now; None when all is asked and the review card is due."""
        here = self._draft.question(self._at) if self._at else None
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
        question = self._draft.question(path)
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
            elif not self.is_valid(question):
                return question
        return None

    # Answering

    def answer(self, question_path: str, value: object, mark: Mark = "") -> Refusal | None:
        """Takes `value` for any question that is asked (not only the current one) and moves to the first open one.

        An empty value counts as skipping. After a Refusal nothing has changed.
        """
        question = self._draft.question(question_path)
        if question is None or not self._draft.asks(question):
            return Refusal("irrelevant")
        try:
            answer = clean(question.kind, value)
        except ValueError:
            return Refusal("type")
        if question.kind is Kind.REPEAT:
            return self._count(question, more=answer is True)
        if answer is None:
            return self._clear(question)
        if found := misfit(self._draft, question, answer):
            return found
        return self._take(question, in_choice_order(self._draft, question, answer), mark)

    def accepts(self, question_path: str, value: object) -> Refusal | None:
        """What `answer` would say; nothing changes."""
        trial = Interview(
            self.form, self.state, now=self._draft.env.now, language=self.language,
            seed=self._draft.env.seed, properties=self._draft.env.properties,
        )  # fmt: skip
        return trial.answer(question_path, value)

    def skip(self) -> Refusal | None:
        """Leaves the current question without an answer (a default goes, too) and moves on."""
        current = self.current
        return self.answer(current.path, None) if current else Refusal("irrelevant")

    def _take(self, question: Question, answer: Json, mark: Mark) -> Refusal | None:
        before = dict(self._draft.answers)
        self._draft.answers[question.path] = answer
        self._draft.settle(question.path)
        if refusal := judge(self._draft, question, answer):
            self._draft.answers.clear()
            self._draft.answers.update(before)
            self._draft.settle(question.path)
            return refusal
        self._settled(question, mark)
        if answer != before.get(question.path):
            pull_triggers(self._draft, question)
        return None

    def _clear(self, question: Question) -> Refusal | None:
        if self.required(question):
            return Refusal("required", self._draft.text(question.required_message, question.path))
        gone = self._draft.answers.pop(question.path, None)
        self._settled(question, "")
        self._draft.settle(question.path)
        if gone is not None:
            pull_triggers(self._draft, question)
        return None

    def _settled(self, question: Question, mark: Mark) -> None:
        self._draft.done.add(question.path)
        self._marks.pop(question.path, None)
        if mark:
            self._marks[question.path] = mark
        self._at = None

    def is_valid(self, question: Question) -> bool:
        """Whether the answer so far may stand; none may (whether one is required is another matter)."""
        value = self.value(question)
        if value is None or question.kind is Kind.REPEAT:
            return True
        return judge(self._draft, question, value) is None

    # Repeats

    def _count(self, prompt: Question, *, more: bool) -> Refusal | None:
        if more and not self.add(prompt.path):
            return Refusal("full")
        if not more:
            self._draft.done.add(prompt.path)
        self._at = None
        return None

    def add(self, path: str) -> bool:
        """One more instance of the repeat at `path` (/data/house); False when the person does not count it, or when
        there are as many as there may be."""
        prompt = self._draft.question(path)
        if prompt is None or prompt.kind is not Kind.REPEAT or not self._draft.relevant(path):
            return False
        before = int(str(self.value(prompt)))
        self._draft.counts[path] = before + 1
        self._draft.settle()
        if self.value(prompt) == before:
            self._draft.counts[path] = before
        return self._draft.counts[path] > before

    def remove(self, path: str) -> bool:
        """Takes away one instance of a repeat (/data/house[2]) with its answers; those after it move up."""
        slot, _, number = path.removesuffix("]").rpartition("[")
        prompt = self._draft.question(slot) if number.isdecimal() else None
        if prompt is None or prompt.kind is not Kind.REPEAT or not 0 < int(number) <= int(str(self.value(prompt))):
            return False
        self._draft.counts[slot] = int(str(self.value(prompt))) - 1
        for kept in (self._draft.answers, self._marks, self._draft.counts):
            _shift(kept, slot, int(number))
        done = {moved for path in self._draft.done if (moved := shifted(path, slot, int(number)))}
        self._draft.done.clear()
        self._draft.done.update(done)
        self._at = None
        self._draft.settle()
        return True

    # Taking over an earlier report

    def copy_from(
        self,
        result: Mapping[str, Json],
        marks: Mapping[str, Mark] = MappingProxyType({}),
        kinds: Collection[Kind] = COPIED,
    ) -> None:
        """Takes over the answers of an earlier `result()`, with the marks of its `state`, where name and kind fit and
        the answer is still valid."""
        found = spread(self.form, result)
        self._draft.counts.update(found.counts)
        for path, value in found.answers.items():
            question = self.form.by_path[plain(path)]
            if question.is_asked and question.kind in COPIED and question.kind in kinds:
                self._copy(question, path, value)
                if mark := marks.get(path):
                    self._marks[path] = mark
        self._draft.settle()
        for question in self._draft.asked():
            if question.path in found.answers and self.value(question) is not None and not self.is_valid(question):
                self._draft.answers.pop(question.path, None)
                self._draft.done.discard(question.path)
        self._at = None
        self._draft.settle()

    def _copy(self, question: Question, path: str, value: Json) -> None:
        try:
            answer = clean(question.kind, value)
        except ValueError:
            return
        if answer is not None:
            self._draft.answers[path] = answer
            self._draft.done.add(path)

    # Asking

    def relevant(self, question: Question) -> bool:
        return self._draft.relevant(question.path)

    def required(self, question: Question) -> bool:
        return self._draft.holds(question.required, question.path)

    def value(self, question: Question) -> Json:
        """The answer so far: given, calculated, or the default that would be offered; None when there is none.

        Of a question of the kind repeat: how many instances there are.
        """
        return self._draft.answer(question)

    def items(self, question: Question) -> Items:
        """The choices on offer now."""
        return self._draft.items(question)

    def labels(self, question: Question) -> tuple[str, ...]:
        """The labels of `items`, in the same order, "" for none: worked out once for a list that is always the same."""
        return self._draft.labels(question)

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
        for other in self._draft.questions():
            if other is question:
                break
            if self._draft.asks(other):
                notes.clear()
            elif other.kind not in UNSEEN and other.kind is not Kind.REPEAT and self.relevant(other):
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
        """Name → value of what is relevant and not empty, calculations included: what a revision stores.

        A repeat is a list of such results, one for each instance, under the name of the repeat.
        """
        return nested(self._draft)


def _shift(kept: dict[str, Any], slot: str, gone: int) -> None:
    moved = {place: value for path, value in kept.items() if (place := shifted(path, slot, gone))}
    kept.clear()
    kept.update(moved)


def _still_fitting(form: Form, answers: Mapping[str, Json]) -> dict[str, Json]:
    """The answers that the form can hold: a draft may have been begun under an earlier version of it."""
    kept: dict[str, Json] = {}
    for path, answer in answers.items():
        question = form.by_path.get(plain(path))
        if question is not None:
            with suppress(ValueError):
                kept[path] = clean(question.kind, answer)
    return kept
