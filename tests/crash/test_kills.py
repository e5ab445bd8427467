"""The bot is killed with SIGKILL again and again while people report; nothing confirmed is lost, nothing is twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest

from tests.crash.bots import Bot
from tests.crash.killing import begun, invitations, killed, left
from tests.crash.secretary import Secretary
from tests.days.town import settings
from tests.telegram.emulator import TelegramEmulator

pytestmark = pytest.mark.sqlite("killed while it writes the file; on a PostgreSQL: tests/replicas/test_kills.py")


class TelegramBot(Bot):
    """On Telegram, as fast as it can."""

    def __init__(self, folder: Path, emulator: TelegramEmulator, *, webhook: bool = False) -> None:
        super().__init__(folder, emulator)
        self._token, self._webhook = emulator.token, webhook

    def settings(self) -> dict[str, str]:
        hook = {
            "WEBHOOK_URL": f"http://127.0.0.1:{self._port}/hooks/telegram",
            "WEBHOOK_SECRET": "a-long-random-word",
        }
        return {
            "TELEGRAM_TOKEN": self._token,
            "TELEGRAM_API_BASE": self._emulator.base_url,
            "SEND_CHAT_PER_SECOND": "0",
            "SEND_PER_SECOND": "0",
            "TAKE_AT_ONCE": "0",
            **(hook if self._webhook else {}),
        }


@pytest.mark.parametrize(
    ("kills", "people", "webhook"),
    [
        pytest.param(3, 4, False, id="3 kills, polling"),
        pytest.param(50, 9, False, id="50 kills, polling", marks=pytest.mark.soak),
        pytest.param(50, 9, True, id="50 kills, webhook", marks=pytest.mark.soak),
    ],
)
async def test_killed_at_random_moments(kills: int, people: int, webhook: bool, tmp_path: Path) -> None:
    random, limit = Random(kills), asyncio.timeout(120 + 15 * kills)
    async with limit, TelegramEmulator(webhook_backoff=lambda _failures: 0.2) as emulator:
        codes = await invitations(settings(tmp_path, emulator), people)
        secretaries = [Secretary(emulator.person(f"Secretary {code}"), code, random) for code in codes]
        async with begun(TelegramBot(tmp_path, emulator, webhook=webhook)) as bot:
            await asyncio.gather(*(s.joins() for s in secretaries))
            await killed(bot, kills, random, lambda: [_busy_day(s) for s in secretaries])
            assert await bot.stops() == 0
        kept = await left(settings(tmp_path, emulator))
    shown = sorted(receipt for s in secretaries for receipt in s.receipts)
    lost, repeats = set(shown) - set(kept.reports), sum(s.seen_twice for s in secretaries)
    print(f"{bot.kills} kills, {len(shown)} receipts, {len(lost)} lost, {kept.twice} twice; {repeats} seen again")
    assert not lost, "a receipt was shown for a report that is not there"
    assert not kept.twice, "a report or a revision is there twice"
    assert {code for code, _ in kept.reports} == {code for code, _ in shown}, "a report nobody has a receipt for"


async def _busy_day(secretary: Secretary) -> None:
    await secretary.reports()
    await secretary.corrects()
