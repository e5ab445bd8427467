"""A reply that travels in the answer to a webhook is committed first, comes again with its update, and keeps the order
of its chat."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.base import Pace
from bot.delivery.pace import TALKING, Pacer
from handlers import routing
from handlers.context import Context
from handlers.events import Incoming, Priority, Reply
from tests.bot.kit import CHANNEL, heard
from tests.support.world import World


class Room:
    """Room for a reply in an answer."""

    def __init__(self, *, takes: bool = True) -> None:
        self._takes = takes
        self.given: list[str] = []

    def takes(self, reply: Reply) -> bool:
        return self._takes

    def give(self, reply: Reply) -> None:
        self.given.append(str(reply.text))


def update(world: World, room: Room | None, chat: str = "Lan", **what: Any) -> Incoming:
    return replace(world.incoming(chat, **(what or {"text": "xin chào"})), answer=room)


async def outbox(world: World) -> list[tuple[Any, ...]]:
    return await world.query("SELECT state, sent_at IS NULL FROM outbox ORDER BY id")


async def test_the_reply_is_given_once_it_is_committed_and_not_sent_as_well(world: World) -> None:
    room = Room()
    await world.intake.take(update(world, room))
    assert len(room.given) == 1
    assert await outbox(world) == [("sent", 0)]
    assert await world.send() == []


async def test_an_update_that_comes_again_is_given_its_reply_again(world: World) -> None:
    first, second = Room(), Room()
    for room in (first, second):
        await world.intake.take(update(world, room, text="xin chào", key="same"))
    assert first.given == second.given
    assert len(await outbox(world)) == 1


async def test_one_that_is_polled_when_it_comes_again_is_sent_its_reply(world: World) -> None:
    room = Room()
    await world.intake.take(update(world, room, text="xin chào", key="same"))
    await world.intake.take(update(world, None, text="xin chào", key="same"))
    await world.send()
    assert len(heard(world, "Lan")) == 1


async def test_a_reply_that_does_not_fit_is_sent(world: World) -> None:
    room = Room(takes=False)
    await world.intake.take(update(world, room))
    assert (room.given, await outbox(world)) == ([], [("waiting", 1)])


async def test_two_updates_of_a_chat_in_one_batch_keep_their_order(world: World) -> None:
    rooms = [Room(), Room()]
    await asyncio.gather(*(world.intake.take(update(world, room)) for room in rooms))
    assert [room.given for room in rooms] == [[], []]
    assert await outbox(world) == [("waiting", 1)] * 2


async def test_nothing_overtakes_what_waits_for_the_chat(world: World) -> None:
    async with world.unit_of_work() as uow:
        uow.send(CHANNEL, "Lan", {"text": "một"}, priority=Priority.REPLY)
        uow.send(CHANNEL, "Minh", {"text": "tin"}, priority=Priority.NEWS)
    lan, minh = Room(), Room()
    await asyncio.gather(world.intake.take(update(world, lan)), world.intake.take(update(world, minh, chat="Minh")))
    assert (len(lan.given), len(minh.given)) == (0, 1)


async def test_what_is_not_committed_is_not_given(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def raises(_ctx: Context, _incoming: Incoming) -> list[Reply]:
        raise RuntimeError("a slip")

    monkeypatch.setattr(routing, "handle", raises)
    room = Room()
    await world.intake.take(update(world, room))
    assert room.given == []
    await world.send()
    assert "E-" in heard(world, "Lan")[0]


def test_what_went_with_an_answer_counts_for_the_pace() -> None:
    now = [0.0]
    pacer = Pacer(Pace(2, 1, 20), lambda: now[0])
    assert pacer.is_free("1")
    pacer.passed("1")
    assert not pacer.is_free("2")
    now[0] = 0.6
    assert pacer.is_free("2")
    assert not pacer.is_free("1")
    assert pacer.resting() == {"1": pytest.approx(TALKING - 0.6)}
