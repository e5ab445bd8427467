"""Lists of units: a pack's own, and today's communes from the national list."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rapidfuzz import fuzz, process

from forms.answers import unaccent
from forms.problems import FormError
from forms.sheets import Sheet, read_sheets

COLUMNS = ("code", "name", "short_name", "kind", "parent")
DATES = ("valid_from", "valid_to")
OPTIONAL = (*DATES, "successors")

NOTHING_KNOWN: Mapping[str, str] = {}


class UnitListError(ValueError):
    """A list that cannot be used; `problems` name the row (the header is row 1)."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as listed; `parent` is a code, "" for the root. `valid_to` is the first day without it. `row`: where it
    stands in its file."""

    code: str
    name: str
    short_name: str
    kind: str
    parent: str
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class UnitList:
    """Units from somewhere, parents before children. `columns`: those of OPTIONAL that it has; what a list has no
    column for, it says nothing about."""

    source: str
    lines: tuple[UnitLine, ...]
    columns: frozenset[str] = frozenset()


def read_list(path: Path, known: Mapping[str, str] = NOTHING_KNOWN) -> UnitList:
    """The units of a CSV file or the first sheet of a workbook; `known` has the code of the parent of each unit that
    there is already. Raises UnitListError with every problem found."""
    return _checked(path.name, (_workbook if path.suffix.lower() == ".xlsx" else _text)(path), known)


def read_sheet(source: str, sheet: Sheet, known: Mapping[str, str] = NOTHING_KNOWN) -> UnitList:
    """As `read_list`, from one sheet of a workbook; `source` is how problems name it."""
    return _checked(source, _table(sheet), known)


_Table = tuple[list[str], dict[int, dict[str, str]]]


def _checked(source: str, listed: _Table, known: Mapping[str, str]) -> UnitList:
    header, rows = listed
    if missing := [column for column in COLUMNS if column not in header]:
        raise UnitListError([f"{source}, row 1: the column {column} is missing" for column in missing])
    if not rows:
        raise UnitListError([f"{source}: there is no unit in the list"])
    lines = {number: _line(number, row) for number, row in rows.items()}
    unread = {number: problem for number, row in rows.items() if (problem := _unread(row))}
    found = {**_problems(lines, known), **unread}
    if found:
        raise UnitListError([f"{source}, row {row}: {found[row]}" for row in sorted(found)])
    return UnitList(source, tuple(parents_first(lines.values())), frozenset(OPTIONAL) & frozenset(header))


def _table(sheet: Sheet) -> _Table:
    return list(sheet.headers), {row.number: dict(row.cells) for row in sheet.rows}


def _text(path: Path) -> _Table:
    """The header, and the filled rows by their number. Spreadsheets of countries with a decimal comma write
    semicolons."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=";" if head.count(";") > head.count(",") else ",")
            header, *rows = [[cell.strip() for cell in row] for row in reader] or [[]]
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise UnitListError([f"{path.name}: cannot be read: {error}"]) from error
    filled = {number: dict(zip(header, row, strict=False)) for number, row in enumerate(rows, start=2) if any(row)}
    return header, filled


def _workbook(path: Path) -> _Table:
    try:
        sheet = next(iter(read_sheets(path).values()))
    except FormError as error:
        detail = error.problems[0].params.get("detail", "")
        raise UnitListError([f"{path.name}: cannot be read: {detail}"]) from error
    return _table(sheet)


def _line(number: int, row: Mapping[str, str]) -> UnitLine:
    codes = row.get("successors", "").replace(";", ",").split(",")
    successors = tuple(dict.fromkeys(code.strip() for code in codes if code.strip()))
    code, name, short_name, kind, parent = (row.get(column, "") for column in COLUMNS)
    first, last = (_day(row.get(column, "")) for column in DATES)
    return UnitLine(code, name, short_name, kind, parent, first, last, successors, number)


