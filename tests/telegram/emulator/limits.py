"""How often a bot may write: the numbers of Telegram's FAQ for bots, off until switched on."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.telegram.emulator.errors import too_many_requests
from tests.telegram.emulator.model import Chat


@dataclass(frozen=True)
class Limit:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


@dataclass
class RateLimits:
    """Counts messages that were taken; a message over a limit is refused with 429 and counts for nothing.

    `monotonic` gives seconds; the limits never look at the clock of the messages.
    """

    enabled: bool = False
    monotonic: Callable[[], float] = time.monotonic
    overall: Limit = Limit(30, 1.0)
    per_chat: Limit = Limit(1, 1.0)
    per_group: Limit = Limit(20, 60.0)
    _taken: dict[str, deque[float]] = field(default_factory=dict)

    def count_message(self, chat: Chat) -> None:
        """Take one message to `chat` into account, or refuse it with 429."""
        if not self.enabled:
            return
        windows = [("all", self.overall), (f"chat {chat.id}", self.per_chat)]
        if chat.kind != "private":
            windows.append((f"group {chat.id}", self.per_group))
        now = self.monotonic()
        wait = max(self._wait(name, limit, now) for name, limit in windows)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for name, _ in windows:
            self._taken[name].append(now)

    def _wait(self, name: str, limit: Limit, now: float) -> float:
        taken = self._taken.setdefault(name, deque())
        while taken and taken[0] <= now - limit.seconds:
            taken.popleft()
        return taken[0] + limit.seconds - now if len(taken) >= limit.count else 0.0
