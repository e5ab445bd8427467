"""Personal links in a real browser: in, back again, from another one, put out; and a flood that loses nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import patch

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot import app as whole
from bot.rates import LIMITS, Limit, Rates
from tests.bot.links import person, token_for
from tests.bot.site import Site, running
from tests.browser.conftest import visiting
from tests.browser.kit import CHROMIUM, Visit
from tests.support import loaded

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: neither `chromium` on PATH nor /usr/bin/chromium"),
]

PACED = {"message": Limit(4, 4)}
WELCOME = "Từ nay đồng chí gửi báo cáo ngay tại đây."


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def real(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A real installation, which takes four lines and then one a second."""
    database = tmp_path_factory.mktemp("loaded") / "loaded.db"
    loaded.copy_to(database)
    with patch.object(whole, "Rates", lambda: Rates({**LIMITS, **PACED})):
        async with running(database, tmp_path_factory.mktemp("real")) as site:
            yield site


@pytest_asyncio.fixture(loop_scope="session")
async def lan(real: Site, browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Visit]:
    async with visiting(real.base, browser, request, tmp_path) as visit:
        yield visit


@pytest_asyncio.fixture(loop_scope="session")
async def other(real: Site, browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Visit]:
    async with visiting(real.base, browser, request, tmp_path) as visit:
        yield visit


async def test_a_link_opens_the_chat_and_leaves_the_address(real: Site, lan: Visit, other: Visit) -> None:
    token = await token_for(real, await person(real))
    window = await lan.window()
    await window.page.goto(f"/vao/{token}")
    await window.hears(WELCOME)
    assert window.page.url == f"{real.base}/"
    await window.says("/tinhtrang")
    await window.hears("Bến Cầu")
    again = await lan.window()
    await again.page.goto(f"/vao/{token}")
    await again.hears(WELCOME)
    stranger = await other.window()
    await stranger.page.goto(f"/vao/{token}")
    await stranger.is_told("Liên kết này đã mở trên một trình duyệt khác")
    await expect(stranger.page.locator("#input")).to_be_hidden()
    assert await stranger.overhang() == 0
    other.errors.clear()  # the browser itself says that a request was refused
    await stranger.page.get_by_role("link", name="Vào trang trò chuyện").click()
    await stranger.says("xin chào")
    await stranger.hears("Chào đồng chí!")


async def test_a_browser_becomes_somebody_else_only_when_asked(real: Site, lan: Visit) -> None:
    window = await lan.window()
    await window.page.goto(f"/vao/{await token_for(real, await person(real, 'Hoa'))}")
    await window.hears(WELCOME)
    await window.page.goto(f"/vao/{await token_for(real, await person(real, 'Thu'))}")
    await window.is_told("Trình duyệt này đang mở cho Hoa")
    await window.page.get_by_role("button", name="Đúng, chuyển sang người đó").click()
    await window.hears(WELCOME)
    await window.says("của Thu")
    await expect(window.page.locator(".msg[data-mine=true][data-state=sent]")).to_have_count(1)
    assert await real.query(
        "SELECT name FROM web_message JOIN account ON address = chat JOIN person ON person.id = person_id"
        " WHERE mine AND web_message.id = (SELECT max(id) FROM web_message WHERE mine)"
    ) == [("Thu",)]


async def test_who_is_put_out_is_told_and_finds_a_way_on(real: Site, lan: Visit) -> None:
    who = await person(real, "Minh")
    window = await lan.window()
    await window.page.goto(f"/vao/{await token_for(real, who)}")
    await window.hears(WELCOME)
    await token_for(real, who)
    await window.says("còn ở đây không")
    await window.is_told("Trình duyệt này không còn vào được")
    await expect(window.page.locator("#input")).to_be_hidden()
    await window.page.get_by_role("link", name="Tôi có mã mời mới").click()
    await window.says("xin chào")
    await window.hears("Chào đồng chí!")


async def test_what_is_typed_in_a_flood_arrives_once_and_in_order(real: Site, lan: Visit) -> None:
    window = await lan.window()
    await window.page.goto("/")
    await expect(window.page.locator("#connection")).to_have_text("đã kết nối")
    lines = [f"dòng {number}" for number in range(9)]
    for line in lines:
        await window.says(line)
    await window.is_told("Không tin nào mất")
    await expect(window.page.locator(".msg[data-mine=true][data-state=sent]")).to_have_count(len(lines))
    [(chat,)] = await real.query("SELECT chat FROM web_message WHERE mine AND body LIKE '%ng 8\"%'")
    kept = await real.query(f"SELECT body ->> 'text' FROM web_message WHERE mine AND chat = '{chat}' ORDER BY id")
    assert [text for (text,) in kept] == lines
