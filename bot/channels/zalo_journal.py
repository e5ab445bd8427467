"""What Zalo has handed out and nobody has committed yet, on disk: it hands out each update once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

_ENDING = ".json"
_SPOILT = ".spoilt"


class Journal:
    """A folder with a file for each update, in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last = 0

    def open(self) -> list[tuple[str, Any]]:
        """Make the folder if it is not there; returns what is in it, the oldest first, as (name, update). A file that a
        power cut left half written is put aside. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        left = []
        for path in sorted(self._folder.glob(f"*{_ENDING}")):
            self._last = max(self._last, int(path.stem) if path.stem.isdigit() else 0)
            try:
                left.append((path.name, json.loads(path.read_bytes())))
            except ValueError:
                log.error("update cannot be read any more", file=path.name)
                path.rename(path.with_suffix(_SPOILT))
        return left

    def keep(self, update: Any) -> str:
        """Write an update down; returns its name once the disk has it. Raises OSError."""
        self._last += 1
        name = f"{self._last:016}{_ENDING}"
        # People's words: for nobody else on this machine.
        handle = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(update).encode())
            file.flush()
            os.fsync(file.fileno())
        self._sync_folder()
        return name

    def remove(self, name: str) -> None:
        """Forget an update that has been committed."""
        (self._folder / name).unlink(missing_ok=True)

    def _sync_folder(self) -> None:
        """The name of a new file is the folder's to keep."""
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
