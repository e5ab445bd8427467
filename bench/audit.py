"""How long `audit verify` takes, beside what SQLite needs to go through the same rows, and beside the links alone.

    python -m bench.audit [entries]

The log is written by the unit of work, as the bot writes it, into a database of its own.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from storage import chain
from storage.engine import Database
from storage.uow import UnitOfWork

ENTRIES, AT_ONCE, ROUNDS = 100_000, 500, 3
NOW = datetime(2022, 12, 16, 1, tzinfo=UTC)
BEFORE = {"houses": ["3", ""], "participants": ["40", "about"]}
AFTER = {"houses": ["2", ""], "participants": ["45", ""]}


async def fill(db: Database, entries: int) -> float:
    """Write so many entries, a transaction for each `AT_ONCE`; returns the seconds that it took."""
    start = time.process_time()
    for first in range(0, entries, AT_ONCE):
        async with db.write() as conn:
            uow = UnitOfWork(conn, NOW)
            for n in range(first, min(first + AT_ONCE, entries)):
                uow.audit("report.revise", f"report:{n}", member_id=None, reason="mất mạng", before=BEFORE, after=AFTER)
            await uow.flush()
    return time.process_time() - start


async def seconds(act: Callable[[], Awaitable[Any]]) -> float:
    """The median of some rounds."""
    found = []
    for _ in range(ROUNDS):
        start = time.process_time()
        await act()
        found.append(time.process_time() - start)
    return median(found)


async def verified(db: Database, entries: int) -> None:
    async with db.read() as conn:
        found = await chain.verify(conn)
    assert found.broken is None, found.broken
    assert found.rows == entries, found.rows


async def scanned(db: Database) -> None:
    """Every row gone through, and two of its columns, by SQLite itself."""
    async with db.read() as conn:
        await conn.exec_driver_sql("select count(*), sum(length(after)), max(chain) from audit")


async def hashed(entries: int) -> None:
    """As many links of the chain of an entry that is at hand, nothing read."""
    row = {
        "at": NOW, "member_id": None, "account_id": None, "action": "report.revise", "subject": "report:1",
        "unit_id": None, "before": BEFORE, "after": AFTER, "reason": "mất mạng",
    }  # fmt: skip
    head = ""
    for _ in range(entries):
        head = chain.link(head, row)


async def main(entries: int) -> None:
    with TemporaryDirectory() as folder:
        db = Database(f"sqlite+aiosqlite:///{Path(folder) / 'audit.db'}")
        await db.migrate()
        written = await fill(db, entries)
        count = await seconds(lambda: scanned(db))
        alone = await seconds(lambda: hashed(entries))
        checked = await seconds(lambda: verified(db, entries))
        await db.close()
    print(f"{entries} entries, seconds of the processor, median of {ROUNDS}")
    print(f"written, {AT_ONCE} a transaction (once): {written:.1f}")
    print(f"verified: {checked:.2f}, that is {checked / entries * 1e6:.0f} µs an entry")
    print(f"gone through by SQLite: {count:.3f}, ratio {checked / count:.0f}")
    print(f"its links alone, nothing read: {alone:.2f}, ratio {checked / alone:.1f}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES))
