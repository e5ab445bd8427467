"""What can go wrong with Zalo, and what it means for a message."""

from __future__ import annotations

from bot.channels.base import InDoubt, Refused, SendError, TryLater
from bot.channels.calling import Failure, Unreached

NO_MESSAGES = 408
"""Of getUpdates: nothing came in the time that was asked for."""
REFUSED = 401
NOT_SET = 404
OVER_QUOTA = 429
CAPPED = (426, OVER_QUOTA)

LONG = 300.0
"""Seconds to leave Zalo alone once the quota is used up: nothing is said of when there is more."""
_SOON = 2.0
_ONCE_SOMEBODY_LOOKED = 60.0
_BROKEN = 500
_NO_FAULT_OF_OURS = 403


class ApiError(Failure):
    """Zalo (or something before it) answered, and not with a result. `code` is Zalo's, else the HTTP status; 0 for an
    answer that cannot be read though its status is good."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(f"{code} {words}".strip())
        self.code = code
        self.asked = LONG if code in CAPPED else 0


class NotFetched(Exception):
    """A file that Zalo tells of could not be fetched, or may not be."""


def send_error(error: Failure) -> SendError:
    """What to do about a message that failed with `error`."""
    why = str(error)
    if isinstance(error, Unreached):
        return TryLater(_SOON, why)
    code = error.code if isinstance(error, ApiError) else 0
    if code == REFUSED:
        # The token was reset: no fault of the message, and a person has to act.
        return TryLater(_ONCE_SOMEBODY_LOOKED, why)
    if code in CAPPED:
        return TryLater(LONG, why)
    if code == _NO_FAULT_OF_OURS:
        # Zalo's documentation calls this one an internal error.
        return TryLater(_SOON, why)
    if code and code != NO_MESSAGES and code < _BROKEN:
        return Refused(why)
    # A gateway may give up on a message that has gone through.
    return InDoubt(why)


def patience(failures: int) -> float:
    """Seconds to wait after so many failures in a row: 1 doubling to 30."""
    return min(30.0, 2.0 ** (min(failures, 10) - 1))
