"""What aiogram's errors mean for a message, and how to speak of them without giving the token away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import structlog
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.channels.base import Blocked, InDoubt, Moved, NotTaken, Refused, SendError, Silenced, TryLater
from bot.config import StartError

log = structlog.get_logger(__name__)

FAILURES = (TelegramAPIError, ClientDecodeError)
"""All that a call raises when Telegram, or the way to it, fails."""

_SOON = 2.0
_ONCE_SOMEBODY_LOOKED = 60.0
_CHAT_IS_GONE = ("chat not found", "user not found", "peer_id_invalid", "group chat was deleted")
# Of the rights to send only that for text counts: where pictures alone are not wanted, the group is not silent.
_MAY_NOT_WRITE = (
    *(
        "not enough rights to send text messages",
        "have no rights to send a message",
        "have no write access to the chat",
    ),
    *("chat_write_forbidden", "chat_send_plain_forbidden", "user_banned_in_channel", "chat_restricted"),
)


def describe(error: BaseException) -> str:
    """What went wrong, for a log: Telegram's own words, but no word of the client's, which may hold an address and
    in it the token."""
    if isinstance(error, TelegramNetworkError):
        return type(error.__cause__ or error).__name__
    if isinstance(error, TelegramAPIError):
        return f"{type(error).__name__}: {error.message}"
    return type(error).__name__


@contextmanager
def as_send_errors() -> Iterator[None]:
    """Turn what aiogram raises into a `SendError`."""
    try:
        yield
    except FAILURES as error:
        # From None: the traceback of an outbox row must not show the client's words either.
        raise send_error(error) from None


def send_error(error: Exception) -> SendError:
    """What to do about a message that failed with `error`."""
    why = describe(error)
    match error:
        case TelegramRetryAfter():
            return TryLater(error.retry_after, why)
        case TelegramMigrateToChat():
            return Moved(str(error.migrate_to_chat_id))
        case TelegramBadRequest() | TelegramForbiddenError() if _says(error, _MAY_NOT_WRITE):
            return Silenced(why)
        case TelegramForbiddenError():
            return Blocked(why)
        case TelegramBadRequest() if _says(error, _CHAT_IS_GONE):
            return Blocked(why)
        case TelegramBadRequest() | TelegramEntityTooLarge():
            return Refused(why)
        case TelegramUnauthorizedError() | TelegramNotFound():
            # The token was revoked, or the address is wrong: no fault of the message, and a person has to act.
            return TryLater(_ONCE_SOMEBODY_LOOKED, why)
        case TelegramNetworkError():
            # The cause tells whether anything was handed over; a connection that was never made took nothing.
            unmade = isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
            return TryLater(_SOON, why) if unmade else InDoubt(why)
        case TelegramAPIError():
            return TryLater(_SOON, why)
    # An answer that is no answer of Telegram's, such as a gateway's page: it may have come after the work was done.
    return InDoubt(why)


def _says(error: TelegramAPIError, phrases: Iterable[str]) -> bool:
    said = error.message.lower()
    return any(one in said for one in phrases)


class Trouble:
    """Tells of a trouble once when it begins or turns into another, and once when it is over."""

    def __init__(self, what: str, backoff: Callable[[int], float]) -> None:
        """`backoff`: failures in a row -> seconds to wait."""
        self._what, self._backoff = what, backoff
        self._kind: str | None = None
        self.failures = 0
        self.pause = 0.0

    def met(self, error: Exception) -> None:
        """One more failure; `pause` then holds the seconds to wait, which are as many as Telegram asked for."""
        self.failures += 1
        asked = error.retry_after if isinstance(error, TelegramRetryAfter) else 0
        self.pause = max(asked, self._backoff(self.failures))
        what = str(error) if isinstance(error, StartError) else describe(error)
        kind = what.partition(":")[0]
        if kind != self._kind:
            ours = not isinstance(error, (*FAILURES, NotTaken, StartError))
            log.warning(self._what, error=what, exc_info=error if ours else None)
        self._kind = kind

    def over(self) -> None:
        """It works; does nothing if it did before."""
        if self.failures:
            log.info("telegram works again")
        self._kind, self.failures = None, 0
