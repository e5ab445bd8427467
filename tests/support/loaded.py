"""A database with the campaign of Tây Ninh: to read and load it takes seconds, so it is done once a process."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
import threading
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from storage.uow import UnitOfWork
from tests.support.database import database_in
from tests.support.world import TAY_NINH

_BEFORE = datetime(2022, 12, 14, 2, tzinfo=UTC)


def copy_to(file: Path) -> None:
    """Make an SQLite file in which the campaign is loaded, nobody has joined and no period is open."""
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template(), file)


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="danvan-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # In a thread of its own, for the test that asks first may have an event loop running here.
    making = threading.Thread(target=asyncio.run, args=(_load(folder / "loaded.db"),))
    making.start()
    making.join()
    return folder / "loaded.db"


async def _load(file: Path) -> None:
    db = database_in(file)
    async with db.write() as conn:
        uow = UnitOfWork(conn, _BEFORE)
        await save_pack(uow, read_pack(TAY_NINH))
        await uow.flush()
    await db.close()
