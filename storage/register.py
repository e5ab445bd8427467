"""Queries on campaigns, forms, periods and the register."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, insert, literal, or_, select, update

from storage.lists import among
from storage.prepared import Prepared
from storage.tables import (
    Campaign,
    CampaignState,
    Draft,
    ExpectedReport,
    ExpectedState,
    FormRecord,
    FormVersion,
    Period,
    PeriodStep,
    Report,
    Unit,
)
from storage.uow import Row, UnitOfWork, table

_campaign, _form, _version = table(Campaign), table(FormRecord), table(FormVersion)
_period, _expected, _report, _unit = table(Period), table(ExpectedReport), table(Report), table(Unit)
_step = table(PeriodStep)

OwnTimes = tuple[Sequence[str], datetime, datetime]
"""Kinds of units, when they are due, and until when their reports are taken."""

form_title = _version.c.schedule["title"].as_string().label("form_title")
"""What a form's reports are called, where its campaign has several; null elsewhere."""

# A unit that was given more time has times of its own.
_due = func.coalesce(_expected.c.due_at, _period.c.due_at)
_closes = func.coalesce(_expected.c.closes_at, _period.c.closes_at)


async def last_period(uow: UnitOfWork, form_id: int) -> Row | None:
    """The form's newest period that is open already."""
    query = named_periods().where(_period.c.form_id == form_id).order_by(_period.c.due_at.desc()).limit(1)
    found = await uow.fetch(query)
    return found[0] if found else None


async def periods(uow: UnitOfWork, form_id: int) -> list[Row]:
    """All periods that have been opened, oldest first."""
    return await uow.fetch(named_periods().where(_period.c.form_id == form_id).order_by(_period.c.due_at, _period.c.id))


def named_periods() -> Select[Any]:
    """Periods, each with the `form_title` of its form."""
    named = select(_period, form_title).join(_form, _form.c.id == _period.c.form_id)
    return named.join(_version, _version.c.id == _form.c.version_id)


async def open_period(
    uow: UnitOfWork, form_id: int, values: Row, kinds: Sequence[str], under: str, own_times: Sequence[OwnTimes] = ()
) -> int | None:
    """Write a period and a register row for each unit of these kinds below the path `under` that exists at the
    period's start. `own_times`: kinds that are due and closed at another time than the period. Returns the period's
    id; None when it was open already."""
    made = uow.upsert(Period).values(form_id=form_id, **values).on_conflict_do_nothing()
    result = await uow.run(made.returning(_period.c.id))
    period_id: int | None = result.scalar()
    if period_id is None:
        return None
    start = values["covers_from"]
    units = select(
        literal(form_id), literal(period_id), _unit.c.id, literal(ExpectedState.OPEN.value)
    ).where(
        among(_unit.c.kind, kinds),
        _unit.c.path.startswith(under, autoescape=True),
        or_(_unit.c.valid_from.is_(None), _unit.c.valid_from <= start),
        or_(_unit.c.valid_to.is_(None), _unit.c.valid_to > start),
    )  # fmt: skip
    await uow.run(insert(_expected).from_select(["form_id", "period_id", "unit_id", "state"], units))
    for of, due_at, closes_at in own_times:
        theirs = select(_unit.c.id).where(among(_unit.c.kind, of))
        rows = update(_expected).where(_expected.c.period_id == period_id, _expected.c.unit_id.in_(theirs))
        await uow.run(rows.values(due_at=due_at, closes_at=closes_at))
    return period_id


def _expected_query() -> Select[Any]:
    return (
        select(
            _expected.c.id, _expected.c.state, _expected.c.unit_id, _expected.c.form_id,
            _period.c.id.label("period_id"), _period.c.name.label("period"), _period.c.covers_from, _period.c.covers_to,
            _period.c.opens_at, _due.label("due_at"), _closes.label("closes_at"),
            _form.c.version_id, _form.c.slug.label("form"), form_title, _version.c.schedule,
            _campaign.c.id.label("campaign_id"), _campaign.c.prefix, _campaign.c.name.label("campaign_name"),
            _campaign.c.settings, _campaign.c.demo,
            _campaign.c.state.label("campaign_state"),
            _unit.c.path, _unit.c.name.label("unit_name"), _unit.c.short_name,
            _report.c.id.label("report_id"), _report.c.code, _report.c.received_at,
        )
        .join(_period, _period.c.id == _expected.c.period_id)
        .join(_form, _form.c.id == _expected.c.form_id)
        .join(_version, _version.c.id == _form.c.version_id)
        .join(_campaign, _campaign.c.id == _form.c.campaign_id)
        .join(_unit, _unit.c.id == _expected.c.unit_id)
        .outerjoin(_report, _report.c.expected_id == _expected.c.id)
    )  # fmt: skip


async def owed(uow: UnitOfWork, unit_id: int, now: datetime) -> list[Row]:
    """What a unit owes and may still report, the most urgent first. A closed campaign takes nothing any more."""
    return await uow.find(_OWED, of=unit_id, now=now)


def _owed(_: object) -> Select[Any]:
    query = _expected_query().where(
        _expected.c.unit_id == bindparam("of"),
        _expected.c.state == ExpectedState.OPEN,
        _period.c.opens_at <= bindparam("now"),
        _closes > bindparam("now"),
        _campaign.c.state != CampaignState.CLOSED,
    )
    return query.order_by(_due, _period.c.due_at, _expected.c.id)


