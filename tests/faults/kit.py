"""A whole bot on a real SQLite file and a real emulator, whose clock goes wherever the test puts it."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, TypeAlias

import pytest
from aiohttp import ClientSession

from bot import zalo as zalo_setup
from bot.app import App
from bot.channels.base import Pace
from bot.channels.telegram import TelegramChannel
from bot.channels.zalo import ZaloChannel
from bot.clock import Clock
from bot.config import Settings
from tests.days import town, zalo_town
from tests.days.town import at, invite
from tests.support.loaded import copy_to
from tests.support.ports import steady_port
from tests.telegram.emulator import TelegramEmulator
from tests.zalo.emulator import ZaloEmulator

Platform: TypeAlias = Literal["telegram", "zalo"]
SEND = "sendMessage"
MINUTE = timedelta(minutes=1)


class WildClock:
    """Goes where it is put, backwards too."""

    speed = 1.0

    def __init__(self, start: datetime) -> None:
        self.moment = start
        self.ticks = 0.0
        """Seconds that have really gone by."""

    def now(self) -> datetime:
        return self.moment

    def goes_on(self, length: timedelta) -> None:
        """Time goes by."""
        self.moment += length
        self.ticks += length.total_seconds()

    def elapsed(self) -> float:
        """Seconds that have really gone by."""
        return self.ticks

    def seconds(self) -> float:
        """Since 1970."""
        return self.moment.timestamp()


@dataclass
class Place:
    """A bot at work, and those who write to it. What people say and hear is the same on Telegram and on Zalo."""

    app: App
    clock: WildClock
    emulator: Any
    file: Path
    people: list[Any] = field(default_factory=list)
    leader: Any = None

    async def time_is(self, when: str | datetime) -> None:
        """Put the clock there, and let the jobs look."""
        self.clock.moment = at(when) if isinstance(when, str) else when
        await self.app.jobs.tick()

    async def passes(self, minutes: int, step: int = 5) -> None:
        """Let time go by, a look at every step; what is sent is waited for."""
        for _ in range(0, minutes, step):
            self.clock.goes_on(step * MINUTE)
            await self.app.jobs.tick()
            await self.quiet()

    async def comes_to(self, *moments: str) -> None:
        """Let time go by, with a look at each of these moments only."""
        for moment in moments:
            self.clock.goes_on(at(moment) - self.clock.moment)
            await self.app.jobs.tick()
            await self.quiet()

    async def quiet(self) -> None:
        """Wait until nothing is on its way and nothing is due that could go."""
        await until(lambda: not self._on_the_way())

    def _on_the_way(self) -> int:
        now = f"{self.app.clock.now().astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
        ((count,),) = self.query(
            f"select count(*) from outbox where state = 'sending' or (state = 'waiting' and due_at <= '{now}')"
        )
        return int(count)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Read the database from outside."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql).fetchall()

    async def health(self) -> tuple[int, dict[str, Any]]:
        """What /healthz says."""
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{self.app.port}/healthz") as answer:
            return answer.status, await answer.json()

    async def metric(self, line: str) -> float:
        """The figure of a line of /metrics, such as ``danvan_sends_total{channel="zalo",outcome="sent"}``."""
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{self.app.port}/metrics") as answer:
            found = re.search(rf"^{re.escape(line)} (\S+)$", await answer.text(), re.MULTILINE)
        return float(found[1]) if found else 0.0

    @property
    def channel(self) -> Platform:
        """Of the platform."""
        return "telegram" if isinstance(self.emulator, TelegramEmulator) else "zalo"

    async def sends(self, outcome: str) -> float:
        """How many messages had this outcome."""
        return await self.metric(f'danvan_sends_total{{channel="{self.channel}",outcome="{outcome}"}}')


def texts(person: Any) -> list[str]:
    """The bot's messages on a person's screen."""
    return [shown.text for shown in (person.sees() if hasattr(person, "sees") else person.messages)]


async def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something that must come; TimeoutError."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, platform: Platform = "telegram", *, webhook: bool = False,
    start: str = "15/12 20:15", count: int = 3, clock_of: Callable[[WildClock], Clock] = lambda wild: wild, **more: Any,
) -> AsyncIterator[Place]:  # fmt: skip
    """So many reporters who owe a report the next morning at ten, and a leader. Nobody waits long after a failure.
    `clock_of`: what the bot sees of the clock."""
    for channel in (TelegramChannel, ZaloChannel):
        monkeypatch.setitem(channel.__init__.__kwdefaults__, "backoff", lambda _failures: 0.02)
    monkeypatch.setattr(zalo_setup, "PACE", Pace())
    clock = WildClock(at(start))
    monkeypatch.setattr("bot.channels.zalo_sending.time", SimpleNamespace(monotonic=clock.seconds))
    async with _emulator(platform, clock) as emulator:
        settings = _settings(folder, emulator, webhook=webhook)
        async with running(settings.model_copy(update=more), clock, emulator, clock_of(clock)) as place:
            await _join(place, count)
            yield place


def _emulator(platform: Platform, clock: WildClock) -> Any:
    if platform == "telegram":
        return TelegramEmulator(clock=clock.seconds, webhook_backoff=lambda _failures: 0.02)
    return ZaloEmulator(clock=clock.seconds, second=0.01)


def _settings(folder: Path, emulator: Any, *, webhook: bool) -> Settings:
    if isinstance(emulator, TelegramEmulator):
        given = town.settings(folder, emulator, port=steady_port(), webhook=webhook)
    else:
        emulator.quota.messages = emulator.quota.users = None
        given = zalo_town.settings(folder, emulator, webhook=webhook)
    copy_to(folder / "faults.db")
    return given.model_copy(update={"database_url": f"sqlite+aiosqlite:///{folder / 'faults.db'}"})


@asynccontextmanager
async def running(
    settings: Settings, clock: WildClock, emulator: Any, seen: Clock | None = None
) -> AsyncIterator[Place]:
    """A bot on what is there. `seen`: what it sees of the clock."""
    app = App(settings, seen or clock)
    await app.prepare()
    await app.start()
    try:
        yield Place(app, clock, emulator, Path(settings.database_url.partition("///")[2]))
    finally:
        emulator.faults.clear()
        await app.stop()


UNITS = ("TN-BC", "TN-GD", "TN-TC", "TN-HT", "TN-TB", "TN-CT", "TN-TBI", "TN-DMC")


async def _join(place: Place, count: int) -> None:
    for number, unit in enumerate(UNITS[:count]):
        place.people.append(await _joined(place, f"Người {number}", f"K{number + 2}QM-2XPD", unit, "reporter"))
    place.leader = await _joined(place, "Hùng", "HEAD-ER23", "TN", "leader")


async def _joined(place: Place, name: str, code: str, unit: str, role: str) -> Any:
    await invite(place.app, code, unit, role)
    person = place.emulator.person(name)
    await (town.joins if isinstance(place.emulator, TelegramEmulator) else zalo_town.joins)(person, code)
    person.forgets()
    return person
