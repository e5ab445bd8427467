"""A database that an earlier release has written is brought up to date with nothing lost."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from storage import people
from storage.chain import link
from storage.engine import Database
from storage.portable import upgrade
from storage.tables import Audit
from storage.uow import UnitOfWork, table
from tests.support.database import empty_url, engine_in_use

THEN = "2022-12-16T01:00:00+00:00"
WRITTEN = (
    "INSERT INTO unit (id, code, name, short_name, name_plain, kind, path) "
    "VALUES (1, 'TN-BC', 'Huyện đoàn Bến Cầu', 'Bến Cầu', 'huyen doan ben cau', 'huyện', '/1/')",
    "INSERT INTO member (id, name, unit_id, role, language, created_at) "
    f"VALUES (7, 'Lan', 1, 'reporter', 'en', '{THEN}')",
    f"INSERT INTO account (channel, address, member_id, created_at) VALUES ('web', 'lan', 7, '{THEN}')",
    "INSERT INTO campaign (id, slug, name, unit_id, prefix, next_number, settings, demo) "
    "VALUES (1, 'tn', 'Dân vận', 1, 'TN', 2, '{}', FALSE)",
    "INSERT INTO form (id, campaign_id, slug, version_id) VALUES (1, 1, 'daily', 1)",
    "INSERT INTO form_version (id, form_id, digest, xform, columns, schedule, created_at) "
    f"VALUES (1, 1, 'd', '<x/>', '{{}}', '{{}}', '{THEN}')",
    "INSERT INTO period (id, form_id, name, covers_from, covers_to, opens_at, due_at, closes_at) "
    f"VALUES (1, 1, '2022-12-16', '{THEN}', '{THEN}', '{THEN}', '{THEN}', '{THEN}')",
    "INSERT INTO expected_report (id, form_id, period_id, unit_id, state) VALUES (1, 1, 1, 1, 'reported')",
    "INSERT INTO report (id, code, expected_id, unit_id, period_id, member_id, received_at, late, is_nothing, "
    f"revision_no, demo) VALUES (1, 'TN-000001', 1, 1, 1, 7, '{THEN}', FALSE, FALSE, 1, FALSE)",
    "INSERT INTO revision (id, report_id, number, version_id, answers, marks, indicators, member_id, created_at) "
    f"VALUES (1, 1, 1, 1, '{{}}', '{{}}', '{{}}', 7, '{THEN}')",
    "INSERT INTO audit (at, member_id, action, subject, before, after) "
    f"VALUES ('{THEN}', 7, 'a', 'b:1', '{{}}', '{{}}')",
    "INSERT INTO audit (at, member_id, action, subject, before, after) "
    f"VALUES ('{THEN}', 7, 'c', 'd:1', '{{}}', '{{}}')",
    "INSERT INTO media (id, sha256, mime, size, name, created_at) "
    f"VALUES ('p/1', 'x', 'image/png', 1, 'web:lan', '{THEN}')",
)


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[Database]:
    """A database as release 0001 wrote it."""
    db = Database(empty_url(tmp_path / "old.db"))
    async with db.write(shared=True) as conn:
        await upgrade(conn, "0001")
        for statement in WRITTEN:
            await conn.exec_driver_sql(statement)
    yield db
    await db.close()


async def test_an_old_database_keeps_its_people_reports_and_audit(old: Database) -> None:
    await old.migrate()
    async with old.read() as conn:
        uow = UnitOfWork(conn, datetime(2022, 12, 17, tzinfo=UTC))
        known = (await uow.people([("web", "lan")]))["web", "lan"]
        audit = await uow.fetch(select(table(Audit)).order_by(table(Audit).c.id))
        reach = await people.accounts(uow, ["reporter"], [1])
        reports = (await conn.exec_driver_sql("SELECT code, state FROM report")).all()
        media = (await conn.exec_driver_sql("SELECT owner, name FROM media")).all()
    assert (known["name"], known["language"], known["role"], known["member_id"]) == ("Lan", "en", "reporter", 7)
    assert [row["address"] for row in reach] == ["lan"]
    assert [row["chain"] for row in audit] == [link("", audit[0]), link(link("", audit[0]), audit[1])]
    assert reports == [("TN-000001", "received")]
    assert media == [("web:lan", "")]


async def test_the_audit_can_only_grow(old: Database) -> None:
    await old.migrate()
    statements = ["UPDATE audit SET action = 'x'", "DELETE FROM audit"]
    if engine_in_use() == "postgres":
        statements.append("TRUNCATE audit")
    for statement in statements:
        with pytest.raises(IntegrityError, match="append-only"):
            async with old.write() as conn:
                await conn.exec_driver_sql(statement)


async def test_the_migrations_make_what_the_tables_say(old: Database) -> None:
    await old.migrate()
    async with old.read() as conn:
        differences = await conn.run_sync(
            lambda plain: compare_metadata(MigrationContext.configure(plain), SQLModel.metadata)
        )
    assert differences == []
