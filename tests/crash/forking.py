"""Starts bots that are to be killed without importing everything anew for each (see `tests.cli.forking`)."""

from __future__ import annotations

import bot.telegram
import bot.zalo  # noqa: F401  (the bot imports both when they are needed)
from tests.cli.forking import serve

if __name__ == "__main__":
    serve(tells_pid=True)
