"""A broadcast whose bot is killed with SIGKILL again and again: nobody is left out, and of each kill at most the one
message is seen twice that was on its way."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.app import App
from storage.uow import UnitOfWork
from tests.bot.newsdesk import author, broadcast, crowd
from tests.crash.test_kills import TelegramBot
from tests.days.town import at, settings
from tests.support.loaded import copy_to
from tests.support.world import TurnedClock
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person

pytestmark = pytest.mark.sqlite("killed while it writes the file; on a PostgreSQL: tests/replicas/test_kills.py")

A_SECOND = 10
"""Messages; so few that a busy machine is no slow network, on which more than one would have to be on its way."""


class PacedBot(TelegramBot):
    """Keeps to the pace of a channel."""

    def settings(self) -> dict[str, str]:
        return {**super().settings(), "SEND_PER_SECOND": str(A_SECOND)}


@pytest.mark.parametrize(
    ("kills", "count"),
    [(3, 24), pytest.param(25, 250, marks=pytest.mark.soak)],
    ids=["3 kills", "25 kills"],
)
async def test_killed_in_the_middle_nobody_is_left_out(kills: int, count: int, tmp_path: Path) -> None:
    random, now = Random(kills), at("15/12 09:00")
    async with asyncio.timeout(60 + 10 * kills), TelegramEmulator() as emulator:
        people = await _prepare(tmp_path, emulator, count, now)
        bot = PacedBot(tmp_path, emulator)
        try:
            for _ in range(kills):
                await bot.starts(now)
                await _some_more(emulator)
                await asyncio.sleep(random.uniform(0, 0.5))
                await bot.is_killed()
                assert any(not _got(person) for person in people), "it was killed when all was done"
                now += timedelta(seconds=20)
            await bot.starts(now)
            waiting = people
            while waiting := [person for person in waiting if not _got(person)]:
                await asyncio.sleep(0.05)
        finally:
            await bot.is_over()
    repeats = sum(_got(person) - 1 for person in people)
    print(f"{kills} kills, {count} recipients, {repeats} messages twice")
    assert repeats <= kills


async def _prepare(folder: Path, emulator: TelegramEmulator, count: int, now: datetime) -> list[Person]:
    app = App(settings(folder, emulator), TurnedClock(now))
    copy_to(folder / "town.db")
    people = [emulator.person(f"Người {number}") for number in range(count + 1)]
    for person in people:
        emulator.world.chats[person.id].started = True
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, now)
        await crowd(uow, [str(person.id) for person in people[:count]], channel="telegram")
        chat = str(people[count].id)
        await broadcast(uow, await author(uow, channel="telegram", chat=chat), channel="telegram", chat=chat)
        await uow.flush()
    await app.stop()
    return people[:count]


async def _some_more(emulator: TelegramEmulator) -> None:
    """Wait until at least one more message has arrived. Who looked at all the phones would take the machine from the
    bot."""
    before = len(emulator.calls.of("sendMessage"))
    while len(emulator.calls.of("sendMessage")) == before:
        await asyncio.sleep(0.01)


def _got(person: Person) -> int:
    return sum("14:00" in shown.text for shown in person.messages)
