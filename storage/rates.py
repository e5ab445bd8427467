"""Queries behind rates: which periods count, how many reports were expected and received in each place, and how the
rows of one unit stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from storage import unit_places
from storage.lists import among
from storage.owed import COUNTS, counted
from storage.tables import Campaign, ExpectedReport, FormRecord, Period, Report, Total, Unit
from storage.uow import Row, UnitOfWork, table

_expected, _report, _period = table(ExpectedReport), table(Report), table(Period)
_unit, _form, _campaign, _total = table(Unit), table(FormRecord), table(Campaign), table(Total)


async def campaign(uow: UnitOfWork, campaign_id: int) -> Row | None:
    found = await uow.fetch(select(_campaign).where(_campaign.c.id == campaign_id))
    return found[0] if found else None


async def opened_periods(uow: UnitOfWork, campaign_id: int, until: datetime) -> list[Row]:
    """The periods of all forms of a campaign that were open by a moment, in the order in which they are due, each with
    `form` (its slug)."""
    query = (
        select(_period, _form.c.slug.label("form"))
        .join(_form, _form.c.id == _period.c.form_id)
        .where(_form.c.campaign_id == campaign_id, _period.c.opens_at <= until)
        .order_by(_period.c.due_at, _period.c.id)
    )
    return await uow.fetch(query)


async def due_periods(uow: UnitOfWork, campaign_id: int, until: datetime) -> list[Row]:
    """Of `opened_periods` those that were due by then: an early report is no merit in a rate, and what is not due yet
    no fault."""
    return [period for period in await opened_periods(uow, campaign_id, until) if period["due_at"] <= until]


async def counts_by_place(uow: UnitOfWork, period_ids: Sequence[int], under: str) -> list[Row]:
    """For each form, each unit that owed reports below a path in the periods' time, and each place where it stood then
    (`path`, seen from the upper unit): expected (without the exempt), reported, on_time, with_nothing, late_nothing."""
    path = unit_places.path_then()
    query = counted(select(_expected.c.form_id, _expected.c.unit_id, path.label("path"), *COUNTS), period_ids, under)
    query = query.group_by(_expected.c.form_id, _expected.c.unit_id, path).order_by(
        _expected.c.form_id, _expected.c.unit_id
    )
    return [{**row, "path": unit_places.as_seen_from(row["path"], under)} for row in await uow.fetch(query)]


async def sums_of_units(
    uow: UnitOfWork, unit_ids: Collection[int], period_ids: Sequence[int], indicators: Collection[str]
) -> list[Row]:
    """The kept totals of several units, summed over periods: a row for each unit and indicator that a report gives."""
    query = (
        select(
            _total.c.unit_id, _total.c.indicator,
            func.sum(_total.c.amount, type_=_total.c.amount.type).label("amount"),
            func.sum(_total.c.inexact).label("inexact"),
        )
        .where(
            among(_total.c.unit_id, unit_ids), among(_total.c.period_id, period_ids),
            among(_total.c.indicator, indicators), _total.c.reports > 0,
        )
        .group_by(_total.c.unit_id, _total.c.indicator)
        .order_by(_total.c.unit_id, _total.c.indicator)
    )  # fmt: skip
    return await uow.fetch(query)


async def named(uow: UnitOfWork, unit_ids: Collection[int]) -> list[Row]:
    """These units (id, code, name, short_name, path), by name."""
    query = select(_unit.c.id, _unit.c.code, _unit.c.name, _unit.c.short_name, _unit.c.path)
    return await uow.fetch(query.where(among(_unit.c.id, unit_ids)).order_by(_unit.c.name_plain, _unit.c.id))


async def rows_of_unit(uow: UnitOfWork, unit_id: int, campaign_id: int, now: datetime) -> list[Row]:
    """A unit's own register rows of a campaign that have opened, the newest first, as `reporting.ranks.rates.standing`
    reads them, with the period (`period`, covers_from, covers_to) and the form's slug."""
    query = (
        select(
            _expected.c.state, _report.c.late, _report.c.state.label("report_state"),
            func.coalesce(_expected.c.due_at, _period.c.due_at).label("due_at"),
            func.coalesce(_expected.c.closes_at, _period.c.closes_at).label("closes_at"),
            _period.c.name.label("period"), _period.c.covers_from, _period.c.covers_to, _form.c.slug.label("form"),
        )
        .join(_period, _period.c.id == _expected.c.period_id)
        .join(_form, _form.c.id == _period.c.form_id)
        .outerjoin(_report, _report.c.expected_id == _expected.c.id)
        .where(_expected.c.unit_id == unit_id, _form.c.campaign_id == campaign_id, _period.c.opens_at <= now)
        .order_by(_period.c.due_at.desc(), _form.c.id)
    )  # fmt: skip
    return await uow.fetch(query)
