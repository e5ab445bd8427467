"""Runs commands as programs of their own without importing everything anew for each: a process that has imported the
bot forks for every command. Lines of JSON come in (words, folder, environment, files for what is written), and exit
codes go out, each after the command's process id where that is asked for. A command that `stays` is answered by its
process id alone, and that by its exit code (null as long as it runs).
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from typing import Any
from zoneinfo import ZoneInfo

import bot.__main__
import bot.app
from locales.translator import Translators

_LATER = (
    "bot.desk", "bot.inviting", "bot.loading", "bot.printing", "docxtpl", "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf", "openpyxl", "reporting.documents.canvas", "reporting.documents.consolidated",
    "reporting.documents.filling", "reporting.documents.paper", "reporting.documents.workbook",
)  # fmt: skip
"""What commands import when they need it: a tenth of a second and more, each time."""


def serve(*, tells_pid: bool = False) -> None:
    # Every child would read the catalogues anew.
    Translators(ZoneInfo("UTC"))
    # Else the first collection of every child walks, and so copies, all that was imported.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, int):
            print(json.dumps(_exit_code(asked, os.WNOHANG)), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            _become(asked)
        stays = asked.get("stays", False)
        if tells_pid or stays:
            print(pid, flush=True)
        if not stays:
            print(_exit_code(pid), flush=True)


def _exit_code(pid: int, how: int = 0) -> int | None:
    ended, status = os.waitpid(pid, how)
    return os.waitstatus_to_exitcode(status) if ended else None


def _become(command: dict[str, Any]) -> None:
    """Run one command in this process, and end it."""
    os.environ.clear()
    os.environ.update(command["environment"])
    os.chdir(command["folder"])
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(command[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["danvan", *command["words"]]
    code: Any = 1
    try:
        bot.__main__.main()
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    for module in _LATER:
        importlib.import_module(module)
    serve()
