"""How fast we may send: token buckets in front of a channel, where a reply overtakes a push."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Any

from bot.channels.base import Pace
from handlers.events import Priority

TALKING = 5.0
"""Seconds after an answer for which news leave a chat alone: somebody is talking there, and what the chat takes in a
second is for the answers first."""

_REMEMBERED_CHATS = 10_000
_MINUTE = 60.0


def weight_of(reply: Mapping[str, Any]) -> int:
    """How many messages a reply of the outbox is at least: each picture and the document are one. Telegram does not say
    what an album counts; the careful reading is taken."""
    if reply.get("only_edit") or reply.get("deletes"):
        return 1
    pictures = max(len(reply.get("photos", ())), 1 if reply.get("photo") else 0)
    return max(1, pictures + (1 if reply.get("document") else 0))


class Bucket:
    """Lets `rate` a second through, `burst` at once. A rate of zero lets everything through."""

    __slots__ = ("_at", "_burst", "_clock", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._tokens, self._at = burst, clock()

    def wait(self) -> float:
        """Seconds until one may pass."""
        if not self._rate:
            return 0
        self._refill()
        return max(0.0, (1 - self._tokens) / self._rate)

    def spend(self) -> None:
        # What came in since somebody asked is no more than the burst, either.
        self._refill()
        self._tokens -= 1

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now


class Window:
    """Lets messages that weigh `per_minute` (more than nothing) in all through in any minute, however much one of them
    weighs."""

    __slots__ = ("_clock", "_limit", "_passed", "_seconds")

    def __init__(self, per_minute: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        # A weight is a whole number: what is no whole number a minute is the next one in a longer time.
        self._limit = math.ceil(per_minute)
        self._seconds = _MINUTE * self._limit / per_minute
        self._passed: deque[tuple[float, int]] = deque()

    def wait(self, weight: int) -> float:
        """Seconds until a message of this weight may pass; one that weighs more than all that may needs a minute of its
        own."""
        now = self._clock()
        while self._passed and self._passed[0][0] <= now - self._seconds:
            self._passed.popleft()
        over = sum(heavy for _, heavy in self._passed) + min(weight, self._limit) - self._limit
        left = 0.0
        for moment, freed in self._passed:
            if over <= 0:
                break
            left, over = moment + self._seconds - now, over - freed
        return left

    def spend(self, weight: int) -> None:
        self._passed.append((self._clock(), min(weight, self._limit)))


class Gate:
    """The limits of one chat: ten thousand of them are remembered, so they are small."""

    __slots__ = ("_bucket", "_window")

    def __init__(self, pace: Pace, clock: Callable[[], float], *, group: bool) -> None:
        # The smallest burst spreads messages evenly.
        self._bucket = Bucket(pace.group_per_minute / _MINUTE if group else pace.chat_per_second, 1, clock)
        self._window = Window(pace.group_per_minute, clock) if group and pace.group_per_minute else None

    def wait(self, weight: int) -> float:
        return max(self._bucket.wait(), self._window.wait(weight) if self._window else 0.0)

    def spend(self, weight: int) -> None:
        self._bucket.spend()
        if self._window:
            self._window.spend(weight)


class Pacer:
    """The limits of one channel: overall, for each chat, and for each group."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._clock = pace, clock
        # The smallest burst keeps within the limit in any window of a second.
        self._overall = Bucket(pace.per_second, 1, clock)
        self._chats: OrderedDict[str, Gate] = OrderedDict()
        self._rests: dict[str, float] = {}
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._turn: asyncio.Task[None] | None = None

    async def pass_through(self, chat: str, *, group: bool, priority: int, weight: int = 1) -> None:
        """Return when a message to this chat may go out. `weight`: how many messages it is to a group's limit, as an
        album is; to the others it is one, as it is one call."""
        gate = self._gate(chat, group=group)
        if left := gate.wait(weight):
            await asyncio.sleep(left)
        if self._pace.per_second:
            await self._stand_in_line(priority)
        # Only now: the next one has to keep its distance from the moment at which this one leaves.
        gate.spend(weight)
        if pause := max(gate.wait(1), TALKING if priority <= Priority.REPLY else 0.0):
            self._rests[chat] = self._clock() + pause

    def is_free(self, chat: str) -> bool:
        """Whether a message to a private chat may go out at once."""
        return not self._queue and not self._overall.wait() and not self._gate(chat, group=False).wait(1)

    def passed(self, chat: str) -> None:
        """A message went to a private chat past the line: an answer to somebody there."""
        if self._pace.per_second:
            self._overall.spend()
        gate = self._gate(chat, group=False)
        gate.spend(1)
        self._rests[chat] = self._clock() + max(gate.wait(1), TALKING)

    def resting(self) -> dict[str, float]:
        """The chats that news have to wait for, with the seconds left: written to so lately that any message has to, or
        somebody is talking there."""
        now = self._clock()
        self._rests = {chat: until for chat, until in self._rests.items() if until > now}
        return {chat: until - now for chat, until in self._rests.items()}

    def _gate(self, chat: str, *, group: bool) -> Gate:
        gate = self._chats.get(chat)
        if gate is None:
            gate = self._chats[chat] = Gate(self._pace, self._clock, group=group)
            if len(self._chats) > _REMEMBERED_CHATS:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat)
        return gate

    async def _stand_in_line(self, priority: int) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (priority, next(self._order), future))
        if self._turn is None or self._turn.done():
            self._turn = asyncio.create_task(self._serve(), name="pacer")
        await future

    async def _serve(self) -> None:
        while self._queue:
            if left := self._overall.wait():
                await asyncio.sleep(left)
            _, _, future = heapq.heappop(self._queue)
            if not future.done():
                self._overall.spend()
                future.set_result(None)
