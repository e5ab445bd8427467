"""The bots that are measured: each a process of its own on one core, seen from outside."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.chat.people import FORM, Telegram, listen
from bench.chat.wire import Hook, Markup
from bench.chat.world import DATABASE, FIRST_CHAT, starts

TOKEN = "123456789:" + "A" * 35
SECRET = "a-long-random-word"
PATH = "/hooks/telegram"
BOT_CORE, OTHERS_CORE = 0, 1
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")

OURS = "this bot"
MODULES = {OURS: ("bot", "run"), "aiogram": ("bench.peers.aiogram_fsm",), "ptb": ("bench.peers.ptb_conversation",)}


@dataclass
class Running:
    """A bot that has answered for the first time."""

    process: subprocess.Popen[bytes]
    telegram: Telegram
    chats: list[int]
    """Of people who have not spoken yet."""
    started: float
    """Seconds from its start to its first reply."""

    @property
    def cpu(self) -> float:
        """Seconds of the processor that it has used, all of its threads, in the kernel too."""
        return cpu_of(self.process.pid)

    @property
    def memory(self) -> float:
        """MB of memory that it has resident."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * _PAGE / 1e6

    def take(self, count: int) -> list[int]:
        """The chats of so many who have not spoken yet."""
        taken, self.chats = self.chats[:count], self.chats[count:]
        return taken


@asynccontextmanager
async def running(name: str, folder: Path, people: int) -> AsyncIterator[Running]:
    """A bot from its start to its end. `folder`: where it keeps what it keeps; for ours the prepared database is
    copied out of the one above."""
    folder.mkdir()
    chats, begin = (
        [*range(FIRST_CHAT, FIRST_CHAT + people)],
        dict.fromkeys(range(FIRST_CHAT, FIRST_CHAT + people), "start"),
    )
    if name == OURS:
        shutil.copy(folder.parent / DATABASE, folder / DATABASE)
        begin = starts(folder / DATABASE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    telegram = Telegram(Hook(port, PATH, SECRET), begin)
    hooked = asyncio.Event()

    def heard(method: str, chat: int, markup: Markup) -> None:
        if method == "setWebhook":
            hooked.set()
        telegram.heard(method, chat, markup)

    server, base = await listen(heard)
    began = time.perf_counter()
    process = start(name, folder, base, port, {"DATABASE_URL": f"sqlite+aiosqlite:///{folder / DATABASE}"})
    try:
        async with asyncio.timeout(60):
            await hooked.wait()
        while True:
            try:
                await telegram.does(chats[0], FORM[0], None)
                break
            except (ConnectionError, OSError):
                await asyncio.sleep(0.02)
        yield Running(process, telegram, chats[1:], time.perf_counter() - began)
    finally:
        telegram.hook.close()
        process.terminate()
        await asyncio.to_thread(process.wait)
        server.close()


def cpu_of(process: int) -> float:
    """Seconds of the processor that a process has used, all of its threads, in the kernel too."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def start(
    name: str, folder: Path, base: str, port: int, more: Mapping[str, str], core: int | None = BOT_CORE
) -> subprocess.Popen[bytes]:
    """A bot's process. `base`: of the Bot API; `more`: settings; `core`: the one that it keeps to, if any."""
    env = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")},
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": base,
        "WEBHOOK_SECRET": SECRET,
        "WEBHOOK_URL": f"http://127.0.0.1:{port}{PATH}",
        "WEB_PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "MEDIA_DIR": str(folder),
        "SECRET_KEY": "k" * 40,
        "SEND_PER_SECOND": "0",
        "SEND_CHAT_PER_SECOND": "0",
        "TAKE_AT_ONCE": "0",
        "PYTHONDONTWRITEBYTECODE": "",
        **more,
    }
    cores = os.sched_getaffinity(0) if core is None else {core}
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *MODULES[name]], env=env, stdout=output, stderr=output,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),  # noqa: PLW1509  (nothing here has threads yet)
        )  # fmt: skip
