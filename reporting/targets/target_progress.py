"""How far a target is, and what it takes to reach it. Exact: shares are quotients of what is kept, and what is needed
is rounded up to what can be counted. Data only; the words are made elsewhere.

Unknown, silent and zero are three things: a ratio to nothing has no `goal`, a number that no report gives is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from math import ceil, floor

from reporting.targets.target_numbers import TENTH, Measure, Numbers, least, money_step, rounded_up
from reporting.targets.targets import OF_UNITS, Kind, Take, Target, Window

NEARLY = Decimal("0.9")
"""Of what was promised as "about" (khoảng 600 triệu đồng), this much has kept the promise. There is no upper end: the
plans say "about" of money to be raised, and more of it is no failure (`Progress.is_above_about` tells)."""

ABOVE = Decimal("1.1")
_BY_THE_DAY, _BY_THE_WEEK = 15, 92
"""Up to so many days left a pace is said by the day, and by the week; then by the month."""


class Phase(StrEnum):
    BEFORE = "before"
    RUNNING = "running"
    LAST_DAY = "last day"
    AFTER = "after"


class Every(StrEnum):
    """What a pace is counted by. A month is thirty days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


DAYS: Mapping[Every, int] = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 30}


@dataclass(frozen=True, slots=True)
class Pace:
    """`needed` from now on and `present` since the start, both for each `every`; `in_time`: reached if it goes on so.

    `needed` is None where nothing is missing, where there is no end, where it is over, and where less than one thing
    is to be done each time ("6 more until Friday" says it then). The others are None before anything can be known.
    """

    every: Every
    needed: Decimal | None
    present: Decimal | None
    in_time: bool | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a target is on a day. `is_day_over`: this day's reports are in, so its work is not to come any more.

    `value` and `goal` are of one measure: of EACH and UNITS, units; of RATIO, what of `whole` there is and has to be.
    `goal` may lie between two things that are counted (90 % of 17 units). `reached` is None where this is unknown.
    """

    target: Target
    window: Window
    today: date
    is_day_over: bool
    value: Decimal | None
    goal: Decimal | None
    whole: Decimal | None
    measure: Measure
    inexact: int
    units_reached: int
    units_all: int
    short: tuple[int, ...]

    @property
    def phase(self) -> Phase:
        if self.window.first and self.today < self.window.first:
            return Phase.BEFORE
        if self.window.last is None or self.today < self.window.last:
            return Phase.RUNNING
        return Phase.LAST_DAY if self.today == self.window.last else Phase.AFTER

    @property
    def days_gone(self) -> int | None:
        """Whole days that are over; None where there is no beginning."""
        if self.window.first is None:
            return None
        until = self._next if self.window.last is None else min(self._next, self.window.last + timedelta(days=1))
        return max((until - self.window.first).days, 0)

    @property
    def days_left(self) -> int | None:
        """Days to come, the last one included; None where there is no end."""
        if self.window.last is None:
            return None
        begins = max(self._next, self.window.first or self._next)
        return max((self.window.last - begins).days + 1, 0)

    @property
    def _next(self) -> date:
        """The first day whose work is still to come."""
        return self.today + timedelta(days=self.is_day_over)

    @property
    def enough(self) -> Decimal | None:
        """From what value on it is reached."""
        return self.goal * NEARLY if self.goal is not None and self.target.kind is Kind.ABOUT else self.goal

    @property
    def reached(self) -> bool | None:
        if self.enough is None:
            return None
        return self.value is not None and self.value >= self.enough

    @property
    def is_overdue(self) -> bool:
        """Over, and nobody can say that it was reached."""
        return self.phase is Phase.AFTER and not self.reached

    @property
    def is_above_about(self) -> bool:
        """More than what "about" means: by more than a tenth."""
        about = self.goal if self.target.kind is Kind.ABOUT else None
        return about is not None and self.value is not None and self.value > about * ABOVE

    @property
    def share(self) -> Decimal | None:
        """Of the goal; 3.75 is 375 %. Never cut. None: silence, or unknown."""
        return None if self.value is None or not self.goal else self.value / self.goal

    @property
    def ratio(self) -> Decimal | None:
        """Of the whole, where there is one: 0.92 is 92 % satisfied, whatever the goal."""
        return None if self.value is None or not self.whole else self.value / self.whole

    @property
    def percent(self) -> int | None:
        """The share, rounded, but never 100 while something is missing."""
        if self.value is None or not self.goal:
            return None
        return _percent(Fraction(self.value) / Fraction(self.goal), Fraction(1))

    @property
    def ratio_percent(self) -> int | None:
        """The ratio, rounded, but never to the goal while something is missing."""
        if self.value is None or not self.whole or self.goal is None:
            return None
        return _percent(Fraction(self.value) / Fraction(self.whole), Fraction(self.target.wanted_share))

    @property
    def missing(self) -> Decimal | None:
        """Up to the goal; nothing once it is reached. What is counted is rounded up. None where this is unknown."""
        if self.goal is None:
            return None
        rest = Decimal(0) if self.reached else self.goal - (self.value or 0)
        return Decimal(ceil(rest)) if self.measure is Measure.COUNT else rest

    @property
    def over(self) -> Decimal:
        """Above the goal: of a quota, more candidates than places."""
        return Decimal(0) if self.value is None or self.goal is None else max(self.value - self.goal, Decimal(0))

    @property
    def pace(self) -> Pace | None:
        """None for what has no pace: what is done at once, what is chosen, and a ratio of two things that both grow."""
        if not self._has_pace:
            return None
        every = self._every()
        return Pace(every, self.needed(every), self.present(every), self._in_time())

    @property
    def _has_pace(self) -> bool:
        if self.target.kind is Kind.RATIO:
            return self.target.per_take is Take.LAST
        return self.target.kind not in (Kind.DONE, Kind.QUOTA)

    def needed(self, every: Every) -> Decimal | None:
        """What is to be done for each `every` that is left, rounded up: to whole things, money to two digits and
        thousands, the rest to tenths. None as in `Pace`."""
        exact = self._rate_needed(every)
        return rounded_up(exact, self.measure) if exact and exact >= least(self.measure) else None

    def present(self, every: Every) -> Decimal | None:
        """What was done for each `every` since the start: things and sizes to tenths, money to two digits."""
        gone = self.days_gone
        if self.value is None or not gone or not self._has_pace:
            return None
        exact = Fraction(self.value) * DAYS[every] / gone
        step = money_step(floor(exact)) if self.measure is Measure.MONEY else TENTH
        return floor(exact / Fraction(step) + Fraction(1, 2)) * step

    def _rate_needed(self, every: Every) -> Fraction | None:
        left = self.days_left
        return Fraction(self.missing) * DAYS[every] / left if self.missing and left and self._has_pace else None

    def _every(self) -> Every:
        """By what people count the time that is left; longer where less than one thing would be needed each, and where
        nothing is needed and less than one was done."""
        left = self.days_left
        if left is None:
            return Every.MONTH
        usual = Every.DAY if left <= _BY_THE_DAY else Every.WEEK if left <= _BY_THE_WEEK else Every.MONTH
        longer = [e for e in Every if DAYS[e] >= DAYS[usual]]
        enough = least(self.measure)
        by_needed = (e for e in longer if DAYS[e] <= left and (self._rate_needed(e) or 0) >= enough)
        by_present = (e for e in longer if (self.present(e) or 0) >= enough)
        return next(chain(by_needed, by_present), usual)

    def _in_time(self) -> bool | None:
        gone, left = self.days_gone, self.days_left
        if self.reached or self.enough is None or left == 0:
            return self.reached
        if self.value is None or not gone or left is None:
            return None
        return self.value * (gone + left) >= self.enough * gone


def progress(target: Target, numbers: Numbers, today: date, *, is_day_over: bool = False) -> Progress:
    """How far the target is on a day, with the numbers of its window (`target.window(today)`; see `gather`)."""
    value, whole, measure = numbers.value, numbers.whole, numbers.measure
    if target.kind in OF_UNITS:
        value, whole, measure = Decimal(numbers.units_reached), Decimal(numbers.units_all), Measure.COUNT
    return Progress(
        target=target,
        window=target.window(today),
        today=today,
        is_day_over=is_day_over,
        value=value,
        goal=_goal(target, whole),
        whole=whole if target.kind in (Kind.RATIO, *OF_UNITS) else None,
        measure=measure,
        inexact=numbers.inexact,
        units_reached=numbers.units_reached,
        units_all=numbers.units_all,
        short=numbers.short,
    )


def _goal(target: Target, whole: Decimal | None) -> Decimal | None:
    if target.kind in (Kind.RATIO, *OF_UNITS):
        return target.wanted_share * whole if whole else None
    return target.amount


def _percent(part: Fraction, goal: Fraction) -> int:
    rounded = floor(part * 100 + Fraction(1, 2))
    return floor(part * 100) if part < goal and rounded >= goal * 100 else rounded
