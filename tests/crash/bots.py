"""The bot as a process of its own, to be killed: started in a moment, by a process that has imported everything."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import select
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.emulating.emulator import Emulator
from tests.support.ports import steady_port
from tests.support.world import ROOT

PATIENCE = 60.0
_A_LOOK = 0.002


class Forks:
    """The process that forks (see `forking`): one bot at a time."""

    def __init__(self) -> None:
        server = [sys.executable, "-m", "tests.crash.forking"]
        self._process = subprocess.Popen(server, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        atexit.register(self._process.kill)
        assert self._process.stdin
        assert self._process.stdout
        self._in, self._out = self._process.stdin, self._process.stdout

    def start(self, command: dict[str, Any]) -> int:
        """Run one; returns its process id."""
        self._in.write(json.dumps(command).encode() + b"\n")
        self._in.flush()
        return self._number()

    @property
    def has_ended(self) -> bool:
        return bool(select.select([self._out], [], [], 0)[0])

    async def ended(self) -> int:
        """Wait for the end; the exit code, negative for a signal."""
        async with asyncio.timeout(PATIENCE):
            while not self.has_ended:
                await asyncio.sleep(_A_LOOK)
        return self._number()

    def _number(self) -> int:
        return int(self._out.readline())


@cache
def forks() -> Forks:
    """Begun when it is first needed."""
    return Forks()


class Bot(ABC):
    """Runs in `folder`, on an emulator."""

    def __init__(self, folder: Path, emulator: Emulator[Any, Any]) -> None:
        self._folder, self._emulator = folder, emulator
        self._port = steady_port()
        self._pid = 0
        self.kills = 0

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """Of its channel."""

    async def starts(self, now: datetime) -> None:
        """Return once it has met its platform: two calls."""
        before, log = len(self._emulator.calls), self._folder / "bot.log"
        command = {
            "words": ["run", "--clock", now.isoformat(), "--speed", "1"], "folder": str(self._folder),
            "environment": {**os.environ, **self._common(), **self.settings()}, "out": os.devnull, "err": str(log),
        }  # fmt: skip
        self._pid = forks().start(command)
        async with asyncio.timeout(PATIENCE):
            while len(self._emulator.calls) <= before + 1:
                assert not forks().has_ended, log.read_text()
                await asyncio.sleep(_A_LOOK)

    async def does(self, calls: int, *, within: float) -> None:
        """Wait until it has made so many calls, so that there is something to break off, however slow the machine is;
        no longer than so many seconds."""
        before = len(self._emulator.calls)
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while len(self._emulator.calls) < before + calls:
                    await asyncio.sleep(_A_LOOK)

    async def is_killed(self) -> None:
        """At once, wherever it is."""
        assert await self._ends(signal.SIGKILL) == -signal.SIGKILL
        self.kills += 1

    async def stops(self) -> int:
        """In order; the exit code."""
        return await self._ends(signal.SIGTERM)

    async def _ends(self, sign: signal.Signals) -> int:
        assert self._pid, "it does not run"
        os.kill(self._pid, sign)
        self._pid = 0
        return await forks().ended()

    async def is_over(self) -> None:
        """Not to be left behind by a test that failed."""
        if self._pid:
            await self._ends(signal.SIGKILL)

    def _common(self) -> dict[str, str]:
        return {
            "DATABASE_URL": f"sqlite+aiosqlite:///{self._folder / 'town.db'}",
            "MEDIA_DIR": str(self._folder / "media"),
            "WEB_PORT": str(self._port),
            "SECRET_KEY": "a key for tests only",
            "LOG_LEVEL": "WARNING",
        }
