"""The trend of one indicator as a picture is drawn from it: bars in a box, in units of the box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from reporting.digests.digest_data import Digest, Point

WIDTH, HEIGHT = 360, 180
ABOVE, BELOW = 24, 26
"""Room for the number over a bar, and for the day under it."""

ZERO = 2.0
"""How high a zero is: it is not the same as silence, which has no bar."""

FEWEST = 6
"""Bars are never wider than where so many stand side by side."""

CHARACTER = 9.4
"""How wide a digit is at most."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A period: `left`, `top`, `width` and `height` of its bar (height 0: no report gives a number), the middle of it,
    and whether there is room for its number and its day. `is_now`: it is what the digest is about."""

    point: Point
    amount: Decimal | None
    left: float
    top: float
    width: float
    height: float
    is_labelled: bool
    is_now: bool

    @property
    def middle(self) -> float:
        return round(self.left + self.width / 2, 1)

    @property
    def base(self) -> float:
        return self.top + self.height


def bars(digest: Digest, indicator: str, longest: int) -> list[Bar]:
    """A bar for each period of the trend, the oldest first. `longest`: characters of the longest of what is to stand
    over or under the bars; where they stand close, fewer of them are labelled, the last one always."""
    trend = digest.trend
    amounts = [point.amounts.get(indicator) for point in trend]
    most = max((amount for amount in amounts if amount is not None), default=Decimal(0))
    place = WIDTH / max(len(trend), FEWEST)
    step = max(1, ceil(longest * CHARACTER / place))
    left = (WIDTH - place * len(trend)) / 2
    return [
        _bar(digest, point, amount, most, left + place * at, place, labelled=(len(trend) - 1 - at) % step == 0)
        for at, (point, amount) in enumerate(zip(trend, amounts, strict=True))
    ]


def _bar(
    digest: Digest, point: Point, amount: Decimal | None, most: Decimal, left: float, place: float, *, labelled: bool
) -> Bar:
    room = HEIGHT - ABOVE - BELOW
    height = 0.0 if amount is None else max(ZERO, room * float(max(amount, Decimal(0)) / most) if most > 0 else ZERO)
    return Bar(
        point, amount, round(left + place * 0.12, 1), round(ABOVE + room - height, 1), round(place * 0.76, 1),
        round(height, 1), labelled, _is_now(digest, point),
    )  # fmt: skip


def _is_now(digest: Digest, point: Point) -> bool:
    if digest.whole or digest.period is None:
        return False
    return point.period.covers_from >= digest.period.covers_from


def goes_on(trend: Sequence[Point]) -> bool:
    """Whether there is anything to compare."""
    return len(trend) > 1
