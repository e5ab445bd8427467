"""Several processes write at the same time: each conversation is in order, an update is done once, and whoever changes
the office is not mistaken about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.chain import verify
from storage.engine import Database
from storage.locks import NotLeading, Overtaken, key_of, still_leading, take_turn
from storage.tables import Campaign, Conversation, Draft
from storage.uow import UnitOfWork, table
from tests.days.town import at
from tests.support.postgres import postgres_url
from tests.support.remembering import Shown
from tests.support.world import World

NOW = at("15/12 11:00")
CHATS = ("lan", "minh")
_campaign = table(Campaign)

pytestmark = pytest.mark.usefixtures("on_postgres")


@pytest.fixture
async def databases() -> AsyncIterator[list[Database]]:
    """One, opened by two processes."""
    url = postgres_url()
    both = [Database(url), Database(url)]
    yield both
    for database in both:
        await database.close()


@pytest.fixture
async def worlds(tmp_path: Path) -> AsyncIterator[list[World]]:
    """Two processes' worth of bot on one database."""
    async with AsyncExitStack() as stack:
        both = [await stack.enter_async_context(World(tmp_path, NOW)) for _ in range(2)]
        both[1].keys = 1000
        await both[0].load()
        yield both


async def test_an_update_that_two_take_at_once_is_done_once(worlds: list[World]) -> None:
    incoming = worlds[0].incoming("lan", text="/start")
    await asyncio.gather(*(world.intake.take(incoming) for world in worlds))
    assert await worlds[0].query("select count(*) from outbox") == [(1,)]
    assert await worlds[0].query("select count(*) from seen_update") == [(1,)]


async def test_a_conversation_is_worked_on_by_one_at_a_time(databases: list[Database]) -> None:
    """Each reads how far it is, waits, and goes one step on: none is lost."""

    async def step(database: Database, chats: list[tuple[str, str]]) -> None:
        async with database.write(shared=True) as conn:
            uow = UnitOfWork(conn, NOW)
            await uow.begin(chats, alone=False)
            await uow.load_conversations(chats)
            await asyncio.sleep(0.005)
            for chat in chats:
                uow.set_conversation(*chat, {"step": uow.conversation(*chat).get("step", 0) + 1})
            await uow.flush()

    ab = [("test", chat) for chat in CHATS]
    # In whatever order they are named, nobody waits for another who waits for them.
    await asyncio.gather(*(step(databases[n % 2], ab if n % 3 else ab[::-1]) for n in range(8)))
    state = select(table(Conversation).c.state).where(table(Conversation).c.channel == "test")
    async with databases[0].read() as conn:
        assert [row["state"] for row in await UnitOfWork(conn, NOW).fetch(state)] == [{"step": 8}, {"step": 8}]


async def test_another_conversation_does_not_wait(databases: list[Database]) -> None:
    async with databases[0].write(shared=True) as conn, databases[1].write(shared=True) as other:
        await UnitOfWork(conn, NOW).begin([("test", "lan")], alone=False)
        async with asyncio.timeout(5):
            await UnitOfWork(other, NOW).begin([("test", "minh")], alone=False)


async def test_who_was_overtaken_begins_again(databases: list[Database]) -> None:
    async with databases[0].write(shared=True) as conn:
        uow = UnitOfWork(conn, NOW)
        await uow.begin([("test", "lan")], alone=False)
        async with databases[1].write():
            pass
        # What is the chat's own does not ask.
        await uow.run(update(table(Draft)).values(state={}), own=True)
        with pytest.raises(Overtaken):
            await uow.run(update(_campaign).values(name="x"))


async def test_who_was_not_overtaken_has_the_office(databases: list[Database]) -> None:
    async with databases[0].write(shared=True) as conn:
        uow = UnitOfWork(conn, NOW)
        await uow.begin([("test", "lan")], alone=False)
        await uow.run(update(_campaign).values(name="x"))
        await uow.run(update(_campaign).values(name="y"))
        waiting = asyncio.create_task(_writes(databases[1]))
        await asyncio.sleep(0.05)
        assert not waiting.done()
    await waiting


