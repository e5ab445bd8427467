"""A list of units as a file that somebody sent: a workbook, or a text with a unit in each line. Reading one is for a
process of its own."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

from forms.answers import unaccent
from forms.cells import text_of
from forms.sheets import EMPTY_ROWS, check_packed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain"

MOST_BYTES = 2_000_000
MOST_UNPACKED = 30_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 60
LONGEST = 200
"""Characters of a cell that are looked at: no unit is called longer."""

_HEAD = 10
"""Rows at the top, among which the headers are."""

_CODE = re.compile(r"(?:ma|ma so|ma dv|ma don vi|code|unit code)(?: (?:don vi|xa|phuong|dvhc))?")
_NAME = re.compile(r"(?:ten|ten dv|ten don vi|don vi|dia phuong|name|unit)(?: .{1,30})?")
_FIGURE = re.compile(r"[\d.,/ ]*")


@dataclass(frozen=True, slots=True)
class Line:
    """A filled row: its number as a person sees it (from 1; 0: none), and what it calls the unit, a code before a
    name."""

    number: int
    texts: tuple[str, ...]


def read(data: bytes, mime: str, name: str) -> list[Line]:
    """The rows of a list. Raises ValueError for what cannot be read, or is larger than lists are."""
    rows = list(_filled(_workbook(data) if mime == XLSX else _text(data, name)))
    found = _columns(rows[:_HEAD])
    if found is None:
        return _without_header(rows)
    header, columns = found
    return [Line(number, _cells(row, columns)) for number, row in rows if number > header]


_Rows = list[tuple[int, list[str]]]


def _filled(rows: Iterable[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    """The rows with something in them, by their number."""
    empty = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise ValueError(f"it has more than {MOST_ROWS} rows")
        cells = [cell.strip()[:LONGEST] for cell in row]
        empty = 0 if any(cells) else empty + 1
        if empty > EMPTY_ROWS:
            return
        if any(cells):
            yield number, cells


def _workbook(data: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    with ZipFile(BytesIO(data)) as packed:
        check_packed(packed, MOST_UNPACKED)
    book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
    for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
        yield [text_of(cell) for cell in row]


def _text(data: bytes, name: str) -> Iterator[list[str]]:
    lines = data.decode("utf-8-sig").splitlines()
    separator = _separator(lines, is_table=not name.lower().endswith(".txt"))
    if separator is None:
        return iter([line] for line in lines)
    # Line by line, so that a row keeps its number; a name has no line break in it.
    return (next(csv.reader([line], delimiter=separator), [])[:MOST_COLUMNS] for line in lines)


def _separator(lines: Sequence[str], *, is_table: bool) -> str | None:
    """What stands between the cells; None where a line is a unit: in a plain text a comma belongs to the name."""
    first = next((line for line in lines if line.strip()), "")
    found = Counter(one for one in first if one in ("\t;," if is_table else "\t"))
    return found.most_common(1)[0][0] if found else None


def _columns(rows: _Rows) -> tuple[int, list[int]] | None:
    """The number of the header's row, and the columns of codes and names in it; None where no row is a header."""
    for number, row in rows:
        called = {place: " ".join(unaccent(cell).split()) for place, cell in enumerate(row) if cell}
        columns = [*_called(called, _CODE), *_called(called, _NAME)]
        if columns:
            return number, columns
    return None


def _called(called: Mapping[int, str], pattern: re.Pattern[str]) -> list[int]:
    return [place for place, cell in called.items() if pattern.fullmatch(cell)][:1]


def _cells(row: Sequence[str], columns: Sequence[int]) -> tuple[str, ...]:
    """What a row calls the unit; where these cells are empty, whatever stands in it, so that the row can be named."""
    found = tuple(row[place] for place in columns if place < len(row) and row[place])
    return found or (next(filter(None, row)),)


def _without_header(rows: _Rows) -> list[Line]:
    """The first column that is no column of figures."""
    width = max((len(row) for _, row in rows), default=0)
    words = [sum(place < len(row) and not _FIGURE.fullmatch(row[place]) for _, row in rows) for place in range(width)]
    place = next((place for place, count in enumerate(words) if count * 2 >= len(rows)), 0)
    return [Line(number, _cells(row, [place])) for number, row in rows]
