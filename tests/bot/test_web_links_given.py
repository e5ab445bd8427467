"""A new link by hand ends the browser that a person works in: the officer is asked first. A link that nobody has opened
is no browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.organisation.web_links import personal_link
from storage import web_links
from tests.bot.kit import at, member
from tests.support.world import TAY_NINH, World

GIVE, SURE = "Liên kết web mới", "Đúng, tạo mới"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Lan has been given a link; the office looks at her."""
    async with World(tmp_path, at("2022-12-16 09:00")) as world:
        await world.load(TAY_NINH)
        await member(world, "Lan", "TN-BC")
        await member(world, "Mai", "TN", "officer")
        ((person,),) = await world.query("SELECT person_id FROM account WHERE address = 'Lan'")
        async with world.unit_of_work() as uow:
            await personal_link(world.office, uow, person, days=1)
        yield world


async def looks(world: World) -> str:
    await world.says("Mai", "/thanhvien lan")
    await world.presses("Mai", "Lan · người báo cáo · Bến Cầu")
    return world.channel.chats["Mai"][-1].text


async def opens(world: World) -> None:
    async with world.unit_of_work() as uow:
        ((link,),) = await world.query("SELECT id FROM web_link")
        assert await web_links.bind(uow, link, "a browser")


async def revoked(world: World) -> list[bool]:
    return [at is not None for (at,) in await world.query("SELECT revoked_at FROM web_link ORDER BY id")]


async def test_a_browser_at_work_is_not_ended_by_one_tap(world: World) -> None:
    await opens(world)
    assert "trang web: dùng lần cuối" in await looks(world)
    await world.presses("Mai", GIVE)
    assert "đang dùng một trình duyệt web" in world.channel.chats["Mai"][-1].text
    assert await revoked(world) == [False]
    await world.presses("Mai", SURE)
    assert await revoked(world) == [True, False]


async def test_a_link_that_nobody_opened_is_replaced_at_once(world: World) -> None:
    assert "trang web: chưa mở" in await looks(world)
    await world.presses("Mai", GIVE)
    assert await revoked(world) == [True, False]


async def test_ones_own_data_say_so_too(world: World) -> None:
    await world.says("Lan", "/dulieucuatoi")
    assert "Tài khoản: trang web, chưa mở" in world.channel.chats["Lan"][-1].text
    await opens(world)
    await world.says("Lan", "/dulieucuatoi")
    assert "Tài khoản: trang web, từ" in world.channel.chats["Lan"][-1].text
