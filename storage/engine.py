"""The database: how it is opened, and its two kinds of transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

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
        self.engine = create_async_engine(url, hide_parameters=True)
        # SQLite has one writer; waiting here is fair and costs nothing, waiting inside SQLite is neither.
        self._writer = asyncio.Lock()
        if self._is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write: committed at the end, rolled back if the body raises."""
        if not self._is_sqlite:
            async with self.engine.begin() as conn:
                yield conn
            return
        async with self._writer, self.engine.connect() as conn:
            await conn.execution_options(danvan_write=True)
            async with conn.begin():
                yield conn

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads, and sees one moment of the database from its start to its end."""
        async with self.engine.connect() as conn, conn.begin():
            yield conn

    async def migrate(self) -> None:
        """Bring the schema to the newest version."""
        if not self._is_sqlite:
            async with self.write() as conn:
                await conn.run_sync(_upgrade)
            return
        async with self._writer, self.engine.connect() as conn:
            await _set_foreign_keys(conn, "OFF")
            try:
                await conn.execution_options(danvan_write=True)
                async with conn.begin():
                    before = await conn.run_sync(_revision)
                    await conn.run_sync(_upgrade)
                    if before != await conn.run_sync(_revision):
                        await conn.run_sync(_check_foreign_keys)
            finally:
                await _set_foreign_keys(conn, "ON")

    async def close(self) -> None:
        await self.engine.dispose()


def _make_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # The system says why a file cannot be written; SQLite only says that it could not, and aiosqlite then leaves a
    # thread behind that may still talk to an event loop that is gone.
    path.open("ab").close()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # Otherwise the driver opens transactions by itself, only at the first write, and too late for a snapshot.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


async def _set_foreign_keys(conn: AsyncConnection, to: str) -> None:
    """SQLite changes a table by making it anew and dropping the old one, which foreign keys would forbid; they can be
    switched only outside a transaction, so below SQLAlchemy."""
    raw = await conn.get_raw_connection()
    await cast(Any, raw.driver_connection).execute(f"PRAGMA foreign_keys={to}")


def _check_foreign_keys(connection: Connection) -> None:
    """Raises RuntimeError for a row that refers to none, so that the upgrade is taken back."""
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
        raise RuntimeError(f"the upgrade would leave rows that refer to none: {broken[:5]}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("danvan_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def alembic_config() -> Config:
    """Alembic's configuration, without a file: the scripts stand beside this module."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


# What SQLite says when it is not the statement that is wrong, but the place and the moment.
_SQLITE_PASSING = ("locked", "busy", "full", "unable to open", "disk i/o", "readonly", "closed", "malformed")
# Classes of PostgreSQL's SQLSTATE: connection, transaction rollback, resources, operator intervention, system.
_POSTGRES_PASSING = ("08", "40", "53", "57", "58")


def is_passing(error: BaseException | None) -> bool:
    """Whether a database error is about the database being away, locked or full, and not about what was asked."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, TimeoutError | OSError)
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or (state and state[:2] in _POSTGRES_PASSING):
        return True
    return isinstance(error, OperationalError | InterfaceError) and any(
        word in str(error.orig).lower() for word in _SQLITE_PASSING
    )


def rows(result: Any) -> list[dict[str, Any]]:
    """The rows of a Core result as plain dicts."""
    return [dict(row) for row in result.mappings()]
