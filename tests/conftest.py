"""For all tests: what they write need not survive a power cut, so SQLite need not wait for the disk; and properties are
tried with the same examples each time, unless HYPOTHESIS_PROFILE=random asks for new ones."""

import os

from hypothesis import settings

from storage import engine

engine.SQLITE_PRAGMAS = tuple(line.replace("synchronous=FULL", "synchronous=OFF") for line in engine.SQLITE_PRAGMAS)

settings.register_profile("same", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
