"""A form's schedule as data: when reports are due, who is reminded when, when the digest goes out.

Read from the sheets `deadlines`, `reminders` and `digest` of the form's workbook, kept as JSON with the form's
version, and turned into periods by dateutil's recurrence rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from reporting.planning.cells import CellError, Cells
from reporting.planning.deadline_rows import read_row, read_rows
from reporting.planning.digest_times import DigestTime, SummaryTime
from reporting.planning.holidays import Holidays
from reporting.planning.occurring import Occurrence, Opening, OwnTime, openings
from reporting.planning.recurrence import UNITS, Repeat
from reporting.planning.reminder_steps import Step
from reporting.planning.spans import Span

__all__ = [
    "CellError", "DigestTime", "KindDeadline", "Occurrence", "Opening", "OwnTime", "Schedule", "Step", "SummaryTime",
]  # fmt: skip

_SELDOM: Mapping[str, Any] = {
    "on": (), "opens": None, "opens_on": None, "grace": 0, "moves": "", "others": (), "summaries": (), "title": "",
    "again": True,
}  # fmt: skip
"""Fields that are written only where they say something."""

NO_LIST = Holidays()
"""Weekends and the holidays of every year."""


@dataclass(frozen=True, slots=True)
class KindDeadline:
    """Another due time of the same periods, for units of some kinds. `closes` in seconds, `on` as in Schedule."""

    kinds: tuple[str, ...]
    due: time
    closes: int
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a form is due. Lengths are in seconds. What a form does not say is not in its JSON: an upgrade of the bot
    makes no new version of it."""

    repeat: Repeat
    first: date
    last: date
    due: time
    covers: int | Span
    closes: int
    kinds: tuple[str, ...]
    """All kinds of units that report, those with a time of their own among them."""
    nothing: bool = True
    """Whether one tap may say that nothing took place."""
    again: bool = True
    """Whether one tap may take the last report's answers: not where they register things, or pick them."""
    title: str = ""
    """What the form's reports are called, where its campaign has several forms."""
    reminders: tuple[Step, ...] = ()
    digest: DigestTime | None = None
    on: tuple[str, ...] = ()
    """The days within the rhythm, as `reporting.planning.recurrence` writes them."""
    opens: int | None = None
    """Before the due time. None: when what the report is about begins, or has ended if that is a time before."""
    opens_on: date | None = None
    grace: int = 0
    """After the due time: what comes within it is not late."""
    moves: str = ""
    """Where a due day that is no working day goes: next or previous working day, or "no": it falls away. "": any day
    can be due."""
    others: tuple[KindDeadline, ...] = ()
    summaries: tuple[SummaryTime, ...] = ()
    """Digests of several periods."""

    @classmethod
    def from_cells(cls, cells: Cells) -> Self:
        """From one row of the `deadlines` sheet. Raises CellError."""
        return cls(**read_row(cells))

    @classmethod
    def from_rows(cls, rows: Sequence[Cells]) -> Self:
        """From all rows of the `deadlines` sheet, at least one: each for other kinds of units. What a row leaves empty
        is as in the first. Raises CellError with its `row`."""
        whole, others = read_rows(rows)
        return cls(**whole, others=tuple(KindDeadline(**row) for row in others))

    def to_json(self) -> dict[str, Any]:
        data = {name: value for name, value in asdict(self).items() if name not in _SELDOM or value != _SELDOM[name]}
        data.update(first=self.first.isoformat(), last=self.last.isoformat(), due=self.due.isoformat("minutes"))
        data["reminders"] = [step.to_json() for step in self.reminders]
        data["digest"] = self.digest.to_json() if self.digest else None
        if self.opens_on:
            data["opens_on"] = self.opens_on.isoformat()
        if self.others:
            data["others"] = [{**asdict(row), "due": row.due.isoformat("minutes")} for row in self.others]
        if self.summaries:
            data["summaries"] = [row.to_json() for row in self.summaries]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        digest, covers, opens_on = data.get("digest"), data["covers"], data.get("opens_on")
        return cls(
            repeat=Repeat(data["repeat"]),
            first=date.fromisoformat(data["first"]),
            last=date.fromisoformat(data["last"]),
            due=time.fromisoformat(data["due"]),
            covers=Span(covers) if isinstance(covers, str) else covers,
            closes=data["closes"],
            kinds=tuple(data["kinds"]),
            nothing=data["nothing"],
            again=data.get("again", True),
            title=data.get("title", ""),
            reminders=tuple(Step(**step) for step in data["reminders"]),
            digest=DigestTime.from_json(digest) if digest else None,
            on=tuple(data.get("on", ())),
            opens=data.get("opens"),
            opens_on=date.fromisoformat(opens_on) if opens_on else None,
            grace=data.get("grace", 0),
            moves=data.get("moves", ""),
            others=tuple(_kind_from_json(row) for row in data.get("others", ())),
            summaries=tuple(SummaryTime.from_json(row) for row in data.get("summaries", ())),
        )

    def moved_to(self, first: date) -> Schedule:
        """The same schedule beginning on another day. What is due on days of the week, month or year stays so."""
        by = first - self.first
        return replace(
            self,
            first=first,
            last=self.last + by,
            opens_on=self.opens_on + by if self.opens_on else None,
            on=self._shifted(self.on, by),
            others=tuple(replace(row, on=self._shifted(row.on, by)) for row in self.others),
        )

    def _shifted(self, on: tuple[str, ...], by: timedelta) -> tuple[str, ...]:
        if self.repeat in UNITS:
            return on
        return tuple((date.fromisoformat(day) + by).isoformat() for day in on)

    def occurrences(
        self, zone: ZoneInfo, *, opened_by: datetime, after: datetime | None = None, holidays: Holidays = NO_LIST
    ) -> Iterator[Occurrence]:
        """The periods that open at or before a moment, oldest first, each due later than the one before. `after`: only
        those that are due later; the ones before are not gone through."""
        return (
            occurrence for occurrence, _ in self.openings(zone, opened_by=opened_by, after=after, holidays=holidays)
        )

    def openings(
        self, zone: ZoneInfo, *, opened_by: datetime, after: datetime | None = None, holidays: Holidays = NO_LIST
    ) -> Iterator[Opening]:
        """The `occurrences`, each with the times of those kinds of units that have another than the period."""
        return openings(self, zone, opened_by, after, holidays)


def _kind_from_json(row: Mapping[str, Any]) -> KindDeadline:
    return KindDeadline(tuple(row["kinds"]), time.fromisoformat(row["due"]), row["closes"], tuple(row["on"]))
