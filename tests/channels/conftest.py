"""A Telegram on this machine, a database in a file, and a channel between a person and a recorder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.telegram import TelegramChannel
from bot.channels.zalo import ZaloChannel
from bot.media.store import MediaStore
from storage.engine import Database
from tests.channels.kit import NOW, PUBLIC, NoMaker, Recorder, StillClock, ZaloSet, served, telegram
from tests.support.database import database_in
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.people import Person as ZaloPerson


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


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloEmulator]:
    async with ZaloEmulator(clock=NOW.timestamp, second=0.05) as running:
        yield running


@pytest.fixture
async def zalo_set(zalo: ZaloEmulator, db: Database, media: MediaStore, tmp_path: Path) -> AsyncIterator[ZaloSet]:
    """The makings of a Zalo channel, its files where Zalo can fetch them."""
    async with served(media) as address:
        zalo.knows(PUBLIC, address)
        yield ZaloSet(zalo, db, media, tmp_path)


@pytest.fixture
async def zalo_channel(zalo_set: ZaloSet, heard: Recorder) -> AsyncIterator[ZaloChannel]:
    """Started, and polling."""
    channel = zalo_set.channel()
    await channel.start(heard.take)
    yield channel
    await channel.stop()


@pytest.fixture
async def lan(zalo_channel: ZaloChannel, zalo: ZaloEmulator, heard: Recorder) -> ZaloPerson:
    """Somebody who has written to the bot on Zalo, and was heard."""
    person = zalo.person("Nguyễn Thị Lan")
    await person.says("xin chào")
    await heard.next()
    return person
