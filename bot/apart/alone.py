"""Inside the process in which something is read: `python -m bot.apart.alone`, asked by its standard input."""

from __future__ import annotations

import os
import pickle
import resource
import sys
from importlib import import_module
from typing import Any

from bot.apart.process import GAVE_UP, Answer, Limits


def restrict(limits: Limits) -> None:
    """Take from this process what it could fill or burn."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_CPU, limits.cpu), (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits.written),
    ):  # fmt: skip
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard),) * 2)


def answer(module: str, name: str, arguments: tuple[Any, ...]) -> Answer:
    """What the function gives, or the problems that it finds."""
    try:
        return Answer(getattr(import_module(module), name)(*arguments))
    except (MemoryError, RecursionError):
        return Answer(gave_up=GAVE_UP)
    except ValueError as error:
        if not hasattr(error, "problems"):
            return Answer(gave_up=f"it cannot be read: {error}")
        return Answer(error=(type(error).__module__, type(error).__name__), problems=list(error.problems))


def main() -> None:
    """Read what is asked, say the answer, end."""
    # What libraries print must not get between: the answer goes where the standard output was.
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    limits, module, name, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301  (from the bot itself)
    restrict(limits)
    told.write(pickle.dumps(answer(module, name, arguments)))
    told.flush()
    # Nothing is tidied up: a gigabyte of cells would take its time.
    os._exit(0)


if __name__ == "__main__":
    main()
