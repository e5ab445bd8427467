"""A backup is made: one moment of the database, then the files that its rows name, while the bot runs on."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyrage.x25519 import Identity
from sqlalchemy import Table, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backups import BackupError
from bot.backups.archive import Writer
from bot.backups.contents import PIECE_OF_ROWS, Filling, Header, Manifest, Tally, check
from bot.backups.keeping import name_of, part_of
from bot.backups.keys import Key
from bot.media.contents import Contents, ContentsAwayError
from storage import chain, portable
from storage.engine import Database, newest_revision


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up. `secret`: the file of the key that signs links and hashes codes, where it is kept in one."""

    db: Database
    media: Contents
    secret: Path | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was opened again and found whole. `missing`: how many files the database names and nobody has."""

    path: Path
    size: int
    tally: Tally
    missing: int


async def make(source: Source, folder: Path, key: Key, now: datetime) -> Made:
    """Write a backup into a folder, which is made if it is not there. The file has its name only once it has been read
    again from its beginning to its end. Raises BackupError."""
    # One that nobody knows but this run: whoever may not read the backups can still open this one, once.
    witness = Identity.generate() if key.recipients else None
    name = name_of(now, encrypted=bool(witness))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = folder / part_of(name)
        try:
            found = await _written(source, part, key, witness, now)
            part.replace(folder / name)
            _settle(folder)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise BackupError(f"the backup cannot be written to {folder}: {error.strerror or error}") from None
    except ContentsAwayError as error:
        raise BackupError(f"the store of the kept files does not answer: {error}") from None
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise BackupError(f"the database cannot be read: {cause}") from None
    return Made(folder / name, (folder / name).stat().st_size, found.tally, found.checks["missing"])


async def _written(source: Source, part: Path, key: Key, witness: Identity | None, now: datetime) -> Manifest:
    recipients = [*key.recipients, witness.to_public()] if witness else []
    with Writer(part, recipients) as out:
        async with source.db.read() as conn:
            await _fill(Filling(out), source, conn, now)
    return await asyncio.to_thread(check, part, witness)


def _settle(folder: Path) -> None:
    """The file's new name, too, survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _fill(filling: Filling, source: Source, conn: AsyncConnection, now: datetime) -> None:
    schema = await portable.revision(conn)
    if schema is None:
        raise BackupError("DATABASE_URL: there is nothing in this database to back up")
    found = await portable.tables(conn)
    columns = {table.name: [column.name for column in table.columns] for table in found}
    made_at = now.astimezone(UTC).isoformat()
    filling.header(Header(made_at, schema, conn.dialect.name, columns, await portable.last_ids(conn, found)))
    if source.secret and source.secret.exists():
        filling.secret(source.secret.read_bytes())
    for table in found:
        async for piece in _pieces(conn, table):
            filling.rows(table.name, piece)
    missing = await _add_media(filling, source.media, conn, found)
    filling.manifest({"missing": missing, "audit": await audit(conn)})


async def _pieces(conn: AsyncConnection, table: Table) -> AsyncIterator[bytes]:
    piece = bytearray()
    async for rows in portable.read(conn, table):
        for row in rows:
            piece += json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            if len(piece) > PIECE_OF_ROWS:
                yield bytes(piece)
                piece.clear()
    if piece:
        yield bytes(piece)


async def _add_media(filling: Filling, media: Contents, conn: AsyncConnection, found: list[Table]) -> int:
    """Add each kept file once; returns how many are named and not there: erased since, or lost before."""
    missing = 0
    for table in found:
        if table.name != "media":
            continue
        query = select(table.c.sha256).distinct()
        async for block in portable.blocks(conn, query, [table.c.sha256]):
            for (digest,) in block:
                try:
                    filling.media(digest, await media.path(digest))
                except FileNotFoundError:
                    missing += 1
    return missing


async def audit(conn: AsyncConnection) -> dict[str, Any] | None:
    """Where the chain of the audit ends, and whether it held to there; None for a schema that is not ours."""
    if await portable.revision(conn) != newest_revision():
        return None
    found = await chain.verify(conn)
    return {"rows": found.rows, "head": found.head, "holds": found.broken is None}
