"""What the office is told of the bot itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.clock import Clock
from handlers.context import Office
from handlers.office import backup_care, channel_care
from storage.engine import Database
from storage.uow import UnitOfWork


class Care:
    """Tells those who look after the bot that something needs them."""

    def __init__(self, db: Database, office: Office, clock: Clock, wake: Callable[[], None]) -> None:
        """`wake`: called when there is something to send."""
        self._db, self._office, self._clock, self._wake = db, office, clock, wake

    async def backup_failed(self, why: str) -> None:
        await self._tell(lambda uow: backup_care.tell_of_failure(self._office, uow, why))

    async def token_refused(self, channel: str) -> None:
        await self._tell(lambda uow: channel_care.tell_of_refusal(self._office, uow, uow.now, channel))

    async def _tell(self, tell: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        async with self._db.write() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            await tell(uow)
            await uow.flush()
        self._wake()