async def _writes(database: Database) -> None:
    async with database.write():
        pass


async def test_reports_that_come_in_at_two_processes_at_once(worlds: list[World]) -> None:
    """A whole report each, step by step against each other: the totals are the sum, the audit's chain holds."""
    units = ("TN-BC", "TN-HT", "TN-TB", "TN-GD")
    for number, unit in enumerate(units):
        await worlds[0].joins(f"chat{number}", f"{'ABCD'[number] * 4}-{'ABCD'[number] * 4}", unit, "reporter")
    chats = [f"chat{number}" for number in range(len(units))]
    shown = worlds[0].channel.chats
    for _ in range(15):
        # Each answers what stands in the chat now; odd and even chats go through different processes.
        said = {chat: _next(shown[chat][-1]) for chat in chats}
        takes = [
            (worlds[number % 2], worlds[number % 2].incoming(chat, **said[chat])) for number, chat in enumerate(chats)
        ]
        await asyncio.gather(*(world.intake.take(incoming) for world, incoming in takes))
        await worlds[0].courier.drain()
        if all("Mã báo cáo" in shown[chat][-1].text for chat in chats):
            break
    assert await worlds[0].query("select count(*) from failed_update") == [(0,)]
    assert await worlds[0].query("select count(*), count(distinct code) from report") == [(len(units), len(units))]
    await worlds[0].totals_are_true()
    async with worlds[0].db.read() as conn:
        checked = await verify(conn)
    assert checked.broken is None and checked.rows > len(units)


async def test_who_is_foreseen_to_change_the_office_waits_for_it_and_is_done_once(worlds: list[World]) -> None:
    """Another process has the office meanwhile: what finds that out halfway is done anew, what knows it waits."""
    await worlds[0].joins("lan", "AAAA-AAAA", "TN-BC", "reporter")
    assert await _done_anew(worlds, "lang/en") == 1
    await worlds[0].happens("lan", action="lang/vi")
    assert await _done_anew(worlds, "lang/en") == 0
    assert await worlds[0].query("select language from person") == [("en",)]


async def _done_anew(worlds: list[World], action: str) -> float:
    """How often, of one batch that begins while another process has the office."""
    before = REGISTRY.get_sample_value("danvan_batches_overtaken_total") or 0
    async with worlds[1].db.write() as conn:
        taking = asyncio.create_task(worlds[0].intake.take(worlds[0].incoming("lan", action=action)))
        await _until_somebody_waits(conn)
    await taking
    return (REGISTRY.get_sample_value("danvan_batches_overtaken_total") or 0) - before


async def _until_somebody_waits(conn: AsyncConnection) -> None:
    while not (await conn.exec_driver_sql("select count(*) from pg_locks where not granted")).scalar_one():
        await asyncio.sleep(0.01)


def _next(shown: Shown) -> dict[str, str]:
    """What a secretary does next."""
    for label in ("📝 Báo cáo ngay", "✅ Gửi báo cáo", "☐ Nghĩa trang", "Xong", "Bỏ qua"):
        if label in shown.labels:
            return {"action": shown.action(label)}
    return {"text": "3"}


async def test_who_does_not_lead_any_more_writes_nothing(databases: list[Database]) -> None:
    async with databases[0].write(shared=True) as conn:
        ours = await take_turn(conn, "leader")
    async with databases[0].write(shared=True) as conn:
        await still_leading(conn, ours)
        # The next one's turn does not begin before this transaction has ended.
        next_turn = asyncio.create_task(_takes_lead(databases[1]))
        await asyncio.sleep(0.05)
        assert not next_turn.done()
    assert await next_turn == ours + 1
    with pytest.raises(NotLeading):
        async with databases[0].write(shared=True) as conn:
            await still_leading(conn, ours)


async def _takes_lead(database: Database) -> int:
    async with database.write(shared=True) as conn:
        return await take_turn(conn, "leader")


def test_a_chats_lock_is_its_own() -> None:
    assert key_of("web", "1") == key_of("web", "1") != key_of("telegram", "1")
    assert all(-(2**63) <= key_of("web", str(n)) < 2**63 for n in range(100))