def _day(text: str) -> date | None:
    """2025-07-01, or 1/7/2025 as it is written here; None for what is neither."""
    parts = text.split("/")
    try:
        if len(parts) == 3:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        return date.fromisoformat(text)
    except ValueError:
        return None


def _unread(row: Mapping[str, str]) -> str:
    """What is wrong with the dates of a row, "" for nothing."""
    wrong = [(column, row[column]) for column in DATES if row.get(column) and _day(row[column]) is None]
    return "; ".join(f"{column}: {text!r} is no day such as 2025-07-01 or 1/7/2025" for column, text in wrong)


def _problems(lines: Mapping[int, UnitLine], known: Mapping[str, str]) -> dict[int, str]:
    """What is wrong with the lines, by their row: the first thing of each."""
    codes = Counter(line.code for line in lines.values())
    parents = {**known, **{line.code: line.parent for line in lines.values()}}
    unknown = "neither in the list nor known" if known else "not in the list"
    return {row: problem for row, line in lines.items() if (problem := _problem(line, codes, parents, unknown))}


def _problem(line: UnitLine, codes: Counter[str], parents: Mapping[str, str], unknown: str) -> str:
    if not (line.code and line.name and line.kind):
        return "code, name and kind must be filled in"
    if codes[line.code] > 1:
        return f"the code {line.code} stands more than once"
    if line.parent and line.parent not in parents:
        return f"the parent {line.parent} is {unknown}"
    if _in_circle(line.code, parents):
        return f"{line.code} is, through its parents, above itself"
    if line.valid_from and line.valid_to and line.valid_to <= line.valid_from:
        return f"{line.code} ends before it begins"
    return ""


def _in_circle(code: str, parents: Mapping[str, str]) -> bool:
    above, seen = parents[code], set[str]()
    while above and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False


def parents_first(lines: Iterable[UnitLine]) -> list[UnitLine]:
    """The lines in an order in which each parent that is among them stands before its children."""
    ordered: list[UnitLine] = []
    waiting = list(lines)
    while waiting:
        codes = {line.code for line in waiting}
        ordered += [line for line in waiting if line.parent not in codes]
        waiting = [line for line in waiting if line.parent in codes]
    return ordered


def _bare_province(name: str) -> str:
    return name.removeprefix("Tỉnh ").removeprefix("Thành phố ")


def province_named(path: Path, text: str) -> str:
    """The province of the national list that is meant, as the list writes it ("Thành phố Hà Nội").

    Diacritics and case may be missing. Raises UnitListError when the list has no such province.
    """
    names = {unaccent(_bare_province(row["province_name"])): row["province_name"] for row in _national(path)}
    asked = unaccent(_bare_province(text.strip()))
    if found := names.get(asked):
        return found
    like = process.extractOne(asked, list(names), scorer=fuzz.ratio, score_cutoff=70)
    hint = f" (perhaps {_bare_province(names[like[0]])})" if like else ""
    raise UnitListError([f"{path.name}: there is no province {text!r}{hint}"])


def _national(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def communes(path: Path, province: str, root: UnitLine) -> list[UnitLine]:
    """The Youth Unions of a province's communes under `root`, from the national list (code, name, kind, province).

    Raises UnitListError when the list has no such province.
    """
    full_name = province_named(path, province)
    rows = [row for row in _national(path) if row["province_name"] == full_name]
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


def province_unit(path: Path, province: str, code: str | None, parent: str) -> UnitLine:
    """The Youth Union of a province of the national list; its initials are its code if it is given none."""
    full_name = province_named(path, province)
    bare = _bare_province(full_name)
    is_city = full_name.startswith("Thành phố ")
    initials = "".join(word[0] for word in unaccent(bare).split()).upper()
    name = f"{'Thành đoàn' if is_city else 'Tỉnh đoàn'} {bare}"
    return UnitLine(code or initials, name, bare, "thành phố trực thuộc" if is_city else "tỉnh", parent)
