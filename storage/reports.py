"""Queries on drafts, reports, revisions and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, select, update

from storage import digests, unit_places
from storage.lists import among, first_of_all
from storage.prepared import Prepared
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


_OF_MEMBER = (_draft.c.member_id == bindparam("of"), _draft.c.expected_id == bindparam("expected"))
_DRAFT_FOR = Prepared(lambda _: select(_draft).where(*_OF_MEMBER))
_DROP_ANY = Prepared(lambda _: delete(_draft).where(*_OF_MEMBER))
_DROP_DRAFT = Prepared(lambda _: delete(_draft).where(_draft.c.id == bindparam("at")))
_OPEN_DRAFT = Prepared(
    lambda insert: (
        insert(_draft)
        .values({column.name: bindparam(column.name) for column in _draft.c if column.name != "id"})
        .returning(_draft.c.id)
    )
)
_TAKE_CODE = Prepared(
    lambda _: (
        update(_campaign)
        .where(_campaign.c.id == bindparam("at"))
        .values(next_number=_campaign.c.next_number + 1)
        .returning(_campaign.c.prefix, _campaign.c.next_number)
    )
)
_CURRENT = Prepared(lambda _: _current_query().where(_report.c.id == bindparam("of")))


async def open_draft(
    uow: UnitOfWork, *, member_id: int, expected_id: int, version_id: int, report_id: int | None, state: Row
) -> Row:
    """A new draft in place of the one that the member may have for this expected report."""
    await uow.change(_DROP_ANY, own=True, of=member_id, expected=expected_id)
    row: Row = {
        "member_id": member_id, "expected_id": expected_id, "version_id": version_id, "report_id": report_id,
        "state": state, "updated_at": uow.now,
    }  # fmt: skip
    made = await uow.change(_OPEN_DRAFT, own=True, **row)
    return uow.opened({"id": made[0]["id"], **row})


async def draft_for(uow: UnitOfWork, member_id: int, expected_id: int) -> Row | None:
    await uow.flush()
    found = await uow.find(_DRAFT_FOR, of=member_id, expected=expected_id)
    return found[0] if found else None


async def drop_draft(uow: UnitOfWork, draft_id: int) -> None:
    uow.forget_draft(draft_id)
    await uow.change(_DROP_DRAFT, at=draft_id)


async def take_code(uow: UnitOfWork, campaign_id: int) -> str:
    """The next report code of a campaign, such as TN-000123."""
    (row,) = await uow.change(_TAKE_CODE, at=campaign_id)
    return f"{row['prefix']}-{row['next_number'] - 1:06}"


async def current(uow: UnitOfWork, report_id: int) -> Row | None:
    """A report with its current revision, unit and period."""
    found = await uow.find(_CURRENT, of=report_id)
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
    return await uow.fetch(query.order_by(_period.c.due_at, _unit.c.name_plain, _report.c.id))


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
    await uow.change(_MOVE_TOTALS, values)


def _move_totals(insert: Any) -> Any:
    names = ("unit_id", "period_id", "indicator", "amount", "reports", "inexact")
    made = insert(_total).values({name: bindparam(name) for name in names})
    return made.on_conflict_do_update(
        index_elements=["unit_id", "period_id", "indicator"],
        set_={
            "amount": _total.c.amount + made.excluded.amount,
            "reports": _total.c.reports + made.excluded.reports,
            "inexact": _total.c.inexact + made.excluded.inexact,
        },
    )


_MOVE_TOTALS = Prepared(_move_totals)


async def replace_totals(uow: UnitOfWork, values: Sequence[Row]) -> None:
    """These in place of all that are kept."""
    await uow.run(delete(_total))
    if values:
        await uow.run(insert(_total), values)


async def totals(uow: UnitOfWork, unit_id: int, period_ids: Sequence[int]) -> list[Row]:
    """The kept totals of a unit (with all below it): a row for each period and indicator."""
    query = select(_total).where(_total.c.unit_id == unit_id, among(_total.c.period_id, period_ids))
    return await uow.fetch(query.order_by(_total.c.period_id, _total.c.indicator))


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


async def changed_after_told(uow: UnitOfWork, under: str, past: Sequence[Row], step: str, until: datetime) -> list[Row]:
    """Revisions written since the periods before the last of `past` (a form's, oldest first) were told, to reports of
    periods that were due by then, by the units that stood below a path in the period, with what each replaced: the
    adjustments that the last one's digest has to own up to. `step`: that a period was told; where that was never done,
    the due time of the one before counts."""
    *_, told, last = past
    since = digests.last_made(step, told["due_at"], *digests.before(last))
    due = select(_period.c.id).where(_period.c.form_id == last["form_id"], _period.c.due_at <= since)
    # Few revisions are that new, whereas a form has all the reports there ever were: their index (+ 0) is no help.
    new = first_of_all(
        select(
            _revision.c.id, _revision.c.report_id, _revision.c.number, _revision.c.indicators, _revision.c.created_at,
            _report.c.code, _report.c.unit_id, _report.c.period_id,
        )
        .join(_report, _report.c.id == _revision.c.report_id)
        .where(_revision.c.created_at > since, _revision.c.created_at <= until, (_report.c.period_id + 0).in_(due))
    )  # fmt: skip
    query = (
        select(
            new.c.code, new.c.unit_id, _unit.c.short_name, _period.c.name.label("period"), _period.c.due_at,
            new.c.number, new.c.indicators, before.c.indicators.label("before"),
        )
        .join(_period, _period.c.id == new.c.period_id)
        .join(_unit, _unit.c.id == new.c.unit_id)
        .outerjoin(before, (before.c.report_id == new.c.report_id) & (before.c.number == new.c.number - 1))
        .where(unit_places.stood_below(under))
    )  # fmt: skip
    return await uow.fetch(query.order_by(new.c.created_at, new.c.id))


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
