"""A backup is brought back, into an empty place: all of it, or nothing.

SQLite: a new file beside the database's, which gets its name at the very end. PostgreSQL: one transaction. The media
lie in a folder of their own until the database is right.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from pyrage.x25519 import Identity
from sqlalchemy import Table, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backups import BackupError
from bot.backups.bringing import WAITING, Bringing, Place, save
from bot.backups.contents import Header, Manifest, MediaFile, Rows, SecretKey, Tally, check, walk
from bot.backups.making import audit
from bot.clock import Clock
from bot.media.contents import ContentsAwayError, place_of
from reporting import register as ledger
from storage import portable
from storage.engine import Database
from storage.uow import UnitOfWork


@dataclass
class Restored:
    """What came back. `missing`: files that were not there any more when the backup was made; `wrong_totals`: totals
    that did not equal their reports then, and do not now."""

    header: Header
    tally: Tally
    missing: int
    audit_holds: bool
    wrong_totals: list[str] = field(default_factory=list)
    has_secret: bool = False


async def restore(path: Path, identity: Identity | None, place: Place, clock: Clock) -> Restored:
    """Bring a backup back. Raises BackupError; then nothing is there that was not there before."""
    await _refuse_what_is_used(place)
    # To the end first: what is not whole costs nobody a database.
    await asyncio.to_thread(check, path, identity)
    bringing = Bringing(place)
    try:
        bringing.waiting.mkdir(parents=True)
        async with _database(place) as db:
            restored = await _Loading(path, identity, bringing).into(db, clock)
    except BaseException as error:
        bringing.undo()
        raise _in_words(error) from None
    finally:
        shutil.rmtree(bringing.waiting, ignore_errors=True)
    return restored


def _in_words(error: BaseException) -> BaseException:
    if isinstance(error, OSError):
        return BackupError(f"the backup cannot be brought back: {error.strerror or error}")
    if isinstance(error, ContentsAwayError):
        return BackupError(f"MEDIA_URL: the store of the kept files does not take them: {error}")
    if isinstance(error, CommandError):
        return BackupError("the backup is of a newer version of the bot: install that one first")
    if isinstance(error, SQLAlchemyError | ValueError | TypeError | KeyError):
        return BackupError(
            f"the rows of the file do not fit into the database: {getattr(error, 'orig', None) or error}"
        )
    return error


async def _refuse_what_is_used(place: Place) -> None:
    """Raises BackupError unless the database is unused and the media folder empty."""
    if place.media.exists():
        shutil.rmtree(place.media / WAITING, ignore_errors=True)
        if place.bucket is None and any(place.media.iterdir()):
            raise BackupError(f"MEDIA_DIR: {place.media} is not empty; restore into an empty folder")
    file = sqlite_file(place.url)
    if file and not (file.exists() and file.stat().st_size):
        return
    db = Database(place.url)
    try:
        async with db.read() as conn:
            unused = await portable.is_unused(conn)
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise BackupError(f"DATABASE_URL: the database cannot be opened: {cause}") from None
    finally:
        await db.close()
    if not unused:
        raise BackupError("DATABASE_URL: this database is in use; restore into an empty one (another DATABASE_URL)")


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for another engine."""
    found = make_url(url)
    return Path(found.database) if found.get_backend_name() == "sqlite" and found.database else None


