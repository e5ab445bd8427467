"""What is odd about a report: rules over answers and numbers alone, without a database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from statistics import median
from typing import Any, Self

from forms.answers import unaccent
from forms.geography import Place, length, places
from forms.kinds import Kind
from forms.model import Form, Question
from forms.results import spread
from forms.tree import plain
from reporting.doubts.sanity import Ratio
from reporting.totals import Indicators

TIMES = 10
"""A number so many times the unit's habit is odd, if it is at least `LEAST` itself."""
LEAST = 10
TIMES_LESS = 1000
"""An amount of money so many times below the habit: "400" where 400 triệu was meant."""
HABIT, HABIT_FROM = 10, 3
"""The habit is the median of so many last numbers other than zero; there must be at least `HABIT_FROM`."""
NEAR = 50
"""Metres within which two places are one: what a phone in the shade of a house is wrong by."""
ALIKE = 4
"""Of 64 bits: pictures whose hashes differ in no more show the same."""

_MARKS = re.compile(r"[\W_]+")


class Code(StrEnum):
    MORE = "more"
    LESS = "less"
    RATIO = "ratio"
    PICTURE = "picture"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd. `path`: of the question that gave it; `value`: the number, as text; `than`: what it was compared
    with. `reporting.doubts.oddities` says what stands in it."""

    code: Code
    path: str
    value: str = ""
    than: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes it the same finding when it is found again."""
        return "|".join((self.code, self.path, self.value, str(self.than.get("report", ""))))

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code.value, "path": self.path, "value": self.value, "than": dict(self.than)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(Code(data["code"]), data["path"], data["value"], data["than"])


class Answers:
    """The answers of a report by path, and the paths of each question's instances."""

    def __init__(self, form: Form, result: Mapping[str, Any]) -> None:
        self.form = form
        self.by_path: dict[str, Any] = dict(spread(form, result).answers)
        self._by_ref: dict[str, list[str]] = {}
        for path in self.by_path:
            self._by_ref.setdefault(plain(path), []).append(path)

    def of(self, question: Question) -> list[str]:
        """The paths at which a question is answered."""
        return self._by_ref.get(question.ref, [])

    def largest(self, question: Question) -> str:
        """Where the largest number of a question stands: of many instances, the one to look at."""
        return max(self.of(question), key=lambda path: _size(self.by_path[path]), default=question.ref)


def _size(value: Any) -> Decimal:
    """A calculation may give what is no number."""
    try:
        found = abs(Decimal(str(value)))
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


# --- numbers ---------------------------------------------------------------------------------------


def habits(answers: Answers, indicators: Indicators, past: Sequence[Indicators]) -> Iterator[Finding]:
    """Numbers far from what the unit reports as a rule; `past` are its other reports, the newest first."""
    for question in answers.form.indicators():
        usual = _usual([report[question.indicator] for report in past if question.indicator in report])
        if usual is None or question.indicator not in indicators:
            continue
        amount = Decimal(indicators[question.indicator][0])
        than = {"usual": _rounded(usual), "times": str(int(amount / usual))}
        if amount >= LEAST and amount >= TIMES * usual:
            yield Finding(Code.MORE, answers.largest(question), _written(amount), than)
        elif question.is_money and 0 < amount * TIMES_LESS <= usual:
            yield Finding(Code.LESS, answers.largest(question), _written(amount), {"usual": _rounded(usual)})


def _usual(found: Sequence[Sequence[str]]) -> Decimal | None:
    amounts = [amount for parts in found if (amount := Decimal(parts[0])) > 0][:HABIT]
    return median(amounts) if len(amounts) >= HABIT_FROM else None


