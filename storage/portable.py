"""Whole tables, read and written in a form that no engine owns: for backups, and for moving to another engine.

A row is a list of plain JSON values in the order of its columns; moments are ISO texts in UTC. The tables are those
that the database has, not those that this version of the bot knows: so a backup of an older schema is read as it was
written, and brought up to date afterwards.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from alembic import command
from alembic.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    DateTime,
    MetaData,
    Row,
    Select,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import AddConstraint, DropConstraint

from storage.engine import alembic_config

BLOCK = 500
"""Rows that are in memory at a time."""
VERSIONS = "alembic_version"
COUNTED = frozenset({"coverage", "sum_below"})
"""Tables of what can be counted anew, which goes when rows come that it would have to count."""
FILLED_BY_MIGRATIONS = frozenset({"unit_kind", "turn"})
"""Tables that have rows before anybody has used the bot."""

PlainRow = list[Any]


# --- the schema ------------------------------------------------------------------------------------


async def tables(conn: AsyncConnection) -> list[Table]:
    """The tables of this database, each after those that it refers to; without the one of the schema's version, and
    those of what can be counted anew."""

    def reflect(connection: Connection) -> list[Table]:
        found = MetaData()
        found.reflect(connection)
        return [table for table in found.sorted_tables if table.name not in {VERSIONS, *COUNTED}]

    return await conn.run_sync(reflect)


async def revision(conn: AsyncConnection) -> str | None:
    """The version of the schema; None where there is none."""
    return await conn.run_sync(lambda connection: MigrationContext.configure(connection).get_current_revision())


async def upgrade(conn: AsyncConnection, to: str = "head") -> None:
    """Bring the schema to a version. Raises alembic's CommandError for one that this version of the bot does not
    know."""

    def run(connection: Connection) -> None:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)

    await conn.run_sync(run)


async def is_unused(conn: AsyncConnection) -> bool:
    """Whether nobody has used this database: there is nothing in it but, perhaps, an empty schema."""
    for table in await tables(conn):
        if table.name not in FILLED_BY_MIGRATIONS and (await conn.execute(select(table).limit(1))).first():
            return False
    return True


# --- reading ---------------------------------------------------------------------------------------


async def read(conn: AsyncConnection, table: Table) -> AsyncIterator[list[PlainRow]]:
    """All rows of a table, a block at a time, in the order of its key."""
    moments = [place for place, column in enumerate(table.columns) if isinstance(column.type, DateTime | Date)]
    async for block in blocks(conn, select(table), list(table.primary_key.columns)):
        rows = [list(row) for row in block]
        for row in rows:
            for place in moments:
                row[place] = _told(row[place])
        yield rows


async def blocks(
    conn: AsyncConnection, query: Select[Any], by: Sequence[Column[Any]]
) -> AsyncIterator[Sequence[Row[Any]]]:
    """What a query finds, a block at a time, in the order of columns that are among what it selects, and tell each row
    from every other. Not all drivers leave the rest with the database until it is asked for."""
    names, place = [column.name for column in by], tuple_(*by)
    query = query.order_by(*by).limit(BLOCK)
    found = (await conn.execute(query)).all()
    while found:
        yield found
        if len(found) < BLOCK:
            return
        last = found[-1]._mapping
        found = (await conn.execute(query.where(place > tuple_(*(last[name] for name in names))))).all()


def _told(value: date | None) -> str | None:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat()
    return None if value is None else value.isoformat()


async def last_ids(conn: AsyncConnection, of: Sequence[Table]) -> dict[str, int]:
    """For each table whose ids the database gives, the last that was given: one of a deleted row must not
    come again."""
    given = {}
    for table in of:
        if _is_numbered(table):
            most = (await conn.execute(select(func.max(table.c.id)))).scalar() or 0
            given[table.name] = max(int(most), await _last_given(conn, table.name))
    return given


def _is_numbered(table: Table) -> bool:
    return [column.name for column in table.primary_key.columns] == ["id"] and table.c.id.type.python_type is int


async def _last_given(conn: AsyncConnection, table: str) -> int:
    if conn.dialect.name == "postgresql":
        query = text("SELECT last_value FROM pg_sequences WHERE format('%I.%I', schemaname, sequencename)::regclass "
                     "= pg_get_serial_sequence(quote_ident(:name), 'id')::regclass")  # fmt: skip
    else:
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return int((await conn.execute(query, {"name": table})).scalar() or 0)


# --- writing ---------------------------------------------------------------------------------------


async def clear(conn: AsyncConnection, of: Sequence[Table]) -> None:
    """Delete all rows of these tables, which are in the order of `tables`."""
    for table in reversed(of):
        await conn.execute(delete(table))


async def write(conn: AsyncConnection, table: Table, columns: Sequence[str], rows: Sequence[PlainRow]) -> None:
    """Insert rows with the values of these columns. Raises ValueError for a value that is none of its column."""
    readers = {name: _reader(table.c[name].type) for name in columns}
    values = [{name: reader(value) for (name, reader), value in zip(readers.items(), row, strict=True)} for row in rows]
    if values:
        await conn.execute(insert(table), values)


def _reader(kind: Any) -> Any:
    if isinstance(kind, DateTime):
        # SQLite keeps moments without their zone, which is UTC.
        is_aware = bool(kind.timezone)
        return lambda value: _moment(value, is_aware=is_aware)
    if isinstance(kind, Date):
        return lambda value: None if value is None else date.fromisoformat(value)
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _moment(value: str | None, *, is_aware: bool) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return moment if is_aware else moment.replace(tzinfo=None)


async def go_on_after(conn: AsyncConnection, last: dict[str, int], of: Sequence[Table]) -> None:
    """The ids that the database gives from now on are greater than these; the rows are written already."""
    for table in of:
        number = last.get(table.name, 0)
        if number <= 0 or not _is_numbered(table):
            continue
        if conn.dialect.name == "postgresql":
            query = text("SELECT setval(pg_get_serial_sequence(quote_ident(:name), 'id'), :number)")
            await conn.execute(query, {"name": table.name, "number": number})
            continue
        # A table that counts by itself has a row there since its first insert; the others have none, and need none.
        where = {"name": table.name, "number": number}
        counts = text("SELECT 1 FROM sqlite_master WHERE name = :name AND sql LIKE '%AUTOINCREMENT%'")
        if (await conn.execute(counts, {"name": table.name})).first():
            await conn.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
            await conn.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), where)


async def forget_references(conn: AsyncConnection, of: Sequence[Table]) -> None:
    """Rows may be written in any order from now on: a unit before the one above it. SQLite checks at the commit,
    PostgreSQL once `restore_references` is called, in the same transaction."""
    if conn.dialect.name == "sqlite":
        await conn.execute(text("PRAGMA defer_foreign_keys=ON"))
        return
    for table in of:
        for key in table.foreign_key_constraints:
            await conn.execute(DropConstraint(key))


async def restore_references(conn: AsyncConnection, of: Sequence[Table]) -> None:
    """Raises IntegrityError for a row that refers to none (SQLite: the commit does)."""
    if conn.dialect.name == "sqlite":
        return
    for table in of:
        for key in table.foreign_key_constraints:
            await conn.execute(AddConstraint(key))


async def drop_all(conn: AsyncConnection) -> None:
    """Take an unused schema away."""

    def drop(connection: Connection) -> None:
        found = MetaData()
        found.reflect(connection)
        found.drop_all(connection)

    await conn.run_sync(drop)


def json_columns(table: Table) -> list[str]:
    """The columns of a table that hold JSON."""
    return [column.name for column in table.columns if isinstance(column.type, JSON)]


async def has_schema(conn: AsyncConnection) -> bool:
    """Whether anything is in the database at all."""
    return bool(await conn.run_sync(lambda connection: inspect(connection).get_table_names()))
