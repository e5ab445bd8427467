"""Lists of units: a pack's own, and today's communes from the national list."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forms.answers import unaccent

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
    header, *rows = _rows(path) or [[]]
    if missing := [column for column in COLUMNS if column not in header]:
        raise UnitListError([f"{path.name}, row 1: the column {column} is missing" for column in missing])
    lines = {number: _line(header, cells) for number, cells in enumerate(rows, start=2) if any(cells)}
    if not lines:
        raise UnitListError([f"{path.name}: there is no unit in the list"])
    if problems := list(_problems(path.name, lines)):
        raise UnitListError(problems)
    return _parents_first(list(lines.values()))


def _rows(path: Path) -> list[list[str]]:
    """The cells row by row, empty rows too. Spreadsheets of countries with a decimal comma write semicolons."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=";" if head.count(";") > head.count(",") else ",")
            return [[cell.strip() for cell in row] for row in reader]
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise UnitListError([f"{path.name}: cannot be read: {error}"]) from error


def _line(header: Sequence[str], cells: Sequence[str]) -> UnitLine:
    row = dict(zip(header, cells, strict=False))
    return UnitLine(*(row.get(column, "") for column in COLUMNS))


def _problems(name: str, lines: Mapping[int, UnitLine]) -> Iterable[str]:
    """What is wrong with the lines, given by their row."""
    codes = Counter(line.code for line in lines.values())
    parents = {line.code: line.parent for line in lines.values()}
    for row, line in lines.items():
        if not (line.code and line.name and line.kind):
            yield f"{name}, row {row}: code, name and kind must be filled in"
        elif codes[line.code] > 1:
            yield f"{name}, row {row}: the code {line.code} stands more than once"
        elif line.parent and line.parent not in codes:
            yield f"{name}, row {row}: the parent {line.parent} is not in the list"
        elif _in_circle(line.code, parents):
            yield f"{name}, row {row}: {line.code} is, through its parents, above itself"


def _in_circle(code: str, parents: Mapping[str, str]) -> bool:
    above, seen = parents[code], set[str]()
    while above and above not in seen:
        if above == code:
            return True
        seen.add(above)
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
    # Those that differ by a tone mark only are told apart by their kind, if by anything.
    alike = Counter(map(unaccent, bare))
    return [root] + [
        UnitLine(
            code=row["code"],
            name=f"Đoàn {row['kind']} {name}",
            short_name=row["name"] if alike[unaccent(name)] > 1 else name,
            kind=row["kind"],
            parent=root.code,
        )
        for row, name in zip(rows, bare, strict=True)
    ]
