"""Three processes of the bot on one PostgreSQL, and a load balancer before them."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.app import App
from bot.config import Settings
from tests.days.town import free_port
from tests.support.world import ROOT, TurnedClock
from tests.telegram.emulator import TelegramEmulator

SECRET, WORD = "a key for tests only", "a-long-random-word"
HOOK = "/hooks/telegram"
WITHIN = 10.0
"""Seconds in which another process leads after the leader was killed."""


class Balancer:
    """Gives each request to the next replica in turn, and one that did not answer to the one after."""

    def __init__(self) -> None:
        self.port = free_port()
        self.behind: list[int] = []
        self._turn = count()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Balancer]:
        app = web.Application()
        app.router.add_post(HOOK, self._pass_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        try:
            async with ClientSession(timeout=ClientTimeout(total=20)) as self._session:
                yield self
        finally:
            await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body, first = await request.read(), next(self._turn)
        for place in range(len(self.behind)):
            port = self.behind[(first + place) % len(self.behind)]
            try:
                answer = await self._session.post(f"http://127.0.0.1:{port}{HOOK}", data=body, headers=request.headers)
                content = await answer.read()
            except (ClientError, TimeoutError):
                continue
            return web.Response(status=answer.status, body=content, content_type=answer.content_type)
        return web.Response(status=502)


class Forks:
    """The process that starts them (see `forking`)."""

    def __init__(self) -> None:
        server = [sys.executable, "-m", "tests.replicas.forking"]
        self._process = subprocess.Popen(server, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        atexit.register(self._process.kill)

    def ask(self, what: Any) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@cache
def forks() -> Forks:
    """Begun when it is first needed."""
    return Forks()


class Replica:
    """One process, which may be killed and started again."""

    def __init__(self, folder: Path, environment: dict[str, str], name: str) -> None:
        self.port, self._folder, self._name = free_port(), folder, name
        self._environment = {**environment, "WEB_PORT": str(self.port), "STATE_DIR": str(folder / name)}
        self._pid = self._starts = 0

    @property
    def is_running(self) -> bool:
        return self._pid > 0

    async def starts(self, now: datetime, session: ClientSession) -> None:
        self._starts += 1
        command = {
            "words": ["run", "--clock", now.isoformat(), "--speed", "1"], "folder": str(self._folder),
            "environment": {**os.environ, **self._environment},
            "out": os.devnull, "err": str(self._folder / f"{self._name}.{self._starts}.log"),
        }  # fmt: skip
        self._pid = forks().ask(command)
        async with asyncio.timeout(60):
            while await self.leads(session) is None:
                assert "Error" not in self.said, self.said
                await asyncio.sleep(0.05)

    @property
    def said(self) -> str:
        return "".join(path.read_text() for path in sorted(self._folder.glob(f"{self._name}.*.log")))

    async def leads(self, session: ClientSession) -> bool | None:
        """None: it does not answer."""
        try:
            async with session.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                return bool((await answer.json())["leads"])
        except (ClientError, TimeoutError):
            return None

    async def ends(self, how: signal.Signals) -> int | None:
        """The exit code, negative for a signal; None: it had ended before."""
        if not self._pid:
            return None
        os.kill(self._pid, how)
        return await self.is_over()

    async def is_over(self) -> int:
        pid, self._pid = self._pid, 0
        return await asyncio.to_thread(forks().ask, pid)

    def is_told_to_stop(self) -> None:
        if self._pid:
            os.kill(self._pid, signal.SIGTERM)


class Replicas:
    """All of them."""

    def __init__(self, folder: Path, url: str, emulator: TelegramEmulator, balancer: Balancer, many: int = 3) -> None:
        self._environment = {
            "DATABASE_URL": url,
            "TELEGRAM_TOKEN": emulator.token,
            "TELEGRAM_API_BASE": emulator.base_url,
            "WEBHOOK_URL": f"http://127.0.0.1:{balancer.port}{HOOK}",
            "WEBHOOK_SECRET": WORD,
            "MEDIA_DIR": str(folder / "media"),
            "SECRET_KEY": SECRET,
            "SEND_CHAT_PER_SECOND": "0",
            "SEND_PER_SECOND": "0",
            "TAKE_AT_ONCE": "0",
            "LOG_LEVEL": "INFO",
        }
        self.all = [Replica(folder, self._environment, f"replica-{number}") for number in range(many)]
        self._balancer = balancer
        self.kills = 0
        self.waits: list[float] = []
        """Seconds that it took, each time, until another process led."""

    @asynccontextmanager
    async def running(self, now: datetime) -> AsyncIterator[Replicas]:
        async with ClientSession(timeout=ClientTimeout(total=3)) as self.session:
            try:
                await asyncio.gather(*(replica.starts(now, self.session) for replica in self.all))
                self._balancer.behind = [replica.port for replica in self.all]
                yield self
            finally:
                for replica in self.all:
                    await replica.ends(signal.SIGKILL)

    async def leader(self, among: Sequence[Replica] = ()) -> Replica:
        """Who leads, as soon as one does."""
        async with asyncio.timeout(30):
            while True:
                for replica in among or self.all:
                    if replica.is_running and await replica.leads(self.session):
                        return replica
                await asyncio.sleep(0.02)

    async def killed(self, replica: Replica) -> None:
        """With SIGKILL; of a leader the time is taken until another one leads."""
        was_leader = await replica.leads(self.session)
        await replica.ends(signal.SIGKILL)
        self.kills += 1
        began = time.monotonic()
        others = [other for other in self.all if other.is_running]
        if was_leader and others:
            await self.leader(others)
            self.waits.append(time.monotonic() - began)

    async def stop(self) -> set[int]:
        """The exit codes of those that ran."""
        for replica in self.all:
            replica.is_told_to_stop()
        return {await replica.is_over() for replica in self.all if replica.is_running}


def office(folder: Path, url: str, emulator: TelegramEmulator, now: datetime) -> App:
    """An app on the same database that is not started: for what the office does."""
    return App(
        Settings(
            _env_file=None, database_url=url, media_dir=folder / "media", secret_key=SECRET,
            telegram_token=emulator.token, telegram_api_base=emulator.base_url,
        ),
        TurnedClock(now),
    )  # fmt: skip
