"""What a hostile workbook would make its reader do; for the process in which such are read."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

from reporting.campaigns.pack import PackError


def fill_the_memory() -> int:
    return len(b"x" * 2**40)


def go_round() -> None:
    while True:
        pass


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def talk() -> str:
    print("not the answer")
    os.write(1, b"not the answer either")
    return "the answer"


def die() -> None:
    os.abort()


def what_it_sees() -> dict[str, str]:
    return dict(os.environ)


def fill_the_disk(path: str) -> int:
    return Path(path).write_bytes(b"x" * 200_000_000)


def leave_a_file() -> str:
    import tempfile

    return tempfile.mkstemp()[1]


class Trap:
    """Data that would run a program where it is read."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __reduce__(self) -> Any:
        return subprocess.call, (["touch", self._path],)


def set_a_trap(path: str) -> Any:
    return Trap(path)


def find_problems() -> None:
    raise PackError(["mau.xlsx: one", "mau.xlsx: two"])
