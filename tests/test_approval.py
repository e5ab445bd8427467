"""Reports that a leader approves: what takes no change after it, and who may open one again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conversations.script import PACKS
from tests.support.reviewing import ask_back, join, lan_has_reported, report, sound_after, texts
from tests.support.world import World


async def _lan_waits_for_approval(world: World) -> None:
    """A campaign that asks for approval: Lan of a commune has sent 25 em; Hùng leads the province."""
    await world.load(PACKS / "approved")
    await join(world, ("Lan", "K7QM-2XPD", "TN-BC-LT", "reporter"), ("Hùng", "HEAD-ER23", "TN", "leader"))
    await world.presses("Lan", "📝 Báo cáo ngay")
    await world.says("Lan", "25")
    await world.presses("Lan", "Bỏ qua")
    await world.presses("Lan", "✅ Gửi báo cáo")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with sound_after(lan_has_reported, tmp_path) as world:
        yield world


@pytest.fixture
async def approving(tmp_path: Path) -> AsyncIterator[World]:
    async with sound_after(_lan_waits_for_approval, tmp_path) as world:
        yield world


async def test_an_approved_report_takes_no_change(approving: World) -> None:
    world = approving
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "✏️ Thiếu nhi")
    await world.says("Lan", "30")
    await world.happens("Hùng", action="appr/one/1/1")
    state, *_, approved_by = await report(world)
    assert (state, approved_by) == ("approved", 2)
    before = await world.query("select * from revision")
    for heard in (
        await world.presses("Lan", "✅ Gửi báo cáo"),
        await world.happens("Lan", action="void/1/sure"),
        await world.happens("Lan", action="fix/1"),
    ):
        assert "đã duyệt" in texts(heard, "Lan")
    assert "đã duyệt" in texts(await world.happens("Hùng", action="back/lines/1/0"), "Hùng")
    assert await world.query("select * from revision") == before
    assert (await report(world))[0] == "approved"


async def test_opened_again_with_a_reason_and_approved_once_more(approving: World) -> None:
    world = approving
    await world.happens("Hùng", action="appr/one/1/1")
    await world.happens("Hùng", action="appr/reopen/1")
    assert "lý do" in texts(await world.sends_photo("Hùng"), "Hùng")
    assert (await report(world))[0] == "approved"
    heard = await world.says("Hùng", "Sổ ghi 30 em")
    assert "Sổ ghi 30 em" in texts(heard, "Lan")
    assert await report(world) == ("received", 1, None)
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "✏️ Thiếu nhi")
    await world.says("Lan", "30")
    await world.presses("Lan", "✅ Gửi báo cáo")
    assert await report(world) == ("corrected", 2, None)
    assert "Báo cáo vừa được sửa" in texts(await world.happens("Hùng", action="appr/one/1/1"), "Hùng")
    await world.happens("Hùng", action="appr/one/1/2")
    assert await report(world) == ("approved", 2, 2)
    assert "Sổ ghi 30 em" in texts(await world.happens("Hùng", action="rv/report/1"), "Hùng")
    audited = await world.query("select action, reason from audit where action in ('report.approve', 'report.reopen')")
    assert audited == [("report.approve", ""), ("report.reopen", "Sổ ghi 30 em"), ("report.approve", "")]


async def test_nobody_approves_what_they_sent_themselves(approving: World) -> None:
    world = approving
    await world.invite("2FFC-ER23", "TN-BC-LT", "leader")
    await world.says("Lan", "/start 2FFC-ER23")
    await world.happens("Lan", action=world.channel.chats["Lan"][-1].reply.choices[0][0].action)
    assert await world.query("select count(*) from member where person_id = 1") == [(2,)]
    assert "chính đồng chí gửi" in texts(await world.happens("Lan", action="appr/one/1/1"), "Lan")
    assert "Không có báo cáo nào" in texts(await world.says("Lan", "/duyet"), "Lan")
    assert (await report(world))[0] == "received"


async def test_what_was_asked_back_waits_for_its_answer(approving: World) -> None:
    world = approving
    await ask_back(world, line="Thiếu nhi: 25 em", reason="Hay là 15?")
    assert "đang có mục hỏi lại" in texts(await world.happens("Hùng", action="appr/one/1/1"), "Hùng")
    assert "Không có báo cáo nào" in texts(await world.says("Hùng", "/duyet"), "Hùng")
    await world.presses("Lan", "15 em")
    assert "1 báo cáo" in texts(await world.says("Hùng", "/duyet"), "Hùng")


async def test_a_campaign_that_does_not_ask_for_approval_has_none(world: World) -> None:
    assert "không cần duyệt" in texts(await world.happens("Hùng", action="appr/one/1/1"), "Hùng")
    assert "✔ Duyệt" not in world.channel.chats["Hùng"][-1].labels
