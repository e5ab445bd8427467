"""Without a network, with a bad one, and over an update: the page opens, keeps what is typed, and sends it once."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from markupsafe import Markup
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from bot.web import shell
from handlers.events import Attachment, Choice, Reply
from tests.bot.kit import photo
from tests.bot.site import HELLO, Site, running
from tests.browser.conftest import visiting
from tests.browser.kit import CHROMIUM, Visit, Window, file
from tests.days.town import free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: neither `chromium` on PATH nor /usr/bin/chromium"),
]

IS_KEPT = "async () => Boolean((await navigator.serviceWorker.ready).active)"
KEPT = """
    async () => {
        const rooms = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
        const kept = await Promise.all(rooms.map((room) => room.keys()));
        return kept.flat().map(({ url }) => new URL(url).pathname);
    }
"""
NO_BLOBS = """
    () => new Promise((resolve) => {
        indexedDB.open("danvan").onsuccess = ({ target: { result } }) => {
            const count = result.transaction("blobs").objectStore("blobs").count();
            count.onsuccess = () => resolve(count.result === 0);
            result.close();
        };
    })
"""
NOBODY_LOOKS = """
    () => {
        Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }
"""


@pytest_asyncio.fixture(loop_scope="session")
async def real(tmp_path: Path) -> AsyncIterator[Site]:
    """A bot as an office runs it, to which nobody belongs yet."""
    async with running(None, tmp_path) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def phone(
    real: Site, browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[Visit, Window]]:
    """A phone with the page, kept on it."""
    async with visiting(real.base, browser, request, tmp_path) as visit:
        yield visit, await opened(visit)
        visit.errors = [error for error in visit.errors if not of_a_dead_line(error)]


async def opened(visit: Visit) -> Window:
    window = await visit.window()
    await window.page.goto("/")
    await window.is_connected()
    assert await window.page.evaluate(IS_KEPT)
    return window


def of_a_dead_line(error: str) -> bool:
    return any(word in error for word in ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "ERR_FAILED"))


async def lines_of(site: Site, *, mine: bool) -> list[str]:
    rows = await site.query(f"select body from web_message where mine = {int(mine)} order by id")
    return [json.loads(body)["text"] for (body,) in rows]


async def test_what_was_typed_outlives_a_reload_without_a_network(phone: tuple[Visit, Window], real: Site) -> None:
    visit, window = phone
    await visit.context.set_offline(True)
    await expect(window.page.locator("#offline")).to_be_visible()
    await window.says("sửa được 2 căn nhà")
    await window.page.fill("#input", "và tặng 30 suất")
    await window.page.reload()
    line = window.said("sửa được 2 căn nhà")
    await expect(line).to_contain_text("đang gửi…")
    await expect(window.page.locator("#input")).to_have_value("và tặng 30 suất")
    await expect(window.page.locator("#offline")).to_be_visible()
    assert await lines_of(real, mine=True) == []
    await visit.context.set_offline(False)
    await expect(line).to_contain_text("✓")
    await window.hears(HELLO)
    await window.page.reload()
    await window.hears(HELLO)
    await expect(line).to_have_count(1)
    assert await lines_of(real, mine=True) == ["sửa được 2 căn nhà"]


async def test_a_picture_outlives_a_reload_without_a_network(
    phone: tuple[Visit, Window], real: Site, tmp_path: Path
) -> None:
    visit, window = phone
    await visit.context.set_offline(True)
    await expect(window.page.locator("#offline")).to_be_visible()
    await window.sends_picture(file(tmp_path, "nhà mới.jpg", photo((60, 40))))
    await expect(window.page.locator(".me img")).to_be_visible()
    await window.says("nhà anh Ba")
    await window.page.wait_for_function("() => Object.keys(localStorage).filter((key) => /out/.test(key)).length === 2")
    await window.page.reload()
    await expect(window.page.locator(".me")).to_contain_text(["đang gửi…", "nhà anh Ba"])
    await window.shows(window.page.locator(".me img"))
    heard = await real.is_heard()
    await visit.context.set_offline(False)
    assert (await heard.next()).photo
    assert (await heard.next()).text == "nhà anh Ba"
    await window.shows(window.page.locator(".me img"))
    await window.page.wait_for_function(NO_BLOBS)


async def test_a_server_that_is_away_for_a_moment_refuses_no_picture(
    phone: tuple[Visit, Window], real: Site, tmp_path: Path
) -> None:
    _, window = phone
    heard = await real.is_heard()
    await window.page.route("**/chat/upload**", lambda route: route.fulfill(status=502, body="Bad Gateway"), times=1)
    await window.sends_picture(file(tmp_path, "nhà mới.jpg", photo((60, 40))))
    await expect(window.page.locator(".me")).to_contain_text("✓")  # after a pause of five seconds
    assert (await heard.next()).photo
    phone[0].errors = [error for error in phone[0].errors if "502" not in error]


async def test_a_cut_between_a_line_and_its_ack_says_it_once(real: Site, phone: tuple[Visit, Window]) -> None:
    visit, _ = phone
    said: list[str] = []
    cuts = 0

    def cut(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def to_server(message: str | bytes) -> None:
            frame = json.loads(message)
            if frame["type"] == "text":
                said.append(frame["key"])
            server.send(message)

        async def to_page(message: str | bytes) -> None:
            nonlocal cuts
            if json.loads(message)["type"] == "ack" and cuts < 2:
                cuts += 1  # the server has it, the page never learns
                await server.close()
                await route.close(code=1011)
            else:
                route.send(message)

        route.on_message(to_server)
        server.on_message(to_page)

    window = await visit.window()
    await window.page.route_web_socket("**/chat/ws**", cut)
    await window.page.goto("/")
    await window.is_connected()
    await window.says("tuyên truyền 1 buổi")
    await expect(window.said("tuyên truyền")).to_contain_text("✓")
    assert (cuts, len(said), len(set(said))) == (2, 3, 1)
    assert await lines_of(real, mine=True) == ["tuyên truyền 1 buổi"]
    assert len(await lines_of(real, mine=False)) == 1
    await expect(window.said("tuyên truyền")).to_have_count(1)


async def test_nothing_that_was_said_or_sent_is_kept(phone: tuple[Visit, Window], real: Site) -> None:
    _, window = phone
    await window.says("/start")
    await window.hears(HELLO)
    ((chat,),) = await real.query("select distinct chat from web_message")
    media_id = await real.app.media.keep_photo(photo(), "tests")
    await real.app.webchat.send(chat, Reply(Markup("Ảnh"), photo=Attachment(media_id, "a.jpg")), key="kept")
    await window.page.reload()
    await window.shows(window.heard("Ảnh").locator("img"))
    kept = await window.page.evaluate(KEPT)
    assert any(path.endswith("/chat.js") for path in kept)
    assert [path for path in kept if not path.startswith("/static/")] == []


async def test_what_was_pressed_is_seen_again(phone: tuple[Visit, Window], real: Site) -> None:
    _, window = phone
    await window.says("/start")
    await window.hears(HELLO)
    ((chat,),) = await real.query("select distinct chat from web_message")
    await real.app.webchat.send(chat, Reply(Markup("Mấy căn?"), ((Choice("1", "a"), Choice("2", "b")),)), key="ask")
    await window.hears("Mấy căn?")
    await window.presses("2")
    pressed = window.heard("Mấy căn?").locator("[aria-pressed]")
    await expect(pressed).to_have_attribute("data-state", "sent")
    await window.page.reload()
    await expect(pressed).to_have_text("2")


async def test_an_old_page_lives_through_an_update_and_gives_way(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    async with visiting(f"http://127.0.0.1:{port}", browser, request, tmp_path) as visit:
        async with running(None, tmp_path, web_port=port):
            window = await opened(visit)
            first = await version_of(window.page)
        monkeypatch.setattr(shell, "STATIC", newer_page(tmp_path / "static"))
        async with running(None, tmp_path, web_port=port) as site:
            await window.says("sau khi cập nhật")
            await window.hears(HELLO)
            await window.page.fill("#input", "đang gõ dở")
            assert await version_of(window.page) == first
            await the_new_one_has_taken_over(window.page, first)
            await window.page.evaluate(NOBODY_LOOKS)
            await expect(window.page.locator("#connection")).to_have_text("đã nối lại")
            assert await version_of(window.page) != first
            await expect(window.page.locator("#input")).to_have_value("đang gõ dở")
            response, _ = await site.get(f"/static/{first}/chat.js", allow_redirects=False)
            assert (response.status, response.headers["Cache-Control"]) == (302, "no-store")
        visit.errors = [error for error in visit.errors if not of_a_dead_line(error)]


def newer_page(folder: Path) -> Path:
    """The page's files with another word for being connected."""
    shutil.copytree(shell.STATIC, folder)
    words = folder / "words.js"
    words.write_text(words.read_text().replace("đã kết nối", "đã nối lại"))
    return folder


async def version_of(page: Page) -> str:
    source = await page.locator("script").get_attribute("src")
    assert source
    return source.split("/")[2]


async def the_new_one_has_taken_over(page: Page, first: str) -> None:
    async with asyncio.timeout(20):
        while first in await page.evaluate("caches.keys()"):
            await asyncio.sleep(0.1)
