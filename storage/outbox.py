"""Queries on the outbox: what is to be sent, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, tuple_, update

from storage.lists import among
from storage.prepared import Prepared
from storage.tables import Outbox, OutboxState
from storage.uow import Row, UnitOfWork, table

_outbox = table(Outbox)


@dataclass(frozen=True, slots=True)
class Room:
    """For news (messages of this `priority` or a higher number): the `lanes`, which are channels on which no more than
    so many of them may be claimed now, and the (channel, chat) there that they leave alone for now."""

    priority: int
    lanes: Mapping[str, int]
    resting: Collection[tuple[str, str]] = ()


async def claim(
    uow: UnitOfWork, limit: int, channels: Collection[str], busy: Collection[tuple[str, str]], news: Room | None = None
) -> list[Row]:
    """Take up to `limit` due messages of these channels for sending, the most urgent first, leaving out the chats
    that are `busy`; of news no more than there is room for. They are marked before the network is touched, so that a
    crash leaves no doubt about which were on their way."""
    query = select(_outbox).where(_outbox.c.due_at <= uow.now, *_waiting(channels, busy))
    query = query.order_by(_outbox.c.priority, _outbox.c.id)
    # Where others write at the same time: what they are about to withdraw is not taken.
    query = query.with_for_update(skip_locked=True, key_share=True)
    first = query if news is None else query.where(_free(news))
    claimed = await uow.fetch(first.limit(limit))
    if news is not None:
        for channel, room in news.lanes.items():
            if (most := min(room, limit - len(claimed))) > 0:
                claimed += await uow.fetch(query.where(*_news(news, [channel])).limit(most))
    if claimed:
        await uow.run(
            update(_outbox)
            .where(_outbox.c.id.in_([row["id"] for row in claimed]))
            .values(state=OutboxState.SENDING.value, attempts=_outbox.c.attempts + 1)
        )
    return claimed


async def next_due(
    uow: UnitOfWork, channels: Collection[str], busy: Collection[tuple[str, str]], news: Room | None = None
) -> datetime | None:
    """When the earliest message that waits for these channels is due, leaving out the chats that are `busy`, and news
    that there is no room for."""
    query = select(func.min(_outbox.c.due_at, type_=_outbox.c.due_at.type).label("at"))
    query = query.where(*_waiting(channels, busy))
    if news is not None:
        open_ = [channel for channel, room in news.lanes.items() if room > 0]
        query = query.where(or_(_free(news), and_(*_news(news, open_))))
    at: datetime | None = (await uow.fetch(query))[0]["at"]
    return at


def _waiting(channels: Collection[str], busy: Collection[tuple[str, str]]) -> list[Any]:
    conditions: list[Any] = [_outbox.c.state == OutboxState.WAITING, _outbox.c.channel.in_(channels)]
    if busy:
        conditions.append(tuple_(_outbox.c.channel, _outbox.c.chat).not_in(list(busy)))
    return conditions


def _free(news: Room) -> Any:
    """What goes in no lane."""
    return or_(_outbox.c.priority < news.priority, _outbox.c.channel.not_in(list(news.lanes)))


def _news(news: Room, channels: Collection[str]) -> list[Any]:
    conditions: list[Any] = [_outbox.c.priority >= news.priority, _outbox.c.channel.in_(channels)]
    if news.resting:
        conditions.append(tuple_(_outbox.c.channel, _outbox.c.chat).not_in(list(news.resting)))
    return conditions


async def settle(uow: UnitOfWork, outcomes: Sequence[Row], *, late: bool = False) -> None:
    """Write what became of messages: rows of at_id, state, due_at, sent_at, message_id, error. `late`: others may have
    written since what became of them; that stands."""
    if not outcomes:
        return
    columns = ("state", "due_at", "sent_at", "message_id", "error")
    statement = update(_outbox).where(_outbox.c.id == bindparam("at_id"))
    if late:
        statement = statement.where(_outbox.c.state.in_([OutboxState.WAITING, OutboxState.SENDING]))
    await uow.run(
        statement.values({name: bindparam(f"to_{name}") for name in columns}),
        [{"at_id": o["at_id"], **{f"to_{name}": o[name] for name in columns}} for o in outcomes],
    )


_MOST_WAITING = 500
_SAID = Prepared(
    lambda _: (
        select(_outbox.c.channel, _outbox.c.chat)
        .where(
            or_(_outbox.c.state == OutboxState.WAITING.value, _outbox.c.state == OutboxState.SENDING.value),
            _outbox.c.due_at <= bindparam("now"),
            _outbox.c.priority <= bindparam("most"),
        )
        .limit(_MOST_WAITING)
    )
)


async def waiting_for(uow: UnitOfWork, priority: int, chats: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these (channel, chat) for which something of this priority, or of a more urgent one, waits or is on its
    way; all of them where very much waits."""
    found = await uow.find(_SAID, now=uow.now, most=priority)
    if len(found) >= _MOST_WAITING:
        return set(chats)
    return {(row["channel"], row["chat"]) for row in found}.intersection(chats)


