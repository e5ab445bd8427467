"""Queries on drafts, reports, revisions and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update

from storage import unit_places
from storage.register import form_title
from storage.tables import (
    Campaign,
    Draft,
    ExpectedReport,
    FormVersion,
    Member,
    Period,
    Person,
    Report,
    Revision,
    Total,
    Unit,
)
from storage.uow import Row, UnitOfWork, table

_report, _revision, _total, _draft = table(Report), table(Revision), table(Total), table(Draft)
_campaign, _period, _unit, _member = table(Campaign), table(Period), table(Unit), table(Member)
_expected, _person, _version = table(ExpectedReport), table(Person), table(FormVersion)


async def open_draft(
    uow: UnitOfWork, *, member_id: int, expected_id: int, version_id: int, report_id: int | None, state: Row
) -> Row:
    """A new draft in place of the one that the member may have for this expected report."""
    where = (_draft.c.member_id == member_id, _draft.c.expected_id == expected_id)
    await uow.run(delete(_draft).where(*where))
    draft_id = await uow.insert(
        Draft, member_id=member_id, expected_id=expected_id, version_id=version_id, report_id=report_id,
        state=state, updated_at=uow.now,
    )  # fmt: skip
    draft = await uow.draft(draft_id)
    assert draft is not None  # noqa: S101  (it was inserted a line above, in this transaction)
    return draft


async def draft_for(uow: UnitOfWork, member_id: int, expected_id: int) -> Row | None:
    await uow.flush()
    query = select(_draft).where(_draft.c.member_id == member_id, _draft.c.expected_id == expected_id)
    found = await uow.fetch(query)
    return found[0] if found else None


async def drop_draft(uow: UnitOfWork, draft_id: int) -> None:
    uow.forget_draft(draft_id)
    await uow.run(delete(_draft).where(_draft.c.id == draft_id))


async def take_code(uow: UnitOfWork, campaign_id: int) -> str:
    """The next report code of a campaign, such as TN-000123."""
    statement = (
        update(_campaign)
        .where(_campaign.c.id == campaign_id)
        .values(next_number=_campaign.c.next_number + 1)
        .returning(_campaign.c.prefix, _campaign.c.next_number)
    )
    prefix, following = (await uow.run(statement)).one()
    return f"{prefix}-{following - 1:06}"


async def current(uow: UnitOfWork, report_id: int) -> Row | None:
    """A report with its current revision, unit and period."""
    found = await uow.fetch(_current_query().where(_report.c.id == report_id))
    return found[0] if found else None


async def of_unit(uow: UnitOfWork, unit_id: int, *, limit: int) -> list[Row]:
    """The unit's last reports, the newest period first."""
    await uow.flush()
    query = _current_query().where(_report.c.unit_id == unit_id).order_by(_period.c.due_at.desc()).limit(limit)
    return await uow.fetch(query)


async def of_form(uow: UnitOfWork, form_id: int, under: str) -> list[Row]:
    """Every report of a form by the units that stood below a path in its period, by period and unit: for an export,
    not for a digest. `path` is today's."""
    query = _current_query().where(_period.c.form_id == form_id, unit_places.stood_below(under))
    return await uow.fetch(query.order_by(_period.c.due_at, _unit.c.name_plain))


def _current_query() -> Any:
    return (
        select(
            _report.c.id, _report.c.code, _report.c.expected_id, _report.c.unit_id, _report.c.period_id,
            _report.c.received_at, _report.c.late, _report.c.is_nothing, _report.c.state, _report.c.revision_no,
            _report.c.demo,
            _revision.c.id.label("revision_id"), _revision.c.version_id, _revision.c.answers, _revision.c.marks,
            _revision.c.indicators, _revision.c.odd, _revision.c.created_at.label("revised_at"),
            _period.c.form_id, _period.c.name.label("period"), _period.c.covers_from, _period.c.covers_to, form_title,
            _period.c.due_at, func.coalesce(_expected.c.closes_at, _period.c.closes_at).label("closes_at"),
            _unit.c.name.label("unit_name"), _unit.c.short_name, _unit.c.code.label("unit_code"), _unit.c.path,
            _person.c.name.label("member_name"),
        )
        .join(_revision, (_revision.c.report_id == _report.c.id) & (_revision.c.number == _report.c.revision_no))
        .join(_period, _period.c.id == _report.c.period_id)
        .join(_version, _version.c.id == _revision.c.version_id)
        .join(_expected, _expected.c.id == _report.c.expected_id)
        .join(_unit, _unit.c.id == _report.c.unit_id)
        .join(_member, _member.c.id == _report.c.member_id)
        .join(_person, _person.c.id == _member.c.person_id)
    )  # fmt: skip


