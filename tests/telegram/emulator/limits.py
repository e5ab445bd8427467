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

    Telegram does not say what an album counts. The careful reading is taken, at least for groups, whose limit is the
    narrowest: there it counts as many as it has pictures, and elsewhere, being one call, as one.

    `monotonic` gives seconds; the limits never look at the clock of the messages.
    """

    enabled: bool = False
    monotonic: Callable[[], float] = time.monotonic
    overall: Limit = Limit(30, 1.0)
    per_chat: Limit = Limit(1, 1.0)
    per_group: Limit = Limit(20, 60.0)
    _taken: dict[str, deque[float]] = field(default_factory=dict)

    def count_message(self, chat: Chat, pictures: int = 1) -> None:
        """Take one message to `chat`, or an album of so many pictures, into account, or refuse it with 429."""
        if not self.enabled:
            return
        windows = [("all", self.overall, 1), (f"chat {chat.id}", self.per_chat, 1)]
        if chat.kind != "private":
            windows.append((f"group {chat.id}", self.per_group, pictures))
        now = self.monotonic()
        wait = max(self._wait(name, limit, count, now) for name, limit, count in windows)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for name, _, count in windows:
            self._taken[name].extend([now] * count)

    def _wait(self, name: str, limit: Limit, count: int, now: float) -> float:
        taken = self._taken.setdefault(name, deque())
        while taken and taken[0] <= now - limit.seconds:
            taken.popleft()
        over = len(taken) + count - limit.count
        return taken[over - 1] + limit.seconds - now if over > 0 else 0.0
