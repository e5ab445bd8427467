"""Weeks and months of periods: which are due in one, when the last of them is, and when it is summed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reporting.planning.holidays import Holidays
from reporting.planning.periods import NO_LIST, Schedule
from reporting.planning.spans import Unit, name_of, next_start, read_name, start_of
from storage.uow import Row

STRETCHES = (Unit.WEEK, Unit.MONTH)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A week or a month, by the name that `reporting.planning.spans` gives it: the first and the last moment of it, and
    when the last of its periods is due (None: none is)."""

    name: str
    begins: datetime
    ends: datetime
    last_due: datetime | None

    def of(self, periods: Sequence[Row]) -> list[Row]:
        """Those of some periods that are due in it."""
        return [p for p in periods if self.begins <= p["due_at"] < self.ends]

    def before(self, periods: Sequence[Row]) -> list[Row]:
        """Those of some periods that are due in the week or month before it."""
        unit = read_name(self.name).unit
        day = (self.begins - timedelta(days=1)).date()
        begins = datetime.combine(start_of(unit, day), time(), self.begins.tzinfo)
        return [p for p in periods if begins <= p["due_at"] < self.begins]


def stretch_of(schedule: Schedule, unit: Unit, day: date, zone: ZoneInfo, holidays: Holidays = NO_LIST) -> Stretch:
    """The week or month that a day is in."""
    begins = datetime.combine(start_of(unit, day), time(), zone)
    ends = datetime.combine(next_start(unit, day), time(), zone)
    before = begins - timedelta(microseconds=1)
    due = [o.due_at for o in schedule.occurrences(zone, opened_by=ends, after=before, holidays=holidays)]
    return Stretch(name_of(unit, day), begins, ends, max((at for at in due if at < ends), default=None))


def named(schedule: Schedule, name: str, zone: ZoneInfo, holidays: Holidays = NO_LIST) -> Stretch | None:
    """The week or month of a name; None for what is the name of something else, or of nothing."""
    try:
        read = read_name(name)
    except ValueError:
        return None
    return stretch_of(schedule, read.unit, read.first, zone, holidays) if read.unit in STRETCHES else None
