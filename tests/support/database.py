"""Databases for tests: the migrations take a second, so they run once a process, and tests copy what they made.

A test names a file. On SQLite that is the database; on PostgreSQL the file only says which database is its own, so that
a test may copy it, as it would the database, and the database is dropped when the file is gone.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import shutil
import tempfile
import threading
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from storage.engine import Database

Engine = Literal["sqlite", "postgres"]
_engine: Engine = "sqlite"
_urls: dict[Path, str] = {}


def use(engine: Engine) -> None:
    """What `database_in` makes from now on."""
    global _engine  # noqa: PLW0603
    _engine = engine


def engine_in_use() -> Engine:
    return _engine


def database_in(file: Path) -> Database:
    """A database in a file: with the whole schema and nothing in it, if there was none or an empty one."""
    return Database(url_in(file))


def url_in(file: Path) -> str:
    """As `database_in`, its DATABASE_URL."""
    if _engine == "postgres":
        return _in_postgres(file)
    if not file.exists() or file.stat().st_size == 0:
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_template(), file)
    return f"sqlite+aiosqlite:///{file}"


def empty_url(file: Path) -> str:
    """The DATABASE_URL of a database without a schema: this file, or one that is there until the end of the test."""
    if _engine == "postgres":
        from tests.support import postgres

        return postgres.empty_postgres_url()
    return f"sqlite+aiosqlite:///{file}"


def _in_postgres(file: Path) -> str:
    from tests.support import postgres

    if file not in _urls or not file.exists():
        source = file.read_text() if file.exists() else ""
        _urls[file] = postgres.copied_url(source)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_urls[file])
    return _urls[file]


def kept_bytes(file: Path) -> bytes:
    """The content of a closed database's file, to be written elsewhere: that is a copy then, also when this file is
    gone."""
    _urls.pop(file, None)
    return file.read_bytes()


def plain(value: Any) -> Any:
    """A value of a raw query as SQLite has it: JSON as text, moments as text in UTC."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value


def drop_unused() -> None:
    """Drop the databases of files that are gone."""
    for file in [file for file in _urls if not file.exists()]:
        from tests.support import postgres

        postgres.drop(_urls.pop(file))


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
