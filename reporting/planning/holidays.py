"""Days on which offices work. The Government decides each year's days off, so they are data that an office may edit:
`campaigns/holidays_vn.csv` with the columns date, day (nghỉ, or làm việc for a day off that is worked instead), name.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from forms.answers import unaccent
from reporting.planning.cells import day_of

COLUMNS = ("date", "day", "name")
MOST_ROWS = 5000
LONGEST_REST = 31
"""In days: a due day is moved no further, whatever a list of holidays says."""

_WORKED = {"nghi": False, "off": False, "": False, "lam viec": True, "lam bu": True, "working": True}
_FIXED = ((1, 1), (4, 30), (5, 1), (9, 2))
"""Month and day of those that are the same each year, for years of which the list has nothing. Tết and Giỗ Tổ go by the
moon, and the second day of Quốc khánh is announced."""

_ONE_DAY = timedelta(days=1)


class HolidayListError(ValueError):
    """A list that cannot be used; `problems` name the row (the header is row 1)."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Holidays:
    """`off`: days without work; `worked`: days of a weekend that are worked instead of others."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = field(init=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "years", frozenset(day.year for day in self.off))

    def is_working(self, day: date) -> bool:
        if day in self.worked:
            return True
        if day.weekday() >= 5:
            return False
        return day not in self.off if day.year in self.years else not _is_fixed(day)

    def moved(self, day: date, step: int) -> date:
        """The day itself where it is a working day, else the next one (step 1) or the one before (-1)."""
        days = (day + timedelta(days=step * n) for n in range(LONGEST_REST))
        return next((found for found in days if self.is_working(found)), day)


def _is_fixed(day: date) -> bool:
    """A holiday of every year, or a day off instead of one that fell on a weekend right before."""
    return (day.month, day.day) in _FIXED or _instead(day) > 0


def _instead(day: date) -> int:
    """How many days off are owed on a day for holidays on the weekend before it that have had none yet."""
    owed, at = 0, day - timedelta(days=day.weekday() + 2)
    while at < day:
        holiday, weekend = (at.month, at.day) in _FIXED, at.weekday() >= 5
        owed += (holiday and weekend) - (owed > 0 and not holiday and not weekend)
        at += _ONE_DAY
    return owed


def read_holidays(path: Path) -> Holidays:
    """The list at a path. Raises HolidayListError with every problem found."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            # Spreadsheets of countries with a decimal comma write semicolons.
            delimiter = ";" if ";" in file.readline() else ","
            file.seek(0)
            rows = list(islice(csv.DictReader(file, delimiter=delimiter), MOST_ROWS + 1))
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise HolidayListError([f"{path.name}: cannot be read: {error}"]) from error
    if len(rows) > MOST_ROWS:
        raise HolidayListError([f"{path.name}: there are more than {MOST_ROWS} rows"])
    problems: list[str] = []
    days: dict[date, bool] = {}
    for number, row in enumerate(rows, 2):
        day, kind = day_of(row.get("date") or ""), unaccent(row.get("day") or "")
        if day is None:
            problems.append(f"{path.name}, row {number}: the date {row.get('date')!r} is not a day such as 2022-12-16")
        elif kind not in _WORKED:
            problems.append(f"{path.name}, row {number}: the day {row.get('day')!r} is not one of nghỉ, làm việc")
        elif days.setdefault(day, _WORKED[kind]) != _WORKED[kind]:
            problems.append(f"{path.name}, row {number}: {day} stands in the list with another kind of day, too")
    if problems or not days:
        raise HolidayListError(problems or [f"{path.name}: there is no day in the list"])
    return Holidays(
        frozenset(day for day, worked in days.items() if not worked),
        frozenset(day for day, worked in days.items() if worked),
    )
