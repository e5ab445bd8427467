"""What Telegram says of our webhook, and of the time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.checks import Finding
from bot.config import Settings

LATELY = timedelta(hours=1)
MANY = 100
"""Updates that wait at Telegram."""
OFF = timedelta(seconds=60)


async def look(settings: Settings, now: datetime) -> list[Finding]:
    """Nothing where Telegram is not set up, or does not answer (which is told elsewhere)."""
    token = settings.telegram_token
    if token is None:
        return []
    url = f"{settings.telegram_api_base}/bot{token.get_secret_value()}/getWebhookInfo"
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            told = json.loads((await answer.content.read(100_000)).decode())
            date = answer.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return []
    info = told.get("result") if isinstance(told, dict) else None
    return [*_time(date, now), *(_webhook(settings, info, now) if isinstance(info, dict) else [])]


def _time(date: str, now: datetime) -> list[Finding]:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return []
    off = abs(now - theirs)
    if off <= OFF:
        return []
    said = f"clock: it is {round(off.total_seconds())} seconds off Telegram's"
    return [Finding(False, f"{said}: set the machine's time (timedatectl set-ntp true); deadlines go by it")]


def _webhook(settings: Settings, info: dict[str, Any], now: datetime) -> list[Finding]:
    found = []
    url, waiting = str(info.get("url") or ""), int(info.get("pending_update_count") or 0)
    if settings.webhook_url and url != settings.webhook_url:
        said = "Telegram: its webhook is not WEBHOOK_URL: start the bot, which sets it"
        found.append(Finding(False, f"{said}; does another bot have the same token?" if url else said))
    failed_at = datetime.fromtimestamp(int(info.get("last_error_date") or 0), UTC)
    if settings.webhook_url and now - failed_at < LATELY:
        why = str(info.get("last_error_message") or "")[:200]
        found.append(Finding(False, f"Telegram: it could not deliver to WEBHOOK_URL of late ({why})"))
    if waiting > MANY:
        found.append(Finding(False, f"Telegram: {waiting} updates wait there: is the bot running?"))
    return found
