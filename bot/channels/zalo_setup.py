"""What Zalo knows of a bot: its names, and where it pushes to. Looked at when the channel starts, and by the office's
commands."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.channels.pushing import Webhook
from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_errors import NOT_SET, ApiError

log = structlog.get_logger(__name__)

_SET_SECONDS = 30.0
"""Zalo calls the address before it answers."""


async def names(api: ZaloApi) -> tuple[str, ...]:
    """The names of the bot, the one that people see first. Raises a Failure."""
    me = await api.call("getMe")
    found = [me.get(name) for name in ("display_name", "account_name")] if isinstance(me, dict) else []
    return tuple(name for name in found if isinstance(name, str) and name)


async def webhook_of(api: ZaloApi) -> str:
    """The address that is set, "" for none. Raises a Failure."""
    try:
        info = await api.call("getWebhookInfo")
    except ApiError as error:
        if error.code == NOT_SET:
            return ""
        raise
    url = info.get("url") if isinstance(info, dict) else None
    return url if isinstance(url, str) else ""


def host_of(url: str) -> str:
    """What may be told of an address of somebody's: a path may be a secret."""
    return urlsplit(url).hostname or url


async def see_to_webhook(api: ZaloApi, webhook: Webhook, memory: Path) -> str:
    """Have Zalo push to the address, if it does not yet: setting it is capped by the day. Returns "" or what is wrong
    with it in Zalo's eyes. `memory` keeps what was set, for Zalo does not tell its word. Raises a Failure."""
    if await webhook_of(api) == webhook.url and await asyncio.to_thread(_read, memory) == webhook.mark:
        return ""
    result = await api.call("setWebhook", seconds=_SET_SECONDS, url=webhook.url, secret_token=webhook.secret)
    if outcome := _outcome(result):
        return outcome
    await asyncio.to_thread(_write, memory, webhook.mark)
    return ""


def _outcome(result: Any) -> str:
    """The address is kept though nothing answers there, so the verification has to be looked at."""
    found = result.get("verification") if isinstance(result, dict) else None
    if not isinstance(found, dict) or found.get("ok") is True:
        return ""
    words = (str(found[name]) for name in ("outcome", "hint") if found.get(name))
    return ": ".join(words)[:300] or "not verified"


def _read(memory: Path) -> str:
    try:
        return memory.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _write(memory: Path, mark: str) -> None:
    try:
        memory.write_text(mark)
    except OSError as error:
        # Then it is set once more at the next start.
        log.warning("what was set is not kept", error=error.strerror)


async def hindrance(api: ZaloApi, webhook: Webhook | None, note: Path) -> str:
    """What keeps updates from coming and is for somebody to mend, "" for nothing. `note`: see `see_to_webhook`. Raises
    Failure."""
    if webhook:
        outcome = await see_to_webhook(api, webhook, note)
        return f"ZALO_WEBHOOK_URL is not reached by Zalo: {outcome}" if outcome else ""
    if url := await webhook_of(api):
        # Zalo would hand out nothing. It may be another program's, so it is not for us to remove.
        return (
            f"a webhook is set at {host_of(url)}, so nothing can be polled: remove it with "
            "`python -m bot zalo webhook remove`, or set ZALO_WEBHOOK_URL"
        )
    return ""
