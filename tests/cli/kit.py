"""The real commands, run as an office runs them: as programs, in a folder of their own."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACK = ROOT / "campaigns" / "tay-ninh-2022"
# Warnings are errors here too.
BOT = (sys.executable, "-W", "error", "-m", "bot")
PATIENCE = 60.0
_ADDRESS = re.compile(r"http://\S+(?=/ )")
_EVENT = re.compile(r"\d{4}-\d\d-\d\dT\S+ \[(\w+) *\] (.*?) *\[[\w.]+\]")
OURS = ("DATABASE_URL", "TELEGRAM_", "WEBHOOK_", "WEB_", "MEDIA_", "SECRET_", "PUBLIC_", "TIMEZONE", "LOG_", "SEND_")


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line that a command which could not do its work writes, and nothing beside it."""
        assert self.code == 1, self
        assert self.out == "", self
        lines = self.err.splitlines()
        assert len(lines) == 1, self
        return lines[0]

    @property
    def events(self) -> list[tuple[str, str]]:
        """The level and the event of each line of the log; a line that is none fails."""
        lines = [_EVENT.match(line) for line in self.err.splitlines()]
        assert all(lines), self.err
        return [(line[1], line[2]) for line in lines if line]


def environment(folder: Path, **settings: Any) -> dict[str, str]:
    """Of an installation whose files are all in `folder`, on any free port."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    ours = {"DATABASE_URL": database_url(folder), "MEDIA_DIR": folder / "media", "WEB_PORT": 0, **settings}
    return {**kept, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in ours.items()}}


def database_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'bot.db'}"


class _Forks:
    """The process that forks for each command (see `forking`); begun when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, command: dict[str, Any]) -> int:
        if self._process is None:
            server = [sys.executable, "-W", "error", "-m", "tests.cli.forking"]
            self._process = subprocess.Popen(
                server, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
            )
            atexit.register(self._process.kill)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        assert ready, f"{command['words']} did not end within {PATIENCE} s"
        return int(self._process.stdout.readline())


_forks = _Forks()


def bot(folder: Path, *words: str | Path, **settings: Any) -> Ran:
    """Run a command to its end."""
    with tempfile.TemporaryDirectory() as kept:
        out, err = Path(kept) / "out", Path(kept) / "err"
        command = {
            "words": list(map(str, words)), "folder": str(folder), "environment": environment(folder, **settings),
            "out": str(out), "err": str(err),
        }  # fmt: skip
        return Ran(_forks.run(command), out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read the database of a folder from outside, which cannot change it."""
    with closing(sqlite3.connect(f"file:{folder / 'bot.db'}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


@dataclass
class Serving:
    """A bot that runs: where it is reached, and its end."""

    address: str
    _process: asyncio.subprocess.Process
    _errors: Path

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    async def stopped_by(self, sign: signal.Signals) -> Ran:
        """Send a signal; the bot has 15 seconds to end."""
        self._process.send_signal(sign)
        async with asyncio.timeout(15):
            out, _ = await self._process.communicate()
        return Ran(await self._process.wait(), out.decode(), self._errors.read_text(encoding="utf-8"))


@asynccontextmanager
async def serving(folder: Path, *words: str, **settings: Any) -> AsyncIterator[Serving]:
    """Start `run` or `demo` and wait until it serves; killed at the end if it was not stopped."""
    errors = folder / "errors.txt"
    with errors.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *BOT, *words, cwd=folder, env=environment(folder, **settings), stdout=asyncio.subprocess.PIPE, stderr=file
        )
    try:
        yield Serving(await _address(process, errors), process, errors)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _address(process: asyncio.subprocess.Process, errors: Path) -> str:
    assert process.stdout
    async with asyncio.timeout(PATIENCE):
        while line := (await process.stdout.readline()).decode():
            if found := _ADDRESS.search(line):
                return found[0]
    raise AssertionError(f"it does not serve:\n{errors.read_text(encoding='utf-8')}")
