"""What the tests of backups share: a bot with something of everything in it, and two places compared."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyrage.x25519 import Identity

from bot.backups.bringing import Place
from bot.backups.keys import Key
from bot.backups.making import Made, Source, make
from bot.backups.restoring import Restored, restore
from bot.media.folder import FolderContents
from storage.tables import UnitPlace
from tests.bot.kit import member, photo
from tests.support.world import World

IDENTITY = Identity.generate()
KEY = Key((IDENTITY.to_public(),))
OPEN = Key()


@dataclass(frozen=True)
class Empty:
    """An empty place to restore into."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "new.db"

    @property
    def place(self) -> Place:
        return Place(f"sqlite+aiosqlite:///{self.file}", self.folder / "media", self.folder / "secret.key")

    def left(self) -> list[str]:
        """What lies there, but for empty folders."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


async def fill(world: World, folder: Path) -> None:
    """A report with a picture, a draft, a document that was sent, somebody who left, a unit that has moved."""
    for chat, unit in {"Lan": "TN-BC", "Minh": "TN-GD"}.items():
        await member(world, chat, unit)
    await world.tick()
    await world.says("Lan", "/baocao")
    await world.presses("Lan", "Không phát sinh")
    await world.says("Minh", "/baocao")
    await world.presses("Minh", "📝 Báo cáo ngay")
    await world.media.keep_photo(photo(), "test:Lan")
    await world.media.keep_file(b"%PDF-1.7 something", "a.pdf", "test:Lan")
    (folder / "secret.key").write_text("a key of this installation")
    async with world.unit_of_work() as uow:
        await uow.insert(UnitPlace, unit_id=2, parent_id=1, path="/1/2/", until=world.clock.now())
        uow.audit("test", "unit:2", member_id=None, unit_id=2, after={"tên": "Bàu Cối", "n": 3})
        # A unit above which one stands that came later.
        await uow.conn.exec_driver_sql("UPDATE unit SET parent_id = (SELECT max(id) FROM unit) WHERE id = 3")
        await uow.conn.exec_driver_sql("DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox)")


async def backed_up(world: World, folder: Path, key: Key = OPEN, secret: Path | None = None) -> Made:
    media = FolderContents(world.file.parent / "media")
    return await make(Source(world.db, media, secret), folder, key, world.clock.now())


async def brought_back(made: Made | Path, to: Empty, world: World, identity: Identity | None = None) -> Restored:
    path = made if isinstance(made, Path) else made.path
    return await restore(path, identity, to.place, world.clock)


def everything(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables of an SQLite file, and where its counters stand."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
