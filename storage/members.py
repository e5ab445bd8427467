"""Queries on who holds which role, on accounts, and on the invites that are open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, delete, exists, select, update

from storage.lists import among
from storage.tables import Account, Conversation, Draft, Invite, Member, Outbox, OutboxState, Person, Unit, UnitKind
from storage.uow import Row, UnitOfWork, table
from storage.web_links import is_side_door

_unit, _person, _member, _account, _kind = table(Unit), table(Person), table(Member), table(Account), table(UnitKind)
_invite, _conversation, _draft, _outbox = table(Invite), table(Conversation), table(Draft), table(Outbox)

OFFICE = ("officer", "admin")
"""The roles that look after a unit's people."""


def _memberships() -> Select[Any]:
    """Every role that is held, with its person and unit."""
    return (
        select(
            _member.c.id.label("member_id"), _member.c.person_id, _member.c.role, _person.c.name, _person.c.language,
            _unit.c.id.label("unit_id"), _unit.c.code, _unit.c.name.label("unit_name"), _unit.c.short_name,
            _unit.c.name_plain, _unit.c.path, _unit.c.parent_id,
        )
        .join(_person, _person.c.id == _member.c.person_id)
        .join(_unit, _unit.c.id == _member.c.unit_id)
        .where(_member.c.ended_at.is_(None))
        .order_by(_unit.c.path, _member.c.role, _member.c.id)
    )  # fmt: skip


async def of_branch(uow: UnitOfWork, path: str) -> list[Row]:
    """The roles held in a unit and all below it, unit by unit."""
    return await uow.fetch(_memberships().where(_unit.c.path.startswith(path, autoescape=True)))


async def held(uow: UnitOfWork, member_id: int) -> Row | None:
    """A role that is held; None if it has ended or never was."""
    found = await uow.fetch(_memberships().where(_member.c.id == member_id))
    return found[0] if found else None


async def roles_of(uow: UnitOfWork, person_id: int) -> list[Row]:
    return await uow.fetch(_memberships().where(_member.c.person_id == person_id))


async def office_over(uow: UnitOfWork, path: str) -> list[Row]:
    """The officers and administrators of a unit and of those above it who can be reached by some account."""
    ids = [int(part) for part in path.strip("/").split("/")]
    reachable = exists().where(_account.c.person_id == _member.c.person_id, _account.c.cut_at.is_(None))
    query = _memberships().where(_unit.c.id.in_(ids), _member.c.role.in_(OFFICE), reachable)
    return await uow.fetch(query)


async def end(uow: UnitOfWork, member_id: int) -> bool:
    """A role ends now, and so does what was begun to hand it over; False if it had ended before."""
    still = update(_member).where(_member.c.id == member_id, _member.c.ended_at.is_(None))
    ended = bool((await uow.run(still.values(ended_at=uow.now))).rowcount)
    await uow.run(
        update(_invite)
        .where(_invite.c.successor_of == member_id, _invite.c.revoked_at.is_(None), _invite.c.uses_left > 0)
        .values(revoked_at=uow.now)
    )
    uow.people_changed()
    return ended


async def give_drafts(uow: UnitOfWork, giver: int, taker: int) -> int:
    """What one membership had under way is another's now, but for what that one has begun itself; returns how many."""
    await uow.flush()
    rows = await uow.fetch(select(_draft.c.id, _draft.c.expected_id, _draft.c.member_id).where(
        _draft.c.member_id.in_([giver, taker])
    ))  # fmt: skip
    own = {row["expected_id"] for row in rows if row["member_id"] == taker}
    given = [row for row in rows if row["member_id"] == giver]
    moved = [row["id"] for row in given if row["expected_id"] not in own]
    await uow.run(update(_draft).where(among(_draft.c.id, moved)).values(member_id=taker, updated_at=uow.now))
    await uow.run(delete(_draft).where(_draft.c.member_id == giver))
    for row in given:
        uow.forget_draft(row["id"])
    return len(moved)


# --- accounts --------------------------------------------------------------------------------------


async def accounts_of(uow: UnitOfWork, person_id: int) -> list[Row]:
    """A person's accounts that were not cut off, the one last used first, side doors (see `web_links`) last."""
    await uow.flush()
    here = (_conversation.c.channel == _account.c.channel) & (_conversation.c.chat == _account.c.address)
    query = (
        select(_account, _conversation.c.updated_at.label("used_at"), is_side_door(_account).label("is_side_door"))
        .outerjoin(_conversation, here)
        .where(_account.c.person_id == person_id, _account.c.cut_at.is_(None))
        .order_by(_account.c.id)
    )
    found = await uow.fetch(query)
    newest_first = sorted(found, key=lambda row: row["used_at"] or row["created_at"], reverse=True)
    return sorted(newest_first, key=lambda row: row["is_side_door"])


