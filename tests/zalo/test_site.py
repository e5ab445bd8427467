"""The whole bot hears and answers on the emulator, whichever way updates come."""

from pathlib import Path
from typing import Any

import pytest

from tests.bot.site import HELLO
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.site import WEBHOOK, running


@pytest.mark.parametrize("way", [{}, WEBHOOK], ids=["polling", "webhook"])
async def test_the_bot_answers_a_stranger(zalo: ZaloEmulator, tmp_path: Path, way: dict[str, Any]) -> None:
    lan = zalo.person("Nguyễn Thị Lan")
    async with running(zalo, None, tmp_path, **way):
        if way:
            await zalo.calls.wait_for("setWebhook")
        await lan.says("xin chào")
        assert (await lan.hears(timeout=20)).text.startswith(HELLO)
    assert bool(zalo.webhook.url) is bool(way)
