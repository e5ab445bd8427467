"""A digest costs the same, however many reports there were: counted in what the database does for it, not in time."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench import digest
from bench.days import Nation, report
from reporting.library import Library
from storage.engine import Database
from tests.support.database import database_in

UNITS, FEW_DAYS, MANY_DAYS = 150, 20, 60
UNTIL_PLANNED_FOR_GOOD = 6
"""So often PostgreSQL plans a statement for the values that it is asked for; then it may keep a plan for any values."""

_READ = text("""
    SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
    WHERE relname IN ('expected_report', 'report', 'revision', 'total')
""")


async def test_it_does_not_grow_with_the_reports(tmp_path: Path) -> None:
    db, library = database_in(tmp_path / "nation.db"), Library()
    nation = await digest.furnish(db, tmp_path, islice(digest.units(), UNITS))
    found = []
    for days in (FEW_DAYS, MANY_DAYS):
        await report(db, nation, days * len(nation.communes))
        await digest.settle(db)
        await digest.made(db, nation, library, by_the_job=True)
        found.append(await _work(db, nation, library))
    await db.close()
    few, many = found
    # What is read of a unit's last days.
    assert max(few, many) < 12 * UNITS, (few, many)
    assert many < 2 * few


async def _work(db: Database, nation: Nation, library: Library) -> int:
    async with db.read() as conn:
        if db.engine.dialect.name == "sqlite":
            return await _steps(conn, nation, library)
        for _ in range(UNTIL_PLANNED_FOR_GOOD):
            await digest.built(conn, nation, library)
        return await _rows_read(conn, nation, library)


async def _rows_read(conn: Any, nation: Nation, library: Library) -> int:
    """Of the tables that grow, by PostgreSQL."""
    before = (await conn.execute(_READ)).scalar_one()
    await digest.built(conn, nation, library)
    return int((await conn.execute(_READ)).scalar_one() - before)


async def _steps(conn: Any, nation: Nation, library: Library) -> int:
    """Hundreds of instructions of SQLite's machine."""
    steps: list[None] = []
    raw = (await conn.get_raw_connection()).dbapi_connection
    raw.set_progress_handler(lambda: steps.append(None), 100)
    await digest.built(conn, nation, library)
    raw.set_progress_handler(None, 0)
    return len(steps)