async def account(uow: UnitOfWork, account_id: int) -> Row | None:
    """An account that was not cut off."""
    found = await uow.fetch(select(_account).where(_account.c.id == account_id, _account.c.cut_at.is_(None)))
    return found[0] if found else None


async def cut(uow: UnitOfWork, cut_off: Row) -> None:
    """From now on the account is a stranger's; what still waits for its chat does not go out."""
    await uow.run(update(_account).where(_account.c.id == cut_off["id"]).values(cut_at=uow.now))
    await uow.run(
        update(_outbox)
        .where(
            _outbox.c.channel == cut_off["channel"], _outbox.c.chat == cut_off["address"],
            _outbox.c.state == OutboxState.WAITING,
        )
        .values(state=OutboxState.FAILED.value, error="the account was cut off")
    )  # fmt: skip
    uow.people_changed()


async def state_of(uow: UnitOfWork, channel: str, chat: str) -> Row:
    """Where another chat stands now; {} for one that there is not."""
    await uow.flush()
    query = select(_conversation.c.state).where(_conversation.c.channel == channel, _conversation.c.chat == chat)
    found = await uow.fetch(query)
    state: Row = found[0]["state"] if found else {}
    return state


# --- invites ---------------------------------------------------------------------------------------


def _open() -> Select[Any]:
    return (
        select(_invite, _unit.c.name.label("unit_name"), _unit.c.short_name, _unit.c.code, _unit.c.path)
        .join(_unit, _unit.c.id == _invite.c.unit_id)
        .where(_invite.c.uses_left > 0, _invite.c.revoked_at.is_(None))
        .order_by(_invite.c.expires_at, _invite.c.id)
    )


async def open_invites(uow: UnitOfWork, path: str) -> list[Row]:
    """The invites of a branch that can still be used, the first to expire first."""
    await uow.flush()
    branch = _unit.c.path.startswith(path, autoescape=True)
    return await uow.fetch(_open().where(branch, _invite.c.expires_at > uow.now))


async def invite(uow: UnitOfWork, invite_id: int) -> Row | None:
    """An invite in whatever state, with its unit."""
    query = select(_invite, _unit.c.name.label("unit_name"), _unit.c.path, _unit.c.parent_id)
    found = await uow.fetch(query.join(_unit, _unit.c.id == _invite.c.unit_id).where(_invite.c.id == invite_id))
    return found[0] if found else None


async def handing_over(uow: UnitOfWork, member_id: int) -> Row | None:
    """The open invite by which a role is being handed over."""
    query = _open().where(_invite.c.successor_of == member_id, _invite.c.expires_at > uow.now)
    found = await uow.fetch(query)
    return found[0] if found else None


async def from_sheets(uow: UnitOfWork, unit_ids: Collection[int], role: str) -> list[Row]:
    """The open invites of these units and this role that the command line made and nobody has used."""
    query = _open().where(
        among(_invite.c.unit_id, unit_ids), _invite.c.role == role, _invite.c.created_by.is_(None),
        _invite.c.used_by.is_(None), _invite.c.successor_of.is_(None),
    )  # fmt: skip
    return await uow.fetch(query)


async def revoke(uow: UnitOfWork, invite_ids: Sequence[int]) -> None:
    await uow.run(update(_invite).where(among(_invite.c.id, invite_ids)).values(revoked_at=uow.now))


async def used_by(uow: UnitOfWork, invite_id: int, person_id: int) -> None:
    """This person has joined by it."""
    await uow.run(update(_invite).where(_invite.c.id == invite_id).values(used_by=person_id))


async def unit(uow: UnitOfWork, unit_id: int) -> Row | None:
    found = await uow.fetch(select(_unit).where(_unit.c.id == unit_id))
    return found[0] if found else None


async def units_of_level(uow: UnitOfWork, level: str, path: str) -> list[Row]:
    """The units in force of a kind, or of the kinds of a level (a number), below a path, with their parent's name."""
    parent = _unit.alias("parent")
    of_kind = (
        _unit.c.kind.in_(select(_kind.c.name).where(_kind.c.level == int(level)))
        if level.isascii() and level.isdigit()
        else _unit.c.kind == level
    )
    query = (
        select(_unit, parent.c.name.label("parent_name"))
        .outerjoin(parent, parent.c.id == _unit.c.parent_id)
        .where(of_kind, _unit.c.path.startswith(path, autoescape=True))
        .where(_unit.c.valid_to.is_(None) | (_unit.c.valid_to > uow.now))
        .order_by(_unit.c.path)
    )
    return await uow.fetch(query)


async def kinds(uow: UnitOfWork) -> list[str]:
    """The kinds that there are units of."""
    return [row["kind"] for row in await uow.fetch(select(_unit.c.kind).distinct().order_by(_unit.c.kind))]
