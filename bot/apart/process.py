"""What comes from outside is read in a process of its own: with little memory, little time and no secrets.

A workbook that is made to fill the memory, to go round for ever or to break what reads it ends that process, and not
the bot. Only plain data comes back: dataclasses of ours, texts, numbers and days.
"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeVar, cast

T = TypeVar("T")

HOUSE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of the process that reads: bytes of memory, seconds of the processor, seconds of the wall clock, and bytes of any
    file that it writes."""

    memory: int = 1024**3
    cpu: int = 60
    wall: float = 120
    written: int = 100_000_000


LIMITS = Limits()

_TOO_LONG = "reading it takes too long"
GAVE_UP = "reading it takes more memory or time than there is for it"
_OURS = ("forms.", "reporting.")
_PLAIN = frozenset(
    {
        ("builtins", "frozenset"), ("builtins", "set"), ("datetime", "date"), ("datetime", "datetime"),
        ("datetime", "time"), ("datetime", "timedelta"), ("decimal", "Decimal"), ("pathlib", "PosixPath"),
        ("pathlib._local", "PosixPath"),
    }
)  # fmt: skip


class ApartError(ValueError):
    """It could not be read within the limits; the message says why."""


class Answer(NamedTuple):
    """What the process says: the value; or which error of ours with which problems; or that it gave up."""

    value: Any = None
    error: tuple[str, str] | None = None
    problems: list[Any] | None = None
    gave_up: str = ""


def call(function: Callable[..., T], *arguments: Any, limits: Limits | None = None) -> T:
    """What `function`, one of a module of ours, gives for plain arguments. It takes a while: not for the event loop.

    Raises ApartError beyond the limits, and the function's own errors where they have `problems`.
    """
    limits = limits or LIMITS
    asked = pickle.dumps((limits, function.__module__, function.__qualname__, arguments))
    # What it unpacks goes with it, also when it is killed.
    with TemporaryDirectory() as scratch:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bot.apart.alone"],
                env=_environment(scratch), input=asked, capture_output=True, timeout=limits.wall, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise ApartError(_TOO_LONG) from None
    if done.returncode or not done.stdout:
        raise ApartError(GAVE_UP)
    return cast(T, _taken(_read(done.stdout)))


def _environment(scratch: str) -> dict[str, str]:
    """Nothing of ours is in it: tokens and passwords stand in the environment of the bot."""
    return {
        "PYTHONPATH": str(HOUSE), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8", "PATH": os.defpath,
        "TMPDIR": scratch,
    }  # fmt: skip


def _taken(answer: Answer) -> Any:
    if answer.gave_up:
        raise ApartError(answer.gave_up)
    if answer.error:
        error: type[Exception] = getattr(import_module(answer.error[0]), answer.error[1])
        raise error(answer.problems)
    return answer.value


class _Reader(pickle.Unpickler):
    """Makes data only: what the process was talked into saying calls nothing here."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if (module, name) == (__name__, Answer.__name__):
            return Answer
        found = super().find_class(module, name) if module.startswith(_OURS) and "." not in name else None
        if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no data")


def _read(said: bytes) -> Answer:
    try:
        answer = _Reader(io.BytesIO(said)).load()
    except Exception as error:  # what stands there is for whoever broke the process to choose
        raise ApartError(GAVE_UP) from error
    if not isinstance(answer, Answer):
        raise ApartError(GAVE_UP)
    return answer
