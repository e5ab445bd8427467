"""The backup of each night: begun when it is due, in a process of its own, so that nobody's answer waits for it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from prometheus_client import Counter, Gauge

from bot.backups import keeping
from bot.clock import Clock
from bot.config import Settings

log = structlog.get_logger(__name__)

SUNDAY = 6
OPTIONS: Sequence[str] = ("--gently",)
AGAIN_AFTER = timedelta(hours=1)
"""One that failed is tried again after this time."""

BACKUPS = Counter("danvan_backups_total", "Nightly backups, by outcome", ["outcome"])
NEWEST = Gauge("danvan_backup_newest_timestamp_seconds", "When the newest backup in BACKUP_DIR was begun; 0: none")

Tell = Callable[[str], Awaitable[None]]


class Nightly:
    """Looks whether a backup is due, makes it, and tells when it could not be made. `folder` is known to be set."""

    def __init__(self, settings: Settings, folder: Path, clock: Clock, failed: Tell) -> None:
        """`failed` is told why, in a line."""
        self._settings, self._folder, self._clock, self._failed = settings, folder, clock, failed
        self._running: asyncio.Task[None] | None = None
        self._tried: datetime | None = None
        self.trouble = ""
        """Why the last one could not be made; "" after one that was."""

    def look(self) -> None:
        """Begin a backup if one is due; one that was missed is caught up."""
        newest = keeping.newest(self._folder)
        NEWEST.set(newest.timestamp() if newest else 0)
        if self._is_due(newest) and not (self._running and not self._running.done()):
            self._tried = self._clock.now()
            self._running = asyncio.create_task(self._make(), name="backup")

    def _is_due(self, newest: datetime | None) -> bool:
        now = self._clock.now()
        if self._tried and abs(now - self._tried) < AGAIN_AFTER:
            return False
        due = keeping.last_due(now, self._settings.backup_hour, self._settings.zone)
        return newest is None or newest < due

    async def stop(self) -> None:
        """End a backup that is under way; the next start makes it anew."""
        if self._running:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def finish(self) -> None:
        """Wait for one that is under way."""
        if self._running:
            await self._running

    async def _make(self) -> None:
        try:
            self.trouble = await self._run("backup", "--to", str(self._folder.absolute()))
            if not self.trouble:
                now, zone = self._clock.now(), self._settings.zone
                await asyncio.to_thread(keeping.sweep, self._folder, now, zone)
                if now.astimezone(zone).weekday() == SUNDAY:
                    # Now that they are in a backup.
                    self.trouble = await self._run("tidy")
        except OSError as error:
            self.trouble = f"{error.strerror or error}"
        BACKUPS.labels("failed" if self.trouble else "done").inc()
        if not self.trouble:
            log.info("backup made")
            return
        log.error("backup failed", why=self.trouble)
        await self._failed(self.trouble)

    async def _run(self, *words: str) -> str:
        """Run a command; returns what it complains of, or ""."""
        command = (sys.executable, "-m", "bot", *words, *OPTIONS)
        process = await asyncio.create_subprocess_exec(
            *command, env=self._environment(), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:
            process.send_signal(signal.SIGTERM)
            await process.wait()
            raise
        lines = said.decode(errors="replace").strip().splitlines()
        return "" if process.returncode == 0 else (lines or ["it ended without a word"])[-1].removeprefix("✘ ")[:500]

    def _environment(self) -> dict[str, str]:
        """What this process goes by, also where it was not set by the environment."""
        ours = self._settings
        key, secret = ours.backup_key, ours.secret_key
        said = {
            "DATABASE_URL": ours.database_url, "MEDIA_DIR": str(ours.media_dir.absolute()), "TIMEZONE": ours.timezone,
            "BACKUP_KEY": key.get_secret_value() if key else "", "LOG_LEVEL": "WARNING",
            "SECRET_KEY": secret.get_secret_value() if secret else "",
        }  # fmt: skip
        return {**os.environ, **said}
