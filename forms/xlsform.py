"""A workbook → XForm XML and our own columns and sheets; or all that is wrong with it."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forms.beside import Place, Shown, find
from forms.checks import OWN_COLUMNS, cells_of, check, column_of
from forms.datasets import registered
from forms.externals import inline, with_lists
from forms.problems import FormError, Problem
from forms.sheets import Row, Sheet, read_sheets
from forms.xform import parse

__all__ = ["Row", "Workbook", "read_workbook"]

STANDARD = ("survey", "choices", "settings", "external_choices", "entities")
_ROW = re.compile(r"\[row : (\d+)\]\s*")
_SHEET = re.compile(r"[Oo]n the '(\w+)' sheet,\s*")
_NAMED = re.compile(r"survey element named '([^']+)'")


@dataclass(frozen=True, slots=True)
class Workbook:
    """`sheets`: every sheet but survey and choices; `columns`: our own survey columns by question name.

    `media`: the files that labels show, by their name in the form ("images/a.png"); `media_places`: where each is
    named first. `rows`: the row of each question on the survey sheet.
    """

    xform_xml: str
    sheets: Mapping[str, list[Row]]
    columns: Mapping[str, Mapping[str, str]]
    media: Mapping[str, Path] = field(default_factory=dict)
    media_places: Mapping[str, Place] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)


def read_workbook(path: Path, *, strict: bool = True, datasets: Collection[str] = ()) -> Workbook:
    """The form in the file at `path` (.xlsx, .xls, .csv or .md, or an XForm as .xml), choice files beside it.

    `strict`: as our own forms must be, every question with a name of its own and a label, and the files that labels
    show beside it; forms of others run without. `datasets`: entity lists that other forms add to, which need no file.
    Raises FormError with every problem found.
    """
    if path.suffix.lower() == ".xml":
        return _read_xform(path, datasets, strict=strict)
    sheets = read_sheets(path)
    if "survey" not in sheets:
        raise FormError([Problem("no_survey")])
    problems, columns = list(check(sheets, strict=strict)), _own_columns(sheets["survey"])
    xform_xml, shown = "", Shown()
    try:
        xform_xml = _with_files(_convert(sheets, path.stem), sheets, path.parent, {*datasets, *registered(sheets)})
        parse(xform_xml, columns)
        shown = find(xform_xml, sheets, path) if strict else shown
    except FormError as error:
        problems = _merged(problems, _located(error.problems, sheets["survey"]))
    if problems:
        raise FormError(sorted(problems, key=lambda problem: (problem.sheet, problem.row)))
    own = {name: list(sheet.rows) for name, sheet in sheets.items() if name not in {"survey", "choices"}}
    return Workbook(xform_xml, own, columns, shown.files, shown.places, _rows(sheets["survey"]))


def _read_xform(path: Path, datasets: Collection[str], *, strict: bool) -> Workbook:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise FormError([Problem("unreadable", {"detail": str(error)})]) from error
    xform_xml = inline(text, path.parent, {*datasets, *registered(xform_xml=text)})
    parse(xform_xml, {})
    shown = find(xform_xml, {}, path) if strict else Shown()
    return Workbook(xform_xml, {}, {}, shown.files, shown.places)


def _with_files(xform_xml: str, sheets: Mapping[str, Sheet], folder: Path, datasets: Collection[str]) -> str:
    if "external_choices" in sheets:
        xform_xml = with_lists(xform_xml, sheets["external_choices"])
    return inline(xform_xml, folder, datasets)


def _own_columns(survey: Sheet) -> dict[str, dict[str, str]]:
    columns: dict[str, dict[str, str]] = {}
    for row in survey.rows:
        own = {_own_header(header): cell for header, cell in row.cells.items() if column_of(header) in OWN_COLUMNS}
        if own and (name := cells_of(row).get("name")):
            columns[name] = own
    return columns


def _own_header(header: str) -> str:
    _, separator, language = header.partition("::")
    return column_of(header) + separator + language.strip()


def _convert(sheets: Mapping[str, Sheet], form_id: str) -> str:
    # Importing pyxform takes 300 ms, and it is needed only here.
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        return str(convert(xlsform=_for_pyxform(sheets, form_id), warnings=[]).xform)
    except PyXFormError as error:
        raise FormError([_from_pyxform(str(error))]) from error
    except Exception as error:  # what its code stumbles over in an odd workbook is the workbook's fault, too
        raise FormError([Problem("unreadable", {"detail": f"{type(error).__name__}: {error}"})]) from error


def _for_pyxform(sheets: Mapping[str, Sheet], form_id: str) -> dict[str, Any]:
    """The standard sheets as pyxform's own readers give them, empty rows included so that its row numbers are ours."""
    book: dict[str, Any] = {"sheet_names": list(sheets), "fallback_form_name": form_id}
    for name in STANDARD:
        if name in sheets:
            sheet = sheets[name]
            passed = [header for header in sheet.headers if column_of(header) not in OWN_COLUMNS]
            book[name] = _dense(sheet.rows, passed)
            book[f"{name}_header"] = [dict.fromkeys(passed)]
    return book


def _dense(rows: Iterable[Row], headers: list[str]) -> list[dict[str, str]]:
    dense: list[dict[str, str]] = []
    for row in rows:
        dense += [{} for _ in range(row.number - 2 - len(dense))]
        dense.append({header: row.cells[header] for header in headers if header in row.cells})
    return dense


def _from_pyxform(text: str) -> Problem:
    row, sheet, named = _ROW.search(text), _SHEET.search(text), _NAMED.search(text)
    params = {"detail": _SHEET.sub("", _ROW.sub("", text)).strip(), **({"name": named[1]} if named else {})}
    place = sheet[1] if sheet else "survey" if row or named else ""
    return Problem("pyxform", params, place, int(row[1]) if row else 0)


def _located(problems: Iterable[Problem], survey: Sheet) -> list[Problem]:
    """Problems that name a question, with the row of that question."""
    rows = _rows(survey)
    return [
        problem if problem.row else Problem(problem.code, problem.params, problem.sheet, _row(problem, rows))
        for problem in problems
    ]


def _rows(survey: Sheet) -> dict[str, int]:
    return {name: row.number for row in reversed(survey.rows) if (name := cells_of(row).get("name"))}


def _row(problem: Problem, rows: Mapping[str, int]) -> int:
    return rows.get(str(problem.params.get("name")), 0)


def _merged(ours: list[Problem], others: Iterable[Problem]) -> list[Problem]:
    """Ours, and the others that say something new: not in a row that we named, nor in no row at all."""
    named = {(problem.sheet, problem.row) for problem in ours}
    return ours + [other for other in others if not ours or (other.row and (other.sheet, other.row) not in named)]
