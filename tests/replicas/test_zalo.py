"""Zalo through two processes: one sends, another one takes what is pushed; a number that is typed means the choice that
was sent last, whoever sent it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot import zalo as zalo_setup
from bot.app import App
from bot.channels.base import Pace
from tests.bot import site
from tests.days.town import at, free_port, invite, load
from tests.days.zalo_town import joins, says
from tests.support.postgres import postgres_url
from tests.support.world import TurnedClock
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.site import PUBLIC, WEBHOOK

pytestmark = pytest.mark.usefixtures("eager")


@pytest.mark.parametrize("is_pushed", [True, False], ids=["webhook", "polling"])
async def test_a_number_is_understood_by_whoever_takes_it(
    is_pushed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zalo_setup, "PACE", Pace())
    url, clock = postgres_url(), TurnedClock(at("15/12 11:00"))
    async with ZaloEmulator(clock=lambda: clock.now().timestamp(), second=0.01) as zalo, AsyncExitStack() as stack:
        apps = []
        for name in ("leader", "other"):
            # The last one is where Zalo pushes to.
            zalo.knows(PUBLIC, f"http://127.0.0.1:{(port := free_port())}")
            settings = site.settings(
                tmp_path, database_url=url, zalo_token=zalo.token, zalo_api_base=zalo.base_url, public_url=PUBLIC,
                web_port=port, take_at_once=0, state_dir=tmp_path / name, **(WEBHOOK if is_pushed else {}),
            )  # fmt: skip
            apps.append(app := App(settings, clock))
            await app.start()
            stack.push_async_callback(app.stop)
            async with asyncio.timeout(10):
                while not apps[0].leads:
                    await asyncio.sleep(0.01)
        await load(apps[0])
        await invite(apps[0], "K7QM-2XPD", "TN-BC", "reporter")
        await apps[0].jobs.tick()
        person = zalo.person("Lan")
        await joins(person, "K7QM-2XPD")
        assert "Câu 1/" in await says(person, "/baocao", "1")
        journals = {app.settings.state_dir: list((tmp_path / app.settings.state_dir.name).rglob("*")) for app in apps}
        assert [app.leads for app in apps] == [True, False]
        async with apps[0].db.read() as conn:
            assert (await conn.exec_driver_sql("select count(*) from failed_update")).scalar() == 0
    assert all(journals.values()), "each has a journal of its own"
