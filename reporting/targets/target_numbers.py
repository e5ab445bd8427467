"""The numbers that a target is held against: gathered from what units report, and rounded for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from reporting.targets.targets import Take, Target

TENTH = Decimal("0.1")


class Measure(StrEnum):
    """What a number is: things that are counted, đồng, or a length and the like."""

    COUNT = "count"
    MONEY = "money"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Amount:
    """What a unit, with all below it, reports of an indicator in one period; `day` is the last that this covers."""

    unit_id: int
    day: date
    indicator: str
    amount: Decimal
    inexact: int = 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a target is held against. None is silence. `whole` is the total of `per`.

    Of the units that the target is for: how many there are, how many have enough, and which do not (`short`).
    """

    value: Decimal | None
    whole: Decimal | None = None
    measure: Measure = Measure.COUNT
    inexact: int = 0
    units_reached: int = 0
    units_all: int = 0
    short: tuple[int, ...] = ()


def gather(
    target: Target,
    amounts: Iterable[Amount],
    units: Collection[int],
    today: date,
    measure: Measure = Measure.COUNT,
) -> Numbers:
    """The numbers of a target from what units report; what is of other units, indicators and days is left out.

    `units`: those that the target is for, none of them below another; where only a total is wanted (not
    `Target.needs_units`), the one unit that has it.
    """
    window = target.window(today)
    known = [a for a in amounts if a.unit_id in units and a.day in window]
    own = _by_unit([a for a in known if a.indicator in target.indicators], target.take)
    per = _by_unit([a for a in known if a.indicator in target.per], target.per_take)
    short = tuple(unit for unit in units if own.get(unit, Decimal(0)) < target.unit_least)
    return Numbers(
        value=_sum(own),
        whole=_sum(per),
        measure=measure,
        inexact=sum(a.inexact for a in known if a.indicator in target.indicators),
        units_reached=len(units) - len(short),
        units_all=len(units),
        short=short,
    )


def _by_unit(amounts: Sequence[Amount], take: Take) -> dict[int, Decimal]:
    """Of each unit that reports: all that it has reported, or the newest number of each indicator."""
    newest: dict[tuple[int, str], date] = {}
    for a in amounts:
        newest[a.unit_id, a.indicator] = max(a.day, newest.get((a.unit_id, a.indicator), a.day))
    found: dict[int, Decimal] = defaultdict(Decimal)
    for a in amounts:
        if take is Take.ADD or a.day == newest[a.unit_id, a.indicator]:
            found[a.unit_id] += a.amount
    return found


def _sum(by_unit: Mapping[int, Decimal]) -> Decimal | None:
    return sum(by_unit.values(), Decimal(0)) if by_unit else None


def least(measure: Measure) -> Decimal:
    """The smallest pace worth saying."""
    return {Measure.COUNT: Decimal(1), Measure.MONEY: Decimal(1000), Measure.SIZE: TENTH}[measure]


def rounded_up(exact: Fraction, measure: Measure) -> Decimal:
    step = money_step(ceil(exact)) if measure is Measure.MONEY else least(measure)
    return ceil(exact / Fraction(step)) * step


def money_step(amount: int) -> Decimal:
    """Two digits, and nothing below a thousand đồng."""
    return Decimal(10 ** max(len(str(amount)) - 2, 3))
