"""The system's clock without its jumps: one that is wrong for a moment must not remind a whole province."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from prometheus_client import Gauge

log = structlog.get_logger(__name__)

A_JUMP: Final = timedelta(seconds=5)
"""What is less is followed at once: a clock that is being put right little by little."""
BELIEVED_AFTER: Final = 600.0
"""Seconds for which the system has to stay with its new time."""
_SETTLING: Final = 120.0
"""Seconds after the start in which it is followed at once: many machines learn the time only when the network is up."""

OFF = Gauge("danvan_clock_off_seconds", "By how much the system's clock is ahead of the bot's, which has not followed")


def _ticks() -> float:
    # A machine that slept has not jumped.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class SteadyClock:
    """Follows the system's clock; a jump is followed once it has lasted ten minutes, and told at once."""

    speed = 1.0

    def __init__(
        self, wall: Callable[[], datetime] = lambda: datetime.now(UTC), ticks: Callable[[], float] = _ticks
    ) -> None:
        """`ticks`: seconds that only ever go on."""
        self._wall, self._ticks = wall, ticks
        self._began = ticks()
        self._put_to(wall(), self._began)

    def now(self) -> datetime:
        ticks, wall = self._ticks(), self._wall()
        steady = self._at + timedelta(seconds=ticks - self._since)
        off = wall - steady
        if abs(off) < A_JUMP or ticks - self._began < _SETTLING:
            self._put_to(wall, ticks)
            return wall
        if abs(off - self.off) >= A_JUMP:
            log.warning(
                "the system's clock has jumped; it is followed if it stays so", seconds=round(off.total_seconds())
            )
            self._jumped = ticks
        elif ticks - self._jumped >= BELIEVED_AFTER:
            log.warning("the new time of the system is followed", seconds=round(off.total_seconds()))
            self._put_to(wall, ticks)
            return wall
        self._tell(off)
        return steady

    def _put_to(self, moment: datetime, ticks: float) -> None:
        self._at, self._since, self._jumped = moment, ticks, ticks
        self._tell(timedelta(0))

    def _tell(self, off: timedelta) -> None:
        self.off = off
        OFF.set(off.total_seconds())
