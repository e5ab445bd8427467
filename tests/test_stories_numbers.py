"""The number under a good example, where its post cannot be changed: it is given up, and the other posts go on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.base import Blocked, Refused, SendError
from handlers.events import Membership
from tests.support.good_examples import START, TOLD, approves, office, tells
from tests.support.story import world_after
from tests.support.world import World

HERE = "story/1/test:-1/h"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(office, tmp_path, START) as world:
        await tells(world, "Lan", TOLD)
        await approves(world)
        yield world


async def _liked(world: World, who: str, after: timedelta = timedelta(minutes=2)) -> dict[str, list[str]]:
    """Somebody taps in the group "-2"; what is shown then, by chat."""
    await world.happens("-2", sender=who, action="sto/like/1")
    heard = await world.time_is(world.clock.now() + after)
    return {chat: shown.labels for chat, shown in heard if chat.startswith("-")}


async def _tried(world: World) -> str:
    """When the number was last tried in the group "-1"."""
    ((at,),) = await world.query(f"SELECT created_at FROM outbox WHERE key = '{HERE}'")
    return str(at)


async def test_a_group_that_moved_is_tried_once(world: World) -> None:
    world.channel.fixed = {shown.id for shown in world.channel.chats["-1"]}
    await world.happens("-1", membership=Membership.MOVED, moved_to="-9")
    assert await _liked(world, "một") == {"-2": ["❤ 1"], "-3": ["❤ 1"]}
    first = await _tried(world)
    assert await _liked(world, "hai") == {"-2": ["❤ 2"], "-3": ["❤ 2"]}
    assert await _tried(world) == first
    assert await world.query("SELECT tapped_at FROM story") == [(None,)]


@pytest.mark.parametrize(("error", "again"), [(Refused("message can't be edited"), False), (Blocked("kicked"), True)])
async def test_what_is_refused_is_given_up_and_a_shut_door_tried_the_next_day(
    world: World, error: SendError, again: bool
) -> None:
    world.channel.trouble = [error]
    assert await _liked(world, "một") == {"-2": ["❤ 1"], "-3": ["❤ 1"]}
    assert set(await _liked(world, "hai")) == {"-2", "-3"}
    await world.happens("-1", membership=Membership.ADDED)
    shown = await _liked(world, "ba", timedelta(days=1))
    assert (shown.get("-1") == ["❤ 3"]) is again
    assert shown["-2"] == ["❤ 3"]
