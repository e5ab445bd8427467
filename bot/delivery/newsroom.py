"""Broadcasts, moved on: started when their moment has come, and taken further in many small transactions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Protocol

from prometheus_client import Counter

from bot.clock import Clock
from handlers.context import Office
from handlers.news import running
from reporting.planning.quiet import next_allowed
from storage import broadcast_runs
from storage.uow import Row, UnitOfWork

MOST_STEPS = 200
"""In one look: what is left then waits for the next, so that the other jobs have their turn."""

RECIPIENTS = Counter("danvan_broadcast_recipients_total", "Recipients of broadcasts, by what became of them", ["state"])

Work = Callable[[UnitOfWork, datetime], Awaitable[object]]


class Run(Protocol):
    """Does work in a transaction of its own (one that only reads, if `reads`); returns whether it was done."""

    async def __call__(self, name: str, job: Work, *, reads: bool = False) -> bool: ...


class Newsroom:
    """What the timed jobs do for broadcasts."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock

    async def look(self, run: Run) -> None:
        """Start what is due, then move all on until nothing is left to do at once."""
        now = self._clock.now()
        due: list[Row] = []
        # In quiet hours nothing starts; whoever chose such a time was told.
        if next_allowed(now, self._office.translators.timezone) <= now:
            await run("broadcast", partial(self._due, due), reads=True)
        for broadcast in due:
            await self._start(run, broadcast)
        for _ in range(MOST_STEPS):
            done = running.Done()
            if not await run("broadcast", partial(self._step, done)) or not done.more:
                return

    async def _due(self, due: list[Row], uow: UnitOfWork, now: datetime) -> None:
        due += await broadcast_runs.due(uow)

    async def _start(self, run: Run, broadcast: Row) -> None:
        """Write down who gets it, slice by slice, and then that it runs. Broken off, it is done again; who is there
        already stays as they are."""
        found: list[Row] = []
        if not await run("broadcast recipients", partial(self._meant, broadcast, found), reads=True):
            return
        for first in range(0, len(found), running.SLICE):
            rows = found[first : first + running.SLICE]
            if not await run("broadcast recipients", partial(self._enlist, broadcast, rows)):
                return
        await run("broadcast start", partial(self._begin, broadcast))

    async def _meant(self, broadcast: Row, found: list[Row], uow: UnitOfWork, now: datetime) -> None:
        found += await running.meant(uow, broadcast, now)

    async def _enlist(self, broadcast: Row, rows: list[Row], uow: UnitOfWork, now: datetime) -> None:
        await broadcast_runs.enlist(uow, broadcast["id"], rows)

    async def _begin(self, broadcast: Row, uow: UnitOfWork, now: datetime) -> None:
        await running.begin(self._office, uow, broadcast)

    async def _step(self, done: running.Done, uow: UnitOfWork, now: datetime) -> None:
        found = await running.step(self._office, uow, now)
        done.more = found.more
        for state, count in found.outcomes.items():
            RECIPIENTS.labels(state).inc(count)
