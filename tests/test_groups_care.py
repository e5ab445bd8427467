"""What befalls a group, who is told, and what goes into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.base import Blocked
from handlers.events import Membership
from storage import groups, people
from tests.bot.kit import at, post
from tests.support.group_talk import GROUP, in_group, joined, linked
from tests.support.story import world_after
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(joined, tmp_path, at("2022-12-15 14:00")) as world:
        yield world


async def told(world: World, moment: str) -> dict[str, str]:
    """What is said of groups at a moment, by chat."""
    return {chat: shown.text for chat, shown in await world.time_is(at(moment)) if "👥 Nhóm" in shown.text}


async def test_a_group_found_gone_by_the_courier_is_told_once(world: World) -> None:
    await linked(world, "TN-BC")
    world.channel.trouble = [Blocked("bot was kicked from the group chat")]
    await post(world, GROUP, "tin")
    await world.send()
    assert set(await told(world, "2022-12-15 14:01")) == {"Bình"}
    assert await told(world, "2022-12-15 14:02") == {}
    await world.happens(GROUP, membership=Membership.ADDED)
    await world.time_is(at("2022-12-15 14:03"))
    await world.happens(GROUP, membership=Membership.REMOVED)
    assert set(await told(world, "2022-12-15 14:04")) == {"Bình"}


async def test_the_nearest_office_is_told(world: World) -> None:
    await linked(world, "TN-GD")
    await world.happens(GROUP, membership=Membership.SILENCED)
    assert set(await told(world, "2022-12-15 14:01")) == {"Mai"}


async def test_what_is_over_by_the_morning_is_not_told(world: World) -> None:
    await linked(world, "TN-BC")
    await world.time_is(at("2022-12-15 22:00"))
    await world.happens(GROUP, membership=Membership.SILENCED)
    assert await told(world, "2022-12-15 22:01") == {}
    await world.happens(GROUP, membership=Membership.ALLOWED)
    assert await told(world, "2022-12-16 06:30") == {}


async def test_a_group_of_nobody_is_nobodys_trouble(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    for what in (Membership.SILENCED, Membership.ALLOWED, Membership.REMOVED):
        await world.happens(GROUP, membership=what)
    await world.happens(GROUP, membership=Membership.MOVED, moved_to="-200")
    assert await told(world, "2022-12-15 14:01") == {}
    assert await world.query("SELECT count(*) FROM audit WHERE action LIKE 'group.%'") == [(0,)]


# --- what goes into it ---------------------------------------------------------------------------------


async def test_which_groups_want_a_topic(world: World) -> None:
    await linked(world, "TN", groups.NEWS, chat="-1")
    await linked(world, "TN-BC", groups.NEWS, groups.STORIES, chat="-2")
    await linked(world, "TN-GD", chat="-3")
    await linked(world, "TN-GD", groups.STORIES, chat="-4")
    for chat, what in (("-3", Membership.SILENCED), ("-4", Membership.REMOVED)):
        await world.happens(chat, membership=what)
    async with world.unit_of_work() as uow:
        root, bc = await people.unit_by_code(uow, "TN"), await people.unit_by_code(uow, "TN-BC")
        assert root and bc
        news = await groups.for_topic(uow, groups.NEWS, root["path"])
        assert {row["chat"]: row["unit_name"] for row in news} == {"-1": root["name"], "-2": bc["name"]}
        assert [row["chat"] for row in await groups.for_topic(uow, groups.STORIES, root["path"])] == ["-2"]
        assert [row["chat"] for row in await groups.for_topic(uow, groups.NEWS, bc["path"])] == ["-2"]
        assert len(await groups.of_branch(uow, root["path"])) == 4


async def test_each_group_gets_the_digest_of_its_unit(world: World) -> None:
    await linked(world, "TN", chat="-1")
    await linked(world, "TN-GD", chat="-2")
    await linked(world, "TN-BC", groups.NEWS, chat="-3")
    found = {chat: shown.text for chat, shown in await world.time_is(at("2022-12-16 10:15")) if "📊" in shown.text}
    assert set(found) == {"Mai", "Bình", "Tư", "-1", "-2"}
    assert "0/13 đơn vị" in found["-1"]
    assert "0/1 đơn vị" in found["-2"]
    assert "Gò Dầu." not in found["-2"]
