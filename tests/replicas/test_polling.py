"""Telegram is asked by one process only; when that one goes, another one asks, and nothing is lost or done twice."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.app import App
from tests.bot.site import settings
from tests.days.town import at
from tests.support.postgres import postgres_url
from tests.support.world import TurnedClock
from tests.telegram.emulator import TelegramEmulator

pytestmark = pytest.mark.usefixtures("eager")


async def test_the_next_one_asks_when_the_leader_stops(tmp_path: Path) -> None:
    url = postgres_url()
    async with TelegramEmulator() as emulator, AsyncExitStack() as stack:
        apps = []
        for _ in range(2):
            apps.append(app := App(_telegram(tmp_path, url, emulator), TurnedClock(at("15/12 11:00"))))
            await app.start()
            stack.push_async_callback(app.stop)
            await _until(lambda: apps[0].leads)
        person = emulator.person("Lan")
        await person.says("/start")
        assert "mã tham gia" in (await person.hears()).text
        await apps[0].stop()
        await person.says("xin chào")
        assert "mã tham gia" in (await person.hears()).text
        assert apps[1].leads and not person.unheard
        async with apps[1].db.read() as conn:
            assert (await conn.exec_driver_sql("select count(*), count(distinct key) from seen_update")).one() == (2, 2)


def _telegram(folder: Path, url: str, emulator: TelegramEmulator) -> object:
    return settings(
        folder, database_url=url, telegram_token=emulator.token, telegram_api_base=emulator.base_url,
        send_per_second=0, send_chat_per_second=0,
    )  # fmt: skip


async def _until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)
