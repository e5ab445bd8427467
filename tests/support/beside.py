"""A second program beside the bot, at work on the same database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from storage import engine, postgres
from storage.engine import Database
from tests.support.aside import now
from tests.support.database import plain

Ask = Callable[[str], list[tuple[Any, ...]]]


def path_of(db: Database) -> Path:
    """The file of an SQLite database."""
    assert db.engine.url.get_backend_name() == "sqlite"
    assert db.engine.url.database
    return Path(db.engine.url.database)


@contextmanager
def looking(database: Database | str) -> Iterator[Ask]:
    """It asks one statement after the other, each a transaction of its own: what it sees is committed. `database` may
    be a URL; one of an SQLite file that is not there is an error."""
    url = make_url(database) if isinstance(database, str) else database.engine.url
    if url.get_backend_name() == "sqlite":
        address = f"file:{url.database}?mode=rw"
        file = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        try:
            yield lambda sql: file.execute(sql).fetchall()
        finally:
            file.close()
        return
    from tests.support.postgres import connect

    server = now(connect(url))
    try:
        yield lambda sql: [tuple(map(plain, row)) for row in now(server.fetch(sql))]
    finally:
        now(server.close())


def tamper(database: Database | str, *statements: str) -> None:
    """As somebody would who has the file, or runs the server: triggers and references are no hindrance to them."""
    url = make_url(database) if isinstance(database, str) else database.engine.url
    with looking(database) as ask:
        triggers = []
        if url.get_backend_name() == "sqlite":
            triggers = ask("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            ask("SET session_replication_role = replica")
        for statement in [
            *(f"DROP TRIGGER {name}" for name, _ in triggers),
            *statements,
            *(sql for _, sql in triggers),
        ]:
            ask(statement)


class Hold:
    """It writes: while it is there, nobody else can. All can read."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._open: Any = None

    async def take(self) -> None:
        """Waits for those who are writing."""
        await asyncio.to_thread(self._take)

    def _take(self) -> None:
        self._open = looking(self._db)
        ask = self._open.__enter__()
        if self._db.engine.url.get_backend_name() == "sqlite":
            ask("BEGIN IMMEDIATE")
            return
        tables = ask("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()")
        ask("BEGIN")
        ask(f"LOCK TABLE {', '.join(name for (name,) in tables)} IN EXCLUSIVE MODE")

    def release(self) -> None:
        if self._open:
            self._open.__exit__(None, None, None)
            self._open = None

    async def __aenter__(self) -> Hold:
        await self.take()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release()


def be_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a database from now on waits milliseconds, not seconds, for one that is held."""
    monkeypatch.setattr(engine, "SQLITE_PRAGMAS", (*engine.SQLITE_PRAGMAS, "PRAGMA busy_timeout=20"))
    monkeypatch.setitem(postgres.OPTIONS["connect_args"]["server_settings"], "lock_timeout", "20ms")
