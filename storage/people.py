"""Queries on units, members, accounts, invites and groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from storage.tables import Account, GroupChat, Invite, Member, Unit
from storage.uow import Row, UnitOfWork, table

_unit, _member, _account = table(Unit), table(Member), table(Account)
_invite, _group = table(Invite), table(GroupChat)


async def unit_by_code(uow: UnitOfWork, code: str) -> Row | None:
    found = await uow.fetch(select(_unit).where(_unit.c.code == code))
    return found[0] if found else None


async def unit(uow: UnitOfWork, unit_id: int) -> Row:
    """A unit that exists."""
    return (await uow.fetch(select(_unit).where(_unit.c.id == unit_id)))[0]


async def units(uow: UnitOfWork) -> list[Row]:
    """All units with the code of their parent, by code."""
    parent = _unit.alias("parent")
    query = select(_unit, parent.c.code.label("parent_code"))
    query = query.outerjoin(parent, parent.c.id == _unit.c.parent_id)
    return await uow.fetch(query.order_by(_unit.c.path, _unit.c.code))


async def save_unit(uow: UnitOfWork, values: Row, parent: Row | None) -> Row:
    """Add a unit, or bring the one of this code up to date; returns it with its path. One that moves takes all below
    it along, and then the totals are to be made anew."""
    existing = await unit_by_code(uow, values["code"])
    values = {**values, "parent_id": parent["id"] if parent else None}
    if existing:
        unit_id: int = existing["id"]
        await uow.run(update(_unit).where(_unit.c.id == unit_id).values(**values))
    else:
        unit_id = await uow.insert(Unit, **values, path="")
    path = f"{parent['path'] if parent else '/'}{unit_id}/"
    if existing and existing["path"] != path:
        await _move(uow, existing["path"], path)
    else:
        await uow.run(update(_unit).where(_unit.c.id == unit_id).values(path=path))
    return await unit(uow, unit_id)


async def _move(uow: UnitOfWork, old: str, new: str) -> None:
    """Put a unit and all below it in another place of the tree."""
    branch = update(_unit).where(_unit.c.path.startswith(old, autoescape=True))
    await uow.run(branch.values(path=new + func.substr(_unit.c.path, len(old) + 1)))


# --- joining ---------------------------------------------------------------------------------------


async def add_invite(
    uow: UnitOfWork, *, code_hash: str, unit_id: int, role: str, uses: int, expires_at: datetime
) -> int:
    return await uow.insert(
        Invite, code_hash=code_hash, unit_id=unit_id, role=role, uses_left=uses,
        created_at=uow.now, expires_at=expires_at,
    )  # fmt: skip


async def invite(uow: UnitOfWork, code_hash: str) -> Row | None:
    """An invite with the name of its unit and of the unit above."""
    await uow.flush()
    parent = _unit.alias("parent")
    query = (
        select(_invite, _unit.c.name.label("unit_name"), _unit.c.path, parent.c.name.label("parent_name"))
        .join(_unit, _unit.c.id == _invite.c.unit_id)
        .outerjoin(parent, parent.c.id == _unit.c.parent_id)
        .where(_invite.c.code_hash == code_hash)
    )
    found = await uow.fetch(query)
    return found[0] if found else None


async def use_invite(uow: UnitOfWork, invite_id: int) -> bool:
    """Take one use; False when none was left or the time was over."""
    statement = (
        update(_invite)
        .where(_invite.c.id == invite_id, _invite.c.uses_left > 0, _invite.c.expires_at > uow.now)
        .values(uses_left=_invite.c.uses_left - 1, used_up_at=uow.now)
    )
    return bool((await uow.run(statement)).rowcount)


async def join(uow: UnitOfWork, *, channel: str, address: str, name: str, unit_id: int, role: str) -> Row:
    """Make the sender a member of a unit in a role (in place of what this account was); returns the person."""
    member_id = await uow.insert(Member, name=name, unit_id=unit_id, role=role, language="vi", created_at=uow.now)
    statement = uow.upsert(Account).values(channel=channel, address=address, member_id=member_id, created_at=uow.now)
    await uow.run(statement.on_conflict_do_update(index_elements=["channel", "address"], set_={"member_id": member_id}))
    uow.people_changed()
    return (await uow.people([(channel, address)]))[channel, address]


async def set_language(uow: UnitOfWork, member_id: int, language: str) -> None:
    await uow.run(update(_member).where(_member.c.id == member_id).values(language=language))
    uow.people_changed()


# --- reaching people -------------------------------------------------------------------------------


async def accounts(uow: UnitOfWork, roles: Sequence[str], unit_ids: Sequence[int]) -> list[Row]:
    """The reachable accounts of members of these units in these roles."""
    query = (
        select(
            _account.c.channel, _account.c.address, _member.c.id.label("member_id"), _member.c.language,
            _member.c.role, _unit.c.id.label("unit_id"), _unit.c.path, _unit.c.name, _unit.c.short_name,
        )
        .join(_member, _member.c.id == _account.c.member_id)
        .join(_unit, _unit.c.id == _member.c.unit_id)
        .where(
            _member.c.role.in_(list(roles)), _member.c.ended_at.is_(None), _account.c.blocked_at.is_(None),
            _unit.c.id.in_(list(unit_ids)),
        )
        .order_by(_account.c.id)
    )  # fmt: skip
    return await uow.fetch(query)


async def subtree_ids(uow: UnitOfWork, path: str) -> list[int]:
    """A unit and all below it."""
    query = select(_unit.c.id).where(_unit.c.path.startswith(path, autoescape=True))
    return [row["id"] for row in await uow.fetch(query)]


async def groups(uow: UnitOfWork, unit_id: int) -> list[Row]:
    """The reachable groups of a unit."""
    query = select(_group).where(_group.c.unit_id == unit_id, _group.c.blocked_at.is_(None))
    return await uow.fetch(query)


async def blocked(uow: UnitOfWork, channel: str, chat: str) -> None:
    """The chat takes nothing from the bot any more."""
    where: Any = (_account.c.channel == channel) & (_account.c.address == chat)
    await uow.run(update(_account).where(where).values(blocked_at=uow.now))
    uow.people_changed()
    in_group: Any = (_group.c.channel == channel) & (_group.c.chat == chat)
    await uow.run(update(_group).where(in_group).values(blocked_at=uow.now))


async def back_in_group(uow: UnitOfWork, channel: str, chat: str) -> None:
    """A group that had put the bot out has taken it in again."""
    where: Any = (_group.c.channel == channel) & (_group.c.chat == chat)
    await uow.run(update(_group).where(where).values(blocked_at=None))


async def unblocked(uow: UnitOfWork, account_id: int) -> None:
    """The person writes to us again."""
    await uow.run(update(_account).where(_account.c.id == account_id).values(blocked_at=None))
    uow.people_changed()
