"""A loaded campaign in a database file that each test copies: to migrate and load anew would take most of the time."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from tests.bot.backup_kit import Empty, fill
from tests.bot.kit import at
from tests.bot.site import LAN, MINH, Site, running
from tests.support.beside import be_impatient
from tests.support.loaded import copy_to
from tests.support.world import World

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
    copy_to(path)
    return path


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


@pytest.fixture
async def full(world: World, tmp_path: Path) -> World:
    """A bot that has something in every table, for backups."""
    await fill(world, tmp_path)
    return world


@pytest.fixture
def empty(tmp_path: Path) -> Empty:
    """Where nothing has been kept yet."""
    (tmp_path / "new").mkdir()
    return Empty(tmp_path / "new")
