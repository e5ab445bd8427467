"""What a digest says, as data: what is kept of it, and what words and picture are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from reporting.adapters import adapter
from reporting.digests.digest_odd import Odd
from reporting.planning.period_words import ONE_DAY
from reporting.targets.target_progress import Progress
from storage.uow import Row


@dataclass(frozen=True, slots=True)
class Span:
    """A period: its name, what it covers and when it was due."""

    name: str
    covers_from: datetime
    covers_to: datetime
    due_at: datetime

    @classmethod
    def of(cls, period: Row) -> Self:
        return cls(period["name"], period["covers_from"], period["covers_to"], period["due_at"])

    @property
    def is_day(self) -> bool:
        """Whether it is about one day, so that "today" is the word for it."""
        return self.covers_to - self.covers_from <= ONE_DAY


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many owe, and have reported; `on_time`, `nothing` and `approved` are among the reported, `late_nothing` among
    those with nothing."""

    expected: int = 0
    reported: int = 0
    on_time: int = 0
    nothing: int = 0
    late_nothing: int = 0
    approved: int = 0

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(
            self.expected + other.expected,
            self.reported + other.reported,
            self.on_time + other.on_time,
            self.nothing + other.nothing,
            self.late_nothing + other.late_nothing,
            self.approved + other.approved,
        )

    @property
    def late(self) -> int:
        return self.reported - self.on_time

    @property
    def missing(self) -> int:
        return self.expected - self.reported


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator. None is silence: no report gives a number, which is not the number zero.

    `amount` is of the digest's period (or of its stretch), and so many `reports` give it; `before` is of the one before
    (None: there was none, or this one is still under way, which is nothing to compare), `so_far` from the campaign's
    start. `top`: the units right below with most so far. `stands_in`: of a number that stands (see
    `reporting.standing`), the name of the period that it is of, "" for one that is added up.
    """

    indicator: str
    labels: Mapping[str, str]
    unit: Mapping[str, str]
    is_money: bool
    amount: Decimal | None
    before: Decimal | None
    so_far: Decimal | None
    inexact: int
    inexact_so_far: int
    top: tuple[tuple[str, Decimal], ...]
    reports: int = 0
    stands_in: str = ""

    @property
    def change(self) -> Decimal | None:
        """Against the period before; None when there is nothing to compare: silence is no number to subtract from."""
        return None if self.amount is None or self.before is None else self.amount - self.before


@dataclass(frozen=True, slots=True)
class MissingUnit:
    unit_id: int
    short_name: str
    name: str


@dataclass(frozen=True, slots=True)
class MoreTime:
    """How many of the units that have not reported were given more time, and until when."""

    until: datetime
    units: int


@dataclass(frozen=True, slots=True)
class Laggards:
    """Units right below that owe reports of the digest's periods: `silent` have given no number of the leading
    indicator so far, or zero; where there are none, `least` are those with least. Names are for leaders."""

    silent: tuple[str, ...] = ()
    least: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A good example that a unit has told, as an editor approved it. `of_week`: it was chosen as the week's. `id`: of
    the story (0 in what was kept before there was one); `text` is "" where it was taken down since."""

    unit: str
    text: str
    of_week: bool = False
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What became of an earlier period since it was last told: by a correction, or by a report that came late."""

    indicator: str
    period: Span
    unit: str
    difference: Decimal
    late: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One period of the trend; an indicator that no report gives is absent."""

    period: Span
    coverage: Coverage
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Digest:
    """`is_top`: the unit is the one that runs the campaign. `period` is None when nothing has been opened yet.

    `whole`: about the whole campaign. `stretch`: about all periods that are due in a week or month, which `period` then
    is. Of both, `coverage` counts reports over all these periods, and `missing` is empty; of the whole, a figure's
    `amount` is its `so_far`. `more_time`: a digest waits for nobody; of the missing ones these still have time (see
    `reporting.extensions`). `odd`, `laggards` and `stories` are for leaders. `approval`: the campaign asks for it.
    """

    campaign: str
    demo: bool
    unit: str
    is_top: bool
    period: Span | None
    whole: bool
    cut_off: datetime
    coverage: Coverage
    figures: tuple[Figure, ...]
    lead: str
    missing: tuple[MissingUnit, ...]
    adjustments: tuple[Adjustment, ...]
    trend: tuple[Point, ...]
    more_time: tuple[MoreTime, ...] = ()
    odd: tuple[Odd, ...] = ()
    targets: tuple[Progress, ...] = ()
    stretch: bool = False
    approval: bool = False
    laggards: Laggards = Laggards()
    stories: tuple[Story, ...] = ()

    @property
    def is_summed(self) -> bool:
        """Whether it is about several periods, so that reports are counted and not units."""
        return self.whole or self.stretch

    @property
    def leading(self) -> Figure | None:
        """The figure that units are ranked by; None for a form that adds nothing up."""
        return next((f for f in self.figures if f.indicator == self.lead), None)

    def figure(self, indicator: str) -> Figure:
        """The figure of an indicator that the digest has."""
        return next(f for f in self.figures if f.indicator == indicator)

    def to_json(self) -> dict[str, Any]:
        """Amounts as strings, instants as ISO 8601."""
        data: dict[str, Any] = adapter(Digest).dump_python(self, mode="json")
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Digest:
        made: Digest = adapter(Digest).validate_python(data)
        return made
