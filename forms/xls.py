"""Old workbooks (.xls), read in a process of their own: a broken one can make what reads them go round for ever."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from forms.cells import text_of

# Seconds; a sound workbook takes less than one.
MOST_TIME = 20


def read(path: Path) -> dict[str, list[list[str]]]:
    """The cells of each sheet as texts. Raises ValueError for what is no workbook, and for what takes too long."""
    house = str(Path(__file__).resolve().parent.parent)
    try:
        done = subprocess.run(  # noqa: S603 - this very module, with the path of the form as its argument
            [sys.executable, "-m", "forms.xls", str(path.resolve())],
            env={**os.environ, "PYTHONPATH": house, "PYTHONIOENCODING": "utf-8"},
            capture_output=True, timeout=MOST_TIME, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ValueError(f"reading it takes more than {MOST_TIME} seconds") from None
    if done.returncode:
        raise ValueError(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return dict(json.loads(done.stdout))


def _read(path: str) -> dict[str, list[list[str]]]:
    from xlrd import (  # type: ignore[import-untyped]
        XL_CELL_BOOLEAN,
        XL_CELL_DATE,
        open_workbook,
        xldate_as_datetime,
    )

    # Of a broken file it would talk on the standard output.
    book = open_workbook(path, logfile=StringIO())

    def text(cell: Any) -> str:
        if cell.ctype == XL_CELL_DATE:
            moment = xldate_as_datetime(cell.value, book.datemode)
            return text_of(moment if cell.value >= 1 else moment.time())
        return text_of(bool(cell.value) if cell.ctype == XL_CELL_BOOLEAN else cell.value)

    return {sheet.name: [[text(cell) for cell in row] for row in sheet.get_rows()] for sheet in book.sheets()}


if __name__ == "__main__":
    json.dump(_read(sys.argv[1]), sys.stdout)
