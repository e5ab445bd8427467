"""PostgreSQL is stopped, killed or cuts all connections while people report: webhooks are refused and come again,
nothing that was confirmed is lost, nothing is done twice, and the bot works on without a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot import copying
from bot.channels.telegram import TelegramChannel
from handlers.events import Reply
from reporting.register import rebuild_check
from storage import chain
from storage.uow import UnitOfWork
from tests.days.town import at
from tests.faults.kit import Place, opened, texts, until
from tests.support import postgres
from tests.support.loaded import copy_to
from tests.support.postgres import Server

PEOPLE = 5
CUTS = 5
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'town'"


@pytest.fixture
def server() -> Iterator[Server]:
    """What it has said to be committed must be there after it was killed."""
    with postgres.own_server(synchronous_commit="on") as server:
        postgres.execute("CREATE DATABASE town", server.url)
        yield server


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of messages of which the bot knows that they arrived: it sends none of them again, whatever happens to
    its database. Others were on their way at a cut."""
    arrived: list[str] = []
    send = TelegramChannel.send

    async def noting(channel: TelegramChannel, chat: str, reply: Reply, *, key: str, **more: Any) -> str | None:
        message_id = await send(channel, chat, reply, key=key, **more)
        arrived.append(key)
        return message_id

    monkeypatch.setattr(TelegramChannel, "send", noting)
    return arrived


@pytest.fixture
async def place(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    copy_to(tmp_path / "loaded.db")
    there = server.url.set(database="town").render_as_string(hide_password=False)
    here = f"sqlite+aiosqlite:///{tmp_path / 'loaded.db'}"
    await copying.copy(here, there, at("15/12 20:00"), lambda _table, _rows: None)
    monkeypatch.setattr("bot.delivery.courier._DATABASE_PAUSE", 0.02)
    async with opened(tmp_path, monkeypatch, webhook=True, count=PEOPLE, database_url=there) as running:
        yield running


async def reports(person: Any) -> None:
    """From the command to the receipt."""
    await person.says("/baocao")
    assert "Báo cáo ngày" in (await person.hears(30)).text
    await person.presses("Không phát sinh")
    while "Mã báo cáo" not in (heard := (await person.hears(30)).text):
        assert "Báo cáo ngày" in heard, "nothing but what was in doubt is said again"


async def all_is_well(place: Place, known: list[str]) -> None:
    """Each has reported once and was told so; nothing stays on its way, and nothing that arrived was sent again; sums
    and chain are right."""
    async with asyncio.timeout(20):
        while await _left(place):
            await asyncio.sleep(0.02)
    async with place.app.db.read() as conn:
        count = (await conn.exec_driver_sql("SELECT count(*), count(DISTINCT unit_id) FROM report")).one()
        failed = (await conn.exec_driver_sql("SELECT traceback FROM failed_update")).all()
        wrong = await rebuild_check(UnitOfWork(conn, place.clock.now()))
        checked = await chain.verify(conn)
    assert tuple(count) == (PEOPLE, PEOPLE)
    assert len(known) == len(set(known)) > PEOPLE
    assert (failed, wrong, checked.broken) == ([], [], None)
    for person in place.people:
        assert any("Mã báo cáo" in text for text in texts(person))


async def _left(place: Place) -> int:
    async with place.app.db.read() as conn:
        left = await conn.exec_driver_sql("SELECT count(*) FROM outbox WHERE state <> 'sent'")
        return int(left.scalar_one())


async def refused(place: Place) -> None:
    """Health says what it is, and an update is not taken."""
    status, facts = await place.health()
    assert status == 503
    assert facts["database"] != "ok"
    asked = {"update_id": 987654321, "message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}}
    secret = {"X-Telegram-Bot-Api-Secret-Token": "a-long-random-word"}
    address = f"http://127.0.0.1:{place.app.port}/hooks/telegram"
    async with ClientSession() as session, session.post(address, json=asked, headers=secret) as answer:
        assert answer.status == 503


async def heals(place: Place) -> None:
    async with asyncio.timeout(20):
        while (await place.health())[0] != 200:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("how", ["stop", pytest.param("kill", marks=pytest.mark.soak)])
async def test_the_server_is_gone_for_a_while(place: Place, server: Server, known: list[str], how: str) -> None:
    at_work = [asyncio.create_task(reports(person)) for person in place.people]
    await until(lambda: any(texts(person) for person in place.people))
    await asyncio.to_thread(getattr(server, how))
    await refused(place)
    await asyncio.to_thread(server.start)
    await asyncio.gather(*at_work)
    await heals(place)
    await all_is_well(place, known)


@pytest.mark.soak
async def test_all_connections_are_cut_again_and_again(place: Place, server: Server, known: list[str]) -> None:
    at_work = asyncio.gather(*(reports(person) for person in place.people))
    for _ in range(CUTS):
        await asyncio.to_thread(postgres.execute, CUT, server.url)
        await asyncio.sleep(0.2)
    await at_work
    await heals(place)
    await all_is_well(place, known)
