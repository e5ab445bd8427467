"""The courier after a crash, without its database, and at the end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.delivery.courier import Courier
from handlers.events import Reply
from storage import outbox
from tests.bot.couriers import Gate, become, running, until
from tests.bot.kit import CHANNEL, StubbornChannel, heard, post, states
from tests.support.beside import Hold
from tests.support.world import World


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.courier._DATABASE_PAUSE", 0.01)


async def test_what_a_crash_left_on_its_way_is_sent_again(world: World) -> None:
    await post(world, "Lan", "một")
    async with world.unit_of_work() as uow:
        assert len(await outbox.claim(uow, 9, [CHANNEL], [])) == 1
    assert await states(world) == ["sending"]
    async with running(Courier(world.db, {CHANNEL: world.channel}, world.clock)):
        await until(lambda: heard(world, "Lan"))
    assert heard(world, "Lan") == ["một"]
    assert await states(world) == ["sent"]


async def test_a_message_is_marked_before_the_network_is_touched(world: World) -> None:
    await post(world, "Lan", "một")
    channel = Gate()
    async with running(Courier(world.db, {CHANNEL: channel}, world.clock)):
        await until(lambda: channel.begun)
        assert await states(world) == ["sending"]
        channel.open.set()


@pytest.mark.usefixtures("impatient")
async def test_a_courier_that_starts_without_the_database_goes_on_when_it_is_back(world: World) -> None:
    await post(world, "Lan", "một")
    async with Hold(world.db):
        courier = Courier(world.db, {CHANNEL: world.channel}, world.clock)
        task = asyncio.create_task(courier.run())
        await asyncio.sleep(0.05)
    await until(lambda: heard(world, "Lan") or task.done())
    assert heard(world, "Lan") == ["một"]
    courier.stop()
    await task


@pytest.mark.usefixtures("impatient")
async def test_a_message_that_could_not_be_written_down_is_not_sent_twice(world: World) -> None:
    hold = Hold(world.db)

    class Taking(StubbornChannel):
        sent = 0

        async def send(self, chat: str, reply: Reply, *, key: str, turn: Any = None) -> str:
            await hold.take()
            self.sent += 1
            return key

    channel = Taking()
    await post(world, "Lan", "một")
    async with running(Courier(world.db, {CHANNEL: channel}, world.clock)):
        await until(lambda: channel.sent)
        await asyncio.sleep(0.05)
        assert await states(world) == ["sending"]
        hold.release()
        await become(world, ["sent"])
    assert channel.sent == 1


async def test_the_stop_waits_for_what_is_on_its_way_and_writes_it_down(world: World) -> None:
    await post(world, "Lan", "một")
    channel = Gate()
    courier = Courier(world.db, {CHANNEL: channel}, world.clock)
    task = asyncio.create_task(courier.run())
    await until(lambda: channel.begun)
    courier.stop()
    await asyncio.sleep(0.01)
    assert not task.done()
    channel.open.set()
    await task
    assert await states(world) == ["sent"]


@pytest.mark.usefixtures("impatient")
async def test_a_stop_without_the_database_is_no_error(world: World) -> None:
    await post(world, "Lan", "một")
    channel = Gate()
    courier = Courier(world.db, {CHANNEL: channel}, world.clock)
    task = asyncio.create_task(courier.run())
    await until(lambda: channel.begun)
    async with Hold(world.db):
        courier.stop()
        channel.open.set()
        await task
    # In doubt: the next start sends it again.
    assert await states(world) == ["sending"]
