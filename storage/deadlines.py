"""Queries on more time and exemptions: the register rows that have times, or a state, of their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from storage import register
from storage.tables import ExpectedReport, ExpectedState, Period
from storage.uow import Row, UnitOfWork, table

_expected, _period = table(ExpectedReport), table(Period)


async def give_time(uow: UnitOfWork, times: Sequence[Row]) -> None:
    """Give register rows times of their own: rows of at_id, to_due, to_closes."""
    row = update(_expected).where(_expected.c.id == bindparam("at_id"))
    await uow.run(row.values(due_at=bindparam("to_due"), closes_at=bindparam("to_closes")), times)


async def turn(uow: UnitOfWork, ids: Collection[int], before: ExpectedState, after: ExpectedState) -> set[int]:
    """Put register rows from one state into another; returns the ids of those that were in it."""
    rows = update(_expected).where(_expected.c.id.in_(list(ids)), _expected.c.state == before)
    return set((await uow.run(rows.values(state=after.value).returning(_expected.c.id))).scalars())


async def due_times(uow: UnitOfWork, form_id: int, now: datetime) -> list[Row]:
    """What is waited for at `now`: each period that takes reports, and each again for every time of its own that units
    which owe it were given. `until` and `taken_until` are the due and the closing time then; `own_due_at` is None for
    the period's own."""
    running = [
        {**period, "until": period["due_at"], "taken_until": period["closes_at"], "own_due_at": None}
        for period in await register.running_periods(uow, form_id, now, now)
    ]
    query = (
        select(
            _period, _expected.c.due_at.label("until"), _expected.c.closes_at.label("taken_until"),
            _expected.c.due_at.label("own_due_at"),
        )
        .join(_expected, _expected.c.period_id == _period.c.id)
        .where(
            _period.c.form_id == form_id, _expected.c.state == ExpectedState.OPEN,
            _expected.c.due_at.is_not(None), _expected.c.closes_at > now,
        )
        .distinct()
        .order_by(_expected.c.due_at)
    )  # fmt: skip
    return [*running, *await uow.fetch(query)]
