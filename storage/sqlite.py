"""SQLite for SQLAlchemy's async engine, on the standard library's driver.

A statement of some microseconds costs several times as much when another thread is asked to do it. So what is marked
`QUICK` (the transactions of the conversation and of the courier, all of whose statements are short) is done where it
is; everything else goes to a thread, and so does, always, what may wait: for the lock of the writer, and for the disk.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.util import await_

T = TypeVar("T")

QUICK = "danvan_quick"
WRITES = "danvan_write"
_THREADS = ThreadPoolExecutor(16, thread_name_prefix="sqlite")


class _Cursor(sqlite3.Cursor):
    """Holds its rows, so that none is fetched by another thread than the one that found it."""

    server_side = False
    _kept: Sequence[Any] = ()
    _place = 0

    async def _async_soft_close(self) -> None:
        """SQLAlchemy calls it where rows are held already."""

    def keep(self, work: Callable[..., Any], *args: Any) -> None:
        """Do `work`, and hold what it finds."""
        work(*args)
        self._kept, self._place = super().fetchall() if self.description else (), 0

    def fetchall(self) -> list[Any]:
        return self.fetchmany(len(self._kept))

    def fetchone(self) -> Any:
        found = self.fetchmany(1)
        return found[0] if found else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        first = self._place
        self._place += size or self.arraysize
        return list(self._kept[first : self._place])


class _Connection(sqlite3.Connection):
    writes = False
    """Whether the transaction that is open may write."""

    def cursor(self, *_factory: Any) -> Any:
        return super().cursor(_Cursor)


class SQLite(SQLiteDialect_pysqlite):
    """Registered as `sqlite+danvan`."""

    driver = "danvan"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[pool.Pool]:
        return pool.AsyncAdaptedQueuePool if cls._is_url_file_db(url) else pool.StaticPool

    def connect(self, *args: Any, **options: Any) -> Any:
        options = {**options, "check_same_thread": False, "isolation_level": None, "factory": _Connection}
        return _in_thread(lambda: sqlite3.connect(*args, **options))

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        self._do(context, cursor, cursor.execute, statement, parameters)

    def do_execute_no_params(self, cursor: Any, statement: str, context: Any = None) -> None:
        self._do(context, cursor, cursor.execute, statement)

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        self._do(context, cursor, cursor.executemany, statement, parameters)

    def _do(self, context: Any, cursor: _Cursor, work: Callable[..., Any], *args: Any) -> None:
        if context is not None and QUICK in context.execution_options and not args[0].startswith("BEGIN IMMEDIATE"):
            cursor.keep(work, *args)
            # SQLAlchemy takes a driver that never waits for one that blocks.
            await_(_at_once())
        else:
            _in_thread(lambda: cursor.keep(work, *args))

    def do_commit(self, dbapi_connection: Any) -> None:
        if dbapi_connection.writes:
            _in_thread(dbapi_connection.commit)
        else:
            dbapi_connection.commit()

    def do_rollback(self, dbapi_connection: Any) -> None:
        if dbapi_connection.in_transaction:
            _in_thread(dbapi_connection.rollback)


def _in_thread(work: Callable[[], T]) -> T:
    return await_(_apart(work))


async def _at_once() -> None:
    return


async def _apart(work: Callable[[], T]) -> T:
    """Whoever is cancelled meanwhile waits for the end: nobody else may use the connection before."""
    future = asyncio.get_running_loop().run_in_executor(_THREADS, work)
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        future.exception()
        raise cancelled
    return future.result()


def begin(connection: Connection) -> None:
    """Begin a transaction: the driver would do so only at the first write, and too late for a snapshot."""
    writes = bool(connection.get_execution_options().get(WRITES))
    raw: Any = connection.connection.dbapi_connection
    raw.writes = writes
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def set_pragmas(connection: Any, pragmas: Sequence[str]) -> None:
    """Of a connection of the driver's, outside a transaction."""
    _in_thread(lambda: [connection.execute(pragma).close() for pragma in pragmas])


def set_foreign_keys(connection: Connection, to: str) -> None:
    """SQLite changes a table by making it anew and dropping the old one, which foreign keys would forbid; they can be
    switched only outside a transaction, so below SQLAlchemy."""
    set_pragmas(connection.connection.dbapi_connection, [f"PRAGMA foreign_keys={to}"])


def url_of(url: URL) -> URL:
    """The URL with this driver, whichever it names."""
    return url.set(drivername="sqlite+danvan")


registry.register("sqlite.danvan", __name__, SQLite.__name__)
