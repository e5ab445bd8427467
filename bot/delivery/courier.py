"""From the outbox to the channels: in order within a chat, replies before pushes, as fast as each channel takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.base import Channel
from bot.clock import Clock
from bot.delivery.carrier import LONGEST_PAUSE, Carrier, Trouble, outcome_of
from bot.delivery.doors import Door
from bot.delivery.mending import Mending
from bot.delivery.pace import Pacer
from bot.sentry import Report, unreported
from handlers.events import Priority
from storage import misplaced, outbox
from storage.engine import Database, told
from storage.locks import NotLeading
from storage.tables import OutboxState
from storage.uow import Row, UnitOfWork

log = structlog.get_logger(__name__)

IN_FLIGHT = 60
_DATABASE_PAUSE = 2.0
_A_REST = 1.0
"""Seconds after which is looked whether news may go to a chat that rested."""

Guard = Callable[[AsyncConnection], Awaitable[None]]


class Courier:
    """Sends what is in the outbox until it is stopped."""

    def __init__(
        self, db: Database, channels: Mapping[str, Channel], clock: Clock, *,
        guard: Guard | None = None, longest: float = LONGEST_PAUSE, report: Report = unreported,
    ) -> None:  # fmt: skip
        """`guard`: raises NotLeading in a transaction of a process that may not send any more. `longest`: seconds after
        which is looked though nobody said that there is something to send. `report`: who is told of a message that
        could not be made."""
        self._guard, self._longest = guard, longest
        self._db, self._channels, self._clock = db, channels, clock
        self._carrier = Carrier(channels, clock, report)
        self._wake = asyncio.Event()
        self._stopping = False
        # A chat is busy from the claim of its message until the outcome is written: so its messages stay in order.
        self._busy: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._outcomes: list[Row] = []
        self._inherited: list[Row] = []
        self._held: dict[tuple[str, str], datetime] = {}
        self._mending = Mending(db, clock)
        self.trouble = ""
        """Why the outbox was not reached; "" if it was."""

    def pacer(self, channel: str) -> Pacer:
        """How fast a channel may be sent to."""
        return self._carrier.pacers[channel]

    @property
    def troubles(self) -> Mapping[str, Trouble]:
        """Of the channels on which the last message did not go out."""
        return self._carrier.troubles

    def take_over(self, before: Courier) -> None:
        """What one who serves no more knows of messages, and could not write down, is written before any is sent."""
        self._inherited = before._inherited + before._outcomes

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self) -> None:
        """Send until `stop`, then wait for what is on its way and write it down. Raises NotLeading; then, and when it
        is cancelled, nothing more goes out, and what is on its way is in doubt."""
        try:
            await self._serve()
        except (NotLeading, asyncio.CancelledError):
            for carrying in self._busy.values():
                carrying.cancel()
            raise

    async def _serve(self) -> None:
        recovered = False
        while not self._stopping:
            self._wake.clear()
            try:
                if not recovered:
                    await self._recover()
                    recovered = True
                pause = await self._round()
                self.trouble = ""
            except SQLAlchemyError as error:
                self.trouble = told(error)
                log.error("outbox not reached", error=type(error).__name__)
                pause = _DATABASE_PAUSE
            except ValueError as error:
                log.error("the outbox holds what nobody can read", error=type(error).__name__)
                self.trouble = await self._mending.of_the_unreadable() or self.trouble
                pause = _DATABASE_PAUSE
            await self._rest(min(pause, self._longest))
        await asyncio.gather(*self._busy.values(), return_exceptions=True)
        try:
            await self._write_down()
        except SQLAlchemyError as error:
            log.error("what was sent last is in doubt", error=type(error).__name__, messages=len(self._outcomes))

    async def drain(self) -> None:
        """Send all that is due now and return when it is written down: for tests and commands, beside no `run`."""
        while True:
            await self._round()
            if not self._busy:
                return
            await asyncio.gather(*self._busy.values())

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _recover(self) -> None:
        async with self._db.write(shared=True) as conn:
            if self._guard:
                await self._guard(conn)
            uow = UnitOfWork(conn, self._clock.now())
            await outbox.settle(uow, self._inherited, late=True)
            doubtful = await outbox.recover(uow)
            await misplaced.made_in_the_future(uow)
        self._inherited = []
        if doubtful:
            log.warning("sending again what a crash left in doubt", messages=doubtful)

    async def _round(self) -> float:
        """Write down outcomes, claim what is due, start sending it; returns the seconds until the next message."""
        now = self._clock.now()
        if await self._mending.of_a_step_back(now):
            self._held, self._carrier.newsless = {}, {}
        self._held = {chat: until for chat, until in self._held.items() if until > now}
        newsless = self._carrier.newsless
        self._carrier.newsless = {name: until for name, until in newsless.items() if until > now}
        due = None if self._outcomes else await self._next_due(now)
        if not self._outcomes and (due is None or due > now):
            return self._pause(due, now)
        claimed = await self._turn_over(now)
        for chat, letters in _by_chat(claimed).items():
            task = asyncio.create_task(self._carry(letters), name=f"send {chat[0]}")
            self._busy[chat] = task
        return 0 if claimed else self._pause(await self._next_due(now), now)

    async def _next_due(self, now: datetime) -> datetime | None:
        if len(self._busy) >= IN_FLIGHT:
            return None
        unavailable = self._unavailable()
        news = self._carrier.room_for_news(unavailable)
        async with self._db.read(quick=True) as conn:
            return await outbox.next_due(UnitOfWork(conn, now), self._channels.keys(), unavailable, news)

    def _pause(self, due: datetime | None, now: datetime) -> float:
        """Seconds of ours until something may go that cannot now."""
        moments = [*self._held.values(), *self._carrier.newsless.values(), *([due] if due else [])]
        waits = [self._real(moment - now) for moment in moments]
        if any(pacer.resting() for pacer in self._carrier.pacers.values()):
            waits.append(_A_REST)
        return min(waits, default=LONGEST_PAUSE)

    def _unavailable(self) -> set[tuple[str, str]]:
        return self._busy.keys() | self._held.keys()

    async def _turn_over(self, now: datetime) -> list[Row]:
        """In one transaction: write what became of messages, and claim those that go next; returns these."""
        async with self._writing(now) as uow:
            unavailable, room = self._unavailable(), IN_FLIGHT - len(self._busy)
            news = self._carrier.room_for_news(unavailable)
            claimed = await outbox.claim(uow, room, self._channels.keys(), unavailable, news)
        for letter in claimed:
            lane = self._carrier.lanes.get(letter["channel"])
            if lane and letter["priority"] >= Priority.NEWS:
                lane.enter(letter["id"])
        return claimed

    @asynccontextmanager
    async def _writing(self, now: datetime) -> AsyncIterator[UnitOfWork]:
        """A transaction that begins with the outcomes so far; only then may the chats' next messages go."""
        self._busy = {chat: task for chat, task in self._busy.items() if not task.done()}
        outcomes, self._outcomes = self._outcomes, []
        doors, self._carrier.doors = self._carrier.doors, []
        try:
            async with self._db.write(shared=not doors, quick=True) as conn:
                if self._guard:
                    await self._guard(conn)
                uow = UnitOfWork(conn, now)
                await self._settle(uow, outcomes, doors)
                yield uow
        except BaseException:
            # Cancelled, too: the next courier takes them over.
            self._outcomes = outcomes + self._outcomes
            self._carrier.doors = doors + self._carrier.doors
            raise
        for lane in self._carrier.lanes.values():
            lane.committed()

    async def _settle(self, uow: UnitOfWork, outcomes: list[Row], doors: list[Door]) -> None:
        await outbox.settle(uow, outcomes)
        for door in doors:
            await door.write_down(uow)
        for outcome in outcomes:
            for lane in self._carrier.lanes.values():
                lane.leave(outcome["at_id"])

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds, 0.001)):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _real(self, length: timedelta) -> float:
        return min(LONGEST_PAUSE, length.total_seconds() / self._clock.speed)

    async def _carry(self, letters: list[Row]) -> None:
        """Send a chat's messages in order; after one that must wait, or was blocked, the others fare as it did."""
        chat = (letters[0]["channel"], letters[0]["chat"])
        for place, letter in enumerate(letters):
            outcome = await self._carrier.carry(letter)
            self._outcomes.append(outcome)
            state = OutboxState(outcome["state"])
            if state is OutboxState.WAITING:
                self._held[chat] = outcome["due_at"]
            elif state is not OutboxState.BLOCKED:
                continue
            self._outcomes += [outcome_of(other, state, due_at=outcome["due_at"]) for other in letters[place + 1 :]]
            break
        self.wake()

    async def _write_down(self) -> None:
        if self._outcomes:
            async with self._writing(self._clock.now()):
                pass


def _by_chat(letters: list[Row]) -> dict[tuple[str, str], list[Row]]:
    chats: dict[tuple[str, str], list[Row]] = {}
    for letter in letters:
        chats.setdefault((letter["channel"], letter["chat"]), []).append(letter)
    return chats
