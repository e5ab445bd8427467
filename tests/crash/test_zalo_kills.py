"""The bot is killed with SIGKILL while people write to it on Zalo, which hands out each update once: what is in the
journal is not lost, and nothing is done twice."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from bot.channels.zalo_updates import parse
from tests.crash.bots import Bot
from tests.crash.killing import START, begun, invitations, killed, left
from tests.crash.tracing import origins
from tests.crash.zalo_secretary import Secretary
from tests.days.zalo_town import settings
from tests.support.world import TurnedClock
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.site import PUBLIC, WEBHOOK

pytestmark = pytest.mark.sqlite("killed while it writes the file; on a PostgreSQL: tests/replicas/test_kills.py")

A_FEW = 8
"""Calls: a report is few messages here, and all of a day would be done between two kills."""


class ZaloBot(Bot):
    """The bot as a process of its own, on Zalo alone."""

    def __init__(self, folder: Path, zalo: ZaloEmulator, *, webhook: bool) -> None:
        super().__init__(folder, zalo)
        self._token, self._webhook = zalo.token, webhook
        zalo.knows(PUBLIC, f"http://127.0.0.1:{self._port}")
        self.journalled: set[str] = set()
        """The keys of all updates that stood in the journal when the bot was killed."""

    async def has_journalled(self) -> None:
        """Every other time, and until it was met once, return when something stands in the journal; the window is
        short."""
        if self.kills % 2 or not self.journalled:
            with suppress(TimeoutError):
                async with asyncio.timeout(3.0):
                    while not self.journal():
                        await asyncio.sleep(0.0005)

    def journal(self) -> list[Path]:
        """The updates in it."""
        return list((self._folder / "zalo-journal").glob("*.json"))

    async def is_killed(self) -> None:
        await super().is_killed()
        for path in self.journal():
            try:
                update = parse(json.loads(path.read_bytes()))
            except ValueError:
                continue  # killed while it was being written: Zalo's loss, not the journal's
            if update:
                self.journalled.add(update.key)

    def settings(self) -> dict[str, str]:
        return {
            "DATABASE_URL": f"sqlite+aiosqlite:///{self._folder / 'world.db'}",
            "ZALO_TOKEN": self._token,
            "ZALO_API_BASE": self._emulator.base_url,
            "ZALO_PHOTO_HOSTS": "127.0.0.1",
            "PUBLIC_URL": PUBLIC,
            "TAKE_AT_ONCE": "0",
            **({name.upper(): value for name, value in WEBHOOK.items()} if self._webhook else {}),
        }


@pytest.mark.parametrize(
    ("kills", "people", "webhook"),
    [
        pytest.param(3, 3, False, id="3 kills, polling"),
        pytest.param(50, 6, False, id="50 kills, polling", marks=pytest.mark.soak),
        pytest.param(50, 9, True, id="50 kills, webhook", marks=pytest.mark.soak),
    ],
)
async def test_killed_at_random_moments(kills: int, people: int, webhook: bool, tmp_path: Path) -> None:
    random, clock, limit = Random(kills), TurnedClock(START), asyncio.timeout(120 + 20 * kills)
    async with limit, ZaloEmulator(clock=lambda: clock.now().timestamp(), second=0.02) as zalo:
        zalo.quota.messages = None
        codes = await invitations(settings(tmp_path, zalo), people)
        secretaries = [Secretary(zalo.person(f"Secretary {code}"), code, random) for code in codes]
        async with begun(ZaloBot(tmp_path, zalo, webhook=webhook)) as bot:
            await asyncio.gather(*(s.joins() for s in secretaries))
            await killed(
                bot, kills, random, lambda: [s.reports() for s in secretaries], clock.turn_to, bot.has_journalled,
                calls=A_FEW,
            )  # fmt: skip
            if not webhook:
                await zalo.polled(20)
            assert await bot.stops() == 0
        kept, came = await left(settings(tmp_path, zalo)), await origins(settings(tmp_path, zalo))
    shown = {code for s in secretaries for code in s.receipts}
    lost = shown - {code for code, _ in kept.reports}
    print(f"{bot.kills} kills, {len(kept.reports)} reports, {len(lost)} lost, {kept.twice} twice")
    assert bot.journalled, "no kill met an update in the journal: this says nothing"
    assert bot.journalled <= kept.seen, "an update that was journalled was lost"
    assert not bot.journal(), "an update is left over"
    assert not lost, "a receipt was shown for a report that is not there"
    assert len({origin.key for origin in came} - {""}) == len(kept.reports), "one update was done twice"
    said = {message: line for s in secretaries for message, line in s.said.items()}
    again = [origin.told(said, bot.journalled) for origin in came if (origin.code, 2) in kept.reports]
    assert not again, "a report was sent twice"
    assert len(kept.reports) == sum(s.days for s in secretaries)
