"""Queries on broadcasts from their start on: which are under way, who gets them, what became of it. Their letters in
the outbox are `broadcast_letters`'s."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, or_, select, update

from storage.tables import (
    Account,
    Broadcast,
    BroadcastRecipient,
    BroadcastState,
    GroupChat,
    OptOut,
    Person,
    RecipientState,
    Unit,
)
from storage.uow import Row, UnitOfWork, table

_broadcast, _to = table(Broadcast), table(BroadcastRecipient)
_person, _account, _unit = table(Person), table(Account), table(Unit)
_group, _out = table(GroupChat), table(OptOut)

LOOKED_AFTER = timedelta(days=3)
"""So long after its last change something of a broadcast may still be on its way."""


# --- which there are -------------------------------------------------------------------------------


async def due(uow: UnitOfWork) -> list[Row]:
    """The broadcasts whose moment has come, the oldest first."""
    query = select(_broadcast).where(
        _broadcast.c.state == BroadcastState.WAITING,
        or_(_broadcast.c.send_at.is_(None), _broadcast.c.send_at <= uow.now),
    )
    return await uow.fetch(query.order_by(_broadcast.c.id))


async def looked_after(uow: UnitOfWork) -> list[Row]:
    """The broadcasts that have started and may have something on its way still, the oldest first."""
    query = select(_broadcast).where(
        or_(
            _broadcast.c.state.in_([BroadcastState.RUNNING, BroadcastState.PAUSED]),
            _broadcast.c.state.in_([BroadcastState.DONE, BroadcastState.STOPPED])
            & (_broadcast.c.updated_at > uow.now - LOOKED_AFTER),
        )
    )
    return await uow.fetch(query.order_by(_broadcast.c.id))


async def of_branches(uow: UnitOfWork, paths: Collection[str], limit: int, offset: int = 0) -> list[Row]:
    """What has been sent, or is to be at its moment, in the branches at these paths, the latest first."""
    if not paths:
        return []
    below = or_(*(_unit.c.path.startswith(path, autoescape=True) for path in paths))
    query = select(_broadcast).join(_unit, _unit.c.id == _broadcast.c.unit_id)
    query = query.where(or_(_broadcast.c.started_at.is_not(None), _broadcast.c.state == BroadcastState.WAITING), below)
    at = func.coalesce(_broadcast.c.started_at, _broadcast.c.send_at)
    return await uow.fetch(query.order_by(at.desc(), _broadcast.c.id.desc()).limit(limit).offset(offset))


# --- who gets it -----------------------------------------------------------------------------------


async def people_enlisted(uow: UnitOfWork, broadcast_id: int) -> set[int]:
    """The people who are among the recipients already, on whichever account."""
    query = select(_to.c.person_id).where(_to.c.broadcast_id == broadcast_id, _to.c.person_id.is_not(None))
    return {row["person_id"] for row in await uow.fetch(query)}


async def enlist(uow: UnitOfWork, broadcast_id: int, rows: Sequence[Row]) -> None:
    """Write recipients (channel, chat, person_id, group_id, unit_id, language); a chat that is there stays as it is.
    Nothing is written of a broadcast that was taken back while it started."""
    still = select(_broadcast.c.id).where(_broadcast.c.id == broadcast_id)
    if rows and await uow.fetch(still.where(_broadcast.c.state == BroadcastState.WAITING)):
        base = {"broadcast_id": broadcast_id, "state": RecipientState.WAITING.value, "edition": 0}
        statement = uow.upsert(BroadcastRecipient).on_conflict_do_nothing(
            index_elements=["broadcast_id", "channel", "chat"]
        )
        await uow.run(statement, [{**base, **row} for row in rows])


async def unlist(uow: UnitOfWork, broadcast_id: int) -> None:
    """Forget whom a start that broke off has written down; to none of them anything was sent."""
    await uow.run(delete(_to).where(_to.c.broadcast_id == broadcast_id))


async def counts(uow: UnitOfWork, broadcast_id: int) -> dict[str, int]:
    """How many recipients are in each state."""
    query = select(_to.c.state, func.count().label("count")).where(_to.c.broadcast_id == broadcast_id)
    return {row["state"]: row["count"] for row in await uow.fetch(query.group_by(_to.c.state))}


async def reasons(uow: UnitOfWork, broadcast_id: int) -> list[Row]:
    """Why recipients did not get it: rows of state, error and count, the most frequent first."""
    query = (
        select(_to.c.state, _to.c.error, func.count().label("count"))
        .where(_to.c.broadcast_id == broadcast_id, _to.c.state.in_([RecipientState.FAILED, RecipientState.STOPPED]))
        .group_by(_to.c.state, _to.c.error)
        .order_by(func.count().desc(), _to.c.state, _to.c.error)
    )
    return await uow.fetch(query.limit(500))


def _with_names() -> Select[Any]:
    name = func.coalesce(_person.c.name, _group.c.title, "").label("name")
    return (
        select(_to, name, _unit.c.name.label("unit_name"))
        .join(_unit, _unit.c.id == _to.c.unit_id)
        .outerjoin(_person, _person.c.id == _to.c.person_id)
        .outerjoin(_group, _group.c.id == _to.c.group_id)
    )


async def all_of(uow: UnitOfWork, broadcast_id: int) -> list[Row]:
    """All recipients with `name` and `unit_name`, by unit."""
    query = _with_names().where(_to.c.broadcast_id == broadcast_id)
    return await uow.fetch(query.order_by(_unit.c.path, _to.c.id))


async def waiting(uow: UnitOfWork, broadcast: Row, channel: str, limit: int) -> list[Row]:
    """The next recipients on a channel, with `name`, `unit_name`, and what has changed since they were enlisted:
    `cut_off` (the account is not theirs any more, the group not linked), `blocked`, `silent`, `unwanted`."""
    mine = (_account.c.channel == _to.c.channel) & (_account.c.address == _to.c.chat)
    still = mine & (_account.c.person_id == _to.c.person_id) & _account.c.cut_at.is_(None)
    out = (_out.c.person_id == _to.c.person_id) & (_out.c.topic == broadcast["topic"])
    query = (
        _with_names()
        .add_columns(
            func.coalesce(_account.c.id, _group.c.unit_id).is_(None).label("cut_off"),
            or_(_account.c.blocked_at.is_not(None), _group.c.blocked_at.is_not(None)).label("blocked"),
            _group.c.silent_at.is_not(None).label("silent"),
            _out.c.person_id.is_not(None).label("unwanted"),
        )
        .outerjoin(_account, still)
        .outerjoin(_out, out)
        .where(
            _to.c.broadcast_id == broadcast["id"], _to.c.state == RecipientState.WAITING, _to.c.channel == channel
        )
        .order_by(_to.c.id)
        .limit(limit)
    )  # fmt: skip
    return await uow.fetch(query)


async def channels_waiting(uow: UnitOfWork, broadcast_id: int) -> list[str]:
    """The channels on which somebody still has to get it."""
    query = select(_to.c.channel).distinct()
    query = query.where(_to.c.broadcast_id == broadcast_id, _to.c.state == RecipientState.WAITING)
    return sorted(row["channel"] for row in await uow.fetch(query))


async def to_amend(uow: UnitOfWork, broadcast: Row, limit: int) -> list[Row]:
    """The next of those who got it and do not show its newest edition, with `name` and `unit_name`."""
    query = _with_names().where(
        _to.c.broadcast_id == broadcast["id"],
        _to.c.state == RecipientState.SENT,
        _to.c.edition < broadcast["edition"],
    )
    return await uow.fetch(query.order_by(_to.c.id).limit(limit))


async def set_states(uow: UnitOfWork, rows: Sequence[Row]) -> None:
    """Write what became of recipients: rows of id, state, edition, message_id, sent_at, error."""
    if not rows:
        return
    columns = ("state", "edition", "message_id", "sent_at", "error")
    statement = update(_to).where(_to.c.id == bindparam("at_id"))
    await uow.run(
        statement.values({name: bindparam(f"to_{name}") for name in columns}),
        [{"at_id": row["id"], **{f"to_{name}": row[name] for name in columns}} for row in rows],
    )
