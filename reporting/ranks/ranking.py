"""Ranking (xếp loại): points of units by the rules of their campaign, each figure with how it came about. Exact: shares
are quotients of what is kept; only points are rounded, and the score is their sum, so that anybody can check it.

`reporting.ranks.ranking_figures` gathers the numbers, `reporting.ranks.ranking_words` says them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import floor

from reporting.ranks.ranking_rules import Class, Criterion, Rules


@dataclass(frozen=True, slots=True)
class Part:
    """What a unit has for one criterion: `done` of `of`. No `done` is silence, which earns nothing. Where not
    `applies`, it cannot be for this unit: nothing was expected of it, or none of its units is of the target's kinds."""

    criterion: Criterion
    done: Decimal | None
    of: Decimal | None
    applies: bool = True

    @property
    def share(self) -> Fraction:
        """Of what was to be reached; 1 is all of it. Never cut."""
        return Fraction(self.done) / Fraction(self.of) if self.done and self.of else Fraction(0)

    @property
    def counted(self) -> Fraction:
        """The share that earns points: no more than the criterion's cap."""
        cap = self.criterion.cap
        return self.share if cap is None else min(self.share, Fraction(cap))

    @property
    def points(self) -> Decimal:
        return _tenths(self.counted * Fraction(self.criterion.weight)) if self.applies else Decimal(0)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit with its points. `rank` is None for one that no criterion is for; of several with one rank each is `tied`.
    `band`: its class; None below all of them."""

    unit_id: int
    name: str
    short_name: str
    parts: tuple[Part, ...]
    rank: int | None = None
    tied: bool = False
    band: Class | None = None

    @property
    def score(self) -> Decimal | None:
        """The sum of the points; where criteria do not apply, brought up to all weights. None where none does."""
        weights = sum((part.criterion.weight for part in self.parts), Decimal(0))
        counted = sum((part.criterion.weight for part in self.parts if part.applies), Decimal(0))
        if not counted:
            return None
        points = sum((part.points for part in self.parts), Decimal(0))
        return points if counted == weights else _tenths(Fraction(points) * Fraction(weights) / Fraction(counted))

    @property
    def is_brought_up(self) -> bool:
        """Whether the score is more than the sum of its points."""
        return self.score is not None and not all(part.applies for part in self.parts)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The units below `unit` in the order of their ranks, with what was known at `until`. They are ranked among so many
    as `ranked` says: perhaps more than are shown, so that a unit has one rank whoever looks."""

    campaign: str
    unit: str
    until: datetime
    rules: Rules
    units: tuple[Ranked, ...]
    ranked: int

    def of(self, unit_id: int) -> Ranked | None:
        return next((one for one in self.units if one.unit_id == unit_id), None)


def in_order(rules: Rules, units: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """The units with rank and class, the best first; those with the same score in the order in which they came, and
    those without one at the end. After two on the second rank comes the fourth."""
    scores = [one.score for one in units if one.score is not None]
    count = Counter(scores)
    found = [
        one if one.score is None else _placed(rules, one, one.score, scores, tied=count[one.score] > 1) for one in units
    ]
    return tuple(sorted(found, key=lambda one: one.rank or len(units) + 1))


def _placed(rules: Rules, one: Ranked, score: Decimal, scores: Sequence[Decimal], *, tied: bool) -> Ranked:
    rank = 1 + sum(other > score for other in scores)
    band = next((band for band in rules.classes if score >= band.least), None)
    return Ranked(one.unit_id, one.name, one.short_name, one.parts, rank, tied, band)


def _tenths(exact: Fraction) -> Decimal:
    """Half a tenth is rounded up."""
    return Decimal(floor(exact * 10 + Fraction(1, 2))) / 10
