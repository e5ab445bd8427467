"""Queries on what is waited for: the times that units owe at, what they were given of their own, who is reminded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from storage import register
from storage.lists import among
from storage.tables import ExpectedReport, ExpectedState, Member, Period, PeriodStep, Report, Revision, Role, Unit
from storage.uow import Row, UnitOfWork, table

_expected, _period, _step, _unit = table(ExpectedReport), table(Period), table(PeriodStep), table(Unit)
_report, _revision, _member = table(Report), table(Revision), table(Member)

OVER = "remind/over"
"""The step of a period that takes nothing any more, once what was left of its reminders has been given up."""

_NUDGE = "nudge/"


async def give_time(uow: UnitOfWork, times: Sequence[Row]) -> None:
    """Give register rows times of their own: rows of at_id, to_due, to_closes."""
    row = update(_expected).where(_expected.c.id == bindparam("at_id"))
    await uow.run(row.values(due_at=bindparam("to_due"), closes_at=bindparam("to_closes")), times)


async def turn(uow: UnitOfWork, ids: Collection[int], before: ExpectedState, after: ExpectedState) -> set[int]:
    """Put register rows from one state into another; returns the ids of those that were in it."""
    rows = update(_expected).where(among(_expected.c.id, ids), _expected.c.state == before)
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
        register.named_periods()
        .add_columns(
            _expected.c.due_at.label("until"), _expected.c.closes_at.label("taken_until"),
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


# --- reminders -------------------------------------------------------------------------------------


async def asked_at(uow: UnitOfWork, due: Row) -> list[Row]:
    """The register rows that are due at one of the `due_times`, with their units, by the units' names; no exempt ones.
    The period's own time (`own_due_at` is None) is that of all units without another."""
    own = due["own_due_at"]
    query = (
        select(_expected.c.id, _expected.c.state, _expected.c.unit_id, _unit.c.path, _unit.c.name, _unit.c.short_name)
        .join(_unit, _unit.c.id == _expected.c.unit_id)
        .where(
            _expected.c.period_id == due["id"], _expected.c.state != ExpectedState.EXEMPT,
            _expected.c.due_at.is_(None) if own is None else _expected.c.due_at == own,
        )
        .order_by(_unit.c.name_plain, _unit.c.id)
    )  # fmt: skip
    return await uow.fetch(query)


async def owing_below(uow: UnitOfWork, period_id: int, under: str, at: datetime) -> list[Row]:
    """The register rows of the units below a path that are still open and take reports at that time, each as one of
    the `due_times` with its unit, by the units' names."""
    closes = func.coalesce(_expected.c.closes_at, _period.c.closes_at, type_=_period.c.closes_at.type)
    query = (
        select(
            _period, _expected.c.id.label("expected_id"), _expected.c.unit_id, _unit.c.path,
            _unit.c.name.label("unit_name"), _unit.c.short_name, closes.label("taken_until"),
            func.coalesce(_expected.c.due_at, _period.c.due_at, type_=_period.c.due_at.type).label("until"),
        )
        .join(_period, _period.c.id == _expected.c.period_id)
        .join(_unit, _unit.c.id == _expected.c.unit_id)
        .where(
            _expected.c.period_id == period_id, _expected.c.state == ExpectedState.OPEN, _period.c.opens_at <= at,
            closes > at, _unit.c.path.startswith(under, autoescape=True),
        )
        .order_by(_unit.c.name_plain, _unit.c.id)
    )  # fmt: skip
    return await uow.fetch(query)


async def last_senders(uow: UnitOfWork, unit_ids: Collection[int]) -> dict[int, int]:
    """By unit, the person who sent its newest version of a report; units that never reported are absent."""
    newest = func.max(_revision.c.id).label("newest")
    of_units = (
        select(newest)
        .join(_report, _report.c.id == _revision.c.report_id)
        .where(among(_report.c.unit_id, unit_ids))
        .group_by(_report.c.unit_id)
    )
    query = (
        select(_report.c.unit_id, _member.c.person_id)
        .join(_revision, _revision.c.report_id == _report.c.id)
        .join(_member, _member.c.id == _revision.c.member_id)
        .where(_revision.c.id.in_(of_units))
    )
    return {row["unit_id"]: row["person_id"] for row in await uow.fetch(query)}


async def with_figures(uow: UnitOfWork, form_id: int, unit_ids: Collection[int]) -> set[int]:
    """Those of these units that have sent a report of a form with something in it."""
    query = (
        select(_report.c.unit_id)
        .distinct()
        .join(_period, _period.c.id == _report.c.period_id)
        .where(_period.c.form_id == form_id, among(_report.c.unit_id, unit_ids), _report.c.is_nothing.is_(False))
    )
    return {row["unit_id"] for row in await uow.fetch(query)}


async def of_several_units(uow: UnitOfWork, person_ids: Collection[int]) -> set[int]:
    """Those of these people who report for more than one unit."""
    query = (
        select(_member.c.person_id)
        .where(among(_member.c.person_id, person_ids), _member.c.role == Role.REPORTER, _member.c.ended_at.is_(None))
        .group_by(_member.c.person_id)
        .having(func.count(_member.c.unit_id.distinct()) > 1)
    )
    return {row["person_id"] for row in await uow.fetch(query)}


async def times_over(uow: UnitOfWork, form_id: int, now: datetime) -> list[Row]:
    """As `due_times`, of the periods that take nothing any more, also from no unit with a time of its own, and whose
    reminders have not been given up (the step OVER)."""
    other = _expected.alias()
    given_up = select(_step.c.period_id).where(_step.c.period_id == _period.c.id, _step.c.step == OVER)
    still = select(other.c.id).where(other.c.period_id == _period.c.id, other.c.closes_at > now)
    over = (_period.c.form_id == form_id, _period.c.closes_at <= now, ~given_up.exists(), ~still.exists())
    periods = await uow.fetch(select(_period).where(*over).order_by(_period.c.due_at, _period.c.id))
    own = (
        select(_period, _expected.c.due_at.label("own_due_at"))
        .join(_expected, _expected.c.period_id == _period.c.id)
        .where(*over, _expected.c.due_at.is_not(None))
        .distinct()
    )
    given = await uow.fetch(own) if periods else []
    return [*({**period, "own_due_at": None} for period in periods), *given]


# --- a reminder that a person asked for ------------------------------------------------------------


async def nudged_since(uow: UnitOfWork, period_id: int, since: datetime) -> dict[int, datetime]:
    """When the branches of units were reminded by a person, of those after a moment, by the unit's id."""
    query = select(_step).where(
        _step.c.period_id == period_id, _step.c.step.startswith(_NUDGE), _step.c.done_at > since
    )
    return {int(row["step"].removeprefix(_NUDGE)): row["done_at"] for row in await uow.fetch(query)}


async def note_nudge(uow: UnitOfWork, period_id: int, unit_id: int, at: datetime) -> None:
    """The branch of a unit is reminded by a person at that time."""
    made = uow.upsert(PeriodStep).values(period_id=period_id, step=f"{_NUDGE}{unit_id}", done_at=at)
    await uow.run(made.on_conflict_do_update(index_elements=["period_id", "step"], set_={"done_at": at}))
