"""The moment of which a platform says that something was said then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.channels import telegram_updates, zalo_updates
from bot.channels.moments import said_at
from handlers.events import Choice
from tests.channels.kit import NOW, StillClock


@pytest.mark.parametrize("ago", [0, 1, 3600, 86_400])
def test_what_waited_bears_the_moment_it_was_said(ago: int) -> None:
    then = NOW - timedelta(seconds=ago)
    assert said_at(int(then.timestamp()), NOW) == then
    assert said_at(int(then.timestamp()) * 1000, NOW, in_a_second=1000) == then


@pytest.mark.parametrize(
    "date", [None, "1671158460", True, 0, -1, 10**400, -(10**400), float("nan"), float("inf"), {}, []], ids=str
)
def test_what_is_no_moment_is_now(date: object) -> None:
    assert said_at(date, NOW) == NOW


@pytest.mark.parametrize("off", [timedelta(seconds=5), timedelta(days=-3)])
def test_what_cannot_be_is_now(off: timedelta) -> None:
    assert said_at(int((NOW + off).timestamp()), NOW) == NOW


# --- in the channels -------------------------------------------------------------------------------

AN_HOUR_AGO = NOW - timedelta(hours=1)
_MESSAGE = {
    "message_id": 5, "date": int(AN_HOUR_AGO.timestamp()), "chat": {"id": 7, "type": "private"}, "text": "30",
    "from": {"id": 7, "is_bot": False, "first_name": "Lan"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("update", "at"),
    [
        ({"message": _MESSAGE}, AN_HOUR_AGO),
        # Of a press only the moment of the message under which it was made is told.
        ({"callback_query": {"id": "1", "from": _MESSAGE["from"], "data": "x", "message": _MESSAGE}}, NOW),
    ],
    ids=["message", "press"],
)
async def test_on_telegram(update: dict[str, Any], at: datetime) -> None:
    nothing: Any = None
    incoming = await telegram_updates.Reader(nothing, nothing, StillClock()).read({"update_id": 1, **update})
    assert incoming is not None
    assert incoming.at == at


async def test_on_zalo() -> None:
    async def offered(_chat: str) -> tuple[tuple[Choice, ...], bool]:
        return (), False

    message = {"message_id": "5", "date": int(AN_HOUR_AGO.timestamp() * 1000), "chat": {"id": "7"}, "text": "30"}
    update = zalo_updates.parse({"event_name": "message.text.received", "message": message})
    nothing: Any = None
    assert update is not None
    incoming = await zalo_updates.Reader(nothing, offered, nothing, StillClock()).read(update)
    assert incoming is not None
    assert incoming.at == AN_HOUR_AGO
