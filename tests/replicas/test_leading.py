"""One leads; when its connection ends, it stops at once, and another one leads."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import make_url

from bot.leading import EVERY, Leading
from storage import wire
from storage.engine import Database
from storage.locks import NotLeading, take_turn
from storage.wire import OUTBOX, Wire, WireError
from tests.support.postgres import execute, postgres_url

pytestmark = pytest.mark.usefixtures("eager")

CUT = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted"


class Process:
    """What one process does of it."""

    def __init__(self, url: str, name: str, log: list[str]) -> None:
        self.db, self.name, self._log = Database(url), name, log
        self.heard: list[str] = []
        self.changed = asyncio.Event()
        self.leading = Leading(
            url, lead=self._lead, follow=self._follow, hear=lambda what, _text: self._hear(what), deaf=self._deaf
        )

    async def _lead(self) -> None:
        self._log.append(f"{self.name} leads")
        self.changed.set()

    async def _follow(self) -> None:
        self._log.append(f"{self.name} follows")
        self.changed.set()

    async def _deaf(self) -> None:
        self.heard.append("deaf")

    def _hear(self, what: str) -> None:
        self.heard.append(what)
        self.changed.set()

    async def changes(self) -> None:
        async with asyncio.timeout(10):
            await self.changed.wait()
        self.changed.clear()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.leading.run())
        try:
            yield
        finally:
            await self.leading.stop()
            await task
            await self.db.close()

    async def may_send(self) -> bool:
        try:
            async with self.db.write(shared=True) as conn:
                await self.leading.guard(conn)
        except NotLeading:
            return False
        return True


async def test_a_leader_that_loses_its_connection_is_followed_by_another() -> None:
    url, log = postgres_url(), list[str]()
    one, two = Process(url, "one", log), Process(url, "two", log)
    async with one.running():
        await one.changes()
        async with two.running():
            await _until(lambda: bool(two.heard))
            assert await one.may_send() and not await two.may_send()
            execute(CUT, url)
            await one.changes()
            began = asyncio.get_running_loop().time()
            # It may be the same one that comes first again: there is one leader, that is all.
            await _until(lambda: log[-1].endswith("leads"))
            assert asyncio.get_running_loop().time() - began < EVERY
            assert [await one.may_send(), await two.may_send()].count(True) == 1
    assert log[:2] == ["one leads", "one follows"]


class Line:
    """The network between one process and the server, which may fall silent without a word."""

    def __init__(self, url: str) -> None:
        self._url, self._folder = make_url(url), str(make_url(url).query["host"])
        self._talking = asyncio.Event()
        self._talking.set()
        self._ends: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """The URL of the server at the other end."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        url = self._url.set(host="127.0.0.1", port=port, query={"ssl": "disable"})
        try:
            yield url.render_as_string(hide_password=False)
        finally:
            self.falls_silent()
            self.is_given_up()
            server.close()

    def falls_silent(self) -> None:
        self._talking.clear()

    def is_given_up(self) -> None:
        """Both sides have noticed: the server by its keepalive."""
        for end in self._ends:
            end.transport.abort()
        self._talking.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(f"{self._folder}/.s.PGSQL.5432")
        self._ends += [writer, ours]
        await asyncio.gather(self._pass_on(reader, ours), self._pass_on(theirs, writer))

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65536):
                await self._talking.wait()
                target.write(data)
            target.close()


@pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="the server's socket is not ours")
async def test_a_leader_that_hears_nothing_more_stops_before_another_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "CALL_SECONDS", 1.0)
    url, log = postgres_url(), list[str]()
    line = Line(url)
    async with line.open() as far:
        one, two = Process(far, "one", log), Process(url, "two", log)
        async with one.running():
            await one.changes()
            async with two.running():
                await _until(lambda: bool(two.heard))
                line.falls_silent()
                await one.changes()
                assert log == ["one leads", "one follows"] and not await two.may_send()
                line.is_given_up()
                await _until(lambda: log[-1].endswith("leads"))
    assert log[2] in ("one leads", "two leads")


async def test_who_stops_hands_over_at_once() -> None:
    url, log = postgres_url(), list[str]()
    one, two = Process(url, "one", log), Process(url, "two", log)
    async with two.running(), one.running():
        await _until(lambda: len(log) == 1)
        first = one if log == ["one leads"] else two
        second = two if first is one else one
        await _until(lambda: bool(second.heard))
        began = asyncio.get_running_loop().time()
        await first.leading.stop()
        await second.changes()
        assert asyncio.get_running_loop().time() - began < EVERY / 2
    assert log == [f"{first.name} leads", f"{second.name} leads"]


async def test_a_leader_whose_turn_was_taken_writes_nothing_and_competes_again() -> None:
    url, log = postgres_url(), list[str]()
    one = Process(url, "one", log)
    async with one.running():
        await one.changes()
        async with one.db.write(shared=True) as conn:
            await take_turn(conn, "leader")
        assert not await one.may_send()
        await _until(lambda: log == ["one leads", "one follows", "one leads"])
        assert await one.may_send()


async def test_the_leader_hears_that_there_is_something_to_send() -> None:
    url = postgres_url()
    one, two = Process(url, "one", []), Process(url, "two", [])
    async with one.running(), two.running():
        await _until(lambda: one.heard == two.heard == ["deaf"])
        for _ in range(100):
            two.leading.tell_of_outbox()
        await _until(lambda: OUTBOX in one.heard)
        assert one.heard.count(OUTBOX) <= 2


async def test_without_a_server_there_is_no_wire() -> None:
    cut = Wire("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", lambda _what, _text: None)
    with pytest.raises(WireError):
        await cut.open()
    with pytest.raises(WireError):
        await cut.check()


async def test_on_sqlite_nobody_competes() -> None:
    leading = Leading(None, lead=_never, follow=_never, hear=lambda _what, _text: None, deaf=_never)
    await leading.run()
    database = Database("sqlite+aiosqlite://")
    async with database.write() as conn:
        await leading.guard(conn)
    await database.close()
    await leading.stop()


async def _never() -> None:
    raise AssertionError


async def _until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)
