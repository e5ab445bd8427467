"""How often a report is due, in a clerk's words, as the days that dateutil's recurrence rules make of them.

The days within a rhythm are kept as short codes: a day 2022-12-16 for `once` and `dates`; MO … SU for `daily` and
`weekly`; for the longer rhythms the 15th as 15, the last day as -1, the last Friday as -1FR, and with the month of the
quarter or year 15/3.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from functools import partial
from typing import Any, Literal

from dateutil import rrule as rules

from forms.answers import unaccent
from reporting.planning.cells import CellError, Cells, day_of, filled, items
from reporting.planning.spans import Unit


class Repeat(StrEnum):
    ONCE = "once"
    DATES = "dates"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


UNITS = {
    Repeat.DAILY: Unit.DAY, Repeat.WEEKLY: Unit.WEEK, Repeat.MONTHLY: Unit.MONTH, Repeat.QUARTERLY: Unit.QUARTER,
    Repeat.YEARLY: Unit.YEAR,
}  # fmt: skip

MOST_DATES = 400

_REPEATS = {
    "mot lan": Repeat.ONCE, "cac ngay": Repeat.DATES, "hang ngay": Repeat.DAILY, "hang tuan": Repeat.WEEKLY,
    "hang thang": Repeat.MONTHLY, "hang quy": Repeat.QUARTERLY, "hang nam": Repeat.YEARLY,
}  # fmt: skip
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = (
    "t2, thu 2, thu hai, mon, monday", "t3, thu 3, thu ba, tue, tuesday", "t4, thu 4, thu tu, wed, wednesday",
    "t5, thu 5, thu nam, thu, thursday", "t6, thu 6, thu sau, fri, friday", "t7, thu 7, thu bay, sat, saturday",
    "cn, chu nhat, sun, sunday",
)  # fmt: skip
_WEEKDAYS = {name: code for code, names in zip(_CODES, _NAMES, strict=True) for name in names.split(", ")}
_LAST_DAY = {"last", "last day", "cuoi", "cuoi thang", "cuoi quy", "cuoi nam", "ngay cuoi", "ngay cuoi thang"}
_PLACES = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1, "dau": 1, "dau tien": 1, "cuoi": -1, "cuoi cung": -1,
}  # fmt: skip
_RANGE = re.compile(r"\s*(?:-|–|\bden\b|\bto\b)\s*")
_NUMBERED = re.compile(r"(?:ngay )?(\d{1,2})")
_CODE = re.compile(r"(-?\d+)([A-Z]{2})?(?:/(\d+))?")
_EXAMPLES = {
    Repeat.MONTHLY: "a day of the month such as 15, last or last friday",
    Repeat.QUARTERLY: "a day of a month of the quarter (1, 2 or 3) such as 15/3, last or last friday",
    Repeat.YEARLY: "a day of the year such as 25/3, last or last friday/10",
}
_FREQUENCIES: Mapping[str, Literal[2, 3]] = {Repeat.DAILY: rules.DAILY, Repeat.WEEKLY: rules.WEEKLY}
_MONTHS_IN = {Repeat.QUARTERLY: 3, Repeat.YEARLY: 12}


def read_repeat(cells: Cells) -> Repeat:
    value = filled(cells, "repeat") or Repeat.ONCE
    plain = unaccent(value)
    if plain in _REPEATS:
        return _REPEATS[plain]
    if plain not in list(Repeat):
        raise CellError("repeat", value, "one of " + ", ".join(Repeat))
    return Repeat(plain)


def read_days(repeat: Repeat, cells: Cells) -> tuple[str, ...]:
    """The codes for the columns `on` and `weekdays`. Raises CellError."""
    weekly = repeat in (Repeat.DAILY, Repeat.WEEKLY)
    # A week may have its days in either column.
    in_weekdays = repeat is Repeat.DAILY or (weekly and filled(cells, "weekdays") and not filled(cells, "on"))
    column, other = ("weekdays", "on") if in_weekdays else ("on", "weekdays")
    if filled(cells, other):
        raise CellError(other, filled(cells, other), f"empty where repeat is {repeat} (the column is {column})")
    if not filled(cells, column) and repeat in (Repeat.ONCE, Repeat.DAILY):
        return ()
    parts = items({column: filled(cells, column).replace(";", ",")}, column)
    return _weekdays(column, parts) if weekly else _days(repeat, parts)


def _weekdays(column: str, parts: Sequence[str]) -> tuple[str, ...]:
    found: set[int] = set()
    for part in parts:
        ends = [_WEEKDAYS.get(end.strip()) for end in _RANGE.split(unaccent(part))]
        places = [_CODES.index(end) for end in ends if end]
        if len(places) != len(ends) or len(ends) > 2 or places[0] > places[-1]:
            raise CellError(column, part, "a day of the week such as T2, thứ hai, Monday or T2-T6")
        found |= set(range(places[0], places[-1] + 1))
    return tuple(_CODES[place] for place in sorted(found))


def _days(repeat: Repeat, parts: Sequence[str]) -> tuple[str, ...]:
    if repeat in (Repeat.ONCE, Repeat.DATES):
        return _dates(repeat, parts)
    return tuple(dict.fromkeys(_day_within(repeat, part) for part in parts))


def _dates(repeat: Repeat, parts: Sequence[str]) -> tuple[str, ...]:
    most = 1 if repeat is Repeat.ONCE else MOST_DATES
    if len(parts) > most:
        raise CellError("on", ", ".join(parts), "one day only" if most == 1 else f"a list of at most {most} days")
    for part in parts:
        if day_of(part) is None:
            raise CellError("on", part, "a day such as 2022-12-16")
    return tuple(sorted({day.isoformat() for part in parts if (day := day_of(part))}))


def _day_within(repeat: Repeat, part: str) -> str:
    # A spreadsheet makes a day of this year of 25/3.
    whole = day_of(part) if repeat is not Repeat.MONTHLY else None
    text, slash, month = f"{whole.day}/{whole.month}".partition("/") if whole else unaccent(part).partition("/")
    code, months = _day_code(text.strip()), _MONTHS_IN.get(repeat, 0)
    if not slash and months and (repeat is Repeat.QUARTERLY or text.strip() in _LAST_DAY):
        month = str(months)
    number = int(month) if month.strip().isdecimal() and len(month.strip()) < 3 else 0
    if code is None or (not 1 <= number <= months if months else slash) or not _is_there(repeat, code, number):
        raise CellError("on", part, _EXAMPLES[repeat])
    return f"{code}/{number}" if months else code


def _is_there(repeat: Repeat, code: str, month: int) -> bool:
    """Whether a month ever has the day: what is the last one of a short month is, for a year, a slip of the pen."""
    return repeat is not Repeat.YEARLY or not code.isdecimal() or int(code) <= monthrange(2024, month)[1]


def _day_code(text: str) -> str | None:
    if text in _LAST_DAY:
        return "-1"
    if match := _NUMBERED.fullmatch(text):
        return str(int(match[1])) if 1 <= int(match[1]) <= 31 else None
    return next((f"{n}{day}" for word, n in _PLACES.items() for day in [_at_place(text, word)] if day), None)


def _at_place(text: str, word: str) -> str | None:
    """The weekday in "last friday", "thu sau cuoi thang"."""
    text = text.removesuffix(" thang")
    if text.startswith(f"{word} "):
        return _WEEKDAYS.get(text.removeprefix(f"{word} "))
    return _WEEKDAYS.get(text.removesuffix(f" {word}")) if text.endswith(f" {word}") else None


def days(repeat: Repeat, on: Sequence[str], start: date, last: date) -> Iterator[date]:
    """The days of a rhythm from `start` to `last`, both included, in their order; one at a time, as they are asked for.
    The 29th to 31st of a shorter month is its last day; what is due once on no day that is named, on `last`."""
    if repeat in (Repeat.ONCE, Repeat.DATES):
        return (day for day in map(date.fromisoformat, on or (last.isoformat(),)) if start <= day <= last)
    make = partial(rules.rrule, dtstart=datetime.combine(start, time()), until=datetime.combine(last, time()))
    if repeat in (Repeat.DAILY, Repeat.WEEKLY):
        weekdays = [getattr(rules, code) for code in on] or None
        return (at.date() for at in make(_FREQUENCIES[repeat], byweekday=weekdays))
    found = rules.rruleset()
    for code in on:
        found.rrule(make(rules.MONTHLY, **_monthly(repeat, code)))
    return (at.date() for at in found)


def _monthly(repeat: Repeat, code: str) -> dict[str, Any]:
    match = _CODE.fullmatch(code)
    if match is None:
        raise ValueError(f"{code!r} is not a day of a month")
    number, weekday, month = int(match[1]), match[2], int(match[3] or 0)
    bymonth = list(range(month, 13, _MONTHS_IN[repeat])) if month else None
    if weekday:
        return {"bymonth": bymonth, "byweekday": getattr(rules, weekday)(number)}
    if number <= 28:
        return {"bymonth": bymonth, "bymonthday": number}
    return {"bymonth": bymonth, "bymonthday": range(28, number + 1), "bysetpos": -1}
