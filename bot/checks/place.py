"""The machine around the bot: disks, backups, the address, its certificate, and the bot that runs."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import shutil
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot.backups import keeping
from bot.backups.restoring import sqlite_file
from bot.checks import Finding
from bot.config import Settings

LITTLE = 1_000_000_000
"""Bytes on a disk below which somebody has to act."""
TOO_OLD = timedelta(hours=26)
"""Of the newest backup: a night and the time that it takes."""
SOON = timedelta(days=14)
"""Before the end of a certificate that should have been renewed by then."""
SECONDS = 5.0


def disks(settings: Settings) -> list[Finding]:
    """A line for each disk that the bot writes to."""
    file = sqlite_file(settings.database_url)
    wanted = {"MEDIA_DIR": settings.media_dir, "BACKUP_DIR": settings.backup_dir, "DATABASE_URL": file}
    found: dict[int, tuple[list[str], int]] = {}
    for name, path in wanted.items():
        if path and (there := _there(path)):
            names, _ = found.setdefault(there.stat().st_dev, ([], shutil.disk_usage(there).free))
            names.append(name)
    return [_disk(" and ".join(sorted(names)), free) for names, free in found.values()]


def _there(path: Path) -> Path | None:
    """The path, or what is nearest above it."""
    return next((one for one in (path, *path.absolute().parents) if one.exists()), None)


def _disk(names: str, free: int) -> Finding:
    if free >= LITTLE:
        return Finding(True, f"disk: {free / 1e9:.1f} GB free ({names})")
    advice = "delete what is not the bot's, or give it a larger disk; when it is full nothing is taken in any more"
    return Finding(False, f"disk: only {free / 1e6:.0f} MB free ({names}): {advice}")


def backups(settings: Settings, now: datetime) -> Finding:
    """How old the newest is."""
    folder = settings.backup_dir
    if folder is None:
        return Finding(True, "backup: BACKUP_DIR is not set, so none is made by itself: see docs/operations.md")
    newest = keeping.newest(folder)
    how = "" if settings.backup_key else "; NOT encrypted (BACKUP_KEY is not set)"
    if newest is None:
        due = keeping.last_due(now, settings.backup_hour, settings.zone) + timedelta(days=1)
        return Finding(True, f"backup: none in {folder} yet; the bot makes one by {due:%H:%M %d/%m}{how}")
    age = now - newest
    told = f"the newest in {folder} is {age / timedelta(hours=1):.0f} hours old"
    if age <= TOO_OLD:
        return Finding(True, f"backup: {told}{how}")
    return Finding(False, f"backup: {told}: is the bot running? Else try `backup`, which says why it cannot")


def address(settings: Settings) -> list[Finding]:
    """Whether PUBLIC_URL can be what people's phones open."""
    if settings.public_url is None:
        return []
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    if _is_private(host):
        return [Finding(False, f"PUBLIC_URL: nobody outside reaches {host}; set the name that people's phones reach")]
    if parts.scheme == "http":
        advice = "put a proxy with a certificate before it (docs/operations.md) and set https://…"
        return [Finding(False, f"PUBLIC_URL: {settings.public_url} is not encrypted: {advice}")]
    return []


def _is_private(host: str) -> bool:
    if host == "localhost" or not {".", ":"} & set(host):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


async def certificate(settings: Settings, now: datetime, context: ssl.SSLContext | None = None) -> list[Finding]:
    """How long the certificate of PUBLIC_URL holds. `context`: whom to believe; the system's own list."""
    parts = urlsplit(settings.public_url or "")
    host = parts.hostname or ""
    if parts.scheme != "https" or _is_private(host):
        return []
    try:
        until = await _holds_until(host, parts.port or 443, context or ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        return [Finding(False, f"PUBLIC_URL: browsers refuse the certificate of {host} ({error.verify_message})")]
    except (OSError, TimeoutError) as error:
        said = f"PUBLIC_URL: {host} is not reached from this machine ({type(error).__name__}); try it from a phone"
        return [Finding(True, said)]
    left = f"the certificate of {host} holds until {until:%d/%m/%Y}"
    if until - now < SOON:
        return [Finding(False, f"PUBLIC_URL: {left} only: renew it, and see why that did not happen by itself")]
    return [Finding(True, f"PUBLIC_URL: {left}")]


async def _holds_until(host: str, port: int, context: ssl.SSLContext) -> datetime:
    async with asyncio.timeout(SECONDS):
        _, writer = await asyncio.open_connection(host, port, ssl=context)
    try:
        seconds = ssl.cert_time_to_seconds(writer.get_extra_info("peercert")["notAfter"])
        return datetime.fromtimestamp(seconds, UTC)
    finally:
        writer.close()


async def running(settings: Settings) -> Finding:
    """What the bot that serves the web port says of itself."""
    if settings.web_port == 0:
        return Finding(True, "bot: WEB_PORT is 0, so it is not known where one would run")
    url = f"http://{settings.web_host}:{settings.web_port}/healthz"
    try:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            facts = json.loads((await answer.content.read(100_000)).decode())
            ok = bool(facts["ok"])
    except aiohttp.ClientConnectorError:
        return Finding(True, f"bot: none runs here (nothing answers at {url})")
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
        return Finding(False, f"bot: what answers at {url} is not the bot, or hangs: restart it, or change WEB_PORT")
    told = ", ".join(f"{name}: {_word(value)}" for name, value in facts.items() if name != "ok" and _is_trouble(value))
    if ok:
        return Finding(True, f"bot: runs{f' ({told})' if told else ''}")
    return Finding(False, f"bot: runs and is not well ({told}): its log says more; see docs/operations.md")


def _is_trouble(value: object) -> bool:
    return value not in (None, "", 0, False, True, [], {}, "ok", "works", "not set up", "connected", "serving")


def _word(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
