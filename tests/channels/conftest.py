"""A Telegram on this machine, a database in a file, and a channel between a person and a recorder."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import AsyncMock

import pytest

from bot.channels.telegram import TelegramChannel
from bot.media import MediaStore
from storage.engine import Database
from tests.channels.kit import NoMaker, Recorder, StillClock, telegram
from tests.support.database import database_in
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiogram's session waits a quarter of a second for TLS to close, and there is none here."""
    without = SimpleNamespace(sleep=AsyncMock(), TimeoutError=TimeoutError)
    monkeypatch.setattr("aiogram.client.session.aiohttp.asyncio", without)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = database_in(tmp_path / "channels.db")
    yield database
    await database.close()


@pytest.fixture
def media(db: Database, tmp_path: Path) -> MediaStore:
    return MediaStore(db, tmp_path / "media", NoMaker(), StillClock(), b"a key of the tests")


@pytest.fixture
def heard() -> Recorder:
    return Recorder()


@pytest.fixture
async def emulator() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(webhook_backoff=lambda _failures: 0.0) as running:
        yield running


@pytest.fixture
async def channel(emulator: TelegramEmulator, media: MediaStore, heard: Recorder) -> AsyncIterator[TelegramChannel]:
    """Started, and polling."""
    channel = telegram(emulator.base_url, emulator.token, media)
    await channel.start(heard.take)
    yield channel
    await channel.stop()


@pytest.fixture
async def an(channel: TelegramChannel, emulator: TelegramEmulator, heard: Recorder) -> Person:
    """Somebody who has written to the bot, and was heard."""
    person = emulator.person("Nguyễn Văn An", username="an_emulated")
    await person.says("/start")
    await heard.next()
    return person
