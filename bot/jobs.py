"""What happens by the clock: periods open, reminders and digests go out, old rows are pruned.

Each job asks the database what is due, so one that was missed is caught up by the next run, and one that runs
twice writes nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prometheus_client import Counter

from bot import quota
from bot.backups.nightly import Nightly
from bot.clock import Clock
from bot.delivery.courier import Guard
from bot.delivery.newsroom import Newsroom
from bot.pruning import Pruner
from bot.sentry import Report, unreported
from handlers.alerts import climbing
from handlers.context import Office
from handlers.deadlines import reminders
from handlers.groups import care
from handlers.office import pushes
from handlers.stories import reactions
from reporting import register as ledger
from storage.engine import Database, is_passing, told
from storage.locks import NotLeading
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

EVERY = 15.0
"""Seconds of the bot's clock between two looks at what is due; never less than half a real second."""

RUNS = Counter("danvan_jobs_total", "Runs of the timed jobs, by outcome", ["job", "outcome"])

Job = Callable[[UnitOfWork, datetime], Awaitable[object]]


class Jobs:
    """Runs the timed jobs on APScheduler."""

    def __init__(
        self, db: Database, office: Office, clock: Clock, committed: Callable[[], None], guard: Guard | None = None,
        report: Report = unreported,
    ) -> None:  # fmt: skip
        """`guard`: raises NotLeading in a transaction of a process that may not do this any more. `report`: who is told
        of a job that raised."""
        self._report = report
        self._guard = guard
        self.failing: set[str] = set()
        """The jobs whose last run failed."""
        self._db, self._office, self._clock, self._committed = db, office, clock, committed
        self._newsroom = Newsroom(office, clock)
        self._pruner = Pruner(clock)
        self.nightly: Nightly | None = None
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        # A shutdown of the scheduler cancels its running job: it must not come into the middle of one.
        self._looking = asyncio.Lock()

    def start(self) -> None:
        interval = max(0.5, EVERY / self._clock.speed)
        # One that was shut down does not begin again.
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(self.tick, "interval", seconds=interval, max_instances=1, coalesce=True)
        self._scheduler.start()

    async def stop(self) -> None:
        """Look no more; return when a look that is under way is over."""
        if self._scheduler.running:
            self._scheduler.pause()
            if self.nightly:
                await self.nightly.stop()
            async with self._looking:
                self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Do all that is due now, each job in a transaction of its own."""
        async with self._looking:
            await self._look()

    async def _look(self) -> None:
        zone, holidays = self._office.translators.timezone, self._office.holidays
        await self._run("open periods", lambda uow, now: ledger.open_periods(uow, zone, now, holidays))
        await self._run("remind", lambda uow, now: reminders.remind(self._office, uow, now))
        await self._run("digest", lambda uow, now: pushes.digest(self._office, uow, now))
        await self._run("groups", lambda uow, now: care.look(self._office, uow, now))
        await self._run("urgent matters", lambda uow, now: climbing.climb(self._office, uow, now))
        await self._run("reactions", lambda uow, now: reactions.show(self._office, uow, now))
        await self._run("quotas", lambda uow, now: quota.watch(self._office, uow, now))
        # To write down ten thousand recipients takes a while: what is there goes out meanwhile.
        self._committed()
        await self._newsroom.look(self._run)
        await self._pruner.look(self._run)
        if self.nightly:
            self.nightly.look()
        self._committed()

    async def _run(self, name: str, job: Job, *, reads: bool = False) -> bool:
        now = self._clock.now()
        # A first failure is seen as an increase only where there was a zero.
        RUNS.labels(name, "failed")
        try:
            async with self._db.read() if reads else self._db.write() as conn:
                if self._guard and not reads:
                    await self._guard(conn)
                uow = UnitOfWork(conn, now)
                await job(uow, now)
                await uow.flush()
        except NotLeading:
            return False
        except Exception as error:
            # The others must run, and this one is tried again at the next tick.
            log.error("job failed", job=name, error=told(error), exc_info=not is_passing(error))
            if not is_passing(error):
                self._report(error, job=name)
            self.failing.add(name)
            RUNS.labels(name, "failed").inc()
            return False
        self.failing.discard(name)
        RUNS.labels(name, "done").inc()
        return True
