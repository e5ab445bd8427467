"""The audit's hash chain: whole as it is written, and broken by whatever is done to it from outside."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import chain
from storage.chain import Break, Checked
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.support.beside import tamper
from tests.support.database import database_in

START = datetime(2022, 12, 16, 1, 0, 0, 123456, tzinfo=UTC)
ROWS = 10


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """Ten entries, in transactions of three."""
    db = database_in(tmp_path / "chain.db")
    await _write(db, ROWS)
    yield db
    await db.close()


async def _write(db: Database, count: int, at_once: int = 3) -> None:
    for first in range(0, count, at_once):
        async with db.write() as conn:
            uow = UnitOfWork(conn, START + timedelta(minutes=first))
            for n in range(first, min(first + at_once, count)):
                uow.audit(
                    "report.revise", f"report:{n}", member_id=None, account_id=n, reason="mất mạng",
                    before={"nhà": ["3", ""]}, after={"nhà": ["2.5", "about"], "n": n, "tệp": None},
                )  # fmt: skip
            await uow.flush()


async def _checked(db: Database, noted: str = "") -> Checked:
    async with db.read() as conn:
        return await chain.verify(conn, noted)


async def test_what_was_written_holds(db: Database) -> None:
    found = await _checked(db)
    assert (found.rows, found.last_id, found.broken) == (ROWS, ROWS, None)
    assert len(found.head) == 64


async def test_an_empty_audit_holds(tmp_path: Path) -> None:
    db = database_in(tmp_path / "chain.db")
    assert await _checked(db) == Checked(0, 0, "", None, True)
    assert not (await _checked(db, "f" * 64)).has_noted
    await db.close()


@pytest.mark.parametrize(
    "change",
    ["at = '2022-12-16 01:00:00.123457'", "member_id = 1", "account_id = 99", "action = 'report.submit'",
     "subject = 'report:99'", "unit_id = 1", "\"before\" = '{}'", "\"after\" = '{\"nhà\": [\"3\", \"\"]}'",
     "reason = ''", "chain = 'ab'"],
)  # fmt: skip
async def test_a_changed_row(db: Database, change: str) -> None:
    tamper(db, f"UPDATE audit SET {change} WHERE id = 5")
    found = (await _checked(db)).broken
    assert found
    assert (found.id, found.what) == (5, "changed")


@pytest.mark.parametrize(("gone", "seen_at"), [(1, 2), (5, 6), (9, 10)])
async def test_a_deleted_row(db: Database, gone: int, seen_at: int) -> None:
    tamper(db, f"DELETE FROM audit WHERE id = {gone}")
    found = (await _checked(db)).broken
    assert found
    assert (found.id, found.what) == (seen_at, "missing")


async def test_a_deleted_row_whose_number_was_closed_up(db: Database) -> None:
    tamper(db, "DELETE FROM audit WHERE id = 5", *(f"UPDATE audit SET id = {n} - 1 WHERE id = {n}"
                                                          for n in range(6, ROWS + 1)))  # fmt: skip
    found = (await _checked(db)).broken
    assert found
    assert (found.id, found.what) == (5, "changed")


async def test_two_rows_that_changed_places(db: Database) -> None:
    moves = ((4, 99), (5, 4), (99, 5))
    tamper(db, *(f"UPDATE audit SET id = {to} WHERE id = {old}" for old, to in moves))
    found = (await _checked(db)).broken
    assert found
    assert (found.id, found.what) == (4, "changed")


async def test_a_row_that_was_put_in(db: Database) -> None:
    shifts = (f"UPDATE audit SET id = {n} + 1 WHERE id = {n}" for n in range(ROWS, 4, -1))
    columns = 'at, member_id, account_id, action, subject, unit_id, "before", "after", reason, chain'
    tamper(db, *shifts, f"INSERT INTO audit (id, {columns}) SELECT 5, {columns} FROM audit WHERE id = 4")
    assert (await _checked(db)).broken == Break(5, START + timedelta(minutes=3), "changed")
    # Also one that has a right chain of its own: then it is the row behind it that does not follow.
    async with db.read() as conn:
        found = (await conn.execute(chain._audit.select())).mappings().all()
    rows = {r["id"]: r for r in found}
    tamper(db, f"UPDATE audit SET chain = '{chain.link(rows[4]['chain'], rows[5])}' WHERE id = 5")
    broken = (await _checked(db)).broken
    assert broken
    assert (broken.id, broken.what) == (6, "changed")


async def test_an_end_that_was_cut_off_is_seen_by_a_noted_head(db: Database) -> None:
    noted = (await _checked(db)).head
    await _write(db, 3)
    assert (await _checked(db, noted)).has_noted
    tamper(db, "DELETE FROM audit WHERE id >= 9")
    found = await _checked(db, noted)
    assert found.broken is None, "what is left is a whole chain"
    assert not found.has_noted


async def test_a_chain_that_was_made_anew_is_seen_by_a_noted_head(db: Database) -> None:
    noted = (await _checked(db)).head
    tamper(db, "UPDATE audit SET reason = 'khác' WHERE id = 5")
    async with db.read() as conn:
        rows = (await conn.execute(chain._audit.select().order_by(chain._audit.c.id))).mappings().all()
    head, anew = "", []
    for row in rows:
        head = chain.link(head, row)
        anew.append(f"UPDATE audit SET chain = '{head}' WHERE id = {row['id']}")
    tamper(db, *anew)
    found = await _checked(db, noted)
    assert found.broken is None
    assert not found.has_noted


@pytest.mark.parametrize("rows", [1, 2, 3])
async def test_blocks_join(db: Database, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(chain, "BLOCK", rows)
    found = await _checked(db)
    assert (found.rows, found.broken) == (ROWS, None)


@pytest.mark.soak
async def test_a_hundred_thousand_entries_are_checked_in_seconds(db: Database) -> None:
    await _write(db, 100_000 - ROWS, at_once=5_000)
    # Of the processor, so that a busy machine does not count.
    began = time.process_time()
    found = await _checked(db)
    took = time.process_time() - began
    assert (found.rows, found.broken) == (100_000, None)
    assert took < 10, f"{took:.1f} s"
