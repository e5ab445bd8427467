"""The clerk: errands are done, answered once however often they are tried, and told of when they fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot import clerk as clerks
from bot.channels.base import Refused, TryLater
from bot.clerk import Clerk
from handlers.events import Document, Reply
from storage.outbox import waiting
from storage.uow import UnitOfWork
from tests.support.story import world_after
from tests.support.world import CAMPAIGNS, ZONE, World

START = datetime(2027, 6, 1, 8, 0, tzinfo=ZONE)
UNITS = "code,name,short_name,kind,parent\nTM,Tỉnh đoàn Mẫu,Mẫu,tỉnh,\n"
PACK = """
| campaign |
| | key | value |
| | name | Đợt cũ |
| | prefix | C |
| | unit | TM |
| deadlines |
| | repeat | from | until | due | covers | closes | kinds |
| | daily | 2027-06-01 | 2027-06-30 | 10:00 | 24h | 48h | xã |
| survey |
| | type | name | label |
| | integer | homes | Bao nhiêu nhà? |
"""


async def _office(world: World) -> None:
    folder = world.file.parent / "cu"
    folder.mkdir()
    (folder / "form.md").write_text(PACK, encoding="utf-8")
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    await world.load(folder)
    await world.invite("K7QM-2XPD", "TM", "officer")
    await world.says("Mai", "/start K7QM-2XPD")
    await world.presses("Mai", "Đúng, tham gia")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_office, tmp_path, START) as world:
        yield world


def the_clerk(world: World) -> Clerk:
    return Clerk(world.db, world.media, world.office, world.clock)


async def errand(world: World, name: str = "mau.xlsx") -> tuple[Reply, str]:
    """An errand as it waits in the outbox, and its key; nobody has done it."""
    data = (CAMPAIGNS / "mau.xlsx").read_bytes()
    kept = await world.media.keep_file(data, name, "test:Mai")
    await world.intake.take(world.incoming("Mai", document=Document(kept.media_id, kept.name, kept.kind)))
    ((key, text),) = await world.query(
        "select id, json_extract(reply, '$.text') from outbox where channel = 'clerk' and state = 'waiting'"
    )
    return Reply.from_json({"text": text}), str(key)


async def answers(world: World) -> list[str]:
    rows = await world.query("select json_extract(reply, '$.text') from outbox where key like 'clerk/%' order by id")
    return [str(text) for (text,) in rows]


async def test_done_twice_it_is_answered_once(world: World) -> None:
    reply, key = await errand(world)
    for _ in range(2):
        await the_clerk(world).send("test/Mai", reply, key=key)
    (told,) = await answers(world)
    assert "Em nạp nhé?" in told


async def test_what_is_agreed_to_is_written_with_the_answer(world: World) -> None:
    await errand(world)
    await world.send()
    await world.intake.take(world.incoming("Mai", action=world.channel.chats["Mai"][-1].action("✅ Áp dụng")))
    ((key, text),) = await world.query(
        "select id, json_extract(reply, '$.text') from outbox where channel = 'clerk' and state = 'waiting'"
    )
    for _ in range(2):
        await the_clerk(world).send("test/Mai", Reply.from_json({"text": text}), key=str(key))
    assert len(await answers(world)) == 2
    assert "Đã nạp" in (await answers(world))[-1]
    assert await world.query("select count(*) from campaign") == [(2,)]


async def test_a_database_that_is_away_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reply, key = await errand(world)

    async def away(*_: object) -> None:
        raise OperationalError("select", {}, Exception("locked"))

    monkeypatch.setattr(clerks, "load_sent", away)
    with pytest.raises(TryLater):
        await the_clerk(world).send("test/Mai", reply, key=key)
    assert await answers(world) == []


async def test_whoever_waits_is_told_of_a_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reply, key = await errand(world)

    def breaks(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(clerks, "read_sent", breaks)
    with pytest.raises(RuntimeError):
        await the_clerk(world).send("test/Mai", reply, key=key)
    (told,) = await answers(world)
    assert "trục trặc" in told


async def test_a_file_that_is_gone(world: World) -> None:
    reply, key = await errand(world)
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("delete from media")
    await the_clerk(world).send("test/Mai", reply, key=key)
    (told,) = await answers(world)
    assert "không còn tệp này" in told


async def test_nobody_who_may_is_refused(world: World) -> None:
    reply, key = await errand(world)
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("update account set cut_at = '2027-06-01 00:00:00.000000'")
    with pytest.raises(Refused):
        await the_clerk(world).send("test/Mai", reply, key=key)
    assert await answers(world) == []


async def test_errands_wait_like_messages(world: World) -> None:
    await errand(world)
    async with world.db.read() as conn:
        queue = await waiting(UnitOfWork(conn, world.clock.now()), ["clerk"])
    assert queue["count"] == 1
