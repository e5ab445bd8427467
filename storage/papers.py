"""What a paper of a former moment needs: what has changed since then, and who had reported by then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select

from storage import unit_places
from storage.lists import among
from storage.owed import RECEIVED, counted
from storage.reports import before, revisions
from storage.tables import ExpectedReport, Period, Report, Revision, Unit
from storage.uow import Row, UnitOfWork, table

_expected, _report, _revision = table(ExpectedReport), table(Report), table(Revision)
_period, _unit = table(Period), table(Unit)


async def revisions_since(uow: UnitOfWork, period_ids: Sequence[int], under: str, moment: datetime) -> list[Row]:
    """Revisions written after a moment to reports of these periods, by the units that stood below a path in them:
    `indicators`, those of the revision `before` each (None for a first one), and as `path` that of the period's time,
    seen from the upper unit."""
    query = revisions(
        unit_places.path_then().label("path"), _report.c.period_id,
        _revision.c.indicators, before.c.indicators.label("before"),
    ).where(
        among(_report.c.period_id, period_ids), _revision.c.created_at > moment, unit_places.stood_below(under)
    )  # fmt: skip
    return [{**row, "path": unit_places.as_seen_from(row["path"], under)} for row in await uow.fetch(query)]


async def received_by(uow: UnitOfWork, period_ids: Sequence[int], under: str, moment: datetime) -> list[Row]:
    """Of each unit that stood below a path in these periods, by name: how many reports it owed (without those that it
    is let off) and how many had come by a moment."""
    come = func.count().filter(and_(RECEIVED, _report.c.received_at <= moment)).label("received")
    query = counted(select(_unit.c.name, func.count().label("expected"), come), period_ids, under)
    query = query.group_by(_unit.c.id, _unit.c.name, _unit.c.name_plain).order_by(_unit.c.name_plain, _unit.c.id)
    return await uow.fetch(query)


async def owing_paths(uow: UnitOfWork, period_ids: Sequence[int], under: str) -> list[str]:
    """Where the units stood that had to report in these periods (also those let off), seen from the upper unit."""
    then = unit_places.path_then().label("path")
    query = (
        select(then)
        .select_from(_expected)
        .join(_unit, _unit.c.id == _expected.c.unit_id)
        .join(_period, _period.c.id == _expected.c.period_id)
        .where(among(_expected.c.period_id, period_ids), unit_places.stood_below(under))
        .distinct()
    )
    return [unit_places.as_seen_from(row["path"], under) for row in await uow.fetch(query)]
