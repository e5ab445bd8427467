"""Queries on broadcasts up to the moment they are handed over, and on whom one can reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from storage.lists import among
from storage.tables import (
    Account,
    Broadcast,
    BroadcastState,
    Conversation,
    ExpectedReport,
    ExpectedState,
    Member,
    Person,
    Unit,
    UnitKind,
)
from storage.uow import Row, UnitOfWork, table
from storage.web_links import is_side_door

_broadcast, _unit, _person, _member = table(Broadcast), table(Unit), table(Person), table(Member)
_account, _conversation, _expected = table(Account), table(Conversation), table(ExpectedReport)


# --- the broadcasts themselves ---------------------------------------------------------------------


async def add(uow: UnitOfWork, *, member_id: int, unit_id: int, topic: str, channel: str, chat: str) -> int:
    """A draft with nothing in it yet; returns its id."""
    return await uow.insert(
        Broadcast, member_id=member_id, unit_id=unit_id, topic=topic, channel=channel, chat=chat,
        state=BroadcastState.DRAFT.value, content={}, audience={}, counts={}, edition=0,
        created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip


async def find(uow: UnitOfWork, broadcast_id: int) -> Row | None:
    """A broadcast with its unit (`path`, `unit_name`) and its author (`author_id`: the person)."""
    query = (
        select(
            _broadcast, _unit.c.path, _unit.c.name.label("unit_name"),
            _member.c.person_id.label("author_id"), _person.c.name.label("author"),
            _person.c.language.label("author_language"),
        )
        .join(_unit, _unit.c.id == _broadcast.c.unit_id)
        .join(_member, _member.c.id == _broadcast.c.member_id)
        .join(_person, _person.c.id == _member.c.person_id)
        .where(_broadcast.c.id == broadcast_id)
    )  # fmt: skip
    found = await uow.fetch(query)
    return found[0] if found else None


async def change(uow: UnitOfWork, broadcast_id: int, **values: object) -> None:
    await uow.run(update(_broadcast).where(_broadcast.c.id == broadcast_id).values(updated_at=uow.now, **values))


async def turn(uow: UnitOfWork, broadcast_id: int, before: Collection[str], **values: object) -> bool:
    """Change a broadcast that is in one of these states; False where it is not any more."""
    still = update(_broadcast).where(_broadcast.c.id == broadcast_id, among(_broadcast.c.state, before))
    return bool((await uow.run(still.values(updated_at=uow.now, **values))).rowcount)


async def of_person(uow: UnitOfWork, person_id: int, limit: int, offset: int = 0) -> list[Row]:
    """What a person has begun and sent, whatever role they did it in, the latest first."""
    query = (
        select(_broadcast)
        .join(_member, _member.c.id == _broadcast.c.member_id)
        .where(_member.c.person_id == person_id)
        .order_by(_broadcast.c.updated_at.desc(), _broadcast.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return await uow.fetch(query)


async def asking(uow: UnitOfWork, paths: Collection[str]) -> list[Row]:
    """The broadcasts of the branches at these paths that wait for somebody's yes, or whose correction does (it stands
    among their content), the oldest first."""
    if not paths:
        return []
    below = or_(*(_unit.c.path.startswith(path, autoescape=True) for path in paths))
    corrected = _broadcast.c.content["correction"]["html"].as_string()
    query = (
        select(_broadcast, _unit.c.path, _member.c.person_id.label("author_id"))
        .join(_unit, _unit.c.id == _broadcast.c.unit_id)
        .join(_member, _member.c.id == _broadcast.c.member_id)
        .where(or_(_broadcast.c.state == BroadcastState.ASKING, corrected.is_not(None)), below)
        .order_by(_broadcast.c.updated_at, _broadcast.c.id)
    )
    return await uow.fetch(query)


# --- whom one reaches ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is meant: of the units below all of `paths`; every other list says nothing where it is empty, but `units`,
    which is None then. `period_id`: only units whose report of that period is open."""

    paths: Sequence[str]
    roles: Sequence[str] = ()
    kinds: Sequence[str] = ()
    languages: Sequence[str] = ()
    units: Sequence[int] | None = None
    period_id: int | None = None


