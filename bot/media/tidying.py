"""Files that nothing names any more are deleted: sent and then thrown away, or made for somebody long ago."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bot.media.contents import Contents
from storage import orphans
from storage.engine import Database
from storage.uow import UnitOfWork

GRACE = timedelta(days=30)
"""A file that was sent may wait for so long in a page without a network before a report names it."""
STRAY = timedelta(days=2)
"""Of what lies in the folder and stands in no row: it may be about to get one."""
PIECE = 200
_DIGEST = re.compile(r"[0-9a-f]{64}(?:\.[0-9a-f]{8}\.part)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many files were named nowhere, and how many of the folder's no row knew."""

    unnamed: int
    stray: int


async def tidy(db: Database, contents: Contents, folder: Path | None, now: datetime, *, change: bool) -> Tidied:
    """Find both kinds, and with `change` delete them. `folder`: where contents lie, if in a folder. Raises OSError."""
    async with db.read() as conn:
        found = await orphans.find(conn, now - GRACE)
    ids = list(found)
    for first in range(0, len(ids) if change else 0, PIECE):
        piece = ids[first : first + PIECE]
        async with db.write() as conn:
            await orphans.drop(UnitOfWork(conn, now), piece)
        for digest in await _unknown(db, [found[one] for one in piece], now):
            await contents.forget(digest)
    stray = 0
    for paths in _pieces(_old_files(folder, now)) if folder else ():
        unknown = set(await _unknown(db, [path.name[:64] for path in paths], now))
        gone = [path for path in paths if path.name[:64] in unknown or path.name.endswith(".part")]
        stray += len(gone)
        if change:
            await asyncio.to_thread(_delete, gone)
    return Tidied(len(ids), stray)


async def _unknown(db: Database, digests: list[str], now: datetime) -> list[str]:
    async with db.read() as conn:
        known = await orphans.named(UnitOfWork(conn, now), digests)
    return sorted({*digests} - known)


def _old_files(folder: Path, now: datetime) -> Iterator[Path]:
    """What is called as contents are, or as what a killed process has left of one, and has lain for a while."""
    for path in folder.glob("??/*"):
        ours = _DIGEST.fullmatch(path.name) and path.is_file()
        if ours and datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - STRAY:
            yield path


def _pieces(paths: Iterator[Path]) -> Iterator[list[Path]]:
    while piece := list(islice(paths, PIECE)):
        yield piece


def _delete(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
