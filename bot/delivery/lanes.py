"""News on their way: only so many at once as the channel's rate needs, for what is on its way when the process is
killed is sent again."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from statistics import median

MOST = 60
"""Never more than this on their way."""

_REMEMBERED = 21


class Lane:
    """The news of one channel, from their claim until it is written down what became of them.

    At a rate of 30 a second and 300 ms from the handing over to the written line there are nine; on a fast network,
    one.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`rate`: messages a second."""
        self._rate, self._clock = rate, clock
        # A median: a single slow call makes the lane no wider.
        self._took: deque[float] = deque(maxlen=_REMEMBERED)
        self._inside: dict[int, float | None] = {}
        self._out: list[float] = []

    @property
    def width(self) -> int:
        """How many may be inside."""
        typical = median(self._took) if self._took else 0.0
        return max(1, min(MOST, math.ceil(self._rate * typical)))

    @property
    def room(self) -> int:
        """How many more may come in."""
        return max(0, self.width - len(self._inside))

    def enter(self, letter: int) -> None:
        """A message was claimed."""
        self._inside[letter] = None

    def handed_over(self, letter: int) -> None:
        """It has had its turn at the pacer and goes to the network now."""
        if letter in self._inside:
            self._inside[letter] = self._clock()

    def leave(self, letter: int) -> None:
        """What became of it is being written down."""
        began = self._inside.pop(letter, None)
        if began is not None:
            self._out.append(began)

    def committed(self) -> None:
        """All that left is kept now, and a crash repeats none of it."""
        now = self._clock()
        self._took.extend(now - began for began in self._out)
        self._out.clear()
