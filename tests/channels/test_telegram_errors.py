"""What is told of errors, and how often."""

from unittest.mock import Mock

import pytest
from aiohttp import (
    ClientConnectorDNSError,
    ClientPayloadError,
    ConnectionTimeoutError,
    InvalidURL,
    ServerDisconnectedError,
)
from structlog.testing import capture_logs

from bot.channels.base import InDoubt, NotTaken, SendError, TryLater
from bot.channels.calling import Failure, Trouble, describe, told_apart
from bot.channels.telegram_errors import ApiError, as_send_errors, send_error

TOKEN = "6000000001:a-token-that-opens-nothing"


def network_error(cause: Exception) -> Failure:
    with pytest.raises(Failure) as raised, told_apart():
        raise cause
    return raised.value


def test_the_words_of_the_client_are_kept_back() -> None:
    broken = network_error(InvalidURL(f"https://api.example.org/bot{TOKEN}/getMe"))
    assert describe(broken) == "InvalidURL"
    assert (broken.__cause__, broken.__suppress_context__) == (None, True)
    assert describe(ApiError(400, "Bad Request: chat not found")) == "Bad Request: chat not found"
    assert describe(ValueError(TOKEN)) == "ValueError"


def test_a_send_error_hides_where_it_came_from() -> None:
    with pytest.raises(InDoubt) as raised, as_send_errors():
        raise network_error(InvalidURL(f"https://api.example.org/bot{TOKEN}/getMe"))
    assert TOKEN not in str(raised.value)
    assert (raised.value.__cause__, raised.value.__suppress_context__) == (None, True)


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (ConnectionTimeoutError("no way there"), TryLater),
        (ClientConnectorDNSError(Mock(ssl=True), OSError("no such host")), TryLater),
        (ServerDisconnectedError(), InDoubt),
        (ClientPayloadError(), InDoubt),
        (TimeoutError(), InDoubt),
    ],
)
def test_only_a_connection_that_was_made_leaves_a_doubt(cause: Exception, kind: type[SendError]) -> None:
    assert type(send_error(network_error(cause))) is kind


def test_an_error_of_our_own_passes() -> None:
    with pytest.raises(KeyError), as_send_errors():
        raise KeyError("a slip")


def test_a_trouble_is_told_when_it_begins_changes_and_ends() -> None:
    trouble = Trouble("telegram", "polling fails", float)
    with capture_logs() as logs:
        trouble.over()
        for error in (NotTaken("busy"), NotTaken("busy"), network_error(TimeoutError()), RuntimeError("a slip")):
            trouble.met(error)
        trouble.over()
        trouble.over()
        trouble.met(NotTaken("busy"))
    told = [(line["event"], line.get("error")) for line in logs]
    assert told == [
        ("telegram polling fails", "NotTaken"),
        ("telegram polling fails", "TimeoutError"),
        ("telegram polling fails", "RuntimeError"),
        ("telegram works again", None),
        ("telegram polling fails", "NotTaken"),
    ]
    # Only of a fault of ours the traceback is wanted.
    assert [type(line.get("exc_info")) for line in logs[:3]] == [type(None), type(None), RuntimeError]


def test_it_waits_as_long_as_telegram_asks() -> None:
    trouble = Trouble("telegram", "polling fails", float)
    trouble.met(ApiError(429, "Too Many Requests: retry after 17", {"retry_after": 17}))
    assert trouble.pause == 17
    trouble.met(NotTaken("busy"))
    assert (trouble.failures, trouble.pause) == (2, 2)
