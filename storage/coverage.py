"""How the register stood in a period: counted, and kept where the period is closed, so that a digest costs the same
however many reports there were.

What is kept can be counted anew at any time. Triggers of the database (migration 0008) throw it away as soon as
anything changes that it was counted from, whoever changes it; so what is there is true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, text

from storage import sqlite, unit_places
from storage.lists import among
from storage.owed import COUNTS, counted
from storage.tables import Coverage, ExpectedReport, Period, Report, ReportState, Unit
from storage.uow import Row, UnitOfWork, table

_coverage, _expected, _report = table(Coverage), table(ExpectedReport), table(Report)
_period, _unit = table(Period), table(Unit)

NAMES = ("expected", "reported", "on_time", "with_nothing", "late_nothing", "approved")
_APPROVED = func.count().filter(_report.c.state == ReportState.APPROVED).label("approved")
_NOTHING = dict.fromkeys(NAMES, 0)

# The row of the turn was written by this transaction: nobody else changes the office until it ends (`storage.locks`).
_HAS_OFFICE = text("SELECT 1 FROM turn WHERE name = 'office' AND xmin = pg_current_xact_id_if_assigned()::xid")


async def may_keep(uow: UnitOfWork) -> bool:
    """Whether this transaction may write, and nobody else can change meanwhile what it counts."""
    inner = uow.conn.sync_connection
    options = inner.get_execution_options() if inner else {}
    if uow.conn.dialect.name == "sqlite":
        return bool(options.get(sqlite.WRITES))
    if options.get("postgresql_readonly"):
        return False
    return (await uow.conn.execute(_HAS_OFFICE)).first() is not None


async def by_period(uow: UnitOfWork, period_ids: Sequence[int], under: str) -> list[Row]:
    """For each period, of the units that stood below a path in it: expected (without the exempt), reported, on_time,
    with_nothing, late_nothing, approved. A period in which nobody there owes anything has no row."""
    last = under.strip("/").rpartition("/")[2]
    if not last:
        return await uow.fetch(_counts(period_ids, under))
    kept = await uow.fetch(
        select(_coverage).where(_coverage.c.unit_id == int(last), among(_coverage.c.period_id, period_ids))
    )
    there = {row["period_id"] for row in kept}
    missing = [period for period in period_ids if period not in there]
    if missing:
        is_ours = await may_keep(uow)
        found = await uow.fetch(_counts(missing, under))
        if is_ours:
            await _keep(uow, int(last), under, missing, found)
        kept += found
    return [{name: row[name] for name in ("period_id", *NAMES)} for row in kept if row["expected"]]


def _counts(period_ids: Sequence[int], under: str) -> Select[Any]:
    query = select(_expected.c.period_id, *COUNTS, _APPROVED)
    return counted(query, period_ids, under).group_by(_expected.c.period_id)


async def _keep(uow: UnitOfWork, unit_id: int, under: str, periods: Sequence[int], found: Sequence[Row]) -> None:
    """Also that nobody owes anything in a period is worth to be known."""
    # A path that somebody has read before the unit moved counts for nobody.
    stands = _unit.c.path == under
    closed = (
        select(_period.c.id)
        .join(_unit, _unit.c.id == unit_id)
        .where(among(_period.c.id, periods), _period.c.closes_at <= uow.now, stands)
    )
    counts = {row["period_id"]: row for row in found}
    rows = [
        {"unit_id": unit_id, "period_id": period, **{name: counts.get(period, _NOTHING)[name] for name in NAMES}}
        for period in [row["id"] for row in await uow.fetch(closed)]
    ]
    if rows:
        await uow.conn.execute(insert(_coverage), rows)


async def differences(uow: UnitOfWork) -> list[str]:
    """Where what is kept is not what would be counted, in words: nowhere, unless somebody has changed it by hand."""
    kept = await uow.fetch(select(_coverage).order_by(_coverage.c.period_id, _coverage.c.unit_id))
    counts = await _by_unit_above(uow, {row["period_id"] for row in kept})
    return [
        f"unit {row['unit_id']}, period {row['period_id']}, {name}: "
        f"kept {row[name]}; counted {counts[row['period_id'], row['unit_id'], name]}"
        for row in kept
        for name in NAMES
        if row[name] != counts[row["period_id"], row["unit_id"], name]
    ]


async def _by_unit_above(uow: UnitOfWork, period_ids: set[int]) -> Counter[tuple[int, int, str]]:
    """The counts by period, unit and name, for all units above one that owes."""
    path = unit_places.path_then().label("path")
    query = counted(select(_expected.c.period_id, path, *COUNTS, _APPROVED), list(period_ids), "/")
    counts: Counter[tuple[int, int, str]] = Counter()
    for row in await uow.fetch(query.group_by(_expected.c.period_id, path)) if period_ids else ():
        for unit in row["path"].strip("/").split("/"):
            counts.update({(row["period_id"], int(unit), name): row[name] for name in NAMES})
    return counts


async def forget(uow: UnitOfWork) -> None:
    """Count all of it anew when it is asked for."""
    await uow.run(delete(_coverage))
