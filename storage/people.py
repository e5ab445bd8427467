"""Queries on units, members, accounts and invites; and who cannot be reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from storage import outbox
from storage.lists import among
from storage.tables import Account, Conversation, GroupChat, Invite, Member, Person, Unit
from storage.uow import Row, UnitOfWork, table
from storage.web_links import is_side_door

_unit, _person, _member, _account = table(Unit), table(Person), table(Member), table(Account)
_invite, _group, _conversation = table(Invite), table(GroupChat), table(Conversation)


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


# --- joining ---------------------------------------------------------------------------------------


async def add_invite(
    uow: UnitOfWork,
    *,
    code_hash: str,
    unit_id: int,
    role: str,
    uses: int,
    expires_at: datetime,
    created_by: int | None = None,
    successor_of: int | None = None,
    used_by: int | None = None,
) -> int:
    """`created_by`: the membership that invites; `successor_of`: the one handed over; `used_by`: the person that it is
    for, where it is a new way in for somebody who is known."""
    return await uow.insert(
        Invite, code_hash=code_hash, unit_id=unit_id, role=role, uses_left=uses,
        created_at=uow.now, expires_at=expires_at, created_by=created_by, successor_of=successor_of, used_by=used_by,
    )  # fmt: skip


async def invite(uow: UnitOfWork, code_hash: str) -> Row | None:
    """An invite with the name of its unit and of the unit above."""
    await uow.flush()
    parent = _unit.alias("parent")
    query = (
        select(
            _invite,
            _unit.c.name.label("unit_name"),
            _unit.c.path,
            _unit.c.valid_to,
            parent.c.name.label("parent_name"),
        )
        .join(_unit, _unit.c.id == _invite.c.unit_id)
        .outerjoin(parent, parent.c.id == _unit.c.parent_id)
        .where(_invite.c.code_hash == code_hash)
    )
    found = await uow.fetch(query)
    return found[0] if found else None


async def use_invite(uow: UnitOfWork, invite_id: int) -> bool:
    """Take one use; False when none was left, the time was over, or it was called back."""
    still = (_invite.c.uses_left > 0, _invite.c.expires_at > uow.now, _invite.c.revoked_at.is_(None))
    statement = (
        update(_invite)
        .where(_invite.c.id == invite_id, *still)
        .values(uses_left=_invite.c.uses_left - 1, used_up_at=uow.now)
    )
    return bool((await uow.run(statement)).rowcount)


async def join(uow: UnitOfWork, *, channel: str, address: str, name: str, unit_id: int, role: str) -> Row:
    """Give the person behind an account (a new one, if nobody is) a role in a unit; returns the person, acting in it.
    A role that is held already is not held twice."""
    known = (await uow.people([(channel, address)])).get((channel, address))
    before = known["person_id"] if known else await _person_of(uow, channel, address)
    person_id: int = before or await add_person(uow, name)
    held = [role_ for role_ in known["roles"] if (role_["unit_id"], role_["role"]) == (unit_id, role)] if known else []
    member_id = held[0]["member_id"] if held else await add_member(uow, person_id, unit_id, role)
    await add_account(uow, channel, address, person_id, member_id)
    return (await uow.people([(channel, address)]))[channel, address]


async def _person_of(uow: UnitOfWork, channel: str, address: str) -> int | None:
    """Whose account it is though every role of theirs has ended; None for one that was cut off, or whose person was
    erased."""
    query = select(_account.c.person_id).join(_person, _person.c.id == _account.c.person_id)
    mine = _account.c.channel == channel, _account.c.address == address
    found = await uow.fetch(query.where(*mine, _account.c.cut_at.is_(None), _person.c.erased_at.is_(None)))
    return found[0]["person_id"] if found else None


async def add_person(uow: UnitOfWork, name: str, language: str = "vi") -> int:
    return await uow.insert(Person, name=name, language=language, created_at=uow.now)


async def add_member(uow: UnitOfWork, person_id: int, unit_id: int, role: str) -> int:
    """Give a person a role in a unit; returns the membership's id."""
    uow.people_changed()
    return await uow.insert(Member, person_id=person_id, unit_id=unit_id, role=role, created_at=uow.now)


async def add_account(uow: UnitOfWork, channel: str, address: str, person_id: int, member_id: int) -> None:
    """Make an account this person's, whosever it was, speaking in this role."""
    values = {"person_id": person_id, "member_id": member_id, "cut_at": None}
    statement = uow.upsert(Account).values(channel=channel, address=address, created_at=uow.now, **values)
    await uow.run(statement.on_conflict_do_update(index_elements=["channel", "address"], set_=values))
    uow.people_changed()


async def act_as(uow: UnitOfWork, account_id: int, member_id: int) -> None:
    """From now on the account speaks in this role of its person."""
    await uow.run(update(_account).where(_account.c.id == account_id).values(member_id=member_id))
    uow.people_changed()


