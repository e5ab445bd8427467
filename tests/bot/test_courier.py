"""What is in the outbox goes out: in order within a chat, never lost, and written down before the next one goes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.base import Blocked, InDoubt, Pace, Refused, TryLater
from bot.clock import SimulatedClock
from bot.delivery.courier import IN_FLIGHT, Courier
from handlers.events import Priority, Reply
from storage import groups, people
from storage.tables import GroupChat
from tests.bot.couriers import Gate, become, running, until
from tests.bot.kit import CHANNEL, StubbornChannel, heard, member, post, states
from tests.support.world import World

PUSH, NEWS = Priority.DUTY, Priority.NEWS


# --- order -----------------------------------------------------------------------------------------


async def test_messages_of_a_chat_keep_their_order(world: World) -> None:
    for number in range(10):
        await post(world, "Lan", f"tin {number}")
    await world.send()
    assert heard(world, "Lan") == [f"tin {number}" for number in range(10)]


async def test_replies_go_before_duties_and_those_before_news(world: World) -> None:
    await post(world, "Lan", "tin tức", priority=NEWS)
    await post(world, "Minh", "nhắc việc", priority=PUSH)
    await post(world, "Lan", "nhắc Lan", priority=PUSH)
    await post(world, "Hoa", "trả lời")
    went = [shown.text for _, shown in await world.send()]
    assert went.index("trả lời") == 0
    assert heard(world, "Lan") == ["nhắc Lan", "tin tức"]


async def test_a_full_hand_leaves_the_news_for_later_not_the_replies(world: World) -> None:
    for number in range(IN_FLIGHT):
        await post(world, f"người {number}", "tin tức", priority=NEWS)
    await post(world, "Lan", "trả lời")
    channel = Gate()
    async with running(Courier(world.db, {CHANNEL: channel}, world.clock)):
        await until(lambda: len(channel.begun) == IN_FLIGHT)
        assert channel.begun[0] == "trả lời"
        channel.open.set()
        await until(lambda: len(channel.sent) == IN_FLIGHT + 1)
    assert channel.most == IN_FLIGHT


async def test_nothing_follows_in_a_chat_while_a_message_is_on_its_way(world: World) -> None:
    channel = Gate()
    courier = Courier(world.db, {CHANNEL: channel}, world.clock)
    await post(world, "Lan", "một")
    async with running(courier):
        await until(lambda: channel.begun)
        await post(world, "Lan", "hai")
        await post(world, "Minh", "ba")
        courier.wake()
        await until(lambda: len(channel.begun) == 2)
        assert channel.begun == ["một", "ba"]
        channel.open.set()
        await until(lambda: len(channel.sent) == 3)
    assert channel.begun[2] == "hai"


async def test_a_message_waits_for_its_moment(world: World) -> None:
    await post(world, "Lan", "lúc chín giờ", due_at=world.clock.now() + timedelta(minutes=42))
    world.clock.turn_to(world.clock.now() + timedelta(minutes=41, seconds=59))
    await post(world, "Lan", "ngay")
    assert [shown.text for _, shown in await world.send()] == ["ngay"]
    world.clock.turn_to(world.clock.now() + timedelta(seconds=1))
    assert [shown.text for _, shown in await world.send()] == ["lúc chín giờ"]


async def test_a_key_is_written_once(world: World) -> None:
    async with world.unit_of_work() as uow:
        for text in ("một", "hai"):
            uow.send(CHANNEL, "Lan", {"text": text}, priority=PUSH, key="remind/1/1/Lan/first")
    await post(world, "Lan", "ba", priority=PUSH, key="remind/1/1/Lan/first")
    await post(world, "Lan", "bốn", priority=PUSH, key="remind/1/1/Lan/second")
    await world.send()
    assert heard(world, "Lan") == ["một", "bốn"]


async def test_messages_of_a_channel_that_is_not_set_up_wait(world: World) -> None:
    async with world.unit_of_work() as uow:
        uow.send("elsewhere", "Lan", {"text": "xa"}, priority=PUSH)
    await post(world, "Lan", "gần")
    await world.send()
    assert await states(world) == ["waiting", "sent"]


@pytest.mark.parametrize(
    ("pace", "chats"),
    [
        (Pace(per_second=100), ["Lan", "Minh", "Hoa", "Mai"]),
        (Pace(chat_per_second=100), ["Lan"] * 4),
        (Pace(group_per_minute=6000), ["-100"] * 4),
    ],
    ids=["overall", "chat", "group"],
)
async def test_messages_go_at_the_pace_of_their_channel(world: World, pace: Pace, chats: list[str]) -> None:
    moments: list[float] = []

    class Paced(StubbornChannel):
        def __init__(self) -> None:
            self.pace = pace

        async def send(self, chat: str, reply: Reply, *, key: str, turn: Any = None) -> str:
            moments.append(asyncio.get_running_loop().time())
            return key

    for chat in chats:
        await post(world, chat, "tin")
    await Courier(world.db, {CHANNEL: Paced()}, world.clock).drain()
    assert len(moments) == 4
    assert moments[-1] - moments[0] >= 3 * 0.01 * 0.9


# --- what may pass ---------------------------------------------------------------------------------


async def test_a_wait_that_the_platform_asked_for_is_kept(world: World) -> None:
    world.channel.trouble = [TryLater(30)]
    for text in ("một", "hai"):
        await post(world, "Lan", text)
    await post(world, "Minh", "ba", priority=PUSH)
    await world.send()
    assert (heard(world, "Lan"), heard(world, "Minh")) == ([], ["ba"])
    world.clock.turn_to(world.clock.now() + timedelta(seconds=29))
    await post(world, "Lan", "bốn")
    assert await world.send() == []
    world.clock.turn_to(world.clock.now() + timedelta(seconds=1))
    await world.send()
    assert heard(world, "Lan") == ["một", "hai", "bốn"]


async def test_a_chat_that_must_wait_holds_up_no_other_chats_appointment(world: World) -> None:
    """Lan's chat may not be written to for a minute; Minh's message is due in a moment, and comes then."""
    clock = SimulatedClock(world.clock.now(), speed=100)
    courier = Courier(world.db, {CHANNEL: world.channel}, clock)
    world.channel.trouble = [TryLater(60)]
    await post(world, "Lan", "một")
    async with running(courier):
        await until(lambda: not world.channel.trouble)
        await become(world, ["waiting"])
        await post(world, "Lan", "hai")
        await post(world, "Minh", "ba", priority=PUSH, due_at=clock.now() + timedelta(seconds=20))
        courier.wake()
        await until(lambda: heard(world, "Minh"))
    assert heard(world, "Lan") == []


async def test_a_message_in_doubt_is_sent_again(world: World) -> None:
    world.channel.trouble = [InDoubt("connection lost"), InDoubt("connection lost")]
    await post(world, "Lan", "một")
    for _ in range(3):
        assert heard(world, "Lan") == []
        await world.send()
        world.clock.turn_to(world.clock.now() + timedelta(seconds=60))
    assert heard(world, "Lan") == ["một"]
    assert await world.query("SELECT state, attempts FROM outbox") == [("sent", 3)]


async def test_a_message_in_doubt_is_not_sent_again_at_once(world: World) -> None:
    world.channel.trouble = [InDoubt("connection lost")]
    await post(world, "Lan", "một")
    await world.send()
    assert await world.send() == []
    assert await states(world) == ["waiting"]


async def test_many_tries_are_no_error(world: World) -> None:
    """A network that is away for most of a day: the pause between tries does not grow out of all bounds."""
    world.channel.trouble = [InDoubt("no route")]
    await post(world, "Lan", "một")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE outbox SET attempts = 5000")
    await world.send()
    world.clock.turn_to(world.clock.now() + timedelta(minutes=1))
    await world.send()
    assert heard(world, "Lan") == ["một"]


async def test_after_a_day_a_message_is_given_up(world: World) -> None:
    await post(world, "Lan", "một")
    world.clock.turn_to(world.clock.now() + timedelta(hours=23))
    world.channel.trouble = [TryLater(1)]
    await world.send()
    assert await states(world) == ["waiting"]
    world.clock.turn_to(world.clock.now() + timedelta(hours=2))
    world.channel.trouble = [TryLater(1)]
    await world.send()
    assert await states(world) == ["failed"]


# --- what will not pass ----------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [Refused("text must be non-empty"), ValueError("a fault of ours")])
async def test_what_cannot_be_sent_is_given_up_and_the_next_goes(world: World, trouble: Exception) -> None:
    world.channel.trouble = [trouble]
    await post(world, "Lan", "một")
    await post(world, "Lan", "hai")
    await world.send()
    assert heard(world, "Lan") == ["hai"]
    assert await states(world) == ["failed", "sent"]
    ((error,),) = await world.query("SELECT error FROM outbox WHERE state = 'failed'")
    assert str(trouble) in error


async def test_a_torn_message_is_given_up_and_the_next_goes(world: World) -> None:
    await post(world, "Lan", "một")
    await post(world, "Lan", "hai")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE outbox SET reply = '{}' WHERE id = 1")
    await world.send()
    assert heard(world, "Lan") == ["hai"]
    assert await states(world) == ["failed", "sent"]


async def test_nothing_more_goes_to_a_chat_that_blocked_the_bot(world: World) -> None:
    await member(world, "Lan", "TN-BC")
    world.channel.trouble = [Blocked("bot was blocked by the user")]
    for text in ("một", "hai"):
        await post(world, "Lan", text)
    await post(world, "Lan", "mai", priority=PUSH, due_at=world.clock.now() + timedelta(days=1))
    await post(world, "Minh", "ba")
    await world.send()
    assert (heard(world, "Lan"), heard(world, "Minh")) == ([], ["ba"])
    assert await states(world) == ["blocked", "blocked", "blocked", "sent"]
    async with world.unit_of_work() as uow:
        unit = await people.unit_by_code(uow, "TN-BC")
        assert unit
        assert await people.accounts(uow, ["reporter"], [unit["id"]]) == []


async def test_a_group_that_put_the_bot_out_is_marked(world: World) -> None:
    async with world.unit_of_work() as uow:
        unit = await people.unit_by_code(uow, "TN")
        assert unit
        await uow.insert(GroupChat, channel=CHANNEL, chat="-100", title="Tin nhanh", unit_id=unit["id"])
    world.channel.trouble = [Blocked("bot was kicked from the group chat")]
    await post(world, "-100", "tin")
    await world.send()
    async with world.unit_of_work() as uow:
        assert await groups.of_units(uow, groups.NEWS, [unit["id"]]) == []
