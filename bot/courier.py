"""From the outbox to the channels: in order within a chat, replies before pushes, as fast as each channel takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Blocked, CannotChange, Channel, InDoubt, Moved, Refused, SendError, Silenced, TryLater
from bot.clock import Clock
from bot.doors import Door
from bot.lanes import Lane
from bot.pace import Pacer, weight_of
from handlers.events import Priority, Reply
from storage import outbox
from storage.engine import Database
from storage.tables import OutboxState
from storage.uow import Row, UnitOfWork

log = structlog.get_logger(__name__)

IN_FLIGHT = 60
LONGEST_PAUSE = 60.0
GIVE_UP_AFTER = timedelta(days=1)
_DATABASE_PAUSE = 2.0
_MARGIN = 0.96
"""Of the pace that a channel takes: two messages may arrive closer to each other than they left."""
_A_REST = 1.0
"""Seconds after which is looked whether news may go to a chat that rested."""

SENDS = Counter("danvan_sends_total", "Messages handed to a channel, by what became of them", ["channel", "outcome"])
DELAY = Histogram("danvan_send_delay_seconds", "Time from a message's due moment to its arrival at the channel")


class Courier:
    """Sends what is in the outbox until it is stopped."""

    def __init__(self, db: Database, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._db, self._channels, self._clock = db, channels, clock
        self._pacers = {name: Pacer(channel.pace.times(_MARGIN)) for name, channel in channels.items()}
        self._lanes = {
            name: Lane(channel.pace.per_second) for name, channel in channels.items() if channel.pace.per_second
        }
        self._wake = asyncio.Event()
        self._stopping = False
        # A chat is busy from the claim of its message until the outcome is written: so its messages stay in order.
        self._busy: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._outcomes: list[Row] = []
        self._doors: list[Door] = []
        self._held: dict[tuple[str, str], datetime] = {}
        # A channel that asked for patience gets no news until then.
        self._newsless: dict[str, datetime] = {}

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self) -> None:
        """Send until `stop`, then wait for what is on its way and write it down."""
        recovered = False
        while not self._stopping:
            self._wake.clear()
            try:
                if not recovered:
                    await self._recover()
                    recovered = True
                pause = await self._round()
            except SQLAlchemyError as error:
                log.error("outbox not reached", error=type(error).__name__)
                pause = _DATABASE_PAUSE
            await self._rest(pause)
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
        async with self._db.write() as conn:
            doubtful = await outbox.recover(UnitOfWork(conn, self._clock.now()))
        if doubtful:
            log.warning("sending again what a crash left in doubt", messages=doubtful)

    async def _round(self) -> float:
        """Write down outcomes, claim what is due, start sending it; returns the seconds until the next message."""
        now = self._clock.now()
        self._held = {chat: until for chat, until in self._held.items() if until > now}
        self._newsless = {name: until for name, until in self._newsless.items() if until > now}
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
        async with self._db.read() as conn:
            return await outbox.next_due(
                UnitOfWork(conn, now), self._channels.keys(), self._unavailable(), self._room()
            )

    def _pause(self, due: datetime | None, now: datetime) -> float:
        """Seconds of ours until something may go that cannot now."""
        moments = [*self._held.values(), *self._newsless.values(), *([due] if due else [])]
        waits = [self._real(moment - now) for moment in moments]
        if any(pacer.resting() for pacer in self._pacers.values()):
            waits.append(_A_REST)
        return min(waits, default=LONGEST_PAUSE)

    def _unavailable(self) -> set[tuple[str, str]]:
        return self._busy.keys() | self._held.keys()

    def _room(self) -> outbox.Room:
        """For news: what goes to a chat that rests would stand in the way of the others of its lane."""
        rooms = {name: 0 if name in self._newsless else lane.room for name, lane in self._lanes.items()}
        resting = {(name, chat) for name, room in rooms.items() if room for chat in self._pacers[name].resting()}
        return outbox.Room(Priority.NEWS, rooms, resting - self._unavailable())

    async def _turn_over(self, now: datetime) -> list[Row]:
        """In one transaction: write what became of messages, and claim those that go next; returns these."""
        async with self._writing(now) as uow:
            unavailable, room = self._unavailable(), IN_FLIGHT - len(self._busy)
            claimed = await outbox.claim(uow, room, self._channels.keys(), unavailable, self._room())
        for letter in claimed:
            lane = self._lanes.get(letter["channel"])
            if lane and letter["priority"] >= Priority.NEWS:
                lane.enter(letter["id"])
        return claimed

    @asynccontextmanager
    async def _writing(self, now: datetime) -> AsyncIterator[UnitOfWork]:
        """A transaction that begins with the outcomes so far; only then may the chats' next messages go."""
        self._busy = {chat: task for chat, task in self._busy.items() if not task.done()}
        outcomes, self._outcomes = self._outcomes, []
        doors, self._doors = self._doors, []
        try:
            async with self._db.write() as conn:
                uow = UnitOfWork(conn, now)
                await self._settle(uow, outcomes, doors)
                yield uow
        except SQLAlchemyError:
            self._outcomes = outcomes + self._outcomes
            self._doors = doors + self._doors
            raise
        for lane in self._lanes.values():
            lane.committed()

    async def _settle(self, uow: UnitOfWork, outcomes: list[Row], doors: list[Door]) -> None:
        await outbox.settle(uow, outcomes)
        for door in doors:
            await door.write_down(uow)
        for outcome in outcomes:
            for lane in self._lanes.values():
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
            outcome = await self._send(letter)
            self._outcomes.append(outcome)
            state = OutboxState(outcome["state"])
            if state is OutboxState.WAITING:
                self._held[chat] = outcome["due_at"]
            elif state is not OutboxState.BLOCKED:
                continue
            self._outcomes += [_outcome(other, state, due_at=outcome["due_at"]) for other in letters[place + 1 :]]
            break
        self.wake()

    async def _send(self, letter: Row) -> Row:
        name, chat = letter["channel"], letter["chat"]
        channel = self._channels[name]
        turn = partial(self._pacers[name].pass_through, chat, group=channel.is_group(chat), priority=letter["priority"])
        await turn(weight=weight_of(letter["reply"]))
        if lane := self._lanes.get(name):
            lane.handed_over(letter["id"])
        try:
            reply = Reply.from_json(letter["reply"])
            message_id = await channel.send(chat, reply, key=str(letter["id"]), turn=turn)
        except SendError as error:
            SENDS.labels(name, type(error).__name__).inc()
            self._tell(Door(name, chat, channel.is_group(chat), error))
            return self._failed(letter, error)
        except Exception as error:
            # A fault of ours in one message must not keep the others from going out.
            log.exception("message could not be rendered", outbox=letter["id"], channel=name)
            SENDS.labels(name, "broken").inc()
            return _outcome(letter, OutboxState.FAILED, error=repr(error)[:500])
        SENDS.labels(name, "sent").inc()
        self._tell(Door(name, chat, channel.is_group(chat)))
        now = self._clock.now()
        DELAY.observe(max(0.0, (now - letter["due_at"]).total_seconds()))
        return _outcome(letter, OutboxState.SENT, sent_at=now, message_id=message_id)

    def _tell(self, door: Door) -> None:
        if door.matters:
            self._doors.append(door)

    def _failed(self, letter: Row, error: SendError) -> Row:
        now = self._clock.now()
        if isinstance(error, Blocked | Silenced):
            return _outcome(letter, OutboxState.BLOCKED, error=str(error)[:500])
        if isinstance(error, CannotChange):
            return _outcome(letter, OutboxState.FAILED, error=str(error)[:500])
        if isinstance(error, Moved):
            return _outcome(letter, OutboxState.WAITING, due_at=now, error=str(error)[:500])
        if isinstance(error, Refused) or now - letter["created_at"] > GIVE_UP_AFTER:
            log.error("message given up", outbox=letter["id"], channel=letter["channel"], error=str(error)[:200])
            return _outcome(letter, OutboxState.FAILED, error=str(error)[:500])
        if isinstance(error, InDoubt):
            log.warning("message in doubt, sent again", outbox=letter["id"], channel=letter["channel"])
        pause = error.after if isinstance(error, TryLater) else _backoff(letter["attempts"])
        due = now + timedelta(seconds=pause * self._clock.speed)
        if isinstance(error, TryLater) and letter["priority"] >= Priority.NEWS:
            self._newsless[letter["channel"]] = due
        return _outcome(letter, OutboxState.WAITING, due_at=due, error=str(error)[:500])

    async def _write_down(self) -> None:
        if self._outcomes:
            async with self._writing(self._clock.now()):
                pass


def _backoff(attempts: int) -> float:
    """Seconds until the next try: 1, 2, 4 … a minute."""
    # After a day of tries the power itself would be no float any more.
    return min(LONGEST_PAUSE, 2.0 ** min(attempts, 6))


def _by_chat(letters: list[Row]) -> dict[tuple[str, str], list[Row]]:
    chats: dict[tuple[str, str], list[Row]] = {}
    for letter in letters:
        chats.setdefault((letter["channel"], letter["chat"]), []).append(letter)
    return chats


def _outcome(letter: Row, state: OutboxState, **values: Any) -> Row:
    base = {"due_at": letter["due_at"], "sent_at": None, "message_id": None, "error": None}
    return {"at_id": letter["id"], "state": state.value, **base, **values}
