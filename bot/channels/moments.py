"""When something was said: the platform knows, and may hand it over hours later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

BELIEVED: Final = timedelta(days=2)
"""How far back a platform's time may lie. Updates wait there for a day; what is older tells of a clock that is wrong,
theirs or ours."""


def said_at(date: object, now: datetime, *, in_a_second: int = 1) -> datetime:
    """The moment of a `date` that a platform gave, which counts from 1970 with so many to the second; `now` if that is
    none, or not to be believed, or not yet come."""
    if isinstance(date, bool) or not isinstance(date, int | float):
        return now
    # Compared before anything is worked out with it: it may be of any size.
    if not (now - BELIEVED).timestamp() * in_a_second <= date <= now.timestamp() * in_a_second:
        return now
    return datetime.fromtimestamp(date / in_a_second, UTC)
