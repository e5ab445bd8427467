"""A fresh emulator for each test, somebody to talk to, and a raw voice for the bot."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person
from tests.telegram.raw import Raw


class HandClock:
    """A clock that only the test moves, in seconds since 1970."""

    def __init__(self) -> None:
        self.seconds = 1_671_160_000.0

    def __call__(self) -> float:
        return self.seconds

    def goes_on(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def emulator(clock: HandClock) -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(clock=clock, monotonic=clock, webhook_backoff=lambda _failures: 0.0) as running:
        yield running


@pytest.fixture
async def bot(emulator: TelegramEmulator) -> AsyncIterator[Raw]:
    async with ClientSession() as session:
        yield Raw(session, emulator)


@pytest.fixture
async def alice(emulator: TelegramEmulator) -> Person:
    """Somebody who has written to the bot, which has not read it yet."""
    person = emulator.person("Nguyễn Văn An", username="an_emulated")
    await person.says("/start")
    return person
