"""What is known of the chats of one channel, for a channel that cannot tell by itself."""

from __future__ import annotations

from sqlalchemy import select

from storage.tables import GroupChat, Outbox, OutboxState
from storage.uow import Row, UnitOfWork, table

_outbox, _group = table(Outbox), table(GroupChat)


async def lately_sent(uow: UnitOfWork, channel: str, chat: str, limit: int) -> list[Row]:
    """The replies (as JSON) that were sent to a chat last, the newest first; one that is on its way may be there."""
    gone = _outbox.c.state.in_([OutboxState.SENT, OutboxState.SENDING])
    where = (_outbox.c.channel == channel, _outbox.c.chat == chat, gone)
    # By id, not by time: the newest rows are looked at first, and those of a chat in use are among them.
    query = select(_outbox.c.reply).where(*where).order_by(_outbox.c.id.desc()).limit(limit)
    return [row["reply"] for row in await uow.fetch(query)]


async def groups(uow: UnitOfWork, channel: str) -> set[str]:
    """The chats of a channel that are known to be groups."""
    return {row["chat"] for row in await uow.fetch(select(_group.c.chat).where(_group.c.channel == channel))}
