"""What leaders must know at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.events import Priority
from tests.bot.kit import at, heard, member
from tests.bot.reminding import joined, owed, reports_nothing
from tests.support.story import world_after
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(joined, tmp_path, at("2022-12-15 10:00")) as world:
        await world.time_is(at("2022-12-16 07:00"))
        yield world


OPINION = "Bà con lo thiếu nước"


async def reports(world: World, chat: str, unit: str, *answers: str) -> set[str]:
    """Somebody answers all questions; returns to whom anything was said on sending."""
    await world.happens(chat, action=f"start/{await owed(world, unit)}")
    for answer in answers:
        await world.says(chat, answer)
    return {chat for chat, _ in await world.presses(chat, "✅ Gửi báo cáo")}


async def test_leaders_know_at_once_also_at_night(world: World) -> None:
    await world.time_is(at("2022-12-16 23:40"))
    assert await reports(world, "Lan", "LT", "80", f"{OPINION} <b>&") == {"Lan", "An", "Tư", "Hùng"}
    for chat in ("An", "Tư", "Hùng"):
        shown = world.channel.chats[chat][-1]
        assert f"{OPINION} <b>&" in shown.text
        assert "TC-000001" in shown.text
        assert "Long Thuận" in shown.text
        assert OPINION in (await world.presses(chat, "Xem báo cáo"))[0][1].text
    assert all(OPINION not in text for chat in ("Sáu", "Mai", "-100", "Hoa") for text in heard(world, chat))


async def test_it_overtakes_what_else_waits(world: World) -> None:
    await reports(world, "Lan", "LT", "80", OPINION)
    found = await world.query("SELECT DISTINCT priority FROM outbox WHERE key LIKE 'urgent/%'")
    assert found == [(Priority.URGENT,)]
    assert Priority.REPLY < Priority.URGENT < Priority.DUTY


async def test_a_report_that_says_nothing_there_is_no_news(world: World) -> None:
    assert await reports(world, "Lan", "LT", "80", "Bỏ qua") == {"Lan"}
    await reports_nothing(world, "Minh", "TT")
    assert await world.query("SELECT * FROM outbox WHERE key LIKE 'urgent/%'") == []


async def test_a_correction_is_news_where_it_says_something_new(world: World) -> None:
    await reports(world, "Lan", "LT", "80", "Bỏ qua")

    async def corrects(line: str, answer: str) -> set[str]:
        await world.presses("Lan", "✏️ Sửa báo cáo này")
        await world.presses("Lan", line)
        await world.says("Lan", answer)
        return {chat for chat, _ in await world.presses("Lan", "✅ Gửi báo cáo")}

    assert await corrects("✏️ Cần báo ngay", OPINION) == {"Lan", "An", "Tư", "Hùng"}
    assert await corrects("✏️ Cây trồng mới", "90") == {"Lan"}
    assert await corrects("✏️ Cần báo ngay", f"{OPINION}, 200 hộ") == {"Lan", "An", "Tư", "Hùng"}
    assert await corrects("✏️ Cần báo ngay", "Bỏ qua") == {"Lan"}


async def test_an_answer_to_a_line_asked_back_is_news_too(world: World) -> None:
    await reports(world, "Lan", "LT", "80", OPINION)
    await world.presses("Tư", "Xem báo cáo")
    await world.presses("Tư", "🔁 Hỏi lại một mục")
    await world.presses("Tư", f"Cần báo ngay: {OPINION}")
    await world.says("Tư", "Bao nhiêu hộ?")
    await world.presses("Lan", "✏️ Sửa mục này")
    told = {chat for chat, _ in await world.says("Lan", f"{OPINION}, 200 hộ")}
    told |= {chat for chat, _ in await world.send()}
    assert {"An", "Tư", "Hùng"} <= told


async def test_who_leads_and_reports_is_not_told_what_they_wrote(world: World) -> None:
    await member(world, "An", "LT")
    assert await reports(world, "An", "LT", "80", OPINION) == {"An", "Tư", "Hùng"}
    assert [text for text in heard(world, "An") if text.startswith("❗")] == []
