"""Schedules in short, and what comes of them in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from reporting.planning.holidays import read_holidays
from reporting.planning.periods import Occurrence, Schedule
from tests.reporting.words import ZONE

HOLIDAYS = read_holidays(Path(__file__).parents[2] / "campaigns" / "holidays_vn.csv")


def schedule(**cells: str) -> Schedule:
    named = {name.strip("_").replace("_", " "): cell for name, cell in cells.items()}
    return Schedule.from_cells({"due": "10:00", "closes": "48h", "kinds": "xã", **named})


def occurrences(found: Schedule, *, by: str = "2040-01-01T00:00", after: datetime | None = None) -> list[Occurrence]:
    return list(found.occurrences(ZONE, opened_by=local(by), after=after, holidays=HOLIDAYS))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def said(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%d/%m/%Y %H:%M}"


def dues(found: Sequence[Occurrence]) -> list[tuple[str, str]]:
    return [(o.name, said(o.due_at)) for o in found]


def covered(found: Sequence[Occurrence]) -> list[tuple[str, str, str]]:
    return [(o.name, said(o.covers_from), said(o.covers_to)) for o in found]
