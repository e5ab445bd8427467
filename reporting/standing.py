"""Numbers that stand, such as how many villages there are (`take` = last on their question): over several periods they
are not added up, but told of the newest one that has a report with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime

from forms.model import Form
from storage import reports
from storage.uow import Row, UnitOfWork

Below = Callable[[UnitOfWork, int, Sequence[int]], Awaitable[list[Row]]]
"""Kept totals of the units right below one, summed over periods: a row for each unit and `indicator`."""


def standing(form: Form) -> frozenset[str]:
    """The indicators of a form that stand."""
    return frozenset(question.indicator for question in form.indicators() if question.stands)


def newest(rows: Sequence[Row], periods: Sequence[Row], names: Collection[str], now: datetime) -> dict[str, int]:
    """Of each of the indicators the newest of the periods in which a kept total gives it. One that is still under way
    stands back: the first reports of a year are no number of villages yet."""
    told = sorted(periods, key=lambda period: (period["due_at"] <= now, period["due_at"]))
    place = {period["id"]: at for at, period in enumerate(told)}
    given = [row for row in rows if row["indicator"] in names and row["reports"]]
    given.sort(key=lambda row: place[row["period_id"]])
    return {row["indicator"]: row["period_id"] for row in given}


async def totals(
    uow: UnitOfWork, unit_id: int, periods: Sequence[Row], names: Collection[str]
) -> tuple[list[Row], dict[str, int]]:
    """The kept totals of a unit that make up its sums over periods, and the `newest` of what stands."""
    rows = await reports.totals(uow, unit_id, [period["id"] for period in periods])
    last = newest(rows, periods, names, uow.now)
    return [row for row in rows if last.get(row["indicator"], row["period_id"]) == row["period_id"]], last


async def below(
    fetch: Below, uow: UnitOfWork, unit_id: int, periods: Sequence[int], last: Mapping[str, int]
) -> list[Row]:
    """What `fetch` gives, with each number that stands of its own period (`last`, see `newest`)."""
    found = [row for row in await fetch(uow, unit_id, periods) if row["indicator"] not in last]
    for period in sorted(set(last.values())):
        found += [row for row in await fetch(uow, unit_id, [period]) if last.get(row["indicator"]) == period]
    return found
