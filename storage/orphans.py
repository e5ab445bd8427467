"""Kept files that nothing in the database names any more."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import JSON, String, Table, Text, cast, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.lists import among
from storage.tables import Media
from storage.uow import UnitOfWork, table

_media = table(Media)
_NAMES = re.compile(r"[a-z]/[\w-]{16}|chart/\d+/\w+|[0-9a-f]{64}", re.ASCII)
"""What an id looks like (see `bot.media.store`), and a SHA-256, by which a campaign names its layout."""


async def find(conn: AsyncConnection, before: datetime) -> dict[str, str]:
    """The files kept before a moment whose id stands nowhere: id -> SHA-256. It reads every text of the database, a
    block at a time."""
    query = select(_media.c.id, _media.c.sha256).where(_media.c.created_at < before)
    rows = [row async for block in portable.blocks(conn, query, [_media.c.id]) for row in block]
    # An id of another look may be named in another way, too.
    left = {row.id: row.sha256 for row in rows if _NAMES.fullmatch(row.id)}
    hashes: set[str] = set()
    for one in await portable.tables(conn) if left else []:
        if one.name != _media.name:
            await _strike_out(conn, one, left, hashes)
    return {name: digest for name, digest in left.items() if digest not in hashes}


async def _strike_out(conn: AsyncConnection, one: Table, left: dict[str, str], hashes: set[str]) -> None:
    digests = set(left.values())
    keys = list(one.primary_key.columns)
    texts = [
        cast(column, Text).label(f"text_{column.name}")
        for column in one.columns
        if isinstance(column.type, JSON | String)
    ]
    if not texts:
        return
    async for block in portable.blocks(conn, select(*keys, *texts), keys):
        for row in block:
            for value in row[len(keys) :]:
                for found in _NAMES.findall(value or ""):
                    left.pop(found, None)
                    if found in digests:
                        hashes.add(found)


async def drop(uow: UnitOfWork, ids: Sequence[str]) -> None:
    """Forget these files; their contents are for whoever keeps them to delete."""
    await uow.run(delete(_media).where(among(_media.c.id, ids)))


async def named(uow: UnitOfWork, digests: Collection[str]) -> set[str]:
    """Which of these contents a kept file has."""
    query = select(_media.c.sha256).where(among(_media.c.sha256, digests)).distinct()
    return {row["sha256"] for row in await uow.fetch(query)}
