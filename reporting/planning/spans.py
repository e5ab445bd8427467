"""Days, weeks, months, quarters and years: the spans that reports are about, and the names of periods.

A name sorts as its period does among those of one form: 2022-12-16, 2022-W50, 2022-12, 2022-Q4, 2022.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Unit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_LONGEST = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31, Unit.QUARTER: 92, Unit.YEAR: 366}
_ONE_DAY = timedelta(days=1)
_NAME = re.compile(r"(?P<year>\d{4})(?:-(?:W(?P<week>\d\d)|Q(?P<quarter>\d)|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?")


class Span(StrEnum):
    """What a report is about, where that is not a length of time: the day, week, month … in which it is due, the one
    before that, or all since the one before was due."""

    SINCE_LAST = "since last"
    DAY = "day"
    LAST_DAY = "last day"
    WEEK = "week"
    LAST_WEEK = "last week"
    MONTH = "month"
    LAST_MONTH = "last month"
    QUARTER = "quarter"
    LAST_QUARTER = "last quarter"
    YEAR = "year"
    LAST_YEAR = "last year"

    @property
    def is_past(self) -> bool:
        """Whether it has ended before the unit begins in which the report is due."""
        return self is not Span.SINCE_LAST and self.value.startswith("last ")

    @property
    def unit(self) -> Unit | None:
        return None if self is Span.SINCE_LAST else Unit(self.value.removeprefix("last "))


def start_of(unit: Unit, day: date) -> date:
    """The first day of the unit that a day is in."""
    match unit:
        case Unit.DAY:
            return day
        case Unit.WEEK:
            return day - timedelta(days=day.weekday())
        case Unit.MONTH:
            return day.replace(day=1)
        case Unit.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Unit.YEAR:
            return day.replace(month=1, day=1)


def next_start(unit: Unit, day: date) -> date:
    """The first day of the unit after the one that a day is in."""
    return start_of(unit, start_of(unit, day) + timedelta(days=_LONGEST[unit]))


def days_of(span: Span, day: date) -> tuple[date, date]:
    """The first day of the span of a report that is due on a day, and the first day after it."""
    assert span.unit is not None  # noqa: S101  (since when the last was due is no matter of the calendar)
    start = start_of(span.unit, day)
    return (start_of(span.unit, start - _ONE_DAY), start) if span.is_past else (start, next_start(span.unit, start))


def name_of(unit: Unit, day: date) -> str:
    """The name of the unit that a day is in."""
    match unit:
        case Unit.DAY:
            return day.isoformat()
        case Unit.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        case Unit.MONTH:
            return f"{day.year:04}-{day.month:02}"
        case Unit.QUARTER:
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case Unit.YEAR:
            return f"{day.year:04}"


@dataclass(frozen=True, slots=True)
class PeriodName:
    """What the name of a period says, for the caller to put into words: "Tuần 50/2022 (12/12 – 18/12)". `number`: of
    the day in its month, or of the week, month or quarter in its `year`; the year itself. `last` is its last day."""

    unit: Unit
    year: int
    number: int
    first: date
    last: date


def read_name(name: str) -> PeriodName:
    """Raises ValueError for what is no name of a period."""
    match = _NAME.fullmatch(name)
    if not match:
        raise ValueError(f"{name!r} is not the name of a period")
    year = int(match["year"])
    if match["week"]:
        return _named(Unit.WEEK, year, int(match["week"]), date.fromisocalendar(year, int(match["week"]), 1))
    if match["quarter"]:
        return _named(Unit.QUARTER, year, int(match["quarter"]), date(year, int(match["quarter"]) * 3 - 2, 1))
    if match["day"]:
        return _named(Unit.DAY, year, int(match["day"]), date(year, int(match["month"]), int(match["day"])))
    if match["month"]:
        return _named(Unit.MONTH, year, int(match["month"]), date(year, int(match["month"]), 1))
    return _named(Unit.YEAR, year, year, date(year, 1, 1))


def _named(unit: Unit, year: int, number: int, first: date) -> PeriodName:
    return PeriodName(unit, year, number, first, next_start(unit, first) - _ONE_DAY)
