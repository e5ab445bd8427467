"""The bot is killed with SIGKILL while people write to it on Zalo, which hands out each update once: what is in the
journal is not lost, and nothing is done twice."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.app import App
from bot.channels.zalo_updates import parse
from reporting.register import rebuild_check
from storage.uow import UnitOfWork
from tests.crash.test_kills import UNITS, Bot
from tests.crash.zalo_secretary import Secretary
from tests.days.town import at, free_port, invite, load
from tests.days.zalo_town import settings
from tests.support.world import TurnedClock
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.site import PUBLIC, WEBHOOK

LETTERS = "ABCDEF"
_REVISIONS = "select code, count(*) from report join revision on report_id = report.id group by code"


class ZaloBot(Bot):
    """The bot as a process of its own, on Zalo alone."""

    def __init__(self, folder: Path, zalo: ZaloEmulator, *, webhook: bool) -> None:
        self._folder, self._emulator, self._webhook = folder, zalo, webhook
        self._port = free_port()
        zalo.knows(PUBLIC, f"http://127.0.0.1:{self._port}")
        self.journalled: set[str] = set()
        """The keys of all updates that stood in the journal when the bot was killed."""

    async def has_journalled(self, *, within: float) -> None:
        """Return when something stands in the journal; the window is short."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not self._left():
                    await asyncio.sleep(0)

    def _left(self) -> list[Path]:
        return list((self._folder / "zalo-journal").glob("*.json"))

    async def is_killed(self) -> None:
        await super().is_killed()
        for path in self._left():
            try:
                update = parse(json.loads(path.read_bytes()))
            except ValueError:
                continue  # killed while it was being written: Zalo's loss, not the journal's
            if update:
                self.journalled.add(update.key)

    def _environment(self) -> dict[str, str]:
        return {
            "ZALO_TOKEN": self._emulator.token,
            "ZALO_API_BASE": self._emulator.base_url,
            "ZALO_PHOTO_HOSTS": "127.0.0.1",
            "PUBLIC_URL": PUBLIC,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self._folder / 'world.db'}",
            "MEDIA_DIR": str(self._folder / "media"),
            "WEB_PORT": str(self._port),
            "SECRET_KEY": "a key for tests only",
            "LOG_LEVEL": "WARNING",
            **({name.upper(): value for name, value in WEBHOOK.items()} if self._webhook else {}),
        }


@pytest.mark.parametrize(
    ("kills", "webhook"),
    [
        pytest.param(4, False, id="4 kills, polling"),
        pytest.param(40, False, id="40 kills, polling", marks=pytest.mark.soak),
        pytest.param(40, True, id="40 kills, webhook", marks=pytest.mark.soak),
    ],
)
async def test_killed_at_random_moments(kills: int, webhook: bool, tmp_path: Path) -> None:
    random, now = Random(kills), at("15/12 11:00")
    limit = asyncio.timeout(120 + 20 * kills)
    async with limit, ZaloEmulator(clock=lambda: now.timestamp(), second=0.02) as zalo:  # noqa: PLW0108  (now goes on)
        zalo.quota.messages = None
        secretaries = await _prepare(tmp_path, zalo, random)
        bot = ZaloBot(tmp_path, zalo, webhook=webhook)
        await bot.starts(now)
        await asyncio.gather(*(s.joins() for s in secretaries))
        done = 0
        while done < kills:
            work = asyncio.gather(*(s.reports() for s in secretaries))
            while not work.done() and done < kills:
                await asyncio.wait([work], timeout=random.uniform(0.05, 1.2))
                if done % 2:
                    await bot.has_journalled(within=1.0)
                await bot.is_killed()
                done += 1
                await bot.starts(now)
            await work
            # The next day has begun: there is a new report to send.
            now += timedelta(days=1)
            await bot.is_killed()
            await bot.starts(now)
        if not webhook:
            await zalo.polled(20)
        assert await bot.stops() == 0
    await _all_is_well(tmp_path, zalo, secretaries, bot.journalled)


async def _prepare(folder: Path, zalo: ZaloEmulator, random: Random) -> list[Secretary]:
    app = App(settings(folder, zalo), TurnedClock(at("15/12 11:00")))
    await load(app)
    secretaries = []
    for letter, unit in zip(LETTERS, UNITS, strict=False):
        code = f"{letter * 4}-{letter * 4}"
        await invite(app, code, unit, "reporter")
        secretaries.append(Secretary(zalo.person(f"Secretary {letter}"), code, random))
    await app.stop()
    return secretaries


async def _all_is_well(folder: Path, zalo: ZaloEmulator, secretaries: list[Secretary], journalled: set[str]) -> None:
    app = App(settings(folder, zalo), TurnedClock(at("31/12 12:00")))
    async with app.db.read() as conn:
        reports = (await conn.exec_driver_sql(_REVISIONS)).all()
        seen = {row[0] for row in await conn.exec_driver_sql("select key from seen_update where channel = 'zalo'")}
        failed = (await conn.exec_driver_sql("select traceback from failed_update")).all()
        wrong = await rebuild_check(UnitOfWork(conn, app.clock.now()))
    await app.stop()
    shown = {code for s in secretaries for code in s.receipts}
    assert not failed, failed[0]
    assert journalled, "no kill met an update in the journal: this says nothing"
    assert journalled <= seen, "an update that was journalled was lost"
    assert not list((folder / "zalo-journal").glob("*.json")), "an update is left over"
    assert shown <= {code for code, _ in reports}, "a receipt was shown for a report that is not there"
    assert {count for _, count in reports} == {1}, "a report was sent twice"
    assert len(reports) == sum(s.days for s in secretaries)
    assert wrong == [], "the totals are not the sum of the reports"
