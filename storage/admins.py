"""Who looks after the bot, and where they can be told what it cannot do by itself."""

from __future__ import annotations

from sqlalchemy import select

from storage.tables import Account, Member, Person
from storage.uow import Row, UnitOfWork, table

_account, _member, _person = table(Account), table(Member), table(Person)


async def reachable(uow: UnitOfWork, without: str = "") -> list[Row]:
    """All accounts (channel, address, language) of administrators but those on the channel `without`: what concerns a
    channel is told on each of them, for nobody knows which still works."""
    query = (
        select(_account.c.channel, _account.c.address, _person.c.language)
        .join(_person, _person.c.id == _account.c.person_id)
        .join(_member, _member.c.person_id == _person.c.id)
        .where(
            _member.c.role == "admin", _member.c.ended_at.is_(None), _account.c.blocked_at.is_(None),
            _account.c.cut_at.is_(None), _account.c.channel != without,
        )
        .distinct()
        .order_by(_account.c.channel, _account.c.address)
    )  # fmt: skip
    return await uow.fetch(query)
