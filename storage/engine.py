"""The database: how it is opened, and its two kinds of transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage import json_text, postgres, sqlite
from storage.locks import lock_schema, take_office

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # A confirmed report survives a power cut, not only a killed process.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
)


class Database:
    """Opens transactions; knows nothing of what is in them."""

    def __init__(self, url: str) -> None:
        """`url`: an SQLAlchemy async URL. An SQLite file and its folder are made if they are not there.

        Raises OSError when they cannot be, and ImportError without the URL's driver.
        """
        self._is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self._is_sqlite and (path := make_url(url).database) and path != ":memory:":
            _make_file(Path(path))
        # What people wrote is in the parameters: it belongs in no error, and so in no log.
        options: dict[str, Any] = {} if self._is_sqlite else postgres.OPTIONS
        options = {**options, "json_serializer": json_text.written, "json_deserializer": json_text.read}
        address = sqlite.url_of(make_url(url)) if self._is_sqlite else url
        self.engine = create_async_engine(address, hide_parameters=True, **options)
        # SQLite has one writer; waiting here is fair and costs nothing, waiting inside SQLite is neither.
        self._writer = asyncio.Lock()
        if self._is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", sqlite.begin)
        else:
            event.listen(self.engine.sync_engine, "do_connect", postgres.connect)
            event.listen(self.engine.sync_engine, "checkout", postgres.refuse_dead)
            event.listen(self.engine.sync_engine, "handle_error", postgres.note_broken)

    @property
    def has_one_writer(self) -> bool:
        """Whether all writing is one after the other anyway, as on SQLite; else several processes may write at once."""
        return self._is_sqlite

    @asynccontextmanager
    async def write(self, *, shared: bool = False, quick: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write: committed at the end, rolled back if the body raises. Nobody else writes
        meanwhile; on PostgreSQL those do that are `shared`, whose writes depend on nothing that others change (or
        that see to it themselves: `storage.locks`). `quick`: all its statements are short (`storage.sqlite`)."""
        if not self._is_sqlite:
            async with self.engine.begin() as conn:
                if not shared:
                    await take_office(conn)
                yield conn
            return
        async with self._writer, self.engine.connect() as conn:
            await conn.execution_options(**{sqlite.WRITES: True, **({sqlite.QUICK: True} if quick else {})})
            async with conn.begin():
                yield conn

    @asynccontextmanager
    async def read(self, *, quick: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads, and sees one moment of the database from its start to its end. `quick`: as of
        `write`."""
        async with self.engine.connect() as conn:
            if not self._is_sqlite:
                await conn.execution_options(**postgres.ONE_MOMENT)
            elif quick:
                await conn.execution_options(**{sqlite.QUICK: True})
            async with conn.begin():
                yield conn

    async def migrate(self) -> None:
        """Bring the schema to the newest version."""
        if not self._is_sqlite:
            async with self.write(shared=True) as conn:
                await lock_schema(conn)
                await conn.run_sync(postgres.take_time)
                await conn.run_sync(_upgrade)
            return
        async with self._writer, self.engine.connect() as conn:
            await conn.run_sync(sqlite.set_foreign_keys, "OFF")
            try:
                await conn.execution_options(**{sqlite.WRITES: True})
                async with conn.begin():
                    before = await conn.run_sync(_revision)
                    await conn.run_sync(_upgrade)
                    if before != await conn.run_sync(_revision):
                        await conn.run_sync(_check_foreign_keys)
            finally:
                await conn.run_sync(sqlite.set_foreign_keys, "ON")

    async def close(self) -> None:
        await self.engine.dispose()


def _make_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # The system says why a file cannot be written; SQLite only says that it could not.
    path.open("ab").close()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    sqlite.set_pragmas(connection, SQLITE_PRAGMAS)


def _check_foreign_keys(connection: Connection) -> None:
    """Raises RuntimeError for a row that refers to none, so that the upgrade is taken back."""
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
        raise RuntimeError(f"the upgrade would leave rows that refer to none: {broken[:5]}")


def alembic_config() -> Config:
    """Alembic's configuration, without a file: the scripts stand beside this module."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revision() -> str | None:
    """The version of the schema that this version of the bot works with."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def _upgrade(connection: Connection) -> None:
    # Alembic reads all its scripts again, each time, before it finds that there is nothing to do.
    if _revision(connection) == newest_revision():
        return
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


# What SQLite says when it is not the statement that is wrong, but the place and the moment.
_SQLITE_PASSING = ("locked", "busy", "full", "unable to open", "disk i/o", "readonly", "closed", "malformed")


def is_passing(error: BaseException | None) -> bool:
    """Whether a database error is about the database being away, locked or full, and not about what was asked."""
    if isinstance(error, TimeoutError | OSError | PoolIsEmpty) or postgres.is_passing(error):
        return True
    return isinstance(error, OperationalError | InterfaceError) and any(
        word in str(error.orig).lower() for word in _SQLITE_PASSING
    )


def told(error: BaseException) -> str:
    """What is wrong with the database in a few words, and without what was asked of it."""
    cause = getattr(error, "orig", None)
    return f"{type(error).__name__}: {cause}"[:200] if cause else type(error).__name__


def rows(result: Any) -> list[dict[str, Any]]:
    """The rows of a Core result as plain dicts."""
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.all()]
