"""The bot is killed with SIGKILL again and again while people report; nothing confirmed is lost, nothing is twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.app import App
from reporting.register import rebuild_check
from storage.uow import UnitOfWork
from tests.crash.secretary import Secretary
from tests.days.town import at, free_port, invite, load, settings
from tests.support.world import TurnedClock
from tests.telegram.emulator import TelegramEmulator

UNITS = ("TN-TPTN", "TN-HT", "TN-TB", "TN-TBI", "TN-TC", "TN-DMC", "TN-CT", "TN-GD", "TN-BC")
LETTERS = "ABCDEFGHJ"


class Bot:
    """The bot as a process of its own."""

    def __init__(self, folder: Path, emulator: TelegramEmulator, *, webhook: bool) -> None:
        self._folder, self._emulator, self._webhook = folder, emulator, webhook
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    async def starts(self, now: datetime) -> None:
        before = len(self._emulator.calls)
        with (self._folder / "bot.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "--clock", now.isoformat(), "--speed", "1",
                env={**os.environ, **self._environment()}, stdout=asyncio.subprocess.DEVNULL, stderr=log,
            )  # fmt: skip
        async with asyncio.timeout(60):
            while len(self._emulator.calls) <= before + 1:
                assert self._process.returncode is None, (self._folder / "bot.log").read_text()
                await asyncio.sleep(0.02)

    async def is_killed(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stops(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()

    def _environment(self) -> dict[str, str]:
        hook = {
            "WEBHOOK_URL": f"http://127.0.0.1:{self._port}/hooks/telegram",
            "WEBHOOK_SECRET": "a-long-random-word",
        }
        return {
            "TELEGRAM_TOKEN": self._emulator.token,
            "TELEGRAM_API_BASE": self._emulator.base_url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self._folder / 'town.db'}",
            "MEDIA_DIR": str(self._folder / "media"),
            "WEB_PORT": str(self._port),
            "SECRET_KEY": "a key for tests only",
            "SEND_CHAT_PER_SECOND": "0",
            "SEND_PER_SECOND": "0",
            "LOG_LEVEL": "WARNING",
            **(hook if self._webhook else {}),
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
    random = Random(kills)
    now = at("15/12 11:00")
    limit = asyncio.timeout(120 + 15 * kills)
    async with limit, TelegramEmulator(webhook_backoff=lambda _failures: 0.2) as emulator:
        secretaries = await _prepare(tmp_path, emulator, random, now)
        bot = Bot(tmp_path, emulator, webhook=webhook)
        await bot.starts(now)
        await asyncio.gather(*(s.joins() for s in secretaries))
        done = 0
        while done < kills:
            work = asyncio.gather(*(_busy_day(s) for s in secretaries))
            while not work.done() and done < kills:
                await asyncio.wait([work], timeout=random.uniform(0.05, 1.2))
                await bot.is_killed()
                done += 1
                await bot.starts(now)
            await work
            # The next day has begun: there is a new report to send.
            now += timedelta(days=1)
            await bot.is_killed()
            await bot.starts(now)
        assert await bot.stops() == 0
    await _all_is_well(tmp_path, emulator, secretaries)


async def _prepare(folder: Path, emulator: TelegramEmulator, random: Random, now: datetime) -> list[Secretary]:
    app = App(settings(folder, emulator), TurnedClock(now))
    await load(app)
    secretaries = []
    for letter, unit in zip(LETTERS, UNITS, strict=True):
        code = f"{letter * 4}-{letter * 4}"
        await invite(app, code, unit, "reporter")
        secretaries.append(Secretary(emulator.person(f"Secretary {letter}"), code, random))
    await app.stop()
    return secretaries


async def _busy_day(secretary: Secretary) -> None:
    await secretary.reports()
    await secretary.corrects()


async def _all_is_well(folder: Path, emulator: TelegramEmulator, secretaries: list[Secretary]) -> None:
    app = App(settings(folder, emulator), TurnedClock(at("31/12 12:00")))
    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        rows = await conn.exec_driver_sql("select code, number from report join revision on report_id = report.id")
        kept = sorted(tuple(row) for row in rows)
        failed = (await conn.exec_driver_sql("select traceback from failed_update")).all()
        wrong = await rebuild_check(uow)
    await app.stop()
    shown = sorted(receipt for s in secretaries for receipt in s.receipts)
    assert not failed, failed[0]
    assert len(kept) == len(set(kept)), "a report or a revision is there twice"
    assert set(shown) <= set(kept), "a receipt was shown for a report that is not there"
    assert {code for code, _ in kept} == {code for code, _ in shown}, "a report nobody has a receipt for"
    assert wrong == [], "the totals are not the sum of the reports"
