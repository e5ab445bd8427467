"""A fresh emulator for each test, somebody to talk to, and a raw voice for the bot."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

import pytest
from aiohttp import ClientSession

from tests.telegram.clients import Client, Refused, open_ptb
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person
from tests.telegram.raw import Raw

Opener: TypeAlias = Callable[..., AbstractAsyncContextManager[Client]]


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


@pytest.fixture(params=["aiogram", "python-telegram-bot"])
def opener(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Opener:
    # python-telegram-bot warns when a period is read as a number of seconds; this opts in to timedelta.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    if request.param != "aiogram":
        return open_ptb
    from tests.telegram.aiogram_client import open_aiogram

    return open_aiogram


@pytest.fixture
async def client(opener: Opener, emulator: TelegramEmulator) -> AsyncIterator[Client]:
    async with opener(emulator) as opened:
        yield opened


async def refusal(client: Client, method: str, **params: Any) -> Refused:
    """Of a call that has to fail."""
    with pytest.raises(Refused) as refused:
        await client.call(method, **params)
    return refused.value