async def answered(uow: UnitOfWork, keys: Collection[str]) -> dict[str, Row]:
    """By key, the replies that went out with an answer to what brought their update."""
    query = select(_outbox.c.key, _outbox.c.reply).where(
        among(_outbox.c.key, keys), _outbox.c.state == OutboxState.SENT, _outbox.c.message_id.is_(None)
    )
    return {row["key"]: row["reply"] for row in await uow.fetch(query)}


async def send_after_all(uow: UnitOfWork, key: str) -> None:
    """The answer that was to carry it did not arrive, and there is no other."""
    statement = update(_outbox).where(_outbox.c.key == key)
    await uow.run(statement.values(state=OutboxState.WAITING.value, sent_at=None, due_at=uow.now))


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


async def readdress(uow: UnitOfWork, channel: str, chat: str, to: str) -> None:
    """What waits for this chat goes to another id of it. There its messages of before have other numbers: what would
    edit them or take them back fails, and what would take the place of one is said anew."""
    waits = (_outbox.c.channel == channel, _outbox.c.chat == chat, _outbox.c.state == OutboxState.WAITING)
    for row in await uow.fetch(select(_outbox.c.id, _outbox.c.reply).where(*waits)):
        reply = {name: value for name, value in row["reply"].items() if name != "replaces"}
        values: Row = {"chat": to, "reply": reply}
        if reply.get("only_edit") or reply.get("deletes"):
            values = {"state": OutboxState.FAILED.value, "error": "cannot be changed: the group has moved"}
        await uow.run(update(_outbox).where(_outbox.c.id == row["id"]).values(**values))


async def drop_pushes(uow: UnitOfWork, prefix: str) -> None:
    """Pushes of a key prefix that still wait have become pointless."""
    # By what keys begin with, and by their order, which finds them in the index: of two that differ, the later one.
    last = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    if uow.conn.dialect.name == "sqlite":
        await uow.change(_DROP_BETWEEN, first=prefix, behind=last)
        return
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
        await uow.run(_needless(update(_outbox).where(among(_outbox.c.id, ids))))


def _needless(statement: Any) -> Any:
    return statement.values(state=OutboxState.FAILED.value, error="no longer needed")


_DROP_BETWEEN = Prepared(
    lambda _: _needless(
        update(_outbox).where(
            _outbox.c.key >= bindparam("first"),
            _outbox.c.key < bindparam("behind"),
            _outbox.c.state == OutboxState.WAITING.value,
        )
    )
)


async def waiting(uow: UnitOfWork, channels: Collection[str]) -> Row:
    """How many messages wait for these channels, and since when the oldest has been due."""
    query = select(
        func.count().label("count"), func.min(_outbox.c.due_at, type_=_outbox.c.due_at.type).label("since")
    ).where(*_waiting(channels, ()))
    return (await uow.fetch(query))[0]
