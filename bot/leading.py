"""Of several processes on one PostgreSQL, one leads: it alone polls, works by the clock, and sends.

Whoever has the lock leads. It falls when its holder's connection ends, so a killed process is followed within the time
between two looks; one that lost its connection stops at once, and what it still tries to write is refused (`guard`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from storage.locks import NotLeading, still_leading
from storage.wire import LEAD, OUTBOX, Hear, Wire, WireError

log = structlog.get_logger(__name__)

EVERY = 2.0
"""Seconds between two looks at the lock."""

Step = Callable[[], Awaitable[None]]


class Leading:
    """Competes for the lead. On SQLite there is nobody to compete with, and nothing to do."""

    def __init__(self, url: str | None, *, lead: Step, follow: Step, hear: Hear, deaf: Step) -> None:
        """`url`: of the PostgreSQL, None on SQLite. `lead`: begin with what only one may do; `follow`: end it, at once.
        `hear`: as of `Wire`. `deaf`: told when something may not have been heard."""
        self._lead, self._follow, self._hears, self._deaf = lead, follow, hear, deaf
        self._wire = Wire(url, self._heard) if url else None
        self._turn: int | None = None
        self._stopping = self._retired = False
        self._look, self._sendable = asyncio.Event(), asyncio.Event()
        self.is_leader = self.hears = False
        """Whether this is the one that leads; whether it hears the others. What opens before it does is told to come
        again once."""

    async def guard(self, conn: AsyncConnection) -> None:
        """Within a transaction, before it writes: raises NotLeading if this is not for us to do (any more). Who leads
        next waits for the end of the transaction."""
        if self._wire is not None:
            if self._turn is None:
                raise NotLeading
            try:
                await still_leading(conn, self._turn)
            except NotLeading:
                self._wire.lost.set()
                raise

    def tell_of_outbox(self) -> None:
        """Something was written that is to be sent, and another process leads."""
        self._sendable.set()

    async def run(self) -> None:
        """On PostgreSQL: compete, until `stop`."""
        if self._wire is None:
            return
        telling = asyncio.create_task(self._tell(self._wire), name="tell the leader")
        try:
            while not self._stopping:
                try:
                    await self._wire.open()
                    await self._deaf()
                    self.hears = True
                    await self._compete(self._wire)
                except WireError as error:
                    log.warning("the connection by which one leads is gone", error=str(error))
                except Exception:
                    log.exception("leading failed")
                finally:
                    self.hears = False
                    await self._step_down()
                    await self._wire.close()
                await self._rest(EVERY)
        finally:
            telling.cancel()

    def retire(self) -> None:
        """Do not begin to lead any more."""
        self._retired = True

    async def stop(self) -> None:
        """Lead no more, in order: what `lead` began has been ended by the caller. The next one is told."""
        self._stopping = True
        if self._wire is not None and self.is_leader:
            self.is_leader, self._turn = False, None
            try:
                await self._wire.hand_over()
            except WireError as error:
                log.debug("nobody told", error=str(error))
        self._look.set()

    async def _compete(self, wire: Wire) -> None:
        """Until the stop. Raises WireError when the connection is lost, and the lock with it."""
        while not self._stopping:
            if wire.lost.is_set():
                raise WireError("lost")
            if self.is_leader:
                await wire.check()
            elif not self._retired and await wire.ask_to_lead():
                self._turn = await wire.take_turn()
                self.is_leader = True
                metrics.LEADING.set(1)
                log.info("this process leads now", turn=self._turn)
                await self._lead()
            await self._wait(wire)

    async def _wait(self, wire: Wire) -> None:
        """Until it is time to look again, or something has happened."""
        looked = [asyncio.create_task(event.wait()) for event in (self._look, wire.lost)]
        try:
            await asyncio.wait(looked, timeout=EVERY, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in looked:
                task.cancel()
        self._look.clear()

    async def _step_down(self) -> None:
        self._turn = None
        metrics.LEADING.set(0)
        if self.is_leader:
            self.is_leader = False
            log.warning("this process does not lead any more")
            await self._follow()

    async def _tell(self, wire: Wire) -> None:
        """Many commits are one call: what is written meanwhile is told with the next."""
        while True:
            await self._sendable.wait()
            self._sendable.clear()
            try:
                await wire.tell(OUTBOX)
            except WireError as error:
                # The leader looks by itself each second.
                log.debug("the leader is not told", error=str(error))
                await asyncio.sleep(EVERY)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._look.wait()
        except TimeoutError:
            pass

    def _heard(self, what: str, text: str) -> None:
        if what == LEAD:
            self._look.set()
        else:
            self._hears(what, text)
