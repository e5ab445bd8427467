"""Workbooks as plain tables: .xlsx, .xls, .csv and Markdown, with the row numbers that a person sees."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from zipfile import ZipFile, ZipInfo

from forms import xls
from forms.cells import text_of
from forms.problems import FormError, Problem

# Spreadsheets may claim a million formatted rows; after this many empty ones there is nothing more.
EMPTY_ROWS = 60
# No form that people fill in is larger, and reading on would hold up everybody else.
MOST_BYTES = 20_000_000
MOST_UNPACKED = 200_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 2_000
# A workbook of a hundred sheets with a hundred pictures has some three hundred.
MOST_ENTRIES = 2_000
# Tables are packed to a tenth; a bomb to a thousandth. What is small unpacked does no harm.
MOST_RATIO, HARMLESS = 250, 5_000_000
MOST_QUESTIONS = 10_000
_HEAD = 4096
_MARKDOWN_ROW = re.compile(r"\s*\|(.*)\|[^|]*")
_MARKDOWN_RULE = re.compile(r"[\s|:-]+")
_PIPE = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet: its number (the header is row 1) and its non-empty cells by column header."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    headers: tuple[str, ...]
    rows: tuple[Row, ...]


Grid = Iterable[Sequence[str]]


def read_sheets(path: Path) -> dict[str, Sheet]:
    """The sheets of the workbook at `path` by lower-case name. Raises FormError when it cannot be read."""
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise _unreadable(f"a form is one of {', '.join(_READERS)}")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES} bytes")
        sheets = {name.strip().lower(): _sheet(grid) for name, grid in read(path).items()}
    except Exception as error:  # what the readers of broken files raise is anybody's guess
        raise _unreadable(str(error) or type(error).__name__) from error
    if "survey" in sheets and len(sheets["survey"].rows) > MOST_QUESTIONS:
        raise _unreadable(f"the survey has more than {MOST_QUESTIONS} rows", "survey")
    return sheets


def _unreadable(detail: str, sheet: str = "") -> FormError:
    return FormError([Problem("unreadable", {"detail": detail}, sheet)])


def _sheet(grid: Grid) -> Sheet:
    lines = list(_until_empty(grid))
    headers = [" ".join(header.split()) for header in lines[0]] if lines else []
    rows = (Row(number, _cells(headers, line)) for number, line in enumerate(lines[1:], 2))
    return Sheet(tuple(filter(None, headers)), tuple(row for row in rows if row.cells))


def _until_empty(grid: Grid) -> Iterator[Sequence[str]]:
    empty = 0
    for number, line in enumerate(grid):
        if number > MOST_ROWS:
            raise ValueError(f"a sheet has more than {MOST_ROWS} rows")
        if len(line) > MOST_COLUMNS and any(line[MOST_COLUMNS:]):
            raise ValueError(f"a sheet has more than {MOST_COLUMNS} columns")
        empty = 0 if any(line) else empty + 1
        if empty > EMPTY_ROWS:
            return
        yield line


def _cells(headers: Sequence[str], line: Sequence[str]) -> Mapping[str, str]:
    return {header: cell for header, cell in zip(headers, line, strict=False) if header and cell}


def check_packed(packed: ZipFile, most: int = MOST_UNPACKED) -> None:
    """That nothing in the zip is made to grow without end; `most`: bytes unpacked. Raises ValueError."""
    parts = packed.infolist()
    if len(parts) > MOST_ENTRIES:
        raise ValueError(f"it has more than {MOST_ENTRIES} files in it")
    if sum(part.file_size for part in parts) > most:
        raise ValueError(f"unpacked it is larger than {most} bytes")
    if any(part.file_size > max(HARMLESS, MOST_RATIO * part.compress_size) for part in parts):
        raise ValueError("it is packed so tightly that it is no workbook")
    for part in parts:
        # A document type is nothing that a workbook needs, and the way to entities that grow, or read other files.
        if part.filename.endswith((".xml", ".rels")) and _has_document_type(packed, part):
            raise ValueError("it has a document type declaration")


def _has_document_type(packed: ZipFile, part: ZipInfo) -> bool:
    with packed.open(part) as opened:
        # In whichever encoding: of one with two bytes for each letter every other byte is zero.
        return b"<!DOCTYPE" in opened.read(_HEAD).replace(b"\0", b"")


def _read_xlsx(path: Path) -> dict[str, Grid]:
    from openpyxl import load_workbook

    with ZipFile(path) as packed:
        check_packed(packed)
    # Opened here: where it turns out to be none, the library leaves the file open.
    with path.open("rb") as file:
        workbook = load_workbook(file, read_only=True, data_only=True)
        return {
            sheet.title: list(
                _until_empty([text_of(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
            )
            for sheet in workbook.worksheets
        }


def _read_xls(path: Path) -> dict[str, Grid]:
    return {name: list(_until_empty(grid)) for name, grid in xls.read(path).items()}


def _read_csv(path: Path) -> dict[str, Grid]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return _by_first_column([[cell.strip() for cell in line] for line in csv.reader(lines)])


def _read_markdown(path: Path) -> dict[str, Grid]:
    found = (_MARKDOWN_ROW.fullmatch(line) for line in path.read_text(encoding="utf-8-sig").splitlines())
    inner = [match[1] for match in found if match and not _is_rule(match[1])]
    return _by_first_column([[cell.strip().replace(r"\|", "|") for cell in _PIPE.split(line)] for line in inner])


def _is_rule(line: str) -> bool:
    return "-" in line and _MARKDOWN_RULE.fullmatch(line) is not None


def _by_first_column(lines: list[list[str]]) -> dict[str, Grid]:
    """Sheets in one table: a name in the first column begins a sheet, the header is the first filled line after it."""
    named: list[tuple[str, list[str]]] = []
    name = ""
    for line in lines:
        name = (line[0] if line else "") or name
        named.append((name, line[1:]))
    grids = {name: [cells for _, cells in group] for name, group in groupby(named, key=lambda pair: pair[0]) if name}
    return {name: grid if any(grid[0]) else grid[1:] for name, grid in grids.items()}


_READERS: Mapping[str, Callable[[Path], dict[str, Grid]]] = MappingProxyType(
    {".xlsx": _read_xlsx, ".xls": _read_xls, ".csv": _read_csv, ".md": _read_markdown}
)
