"""Zalo as the settings say: the channel, and what the office's commands and `doctor` look at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bot.channels.base import Pace
from bot.channels.calling import Failure
from bot.channels.pushing import Webhook
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_setup import host_of, names, webhook_of
from bot.clock import Clock
from bot.config import Settings, StartError
from bot.media.store import MediaStore
from locales.translator import Translators
from storage.engine import Database

PACE = Pace(per_second=5, chat_per_second=1, group_per_minute=20)
"""Zalo does not tell its limits; so few messages a month need no hurry."""


def zalo_channel(
    settings: Settings,
    db: Database,
    media: MediaStore,
    clock: Clock,
    translators: Translators,
    *,
    journal: Path,
    refused: Callable[[], Awaitable[None]],
) -> tuple[ZaloChannel, str]:
    """The channel, and the path that is to be served for its webhook ("" when it polls). A token is set."""
    hook = None
    if settings.zalo_webhook_url and settings.zalo_webhook_secret:
        hook = Webhook(settings.zalo_webhook_url, settings.zalo_webhook_secret.get_secret_value())
    channel = ZaloChannel(
        api=zalo_api(settings), db=db, media=media, clock=clock, translators=translators, pace=PACE, journal=journal,
        public_url=settings.public_url or "", webhook=hook, refused=refused,
    )  # fmt: skip
    return channel, urlsplit(hook.url).path if hook else ""


def zalo_api(settings: Settings) -> ZaloApi:
    """Raises StartError without a token."""
    if settings.zalo_token is None:
        raise StartError("ZALO_TOKEN is not set (see .env.example)")
    hosts = settings.zalo_photo_hosts.replace(",", " ").split()
    return ZaloApi(settings.zalo_token.get_secret_value(), settings.zalo_api_base, hosts)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[ZaloApi]:
    """The API for a command. Raises StartError without a token, and for what Zalo refuses."""
    api = zalo_api(settings)
    try:
        yield api
    except Failure as error:
        raise StartError(f"Zalo: {settings.zalo_api_base} does not do this ({type(error).__name__} {error})") from None
    finally:
        await api.close()


async def looked_at(settings: Settings) -> tuple[bool, str]:
    """Whether Zalo can be used as it is set up, and a line that says so or what to do."""
    try:
        async with opened(settings) as api:
            name = (await names(api) or ("without a name",))[0]
            url = await webhook_of(api)
    except StartError as error:
        return False, f"{error}; is ZALO_TOKEN the newest one?"
    if not settings.zalo_webhook_url and url:
        advice = "remove it with `python -m bot zalo webhook remove`, or set ZALO_WEBHOOK_URL"
        return False, f"Zalo: {name}, but a webhook is set at {host_of(url)}, so nothing can be polled: {advice}"
    if not settings.public_url:
        return True, f"Zalo: {name}; PUBLIC_URL is not set, so no pictures and files are sent there"
    return True, f"Zalo: {name}"
