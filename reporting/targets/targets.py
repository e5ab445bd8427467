"""What a campaign has promised. `reporting.targets.target_cells` reads it from the sheet `targets`,
`reporting.targets.target_progress` says how far it is."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from dateutil.relativedelta import relativedelta

from reporting.adapters import adapter

SHEET = "targets"
ONE = Decimal(1)


class Kind(StrEnum):
    """What has been promised; the value is the word for it in the sheet.

    SUM     so much altogether                      ABOUT   about so much: nine tenths will do
    EACH    so much of each unit                    RATIO   of two totals, such as satisfied by asked
    UNITS   such a part of the units                DONE    a thing that is done or not
    QUOTA   so many places to fill: more than there are cannot be commended, fewer may be
    """

    SUM = "sum"
    ABOUT = "about"
    EACH = "each unit"
    RATIO = "ratio"
    UNITS = "units"
    DONE = "done"
    QUOTA = "quota"


class Repeat(StrEnum):
    ONCE = "once"
    YEARLY = "yearly"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"


class Take(StrEnum):
    """How the numbers of several reports become one: ADD what happens, LAST (the newest of each unit) what stands."""

    ADD = "add"
    LAST = "last"


OF_UNITS = (Kind.EACH, Kind.UNITS)
OF_SHARES = (Kind.RATIO, Kind.UNITS)
_MONTHS = {Repeat.YEARLY: 12, Repeat.QUARTERLY: 3, Repeat.MONTHLY: 1}


@dataclass(frozen=True, slots=True)
class Window:
    """The days that count, both included; None is open."""

    first: date | None
    last: date | None

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Target:
    """One row. `amount` is what the kind wants: a number, for RATIO and UNITS a share (0.9 is 90 %).

    `indicators` are added up, and so are those of `per`, which only RATIO has. `least`, only of UNITS: from what
    number on a unit counts. `first` and `last` are set where it repeats. `weight` is for rankings.
    """

    name: str
    kind: Kind
    indicators: tuple[str, ...]
    amount: Decimal
    per: tuple[str, ...] = ()
    least: Decimal = ONE
    unit_kinds: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    repeat: Repeat = Repeat.ONCE
    take: Take = Take.ADD
    per_take: Take = Take.ADD
    department: str = ""
    weight: Decimal = ONE
    label: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        made: Self = adapter(Target).validate_python(data)
        return made

    def to_json(self) -> dict[str, Any]:
        """Numbers as strings, days as ISO 8601."""
        data: dict[str, Any] = adapter(Target).dump_python(self, mode="json")
        return data

    @property
    def holds_below(self) -> bool:
        """Whether every branch is to reach it as the whole is; a number is for all of them together."""
        return self.kind in (Kind.EACH, Kind.RATIO, Kind.UNITS)

    @property
    def needs_units(self) -> bool:
        """Whether the numbers of the single units are needed, and not only their total."""
        return self.kind in OF_UNITS or Take.LAST in (self.take, self.per_take)

    @property
    def unit_least(self) -> Decimal:
        """From what number on a unit counts."""
        return self.amount if self.kind is Kind.EACH else self.least

    @property
    def wanted_share(self) -> Decimal:
        """Which part of the whole is to be reached, of the kinds that have one."""
        return ONE if self.kind is Kind.EACH else self.amount

    def window(self, today: date) -> Window:
        """The days that count when it is looked at today. Of a repeated one the stretch that today is in; before all
        of them the first, after them the last."""
        if self.repeat is Repeat.ONCE or self.first is None or self.last is None:
            return Window(self.first, self.last)
        day = min(max(today, self.first), self.last)
        back = 0
        while self._end(self.last, back + 1) >= day:
            back += 1
        begins = self._end(self.last, back + 1) + timedelta(days=1)
        return Window(max(self.first, begins), self._end(self.last, back))

    def _end(self, last: date, back: int) -> date:
        """The last day of the stretch that comes so many before the last one."""
        end = last - relativedelta(months=back * _MONTHS[self.repeat])
        # What ends with a month goes on doing so, however long the months are.
        ends_month = last.day == monthrange(last.year, last.month)[1]
        return end + relativedelta(day=31) if ends_month else end

    def moved(self, by: timedelta) -> Target:
        """The same target so much later."""
        return replace(self, first=self.first and self.first + by, last=self.last and self.last + by)


def of_campaign(settings: Mapping[str, Any]) -> Sequence[Target]:
    """The targets of a campaign, from its settings."""
    return [Target.from_json(row) for row in settings.get(SHEET, ())]


def to_settings(targets: Sequence[Target]) -> dict[str, Any]:
    """What is kept of them in the settings of the campaign: a target may be of the numbers of several forms."""
    return {SHEET: [target.to_json() for target in targets]}
