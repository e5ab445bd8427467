"""What the page costs: bytes, and time on a thin line."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Response, expect

from tests.bot.site import HELLO, Site, running
from tests.browser.conftest import visiting
from tests.browser.kit import CHROMIUM, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: neither `chromium` on PATH nor /usr/bin/chromium"),
]

WHOLE, SENT = 60_000, 26_000
"""Bytes of all that the first view loads: as the browser reads them, and as they come over the line."""
KEPT_BESIDE = ("/worker.js", "/manifest.webmanifest", "/static/icon-192.png")
"""What the browser fetches by itself, and no page's log shows."""
THIN_LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""3G: 400 ms there and back, 400 kbit/s."""
USABLE_S = 3.0


@pytest_asyncio.fixture(loop_scope="session")
async def real(tmp_path: Path) -> AsyncIterator[Site]:
    async with running(None, tmp_path) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def phone(real: Site, browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Visit]:
    async with visiting(real.base, browser, request, tmp_path) as visit:
        yield visit


def coming_to(page: Page) -> list[Response]:
    """What the page gets from now on."""
    came: list[Response] = []

    def write_down(response: Response) -> None:
        came.append(response)

    page.on("response", write_down)
    return came


async def test_the_first_view_is_light(phone: Visit, real: Site) -> None:
    window = await phone.window()
    came = coming_to(window.page)
    await window.page.goto("/")
    await window.is_connected()
    await window.page.wait_for_load_state("networkidle")
    files = [response for response in came if not response.url.startswith("ws")]
    assert {response.status for response in files} == {200}
    assert any(response.url.endswith("/chat.css") for response in files)
    sent = sum([(await response.request.sizes())["responseBodySize"] for response in files])
    whole = sum([len(await response.body()) for response in files])
    for path in KEPT_BESIDE:
        _, body = await real.get(path)
        sent, whole = sent + len(body), whole + len(body)
    print(f"{whole} bytes as they are read, {sent} as they come, in {len(files)} files")
    assert whole < WHOLE
    assert sent < SENT


async def test_on_3g_the_first_view_is_usable_soon(phone: Visit) -> None:
    window = await phone.window()
    line = await phone.context.new_cdp_session(window.page)
    await line.send("Network.enable")
    await line.send("Network.emulateNetworkConditions", THIN_LINE)
    began = time.monotonic()
    await window.page.goto("/", wait_until="commit")
    await window.says("/start")
    usable = time.monotonic() - began
    await expect(window.said("/start")).to_be_visible()
    await window.is_connected()
    connected = time.monotonic() - began
    print(f"{usable:.2f} s until one can write, {connected:.2f} s until connected")
    await window.hears(HELLO)
    assert 2 * THIN_LINE["latency"] / 1000 < usable < USABLE_S  # the line is really thin


async def test_a_browser_would_install_it(phone: Visit) -> None:
    window = await phone.window()
    await window.page.goto("/")
    await window.is_connected()
    line = await phone.context.new_cdp_session(window.page)
    manifest = await line.send("Page.getAppManifest")
    assert (manifest["errors"], manifest["url"].rsplit("/", 1)[1]) == ([], "manifest.webmanifest")
    found = await line.send("Page.getInstallabilityErrors")
    # The windows of tests are private ones.
    assert {error["errorId"] for error in found["installabilityErrors"]} <= {"in-incognito"}


async def test_the_second_time_it_comes_from_the_phone(phone: Visit) -> None:
    window = await phone.window()
    await window.page.goto("/")
    await window.is_connected()
    await window.page.evaluate("async () => Boolean((await navigator.serviceWorker.ready).active)")
    came = coming_to(window.page)
    await window.page.reload()
    await window.is_connected()
    parts = [response for response in came if "/static/" in response.url]
    assert parts
    assert all(response.from_service_worker for response in parts)
