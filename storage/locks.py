"""Who may go on, where several processes share one PostgreSQL. SQLite has one writer: nothing here is asked there.

The *office* is everything but a chat's own conversation: reports, totals, people, units, news. One transaction at a
time changes it, as on SQLite, so whoever reads it and then writes what follows is right. A batch of updates begins with
the locks of its chats only; most answers need no more, and run side by side. One that goes on to change the office
takes it then, and is right if nobody has had it since the batch began; otherwise it is `Overtaken`, and done anew.

Locks are taken in one order: the chats, sorted, then the office. A transaction's locks end with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

_CHATS = text(
    "SELECT pg_advisory_xact_lock(key), (SELECT number FROM turn WHERE name = 'office') "
    "FROM unnest(CAST(:keys AS bigint[])) AS key"
).bindparams(bindparam("keys", type_=ARRAY(BigInteger)))
_TAKE = text(
    "INSERT INTO turn AS t (name, number) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET number = t.number + 1 RETURNING number"
)
_SCHEMA = text("SELECT pg_advisory_xact_lock(0x5C4E3A)")
# The next leader's turn waits for this transaction, so nothing of ours is written after it has begun.
_LED = text("SELECT number FROM turn WHERE name = 'leader' FOR SHARE")


class Overtaken(Exception):
    """Somebody else has changed the office since this transaction began: roll back and begin again, alone."""


class NotLeading(Exception):
    """Another process leads by now: what this one was about to write is not for it to write any more."""


async def lock_chats(conn: AsyncConnection, chats: Iterable[tuple[str, str]]) -> int:
    """Wait until no other transaction works on these (channel, chat). Returns the turn that the office is at."""
    result = await conn.execute(_CHATS, {"keys": sorted({key_of(*chat) for chat in chats})})
    return int(result.all()[0][1] or 0)


async def take_office(conn: AsyncConnection, seen: int | None = None) -> None:
    """Wait until no other transaction changes the office, and have it until the end of this one. `seen`: at which turn
    this transaction saw it. Raises Overtaken if there was another turn since."""
    number = await take_turn(conn, "office")
    if seen is not None and number != seen + 1:
        raise Overtaken


async def take_turn(conn: AsyncConnection, name: str) -> int:
    """The number of this turn; whoever takes the next waits for the end of this transaction."""
    return int((await conn.execute(_TAKE, {"name": name})).scalar_one())


async def still_leading(conn: AsyncConnection, number: int) -> None:
    """Raises NotLeading if the leader's turn is not this one any more; until this transaction ends it stays."""
    if (await conn.execute(_LED)).scalar() != number:
        raise NotLeading


async def lock_schema(conn: AsyncConnection) -> None:
    """Of several processes that start at once, one brings the schema up to date."""
    await conn.execute(_SCHEMA)


def key_of(channel: str, chat: str) -> int:
    """Of all 64-bit advisory locks, the one of a chat."""
    return int.from_bytes(blake2b(f"{channel}\n{chat}".encode(), digest_size=8).digest(), signed=True)
