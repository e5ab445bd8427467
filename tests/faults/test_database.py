"""The database is locked by another process, or the disk is full: updates are refused, come again, and are done once;
nothing that was confirmed is lost, and all works on without a restart."""

from __future__ import annotations

import io
import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random

import pytest
from PIL import Image
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from storage import engine
from tests.faults.kit import Place, opened, texts, until

pytestmark = pytest.mark.sqlite("what fails is the file, or its disk; a PostgreSQL that fails: test_postgres.py")

HELP = "/trogiup"
ANSWER = "/baocao"


@pytest.fixture(params=["telegram polling", "telegram webhook", "zalo polling"])
async def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    """A bot that does not wait long for a lock."""
    brief = tuple(line.replace("busy_timeout=10000", "busy_timeout=20") for line in engine.SQLITE_PRAGMAS)
    monkeypatch.setattr(engine, "SQLITE_PRAGMAS", brief)
    monkeypatch.setattr("bot.delivery.courier._DATABASE_PAUSE", 0.02)
    platform, way = request.param.split()
    async with opened(tmp_path, monkeypatch, platform, webhook=way == "webhook") as running:
        yield running


@asynccontextmanager
async def locked(place: Place) -> AsyncIterator[None]:
    """By a transaction of somebody else's, as a tool for looking at databases leaves one open."""
    with closing(sqlite3.connect(place.file, isolation_level=None, timeout=0)) as other:
        await until(lambda: _begins(other))
        yield
        other.execute("ROLLBACK")


def _begins(other: sqlite3.Connection) -> bool:
    """Unless the bot is just writing."""
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


@asynccontextmanager
async def no_more_pages(place: Place) -> AsyncIterator[None]:
    """SQLite has no page left for the file to grow, which it tells as it does a full disk."""
    ((most,),) = place.query("PRAGMA page_count")
    pool = place.app.db.engine.sync_engine

    def limit(connection: sqlite3.Connection, _entry: ConnectionPoolEntry | None = None, *_more: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count={most}")
        cursor.close()

    event.listen(pool, "checkout", limit)
    yield
    most = 1 << 30  # the connections remember


@asynccontextmanager
async def no_larger_files(_place: Place) -> AsyncIterator[None]:
    """The kernel takes no more than 4 KB into any file: a write breaks off in its middle."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


FAULTS = {"locked": locked, "full": no_more_pages, "cut short": no_larger_files}


@pytest.mark.parametrize("fault", FAULTS)
async def test_refused_and_done_once_it_can_be(place: Place, fault: str) -> None:
    refused = f'danvan_updates_total{{channel="{place.channel}",outcome="not_taken"}}'
    before = await place.metric(refused)
    async with FAULTS[fault](place):
        for person in place.people:
            await person.says(f"{HELP} {'x' * 1500}")
        await until(lambda: bool(place.app.intake.trouble))
        await place.app.jobs.tick()
        status, facts = await place.health()
        assert (status, facts["ok"]) == (503, False)
        assert facts["taking"].startswith("OperationalError: ")
        # The jobs had nothing to write, and so nothing that a full disk could refuse.
        assert bool(facts["jobs"]) == (fault == "locked")
        assert await place.metric(refused) > before
        assert not any(_answers(place))
        if place.app.settings.webhook_url:
            assert "503" in place.emulator.webhook_info()["last_error_message"]
    await until(lambda: all(_answers(place)))
    await place.passes(10)
    assert _answers(place) == [1, 1, 1]
    status, facts = await place.health()
    assert (status, facts["taking"], facts["sending"], facts["jobs"]) == (200, "works", "works", [])


def _answers(place: Place) -> list[int]:
    return [sum(ANSWER in text for text in texts(person)) for person in place.people]


async def test_what_was_confirmed_is_there_and_what_was_sent_is_not_sent_again(place: Place) -> None:
    """The disk is full while answers are on their way: what became of them is written down when there is room."""
    gate = place.emulator.faults.hold("sendMessage", times=3, after_work=True)
    for person in place.people:
        await person.says(HELP)
    await gate.arrived()
    await until(lambda: all(_answers(place)))
    async with locked(place):
        gate.open()
        await until(lambda: bool(place.app.courier.trouble))
        status, facts = await place.health()
        assert (status, facts["sending"]) == (503, "OperationalError: database is locked")
    await until(lambda: place.query("select count(*) from outbox where state <> 'sent'") == [(0,)])
    await place.passes(10)
    assert _answers(place) == [1, 1, 1]


async def test_a_picture_that_the_disk_does_not_take(place: Place) -> None:
    """It comes again, and is kept once there is room; nothing of the tries is left in the folder."""
    person = place.people[0]
    noise = io.BytesIO()
    Image.frombytes("RGB", (100, 100), Random(1).randbytes(30_000)).save(noise, "PNG")
    before = len(texts(person))
    async with no_larger_files(place):
        await person.sends_photo(noise.getvalue())
        await place.people[1].says(HELP)
        await until(lambda: bool(place.app.intake.trouble))
        assert (await place.health())[0] == 503
        assert place.query("select count(*) from media") == [(0,)]
    await until(lambda: len(texts(person)) > before and _answers(place)[1])
    await place.passes(10)
    assert (len(texts(person)), (await place.health())[0]) == (before + 1, 200)
    assert "gửi lại" not in texts(person)[-1]
    assert place.query("select count(*) from media") == [(1,)]
    assert not list(place.file.parent.rglob("*.part"))
