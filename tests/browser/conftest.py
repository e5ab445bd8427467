"""The demo, running for all tests of a file, and one browser with fresh windows for each test."""

from __future__ import annotations

import shutil
import signal
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.bot.site import LAN, MINH, Site, running
from tests.browser.kit import CHROMIUM, FLAGS, PHONE, Visit
from tests.cli.kit import Serving, serving

_FAILED = pytest.StashKey[bool]()


@dataclass(frozen=True)
class Demo:
    """The running demo and the folder of its files."""

    bot: Serving
    folder: Path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has invented its people and reports, which takes it two seconds."""
    folder = tmp_path_factory.mktemp("furnished")
    async with serving(folder, "demo") as bot:
        await bot.stopped_by(signal.SIGTERM)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    folder = shutil.copytree(furnished, tmp_path_factory.mktemp("demo"), dirs_exist_ok=True)
    async with serving(folder, "demo") as bot:
        yield Demo(bot, folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(demo: Demo, browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Visit]:
    """A visit to the demo."""
    async with visiting(demo.bot.address, browser, request, tmp_path) as visit:
        yield visit


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A bot in this process, for tests that say themselves what it says. It knows no campaign."""
    async with running(None, tmp_path_factory.mktemp("site"), people=[LAN, MINH]) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def call(site: Site, browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Visit]:
    """A visit to that bot."""
    async with visiting(site.base, browser, request, tmp_path) as visit:
        yield visit


@asynccontextmanager
async def visiting(
    address: str, browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Visit]:
    """A browser of its own, in Vietnamese, on a phone's screen. It must end without a word in its console."""
    context = await browser.new_context(base_url=address, locale="vi-VN", viewport=PHONE)
    visit = Visit(context)
    yield visit
    failed = request.node.stash.get(_FAILED, False)
    if failed:
        for number, page in enumerate(context.pages, 1):
            await page.screenshot(path=tmp_path / f"window-{number}.png")
    await context.close()
    assert failed or visit.errors == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report