def ratios(answers: Answers, indicators: Indicators, rules: Sequence[Ratio]) -> Iterator[Finding]:
    """Ratios outside their range; one that lacks a number on either side says nothing."""
    questions = {question.indicator: question for question in answers.form.indicators()}
    for rule in rules:
        amount, count = _sum(rule.of, indicators), _sum(rule.per, indicators)
        if amount is None or not count or count < 0:
            continue
        found = amount / count
        if (rule.low is not None and found < rule.low) or (rule.high is not None and found > rule.high):
            of, per = (_given(names, indicators) for names in (rule.of, rule.per))
            paths = [answers.largest(questions[name]) for name in (*of, *per)]
            yield Finding(Code.RATIO, paths[0], _rounded(found), {**rule.to_json(), "paths": paths})


def _sum(names: Sequence[str], indicators: Indicators) -> Decimal | None:
    given = [Decimal(indicators[name][0]) for name in names if name in indicators]
    return sum(given, Decimal(0)) if given else None


def _given(names: Sequence[str], indicators: Indicators) -> list[str]:
    """Those that there are numbers for; what is zero adds nothing, and is not what to look at."""
    given = [name for name in names if name in indicators]
    return [name for name in given if Decimal(indicators[name][0])] or given[:1]


def _written(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


def _rounded(amount: Decimal) -> str:
    """What was worked out, without what is too fine for so large a number."""
    return _written(round(amount, 0 if amount >= LEAST else 2))


# --- pictures --------------------------------------------------------------------------------------


def pictures(answers: Answers) -> dict[str, str]:
    """The pictures of a report: path -> media id."""
    found = answers.by_path.items()
    return {path: str(value) for path, value in found if answers.form.by_path[plain(path)].kind is Kind.IMAGE}


def media_in(value: Any) -> Iterator[str]:
    """The ids of all pictures in the kept answers of any form."""
    if isinstance(value, str):
        if value.startswith("p/"):
            yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from media_in(part)


def alike(one: str | None, other: str | None) -> bool:
    """Whether two pictures' hashes (see `bot.media.looks`) are near; a picture without one is like none."""
    return bool(one and other) and (int(one or "", 16) ^ int(other or "", 16)).bit_count() <= ALIKE


# --- the same thing --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a report names: its name, what else it is told by (a commune), and where it is. `alone`: the form
    asks for nothing but the name."""

    path: str
    name: str
    beside: tuple[str, ...]
    at: tuple[Place, ...]
    alone: bool

    def is_also(self, other: Thing) -> bool:
        """The same name and the same place: measured where both have been, else by the words for it."""
        if not self.name or self.name != other.name:
            return False
        if self.at and other.at:
            return any(length([here, there]) <= NEAR for here in self.at for there in other.at)
        return self.alone or (bool(self.beside) and all(self.beside) and self.beside == other.beside)


def things(answers: Answers) -> Iterator[Thing]:
    """What a report names by its questions marked `same`, those of each instance of a repeat for themselves."""
    form = answers.form
    for repeats in dict.fromkeys(question.repeats for question in form.questions if question.same):
        within = [question for question in form.questions if question.repeats == repeats]
        marked = [question for question in within if question.same]
        spots = [question for question in within if question.kind is Kind.GEOPOINT]
        for path in answers.of(marked[0]):
            here = _Instance(answers, path)
            beside = tuple(_plain(here.value(question)) for question in marked[1:])
            at = tuple(place for question in spots for place in places(str(here.value(question) or "")))
            yield Thing(path, _plain(answers.by_path[path]), beside, at, not beside and not spots)


class _Instance:
    """The answers beside the one at `path`, of the same instance of a repeat."""

    def __init__(self, answers: Answers, path: str) -> None:
        self._answers, self._within = answers, _instance(path)

    def value(self, question: Question) -> Any:
        found = (path for path in self._answers.of(question) if _instance(path) == self._within)
        path = next(found, None)
        return None if path is None else self._answers.by_path[path]


def _instance(path: str) -> str:
    return path.rpartition("]")[0]


def _plain(value: Any) -> str:
    """A name without diacritics, marks and case."""
    return _MARKS.sub(" ", unaccent(str(value or ""))).strip().casefold()
