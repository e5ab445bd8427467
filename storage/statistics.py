"""Queries that sum up: coverage over many periods, the register as a whole, kept totals of a subtree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select

from storage.tables import ExpectedReport, ExpectedState, Period, PeriodStep, Report, Total, Unit
from storage.uow import Row, UnitOfWork, table

_expected, _report, _period = table(ExpectedReport), table(Report), table(Period)
_unit, _step, _total = table(Unit), table(PeriodStep), table(Total)


async def coverage_by_period(uow: UnitOfWork, period_ids: Sequence[int], under: str) -> list[Row]:
    """For each period, of the units below a path: expected (without the exempt), reported, on_time,
    with_nothing, late_nothing. A period in which nobody there owes anything has no row."""
    reported = _expected.c.state.in_([ExpectedState.REPORTED, ExpectedState.NOTHING])
    nothing = _expected.c.state == ExpectedState.NOTHING
    query = (
        select(
            _expected.c.period_id,
            func.count().label("expected"),
            func.count().filter(reported).label("reported"),
            func.count().filter(and_(reported, _report.c.late.is_(False))).label("on_time"),
            func.count().filter(nothing).label("with_nothing"),
            func.count().filter(and_(nothing, _report.c.late.is_(True))).label("late_nothing"),
        )
        .select_from(_expected)
        .join(_unit, _unit.c.id == _expected.c.unit_id)
        .outerjoin(_report, _report.c.expected_id == _expected.c.id)
        .where(
            _expected.c.period_id.in_(list(period_ids)),
            _expected.c.state != ExpectedState.EXEMPT,
            _unit.c.path.startswith(under, autoescape=True),
        )
        .group_by(_expected.c.period_id)
    )
    return await uow.fetch(query)


async def step_time(uow: UnitOfWork, period_id: int, step: str) -> datetime | None:
    """When a push of a period was made; None when it was not."""
    found = await uow.fetch(select(_step.c.done_at).where(_step.c.period_id == period_id, _step.c.step == step))
    return found[0]["done_at"] if found else None


async def totals_of_units_below(uow: UnitOfWork, parent_id: int, period_ids: Sequence[int]) -> list[Row]:
    """Summed over the periods, for each unit right below `parent_id` (by name) and each indicator: amount, reports,
    inexact. A unit without any total has one row, with indicator None."""
    query = (
        select(
            _unit.c.id.label("unit_id"), _unit.c.name, _total.c.indicator,
            func.sum(_total.c.amount, type_=_total.c.amount.type).label("amount"),
            func.sum(_total.c.reports).label("reports"),
            func.sum(_total.c.inexact).label("inexact"),
        )
        .select_from(_unit)
        .outerjoin(_total, (_total.c.unit_id == _unit.c.id) & _total.c.period_id.in_(list(period_ids)))
        .where(_unit.c.parent_id == parent_id)
        .group_by(_unit.c.id, _unit.c.name, _unit.c.name_plain, _total.c.indicator)
        .order_by(_unit.c.name_plain, _unit.c.id)
    )  # fmt: skip
    return await uow.fetch(query)


async def register_rows(uow: UnitOfWork, form_id: int, under: str) -> list[Row]:
    """The register of a form for the units below a path, by unit and due time: a row for each expected report, with
    `late` None where there is no report, and as `due_at` the unit's own where it was given more time."""
    query = (
        select(
            _expected.c.unit_id, _expected.c.period_id, _expected.c.state, _report.c.late,
            func.coalesce(_expected.c.due_at, _period.c.due_at).label("due_at"),
            _unit.c.path, _unit.c.name.label("unit_name"),
        )
        .join(_unit, _unit.c.id == _expected.c.unit_id)
        .join(_period, _period.c.id == _expected.c.period_id)
        .outerjoin(_report, _report.c.expected_id == _expected.c.id)
        .where(_expected.c.form_id == form_id, _unit.c.path.startswith(under, autoescape=True))
        .order_by(_unit.c.name_plain, _unit.c.id, _period.c.due_at)
    )  # fmt: skip
    return await uow.fetch(query)
