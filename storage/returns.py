"""Queries on how far reports have come: lines asked back, versions, approval, and the units of a branch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update

from storage.lists import among
from storage.tables import (
    Audit,
    Campaign,
    ExpectedReport,
    ExpectedState,
    FormRecord,
    Member,
    Period,
    Person,
    Report,
    ReportReturn,
    ReportState,
    Revision,
    Unit,
)
from storage.uow import Row, UnitOfWork, table

_return, _report, _revision, _member = table(ReportReturn), table(Report), table(Revision), table(Member)
_person, _unit, _expected, _period = table(Person), table(Unit), table(ExpectedReport), table(Period)
_form, _campaign, _audit = table(FormRecord), table(Campaign), table(Audit)

_closes: Any = func.coalesce(_expected.c.closes_at, _period.c.closes_at, type_=_period.c.closes_at.type)


# --- lines asked back ------------------------------------------------------------------------------


async def add(uow: UnitOfWork, *, report_id: int, question: str, reason: str, member_id: int, revision: int) -> int:
    return await uow.insert(
        ReportReturn, report_id=report_id, question=question, reason=reason, member_id=member_id,
        created_at=uow.now, revision_before=revision,
    )  # fmt: skip


def _returns() -> Select[Any]:
    return (
        select(
            _return, _person.c.name.label("member_name"), _member.c.unit_id.label("asker_unit_id"),
            _member.c.role.label("asker_role"),
            _unit.c.name.label("asker_unit"),
        )
        .join(_member, _member.c.id == _return.c.member_id)
        .join(_person, _person.c.id == _member.c.person_id)
        .join(_unit, _unit.c.id == _member.c.unit_id)
    )  # fmt: skip


async def get(uow: UnitOfWork, return_id: int) -> Row | None:
    """A line asked back, with who asked and from which unit."""
    found = await uow.fetch(_returns().where(_return.c.id == return_id))
    return found[0] if found else None


async def of_report(uow: UnitOfWork, report_id: int, *, is_open: bool = False) -> list[Row]:
    """What was asked back of a report, the oldest first. `is_open`: only what has not been answered."""
    query = _returns().where(_return.c.report_id == report_id)
    if is_open:
        query = query.where(_return.c.answered_at.is_(None))
    return await uow.fetch(query.order_by(_return.c.id))


async def close(uow: UnitOfWork, ids: Sequence[int], revision: int | None) -> None:
    """These are answered: by a version, or (None) by saying that it is right as it stands."""
    done = update(_return).where(among(_return.c.id, ids), _return.c.answered_at.is_(None))
    await uow.run(done.values(answered_at=uow.now, revision_after=revision))


# --- states and versions ---------------------------------------------------------------------------


async def set_state(
    uow: UnitOfWork, report_ids: Sequence[int], state: ReportState, approved_by: int | None = None
) -> None:
    these = update(_report).where(among(_report.c.id, report_ids))
    await uow.run(these.values(state=state.value, approved_by=approved_by))


async def revisions(uow: UnitOfWork, report_id: int) -> list[Row]:
    """The versions of a report, the oldest first, each with its answers, its reason and who made it."""
    query = (
        select(_revision, _member.c.person_id, _person.c.name.label("member_name"))
        .join(_member, _member.c.id == _revision.c.member_id)
        .join(_person, _person.c.id == _member.c.person_id)
        .where(_revision.c.report_id == report_id)
    )
    return await uow.fetch(query.order_by(_revision.c.number))


async def decisions(uow: UnitOfWork, report: Row) -> list[Row]:
    """When a report was approved and opened again, by whom and why, the oldest first."""
    await uow.flush()
    query = (
        select(_audit.c.action, _audit.c.at, _audit.c.reason, _person.c.name.label("member_name"))
        .join(_member, _member.c.id == _audit.c.member_id)
        .join(_person, _person.c.id == _member.c.person_id)
        .where(
            _audit.c.unit_id == report["unit_id"], _audit.c.subject == f"report:{report['id']}",
            _audit.c.action.in_(["report.approve", "report.reopen"]),
        )
    )  # fmt: skip
    return await uow.fetch(query.order_by(_audit.c.id))


# --- the units of a branch -------------------------------------------------------------------------


async def units_below(uow: UnitOfWork, period_id: int, unit_id: int) -> list[Row]:
    """A unit itself and those right below it, by name, as far as the period concerns them: of each branch how many
    reports are `expected` (without the exempt), `reported`, and the one row of the register where it is `alone`."""
    top, below, reported = _unit.alias("top"), _unit.alias("below"), [ExpectedState.REPORTED, ExpectedState.NOTHING]
    in_branch = or_(
        and_(top.c.parent_id == unit_id, below.c.path.startswith(top.c.path)),
        and_(top.c.id == unit_id, below.c.id == unit_id),
    )
    query = (
        select(
            top.c.id, top.c.name, top.c.short_name,
            func.count().filter(_expected.c.state != ExpectedState.EXEMPT).label("expected"),
            func.count().filter(_expected.c.state.in_(reported)).label("reported"),
            and_(func.count() == 1, func.min(below.c.id) == top.c.id).label("alone"),
            func.min(_expected.c.state).label("owing"), func.min(_report.c.id).label("report_id"),
            func.min(_report.c.state).label("state"), func.count().filter(_report.c.late.is_(True)).label("late"),
        )
        .select_from(top)
        .join(below, in_branch)
        .join(_expected, and_(_expected.c.unit_id == below.c.id, _expected.c.period_id == period_id))
        .outerjoin(_report, _report.c.expected_id == _expected.c.id)
        .group_by(top.c.id, top.c.name, top.c.short_name, top.c.name_plain)
        .order_by(top.c.id != unit_id, top.c.name_plain, top.c.id)
    )  # fmt: skip
    return await uow.fetch(query)


async def unit(uow: UnitOfWork, unit_id: int) -> Row | None:
    found = await uow.fetch(select(_unit).where(_unit.c.id == unit_id))
    return found[0] if found else None


# --- approval --------------------------------------------------------------------------------------


async def campaigns(uow: UnitOfWork) -> list[Row]:
    """Every campaign with its settings."""
    return await uow.fetch(select(_campaign.c.id, _campaign.c.settings))


async def undecided(uow: UnitOfWork, path: str, campaign_ids: Sequence[int]) -> list[Row]:
    """The reports of these campaigns below a path that are not approved, the oldest period first, with who sent their
    current version, and until when they take changes."""
    await uow.flush()
    query = (
        select(
            _report.c.id, _report.c.code, _report.c.state, _report.c.revision_no, _report.c.unit_id,
            _unit.c.short_name, _period.c.due_at, _closes.label("closes_at"), _member.c.person_id,
        )
        .join(_revision, and_(_revision.c.report_id == _report.c.id, _revision.c.number == _report.c.revision_no))
        .join(_member, _member.c.id == _revision.c.member_id)
        .join(_expected, _expected.c.id == _report.c.expected_id)
        .join(_period, _period.c.id == _report.c.period_id)
        .join(_form, _form.c.id == _period.c.form_id)
        .join(_unit, _unit.c.id == _report.c.unit_id)
        .where(
            among(_form.c.campaign_id, campaign_ids), _report.c.state != ReportState.APPROVED,
            _unit.c.path.startswith(path, autoescape=True),
        )
        .order_by(_period.c.due_at, _unit.c.name_plain, _report.c.id)
    )  # fmt: skip
    return await uow.fetch(query)
