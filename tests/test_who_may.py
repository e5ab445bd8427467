"""Each role does what it may and no more, whatever buttons it makes up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from handlers.events import Membership
from tests.support.secretaries import lan_minh_and_hung
from tests.support.story import world_after
from tests.support.world import ZONE, World

START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)


async def _lan_has_reported(world: World) -> None:
    """Lan of Bến Cầu has sent a report with an opinion that only leaders read, and has a second draft under way."""
    await lan_minh_and_hung(world)
    await world.presses("Lan", "📝 Báo cáo ngay")
    for label in ("☐ Nghĩa trang", "Xong"):
        await world.presses("Lan", label)
    await world.says("Lan", "3")
    await world.says("Lan", "40")
    await world.presses("Lan", "☐ Dư luận")
    await world.presses("Lan", "Xong")
    await world.says("Lan", "Bà con lo thiếu nước sinh hoạt")
    await world.presses("Lan", "✅ Gửi báo cáo")
    await world.presses("Lan", "✏️ Sửa báo cáo này")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_lan_has_reported, tmp_path, START) as world:
        yield world


@pytest.mark.parametrize("who", ["Minh", "Hùng", "stranger"])
@pytest.mark.parametrize(
    "action",
    ["fix/1", "hist/1", "start/1", "restart/1", "nothing/1", "void/1/sure", "same/1", "resume/2", "card/2/send",
     "card/2/edit/3", "card/2/stop", "q/2/5/v/9", "q/2/5/skip", "keep/2", "drop/2", "join/yes/1"],
)  # fmt: skip
async def test_nobody_else_touches_her_report(world: World, who: str, action: str) -> None:
    before = await _kept(world)
    heard = await world.happens(who, action=action)
    assert await _kept(world) == before
    assert heard, "a refusal is said, not kept silent"
    assert not any("thiếu nước" in shown.text or "40 lượt" in shown.text for _, shown in heard)
    assert await world.query("select traceback from failed_update") == []


async def _kept(world: World) -> list[list[tuple[object, ...]]]:
    tables = ("report", "revision", "draft", "total", "member", "expected_report")
    return [await world.query(f"select * from {table} order by 1, 2, 3") for table in tables]


@pytest.mark.parametrize("view", ["today", "yesterday", "whole", "missing", "missing/2022-12-16", "2022-12-16"])
async def test_a_digest_shows_only_ones_own_branch_and_never_an_opinion(world: World, view: str) -> None:
    for who in ("Minh", "Hùng"):
        heard = await world.happens(who, action=f"dig/1/{view}")
        text = "\n".join(shown.text for _, shown in heard)
        assert "thiếu nước" not in text
        if who == "Minh":
            assert "Bến Cầu" not in text
            assert "Hòa Thành" not in text


async def test_a_reporter_gets_no_list_of_units(world: World) -> None:
    ((_, shown),) = await world.happens("Minh", action="dig/1/missing")
    assert "dành cho lãnh đạo" in shown.text


@pytest.mark.parametrize(
    "action", ["dig/99/today", "dig/x/today", "hist/99", "fix/99", "start/99", "q/9/9/v", "zzz", "cmd/no"]
)
async def test_made_up_buttons_are_answered_kindly(world: World, action: str) -> None:
    heard = await world.happens("Lan", action=action)
    assert heard
    assert await world.query("select traceback from failed_update") == []


async def test_one_who_blocked_the_bot_is_not_written_to(world: World) -> None:
    await world.happens("Minh", membership=Membership.REMOVED)
    assert await world.query("select count(*) from account where blocked_at is not null") == [(1,)]
    await world.says("Minh", "/trogiup")
    assert await world.query("select count(*) from account where blocked_at is not null") == [(0,)]


async def test_only_a_leaders_workbook_holds_the_opinion(world: World) -> None:
    await world.invite("2FFC-ER23", "TN", "officer")
    await world.says("Mai", "/start 2FFC-ER23")
    await world.presses("Mai", "Đúng, tham gia")
    asked = {}
    for who in ("Hùng", "Mai", "Minh"):
        ((_, shown),) = await world.happens(who, action="dig/1/xlsx")
        assert shown.reply.document
        asked[who] = shown.reply.document.media_id.rsplit("/", 1)[1]
    assert asked == {"Hùng": "1", "Mai": "0", "Minh": "0"}
