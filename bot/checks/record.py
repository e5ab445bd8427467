"""What the database tells of the last day: what failed, what waits, what is missing, whether the clock went back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.checks import Finding
from bot.config import Settings
from bot.media.contents import place_of
from storage import overview, portable
from storage.tables import Media
from storage.uow import UnitOfWork, table

A_DAY = timedelta(days=1)
WAITS = timedelta(minutes=10)
STEP = timedelta(minutes=2)
"""By which a clock may differ from another machine's."""
OLDEST_POSTGRES = 130000
_media = table(Media)


async def look(settings: Settings, uow: UnitOfWork) -> list[Finding]:
    """All of it, in one reading transaction."""
    return [
        *await engine(uow.conn),
        await clock(uow),
        await failed(uow),
        *await given_up(uow),
        *await queue(uow),
        *([] if settings.media_url else [await media(settings, uow.conn)]),
    ]


async def engine(conn: AsyncConnection) -> list[Finding]:
    """How the engine is set up."""
    if conn.dialect.name == "sqlite":
        mode = str(await _value(conn, "PRAGMA journal_mode"))
        if mode != "wal":
            advice = "put the file on a disk of this machine: a network disk cannot do it, and loses data"
            return [Finding(False, f"database: its journal is {mode}, not wal: {advice}")]
        return [Finding(True, "database: SQLite, journal wal")]
    version = int(str(await _value(conn, "SHOW server_version_num")))
    coding = str(await _value(conn, "SHOW server_encoding"))
    name = f"database: PostgreSQL {version // 10000}, {coding}"
    if version < OLDEST_POSTGRES:
        return [Finding(False, f"{name}: it gets no security updates any more; upgrade the server")]
    if coding != "UTF8":
        return [Finding(False, f"{name}: make a database with ENCODING 'UTF8' and move into it by `copy --to`")]
    stale = await _value(
        conn,
        "SELECT datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid) AND datcollversion IS NOT "
        "NULL FROM pg_database WHERE datname = current_database()" if version >= 150000 else "SELECT false",
    )  # fmt: skip
    if stale:
        advice = "REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION"
        return [Finding(False, f"{name}: the system's sorting has changed under its indexes: {advice}")]
    return [Finding(True, name)]


async def _value(conn: AsyncConnection, query: str) -> Any:
    return (await conn.execute(text(query))).scalar()


async def clock(uow: UnitOfWork) -> Finding:
    """The newest row cannot be of the future."""
    newest = await overview.newest(uow)
    if newest and newest - uow.now > STEP:
        ahead = newest - uow.now
        said = f"clock: the database knows a time that is {_long(ahead)} ahead of this machine's"
        return Finding(
            False, f"{said}: its clock went back, or was wrong before; set it (timedatectl), and keep NTP on"
        )
    return Finding(True, "clock: nothing in the database is of the future")


def _long(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return (
        f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours" if minutes < 2880 else f"{span.days} days"
    )


async def failed(uow: UnitOfWork) -> Finding:
    rows = await overview.failed(uow, uow.now - A_DAY)
    if not rows:
        return Finding(True, "updates: none has failed in 24 hours")
    codes = ", ".join(row["code"] for row in rows[:5]) + (" …" if len(rows) > 5 else "")
    advice = "each is a fault of the program; send its traceback (table failed_update) to whoever maintains it"
    return Finding(False, f"updates: {len(rows)} failed in 24 hours ({codes}): {advice}")


async def given_up(uow: UnitOfWork) -> list[Finding]:
    """Messages that nobody got, by reason."""
    return [
        Finding(False, f"messages: {row['count']} on {row['channel']} could not be sent in 24 hours ({row['error']})")
        for row in await overview.given_up(uow, uow.now - A_DAY)
    ]


async def queue(uow: UnitOfWork) -> list[Finding]:
    late = [row for row in await overview.queue(uow) if row["since"] and uow.now - row["since"] > WAITS]
    if not late:
        return [Finding(True, "messages: none waits longer than it should")]
    advice = "is the bot running, and that channel reached from here?"
    return [
        Finding(
            False,
            f"messages: {row['due']} on {row['channel']} wait, one for {_long(uow.now - row['since'])}: {advice}",
        )
        for row in late
    ]


async def media(settings: Settings, conn: AsyncConnection) -> Finding:
    """Whether each kept file is there."""
    missing = count = 0
    async for block in portable.blocks(conn, select(_media.c.sha256).distinct(), [_media.c.sha256]):
        count += len(block)
        missing += await asyncio.to_thread(_gone, settings.media_dir, [digest for (digest,) in block])
    if missing:
        advice = "is MEDIA_DIR the right folder? Else take them from a backup"
        return Finding(False, f"files: {missing} of {count} are named in the database and not there: {advice}")
    return Finding(True, f"files: all {count} are there")


def _gone(folder: Path, digests: list[str]) -> int:
    return sum(not place_of(folder, digest).is_file() for digest in digests)
