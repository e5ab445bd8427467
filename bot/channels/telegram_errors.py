"""What Telegram's errors, and those on the way to it, mean for a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot.channels.base import Blocked, InDoubt, Moved, Refused, SendError, Silenced, TryLater
from bot.channels.calling import Failure, Unreached, describe


class ApiError(Failure):
    """Telegram said no: `code` is its HTTP status, `message` its own words."""

    def __init__(self, code: int, message: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.message = code, message
        told = parameters or {}
        self.retry_after = _whole(told.get("retry_after"))
        self.asked = self.retry_after or 0
        self.migrated_to = _whole(told.get("migrate_to_chat_id"))


class NoAnswer(Failure):
    """An answer that is none of Telegram's, such as a gateway's page: it may have come after the work was done."""


_SOON = 2.0
_ONCE_SOMEBODY_LOOKED = 60.0
_BAD, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_LARGE = 400, 401, 403, 404, 413
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


def _whole(value: object) -> int | None:
    return value if type(value) is int else None


def is_bad_request(error: Exception) -> bool:
    """Whether Telegram refused what was asked, and neither the chat nor the pace is the reason."""
    return isinstance(error, ApiError) and error.code == _BAD and not (error.retry_after or error.migrated_to)


def is_refused_token(error: Exception) -> bool:
    return isinstance(error, ApiError) and error.code in (_UNAUTHORIZED, _NOT_FOUND)


@contextmanager
def as_send_errors() -> Iterator[None]:
    """Turn a `Failure` into a `SendError`."""
    try:
        yield
    except Failure as error:
        raise send_error(error) from None


def send_error(error: Failure) -> SendError:
    """What to do about a message that failed with `error`."""
    if isinstance(error, ApiError):
        return _refused(error)
    # A connection that was never made took nothing.
    return TryLater(_SOON, describe(error)) if isinstance(error, Unreached) else InDoubt(describe(error))


def _refused(error: ApiError) -> SendError:
    why = describe(error)
    if error.retry_after:
        return TryLater(error.retry_after, why)
    if error.migrated_to:
        return Moved(str(error.migrated_to))
    if error.code in (_BAD, _FORBIDDEN) and _says(error, _MAY_NOT_WRITE):
        return Silenced(why)
    if error.code == _FORBIDDEN or (error.code == _BAD and _says(error, _CHAT_IS_GONE)):
        return Blocked(why)
    if error.code in (_BAD, _TOO_LARGE):
        return Refused(why)
    # A token that was revoked, or a wrong address, is no fault of the message, and a person has to act.
    return TryLater(_ONCE_SOMEBODY_LOOKED if is_refused_token(error) else _SOON, why)


def _says(error: ApiError, phrases: Iterable[str]) -> bool:
    said = error.message.lower()
    return any(one in said for one in phrases)
