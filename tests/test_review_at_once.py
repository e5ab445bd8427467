"""Lines asked back while the sender, a colleague or another leader does something else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.reviewing import START, ask_back, children, lan_has_reported, report, sound_after, texts
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with sound_after(lan_has_reported, tmp_path) as world:
        yield world


async def test_two_leaders_ask_the_same_line_back(world: World) -> None:
    for who in ("Hùng", "Minh"):
        await world.happens(who, action="back/lines/1/0")
        await world.presses(who, "Thiếu nhi được hỗ trợ: 1.200 em")
    await world.says("Hùng", "Có nhầm 120 không?")
    heard = await world.says("Minh", "Sao nhiều thế?")
    assert "Hùng đã hỏi lại mục này" in texts(heard, "Minh")
    assert texts(heard, "Lan") == ""
    assert await world.query("select count(*) from report_return") == [(1,)]


async def test_the_sender_corrects_by_himself_while_the_leader_writes(world: World) -> None:
    await world.happens("Hùng", action="back/lines/1/0")
    await world.presses("Hùng", "Thiếu nhi được hỗ trợ: 1.200 em")
    await _correct(world, "Thiếu nhi được hỗ trợ", "120")
    heard = await world.says("Hùng", "Có nhầm 120 không?")
    assert "Báo cáo vừa được sửa" in texts(heard, "Hùng")
    assert "120 em" in texts(heard, "Hùng")
    assert await world.query("select count(*) from report_return") == [(0,)]


async def test_another_line_corrected_meanwhile_does_not_matter(world: World) -> None:
    await world.happens("Hùng", action="back/lines/1/0")
    await world.presses("Hùng", "Thiếu nhi được hỗ trợ: 1.200 em")
    await _correct(world, "Đoàn viên tham gia", "41")
    await world.says("Hùng", "Có nhầm 120 không?")
    assert await report(world) == ("returned", 2, None)


async def test_the_sender_corrects_the_report_as_a_whole(world: World) -> None:
    await ask_back(world)
    await _correct(world, "Đoàn viên tham gia", "41")
    assert await report(world) == ("returned", 2, None)
    heard = await _correct(world, "Thiếu nhi được hỗ trợ", "120")
    assert "1.200 em → 120 em (TN-000001, bản 3)" in heard
    assert await report(world) == ("corrected", 3, None)


async def _correct(world: World, line: str, number: str) -> str:
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", f"✏️ {line}")
    await world.says("Lan", number)
    return texts(await world.presses("Lan", "✅ Gửi báo cáo"), "Hùng")


async def test_the_report_becomes_nothing(world: World) -> None:
    await ask_back(world)
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "Không phát sinh")
    heard = await world.presses("Lan", "Đúng, không phát sinh")
    assert "1.200 em → không phát sinh" in texts(heard, "Hùng")
    assert await report(world) == ("corrected", 2, None)
    # And that nothing took place can be asked back, too.
    await world.happens("Hùng", action="back/lines/1/0")
    heard = await world.says("Hùng", "Hôm qua có 120 em mà?")
    assert "mục không phát sinh: “Hôm qua" in texts(heard, "Lan")
    await world.presses("Lan", "Đúng là không phát sinh")
    assert await report(world) == ("corrected", 2, None)


async def test_a_correction_under_way_is_not_lost_and_not_sent_by_itself(world: World) -> None:
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "✏️ Đoàn viên tham gia")
    await world.says("Lan", "45")
    await ask_back(world)
    heard = await world.presses("Lan", "120 em")
    assert "đang sửa dở" in texts(heard, "Lan")
    assert "120 em" in texts(heard, "Lan")
    assert await report(world) == ("returned", 1, None)
    heard = await world.presses("Lan", "✅ Gửi báo cáo")
    assert "1.200 em → 120 em" in texts(heard, "Hùng")
    assert await report(world) == ("corrected", 2, None)
    ((answers,),) = await world.query("select answers from revision where number = 2")
    assert json.loads(str(answers))["participants"] == 45


async def test_the_colleagues_stale_draft_does_not_undo_the_answer(world: World) -> None:
    await world.happens("Hoa", action="fix/1")
    await world.presses("Hoa", "✏️ Đoàn viên tham gia")
    await world.says("Hoa", "45")
    await ask_back(world)
    await world.time_is(START + timedelta(minutes=5))
    await world.presses("Lan", "120 em")
    heard = await world.presses("Hoa", "✅ Gửi báo cáo")
    assert "vừa được sửa" in texts(heard, "Hoa")
    assert await children(world) == [1200, 120]
