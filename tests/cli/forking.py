"""Runs commands as programs of their own without importing everything anew for each: a process that has imported the
bot forks for every command. Lines of JSON come in (words, folder, environment, files for what is written), and exit
codes go out, each after the command's process id where that is asked for.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Any

import bot.__main__
import bot.app


def serve(*, tells_pid: bool = False) -> None:
    # Else the first collection of every child walks, and so copies, all that was imported.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become(json.loads(line))
        if tells_pid:
            print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


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
    serve()
