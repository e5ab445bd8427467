"""As `tests.crash.forking`, for several bots at a time: starts one for each line of JSON that says how, and waits for
the end of one for each that is its process id."""

from __future__ import annotations

import gc
import json
import os
import sys

import asyncpg  # noqa: F401

import bot.telegram  # noqa: F401  (the bot imports these when they are needed)
from tests.cli.forking import _become

if __name__ == "__main__":
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, int):
            print(os.waitstatus_to_exitcode(os.waitpid(asked, 0)[1]), flush=True)
        elif (pid := os.fork()) == 0:
            _become(asked)
        else:
            print(pid, flush=True)
