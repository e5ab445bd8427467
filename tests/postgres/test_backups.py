"""A backup restores into either engine, whichever it was made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.backups import BackupError
from bot.backups.bringing import Place
from bot.backups.keys import Key
from bot.backups.making import Source, make
from bot.backups.restoring import restore
from bot.checks import record
from bot.commands.status import gather
from bot.media.folder import FolderContents
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.bot import site
from tests.postgres.test_copying import everything, url_of, world
from tests.support import database, postgres
from tests.support.world import World

__all__ = ["world"]

SOON = site.at("2022-12-16 09:00")


async def test_from_sqlite_to_postgresql_and_back(world: World, tmp_path: Path) -> None:
    before = await everything(url_of(world))
    media = FolderContents(world.file.parent / "media")
    first = await make(Source(world.db, media), tmp_path / "b1", Key(), world.clock.now())
    there = postgres.postgres_url()
    restored = await restore(first.path, None, Place(there, tmp_path / "m1", None), world.clock)
    assert (restored.audit_holds, restored.wrong_totals) == (True, [])
    assert await everything(there) == before
    with pytest.raises(BackupError, match="DATABASE_URL: this database is in use"):
        await restore(first.path, None, Place(there, tmp_path / "m2", None), world.clock)
    db = Database(there)
    async with db.write() as conn:
        # What has come since is in the next backup, and its number goes on from where it was.
        uow = UnitOfWork(conn, world.clock.now())
        uow.send("test", "x", {"text": "new"}, priority=1)
        await uow.flush()
        told = await record.look(site.settings(tmp_path), uow)
    assert any(one.ok and one.text.startswith("database: PostgreSQL ") for one in told)
    second = await make(Source(db, FolderContents(tmp_path / "m1")), tmp_path / "b2", Key(), world.clock.now())
    await db.close()
    back = database.url_in(tmp_path / "back.db")
    await restore(second.path, None, Place(back, tmp_path / "m3", None), world.clock)
    after = await everything(back)
    assert after["outbox"][-1][0] == before["ids"]["outbox"] + 1
    assert after == await everything(there)
    lines = dict(await gather(site.settings(tmp_path, database_url=there), world.clock.now()))
    assert lines["leads"].startswith("nobody")


async def test_a_database_that_only_took_a_turn_is_empty(world: World, tmp_path: Path) -> None:
    """A process that began and wrote nothing has taken its turn: that is no use that anybody made of it."""
    before = await everything(url_of(world))
    made = await make(Source(world.db, FolderContents(world.file.parent / "media")), tmp_path / "b", Key(), SOON)
    db = Database(there := postgres.postgres_url())
    async with db.write() as conn:
        pass
    async with db.read() as conn:
        assert (await conn.exec_driver_sql("SELECT name FROM turn")).all() == [("office",)]
    await db.close()
    await restore(made.path, None, Place(there, tmp_path / "m", None), world.clock)
    assert await everything(there) == before


async def test_a_refused_file_leaves_postgresql_as_it_was(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found wrong at the very end, when all rows are there: they are gone again, and so are the files."""
    media = FolderContents(world.file.parent / "media")
    made = await make(Source(world.db, media), tmp_path / "b", Key(), world.clock.now())
    there = postgres.postgres_url()
    before = await everything(there)

    async def other(_: object) -> dict[str, object]:
        return {"rows": 1, "head": "other", "holds": True}

    monkeypatch.setattr("bot.backups.restoring.audit", other)
    with pytest.raises(BackupError, match="its chain ends differently"):
        await restore(made.path, None, Place(there, tmp_path / "m", tmp_path / "secret.key"), world.clock)
    assert await everything(there) == before
    assert [path for path in tmp_path.rglob("m/**/*") if path.is_file()] == []
