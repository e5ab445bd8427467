"""What every store of contents does."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Protocol

from bot.channels.base import TryLater

AWAY_SECONDS = 30.0


class ContentsAwayError(TryLater):
    """The store does not answer now, or refuses: what was to be read or kept has to be tried again."""

    def __init__(self, why: str) -> None:
        super().__init__(AWAY_SECONDS, why)


class Contents(Protocol):
    """Keeps contents of a bounded size."""

    async def keep(self, digest: str, data: bytes) -> None:
        """`digest`: the SHA-256 of the data, in hexadecimal. Raises OSError or ContentsAwayError."""

    async def path(self, digest: str) -> Path:
        """A file of this machine with that content, to be read at once; there is none at the path if the content is
        not kept. Raises ContentsAwayError."""

    async def forget(self, digest: str) -> None:
        """Delete the content, if it is kept. Raises OSError or ContentsAwayError."""

    async def trouble(self) -> str | None:
        """Why nothing can be kept, with the name of the setting; None if it can."""


def place_of(folder: Path, digest: str) -> Path:
    """Where the content with this SHA-256 lies in a folder."""
    return folder / digest[:2] / digest


def write_whole(path: Path, data: bytes) -> None:
    """Whole or not at all: a crash in the middle leaves no half picture under a good name."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(path)
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        # On a disk that is full each try would take what little room there is.
        part.unlink(missing_ok=True)
        raise


def part_of(path: Path) -> Path:
    """Where a content is written before it is whole."""
    return path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
