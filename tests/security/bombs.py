"""Workbooks that are made to hurt whoever reads them."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook

from tests.support.world import CAMPAIGNS

SOUND = (CAMPAIGNS / "mau.xlsx").read_bytes()


def with_part(name: str, content: bytes | str, data: bytes = SOUND) -> bytes:
    """The sound workbook with one of its parts put in place of what was there, or added."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def part_of(name: str, data: bytes = SOUND) -> str:
    with ZipFile(BytesIO(data)) as packed:
        return packed.read(name).decode()


def many_parts(number: int) -> bytes:
    out = BytesIO(SOUND)
    with ZipFile(out, "a") as packed:
        for part in range(number):
            packed.writestr(f"xl/media/{part}.bin", b"")
    return out.getvalue()


def laughs(encoding: str = "utf-8") -> bytes:
    """A document type of entities that would be three thousand million letters."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>'
    return (head + part_of("xl/workbook.xml").partition("?>")[2].replace("survey", "&l9;", 1)).encode(encoding)


def foreign_entity(path: str) -> str:
    """A cell that would be the content of another file."""
    return (
        f'<!DOCTYPE x [<!ENTITY f SYSTEM "{path}">]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&f;</t></si></sst>'
    )


def deep_xml(depth: int) -> str:
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return sheet + "<row>" * depth + "</row>" * depth + "</sheetData></worksheet>"


def wide(columns: int) -> bytes:
    return saved(lambda book: book["survey"].cell(2, columns, "x"))


def with_formula(formula: str) -> bytes:
    """In the label of the first question."""

    def put(book: Workbook) -> None:
        labels = [cell.column for cell in book["survey"][1] if str(cell.value).startswith("label")]
        for column in labels:
            book["survey"].cell(2, column, formula)

    return saved(put)


def with_question(**cells: str) -> bytes:
    """The sound workbook with one more question, below all others."""

    def put(book: Workbook) -> None:
        sheet = book["survey"]
        row = sheet.max_row + 1
        columns = {str(cell.value).partition("::")[0]: cell.column for cell in sheet[1] if cell.value}
        for name, value in cells.items():
            if name not in columns:
                columns[name] = max(columns.values()) + 1
                sheet.cell(1, columns[name], name)
            sheet.cell(row, columns[name], value)

    return saved(put)


def saved(change: object) -> bytes:
    book = load_workbook(BytesIO(SOUND))
    change(book)  # type: ignore[operator]
    out = BytesIO()
    book.save(out)
    return out.getvalue()
