"""“Nhắc ngay”: an office reminds its branch by a button."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.kit import at
from tests.bot.reminding import joined, reports_nothing, said, set_state
from tests.support.story import world_after
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(joined, tmp_path, at("2022-12-15 10:00")) as world:
        await world.time_is(at("2022-12-16 07:00"))
        yield world


async def nudge(world: World, chat: str, unit: str) -> dict[str, str]:
    """What is said after the button, by chat; the last to each."""
    ((unit_id,),) = await world.query(f"SELECT id FROM unit WHERE code = '{unit}'")
    return {chat: shown.text for chat, shown in await world.happens(chat, action=f"nudge/1/{unit_id}")}


async def test_an_officer_reminds_the_own_branch_and_no_other(world: World) -> None:
    assert set(await nudge(world, "Sáu", "GD")) == {"Sáu"}
    told = await nudge(world, "Sáu", "BC")
    assert set(told) == {"Sáu", "Lan", "Hoa", "Minh"}
    assert "2 đơn vị" in told["Sáu"]
    assert "(3 người): Long Thuận, Tiên Thuận." in told["Sáu"]
    assert "Em không nhắn được cho ai ở: Long Chữ, Bến Cầu." in told["Sáu"]


async def test_a_branch_is_reminded_once_an_hour(world: World) -> None:
    await nudge(world, "Tư", "BC")
    await world.time_is(at("2022-12-16 07:59"))
    # Another of the same branch, another branch within it, and all of the province: each only what was not.
    assert "từ 08:00" in (await nudge(world, "Sáu", "BC"))["Sáu"]
    assert set(await nudge(world, "An", "LT")) == {"An"}
    told = await nudge(world, "Hùng", "TN")
    assert set(told) == {"Hùng", "Bảy"}
    assert "2 đơn vị vừa được lãnh đạo của mình nhắc" in told["Hùng"]
    await world.time_is(at("2022-12-16 08:59"))
    assert "Lan" in await nudge(world, "Tư", "BC")


async def test_nobody_is_reminded_in_quiet_hours(world: World) -> None:
    await world.time_is(at("2022-12-16 22:00"))
    assert "đến 06:00 em sẽ nhắc" in (await nudge(world, "Tư", "BC"))["Tư"]
    await world.time_is(at("2022-12-16 23:30"))
    assert "lúc 06:00 ngày mai" in (await nudge(world, "Tư", "BC"))["Tư"]
    await reports_nothing(world, "Minh", "TT")
    assert set(await said(world, "2022-12-17 05:59")) == set()
    # The bot had been away all day: the province hears of its districts, due at ten; nine o'clock's lists are too old.
    assert set(await said(world, "2022-12-17 06:00")) == {"Lan", "Hoa", "Mai", "Hùng"}


async def test_nothing_to_remind_of(world: World) -> None:
    await reports_nothing(world, "Lan", "LT")
    assert "không còn đơn vị nào" in (await nudge(world, "An", "LT"))["An"]
    await set_state(world, "closed")
    assert "không thu báo cáo" in (await nudge(world, "Tư", "BC"))["Tư"]
    assert set(await nudge(world, "Lan", "LT")) == {"Lan"}
    for action in ("nudge/99/1", "nudge/1/99", "nudge/1", "nudge/x/y"):
        assert [chat for chat, _ in await world.happens("Hùng", action=action)] == ["Hùng"]
    assert await world.query("SELECT traceback FROM failed_update") == []
