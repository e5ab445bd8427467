"""What is old goes, rule by rule (`storage.updates`), a small piece a transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from prometheus_client import Counter

from bot.clock import Clock
from bot.delivery.newsroom import Run
from storage import updates
from storage.uow import Row, UnitOfWork
from storage.updates import RULES, Rule

EVERY = timedelta(minutes=15)
MOST = 20
"""Pieces of a rule in one look; what is left waits for the next, so that the other jobs have their turn."""

PRUNED = Counter("danvan_pruned_rows_total", "Rows that were old and are gone, by rule", ["rule"])


class Pruner:
    """What the timed jobs do against growing for ever."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looked: datetime | None = None

    async def look(self, run: Run) -> None:
        """Delete what is old, now and then. A clock that was set back does not keep it from looking."""
        now = self._clock.now()
        if self._looked and abs(now - self._looked) < EVERY:
            return
        self._looked = now
        for rule in RULES:
            for _ in range(MOST):
                if not await self._piece(run, rule):
                    break

    async def _piece(self, run: Run, rule: Rule) -> bool:
        """Delete a piece; returns whether there may be more."""
        found: list[Row] = []
        if not await run("look for what is old", partial(self._find, rule, found), reads=True) or not found:
            return False
        if not await run("prune", partial(self._drop, rule, found)):
            return False
        PRUNED.labels(rule.name).inc(len(found))
        return len(found) == updates.BATCH

    async def _find(self, rule: Rule, found: list[Row], uow: UnitOfWork, now: datetime) -> None:
        found += await updates.old(uow, rule)

    async def _drop(self, rule: Rule, found: list[Row], uow: UnitOfWork, now: datetime) -> None:
        await updates.drop(uow, rule, found)
