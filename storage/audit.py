"""Queries on the audit: its entries with who and where, and what their subjects are called now."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from storage.lists import among
from storage.tables import (
    Account,
    Audit,
    Campaign,
    Entity,
    ExpectedReport,
    FormRecord,
    Invite,
    Member,
    Period,
    Person,
    Report,
    Revision,
    Unit,
)
from storage.uow import Row, UnitOfWork, table

_audit, _unit, _member, _person, _account = table(Audit), table(Unit), table(Member), table(Person), table(Account)
_report, _revision, _period, _expected = table(Report), table(Revision), table(Period), table(ExpectedReport)
_campaign, _form, _invite, _entity = table(Campaign), table(FormRecord), table(Invite), table(Entity)

BLOCK = 1000
"""Entries that are read at a time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of units below the path `under` ("" for all, also those of no unit), by a person, of some actions,
    from `since` on and before `until`."""

    under: str = ""
    person_id: int | None = None
    actions: Collection[str] | None = None
    since: datetime | None = None
    until: datetime | None = None


async def newest(uow: UnitOfWork, wanted: Wanted, *, before: int | None = None, limit: int) -> list[Row]:
    """The last entries, newest first; `before`: only those with a smaller id."""
    await uow.flush()
    query = _query(wanted).order_by(_audit.c.id.desc()).limit(limit)
    return await uow.fetch(query if before is None else query.where(_audit.c.id < before))


async def oldest_first(uow: UnitOfWork, wanted: Wanted, last: int | None) -> AsyncIterator[list[Row]]:
    """All entries block by block, or the `last` so many of them."""
    reached = await _floor(uow, wanted, last) if last else 0
    while block := await uow.fetch(_query(wanted).where(_audit.c.id > reached).order_by(_audit.c.id).limit(BLOCK)):
        yield block
        reached = block[-1]["id"]


async def _floor(uow: UnitOfWork, wanted: Wanted, last: int) -> int:
    """The id behind which the last so many entries stand."""
    ids = _query(wanted).with_only_columns(_audit.c.id).order_by(_audit.c.id.desc()).offset(last).limit(1)
    found = await uow.fetch(ids)
    return found[0]["id"] if found else 0


async def entry(uow: UnitOfWork, entry_id: int) -> Row | None:
    """One entry; None if there is none of this id."""
    found = await uow.fetch(_query(Wanted()).where(_audit.c.id == entry_id))
    return found[0] if found else None


def _query(wanted: Wanted) -> Select[Any]:
    query = (
        select(
            _audit.c.id, _audit.c.at, _audit.c.action, _audit.c.subject, _audit.c.before, _audit.c.after,
            _audit.c.reason, _audit.c.member_id, _audit.c.account_id, _audit.c.unit_id,
            _member.c.role, _person.c.id.label("person_id"), _person.c.name.label("person_name"), _person.c.erased_at,
            _account.c.channel, _unit.c.code.label("unit_code"), _unit.c.short_name, _unit.c.path,
        )
        .select_from(_audit)
        .outerjoin(_member, _member.c.id == _audit.c.member_id)
        .outerjoin(_person, _person.c.id == _member.c.person_id)
        .outerjoin(_account, _account.c.id == _audit.c.account_id)
        .outerjoin(_unit, _unit.c.id == _audit.c.unit_id)
    )  # fmt: skip
    if wanted.under:
        query = query.where(_unit.c.path.startswith(wanted.under, autoescape=True))
    if wanted.person_id is not None:
        query = query.where(_member.c.person_id == wanted.person_id)
    if wanted.actions is not None:
        query = query.where(among(_audit.c.action, wanted.actions))
    if wanted.since is not None:
        query = query.where(_audit.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(_audit.c.at < wanted.until)
    return query


async def doers(uow: UnitOfWork, under: str) -> list[Row]:
    """The people who changed something below a path: person_id and name, without those who were erased."""
    query = (
        select(_person.c.id.label("person_id"), _person.c.name)
        .join(_member, _member.c.person_id == _person.c.id)
        .join(_audit, _audit.c.member_id == _member.c.id)
        .join(_unit, _unit.c.id == _audit.c.unit_id)
        .where(_unit.c.path.startswith(under, autoescape=True), _person.c.erased_at.is_(None))
        .group_by(_person.c.id, _person.c.name)
        .order_by(_person.c.name, _person.c.id)
    )
    return await uow.fetch(query)


async def units_like(uow: UnitOfWork, under: str, plain: str, limit: int) -> list[Row]:
    """Units below a path whose name, without diacritics, has these words in it, with the name of the unit above."""
    above = _unit.alias("above")
    query = (
        select(_unit.c.id, _unit.c.name, _unit.c.path, above.c.name.label("parent_name"))
        .outerjoin(above, above.c.id == _unit.c.parent_id)
        .where(_unit.c.path.startswith(under, autoescape=True), _unit.c.name_plain.contains(plain, autoescape=True))
    )
    return await uow.fetch(query.order_by(_unit.c.path).limit(limit))


async def unit_under(uow: UnitOfWork, under: str, unit_id: int) -> Row | None:
    """A unit, if it stands below a path."""
    query = select(_unit.c.id, _unit.c.name, _unit.c.path).where(
        _unit.c.id == unit_id, _unit.c.path.startswith(under, autoescape=True)
    )
    found = await uow.fetch(query)
    return found[0] if found else None


# --- what the subjects are called ------------------------------------------------------------------


async def subjects(uow: UnitOfWork, named: Iterable[str]) -> dict[str, Row]:
    """For subjects such as `report:12`, what there is to say of each: of kinds without names, and of what is gone,
    nothing. A member or person who was erased has `erased_at`."""
    ids: dict[str, set[int]] = {}
    for subject in named:
        kind, _, number = subject.partition(":")
        if number.isdigit():
            ids.setdefault(kind, set()).add(int(number))
    found: dict[str, Row] = {}
    for kind, query in _SUBJECTS.items():
        if wanted := ids.get(kind):
            for row in await uow.fetch(query.where(among(query.selected_columns["id"], wanted))):
                found[f"{kind}:{row['id']}"] = row
    return found


_REPORT = (
    select(_report.c.id, _report.c.code, _revision.c.version_id, _unit.c.short_name)
    .join(_revision, (_revision.c.report_id == _report.c.id) & (_revision.c.number == _report.c.revision_no))
    .join(_unit, _unit.c.id == _report.c.unit_id)
)
_MEMBER = (
    select(_member.c.id, _member.c.role, _unit.c.short_name, _person.c.name, _person.c.erased_at)
    .join(_unit, _unit.c.id == _member.c.unit_id)
    .join(_person, _person.c.id == _member.c.person_id)
)
_ACCOUNT = select(_account.c.id, _account.c.channel, _person.c.name, _person.c.erased_at).join(
    _person, _person.c.id == _account.c.person_id
)
_EXPECTED = (
    select(_expected.c.id, _unit.c.short_name, _period.c.due_at)
    .join(_unit, _unit.c.id == _expected.c.unit_id)
    .join(_period, _period.c.id == _expected.c.period_id)
)
_FORM = select(_form.c.id, _form.c.slug, _campaign.c.name).join(_campaign, _campaign.c.id == _form.c.campaign_id)
_INVITE = select(_invite.c.id, _invite.c.role, _unit.c.short_name).join(_unit, _unit.c.id == _invite.c.unit_id)

_SUBJECTS: dict[str, Select[Any]] = {
    "report": _REPORT,
    "member": _MEMBER,
    "person": select(_person.c.id, _person.c.name, _person.c.erased_at),
    "account": _ACCOUNT,
    "unit": select(_unit.c.id, _unit.c.name, _unit.c.short_name),
    "entity": select(_entity.c.id, _entity.c.label.label("name")),
    "invite": _INVITE,
    "expected": _EXPECTED,
    "period": select(_period.c.id, _period.c.due_at),
    "campaign": select(_campaign.c.id, _campaign.c.name),
    "form": _FORM,
}
