"""The good examples of a month, for commendation: what each unit told, how it was received, where it was posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from reporting.planning.spans import Unit, next_start, read_name
from storage import stories, units
from storage.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Told:
    """One approved story. `week`: the week that it was chosen for, None for none."""

    unit: str
    author: str
    at: datetime
    text: str
    pictures: int
    reactions: int
    week: str | None
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """The stories of a unit and all below it that were approved in a month, the earliest first."""

    unit: str
    first: date
    made_at: datetime
    stories: Sequence[Told]


async def of_month(uow: UnitOfWork, unit_id: int, name: str, zone: ZoneInfo) -> Month:
    """`name`: of the month, as `2022-12`. Raises LookupError for no such unit or month."""
    unit, first = await units.find(uow, unit_id), _first(name)
    if unit is None:
        raise LookupError(f"no unit {unit_id}")
    begins, ends = (datetime.combine(day, time(), zone) for day in (first, next_start(Unit.MONTH, first)))
    rows = await stories.approved(uow, unit["path"], begins, ends)
    titles = await stories.titles(uow, {group for row in rows for group in row["groups"]})
    told = [
        Told(
            row["unit_name"], row["author"], row["created_at"], row["told"], len(row["photos"]), row["reactions"],
            row["week"], tuple(titles[group] for group in row["groups"] if group in titles),
        )
        for row in rows
    ]  # fmt: skip
    return Month(unit["name"], first, uow.now, told)


def _first(name: str) -> date:
    try:
        found = read_name(name)
    except ValueError as error:
        raise LookupError(str(error)) from error
    if found.unit is not Unit.MONTH:
        raise LookupError(f"{name!r} is no month")
    return found.first
