"""Many rows at once, as fast as the engine takes them: for measurements that begin with a full database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import postgres
from storage.uow import Row, table


async def pour(conn: AsyncConnection, model: Any, rows: Sequence[Row]) -> None:
    """Insert rows that all give the same columns, the values as the tables' types take them. What has a default in
    Python, and is not given, has none here."""
    if not rows:
        return
    into, names = table(model), list(rows[0])
    works = [(name, into.c[name].type._cached_bind_processor(conn.dialect)) for name in names]
    records = [tuple(work(row[name]) if work else row[name] for name, work in works) for row in rows]
    raw: Any = await conn.get_raw_connection()
    if conn.dialect.name == "sqlite":
        values = ", ".join("?" * len(names))
        raw.dbapi_connection.executemany(f"INSERT INTO {into.name} ({', '.join(names)}) VALUES ({values})", records)
    else:
        await raw.driver_connection.copy_records_to_table(into.name, records=records, columns=names)


_ON_SQLITE = """
    SELECT type, name, sql FROM sqlite_master
    WHERE tbl_name IN ({names}) AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type
"""
_ON_POSTGRESQL = """
    SELECT 'index', indexname, indexdef FROM pg_indexes
    WHERE tablename IN ({names}) AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


@asynccontextmanager
async def unwatched(conn: AsyncConnection, models: Sequence[Any]) -> AsyncIterator[None]:
    """What is written meanwhile into the tables of these models wakes no trigger, and their indexes, less the unique
    ones, are made anew afterwards. On PostgreSQL triggers wake if the role may not leave them out."""
    names = ", ".join(f"'{table(model).name}'" for model in models)
    is_sqlite = conn.dialect.name == "sqlite"
    taken = (await conn.execute(text((_ON_SQLITE if is_sqlite else _ON_POSTGRESQL).format(names=names)))).all()
    if is_sqlite:
        # Pages that are written out before the end are read again for the next row: they are many.
        await conn.execute(text("PRAGMA cache_size = -1000000"))
    else:
        await conn.run_sync(postgres.take_time)
        if (await conn.execute(text("SELECT current_setting('is_superuser')"))).scalar_one() == "on":
            await conn.execute(text("SET LOCAL session_replication_role = replica"))
        await conn.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    for kind, name, _ in taken:
        await conn.execute(text(f"DROP {kind} {name}"))
    yield
    for _, _, sql in taken:
        await conn.exec_driver_sql(sql)
    # Nobody has told what is kept of closed periods.
    await conn.execute(text("DELETE FROM coverage"))
    await conn.execute(text("DELETE FROM sum_below"))
