"""Databases for tests: the migrations take a second, so they run once a process, and tests copy what they made.

A test names a file. On SQLite that is the database; on PostgreSQL the file only says which database is its own, so that
a test may copy it, as it would the database, and the database is dropped when the file is gone.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from storage import json_text
from storage.engine import Database
from tests.support.aside import now

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
        shutil.copyfile(template(Database.migrate, _engine, _sqlite_url), file)
    return _sqlite_url(file)


def empty_url(file: Path) -> str:
    """As `url_in`, of a database without a schema if there was none; on SQLite the file is not made."""
    if _engine == "postgres":
        return _in_postgres(file, "template0")
    return _sqlite_url(file)


def _in_postgres(file: Path, template: str = "") -> str:
    from tests.support import postgres

    if file not in _urls or not file.exists():
        source = file.read_text() if file.exists() else template
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
    """A value of a raw query as SQLite has it: JSON as text, moments as text in UTC, days as text."""
    if isinstance(value, dict | list):
        return json_text.written(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def drop_unused() -> None:
    """Drop the databases of files that are gone."""
    for file in [file for file in _urls if not file.exists()]:
        from tests.support import postgres

        postgres.drop(_urls.pop(file))


@cache
def template(
    fill: Callable[[Database], Coroutine[Any, Any, None]], engine: Engine, url_of: Callable[[Path], str] = url_in
) -> Path:
    """The file of a database that `fill` has filled on this engine, which is the one in use: once a process, for tests
    to copy."""
    folder = Path(tempfile.mkdtemp(prefix="danvan-tests-"))
    now(_filled(Database(url_of(folder / "made.db")), fill))
    atexit.register(_forget, folder)
    return folder / "made.db"


async def _filled(database: Database, fill: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    await fill(database)
    await database.close()


def _forget(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    # With a server of ours its databases go, and it may be gone by now.
    if "TEST_DATABASE_URL" in os.environ:
        drop_unused()


def _sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"
