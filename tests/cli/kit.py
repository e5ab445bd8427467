"""The real commands, run as an office runs them: as programs, in a folder of their own."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config import Settings
from tests.support.beside import looking, tamper
from tests.support.database import empty_url, engine_in_use
from tests.support.world import SECRET

ROOT = Path(__file__).parents[2]
PACK = ROOT / "campaigns" / "tay-ninh-2022"
# Warnings are errors here too.
BOT = (sys.executable, "-W", "error", "-m", "bot")
PATIENCE = 60.0
_A_LOOK = 0.005
_ADDRESS = re.compile(r"http://\S+(?=/ )")
_EVENT = re.compile(r"\d{4}-\d\d-\d\dT\S+ \[(\w+) *\] (.*?) *\[[\w.]+\]")
A_PERIOD = "insert into period values (1, (select id from form), 'p', {0}, {0}, {0}, {0}, {0})".format("'2022-12-16'")
# What the developer has set is none of the tests' business.
OURS = frozenset(Settings.model_fields)


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
    kept = {name: value for name, value in os.environ.items() if name.lower() not in OURS}
    ours = {"DATABASE_URL": database_url(folder), "MEDIA_DIR": folder / "media", "WEB_PORT": 0}
    if engine_in_use() == "postgres":
        # Several processes may share it, so none of them makes a key.
        ours["SECRET_KEY"] = SECRET
    ours |= settings
    return {**kept, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in ours.items()}}


def database_url(folder: Path) -> str:
    return empty_url(folder / "bot.db")


class _Forks:
    """The process that forks for each command (see `forking`); begun when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, command: dict[str, Any]) -> int:
        """Run one to its end; returns its exit code. One that stays: start it; returns its process id."""
        return int(self._answer(command))

    def exit_code(self, pid: int) -> int | None:
        """Of one that stays; None as long as it runs. Not to be asked again when it has ended."""
        code = self._answer(pid)
        return None if code is None else int(code)

    def _answer(self, asked: dict[str, Any] | int) -> Any:
        if self._process is None:
            server = [sys.executable, "-W", "error", "-m", "tests.cli.forking"]
            self._process = subprocess.Popen(
                server, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
            )
            atexit.register(self._process.kill)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        assert ready, f"{asked} did not end within {PATIENCE} s"
        return json.loads(self._process.stdout.readline())


_forks = _Forks()


def bot(folder: Path, *words: str | Path, **settings: Any) -> Ran:
    """Run a command to its end."""
    with tempfile.TemporaryDirectory() as kept:
        out, err = Path(kept) / "out", Path(kept) / "err"
        code = _forks.run(_command(folder, words, settings, out, err))
        return Ran(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


def _command(folder: Path, words: Iterable[str | Path], settings: dict[str, Any], out: Path, err: Path) -> Any:
    return {
        "words": list(map(str, words)), "folder": str(folder), "environment": environment(folder, **settings),
        "out": str(out), "err": str(err),
    }  # fmt: skip


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read the database of a folder from outside."""
    with looking(database_url(folder)) as ask:
        return ask(sql)


def change(folder: Path, *statements: str) -> None:
    """Write to the database of a folder by hand."""
    tamper(database_url(folder), *statements)


@dataclass
class Serving:
    """A bot that runs: where it is reached, and its end."""

    address: str
    _process: _Staying | asyncio.subprocess.Process
    _out: Path
    _errors: Path

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    async def stopped_by(self, sign: signal.Signals) -> Ran:
        """Send a signal; the bot has 15 seconds to end."""
        self._process.send_signal(sign)
        async with asyncio.timeout(15):
            code = await self._process.wait()
        told = self._out.read_text(encoding="utf-8").splitlines(keepends=True)
        return Ran(code, "".join(told[1:]), self._errors.read_text(encoding="utf-8"))


class _Staying:
    """A forked command that runs until it is stopped, as asyncio has its processes."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.returncode: int | None = None

    def send_signal(self, sign: int) -> None:
        os.kill(self._pid, sign)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def has_ended(self) -> bool:
        if self.returncode is None:
            self.returncode = _forks.exit_code(self._pid)
        return self.returncode is not None

    async def wait(self) -> int:
        while not self.has_ended():
            await asyncio.sleep(_A_LOOK)
        assert self.returncode is not None
        return self.returncode


@asynccontextmanager
async def serving(folder: Path, *words: str, anew: bool = False, **settings: Any) -> AsyncIterator[Serving]:
    """Start `run` or `demo` and wait until it serves; killed at the end if it was not stopped. `anew`: as a program of
    its own from its first line on, which takes seconds; else it is forked."""
    out, errors = folder / "out.txt", folder / "errors.txt"
    process: _Staying | asyncio.subprocess.Process
    if anew:
        process = await _program(folder, words, settings, out, errors)
    else:
        out.write_text("")
        process = _Staying(_forks.run(_command(folder, words, settings, out, errors) | {"stays": True}))
    try:
        yield Serving(await _address(process, out, errors), process, out, errors)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _program(
    folder: Path, words: tuple[str, ...], settings: dict[str, Any], out: Path, errors: Path
) -> asyncio.subprocess.Process:
    with out.open("wb") as told, errors.open("wb") as complaints:
        return await asyncio.create_subprocess_exec(
            *BOT, *words, cwd=folder, env=environment(folder, **settings), stdout=told, stderr=complaints
        )


async def _address(process: _Staying | asyncio.subprocess.Process, out: Path, errors: Path) -> str:
    async with asyncio.timeout(PATIENCE):
        while not (found := _ADDRESS.search(out.read_text(encoding="utf-8"))):
            has_ended = process.has_ended() if isinstance(process, _Staying) else process.returncode is not None
            assert not has_ended, f"it does not serve:\n{errors.read_text(encoding='utf-8')}"
            await asyncio.sleep(_A_LOOK)
    return found[0]
