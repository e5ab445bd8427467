"""A database with the campaign of Tây Ninh: to read and load it takes seconds, so it is done once a process."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.support.database import engine_in_use, template
from tests.support.world import TAY_NINH

_BEFORE = datetime(2022, 12, 14, 2, tzinfo=UTC)


def copy_to(file: Path) -> None:
    """Make a database in which the campaign is loaded, nobody has joined and no period is open; `file` as of
    `tests.support.database`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template(_load, engine_in_use()), file)


async def _load(db: Database) -> None:
    async with db.write() as conn:
        uow = UnitOfWork(conn, _BEFORE)
        await save_pack(uow, read_pack(TAY_NINH))
        await uow.flush()
