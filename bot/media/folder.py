"""A folder, of this machine or shared by several (NFS): what is written is there for all who read."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path
from typing import Final

from bot.media.contents import ContentsAwayError, place_of, write_whole

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What passes when somebody makes room, so that what was to be kept shall come again."""


class FolderContents:
    """Contents in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, digest: str, data: bytes) -> None:
        try:
            await asyncio.to_thread(write_whole, place_of(self._folder, digest), data)
        except OSError as error:
            if error.errno in _FULL:
                raise ContentsAwayError(f"MEDIA_DIR: {error.strerror}") from error
            raise

    async def path(self, digest: str) -> Path:
        return place_of(self._folder, digest)

    async def forget(self, digest: str) -> None:
        await asyncio.to_thread(place_of(self._folder, digest).unlink, missing_ok=True)

    async def trouble(self) -> str | None:
        found = trouble_with(self._folder)
        return f"MEDIA_DIR: {found}" if found else None


def trouble_with(folder: Path) -> str | None:
    """Why files cannot be kept in this folder, which is made if it is not there; None if they can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"{folder} cannot be made: {error.strerror}"
    return None if os.access(folder, os.W_OK) else f"{folder} cannot be written; change its owner or the setting"
