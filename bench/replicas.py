"""Several processes of the bot on one PostgreSQL, beside one: `python -m bench.replicas [--people 900]`.

The people of `bench.chat` fill in their form, sixty-four at a time; each of their updates goes to the next process, as
the worst of load balancers would send it, so a conversation never stays with one. Processes, PostgreSQL and people
share the machine's cores. Figures: docs/scaling.md.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import ClientError, ClientSession
from sqlalchemy import URL

from bench.chat import bots, people
from bench.chat.__main__ import prepare
from bench.chat.wire import Hook
from bench.chat.world import DATABASE, starts
from bot.clock import SystemClock
from bot.copying import copy
from tests.support.postgres import Server, execute, own_server

IN_FLIGHT = 64
WARM_UP = 100
_WORLD = "world"
_PATIENCE = 60.0
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Spread:
    """The webhooks of all processes, one after the other."""

    def __init__(self, hooks: list[Hook]) -> None:
        self._hooks = hooks
        self._next = itertools.cycle(hooks)

    async def push(self, body: bytes) -> tuple[int, bytes]:
        return await next(self._next).push(body)

    def close(self) -> None:
        for hook in self._hooks:
            hook.close()


class Process:
    """One of the bot's, of which the whole machine may be used."""

    def __init__(self, folder: Path, base: str, url: str) -> None:
        folder.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        state = {"STATE_DIR": str(folder), "DATABASE_URL": url, "MEDIA_DIR": str(folder.parent / "media")}
        self._process = bots.start(bots.OURS, folder, base, self.port, state, core=None)

    @property
    def cpu(self) -> float:
        """Seconds of the processor that it has used."""
        return bots.cpu_of(self._process.pid)

    async def answers(self, session: ClientSession) -> None:
        """Returns once it may be sent updates."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/healthz") as told:
                        if told.status == 200:
                            return
                except ClientError:
                    pass
                await asyncio.sleep(0.05)

    async def batches(self, session: ClientSession) -> tuple[float, float]:
        """How many it has done, and how many of them anew because another process had changed the office."""
        async with session.get(f"http://127.0.0.1:{self.port}/metrics") as told:
            text = await told.text()
        names = ("danvan_batch_seconds_count", "danvan_batches_overtaken_total")
        done, anew = (float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1]) for name in names)  # type: ignore[index]
        return done, anew

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


@asynccontextmanager
async def running(
    count: int, folder: Path, url: str, begin: dict[int, str]
) -> AsyncIterator[tuple[list[Process], people.Telegram]]:
    """So many processes on one database, and Telegram before them."""
    hooks: list[Hook] = []
    telegram = people.Telegram(Spread(hooks), begin)
    server, base = await people.listen(telegram.heard)
    processes: list[Process] = []
    try:
        async with ClientSession() as session:
            for number in range(count):
                processes.append(Process(folder / str(number), base, url))
                hooks.append(Hook(processes[-1].port, bots.PATH, bots.SECRET))
            await asyncio.gather(*(one.answers(session) for one in processes))
        telegram.hook = Spread(hooks)
        yield processes, telegram
    finally:
        telegram.hook.close()
        for one in processes:
            one.stop()
        server.close()


async def measure(count: int, folder: Path, url: str, begin: dict[int, str], walkers: int) -> str:
    """A line of the table."""
    chats = iter(begin)
    async with AsyncExitStack() as stack:
        processes, telegram = await stack.enter_async_context(running(count, folder, url, begin))
        session = await stack.enter_async_context(ClientSession())
        await people.at_once(telegram, itertools.islice(chats, WARM_UP), IN_FLIGHT)
        before, counted = [one.cpu for one in processes], [await one.batches(session) for one in processes]
        walked = await people.at_once(telegram, itertools.islice(chats, walkers), IN_FLIGHT)
        used = sum(one.cpu for one in processes) - sum(before)
        found = [await one.batches(session) for one in processes]
    done, anew = (sum(now[i] - then[i] for now, then in zip(found, counted, strict=True)) for i in (0, 1))
    updates = len(walked.took)
    return (
        f"| {count} | {walked.rate:.0f} | {1000 * used / updates:.2f} ms | {walked.percentile(50):.0f} ms "
        f"| {walked.percentile(99):.0f} ms | {updates / done:.1f} | {100 * anew / done:.1f} % |"
    )


def worlds(server: Server, source: Path) -> Iterator[str]:
    """Databases with the same people in them, one after the other."""
    execute(f"CREATE DATABASE {_WORLD}", server.url)
    made = _named(server.url, _WORLD)
    asyncio.run(copy(f"sqlite+aiosqlite:///{source}", made, SystemClock().now(), lambda *_: None))
    for number in itertools.count(1):
        execute(f"CREATE DATABASE {_WORLD}{number} TEMPLATE {_WORLD}", server.url)
        yield _named(server.url, f"{_WORLD}{number}")


def _named(url: URL, name: str) -> str:
    return url.set(database=name).render_as_string(hide_password=False)


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--people", type=int, default=900)
    read.add_argument("--processes", type=int, nargs="*", default=[1, 3])
    given = read.parse_args()
    print(f"{os.cpu_count()} cores\n")
    print(
        "| processes | updates a second | CPU of the bot an update | p50 | p99 | updates a batch | batches done anew |"
    )
    print("|---|---|---|---|---|---|---|", flush=True)
    with TemporaryDirectory() as place, own_server(**_DURABLE) as server:
        folder = Path(place)
        prepare(folder, given.people + WARM_UP)
        begin = starts(folder / DATABASE)
        for count, url in zip(given.processes, worlds(server, folder / DATABASE), strict=False):
            (folder / f"run{count}").mkdir()
            print(asyncio.run(measure(count, folder / f"run{count}", url, begin, given.people)), flush=True)


if __name__ == "__main__":
    main()
