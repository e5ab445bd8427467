"""How fast we may send: token buckets in front of a channel, where a reply overtakes a push."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections import OrderedDict
from collections.abc import Callable

from bot.channels.base import Pace

_REMEMBERED_CHATS = 10_000


class Bucket:
    """Lets `rate` a second through, `burst` at once. A rate of zero lets everything through."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._tokens, self._at = burst, clock()

    def wait(self) -> float:
        """Seconds until one may pass."""
        if not self._rate:
            return 0
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, (1 - self._tokens) / self._rate)

    def spend(self) -> None:
        self._tokens -= 1


class Pacer:
    """The limits of one channel: overall, for each chat, and for each group."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._clock = pace, clock
        # The smallest burst keeps within the limit in any window of a second.
        self._overall = Bucket(pace.per_second, 1, clock)
        self._chats: OrderedDict[str, Bucket] = OrderedDict()
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._turn: asyncio.Task[None] | None = None

    async def pass_through(self, chat: str, *, group: bool, priority: int) -> None:
        """Return when a message to this chat may go out."""
        bucket = self._bucket(chat, group=group)
        if left := bucket.wait():
            await asyncio.sleep(left)
        bucket.spend()
        if self._pace.per_second:
            await self._stand_in_line(priority)

    def _bucket(self, chat: str, *, group: bool) -> Bucket:
        bucket = self._chats.get(chat)
        if bucket is None:
            rate = self._pace.group_per_minute / 60 if group else self._pace.chat_per_second
            bucket = self._chats[chat] = Bucket(rate, 1, self._clock)
            if len(self._chats) > _REMEMBERED_CHATS:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat)
        return bucket

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
