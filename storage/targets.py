"""Queries behind targets: the units that one is for, and their kept totals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from storage.lists import among
from storage.tables import ExpectedReport, ExpectedState, Total, Unit
from storage.uow import Row, UnitOfWork, table

_unit, _total, _expected = table(Unit), table(Total), table(ExpectedReport)


async def units_for(
    uow: UnitOfWork, kinds: Collection[str], under: str, period_ids: Sequence[int], now: datetime
) -> list[Row]:
    """The units (id, path, short_name) of these kinds that exist now below a path; of no kinds, those that owe a
    report of one of the periods and are not exempt from it."""
    query = select(_unit.c.id, _unit.c.path, _unit.c.short_name).where(
        _unit.c.path.startswith(under, autoescape=True),
        or_(_unit.c.valid_from.is_(None), _unit.c.valid_from <= now),
        or_(_unit.c.valid_to.is_(None), _unit.c.valid_to > now),
    )
    if kinds:
        query = query.where(among(_unit.c.kind, kinds))
    else:
        owing = select(_expected.c.unit_id).where(
            among(_expected.c.period_id, period_ids), _expected.c.state != ExpectedState.EXEMPT
        )
        query = query.where(_unit.c.id.in_(owing))
    return await uow.fetch(query.order_by(_unit.c.short_name, _unit.c.id))


async def totals_of_units(
    uow: UnitOfWork, unit_ids: Collection[int], period_ids: Sequence[int], indicators: Collection[str]
) -> list[Row]:
    """The kept totals of several units: a row for each unit, period and indicator that a report gives."""
    query = select(_total).where(
        among(_total.c.unit_id, unit_ids),
        among(_total.c.period_id, period_ids),
        among(_total.c.indicator, indicators),
        _total.c.reports > 0,
    )
    return await uow.fetch(query)
