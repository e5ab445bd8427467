"""Rows that a database refuses, as it does when something is wrong with it that nobody has thought of."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

_ON_SQLITE = "CREATE TRIGGER no_{table} BEFORE INSERT ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, 'poison'); END"
_ON_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'poison'; END $$",
    "CREATE TRIGGER no_{table} BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION poison()",
)


async def poison(conn: AsyncConnection, table: str, when: str = "true") -> None:
    """From now on no row for which `when` (SQL about NEW) is true can be written to a table."""
    for statement in (_ON_SQLITE,) if conn.dialect.name == "sqlite" else _ON_POSTGRESQL:
        await conn.exec_driver_sql(statement.format(table=table, when=when))


async def cure(conn: AsyncConnection, table: str) -> None:
    """Rows can be written again."""
    where = "" if conn.dialect.name == "sqlite" else f" ON {table}"
    await conn.exec_driver_sql(f"DROP TRIGGER no_{table}{where}")