@asynccontextmanager
async def _database(place: Place) -> AsyncIterator[Database]:
    """A database to fill: at its place once the body is done, gone if it raises."""
    file = sqlite_file(place.url)
    if file is None:
        db = Database(place.url)
        try:
            yield db
        finally:
            await db.close()
        return
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.restoring")
    try:
        db = Database(str(make_url(place.url).set(database=str(part))))
        part.chmod(0o600)
        try:
            yield db
        finally:
            await db.close()
        # Of a database that was there and empty: its journal would be taken for the new one's.
        for ending in ("-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        part.replace(file)
    finally:
        for ending in ("", "-wal", "-shm"):
            part.with_name(part.name + ending).unlink(missing_ok=True)


class _Loading:
    """One walk through the file: rows into the database, files into the folder where they wait."""

    def __init__(self, path: Path, identity: Identity | None, bringing: Bringing) -> None:
        self._path, self._identity, self._bringing = path, identity, bringing

    async def into(self, db: Database, clock: Clock) -> Restored:
        """When this returns all is there, but for the name of an SQLite file."""
        is_sqlite = db.engine.dialect.name == "sqlite"
        # Shared: the row that lets one writer in at a time is not there yet.
        async with db.write(shared=True) as conn:
            header, manifest = await self._load(conn)
            if not is_sqlite:
                await portable.upgrade(conn)
                return await self._ended(conn, header, manifest, clock)
        # SQLite alters tables with its checks of references off, which no transaction can switch.
        await db.migrate()
        async with db.read() as conn:
            return await self._ended(conn, header, manifest, clock)

    async def _ended(self, conn: AsyncConnection, header: Header, manifest: Manifest, clock: Clock) -> Restored:
        restored = await _verified(conn, header, manifest, clock)
        restored.has_secret = await self._bringing.bring_out()
        return restored

    async def _load(self, conn: AsyncConnection) -> tuple[Header, Manifest]:
        header: Header | None = None
        manifest: Manifest | None = None
        tables: dict[str, Table] = {}
        with closing(walk(self._path, self._identity)) as items:
            for item in items:
                if isinstance(item, Header):
                    header, tables = item, await _prepared(conn, item)
                elif isinstance(item, Rows) and header:
                    rows = item.parsed()
                    await portable.write(conn, tables[item.table], header.tables[item.table], rows)
                elif isinstance(item, MediaFile):
                    await asyncio.to_thread(save, item, place_of(self._bringing.waiting, item.digest))
                elif isinstance(item, SecretKey):
                    self._bringing.secret = item.data
                elif isinstance(item, Manifest):
                    manifest = item
        assert header is not None  # noqa: S101  (a walk begins with one and ends with the other, or raises)
        assert manifest is not None  # noqa: S101  (as above)
        await _count(conn, list(tables.values()), manifest.tally.rows)
        await portable.go_on_after(conn, header.last_ids, list(tables.values()))
        await portable.restore_references(conn, list(tables.values()))
        return header, manifest


async def _verified(conn: AsyncConnection, header: Header, manifest: Manifest, clock: Clock) -> Restored:
    """Raises BackupError where the audit is not the one that was backed up."""
    found: Any = await audit(conn)
    before = manifest.checks.get("audit") or found
    if found != before:
        raise BackupError("the log of changes is not the one that was backed up: its chain ends differently")
    wrong = await ledger.rebuild_check(UnitOfWork(conn, clock.now()))
    return Restored(header, manifest.tally, manifest.checks.get("missing", 0), found["holds"], wrong)


async def _prepared(conn: AsyncConnection, header: Header) -> dict[str, Table]:
    """The tables of the backup's version of the schema, empty. Raises CommandError for a version not known here."""
    if await portable.has_schema(conn):
        await portable.drop_all(conn)
    await portable.upgrade(conn, header.schema)
    tables = await portable.tables(conn)
    if {table.name: sorted(table.columns.keys()) for table in tables} != {
        name: sorted(columns) for name, columns in header.tables.items()
    }:
        raise BackupError("the tables of the backup are not those of its version of the schema: refused")
    await portable.forget_references(conn, tables)
    await portable.clear(conn, tables)
    return {table.name: table for table in tables}


async def _count(conn: AsyncConnection, tables: list[Table], rows: dict[str, int]) -> None:
    for table in tables:
        count = (await conn.execute(select(func.count()).select_from(table))).scalar_one()
        if count != rows.get(table.name, 0):
            raise BackupError(f"{table.name}: {count} rows came back of {rows.get(table.name, 0)}")
