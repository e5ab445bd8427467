"""Queries on the letters of broadcasts: what waits in the outbox for a recipient, what the courier made of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, delete, func, literal, select, update

from storage.tables import BroadcastRecipient, GroupChat, Outbox, OutboxState, RecipientState
from storage.uow import Row, UnitOfWork, table

_to, _outbox, _group = table(BroadcastRecipient), table(Outbox), table(GroupChat)

PREFIX = "news/"
"""How the outbox keys of all broadcasts begin."""


def key(broadcast_id: int, recipient_id: int, amendment: str = "") -> str:
    """The outbox key of one letter; `amendment`: `/e<edition>` of a correction, `/w` of a withdrawal."""
    return f"{PREFIX}{broadcast_id}/{recipient_id}{amendment}"


def amendment(broadcast: Row) -> str:
    """The end of the outbox keys of the newest correction, or of the withdrawal."""
    return "/w" if broadcast["withdrawn_at"] else f"/e{broadcast['edition']}"


def _key(amendment: str = "") -> ColumnElement[str]:
    ids = cast(_to.c.broadcast_id, String) + literal("/") + cast(_to.c.id, String)
    return literal(PREFIX) + ids + literal(amendment)


async def news_waiting(uow: UnitOfWork) -> dict[str, int]:
    """How many letters of broadcasts wait in the outbox for each channel."""
    query = select(_outbox.c.channel, func.count().label("count")).where(*_still(PREFIX)).group_by(_outbox.c.channel)
    return {row["channel"]: row["count"] for row in await uow.fetch(query)}


async def settled(uow: UnitOfWork, broadcast_id: int, limit: int) -> list[Row]:
    """Recipients whose letter the courier is done with: id and edition, from the outbox `outcome`, sent_at, message_id,
    error, and whether it is a group that is `silent` now: the bot may not write there."""
    query = (
        select(
            _to.c.id, _to.c.edition, _outbox.c.state.label("outcome"),
            _outbox.c.sent_at, _outbox.c.message_id, _outbox.c.error,
            (_group.c.silent_at.is_not(None) & _group.c.blocked_at.is_(None)).label("silent"),
        )
        .join(_outbox, _outbox.c.key == _key())
        .outerjoin(_group, _group.c.id == _to.c.group_id)
        .where(
            _to.c.broadcast_id == broadcast_id, _to.c.state == RecipientState.QUEUED,
            _outbox.c.state.in_([OutboxState.SENT, OutboxState.FAILED, OutboxState.BLOCKED]),
        )
        .order_by(_to.c.id)
        .limit(limit)
    )  # fmt: skip
    return await uow.fetch(query)


async def amended(uow: UnitOfWork, broadcast_id: int, amendment: str) -> dict[str, int]:
    """How many letters of a correction or a withdrawal are in each state of the outbox."""
    query = (
        select(_outbox.c.state, func.count().label("count"))
        .join(_to, _outbox.c.key == _key(amendment))
        .where(_to.c.broadcast_id == broadcast_id, _to.c.state == RecipientState.SENT)
        .group_by(_outbox.c.state)
    )
    return {row["state"]: row["count"] for row in await uow.fetch(query)}


async def take_back(uow: UnitOfWork, broadcast_id: int, state: RecipientState) -> None:
    """What waits in the outbox waits there no more; all who have not got it and to whom nothing is on its way are in
    this state now (waiting or stopped)."""
    await uow.run(delete(_outbox).where(*_still(f"{PREFIX}{broadcast_id}/"), ~_is_amendment()))
    # Not those whose letter is being sent, or was and has not been taken over yet.
    on_way = select(literal(1)).where(_outbox.c.key == _key()).exists()
    states = {RecipientState.QUEUED, RecipientState.WAITING} - {state}
    here = _to.c.broadcast_id == broadcast_id, _to.c.state.in_(states)
    await uow.run(update(_to).where(*here, ~on_way).values(state=state.value))


async def try_again(uow: UnitOfWork, broadcast_id: int) -> int:
    """Those whom it could not be sent to wait once more; returns how many."""
    failed = _to.c.broadcast_id == broadcast_id, _to.c.state == RecipientState.FAILED
    await uow.run(delete(_outbox).where(_outbox.c.key.in_(select(_key()).where(*failed))))
    result = await uow.run(update(_to).where(*failed).values(state=RecipientState.WAITING.value, error=None))
    count: int = result.rowcount
    return count


async def put_off(uow: UnitOfWork, until: datetime) -> None:
    """Letters that wait go out at `until` and not before; corrections, which make no sound, do."""
    early = _outbox.c.due_at < until
    await uow.run(update(_outbox).where(*_still(PREFIX), early, ~_is_amendment()).values(due_at=until))


def _still(prefix: str) -> tuple[ColumnElement[bool], ...]:
    waits: ColumnElement[bool] = _outbox.c.state == OutboxState.WAITING
    return waits, _outbox.c.key.startswith(prefix, autoescape=True)


def _is_amendment() -> ColumnElement[bool]:
    return _outbox.c.key.like(f"{PREFIX}%/%/%")


async def told(uow: UnitOfWork, key: str) -> Row | None:
    """A message to the author of one, by its outbox key: state and message_id."""
    found = await uow.fetch(select(_outbox.c.state, _outbox.c.message_id).where(_outbox.c.key == key))
    return found[0] if found else None
