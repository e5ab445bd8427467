"""The life of a group on Telegram: the bot comes, is linked in private, goes along when it grows, is put out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from tests.days.town import Town, answers, at, joins, opened, settings
from tests.support.world import TurnedClock
from tests.telegram.emulator import TelegramEmulator

OFFICER = "MAEE-TN22"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[tuple[Town, TelegramEmulator]]:
    clock = TurnedClock(at("15/12 11:00"))
    async with TelegramEmulator(clock=lambda: clock.now().timestamp()) as emulator:
        app = App(settings(tmp_path, emulator), clock)
        async with opened(app, clock, (OFFICER, "TN", "officer")) as time:
            yield time, emulator


async def test_the_life_of_a_group(town: tuple[Town, TelegramEmulator]) -> None:
    time, emulator = town
    mai, khach = emulator.person("Mai"), emulator.person("Khách")
    await joins(mai, OFFICER)
    group = emulator.group("Tin nhanh <Dân vận>", khach, mai)
    group.adds_bot()
    await khach.says("/lienket@danvan_emulated_bot", to=group)
    heard = await group.hears()
    assert "lãnh đạo, văn phòng" in heard.text
    assert "Mở chat riêng" in heard.labels
    await time.time_is("15/12 11:01")
    assert (await group.hears()).text.startswith("Chào các đồng chí!")

    await mai.says("/lienket@danvan_emulated_bot", to=group)
    assert "nhắn riêng" in (await group.hears()).text
    assert "Tin nhanh <Dân vận>" in (await mai.hears()).text
    await mai.presses("Tỉnh đoàn Tây Ninh")
    await mai.hears()
    await mai.presses("✅ Liên kết")
    assert "Tỉnh đoàn Tây Ninh" in (await group.hears()).text
    assert "Đơn vị: Tỉnh đoàn Tây Ninh" in (await mai.hears()).text

    group.upgrades()
    assert "nâng cấp" in (await mai.hears()).text
    await time.time_is("16/12 10:15")
    picture, digest = [(await group.hears()).text for _ in range(2)]
    assert (picture, digest[:1]) == ("", "📊")
    mai.forgets()

    group.removes_bot()
    async with asyncio.timeout(10):
        # Which of two chats is heard first is not said.
        while "⚠" not in await answers(mai, "/nhom"):
            pass
    await time.time_is("16/12 10:16")
    assert "đưa ra khỏi nhóm" in (await mai.hears()).text
