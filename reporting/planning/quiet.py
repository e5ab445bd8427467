"""Quiet hours: when the bot says nothing by itself."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET = (time(21, 30), time(6))


def next_allowed(at: datetime, zone: ZoneInfo, quiet: tuple[time, time] = QUIET, *, urgent: bool = False) -> datetime:
    """The first moment from `at` on at which a push may go out. `quiet`: from when, up to when (at which it may again)
    by the clocks of the zone; over midnight where it ends earlier than it begins, never where both are the same."""
    begins, ends = quiet
    local = at.astimezone(zone)
    now = local.time()
    over_midnight = ends < begins
    is_quiet = (now >= begins or now < ends) if over_midnight else begins <= now < ends
    if urgent or not is_quiet:
        return at
    morning = local.date() + timedelta(days=1) if over_midnight and now >= begins else local.date()
    return datetime.combine(morning, ends, zone)
