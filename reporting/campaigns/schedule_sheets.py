"""The sheets that say when a form is due: deadlines, reminders, digest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import TypeVar

from forms.sheets import Row as SheetRow
from forms.sheets import Sheet
from reporting.planning.cells import CellError
from reporting.planning.digest_times import DigestTime, SummaryTime, read_digest
from reporting.planning.periods import Schedule
from reporting.planning.reminder_steps import Step

_Read = TypeVar("_Read")


def rows_of(sheets: Mapping[str, Sheet], name: str) -> Sequence[SheetRow]:
    """The rows of a sheet; none where a workbook does not have it."""
    return sheets[name].rows if name in sheets else ()


def read_schedule(file: str, sheets: Mapping[str, Sheet], problems: list[str]) -> Schedule | None:
    """From the sheets deadlines, reminders, digest; None when a problem was found in them."""
    before = len(problems)
    deadlines = _deadlines(file, rows_of(sheets, "deadlines"), problems)
    due = deadlines.due if deadlines else time()
    steps = _read_rows(file, sheets, "reminders", Step.from_cells, problems)
    _check_steps(file, sheets, problems)
    digest, summaries = _digests(file, sheets, due, problems)
    if deadlines is None or len(problems) > before:
        return None
    steps.sort(key=lambda step: step.after)
    return replace(deadlines, reminders=tuple(steps), digest=digest, summaries=summaries)


def _digests(
    file: str, sheets: Mapping[str, Sheet], due: time, problems: list[str]
) -> tuple[DigestTime | None, tuple[SummaryTime, ...]]:
    """From the sheet digest: of each period, and of several; one row of each."""
    read = _read_rows(file, sheets, "digest", lambda cells: read_digest(cells, due), problems)
    times = Counter(str(row.sums) if isinstance(row, SummaryTime) else "each period" for row in read)
    problems += [f"{file}: digest: {n} rows are of {name}; one can stand here" for name, n in times.items() if n > 1]
    of_period = [row for row in read if isinstance(row, DigestTime)]
    return of_period[0] if of_period else None, tuple(row for row in read if isinstance(row, SummaryTime))


def _deadlines(file: str, rows: Sequence[SheetRow], problems: list[str]) -> Schedule | None:
    if not rows:
        problems.append(f"{file}: deadlines: one row at least is needed, none is there")
        return None
    try:
        return Schedule.from_rows([row.cells for row in rows])
    except CellError as error:
        problems.append(f"{file}: deadlines, row {rows[error.row].number}: {error}")
        return None


def _read_rows(
    file: str,
    sheets: Mapping[str, Sheet],
    name: str,
    read: Callable[[Mapping[str, str]], _Read],
    problems: list[str],
) -> list[_Read]:
    """What `read` makes of each row of a sheet; a row that it refuses becomes a problem."""
    found = []
    for row in rows_of(sheets, name):
        try:
            found.append(read(row.cells))
        except CellError as error:
            problems.append(f"{file}: {name}, row {row.number}: {error}")
    return found


def _check_steps(file: str, sheets: Mapping[str, Sheet], problems: list[str]) -> None:
    """A period keeps by its name which step was made: of two with one name, the second would never be."""
    seen: set[str] = set()
    for row in rows_of(sheets, "reminders"):
        name = row.cells.get("step", "")
        if name in seen:
            problems.append(f"{file}: reminders, row {row.number}: the step {name!r} stands more than once")
        if name:
            seen.add(name)
