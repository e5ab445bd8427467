"""Databases for tests: the migrations take a second, so they run once a process, and tests copy what they made."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
import threading
from functools import cache
from pathlib import Path

from storage.engine import Database


def database_in(file: Path) -> Database:
    """A database in a file: with the whole schema and nothing in it, if there was none or an empty one."""
    if not file.exists() or file.stat().st_size == 0:
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_template(), file)
    return Database(f"sqlite+aiosqlite:///{file}")


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="danvan-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # In a thread of its own, for the test that asks first may have an event loop running here.
    making = threading.Thread(target=asyncio.run, args=(_migrate(folder / "empty.db"),))
    making.start()
    making.join()
    return folder / "empty.db"


async def _migrate(file: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{file}")
    await database.migrate()
    await database.close()
