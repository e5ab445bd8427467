"""A broadcast to many through Telegram's own protocol with its limits on, while people go on talking to the bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import App
from bot.clock import SimulatedClock
from bot.config import Settings
from storage import broadcast_runs
from storage.uow import UnitOfWork
from tests.bot.kit import timing_writes
from tests.bot.newsdesk import author, broadcast, crowd
from tests.days.town import at, load, settings
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person

TALKERS = 8
A_WORD = "/trogiup"
_ANSWER = "/trogiup"
BETWEEN = 0.35
"""Seconds between two words of somebody; each speaks every three seconds."""


@dataclass
class Figures:
    """What was measured; times in seconds."""

    recipients: int
    seconds: float = 0.0
    got: list[int] = field(default_factory=list)
    """How many times each recipient got it."""
    quiet: list[float] = field(default_factory=list)
    """How long replies took before the broadcast began, and `busy` while it ran."""
    busy: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    loop: list[float] = field(default_factory=list)
    """By how much the event loop was late, looked at every 20 ms."""
    refused: int = 0
    """Answers of Telegram that say 429."""

    def lines(self) -> list[str]:
        return [
            f"recipients {self.recipients}, got it {sum(map(bool, self.got))}, twice {sum(n > 1 for n in self.got)}",
            f"{self.seconds:.1f} s, {self.recipients / self.seconds:.1f} messages a second",
            f"replies before: {len(self.quiet)}, longest {max(self.quiet):.3f} s",
            f"replies during: {len(self.busy)}, longest {max(self.busy):.3f} s, "
            f"median {sorted(self.busy)[len(self.busy) // 2]:.3f} s",
            f"write transactions {len(self.writes)}, longest {max(self.writes):.3f} s",
            f"event loop late by at most {max(self.loop):.3f} s",
            f"429 seen: {self.refused}",
        ]


async def measure(count: int, folder: Path) -> Figures:
    """Send a broadcast to so many people, and watch."""
    figures = Figures(count)
    clock = SimulatedClock(at("16/12 08:20"), speed=1)
    async with TelegramEmulator() as emulator:
        emulator.limits.enabled = True
        app = App(_settings(folder, emulator), clock)
        await load(app)
        people = await _enlist(app, emulator, count)
        await app.start()
        watching = asyncio.create_task(_watch_loop(figures.loop))
        talkers = people[:: count // TALKERS][:TALKERS]
        with timing_writes(app.db) as figures.writes:
            await _talk(talkers, figures.quiet, 3.0)
            await _run(app, talkers, figures)
        watching.cancel()
        await app.stop()
        figures.refused = sum(call.code == 429 for call in emulator.calls)
    figures.got = [sum("14:00" in shown.text for shown in person.messages) for person in people]
    return figures


def _settings(folder: Path, emulator: TelegramEmulator) -> Settings:
    limits = {"send_per_second": 30, "send_chat_per_second": 1, "send_group_per_minute": 20}
    return settings(folder, emulator).model_copy(update=limits)


async def _enlist(app: App, emulator: TelegramEmulator, count: int) -> list[Person]:
    people = [emulator.person(f"Người {number}") for number in range(count + 1)]
    for person in people:
        emulator.world.chats[person.id].started = True
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        await crowd(uow, [str(person.id) for person in people[:count]], channel="telegram")
        await author(uow, channel="telegram", chat=str(people[count].id))
        await uow.flush()
    return people[:count]


async def _run(app: App, talkers: Sequence[Person], figures: Figures) -> None:
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        row = (await conn.exec_driver_sql("SELECT member_id, address FROM account ORDER BY id DESC LIMIT 1")).one()
        number = await broadcast(uow, row[0], channel="telegram", chat=row[1])
    began = time.monotonic()
    talking = asyncio.create_task(_talk(talkers, figures.busy, 3600))
    await app.jobs.tick()
    # News leave those alone who are talking: theirs come when they stop.
    while await _left(app, number) > len(talkers):
        await asyncio.sleep(0.1)
    talking.cancel()
    while await _left(app, number):
        await asyncio.sleep(0.1)
    figures.seconds = time.monotonic() - began


async def _left(app: App, number: int) -> int:
    """How many are still to get it, as the outbox knows at once."""
    query = "SELECT count(*) FROM outbox WHERE key LIKE 'news/%' AND state IN ('waiting', 'sending')"
    async with app.db.read() as conn:
        outbox = (await conn.exec_driver_sql(query)).scalar_one()
        counts = await broadcast_runs.counts(UnitOfWork(conn, app.clock.now()), number)
    return int(outbox) + counts.get("waiting", 0)


async def _talk(people: Sequence[Person], took: list[float], seconds: float) -> None:
    """One after the other says something and waits for the answer, for so long."""
    ends, turn = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        person = people[turn % len(people)]
        took.append(await _answered(person))
        turn += 1
        await asyncio.sleep(BETWEEN)


async def _answered(person: Person) -> float:
    """Seconds from a word to its answer, whatever else comes between."""
    while person.unheard:
        await person.hears()
    began = time.monotonic()
    await person.says(A_WORD)
    while _ANSWER not in (await person.hears(10)).text:
        pass
    return time.monotonic() - began


async def _watch_loop(late: list[float]) -> None:
    while True:
        began = time.monotonic()
        await asyncio.sleep(0.02)
        late.append(time.monotonic() - began - 0.02)
