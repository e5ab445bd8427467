"""The outbox put right: after a clock that was put back, and where it holds what nobody can read."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from storage import misplaced
from storage.engine import Database, told
from storage.uow import UnitOfWork

_A_STEP = timedelta(seconds=5)
"""By which a clock is put back."""


class Mending:
    """Looks at the clock, and at what stands in the way."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._latest = clock.now()

    async def of_a_step_back(self, now: datetime) -> bool:
        """Whether the clock was put back: what was due is due, and need not wait until it is that time again."""
        is_back = now < self._latest - _A_STEP
        if is_back:
            async with self._db.write() as conn:
                await misplaced.was_due(UnitOfWork(conn, now), self._latest)
            self._latest = now
        self._latest = max(self._latest, now)
        return is_back

    async def of_the_unreadable(self) -> str:
        """A row that nobody can read must not keep the others from being read. Why it could not be put aside, "" if it
        was."""
        try:
            async with self._db.write() as conn:
                await misplaced.put_aside_unreadable(UnitOfWork(conn, self._clock.now()))
        except SQLAlchemyError as error:
            return told(error)
        return ""
