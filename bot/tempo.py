"""How fast one person may write on a channel that pushes to us: far faster than fingers are, and slower than a program.

What is beyond is left undone before anything is read or written for it, and said so once a minute. The web chat has
limits of its own (`bot.web.talk`): its page keeps what has to wait, which Telegram and Zalo do not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from prometheus_client import Counter

from bot.rates import Limit, Rates
from handlers.events import Incoming

TOO_FAST = Counter("danvan_updates_too_fast_total", "Updates left undone because a person sent too many", ["channel"])

_UNLIMITED: Final = frozenset({"web"})
_A_MINUTE = 60.0
_PERSON, _GROUP, _PRESSES, _TOLD = "person", "in a group", "presses", "told"


class Tempo:
    """Counts by channel and sender; what somebody says in groups apart from what they say to the bot alone.

    A message counts at the moment it was sent: what was said in an hour in which the bot or the platform was away comes
    in one burst, and is no haste. A press counts when it comes, for no platform tells when it was made: so it is
    counted apart.
    """

    def __init__(self, at_once: float = 40, per_second: float = 1, now: Callable[[], float] = time.monotonic) -> None:
        """`at_once`: 0 for no limit."""
        self._is_on = at_once > 0
        limit = Limit(max(at_once, 1), max(at_once, 1) / per_second)
        self._at = 0.0
        self._said = Rates({_PERSON: limit, _GROUP: limit}, lambda: self._at)
        self._came = Rates({_PRESSES: limit, _TOLD: Limit(1, _A_MINUTE)}, now)

    def passed(self, incoming: Incoming) -> Incoming | None:
        """The update as it is to be done: itself; or as one that is only to be answered with a word about the haste;
        None to leave it undone."""
        if not self._is_on or incoming.channel in _UNLIMITED or incoming.membership is not None:
            return incoming
        rates, kind, who = self._counted(incoming)
        if not rates.take(kind, who):
            return incoming
        TOO_FAST.labels(incoming.channel).inc()
        # In a group one talks with the others.
        if incoming.is_group or self._came.take(_TOLD, who):
            return None
        return replace(incoming, hurried=True)

    def not_taken(self, incoming: Incoming) -> None:
        """It was counted, and will come again: a database that is away is no haste of theirs."""
        if self._is_on and incoming.channel not in _UNLIMITED:
            rates, kind, who = self._counted(incoming)
            rates.owe(kind, who, -1)

    def _counted(self, incoming: Incoming) -> tuple[Rates, str, str]:
        """Where it counts."""
        who = f"{incoming.channel}/{incoming.sender}"
        if incoming.action is not None:
            return self._came, _PRESSES, who
        self._at = incoming.at.timestamp()
        return self._said, _GROUP if incoming.is_group else _PERSON, who


NO_TEMPO: Final = Tempo(at_once=0)
