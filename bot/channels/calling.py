"""What calling a platform over HTTP has in common: how a call fails, how an answer is read, how a trouble is told.

The token stands in every address, so no word of the HTTP library's, which may quote one, goes into an error or a log.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from aiohttp import ClientConnectorError, ClientError, ClientResponse, ConnectionTimeoutError

from bot.bounded import read_whole
from bot.channels.base import NotTaken
from bot.config import StartError

log = structlog.get_logger(__name__)


class Failure(Exception):
    """A call that came to nothing. The words of each are safe for a log: they hold no address, and so no token.

    `asked`: the seconds for which the platform asked to be left alone.
    """

    asked: float = 0


class Unreached(Failure):
    """No connection was made: nothing was handed over."""


class BrokenOff(Failure):
    """The connection broke, or no answer came in time: what was handed over may have been taken."""


class TooMuch(Failure):
    """More bytes came than may."""


@contextmanager
def told_apart() -> Iterator[None]:
    """Turn the HTTP library's errors into ours: by them is told whether anything may have been taken."""
    try:
        yield
    except (ClientConnectorError, ConnectionTimeoutError) as error:
        raise Unreached(type(error).__name__) from None
    except (ClientError, TimeoutError, OSError) as error:
        raise BrokenOff(type(error).__name__) from None


async def read(response: ClientResponse, limit: int) -> bytes:
    """The whole body. Raises TooMuch as soon as it is longer than `limit` bytes."""
    # Of a body that is packed, the length told is not the one that is read.
    if (response.content_length or limit + 1) <= limit and "Content-Encoding" not in response.headers:
        return await response.read()
    if (data := await read_whole(response.content, limit)) is None:
        raise TooMuch("too large")
    return data


def answer_in(body: bytes) -> dict[str, Any] | None:
    """An answer as both platforms give them, an object that says whether it is `ok`; None of a body that is none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) and isinstance(answer.get("ok"), bool) else None


def describe(error: BaseException) -> str:
    """What went wrong, for a log: the platform's own words, or the kind of any other error."""
    return str(error) if isinstance(error, Failure) else type(error).__name__


class Trouble:
    """Tells of a trouble once when it begins or turns into another, and once when it is over."""

    def __init__(self, platform: str, what: str, backoff: Callable[[int], float]) -> None:
        """`platform` and `what` begin the lines of the log. `backoff`: failures in a row -> seconds to wait."""
        self._platform, self._what, self._backoff = platform, what, backoff
        self._kind: str | None = None
        self.failures = 0
        self.pause = 0.0

    def met(self, error: Exception) -> float:
        """One more failure; returns the seconds to wait, as `pause` has them from then on."""
        self.failures += 1
        asked = error.asked if isinstance(error, Failure) else 0
        self.pause = max(asked, self._backoff(self.failures))
        what = str(error) if isinstance(error, StartError) else describe(error)
        kind = what.partition(":")[0]
        if kind != self._kind:
            ours = not isinstance(error, (Failure, NotTaken, StartError))
            log.warning(f"{self._platform} {self._what}", error=what, exc_info=error if ours else None)
        self._kind = kind
        return self.pause

    def over(self) -> None:
        """It works; does nothing if it did before."""
        if self.failures:
            log.info(f"{self._platform} works again")
        self._kind, self.failures = None, 0
