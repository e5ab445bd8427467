"""Where a backup is brought back to, and the files of it, which wait there until the database is right."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.backups.contents import MediaFile
from bot.media.contents import Contents

WAITING = ".restoring"
"""The folder in the media folder where files wait until all is right."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a backup is brought back to. `media`: the folder of kept files, or through which they go to a `bucket`.
    `secret`: the file for the key of links and codes; None where SECRET_KEY says it."""

    url: str
    media: Path
    secret: Path | None
    bucket: Contents | None = None


class Bringing:
    """The files that come back: they wait until the database is right, and are taken away again if it is not."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.waiting = place.media / WAITING
        self.secret: bytes | None = None
        self._moved: list[Path] = []
        self._is_first_secret = False

    async def bring_out(self) -> bool:
        """Put all where it belongs; returns whether the key of links and codes was among it. Raises OSError, and
        ContentsAwayError."""
        for folder in sorted(self.waiting.iterdir()):
            if self._place.bucket:
                # What is there already is the same: it is kept under what it is.
                for file in folder.iterdir():
                    await self._place.bucket.keep(file.name, file.read_bytes())
                continue
            folder.rename(self._place.media / folder.name)
            self._moved.append(self._place.media / folder.name)
        if self.secret is None or self._place.secret is None:
            return False
        self._is_first_secret = not self._place.secret.exists()
        _keep_secret(self._place.secret, self.secret)
        return True

    def undo(self) -> None:
        for folder in self._moved:
            shutil.rmtree(folder, ignore_errors=True)
        if self._is_first_secret and self._place.secret:
            self._place.secret.unlink(missing_ok=True)


def save(file: MediaFile, path: Path) -> None:
    """Raises OSError, and BackupError for a file that is not what it was."""
    path.parent.mkdir(exist_ok=True)
    with path.open("xb") as out:
        for piece in file.pieces:
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def _keep_secret(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    part.replace(path)