async def move_totals(
    uow: UnitOfWork, *, path: str, period_id: int, change: Mapping[str, tuple[Decimal, int, int]]
) -> None:
    """Add to each indicator's total, for the unit at `path` and all units above it: amount, reports, inexact ones."""
    ids = [int(part) for part in path.strip("/").split("/")]
    values = [
        {
            "unit_id": unit,
            "period_id": period_id,
            "indicator": indicator,
            "amount": a,
            "reports": r,
            "inexact": i,
        }
        for indicator, (a, r, i) in change.items()
        for unit in ids
    ]
    if not values:
        return
    statement = uow.upsert(Total)
    added = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["unit_id", "period_id", "indicator"],
        set_={
            "amount": _total.c.amount + added.amount,
            "reports": _total.c.reports + added.reports,
            "inexact": _total.c.inexact + added.inexact,
        },
    )
    await uow.run(statement, values)


async def replace_totals(uow: UnitOfWork, values: Sequence[Row]) -> None:
    """These in place of all that are kept."""
    await uow.run(delete(_total))
    if values:
        await uow.run(insert(_total), values)


async def totals(uow: UnitOfWork, unit_id: int, period_ids: Sequence[int]) -> list[Row]:
    """The kept totals of a unit (with all below it): a row for each period and indicator."""
    query = select(_total).where(_total.c.unit_id == unit_id, _total.c.period_id.in_(list(period_ids)))
    return await uow.fetch(query)


async def totals_of_children(uow: UnitOfWork, parent_id: int, period_ids: Sequence[int]) -> list[Row]:
    """Summed over the periods, each for the units that stood right below `parent_id` in it: for each unit and
    indicator, the amount and the number of reports."""
    query = (
        select(
            _unit.c.id.label("unit_id"), _unit.c.name, _unit.c.short_name, _unit.c.kind, _total.c.indicator,
            func.sum(_total.c.amount, type_=_total.c.amount.type).label("amount"),
            func.sum(_total.c.reports).label("reports"),
        )
        .join(_unit, _unit.c.id == _total.c.unit_id)
        .join(_period, _period.c.id == _total.c.period_id)
        .where(_total.c.period_id.in_(list(period_ids)), unit_places.stood_right_below(parent_id))
        .group_by(_unit.c.id, _unit.c.name, _unit.c.short_name, _unit.c.kind, _total.c.indicator)
    )  # fmt: skip
    return await uow.fetch(query)


before = _revision.alias("before")
"""The version that a revision took the place of; null for the first one of a report."""


def revisions(*columns: Any) -> Select[Any]:
    """A query on revisions, each with its report, that one's period and unit, and the version `before`."""
    return (
        select(*columns)
        .select_from(_revision)
        .join(_report, _report.c.id == _revision.c.report_id)
        .join(_period, _period.c.id == _report.c.period_id)
        .join(_unit, _unit.c.id == _report.c.unit_id)
        .outerjoin(before, (before.c.report_id == _report.c.id) & (before.c.number == _revision.c.number - 1))
    )


async def changed_after_due(uow: UnitOfWork, form_id: int, under: str, since: Any, until: Any) -> list[Row]:
    """Revisions written in a span of time to reports of periods that were due before it, by the units that stood
    below a path in the period, with what each replaced: the adjustments that the next digest has to own up to."""
    query = revisions(
        _report.c.code, _report.c.unit_id, _unit.c.short_name, _period.c.name.label("period"),
        _period.c.due_at, _revision.c.number, _revision.c.indicators, before.c.indicators.label("before"),
    ).where(
        _period.c.form_id == form_id,
        _revision.c.created_at > since,
        _revision.c.created_at <= until,
        _period.c.due_at <= since,
        unit_places.stood_below(under),
    )  # fmt: skip
    return await uow.fetch(query.order_by(_revision.c.created_at))


async def all_totals(uow: UnitOfWork) -> list[Row]:
    """Every kept total: to be checked against the reports, not for a digest."""
    await uow.flush()
    return await uow.fetch(select(_total))


async def all_current(uow: UnitOfWork) -> list[Row]:
    """The current revision of every report, with its unit's path: the truth that totals are checked against."""
    await uow.flush()
    query = (
        select(_report.c.id, _report.c.period_id, _unit.c.path, _revision.c.indicators)
        .join(_revision, (_revision.c.report_id == _report.c.id) & (_revision.c.number == _report.c.revision_no))
        .join(_unit, _unit.c.id == _report.c.unit_id)
    )
    return await uow.fetch(query)
