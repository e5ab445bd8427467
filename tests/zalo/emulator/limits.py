"""What a free bot may use up in a month, and how fast it may write."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.zalo.emulator.errors import quota_exceeded

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass
class Quota:
    """Of the plan *Basic*; None lifts a limit. `clock` gives seconds since 1970."""

    clock: Callable[[], float]
    users: int | None = 50
    messages: int | None = 3000
    groups: int | None = 3
    counts_incoming: bool = True
    _months: dict[str, int] = field(default_factory=dict)

    @property
    def month(self) -> str:
        """The running month in Vietnam, such as ``2026-11``."""
        return datetime.fromtimestamp(self.clock(), _VIETNAM).strftime("%Y-%m")

    @property
    def used(self) -> int:
        """Messages counted this month."""
        return self._months.get(self.month, 0)

    @used.setter
    def used(self, messages: int) -> None:
        self._months[self.month] = messages

    def require(self) -> None:
        """429 when nothing is left of the month."""
        if self.messages is not None and self.used >= self.messages:
            raise quota_exceeded()

    def count_sent(self) -> None:
        """A message of the bot went out."""
        self.used += 1

    def count_received(self) -> None:
        """A message reached the bot."""
        self.used += self.counts_incoming


@dataclass(frozen=True)
class Limit:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


@dataclass
class Burst:
    """Messages per second, off until switched on: Zalo publishes no figure. `monotonic` gives seconds."""

    enabled: bool = False
    monotonic: Callable[[], float] = time.monotonic
    overall: Limit = Limit(20, 1.0)
    per_chat: Limit = Limit(5, 1.0)
    _taken: dict[str, deque[float]] = field(default_factory=dict)

    def count(self, chat_id: str) -> None:
        """Take one message into account, or refuse it with 429; a refused one counts for nothing."""
        if not self.enabled:
            return
        now = self.monotonic()
        windows = [("", self.overall), (chat_id, self.per_chat)]
        if any(self._is_full(name, limit, now) for name, limit in windows):
            raise quota_exceeded()
        for name, _ in windows:
            self._taken[name].append(now)

    def _is_full(self, name: str, limit: Limit, now: float) -> bool:
        taken = self._taken.setdefault(name, deque())
        while taken and taken[0] <= now - limit.seconds:
            taken.popleft()
        return len(taken) >= limit.count
