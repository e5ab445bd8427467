"""A form's schedule as data: when reports are due, who is reminded when, when the digest goes out.

Read from the sheets `deadlines`, `reminders` and `digest` of the form's workbook, kept as JSON with the form's
version, and turned into periods by dateutil's recurrence rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, rrule

_LENGTH = re.compile(r"([+-]?)\s*(\d{1,4})\s*([mhd])")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}
DIGEST_ROLES = ("leader", "officer", "admin")


class CellError(ValueError):
    """A cell that cannot be read: `column` and what was expected there."""

    def __init__(self, column: str, value: str, expected: str) -> None:
        super().__init__(f"column {column}: {value!r} is not {expected}")
        self.column = column


@dataclass(frozen=True, slots=True)
class Step:
    """A reminder: `after` seconds from the due time (negative: before it) to the members of role `to`."""

    name: str
    after: int
    to: str

    @classmethod
    def from_cells(cls, cells: Mapping[str, str]) -> Self:
        return cls(
            name=_required(cells, "step"),
            after=_length(cells, "when", "24h, -30m or 2d"),
            to=_one_of(cells, "to", ("reporter",), "reporter"),
        )


@dataclass(frozen=True, slots=True)
class DigestTime:
    """When a period's digest is made (seconds after the due time), which roles get it, whether groups do, and
    the indicator that it ranks units by."""

    after: int
    to: tuple[str, ...]
    groups: bool
    lead: str

    @classmethod
    def from_cells(cls, cells: Mapping[str, str], due: time) -> Self:
        at = _time(cells, "at")
        after = (at.hour * 60 + at.minute - due.hour * 60 - due.minute) * 60
        if after < 0:
            raise CellError("at", cells["at"], f"a time at or after the due time {due:%H:%M}")
        roles = _list(cells, "to", "leader")
        if unknown := next((role for role in roles if role not in DIGEST_ROLES), None):
            raise CellError("to", unknown, "one of " + ", ".join(DIGEST_ROLES))
        return cls(after, roles, cells.get("groups", "").lower() in {"yes", "true", "có", "x"}, cells.get("lead", ""))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One period before it is written down. The name is the local day on which it is due."""

    name: str
    covers_from: datetime
    covers_to: datetime
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a form is due. Lengths are in seconds."""

    repeat: str
    first: date
    last: date
    due: time
    covers: int
    closes: int
    kinds: tuple[str, ...]
    nothing: bool = True
    """Whether one tap may say that nothing took place."""
    reminders: tuple[Step, ...] = ()
    digest: DigestTime | None = None

    @classmethod
    def from_cells(cls, cells: Mapping[str, str]) -> Self:
        """From the row of the `deadlines` sheet. Raises CellError."""
        repeat = _one_of(cells, "repeat", ("daily", "once"), "once")
        first = _date(cells, "from")
        last = _date(cells, "until") if cells.get("until") else first
        if last < first:
            raise CellError("until", cells["until"], f"a day from {first} on")
        return cls(
            repeat=repeat,
            first=first,
            last=last if repeat == "daily" else first,
            due=_time(cells, "due"),
            covers=_length(cells, "covers", "24h or 2d", least=1),
            closes=_length(cells, "closes", "24h or 2d", least=0),
            kinds=_list(cells, "kinds"),
            nothing=_one_of(cells, "nothing", ("yes", "no"), "yes") == "yes",
        )

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        data.update(first=self.first.isoformat(), last=self.last.isoformat(), due=self.due.isoformat("minutes"))
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        digest = data.get("digest")
        return cls(
            repeat=data["repeat"],
            first=date.fromisoformat(data["first"]),
            last=date.fromisoformat(data["last"]),
            due=time.fromisoformat(data["due"]),
            covers=data["covers"],
            closes=data["closes"],
            kinds=tuple(data["kinds"]),
            nothing=data["nothing"],
            reminders=tuple(Step(**step) for step in data["reminders"]),
            digest=DigestTime(**{**digest, "to": tuple(digest["to"])}) if digest else None,
        )

    def moved_to(self, first: date) -> Schedule:
        """The same schedule beginning on another day."""
        data = self.to_json()
        data.update(first=first.isoformat(), last=(self.last + (first - self.first)).isoformat())
        return Schedule.from_json(data)

    def occurrences(self, zone: ZoneInfo, *, opened_by: datetime) -> Iterator[Occurrence]:
        """The periods that open at or before a moment, oldest first."""
        for midnight in rrule(DAILY, dtstart=datetime.combine(self.first, time()), until=self.last):
            # Wall-clock time of the zone: a deadline at 10:00 stays at 10:00 whatever the offset does.
            due = datetime.combine(midnight.date(), self.due, zone)
            opens = due - timedelta(seconds=self.covers)
            if opens > opened_by:
                return
            closes = due + timedelta(seconds=self.closes)
            yield Occurrence(midnight.date().isoformat(), opens, due, opens, due, closes)


def _required(cells: Mapping[str, str], column: str) -> str:
    value = cells.get(column, "").strip()
    if not value:
        raise CellError(column, "", "filled in")
    return value


def _one_of(cells: Mapping[str, str], column: str, allowed: Sequence[str], default: str) -> str:
    value = cells.get(column, "").strip() or default
    if value not in allowed:
        raise CellError(column, value, "one of " + ", ".join(allowed))
    return value


def _list(cells: Mapping[str, str], column: str, default: str = "") -> tuple[str, ...]:
    value = cells.get(column, "").strip() or default
    parts = tuple(part.strip() for part in value.split(",") if part.strip())
    if not parts:
        raise CellError(column, value, "filled in")
    return parts


def _date(cells: Mapping[str, str], column: str) -> date:
    value = _required(cells, column)
    try:
        # A spreadsheet may give a day as midnight.
        return datetime.fromisoformat(value).date()
    except ValueError:
        raise CellError(column, value, "a day such as 2022-12-16") from None


def _time(cells: Mapping[str, str], column: str) -> time:
    value = _required(cells, column)
    match = _CLOCK.fullmatch(value)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise CellError(column, value, "a time such as 10:00")
    return time(int(match[1]), int(match[2]))


def _length(cells: Mapping[str, str], column: str, example: str, *, least: int | None = None) -> int:
    """A length of time in seconds; `least`: the smallest that makes sense, if any."""
    value = _required(cells, column)
    match = _LENGTH.fullmatch(value)
    seconds = int(f"{match[1]}{match[2]}") * _SECONDS[match[3]] if match else None
    if seconds is None or (least is not None and seconds < least):
        raise CellError(column, value, f"a length of time such as {example}")
    return seconds
