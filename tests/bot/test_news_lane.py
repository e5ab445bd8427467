"""News go as fast as the channel takes them, and no more of them are on their way at once than that needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.channels.base import Pace, TryLater
from bot.delivery.courier import Courier
from bot.delivery.lanes import MOST, Lane
from handlers.events import Priority, Reply
from tests.bot.kit import CHANNEL, StubbornChannel, post, states
from tests.support.world import World

NEWS = Priority.NEWS


class Network(StubbornChannel):
    """Takes `seconds` for each message; remembers when each came, and how many were on their way at once."""

    def __init__(self, pace: Pace, seconds: float = 0.0) -> None:
        self.pace, self.seconds = pace, seconds
        self.came: list[tuple[float, str]] = []
        self.most = self._now = 0
        self.trouble: list[Exception] = []

    async def send(self, chat: str, reply: Reply, *, key: str, turn: Any = None) -> str:
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(self.seconds)
        self._now -= 1
        if self.trouble:
            raise self.trouble.pop()
        self.came.append((asyncio.get_running_loop().time(), str(reply.text)))
        return key

    def texts(self) -> list[str]:
        return [text for _, text in self.came]


@asynccontextmanager
async def running(world: World, channel: Network) -> AsyncIterator[Courier]:
    courier = Courier(world.db, {CHANNEL: channel}, world.clock)
    task = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        courier.stop()
        await task


async def news(world: World, count: int, *, first: int = 0) -> None:
    async with world.unit_of_work() as uow:
        for number in range(first, first + count):
            uow.send(CHANNEL, f"n{number}", {"text": f"tin {number}"}, priority=NEWS, key=f"news/1/{number}")


async def until(channel: Network, count: int) -> None:
    async with asyncio.timeout(20):
        while len(channel.came) < count:
            await asyncio.sleep(0.005)


# --- how wide it is --------------------------------------------------------------------------------


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _after(rate: float, *latencies: float) -> Lane:
    watch = Watch()
    lane = Lane(rate, watch)
    for number, seconds in enumerate(latencies):
        lane.enter(number)
        lane.handed_over(number)
        watch.now += seconds
        lane.leave(number)
        lane.committed()
    return lane


@pytest.mark.parametrize(
    ("rate", "latencies", "width"),
    [
        (30, [], 1),
        (30, [0.01] * 5, 1),
        (30, [0.3] * 5, 9),
        (30, [0.01] * 15 + [5.0] * 5, 1),
        (30, [60.0] * 5, MOST),
    ],
    ids=["unknown", "fast", "slow", "a few slow ones", "very slow"],
)
def test_a_lane_is_as_wide_as_rate_and_latency_ask_for(rate: float, latencies: list[float], width: int) -> None:
    assert _after(rate, *latencies).width == width


def test_the_time_until_a_message_is_handed_over_is_not_the_networks() -> None:
    watch = Watch()
    lane = Lane(30, watch)
    lane.enter(1)
    watch.now += 10
    lane.handed_over(1)
    watch.now += 0.01
    lane.leave(1)
    lane.committed()
    assert lane.width == 1


def test_there_is_room_again_when_one_is_written_down() -> None:
    lane = Lane(30, Watch())
    assert lane.room == 1
    lane.enter(7)
    assert lane.room == 0
    lane.leave(7)
    assert lane.room == 1


# --- on the way ------------------------------------------------------------------------------------


async def test_on_a_fast_network_one_is_on_its_way_and_the_others_wait_unmarked(world: World) -> None:
    # So slow a rate that a busy machine is no slow network.
    channel = Network(Pace(per_second=5))
    await news(world, 6)
    doubtful = 0
    async with running(world, channel):
        while len(channel.came) < 6:
            doubtful = max(doubtful, (await states(world)).count("sending"))
            await asyncio.sleep(0.02)
    assert (channel.most, doubtful) == (1, 1)
    assert channel.texts() == [f"tin {number}" for number in range(6)]


async def test_on_a_slow_network_the_rate_is_kept_with_more_on_their_way(world: World) -> None:
    """20 a second, and each call takes 400 ms: eight have to be on their way. One at a time would make 2.5 a second."""
    channel = Network(Pace(per_second=20), seconds=0.4)
    await news(world, 80)
    async with running(world, channel):
        await until(channel, 80)
    steady = [moment for moment, _ in channel.came][-60:]
    rate = 59 / (steady[-1] - steady[0])
    assert rate > 12, f"{rate:.0f} a second"
    assert 7 <= channel.most <= 20


async def test_a_reply_overtakes_the_news_at_once(world: World) -> None:
    channel = Network(Pace(per_second=20), seconds=0.05)
    await news(world, 60)
    async with running(world, channel) as courier:
        await until(channel, 10)
        asked = asyncio.get_running_loop().time()
        await post(world, "Lan", "trả lời")
        courier.wake()
        async with asyncio.timeout(5):
            while "trả lời" not in channel.texts():
                await asyncio.sleep(0.002)
        took = asyncio.get_running_loop().time() - asked
    assert took < 0.5, f"{took:.3f} s"


async def test_a_group_that_rests_holds_up_nobody(world: World) -> None:
    """Twenty a minute to a group: its second message waits, and the news to others do not stand behind it."""
    channel = Network(Pace(per_second=100, group_per_minute=20))
    await post(world, "-100", "trả lời")
    async with running(world, channel) as courier:
        await until(channel, 1)
        await post(world, "-100", "tin của nhóm", priority=NEWS)
        await news(world, 20)
        courier.wake()
        began = asyncio.get_running_loop().time()
        await until(channel, 21)
        assert asyncio.get_running_loop().time() - began < 2
        assert "tin của nhóm" not in channel.texts()
        await until(channel, 22)
    moments = {text: moment for moment, text in channel.came}
    assert moments["tin của nhóm"] - moments["trả lời"] >= 3


async def test_an_album_weighs_as_many_as_its_pictures_to_a_group(world: World) -> None:
    channel = Network(Pace(group_per_minute=10))
    async with world.unit_of_work() as uow:
        for chat, count in (("-1", 10), ("-2", 2)):
            uow.send(CHANNEL, chat, {"text": "x", "photos": [["p/1", "a.jpg"]] * count}, priority=NEWS, key=chat)
    courier = Courier(world.db, {CHANNEL: channel}, world.clock)
    await courier.drain()
    resting = courier.pacer(CHANNEL).resting()
    assert (round(resting["-1"], -1), round(resting["-2"])) == (60, 6)


async def test_when_the_channel_asks_for_patience_no_news_go_and_replies_do(world: World) -> None:
    channel = Network(Pace(per_second=200))
    channel.trouble = [TryLater(30)]
    await news(world, 5)
    async with running(world, channel) as courier:
        async with asyncio.timeout(5):
            while channel.trouble or "sending" in await states(world):
                await asyncio.sleep(0.005)
        await post(world, "Lan", "trả lời")
        courier.wake()
        await until(channel, 1)
        await asyncio.sleep(0.1)
        assert channel.texts() == ["trả lời"]
        world.clock.turn_to(world.clock.now() + timedelta(seconds=30))
        courier.wake()
        await until(channel, 6)


async def test_news_keep_the_pace_of_their_channel(world: World) -> None:
    channel = Network(Pace(per_second=50))
    await news(world, 30)
    async with running(world, channel):
        await until(channel, 30)
    moments = [moment for moment, _ in channel.came]
    assert moments[-1] - moments[0] >= 29 / 50 * 0.95
    assert sum(after - before < 0.01 for before, after in pairwise(moments)) < 5
