"""One process at a time works on an SQLite file: two would poll, remind and send side by side."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import make_url

from bot.config import StartError

log = structlog.get_logger(__name__)

_NOT_HERE = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


@contextmanager
def only_one(database_url: str) -> Iterator[None]:
    """Hold the lock beside an SQLite file; the system lets go of it when the process ends, however it ends. Commands
    that run beside the bot for a moment do not ask for it. On PostgreSQL nothing: there are replicas.

    Raises StartError while another process holds it.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        yield
        return
    handle = _held(Path(url.database))
    try:
        yield
    finally:
        # The file stays: who removes it may remove the one that another process has just locked.
        os.close(handle)


def holder(database: Path) -> str:
    """The process that is at work on an SQLite file; "" if none is, or this disk does not tell."""
    try:
        with database.with_name(f"{database.name}.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return database.with_name(f"{database.name}.lock").read_text(errors="replace").strip() or "?"
    except OSError:
        return ""
    return ""


def _held(database: Path) -> int:
    lock = database.with_name(f"{database.name}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartError(f"DATABASE_URL: the database cannot be opened: {error}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        who = os.read(handle, 20).decode(errors="replace").strip() or "?"
        os.close(handle)
        raise StartError(
            f"DATABASE_URL: another bot (process {who}) is at work on {database}; stop it, or give this one a database "
            "of its own"
        ) from None
    except OSError as error:
        if error.errno not in _NOT_HERE:
            os.close(handle)
            raise StartError(f"DATABASE_URL: {lock} cannot be locked: {error.strerror}") from error
        log.warning("this disk knows no locks: take care that no second bot runs on this database", file=str(lock))
    try:
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
    except OSError as error:
        # A full disk: the number is only for who is refused.
        log.debug("the process is not named in the lock", error=error.strerror)
    return handle
