"""Cells of a pack's own sheets, as an office clerk fills them in, read one by one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time

from forms.answers import unaccent

Cells = Mapping[str, str]

_LENGTH = re.compile(r"([+-]?)\s*(\d{1,4})\s*(m|h|d|w|phut|gio|ngay|tuan)")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 604800, "phut": 60, "gio": 3600, "ngay": 86400, "tuan": 604800}
_YES_NO = {"yes": True, "co": True, "x": True, "true": True, "no": False, "khong": False, "false": False}
_YEARS = range(1900, 2200)


class CellError(ValueError):
    """A cell that cannot be read: `column` and what was expected there. `row`: which of several rows, from 0."""

    def __init__(self, column: str, value: str, expected: str) -> None:
        super().__init__(f"column {column}: {value!r} is not {expected}")
        self.column = column
        self.row = 0


def refuse_unknown(cells: Cells, columns: Collection[str]) -> None:
    """Raises CellError for a filled column that the sheet does not have: it would be passed over in silence."""
    if unknown := next((column for column in cells if column not in columns and filled(cells, column)), None):
        raise CellError(unknown, cells[unknown], "in a column of this sheet: " + ", ".join(columns))


def filled(cells: Cells, column: str) -> str:
    """What stands in a column, "" for nothing."""
    return cells.get(column, "").strip()


def required(cells: Cells, column: str) -> str:
    value = filled(cells, column)
    if not value:
        raise CellError(column, "", "filled in")
    return value


def one_of(cells: Cells, column: str, allowed: Sequence[str], default: str) -> str:
    value = filled(cells, column) or default
    if value not in allowed:
        raise CellError(column, value, "one of " + ", ".join(allowed))
    return value


def yes_or_no(cells: Cells, column: str, *, default: bool) -> bool:
    value = filled(cells, column)
    if not value:
        return default
    if (plain := unaccent(value)) not in _YES_NO:
        raise CellError(column, value, "one of yes, no")
    return _YES_NO[plain]


def items(cells: Cells, column: str, default: str = "") -> tuple[str, ...]:
    """The parts of a list with commas; at least one."""
    value = filled(cells, column) or default
    parts = tuple(part.strip() for part in value.split(",") if part.strip())
    if not parts:
        raise CellError(column, value, "filled in")
    return parts


def day(cells: Cells, column: str) -> date:
    value = required(cells, column)
    found = day_of(value)
    if found is None:
        raise CellError(column, value, "a day such as 2022-12-16")
    return found


def day_of(text: str) -> date | None:
    """2022-12-16, as spreadsheets give it (or as midnight), or 16/12/2022, as people here write it."""
    match = _DAY.fullmatch(text.strip())
    try:
        found = (
            date(int(match[3]), int(match[2]), int(match[1])) if match else datetime.fromisoformat(text.strip()).date()
        )
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def clock(cells: Cells, column: str) -> time:
    value = required(cells, column)
    match = _CLOCK.fullmatch(value)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise CellError(column, value, "a time such as 10:00")
    return time(int(match[1]), int(match[2]))


def length(cells: Cells, column: str, example: str, *, least: int | None = None) -> int:
    """A length of time in seconds; `least`: the smallest that makes sense, if any."""
    value = required(cells, column)
    match = _LENGTH.fullmatch(unaccent(value))
    seconds = int(f"{match[1]}{match[2]}") * _SECONDS[match[3]] if match else None
    if seconds is None or (least is not None and seconds < least):
        raise CellError(column, value, f"a length of time such as {example}")
    return seconds
