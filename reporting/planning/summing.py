"""When digests of several periods have come due: of a week, a month, and of the whole when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from reporting.planning.digest_times import SummaryTime, Sums
from reporting.planning.holidays import Holidays
from reporting.planning.periods import Schedule
from reporting.planning.quiet import next_allowed
from reporting.planning.recurrence import Repeat, days
from reporting.planning.spans import Unit
from reporting.planning.stretches import Stretch, stretch_of

_UNITS = {Sums.WEEKLY: (Unit.WEEK, Repeat.WEEKLY), Sums.MONTHLY: (Unit.MONTH, Repeat.MONTHLY)}
KEPT_FOR = {Sums.WEEKLY: timedelta(days=7), Sums.MONTHLY: timedelta(days=28), Sums.END: timedelta(days=60)}
"""One missed by less than this is still made: until the next of its kind stands for it."""

_LOOK_BACK = 3
"""Stretches: the last day to tell of one may come in the second after it."""
_LONGEST, _MOVED = timedelta(days=400), timedelta(days=14)
"""A year's period before the last day; and how far holidays and a late hour may put its end off."""


@dataclass(frozen=True, slots=True)
class Due:
    """A digest whose moment has come. `stretch` is None for that of the whole. `step`: what a period keeps of it;
    `name`: its part of a key."""

    summary: SummaryTime
    at: datetime
    stretch: Stretch | None = None

    @property
    def name(self) -> str:
        return f"{self.summary.sums}:{self.stretch.name}" if self.stretch else str(self.summary.sums)

    @property
    def step(self) -> str:
        return "digest/" + self.name.replace(":", "/")


def due_summaries(schedule: Schedule, now: datetime, zone: ZoneInfo, holidays: Holidays) -> list[Due]:
    """Of each row of the sheet the newest digest whose moment has come and is not too long ago."""
    found = (
        _at_the_end(schedule, row, now, zone, holidays)
        if row.sums is Sums.END
        else _of_a_stretch(schedule, row, now, zone, holidays)
        for row in schedule.summaries
    )
    return [due for due in found if due and now - due.at <= KEPT_FOR[due.summary.sums]]


def _of_a_stretch(
    schedule: Schedule, row: SummaryTime, now: datetime, zone: ZoneInfo, holidays: Holidays
) -> Due | None:
    unit, repeat = _UNITS[row.sums]
    day = now.astimezone(zone).date()
    for _ in range(_LOOK_BACK):
        stretch = stretch_of(schedule, unit, day, zone, holidays)
        if stretch.last_due and (at := _first(row, repeat, stretch.last_due, zone)) <= now:
            return Due(row, at, stretch)
        day = stretch.begins.date() - timedelta(days=1)
    return None


def _first(row: SummaryTime, repeat: Repeat, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of the row at which all that is summed up is due."""
    start = after.astimezone(zone).date()
    moments = (datetime.combine(day, row.at, zone) for day in days(repeat, row.on, start, start + timedelta(days=62)))
    return next_allowed(next(at for at in moments if at >= after), zone)


def _at_the_end(schedule: Schedule, row: SummaryTime, now: datetime, zone: ZoneInfo, holidays: Holidays) -> Due | None:
    """When the last report has been taken, at the row's time of day."""
    ends = datetime.combine(schedule.last, time(), zone)
    latest = ends + timedelta(seconds=schedule.closes) + KEPT_FOR[Sums.END] + _MOVED
    if not ends <= now <= latest:
        return None
    around = ends - _LONGEST
    last = list(schedule.occurrences(zone, opened_by=now, after=around, holidays=holidays))
    if not last:
        return None
    closes = max(occurrence.closes_at for occurrence in last)
    first = closes.astimezone(zone).date()
    moments = (datetime.combine(day, row.at, zone) for day in (first, first + timedelta(days=1)))
    at = next_allowed(next(at for at in moments if at >= closes), zone)
    return Due(row, at) if at <= now else None
