"""Queries on the outbox: what is to be sent, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, tuple_, update

from storage.tables import Outbox, OutboxState
from storage.uow import Row, UnitOfWork, table

_outbox = table(Outbox)


async def claim(uow: UnitOfWork, limit: int, channels: Collection[str], busy: Collection[tuple[str, str]]) -> list[Row]:
    """Take up to `limit` due messages of these channels for sending, the most urgent first, leaving out the chats
    that are `busy`. They are marked before the network is touched, so that a crash leaves no doubt about which
    were on their way."""
    query = select(_outbox).where(_outbox.c.due_at <= uow.now, *_waiting(channels, busy))
    claimed = await uow.fetch(query.order_by(_outbox.c.priority, _outbox.c.id).limit(limit))
    if claimed:
        await uow.run(
            update(_outbox)
            .where(_outbox.c.id.in_([row["id"] for row in claimed]))
            .values(state=OutboxState.SENDING.value, attempts=_outbox.c.attempts + 1)
        )
    return claimed


async def next_due(uow: UnitOfWork, channels: Collection[str], busy: Collection[tuple[str, str]]) -> datetime | None:
    """When the earliest message that waits for these channels is due, leaving out the chats that are `busy`."""
    query = select(func.min(_outbox.c.due_at, type_=_outbox.c.due_at.type).label("at"))
    query = query.where(*_waiting(channels, busy))
    at: datetime | None = (await uow.fetch(query))[0]["at"]
    return at


def _waiting(channels: Collection[str], busy: Collection[tuple[str, str]]) -> list[Any]:
    conditions: list[Any] = [_outbox.c.state == OutboxState.WAITING, _outbox.c.channel.in_(channels)]
    if busy:
        conditions.append(tuple_(_outbox.c.channel, _outbox.c.chat).not_in(list(busy)))
    return conditions


async def settle(uow: UnitOfWork, outcomes: Sequence[Row]) -> None:
    """Write what became of messages: rows of at_id, state, due_at, sent_at, message_id, error."""
    if not outcomes:
        return
    columns = ("state", "due_at", "sent_at", "message_id", "error")
    statement = update(_outbox).where(_outbox.c.id == bindparam("at_id"))
    await uow.run(
        statement.values({name: bindparam(f"to_{name}") for name in columns}),
        [{"at_id": o["at_id"], **{f"to_{name}": o[name] for name in columns}} for o in outcomes],
    )


async def recover(uow: UnitOfWork) -> int:
    """After a crash: what was on its way is in doubt, and goes out again. Returns how many."""
    statement = update(_outbox).where(_outbox.c.state == OutboxState.SENDING)
    result = await uow.run(statement.values(state=OutboxState.WAITING.value))
    count: int = result.rowcount
    return count


async def give_up(uow: UnitOfWork, channel: str, chat: str) -> None:
    """Nothing that waits for this chat can arrive: it blocked the bot."""
    await uow.run(
        update(_outbox)
        .where(_outbox.c.channel == channel, _outbox.c.chat == chat, _outbox.c.state == OutboxState.WAITING)
        .values(state=OutboxState.BLOCKED.value)
    )


async def drop_pushes(uow: UnitOfWork, prefix: str) -> None:
    """Pushes of a key prefix that still wait have become pointless."""
    still = (_outbox.c.key.startswith(prefix, autoescape=True), _outbox.c.state == OutboxState.WAITING)
    await uow.run(_needless(update(_outbox).where(*still)))


async def drop_earlier(uow: UnitOfWork, prefixes: Collection[str], chats: Collection[tuple[str, str]]) -> None:
    """As `drop_pushes`, of several prefixes, those that were written to these chats before now."""
    query = select(_outbox.c.id, _outbox.c.key).where(
        _outbox.c.state == OutboxState.WAITING,
        _outbox.c.created_at < uow.now,
        tuple_(_outbox.c.channel, _outbox.c.chat).in_(list(chats)),
    )
    ids = [row["id"] for row in await uow.fetch(query) if (row["key"] or "").startswith(tuple(prefixes))]
    if ids:
        await uow.run(_needless(update(_outbox).where(_outbox.c.id.in_(ids))))


def _needless(statement: Any) -> Any:
    return statement.values(state=OutboxState.FAILED.value, error="no longer needed")


async def waiting(uow: UnitOfWork, channels: Collection[str]) -> Row:
    """How many messages wait for these channels, and since when the oldest has been due."""
    query = select(
        func.count().label("count"), func.min(_outbox.c.due_at, type_=_outbox.c.due_at.type).label("since")
    ).where(*_waiting(channels, ()))
    return (await uow.fetch(query))[0]
