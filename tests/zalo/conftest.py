"""A fresh emulator for each test, somebody to talk to, and a raw voice for the bot."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from tests.telegram.conftest import HandClock
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.hook import Hook
from tests.zalo.people import Person
from tests.zalo.raw import Raw


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def zalo(clock: HandClock) -> AsyncIterator[ZaloEmulator]:
    async with ZaloEmulator(clock=clock, monotonic=clock) as running:
        yield running


@pytest.fixture
async def bot(zalo: ZaloEmulator) -> AsyncIterator[Raw]:
    async with ClientSession() as session:
        yield Raw(session, zalo)


@pytest.fixture
async def hook(zalo: ZaloEmulator) -> AsyncIterator[Hook]:
    """A server of the bot's own, known to Zalo as ``https://bot.example.vn``."""
    async with Hook() as running:
        zalo.knows("https://bot.example.vn", running.base_url)
        yield running


@pytest.fixture
async def lan(zalo: ZaloEmulator) -> Person:
    """Somebody who has written to the bot, which has not read it yet."""
    person = zalo.person("Nguyễn Thị Lan")
    await person.says("xin chào")
    return person
