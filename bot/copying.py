"""A database moved to another engine while the bot runs: read at one moment, written in one transaction, compared row
by row before that is committed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alembic.util.exc import CommandError
from sqlalchemy import Table, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from reporting.register import rebuild_check
from storage import chain, portable, postgres
from storage.engine import Database
from storage.types import storable
from storage.uow import UnitOfWork

OF_ITS_OWN = frozenset({"turn"})
"""Tables that say how the processes on one database share it, and nothing else."""


class CopyError(Exception):
    """It cannot be copied; nothing was changed. The text says why, for the one who runs the office."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows each table has now, there as here; `audit_broken`: whether the log of changes was, before;
    `wrong_totals`: sums that differed from their reports before."""

    rows: dict[str, int]
    audit_broken: bool
    wrong_totals: list[str]


@dataclass(slots=True)
class _Sum:
    """Rows of one table, as they were read: how many, and what they come to."""

    rows: int = 0
    of: Any = field(default_factory=hashlib.sha256)

    def add(self, block: list[portable.PlainRow]) -> None:
        self.rows += len(block)
        for row in block:
            self.of.update(json.dumps(row, default=str).encode())

    def same(self, other: _Sum) -> bool:
        return self.rows == other.rows and self.of.digest() == other.of.digest()


async def copy(source: str, target: str, now: datetime, done: Callable[[str, int], None]) -> Copied:
    """Copy all rows of the database at one URL into the unused one at another. `done` hears of each table.

    Raises CopyError. What comes in here after it has begun is not there.
    """
    if make_url(source) == _url(target):
        raise CopyError("--to: that is this database itself; say another")
    async with _opened(source, "DATABASE_URL") as here, _opened(target, "--to") as there:
        await _prepare(here, there)
        try:
            async with here.read() as from_, there.write(shared=True) as to:
                return await _carry(from_, to, now, done)
        except (SQLAlchemyError, OSError) as error:
            raise CopyError(f"--to: the rows do not fit: {getattr(error, 'orig', None) or error}") from None


def _url(text: str) -> Any:
    try:
        url = make_url(text)
    except ArgumentError:
        raise CopyError("--to: that is no database URL such as postgresql+asyncpg://user@host/name") from None
    if url.drivername not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise CopyError(f"--to: {url.drivername!r} is not supported: use postgresql+asyncpg or sqlite+aiosqlite")
    return url


@asynccontextmanager
async def _opened(url: str, name: str) -> AsyncIterator[Database]:
    try:
        db = Database(url)
    except (OSError, ImportError, SQLAlchemyError) as error:
        raise CopyError(f"{name}: the database cannot be opened: {error}") from None
    try:
        yield db
    finally:
        await db.close()


async def _prepare(here: Database, there: Database) -> None:
    """Both have the newest schema, and there is nothing in the other one."""
    version = await _looked_at(here, "DATABASE_URL", portable.revision)
    if version is None:
        raise CopyError("DATABASE_URL: there is nothing in this database; nothing to copy")
    if not await _looked_at(there, "--to", _is_unused):
        raise CopyError("--to: that database is in use; copy into an empty one")
    try:
        await there.migrate()
    except (SQLAlchemyError, CommandError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise CopyError(f"--to: its schema cannot be brought up to date: {cause}") from None
    if version != await _looked_at(there, "--to", portable.revision):
        raise CopyError("DATABASE_URL: its schema is an older one: run `migrate` first")


async def _looked_at(db: Database, name: str, at: Callable[[AsyncConnection], Any]) -> Any:
    try:
        async with db.read() as conn:
            return await at(conn)
    # Also what asyncpg raises before SQLAlchemy sees it: a wrong password, no such database.
    except Exception as error:
        cause = getattr(error, "orig", None) or error
        raise CopyError(f"{name}: the database cannot be opened: {cause}") from None


async def _is_unused(conn: AsyncConnection) -> bool:
    for table in await _tables(conn):
        if table.name not in portable.FILLED_BY_MIGRATIONS and (await conn.execute(table.select().limit(1))).first():
            return False
    return True


async def _tables(conn: AsyncConnection) -> list[Table]:
    return [table for table in await portable.tables(conn) if table.name not in OF_ITS_OWN]


async def _carry(
    from_: AsyncConnection, to: AsyncConnection, now: datetime, done: Callable[[str, int], None]
) -> Copied:
    if to.dialect.name == "postgresql":
        await to.run_sync(postgres.take_time)
    targets = {table.name: table for table in await _tables(to)}
    # Read before the rows, so that no row has a number behind it.
    sources = await _tables(from_)
    last = await portable.last_ids(from_, sources)
    await portable.forget_references(to, list(targets.values()))
    await portable.clear(to, [table for name, table in targets.items() if name in portable.FILLED_BY_MIGRATIONS])
    sums = {}
    for table in sources:
        sums[table.name] = await _carry_table(from_, to, table, targets[table.name])
        done(table.name, sums[table.name].rows)
    await portable.restore_references(to, list(targets.values()))
    await portable.go_on_after(to, last, list(targets.values()))
    return await _compared(from_, to, targets, sums, now)


async def _carry_table(from_: AsyncConnection, to: AsyncConnection, table: Table, target: Table) -> _Sum:
    columns, sum_ = [column.name for column in table.columns], _Sum()
    async for block in portable.read(from_, table):
        # SQLite keeps a NUL in a text that was written before texts were looked at for it; PostgreSQL has none.
        rows = [[storable(value) if isinstance(value, str) else value for value in row] for row in block]
        sum_.add(rows)
        await portable.write(to, target, columns, rows)
    return sum_


async def _compared(
    from_: AsyncConnection, to: AsyncConnection, targets: dict[str, Table], sums: dict[str, _Sum], now: datetime
) -> Copied:
    """Raises CopyError, so that nothing stays, unless all rows are there as they are here, in content and in sum."""
    for name, here in sums.items():
        there = _Sum()
        async for block in portable.read(to, targets[name]):
            there.add(block)
        if not there.same(here):
            raise CopyError(
                f"{name}: {there.rows} rows came over of {here.rows}, or not as they were; nothing was kept"
            )
    before, after = await chain.verify(from_), await chain.verify(to)
    if (after.rows, after.head, after.broken) != (before.rows, before.head, before.broken):
        raise CopyError("the log of changes does not check as it did; nothing was kept")
    wrong = await rebuild_check(UnitOfWork(to, now))
    if wrong != await rebuild_check(UnitOfWork(from_, now)):
        raise CopyError(f"totals differ from the reports as they did not before: {wrong[:1]}; nothing was kept")
    return Copied({name: sum_.rows for name, sum_ in sums.items()}, after.broken is not None, wrong)
