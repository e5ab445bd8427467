"""Which day a day and a month without a year, a weekday, or a bare day number can mean.

The idea: people report what has been. A day that has already come this year (this month, this week) is that day; one
that has not is asked, because it may be the last one or the next one. Days that do not exist are no candidates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from forms.answers.reading import Reading, Reason, Rejected, Understood, Unsure

FIRST_YEAR, LAST_YEAR = 1900, 2100
# "99" is 1999, "26" and a few years ahead of today are of this century.
_YEARS_AHEAD = 10


@dataclass(frozen=True, slots=True)
class Days:
    """Candidate days, in the order to ask them; `doubt` asks even about a single one."""

    found: tuple[date, ...] = ()
    doubt: Reason | None = None

    def reading(self) -> Reading:
        if not self.found:
            return Unsure((), reason=self.doubt) if self.doubt else Rejected(Reason.NO_SUCH_DAY)
        if len(self.found) == 1 and self.doubt is None:
            return Understood(self.found[0])
        return Unsure(self.found, reason=self.doubt or Reason.WHICH_DAY)


def make_day(day: int, month: int, year: int) -> date | None:
    """The day, None when there is none or its year is out of bounds."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(typed: str, today: date) -> int:
    """A year of two or four digits as a number of four."""
    if len(typed) > 2:
        return int(typed)
    century = today.year - today.year % 100
    near = century + int(typed)
    return near if near <= today.year + _YEARS_AHEAD else near - 100


def of_year(day: int, month: int, year: int) -> Days:
    """Exactly this day."""
    exact = make_day(day, month, year)
    return Days((exact,) if exact else ())


def without_year(day: int, month: int, today: date) -> Days:
    """A day and a month: of this year when it has come, else of last year or of this one."""
    return _past_or_asked(make_day(day, month, today.year), make_day(day, month, today.year - 1), today)


def day_of_month(day: int, today: date) -> Days:
    """A day number alone: of this month when it has come, else of last month or of this one."""
    year, month = _month_before(today)
    return _past_or_asked(make_day(day, today.month, today.year), make_day(day, month, year), today)


def weekday(number: int, today: date) -> Days:
    """`number` counts as date.weekday does, Monday is 0. A week runs from Monday to Sunday."""
    this = weekday_of_week(number, 0, today)
    return _past_or_asked(this, this - timedelta(weeks=1), today)


def weekday_of_week(number: int, weeks: int, today: date) -> date:
    """The weekday in the week that lies `weeks` after the week of today."""
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(weeks=weeks, days=number)


def shifted(today: date, days: int) -> Days:
    """Today plus or minus some days; none outside the years that a form can mean."""
    if abs(days) > 366 * 10:
        return Days()
    moved = today + timedelta(days=days)
    return Days((moved,) if FIRST_YEAR <= moved.year <= LAST_YEAR else ())


def day_of_near_month(day: int, months: int, today: date) -> Days:
    """A day of last month (-1), this month (0) or next month (1)."""
    index = today.year * 12 + today.month - 1 + months
    return of_year(day, index % 12 + 1, index // 12)


def _month_before(today: date) -> tuple[int, int]:
    return (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)


def _past_or_asked(this: date | None, last: date | None, today: date) -> Days:
    if this is not None and this <= today:
        return Days((this,))
    found = tuple(_existing(last, this))
    return Days(found, Reason.WHICH_DAY if found else None)


def _existing(*days: date | None) -> Iterator[date]:
    yield from (day for day in days if day is not None)
