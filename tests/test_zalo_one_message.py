"""A report told in one message where each message counts: asked for so, and clear, it goes out at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.kit import at
from tests.support.story import world_after
from tests.support.world import World
from tests.test_zalo_misread import _loaded, sent, told

CLEAR = "Tuyên truyền 2 buổi, 120 lượt người. 35 lượt đoàn viên tham gia"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_loaded, tmp_path, at("2022-12-15 20:00")) as world:
        world.without_buttons()
        yield world


async def test_a_clear_answer_to_baocao_is_received_and_shown(world: World) -> None:
    receipt = await told(world, "/baocao", CLEAR)
    assert "Mã báo cáo: TN-000001" in receipt
    assert "• Lượt người được tuyên truyền: 120 lượt người" in receipt
    assert "Bỏ trống: Tờ rơi, Tin bài" in receipt
    assert "Sửa báo cáo này" in receipt
    assert await sent(world) == 1


async def test_a_correction_is_a_choice_of_the_receipt(world: World) -> None:
    await told(world, "/baocao", CLEAR)
    corrected = await told(world, "1", "Lượt người được tuyên truyền", "130", "gửi")
    assert "bản 2" in corrected
    await world.totals_are_true()


@pytest.mark.parametrize(
    "line",
    [
        f"{CLEAR}?",
        f"{CLEAR}, đúng không em",
        f"{CLEAR}. Xem lại giúp",
        f"ngày 14/12: {CLEAR}",
        f"hôm kia {CLEAR}",
        f"{CLEAR}, tặng 40 suất quà 20 triệu",
        f"{CLEAR}, vài tờ rơi",
        "Tuyên truyền 2 buổi. 35 lượt đoàn viên tham gia",
        "dự kiến 2 buổi tuyên truyền, 120 lượt người, 35 lượt đoàn viên tham gia",
        "Tuyên truyền 3 buổi, 1 lượt người. 35 lượt đoàn viên tham gia",
    ],
)
async def test_what_is_asked_doubtful_odd_or_not_whole_is_not_sent(world: World, line: str) -> None:
    await told(world, "/baocao", line)
    assert await sent(world) == 0


async def test_what_is_missing_is_asked_for_and_then_it_goes_out(world: World) -> None:
    asked = await told(world, "/baocao", "Tuyên truyền 2 buổi. 35 lượt đoàn viên tham gia")
    assert "Bao nhiêu lượt người được tuyên truyền?" in asked
    receipt = await told(world, "120")
    assert "Mã báo cáo: TN-000001" in receipt
    assert "• Lượt người được tuyên truyền: 120 lượt người" in receipt
    await world.totals_are_true()


@pytest.mark.parametrize("line", ["120?", "mấy chục", "quay lại"])
async def test_a_missing_answer_that_is_not_sure_sends_nothing(world: World, line: str) -> None:
    await told(world, "/baocao", "Tuyên truyền 2 buổi. 35 lượt đoàn viên tham gia", line)
    assert await sent(world) == 0


async def test_what_was_not_asked_for_is_shown_first(world: World) -> None:
    assert "xem lại giúp em" in await told(world, CLEAR)
    assert await sent(world) == 0
    assert "Mã báo cáo" in await told(world, "gửi")


async def test_what_was_begun_before_is_shown_first(world: World) -> None:
    await told(world, "/baocao", "từng câu", "1", "1. 5\n2. 50", "huỷ", "để đó")
    assert await sent(world) == 0
    await told(world, "/baocao", CLEAR)
    assert await sent(world) == 0


async def test_where_messages_are_free_the_card_is_always_shown(world: World) -> None:
    world.numbered = False
    world.office.poor_channels.clear()
    await told(world, "/baocao")
    assert "✅ Gửi báo cáo" in await told(world, CLEAR)
    assert await sent(world) == 0


async def test_what_is_asked_for_today_does_not_go_into_yesterdays_correction(world: World) -> None:
    await told(world, "/baocao", CLEAR, "1")
    await world.time_is(at("2022-12-16 20:00"))
    receipt = await told(world, "/baocao", CLEAR.replace("120", "90"))
    assert "Mã báo cáo: TN-000002" in receipt
    assert await world.query("SELECT code, revision_no FROM report ORDER BY id") == [("TN-000001", 1), ("TN-000002", 1)]
