"""A message on its way: handed to its channel when it is its turn, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import structlog
from prometheus_client import Counter, Histogram

from bot import metrics
from bot.channels.base import Blocked, CannotChange, Channel, InDoubt, Moved, Refused, SendError, Silenced, TryLater
from bot.clock import Clock
from bot.delivery.doors import Door
from bot.delivery.lanes import Lane
from bot.delivery.pace import Pacer, weight_of
from bot.sentry import Report
from handlers.events import Priority, Reply
from storage import outbox
from storage.tables import OutboxState
from storage.uow import Row

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 60.0
GIVE_UP_AFTER = timedelta(days=1)
_MARGIN = 0.96
"""Of the pace that a channel takes: two messages may arrive closer to each other than they left."""

SENDS = Counter("danvan_sends_total", "Messages handed to a channel, by what became of them", ["channel", "outcome"])
DELAY = Histogram("danvan_send_delay_seconds", "Time from a message's due moment to its arrival at the channel")


class Trouble(NamedTuple):
    """Since when nothing goes out on a channel, and why the last message did not."""

    since: datetime
    why: str


class Carrier:
    """Hands messages over, as fast as each channel takes them."""

    def __init__(self, channels: Mapping[str, Channel], clock: Clock, report: Report) -> None:
        """`report`: who is told of a message that could not be made."""
        self._channels, self._clock, self._report = channels, clock, report
        self.pacers = {name: Pacer(channel.pace.times(_MARGIN)) for name, channel in channels.items()}
        self.lanes = {
            name: Lane(channel.pace.per_second) for name, channel in channels.items() if channel.pace.per_second
        }
        self.doors: list[Door] = []
        """What was learnt of chats and is not written down yet."""
        self.troubles: dict[str, Trouble] = {}
        """Of the channels on which the last message did not go out."""
        self.newsless: dict[str, datetime] = {}
        """A channel that asked for patience gets no news until then."""

    def room_for_news(self, unavailable: Collection[tuple[str, str]]) -> outbox.Room:
        """What goes to a chat that rests would stand in the way of the others of its lane. `unavailable`: chats that
        get nothing now."""
        rooms = {name: 0 if name in self.newsless else lane.room for name, lane in self.lanes.items()}
        resting = {(name, chat) for name, room in rooms.items() if room for chat in self.pacers[name].resting()}
        return outbox.Room(Priority.NEWS, rooms, resting - set(unavailable))

    async def carry(self, letter: Row) -> Row:
        """Send a message of the outbox; returns what became of it, as `outbox.settle` takes it."""
        try:
            return await self._send(letter)
        except Exception as error:
            # A fault of ours in one message must not keep the others from going out.
            log.exception("message could not be rendered", outbox=letter["id"], channel=letter["channel"])
            self._report(error, channel=letter["channel"])
            SENDS.labels(letter["channel"], "broken").inc()
            return outcome_of(letter, OutboxState.FAILED, error=repr(error)[:500])

    async def _send(self, letter: Row) -> Row:
        name, chat = letter["channel"], letter["chat"]
        channel = self._channels[name]
        turn = partial(self.pacers[name].pass_through, chat, group=channel.is_group(chat), priority=letter["priority"])
        await turn(weight=weight_of(letter["reply"]))
        if lane := self.lanes.get(name):
            lane.handed_over(letter["id"])
        try:
            reply = Reply.from_json(letter["reply"])
            message_id = await channel.send(chat, reply, key=str(letter["id"]), turn=turn)
        except SendError as error:
            SENDS.labels(name, type(error).__name__).inc()
            self._tell(Door(name, chat, channel.is_group(chat), error))
            if isinstance(error, TryLater | InDoubt):
                self._fails(name, error)
            return self._failed(letter, error)
        SENDS.labels(name, "sent").inc()
        if self.troubles.pop(name, None):
            metrics.UNDELIVERED.labels(name).set(0)
        self._tell(Door(name, chat, channel.is_group(chat)))
        now = self._clock.now()
        DELAY.observe(max(0.0, (now - letter["due_at"]).total_seconds()))
        return outcome_of(letter, OutboxState.SENT, sent_at=now, message_id=message_id)

    def _tell(self, door: Door) -> None:
        if door.matters:
            self.doors.append(door)

    def _fails(self, channel: str, error: SendError) -> None:
        now = self._clock.now()
        since = min(now, self.troubles[channel].since) if channel in self.troubles else now
        self.troubles[channel] = Trouble(since, f"{type(error).__name__}: {error}"[:200])
        metrics.UNDELIVERED.labels(channel).set((now - since).total_seconds() / self._clock.speed)

    def _failed(self, letter: Row, error: SendError) -> Row:
        now = self._clock.now()
        if isinstance(error, Blocked | Silenced):
            return outcome_of(letter, OutboxState.BLOCKED, error=str(error)[:500])
        if isinstance(error, CannotChange):
            return outcome_of(letter, OutboxState.FAILED, error=str(error)[:500])
        if isinstance(error, Moved):
            return outcome_of(letter, OutboxState.WAITING, due_at=now, error=str(error)[:500])
        if isinstance(error, Refused) or now - letter["created_at"] > GIVE_UP_AFTER:
            log.error("message given up", outbox=letter["id"], channel=letter["channel"], error=str(error)[:200])
            return outcome_of(letter, OutboxState.FAILED, error=str(error)[:500])
        if isinstance(error, InDoubt):
            log.warning("message in doubt, sent again", outbox=letter["id"], channel=letter["channel"])
        pause = error.after if isinstance(error, TryLater) else _backoff(letter["attempts"])
        due = now + timedelta(seconds=pause * self._clock.speed)
        if isinstance(error, TryLater) and letter["priority"] >= Priority.NEWS:
            self.newsless[letter["channel"]] = due
        return outcome_of(letter, OutboxState.WAITING, due_at=due, error=str(error)[:500])


def _backoff(attempts: int) -> float:
    """Seconds until the next try: 1, 2, 4 … a minute."""
    # After a day of tries the power itself would be no float any more.
    return min(LONGEST_PAUSE, 2.0 ** min(attempts, 6))


def outcome_of(letter: Row, state: OutboxState, **values: Any) -> Row:
    """A message's outcome, as `outbox.settle` takes it; `values`: what is not as the letter has it."""
    base = {"due_at": letter["due_at"], "sent_at": None, "message_id": None, "error": None}
    return {"at_id": letter["id"], "state": state.value, **base, **values}
