"""Many rows at once, as fast as the driver takes them: for measurements that begin with a full database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

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
