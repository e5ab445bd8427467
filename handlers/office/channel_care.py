"""What administrators are told of a channel: that its month's quota runs out, or that it has stopped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from handlers import notices
from handlers.context import Office
from handlers.events import Priority, Reply
from locales.translator import Translator
from storage import admins
from storage.uow import UnitOfWork

QUOTAS: Mapping[str, tuple[int, int]] = MappingProxyType({"zalo": (3000, 50)})
"""Channel -> how many messages a month, both ways, and how many people a free bot may have."""

NAMES: Mapping[str, str] = MappingProxyType({"zalo": "Zalo"})
STEPS = (95, 80)
"""Per cent of a quota at which administrators are warned."""


def month_of(office: Office, now: datetime) -> str:
    """ "2022-12", in local time: by what messages are counted."""
    return f"{now.astimezone(office.translators.timezone):%Y-%m}"


async def warn_of_quota(
    office: Office, uow: UnitOfWork, now: datetime, channel: str, counted: Mapping[str, int]
) -> None:
    """Tell the administrators when a channel has used 80 % and 95 % of what it may, once each a month. `counted`:
    messages of this month, and people."""
    for (what, n), limit in zip(counted.items(), QUOTAS[channel], strict=True):
        if step := _step(n, limit):
            key = f"quota/{channel}/{month_of(office, now)}/{what}/{step}"
            await _warn(office, uow, key, (channel, what, n, limit))


def _step(n: int, limit: int) -> int:
    return next((step for step in STEPS if n * 100 >= limit * step), 0)


async def _warn(office: Office, uow: UnitOfWork, key: str, found: tuple[str, str, int, int]) -> None:
    for admin in await admins.reachable(uow):
        text = _warning(office.translators[admin["language"]], *found)
        notices.notify(office, uow, admin, text, key=f"{key}/{admin['channel']}:{admin['address']}")


def _warning(tr: Translator, channel: str, what: str, n: int, limit: int) -> Reply:
    name, used, most, percent = NAMES[channel], tr.number(n), tr.number(limit), tr.number(n * 100 // limit)
    if what == "people":
        return Reply(
            tr.t(
                "⚠️ {channel}: <b>{used}/{most} people</b> ({percent} %). Whoever comes after the last one gets no "
                "answer there. Please invite further people by the web link or Telegram.",
                channel=name, used=used, most=most, percent=percent,
            )
        )  # fmt: skip
    return Reply(
        tr.t(
            "⚠️ {channel}: <b>{used}/{most} messages</b> of this month are used ({percent} %). After the last one the "
            "bot is silent there until next month. Please ask units to report by the web link or in one message.",
            channel=name, used=used, most=most, percent=percent,
        )
    )  # fmt: skip


async def tell_of_refusal(office: Office, uow: UnitOfWork, now: datetime, channel: str) -> None:
    """The platform refuses the bot's token: tell the administrators on the other channels, once a day."""
    day = f"{now.astimezone(office.translators.timezone):%Y-%m-%d}"
    for admin in await admins.reachable(uow, without=channel):
        tr = office.translators[admin["language"]]
        text = tr.t(
            "⚠️ <b>{channel} has stopped</b>: it refuses the bot's token, which was probably reset. Nobody is reached "
            "there now. Please put the new token into the bot's settings and start it again; the other channels go on.",
            channel=NAMES[channel],
        )
        where = f"{admin['channel']}:{admin['address']}"
        # At night too: who reports in the morning is not reached.
        key = f"refused/{channel}/{day}/{where}"
        uow.send(
            admin["channel"], admin["address"], Reply(text).to_json(), priority=Priority.URGENT, key=key
        )  # fmt: skip
