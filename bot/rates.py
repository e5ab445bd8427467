"""How often something may be done, by account and by network address: counted in memory, as buckets that refill.

Far above what a person in a hurry does. A network address has much more than an account: a whole office, or a whole
quarter behind its mobile carrier, comes from one.
"""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

REMEMBERED = 20_000
"""Buckets kept; of more those longest unused are forgotten, which are full again by then."""

DAY = 86400.0
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limit:
    """A bucket: what it holds, and in how many seconds an empty one is full again."""

    holds: float
    seconds: float


LIMITS: Mapping[str, Limit] = {
    "message": Limit(60, 60),
    "message/ip": Limit(1200, 60),
    "upload": Limit(60, 120),
    "upload/ip": Limit(1200, 120),
    "bytes": Limit(400 * MB, DAY),
    "bytes/ip": Limit(20_000 * MB, DAY),
    "files": Limit(500, DAY),
    "hello": Limit(120, 60),
    "socket/ip": Limit(1200, 60),
    "enter/ip": Limit(600, 60),
    "enter": Limit(10, 60),
}

SOCKETS = 12
"""Windows of one person that are open at the same time; of more the oldest is closed: most likely it is dead."""

SOCKETS_OF_ONE_PLACE = 1000
UPLOADS = 4
"""Of one person under way at the same time."""

_REST = 10.0
"""Seconds of refilling after which a bucket that was empty gives again: few pauses, and not one at every line."""

_WORTH_WHILE = 0.01
"""Of a bucket, before it counts as no longer empty."""


class _Bucket:
    __slots__ = ("at", "held", "resting")

    def __init__(self, held: float, at: float) -> None:
        self.held, self.at, self.resting = held, at, 0.0


class Rates:
    """Counts. `Rates.take` says how long to wait; what is not taken is not counted."""

    def __init__(self, limits: Mapping[str, Limit] = LIMITS, now: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._now = limits, now
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()

    def take(self, kind: str, who: str, amount: float = 1) -> float:
        """Seconds to wait, 0 if it may be done now. Once it may not, nothing of this kind may before that time: what
        was said in a row stays in its order."""
        limit, now = self._limits[kind], self._now()
        bucket = self._bucket((kind, who), limit, now)
        # It never rests longer than that: if it seems to, the clock was put back.
        if now < bucket.resting <= now + _REST:
            return bucket.resting - now
        if bucket.held >= min(amount, limit.holds):
            bucket.held -= amount
            return 0
        bucket.resting = now + max(1.0, min(_REST, self._until(bucket, limit, limit.holds)))
        return bucket.resting - now

    def owe(self, kind: str, who: str, amount: float) -> None:
        """Count what is known only when it is done; the bucket may go below nothing."""
        self._bucket((kind, who), self._limits[kind], self._now()).held -= amount

    def wait(self, kind: str, who: str) -> float:
        """Seconds until a bucket has something worth while in it, 0 if it has; nothing is taken."""
        limit = self._limits[kind]
        bucket = self._bucket((kind, who), limit, self._now())
        least = limit.holds * _WORTH_WHILE
        return 0 if bucket.held >= least else max(1.0, self._until(bucket, limit, least))

    def _bucket(self, key: tuple[str, str], limit: Limit, now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(limit.holds, now)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
            return bucket
        self._buckets.move_to_end(key)
        bucket.held = min(limit.holds, bucket.held + max(0.0, now - bucket.at) * limit.holds / limit.seconds)
        bucket.at = now
        return bucket

    @staticmethod
    def _until(bucket: _Bucket, limit: Limit, held: float) -> float:
        return math.ceil((held - bucket.held) * limit.seconds / limit.holds)


class Open:
    """How many of something are open at the same time, by whom."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count: Counter[str] = Counter()

    def enter(self, who: str) -> bool:
        """One more; False, and none more, if that would be too many."""
        if self._count[who] >= self._most:
            return False
        self._count[who] += 1
        return True

    def leave(self, who: str) -> None:
        self._count[who] -= 1
        if not self._count[who]:
            del self._count[who]
