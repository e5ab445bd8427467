"""A loaded campaign in a database file that each test copies: to migrate and load anew would take most of the time."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import structlog

from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from storage.uow import UnitOfWork
from tests.bot.kit import at
from tests.bot.site import LAN, MINH, Site, running
from tests.support.beside import be_impatient
from tests.support.database import database_in
from tests.support.world import CAMPAIGNS, World

BEFORE = at("2022-12-14 09:00")
MORNING = at("2022-12-16 08:18")


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Our logs go where `caplog` sees them; structlog's own traceback would take seconds to draw."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer(key_order=["event"])],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the campaign of Tây Ninh: nobody has joined, no period is open."""
    path = tmp_path_factory.mktemp("loaded") / "loaded.db"
    asyncio.run(_fill(path, BEFORE))
    return path


async def _fill(path: Path, now: datetime) -> None:
    db = database_in(path)
    async with db.write() as conn:
        uow = UnitOfWork(conn, now)
        await save_pack(uow, read_pack(CAMPAIGNS / "tay-ninh-2022"))
        await uow.flush()
    await db.close()


@pytest.fixture
async def world(loaded: Path, tmp_path: Path) -> AsyncIterator[World]:
    """A bot on the morning of the first report, its intake running."""
    shutil.copy(loaded, tmp_path / "world.db")
    async with World(tmp_path, MORNING) as world:
        yield world


@pytest.fixture
async def demo(loaded: Path, tmp_path: Path) -> AsyncIterator[Site]:
    """The web port of a demonstration with two people to be."""
    async with running(loaded, tmp_path, people=[LAN, MINH]) as site:
        yield site


@pytest.fixture
async def real(loaded: Path, tmp_path: Path) -> AsyncIterator[Site]:
    """The web port of a real installation, as nobody yet."""
    async with running(loaded, tmp_path) as site:
        yield site


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait milliseconds, not seconds, for a database that is held. For `usefixtures`: it has to come before the bot."""
    be_impatient(monkeypatch)
