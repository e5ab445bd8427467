"""Lists of units: a pack's own, and today's communes from the national list."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ("code", "name", "short_name", "kind", "parent")


class UnitListError(ValueError):
    """A list that cannot be used; `problems` name the row (the header is row 1)."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as listed; `parent` is a code, "" for the root."""

    code: str
    name: str
    short_name: str
    kind: str
    parent: str


def read_units(path: Path) -> list[UnitLine]:
    """The units of a CSV file, parents before children. Raises UnitListError with every problem found."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise UnitListError([f"{path.name}: cannot be read: {error}"]) from error
    if not rows or any(column not in rows[0] for column in COLUMNS):
        raise UnitListError([f"{path.name}: the columns must be {', '.join(COLUMNS)}"])
    lines = [UnitLine(*((row[column] or "").strip() for column in COLUMNS)) for row in rows]
    if problems := list(_problems(path.name, lines)):
        raise UnitListError(problems)
    return _parents_first(lines)


def _problems(name: str, lines: Sequence[UnitLine]) -> Iterable[str]:
    codes = Counter(line.code for line in lines)
    for row, line in enumerate(lines, start=2):
        if not (line.code and line.name and line.kind):
            yield f"{name}, row {row}: code, name and kind must be filled in"
        elif codes[line.code] > 1:
            yield f"{name}, row {row}: the code {line.code} stands more than once"
        elif line.parent and line.parent not in codes:
            yield f"{name}, row {row}: the parent {line.parent} is not in the list"
        elif _in_circle(line, lines):
            yield f"{name}, row {row}: {line.code} is, through its parents, above itself"


def _in_circle(line: UnitLine, lines: Sequence[UnitLine]) -> bool:
    parents = {other.code: other.parent for other in lines}
    above = line.parent
    for _ in lines:
        if above == line.code:
            return True
        above = parents.get(above, "")
    return False


def _parents_first(lines: Sequence[UnitLine]) -> list[UnitLine]:
    ordered: list[UnitLine] = []
    known = {""}
    waiting = list(lines)
    while waiting:
        ready = [line for line in waiting if line.parent in known]
        ordered += ready
        known |= {line.code for line in ready}
        waiting = [line for line in waiting if line.code not in known]
    return ordered


def _bare_province(name: str) -> str:
    return name.removeprefix("Tỉnh ").removeprefix("Thành phố ")


def communes(path: Path, province: str, root: UnitLine) -> list[UnitLine]:
    """The Youth Unions of a province's communes under `root`, from the national list (code, name, kind, province).

    Raises UnitListError when the list has no such province.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if _bare_province(row["province_name"]) == province]
    if not rows:
        raise UnitListError([f"{path.name}: there is no province {province!r}"])
    bare = [row["name"].removeprefix(row["kind"].capitalize()).strip() for row in rows]
    twice = {name for name, count in Counter(bare).items() if count > 1}
    return [root] + [
        UnitLine(
            code=row["code"],
            name=f"Đoàn {row['kind']} {name}",
            short_name=row["name"] if name in twice else name,
            kind=row["kind"],
            parent=root.code,
        )
        for row, name in zip(rows, bare, strict=True)
    ]
