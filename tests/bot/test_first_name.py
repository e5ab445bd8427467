"""Whoever joins where the channel gives no name, as on the web, is asked for it once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.bot.kit import at
from tests.bot.links import WELCOME
from tests.bot.site import Site
from tests.support.world import TAY_NINH, World

CODE, QUESTION = "K7QM-2XPD", "Đồng chí tên gì ạ?"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Somebody without a name has said yes to a code."""
    async with World(tmp_path, at("2022-12-16 08:18")) as world:
        await world.load(TAY_NINH)
        await world.invite(CODE, "TN-BC", "reporter")
        await happens(world, text=f"/start {CODE}")
        await presses(world, "Đúng, tham gia")
        yield world
        assert await world.query("select traceback from failed_update") == []


async def happens(world: World, **what: Any) -> str:
    await world.intake.take(replace(world.incoming("Ẩn", **what), sender_name=""))
    await world.send()
    return world.channel.chats["Ẩn"][-1].text


async def presses(world: World, label: str) -> str:
    return await happens(world, action=world.channel.chats["Ẩn"][-1].action(label))


async def name(world: World) -> str:
    ((found,),) = await world.query("SELECT name FROM person")
    return str(found)


async def test_the_name_is_asked_and_cleaned(world: World) -> None:
    assert world.channel.chats["Ẩn"][-1].text == QUESTION
    assert (await happens(world, text="  Nguyễn\u200b  Thị Lan ")).startswith(WELCOME)
    assert await name(world) == "Nguyễn Thị Lan"
    assert await world.query("SELECT count(*) FROM audit WHERE action = 'person.rename'") == [(1,)]


async def test_it_can_be_skipped(world: World) -> None:
    assert (await presses(world, "Bỏ qua")).startswith(WELCOME)
    assert await name(world) == "Người dùng web"


@pytest.mark.parametrize("text", ["L", "12", "a" * 61])
async def test_what_is_no_name_is_asked_once_more(world: World, text: str) -> None:
    assert "từ 2 đến 60 chữ cái" in await happens(world, text=text)
    assert (await happens(world, text="Lan")).startswith(WELCOME)
    assert await name(world) == "Lan"


async def test_a_command_leaves_it(world: World) -> None:
    await happens(world, text="/tinhtrang")
    await happens(world, text="Lan")
    assert await name(world) == "Người dùng web"
    assert "Mục này cũ" in await happens(world, action="join/skip")


async def test_where_the_channel_gives_one_nobody_is_asked(tmp_path: Path) -> None:
    async with World(tmp_path, at("2022-12-16 08:18")) as world:
        await world.load(TAY_NINH)
        await world.invite(CODE, "TN-BC", "reporter")
        await world.says("Lan", f"/start {CODE}")
        await world.presses("Lan", "Đúng, tham gia")
        assert world.channel.chats["Lan"][-1].text.startswith(WELCOME)


async def test_a_stranger_on_the_web_has_no_name(real: Site) -> None:
    heard = await real.is_heard()
    await real.get("/")
    async with real.page() as page:
        await page.says("xin chào", "k1")
    assert [incoming.sender_name for incoming in heard.offered] == [""]
