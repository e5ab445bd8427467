"""A web chat whose page is on one process, while another one sends."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from markupsafe import Markup

from bot.app import App
from bot.config import StartError, secret_key
from handlers.events import Reply
from tests.bot.site import HELLO, LAN, MINH, Site, settings
from tests.days.town import at
from tests.support.postgres import execute, postgres_url
from tests.support.world import TurnedClock

CUT = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'danvan wire'"

pytestmark = pytest.mark.usefixtures("eager")


async def _sites(stack: AsyncExitStack, folder: Path, url: str) -> list[Site]:
    """The one that leads first."""
    sites = []
    for _ in range(2):
        app = App(settings(folder, database_url=url), TurnedClock(at("16/12 08:18")), people=[LAN, MINH])
        await app.start()
        stack.push_async_callback(app.stop)
        sites.append(site := Site(app))
        stack.push_async_callback(site.browser.close)
        async with asyncio.timeout(10):
            while not (any(one.app.leads for one in sites) and app.leading.hears):
                await asyncio.sleep(0.01)
    assert [site.app.leads for site in sites] == [True, False]
    return sites


async def test_a_page_on_another_process_than_the_one_that_sends(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        leader, other = await _sites(stack, tmp_path, postgres_url())
        async with other.page("lan") as page, leader.page("lan") as second, other.page("minh") as stranger:
            await page.says("xin chào", "k1")
            answer = await page.hears()
            assert answer["html"].startswith(HELLO)
            # What was typed in one window is seen in the other, once.
            assert (await second.sees("message", mine=True))["key"] == "k1"
            assert (await second.hears())["id"] == answer["id"]

            await leader.app.webchat.send("lan", Reply(Markup("khác"), replaces=str(answer["id"])), key="9")
            assert (await page.sees("edit"))["html"] == "khác"
            await leader.app.webchat.send("lan", Reply(Markup(""), deletes=str(answer["id"])), key="10")
            assert (await page.sees("gone"))["ids"] == [answer["id"]]

            await stranger.says("và em", "k2")
            assert (await stranger.sees("message", mine=True))["key"] == "k2"


async def test_a_process_that_was_deaf_has_its_pages_come_again(tmp_path: Path) -> None:
    url = postgres_url()
    async with AsyncExitStack() as stack:
        leader, other = await _sites(stack, tmp_path, url)
        async with other.page("lan") as page:
            await page.sees("clock")
            execute(CUT, url)
            await leader.app.webchat.send("lan", Reply(Markup("không ai nghe")), key="9")
            async with asyncio.timeout(10):
                while not page.socket.closed:
                    await page.socket.receive(timeout=10)
            assert page.socket.close_code == 1013
        async with other.page("lan") as page:
            assert (await page.hears())["html"] == "không ai nghe"


async def test_health_says_who_leads(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        sites = await _sites(stack, tmp_path, postgres_url())
        found = [(await (await site.browser.get(f"{site.base}/healthz")).json()) for site in sites]
    assert [(one["ok"], one["leads"], one["dead"]) for one in found] == [(True, True, []), (True, False, [])]


def test_all_processes_need_the_same_key(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="SECRET_KEY is needed with PostgreSQL"):
        secret_key(settings(tmp_path, database_url="postgresql+asyncpg://x@/y", secret_key=None), tmp_path)
    assert not list(tmp_path.iterdir())
