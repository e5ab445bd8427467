"""From the outbox to the channels: in order within a chat, replies before pushes, as fast as each channel takes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Blocked, Channel, InDoubt, Refused, SendError, TryLater
from bot.clock import Clock
from bot.pace import Pacer
from handlers.events import Reply
from storage import outbox, people
from storage.engine import Database
from storage.tables import OutboxState
from storage.uow import Row, UnitOfWork

log = structlog.get_logger(__name__)

IN_FLIGHT = 60
LONGEST_PAUSE = 60.0
GIVE_UP_AFTER = timedelta(days=1)
_DATABASE_PAUSE = 2.0

SENDS = Counter("danvan_sends_total", "Messages handed to a channel, by what became of them", ["channel", "outcome"])
DELAY = Histogram("danvan_send_delay_seconds", "Time from a message's due moment to its arrival at the channel")


class Courier:
    """Sends what is in the outbox until it is stopped."""

    def __init__(self, db: Database, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._db, self._channels, self._clock = db, channels, clock
        self._pacers = {name: Pacer(channel.pace) for name, channel in channels.items()}
        self._wake = asyncio.Event()
        self._stopping = False
        # A chat is busy from the claim of its message until the outcome is written: so its messages stay in order.
        self._busy: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._outcomes: list[Row] = []
        self._blocked: list[tuple[str, str]] = []
        self._held: dict[tuple[str, str], datetime] = {}

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
        await self._write_down()
        room = IN_FLIGHT - len(self._busy)
        now = self._clock.now()
        self._held = {chat: until for chat, until in self._held.items() if until > now}
        if room <= 0:
            return LONGEST_PAUSE
        unavailable = self._busy.keys() | self._held.keys()
        async with self._db.read() as conn:
            due = await outbox.next_due(UnitOfWork(conn, now), self._channels.keys(), unavailable)
        if due is None or due > now:
            moments = [*self._held.values(), *([due] if due else [])]
            return self._real(min(moments) - now) if moments else LONGEST_PAUSE
        async with self._db.write() as conn:
            claimed = await outbox.claim(UnitOfWork(conn, now), room, self._channels.keys(), unavailable)
        for chat, letters in _by_chat(claimed).items():
            task = asyncio.create_task(self._carry(letters), name=f"send {chat[0]}")
            self._busy[chat] = task
        return 0

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
            elif state is OutboxState.BLOCKED:
                self._blocked.append(chat)
            else:
                continue
            self._outcomes += [_outcome(other, state, due_at=outcome["due_at"]) for other in letters[place + 1 :]]
            break
        self.wake()

    async def _send(self, letter: Row) -> Row:
        name, chat = letter["channel"], letter["chat"]
        channel = self._channels[name]
        await self._pacers[name].pass_through(chat, group=channel.is_group(chat), priority=letter["priority"])
        try:
            message_id = await channel.send(chat, Reply.from_json(letter["reply"]), key=str(letter["id"]))
        except SendError as error:
            SENDS.labels(name, type(error).__name__).inc()
            return self._failed(letter, error)
        except Exception as error:
            # A fault of ours in one message must not keep the others from going out.
            log.exception("message could not be rendered", outbox=letter["id"], channel=name)
            SENDS.labels(name, "broken").inc()
            return _outcome(letter, OutboxState.FAILED, error=repr(error)[:500])
        SENDS.labels(name, "sent").inc()
        now = self._clock.now()
        DELAY.observe(max(0.0, (now - letter["due_at"]).total_seconds()))
        return _outcome(letter, OutboxState.SENT, sent_at=now, message_id=message_id)

    def _failed(self, letter: Row, error: SendError) -> Row:
        now = self._clock.now()
        if isinstance(error, Blocked):
            return _outcome(letter, OutboxState.BLOCKED, error=str(error)[:500])
        if isinstance(error, Refused) or now - letter["created_at"] > GIVE_UP_AFTER:
            log.error("message given up", outbox=letter["id"], channel=letter["channel"], error=str(error)[:200])
            return _outcome(letter, OutboxState.FAILED, error=str(error)[:500])
        if isinstance(error, InDoubt):
            log.warning("message in doubt, sent again", outbox=letter["id"], channel=letter["channel"])
        pause = error.after if isinstance(error, TryLater) else _backoff(letter["attempts"])
        due = now + timedelta(seconds=pause * self._clock.speed)
        return _outcome(letter, OutboxState.WAITING, due_at=due, error=str(error)[:500])

    async def _write_down(self) -> None:
        """Write the outcomes so far; only then may the chats' next messages go."""
        self._busy = {chat: task for chat, task in self._busy.items() if not task.done()}
        outcomes, self._outcomes = self._outcomes, []
        gone, self._blocked = self._blocked, []
        if not outcomes:
            return
        try:
            async with self._db.write() as conn:
                uow = UnitOfWork(conn, self._clock.now())
                await outbox.settle(uow, outcomes)
                for channel, chat in gone:
                    await people.blocked(uow, channel, chat)
                    await outbox.give_up(uow, channel, chat)
        except SQLAlchemyError:
            self._outcomes = outcomes + self._outcomes
            self._blocked = gone + self._blocked
            raise


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
