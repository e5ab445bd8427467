"""Queries that sum up: who is missing, the register as a whole, kept totals of a subtree."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from storage import unit_places
from storage.lists import among
from storage.tables import ExpectedReport, ExpectedState, Period, Report, Total, Unit
from storage.uow import Row, UnitOfWork, table

_expected, _report, _period = table(ExpectedReport), table(Report), table(Period)
_unit, _total = table(Unit), table(Total)


async def missing_units(uow: UnitOfWork, period_id: int, under: str) -> list[Row]:
    """The units that stood below a path in a period and still owe it, by name. `own_due_at` is None for one that was
    given no more time than the period has. (Those that stand there today: `register.missing_units`.)"""
    query = (
        select(_unit.c.id, _unit.c.name, _unit.c.short_name, _expected.c.due_at.label("own_due_at"))
        .join(_expected, _expected.c.unit_id == _unit.c.id)
        .join(_period, _period.c.id == _expected.c.period_id)
        .where(
            _expected.c.period_id == period_id, _expected.c.state == ExpectedState.OPEN, unit_places.stood_below(under)
        )
        .order_by(_unit.c.name_plain, _unit.c.id)
    )  # fmt: skip
    return await uow.fetch(query)


async def totals_of_units_below(uow: UnitOfWork, parent_id: int, period_ids: Sequence[int]) -> list[Row]:
    """Summed over the periods, for each unit that stood right below `parent_id` in them (by name) and each indicator:
    amount, reports, inexact. A unit without any total has one row, with indicator None, if it existed in one of them.
    """
    query = (
        select(
            _unit.c.id.label("unit_id"), _unit.c.name, _total.c.indicator,
            func.sum(_total.c.amount, type_=_total.c.amount.type).label("amount"),
            func.sum(_total.c.reports).label("reports"),
            func.sum(_total.c.inexact).label("inexact"),
        )
        .select_from(_unit)
        .join(_period, among(_period.c.id, period_ids))
        .outerjoin(_total, (_total.c.unit_id == _unit.c.id) & (_total.c.period_id == _period.c.id))
        .where(
            unit_places.stood_right_below(parent_id),
            or_(_total.c.indicator.is_not(None), unit_places.existed_in_period()),
        )
        .group_by(_unit.c.id, _unit.c.name, _unit.c.name_plain, _total.c.indicator)
        .order_by(_unit.c.name_plain, _unit.c.id, _total.c.indicator)
    )  # fmt: skip
    found = await uow.fetch(query)
    # One that was silent in some periods only is no unit without any total.
    heard = {row["unit_id"] for row in found if row["indicator"] is not None}
    return [row for row in found if row["indicator"] is not None or row["unit_id"] not in heard]


async def register_rows(uow: UnitOfWork, form_id: int, under: str) -> list[Row]:
    """The register of a form for the units that stood below a path in its periods, by unit and due time: a row for
    each expected report, with `late` None where there is no report, as `due_at` the unit's own where it was given more
    time, and as `path` that of the period's time, seen from the upper unit."""
    query = (
        select(
            _expected.c.unit_id, _expected.c.period_id, _expected.c.state, _report.c.late,
            func.coalesce(_expected.c.due_at, _period.c.due_at).label("due_at"),
            unit_places.path_then().label("path"), _unit.c.name.label("unit_name"),
        )
        .join(_unit, _unit.c.id == _expected.c.unit_id)
        .join(_period, _period.c.id == _expected.c.period_id)
        .outerjoin(_report, _report.c.expected_id == _expected.c.id)
        .where(_expected.c.form_id == form_id, unit_places.stood_below(under))
        .order_by(_unit.c.name_plain, _unit.c.id, _period.c.due_at)
    )  # fmt: skip
    return [{**row, "path": unit_places.as_seen_from(row["path"], under)} for row in await uow.fetch(query)]


async def register_now(uow: UnitOfWork) -> dict[str, int]:
    """Of the register's rows whose period is open now: how many stand in each state ("open", "reported", …), and how
    many that are open are "overdue"."""
    is_late = func.coalesce(_expected.c.due_at, _period.c.due_at) < uow.now
    query = (
        select(_expected.c.state, func.count().label("units"), func.count().filter(is_late).label("late"))
        .join(_period, _period.c.id == _expected.c.period_id)
        .where(_period.c.opens_at <= uow.now, _period.c.closes_at > uow.now)
        .group_by(_expected.c.state)
    )
    found = {row["state"]: row for row in await uow.fetch(query)}
    late = found[ExpectedState.OPEN]["late"] if ExpectedState.OPEN in found else 0
    return {**{state: row["units"] for state, row in found.items()}, "overdue": late}
