"""For all tests: what they write need not survive a power cut, so SQLite need not wait for the disk."""

from storage import engine

engine.SQLITE_PRAGMAS = tuple(line.replace("synchronous=FULL", "synchronous=OFF") for line in engine.SQLITE_PRAGMAS)
