"""How much of a channel's monthly quota is used: messages both ways, and people."""

from __future__ import annotations

from sqlalchemy import func, select, union

from storage.tables import Account, Conversation, GroupChat, MessageCount
from storage.uow import Row, UnitOfWork, table

_count, _account = table(MessageCount), table(Account)
_conversation, _group = table(Conversation), table(GroupChat)


async def add(uow: UnitOfWork, channel: str, month: str, *, received: int = 0, sent: int = 0) -> None:
    """Count messages of a month ("2022-12")."""
    statement = uow.upsert(MessageCount).values(channel=channel, month=month, received=received, sent=sent)
    more = {"received": _count.c.received + received, "sent": _count.c.sent + sent}
    await uow.run(statement.on_conflict_do_update(index_elements=["channel", "month"], set_=more))


async def of_month(uow: UnitOfWork, month: str) -> list[Row]:
    """The counts (channel, received, sent) of a month, of each channel that carried something."""
    query = select(_count.c.channel, _count.c.received, _count.c.sent).where(_count.c.month == month)
    return await uow.fetch(query.order_by(_count.c.channel))


async def people(uow: UnitOfWork, channel: str) -> int:
    """How many people have written to the bot on a channel, those who never joined among them."""
    groups = select(_group.c.chat).where(_group.c.channel == channel)
    known = select(_account.c.address.label("who")).where(_account.c.channel == channel)
    spoken = select(_conversation.c.chat).where(_conversation.c.channel == channel, _conversation.c.chat.not_in(groups))
    both = union(known, spoken).subquery()
    return int((await uow.fetch(select(func.count().label("n")).select_from(both)))[0]["n"])