def _units_meant(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    where = [_unit.c.path.startswith(path, autoescape=True) for path in wanted.paths]
    where.append(or_(_unit.c.valid_to.is_(None), _unit.c.valid_to > now))
    if wanted.kinds:
        where.append(among(_unit.c.kind, wanted.kinds))
    if wanted.units is not None:
        where.append(among(_unit.c.id, wanted.units))
    if wanted.period_id is not None:
        open_ = _expected.c.period_id == wanted.period_id, _expected.c.state == ExpectedState.OPEN
        where.append(_unit.c.id.in_(select(_expected.c.unit_id).where(*open_)))
    return where


async def units_meant(uow: UnitOfWork, wanted: Wanted) -> set[int]:
    """The ids of the units that are meant."""
    query = select(_unit.c.id).where(*_units_meant(wanted, uow.now))
    return {row["id"] for row in await uow.fetch(query)}


async def accounts_meant(uow: UnitOfWork, wanted: Wanted) -> list[Row]:
    """Every account that can be written to, with each role of its person that is meant; `acting`: the account spoke in
    that one last; `used_at`: when it was last used; `is_side_door`: see `web_links`."""
    await uow.flush()
    here = (_conversation.c.channel == _account.c.channel) & (_conversation.c.chat == _account.c.address)
    query = (
        select(
            _account.c.channel, _account.c.address.label("chat"), _person.c.id.label("person_id"), _person.c.name,
            _person.c.language, _unit.c.id.label("unit_id"), _unit.c.name.label("unit_name"),
            (_account.c.member_id == _member.c.id).label("acting"),
            func.coalesce(_conversation.c.updated_at, _account.c.created_at, type_=_account.c.created_at.type)
            .label("used_at"),
            is_side_door(_account).label("is_side_door"),
        )
        .join(_person, _person.c.id == _account.c.person_id)
        .join(_member, _member.c.person_id == _person.c.id)
        .join(_unit, _unit.c.id == _member.c.unit_id)
        .outerjoin(_conversation, here)
        .where(
            _member.c.ended_at.is_(None), _account.c.blocked_at.is_(None), _account.c.cut_at.is_(None),
            *_units_meant(wanted, uow.now),
        )
        .order_by(_unit.c.path, _member.c.id, _account.c.id)
    )  # fmt: skip
    if wanted.roles:
        query = query.where(among(_member.c.role, wanted.roles))
    if wanted.languages:
        query = query.where(among(_person.c.language, wanted.languages))
    return await uow.fetch(query)


async def longest_names(uow: UnitOfWork, path: str) -> tuple[int, int]:
    """How long the longest name of a unit of a branch is, and that of a person with a role there, in characters."""
    branch = _unit.c.path.startswith(path, autoescape=True)
    unit = await uow.fetch(select(func.max(func.length(_unit.c.name)).label("n")).where(branch))
    named = select(func.max(func.length(_person.c.name)).label("n")).select_from(_member)
    named = named.join(_person, _person.c.id == _member.c.person_id).join(_unit, _unit.c.id == _member.c.unit_id)
    person = await uow.fetch(named.where(branch, _member.c.ended_at.is_(None)))
    return unit[0]["n"] or 0, person[0]["n"] or 0


async def drop(uow: UnitOfWork, broadcast_id: int) -> None:
    """A draft goes, with all that is in it."""
    await uow.run(delete(_broadcast).where(_broadcast.c.id == broadcast_id))


async def kinds_below(uow: UnitOfWork, path: str) -> list[str]:
    """The kinds of the units at or below a path that are in force, from the top."""
    kind = table(UnitKind)
    query = (
        select(_unit.c.kind, func.coalesce(func.min(kind.c.level), 99).label("level"))
        .outerjoin(kind, kind.c.name == _unit.c.kind)
        .where(*_units_meant(Wanted([path]), uow.now))
        .group_by(_unit.c.kind)
    )
    found = await uow.fetch(query)
    return [row["kind"] for row in sorted(found, key=lambda row: (row["level"], row["kind"]))]
