"""What the kill tests share: days of work in which the bot is killed, and what has to be true afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import TypeVar

from sqlalchemy import make_url

from bot.app import App
from bot.config import Settings
from reporting.register import rebuild_check
from storage.uow import UnitOfWork
from tests.crash.bots import Bot
from tests.days.town import at, invite
from tests.support.loaded import copy_to
from tests.support.world import TurnedClock

UNITS = ("TN-TPTN", "TN-HT", "TN-TB", "TN-TBI", "TN-TC", "TN-DMC", "TN-CT", "TN-GD", "TN-BC")
LETTERS = "ABCDEFGHJ"
B = TypeVar("B", bound=Bot)
START = at("15/12 11:00")
LAST_DAY = at("29/12 11:00")
"""Of the plan; after it nothing is owed."""
_REVISIONS = "select code, number from report join revision on report_id = report.id"


async def invitations(settings: Settings, count: int) -> list[str]:
    """Tây Ninh's campaign in the database of these settings, and a code for the reporter of each of so many units."""
    copy_to(file_of(settings))
    app = App(settings, TurnedClock(START))
    codes = [f"{letter * 4}-{letter * 4}" for letter in LETTERS[:count]]
    for code, unit in zip(codes, UNITS, strict=False):
        await invite(app, code, unit, "reporter")
    await app.stop()
    return codes


def file_of(settings: Settings) -> Path:
    """Of the database."""
    return Path(make_url(settings.database_url).database or "")


@asynccontextmanager
async def begun(bot: B) -> AsyncIterator[B]:
    """A bot that runs, and does no more at the end."""
    await bot.starts(START)
    try:
        yield bot
    finally:
        await bot.is_over()


async def killed(
    bot: Bot,
    kills: int,
    random: Random,
    day: Callable[[], Sequence[Awaitable[None]]],
    tomorrow: Callable[[datetime], None] = lambda _now: None,
    just_before: Callable[[], Awaitable[None]] | None = None,
    calls: int = 30,
) -> None:
    """Kill a bot so many times while people go through their `day`, which ends once all of them have; then the next
    begins, with a kill in the night. `tomorrow` is told of it; `just_before` may choose the moment of a kill, which is
    at most so many `calls` after a start."""
    now, done = START, 0
    while done < kills:
        assert now <= LAST_DAY, f"only {done} kills in all the days of the plan"
        began = monotonic()
        work = asyncio.gather(*day())
        try:
            while not work.done() and done < kills:
                await bot.does(random.randint(0, calls), within=1.5)
                await asyncio.wait([work], timeout=random.uniform(0, 0.05))
                if just_before:
                    await just_before()
                await bot.is_killed()
                done += 1
                # No clock goes back because a program starts.
                await bot.starts(now + timedelta(seconds=monotonic() - began))
            await work
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
        now += timedelta(days=1)
        tomorrow(now)
        await bot.is_killed()
        await bot.starts(now)


@dataclass(frozen=True)
class Left:
    """What the database holds in the end: reports as (code, number of the revision), keys of updates that are done."""

    reports: list[tuple[str, int]]
    seen: set[str]

    @property
    def twice(self) -> int:
        """Revisions that are there more than once."""
        return len(self.reports) - len(set(self.reports))


async def left(settings: Settings) -> Left:
    """Look, and make sure that no update failed, and that the totals are the sums of the reports."""
    app = App(settings, TurnedClock(at("31/12 12:00")))
    try:
        async with app.db.read() as conn:
            reports = sorted(tuple(row) for row in await conn.exec_driver_sql(_REVISIONS))
            seen = {row[0] for row in await conn.exec_driver_sql("select key from seen_update")}
            failed = (await conn.exec_driver_sql("select traceback from failed_update")).all()
            wrong = await rebuild_check(UnitOfWork(conn, app.clock.now()))
    finally:
        await app.stop()
    assert not failed, failed[0]
    assert wrong == [], "the totals are not the sum of the reports"
    return Left(reports, seen)