async def set_language(uow: UnitOfWork, person_id: int, language: str) -> None:
    await uow.run(update(_person).where(_person.c.id == person_id).values(language=language))
    uow.people_changed()


# --- reaching people -------------------------------------------------------------------------------


async def accounts(uow: UnitOfWork, roles: Sequence[str], unit_ids: Sequence[int]) -> list[Row]:
    """Where to reach the members of these units in these roles: of several accounts of a person the one last used that
    is no side door (see `web_links`)."""
    query = (
        select(
            _account.c.channel, _account.c.address, _account.c.id.label("account_id"),
            _member.c.id.label("member_id"), _person.c.language, is_side_door(_account).label("is_side_door"),
            _person.c.id.label("person_id"), _person.c.name.label("person_name"),
            _member.c.role, _unit.c.id.label("unit_id"), _unit.c.path, _unit.c.name, _unit.c.short_name,
            _conversation.c.updated_at.label("used_at"),
        )
        .join(_person, _person.c.id == _account.c.person_id)
        .join(_member, _member.c.person_id == _person.c.id)
        .join(_unit, _unit.c.id == _member.c.unit_id)
        .outerjoin(
            _conversation,
            (_conversation.c.channel == _account.c.channel) & (_conversation.c.chat == _account.c.address),
        )
        .where(
            among(_member.c.role, roles), _member.c.ended_at.is_(None), _account.c.blocked_at.is_(None),
            _account.c.cut_at.is_(None), among(_unit.c.id, unit_ids),
        )
        .order_by(_account.c.id, _unit.c.id, _member.c.id)
    )  # fmt: skip
    newest: dict[int, Row] = {}
    for row in await uow.fetch(query):
        before = newest.get(row["member_id"])
        if before is None or _is_nearer(row, before):
            newest[row["member_id"]] = row
    return list(newest.values())


def _is_nearer(row: Row, before: Row) -> bool:
    """Whether somebody is better reached there than at an account that was found before."""
    if row["is_side_door"] != before["is_side_door"]:
        return not row["is_side_door"]
    return row["used_at"] is not None and row["used_at"] >= (before["used_at"] or row["used_at"])


async def blocked(uow: UnitOfWork, channel: str, chat: str) -> None:
    """The chat takes nothing from the bot any more."""
    where: Any = (_account.c.channel == channel) & (_account.c.address == chat)
    await uow.run(update(_account).where(where).values(blocked_at=uow.now))
    uow.people_changed()
    in_group: Any = (_group.c.channel == channel) & (_group.c.chat == chat)
    await uow.run(update(_group).where(in_group).values(blocked_at=uow.now))


async def silenced(uow: UnitOfWork, channel: str, chat: str) -> None:
    """The bot is in the group, and may not write there; since when is kept from the first time."""
    where: Any = (_group.c.channel == channel) & (_group.c.chat == chat) & _group.c.silent_at.is_(None)
    await uow.run(update(_group).where(where).values(silent_at=uow.now))


async def heard_again(uow: UnitOfWork, channel: str, chat: str) -> None:
    """The bot may write in the group; nothing happens where it could before."""
    where: Any = (_group.c.channel == channel) & (_group.c.chat == chat) & _group.c.silent_at.is_not(None)
    await uow.run(update(_group).where(where).values(silent_at=None))


async def moved(uow: UnitOfWork, channel: str, chat: str, to: str) -> None:
    """The group goes on under another id: its row, its conversation and what waits for it go along. Done again, it
    does nothing."""
    # What this very batch has left: words for the chat of before, and a conversation where the bot came.
    await uow.flush()
    await outbox.readdress(uow, channel, chat, to)
    there = await uow.fetch(select(_conversation).where(_conversation.c.channel == channel, _conversation.c.chat == to))
    talk: Any = (_conversation.c.channel == channel) & (_conversation.c.chat == chat)
    if not there:
        await uow.run(update(_conversation).where(talk).values(chat=to))
    rows = await uow.fetch(select(_group).where(_group.c.channel == channel, _group.c.chat.in_([chat, to])))
    found = {row["chat"]: row for row in rows}
    if chat in found:
        await _move_group(uow, found[chat], found.get(to), to)


async def _move_group(uow: UnitOfWork, group: Row, there: Row | None, to: str) -> None:
    """`there`: a row of the new id, for Telegram tells that the bot came into the new group, too."""
    values: Row = {"chat": to, "blocked_at": None, "silent_at": None}
    if there is not None and there["unit_id"] is not None:
        # Somebody was quicker and has linked it anew: what is left of the old one reaches nobody.
        values = {"blocked_at": uow.now}
    elif there is not None:
        await uow.run(delete(_group).where(_group.c.id == there["id"]))
    await uow.run(update(_group).where(_group.c.id == group["id"]).values(**values))


async def unblocked(uow: UnitOfWork, account_id: int) -> None:
    """The person writes to us again."""
    await uow.run(update(_account).where(_account.c.id == account_id).values(blocked_at=None))
    uow.people_changed()
