"""A database that is moved to another engine: all of it is there, and the bot goes on where it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from bot import copying
from bot.copying import CopyError, copy
from storage import portable
from storage.engine import Database
from tests.bot.backup_kit import fill
from tests.bot.site import at
from tests.support import database, postgres
from tests.support.world import World

MORNING = at("2022-12-16 08:00")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A bot with something of everything in it."""
    async with World(tmp_path / "here", MORNING) as world:
        await world.load()
        await fill(world, tmp_path)
        await world.invite("K7QM-2XPD", "TN-BC", "leader")
        yield world


def url_of(world: World) -> str:
    return database.url_in(world.file)


async def moved(world: World, to: str) -> copying.Copied:
    return await copy(url_of(world), to, world.clock.now(), lambda _table, _rows: None)


async def everything(url: str) -> dict[str, Any]:
    """All rows of all tables but those of the processes, and the last ids that were given."""
    db = Database(url)
    async with db.read() as conn:
        tables = [table for table in await portable.tables(conn) if table.name != "turn"]
        found: dict[str, Any] = {"ids": await portable.last_ids(conn, tables)}
        for table in tables:
            found[table.name] = [row async for block in portable.read(conn, table) for row in block]
    await db.close()
    return found


async def test_every_row_comes_over_and_every_counter(world: World) -> None:
    before = await everything(url_of(world))
    assert before["ids"]["outbox"] > before["outbox"][-1][0], "the newest message was deleted"
    copied = await moved(world, there := postgres.postgres_url())
    after = await everything(there)
    assert after == before
    assert copied.rows == {name: len(rows) for name, rows in before.items() if name != "ids"}
    assert (copied.audit_broken, copied.wrong_totals) == (False, [])
    filled = {name for name, rows in before.items() if rows}
    assert filled >= {"report", "revision", "draft", "conversation", "outbox", "audit", "media", "unit_place", "invite"}


async def test_the_bot_goes_on_there(world: World, tmp_path: Path) -> None:
    await moved(world, there := postgres.postgres_url())
    database.use("postgres")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / World.FILE).write_text(there)
    async with World(tmp_path / "there", world.clock.now(), keys=world.keys) as new:
        await new.joins("Hoa", "H2QA-9TCX", "TN-TC", "reporter")
        await new.says("Hoa", "/baocao")
        await new.presses("Hoa", "Không phát sinh")
        assert "TN-000002" in str([shown.text for shown in new.channel.chats["Hoa"]])
        await new.totals_are_true()


async def test_back_to_sqlite(world: World, tmp_path: Path) -> None:
    await moved(world, there := postgres.postgres_url())
    back = f"sqlite+aiosqlite:///{tmp_path / 'back.db'}"
    await copy(there, back, world.clock.now(), lambda _table, _rows: None)
    assert await everything(back) == await everything(url_of(world))


async def test_what_comes_in_meanwhile_is_not_half_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await everything(url_of(world))
    carry = copying._carry_table

    async def carry_while_somebody_writes(*words: Any) -> Any:
        await world.says("Lan", "/trogiup")
        return await carry(*words)

    monkeypatch.setattr(copying, "_carry_table", carry_while_somebody_writes)
    await moved(world, there := postgres.postgres_url())
    assert await everything(there) == before
    assert len((await everything(url_of(world)))["seen_update"]) > len(before["seen_update"])


async def test_a_row_that_is_lost_or_changed_is_seen_and_nothing_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, there = portable.write, postgres.postgres_url()

    async def lose_one(conn: Any, table: Any, columns: Any, rows: Any) -> None:
        await write(conn, table, columns, rows[1:] if table.name == "web_message" or table.name == "outbox" else rows)

    async def change_one(conn: Any, table: Any, columns: Any, rows: Any) -> None:
        if table.name == "person":
            rows[0][columns.index("name")] += " "
        await write(conn, table, columns, rows)

    for wrong, name in ((lose_one, "outbox"), (change_one, "person")):
        monkeypatch.setattr(portable, "write", wrong)
        with pytest.raises(CopyError, match=rf"^{name}: .*nothing was kept"):
            await moved(world, there)
        assert not (await everything(there))["unit"]
    monkeypatch.setattr(portable, "write", write)
    await moved(world, there)


async def test_a_text_with_a_nul_of_former_times(world: World) -> None:
    async with world.db.write() as conn:
        await conn.exec_driver_sql("UPDATE person SET name = 'La' || char(0) || 'n' WHERE name = 'Lan'")
    await moved(world, there := postgres.postgres_url())
    assert "Lan" in [row[1] for row in (await everything(there))["person"]]


# --- what is refused -------------------------------------------------------------------------------


async def test_a_database_that_is_in_use_is_refused(world: World) -> None:
    await moved(world, there := postgres.postgres_url())
    with pytest.raises(CopyError, match="in use; copy into an empty one"):
        await moved(world, there)


async def test_an_empty_one_without_a_schema_gets_one(world: World) -> None:
    await moved(world, there := postgres.empty_postgres_url())
    assert await everything(there) == await everything(url_of(world))


async def test_itself(world: World) -> None:
    with pytest.raises(CopyError, match="itself"):
        await moved(world, url_of(world))


@pytest.mark.parametrize("to", ["", "somewhere", "mysql://x/y", "postgresql://x/y"])
async def test_what_is_no_place(world: World, to: str) -> None:
    with pytest.raises(CopyError, match=r"^--to: "):
        await moved(world, to)


async def test_a_server_that_is_not_there_or_has_no_such_database(world: World, tmp_path: Path) -> None:
    nowhere = f"postgresql+asyncpg://postgres@/x?host={tmp_path}"
    other = make_url(postgres.postgres_url()).set(database="none").render_as_string(hide_password=False)
    for to in (nowhere, other):
        with pytest.raises(CopyError, match=r"^--to: the database cannot be opened: "):
            await moved(world, to)


async def test_an_older_schema_is_brought_up_to_date_first(tmp_path: Path) -> None:
    db = Database(old := f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")
    async with db.write() as conn:
        await portable.upgrade(conn, "0001")
    await db.close()
    with pytest.raises(CopyError, match="run `migrate` first"):
        await copy(old, postgres.postgres_url(), MORNING, lambda _table, _rows: None)


async def test_nothing_to_copy(tmp_path: Path) -> None:
    empty = f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    with pytest.raises(CopyError, match="nothing to copy"):
        await copy(empty, postgres.postgres_url(), MORNING, lambda _table, _rows: None)