_OWED = Prepared(_owed)
_EXPECTED = Prepared(lambda _: _expected_query().where(_expected.c.id == bindparam("of")))
_SETTLE = Prepared(
    lambda _: update(_expected).where(_expected.c.id == bindparam("at")).values(state=bindparam("to_state"))
)


async def expected(uow: UnitOfWork, expected_id: int) -> Row | None:
    """A register row with its period, form, campaign, unit, and the report if there is one. `due_at` and `closes_at`
    are the unit's own where it was given more time."""
    found = await uow.find(_EXPECTED, of=expected_id)
    return found[0] if found else None


async def settle(uow: UnitOfWork, expected_id: int, state: ExpectedState) -> None:
    await uow.change(_SETTLE, at=expected_id, to_state=state.value)


async def drafts_of(uow: UnitOfWork, member_id: int) -> list[Row]:
    """A member's drafts under way, the latest first."""
    d = table(Draft)
    await uow.flush()
    return await uow.fetch(select(d).where(d.c.member_id == member_id).order_by(d.c.updated_at.desc(), d.c.id))


async def coverage(uow: UnitOfWork, period_id: int, under: str) -> Row:
    """Of one period and the units below a path: expected (without the exempt), reported, on_time, no_activity."""
    reported = _expected.c.state.in_([ExpectedState.REPORTED, ExpectedState.NOTHING])
    query = (
        select(
            func.count().label("expected"),
            func.count().filter(reported).label("reported"),
            func.count().filter(and_(reported, _report.c.late.is_(False))).label("on_time"),
            func.count().filter(_expected.c.state == ExpectedState.NOTHING).label("no_activity"),
        )
        .select_from(_expected)
        .join(_unit, _unit.c.id == _expected.c.unit_id)
        .outerjoin(_report, _report.c.expected_id == _expected.c.id)
        .where(
            _expected.c.period_id == period_id,
            _expected.c.state != ExpectedState.EXEMPT,
            _unit.c.path.startswith(under, autoescape=True),
        )
    )
    return (await uow.fetch(query))[0]


async def missing_units(uow: UnitOfWork, period_id: int, under: str) -> list[Row]:
    """The units below a path that still owe this period, by name (see `units_that_are`)."""
    return await units_that_are(uow, period_id, under, ExpectedState.OPEN)


async def units_that_are(uow: UnitOfWork, period_id: int, under: str, state: ExpectedState) -> list[Row]:
    """The units below a path whose register row of a period is in this state, by name. `own_due_at` is None for one
    that was given no more time than the period has."""
    query = (
        select(
            _unit.c.id, _unit.c.name, _unit.c.short_name, _unit.c.kind, _expected.c.due_at.label("own_due_at"),
        )
        .join(_expected, _expected.c.unit_id == _unit.c.id)
        .where(
            _expected.c.period_id == period_id,
            _expected.c.state == state,
            _unit.c.path.startswith(under, autoescape=True),
        )
        .order_by(_unit.c.name_plain, _unit.c.id)
    )  # fmt: skip
    return await uow.fetch(query)


async def of_units(uow: UnitOfWork, period_id: int, unit_ids: Collection[int]) -> list[Row]:
    """The register rows of these units for a period, as `expected` gives them, by the units' names."""
    query = _expected_query().where(_expected.c.period_id == period_id, among(_expected.c.unit_id, unit_ids))
    return await uow.fetch(query.order_by(_unit.c.name_plain, _unit.c.id))


async def steps_done(uow: UnitOfWork, period_ids: Sequence[int]) -> set[tuple[int, str]]:
    """The (period, step) pairs whose push has been made."""
    found = await uow.fetch(select(_step).where(among(_step.c.period_id, period_ids)))
    return {(r["period_id"], r["step"]) for r in found}


async def step_done(uow: UnitOfWork, period_id: int, step: str) -> None:
    made = uow.upsert(PeriodStep).values(period_id=period_id, step=step, done_at=uow.now)
    await uow.run(made.on_conflict_do_nothing())


async def running_periods(uow: UnitOfWork, form_id: int, now: datetime, closed_since: datetime) -> list[Row]:
    """Periods that are open at `now`, or closed after `closed_since`."""
    query = named_periods().where(
        _period.c.form_id == form_id, _period.c.opens_at <= now, _period.c.closes_at > closed_since
    )
    return await uow.fetch(query.order_by(_period.c.due_at, _period.c.id))


async def period(uow: UnitOfWork, period_id: int) -> Row | None:
    found = await uow.fetch(named_periods().where(_period.c.id == period_id))
    return found[0] if found else None


async def unit_path(uow: UnitOfWork, unit_id: int) -> str:
    path: str = (await uow.fetch(select(_unit.c.path).where(_unit.c.id == unit_id)))[0]["path"]
    return path


async def recent_of_unit(uow: UnitOfWork, unit_id: int, now: datetime, *, limit: int) -> list[Row]:
    """A unit's last register rows that have opened, the newest first, with the report if there is one."""
    query = _expected_query().add_columns(_report.c.late)
    query = query.where(_expected.c.unit_id == unit_id, _period.c.opens_at <= now)
    return await uow.fetch(query.order_by(_period.c.due_at.desc(), _expected.c.id).limit(limit))


async def owing(uow: UnitOfWork, period_id: int) -> list[Row]:
    """The register rows of a period that are still open; `own_due_at` is None for one with no more time than it has."""
    query = select(_expected.c.id, _expected.c.unit_id, _expected.c.due_at.label("own_due_at"))
    query = query.where(_expected.c.period_id == period_id, _expected.c.state == ExpectedState.OPEN)
    return await uow.fetch(query.order_by(_expected.c.id))
