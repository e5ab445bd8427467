"""From a schedule to its periods: which days are due, what each is about, when it opens and closes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reporting.planning.holidays import Holidays
from reporting.planning.recurrence import UNITS, Repeat, days
from reporting.planning.spans import Span, Unit, days_of, name_of, next_start, start_of

if TYPE_CHECKING:
    from reporting.planning.periods import Schedule

_ONE_DAY = timedelta(days=1)
_LOOK_BACK = {Repeat.DAILY: 60, Repeat.WEEKLY: 60, Repeat.MONTHLY: 100, Repeat.QUARTERLY: 200, Repeat.YEARLY: 800}
"""In days: so far back there has surely been one before, even when others fell on holidays."""

_ONE_AFTER_THE_OTHER = {Repeat.DAILY: 86400, Repeat.WEEKLY: 604800}
"""In seconds: the length that leaves no gap."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One period before it is written down. Its name is what it is about (see `reporting.planning.spans`), or the local
    day on which the schedule has it due, before holidays move that."""

    name: str
    covers_from: datetime
    covers_to: datetime
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class OwnTime:
    """When units of some kinds must have reported, where that is not the period's own time."""

    kinds: tuple[str, ...]
    due_at: datetime
    closes_at: datetime


Opening = tuple[Occurrence, tuple[OwnTime, ...]]


def openings(
    schedule: Schedule, zone: ZoneInfo, opened_by: datetime, after: datetime | None, holidays: Holidays
) -> Iterator[Opening]:
    """See `Schedule.openings`."""
    before: datetime | None = None
    start = max(schedule.first, after.astimezone(zone).date()) if after else schedule.first
    for nominal, day in _due_days(schedule, start, holidays):
        opening = _opening(schedule, zone, nominal, day, before, holidays)
        occurrence = opening[0]
        before = occurrence.covers_to
        if nominal < schedule.first or (after and occurrence.due_at <= after):
            continue
        if occurrence.opens_at > opened_by:
            return
        yield opening


def _due_days(schedule: Schedule, start: date, holidays: Holidays) -> Iterator[tuple[date, date]]:
    """Each due day as the schedule says it and as it is, from well before `start`. Of several that holidays move to one
    day, the one whose own day it is stays, or the last."""
    # What the first is about may begin where the one before was due, though that was not yet asked for.
    nominal = days(schedule.repeat, schedule.on, _beginning(schedule, start), schedule.last)
    if not schedule.moves:
        yield from ((day, day) for day in nominal)
    elif schedule.moves == "no":
        yield from ((day, day) for day in nominal if holidays.is_working(day))
    else:
        for moved, together in groupby(nominal, lambda day: _moved(schedule, day, holidays)):
            found = list(together)
            yield (moved if moved in found else found[-1]), moved


def _beginning(schedule: Schedule, start: date) -> date:
    back = _LOOK_BACK.get(schedule.repeat)
    return start - timedelta(days=back) if back else schedule.first


def _moved(schedule: Schedule, day: date, holidays: Holidays) -> date:
    if schedule.moves not in ("next", "previous"):
        return day
    return holidays.moved(day, 1 if schedule.moves == "next" else -1)


def _opening(
    schedule: Schedule, zone: ZoneInfo, nominal: date, day: date, before: datetime | None, holidays: Holidays
) -> Opening:
    # Wall-clock time of the zone: a deadline at 10:00 stays at 10:00 whatever the offset does.
    due = datetime.combine(day, schedule.due, zone)
    own = tuple(
        OwnTime(row.kinds, at, at + timedelta(seconds=row.closes))
        for row in schedule.others
        for at in [
            datetime.combine(
                _moved(schedule, day_for(schedule.repeat, schedule.on, row.on, nominal), holidays), row.due, zone
            )
        ]
    )
    covers_from, covers_to = _covered(schedule, zone, nominal, due, before)
    opens = _opens(schedule, zone, min(due, *(time.due_at for time in own)) if own else due, covers_from, covers_to)
    closes = due + timedelta(seconds=schedule.closes)
    return Occurrence(_name(schedule, nominal), covers_from, covers_to, opens, due, closes), own


def day_for(repeat: Repeat, on: Sequence[str], other: Sequence[str], nominal: date) -> date:
    """The day among `other` that belongs to a day among `on`: of the same week, month …, or at the same place."""
    if tuple(other) == tuple(on):
        return nominal
    if unit := UNITS.get(repeat):
        start = start_of(unit, nominal)
        return next(days(repeat, other, start, next_start(unit, start) - _ONE_DAY))
    return date.fromisoformat(other[on.index(nominal.isoformat())])


def _covered(
    schedule: Schedule, zone: ZoneInfo, nominal: date, due: datetime, before: datetime | None
) -> tuple[datetime, datetime]:
    """The span that the report is about. Where each goes on from the one before, it also has what fell away between."""
    if not isinstance(schedule.covers, Span):
        # A holiday moves when it is due, not what it is about: so that is counted from the day in the schedule.
        end = datetime.combine(nominal, schedule.due, zone)
        goes_on = schedule.moves in ("next", "previous") and schedule.covers == _ONE_AFTER_THE_OTHER.get(
            schedule.repeat
        )
        return (before if before and goes_on else end - timedelta(seconds=schedule.covers)), end
    if schedule.covers.unit is None:
        begins = before or _midnight(schedule.first, zone)
        return (begins if begins < due else due - _ONE_DAY), due
    first, end = (_midnight(day, zone) for day in days_of(schedule.covers, nominal))
    return (before if before and schedule.repeat in UNITS else first), end


def _opens(schedule: Schedule, zone: ZoneInfo, due: datetime, covers_from: datetime, covers_to: datetime) -> datetime:
    """When reports are first taken. `due`: when the first kind of units must have reported."""
    if schedule.opens is not None:
        return due - timedelta(seconds=schedule.opens)
    begins = [covers_from]
    if schedule.opens_on:
        begins = [_midnight(schedule.opens_on, zone)]
    elif isinstance(schedule.covers, Span) and schedule.covers.is_past:
        # What is over can be told when it is over, and what goes on from its beginning.
        begins = [covers_to, covers_from]
    return next((at for at in begins if at < due), due - _ONE_DAY)


def _name(schedule: Schedule, nominal: date) -> str:
    past = isinstance(schedule.covers, Span) and schedule.covers.is_past
    unit = UNITS.get(schedule.repeat, Unit.DAY)
    if unit is not Unit.DAY and len(schedule.on) > 1:
        return name_of(Unit.DAY, nominal)
    return name_of(unit, start_of(unit, nominal) - _ONE_DAY if past and schedule.repeat in UNITS else nominal)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
