"""What we check in a workbook ourselves, row by row, before and beside pyxform, which stops at its first error."""

import re
from collections.abc import Collection, Iterator, Mapping

from forms.expressions import Expression
from forms.headers import EXPRESSIONS, FAMILIES, column_of, senseless
from forms.kinds import Kind
from forms.problems import FormError, Problem
from forms.reach import COLUMNS, NEVER, SHEETS, TYPES
from forms.sheets import Row, Sheet

__all__ = ["AUDIENCES", "DEEPEST", "OWN_COLUMNS", "cells_of", "check", "column_of"]

OWN_COLUMNS = frozenset({"indicator", "unit", "short", "synonyms", "audience", "same", "urgent", "take"})
AUDIENCES = frozenset({"", "leaders", "news"})
# What a thing is told from others by: a name, or the place that it was chosen to be in.
NAMING = ("text", "barcode", "select_one")
COUNTED = frozenset({"integer", "int", "decimal", "range", "calculate"})
_SELECT = re.compile(
    r"(?:rank|(?:select[_ ]one|select1|select[_ ]multiple|select all that apply))"
    r"(?P<file>[_ ]from[_ ]file|[_ ]external)?(?: from)?(?: (?P<list>\S+))?(?: or[_ ]other)?"
)

YES = frozenset({"yes", "true", "true()"})
YES_NO = YES | {"no", "false", "false()"}
UNLABELLED = frozenset({"calculate", "hidden", *TYPES[Kind.METADATA]})
# What every report has, beside the rows of the survey.
ABOUT = frozenset({"instanceID", "instanceName"})
# pyxform goes down into groups by recursion.
DEEPEST = 50
_NAME = re.compile(r"[^\W\d][\w.-]*")
_INDICATOR = re.compile(r"[a-z][a-z0-9_]*")
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")


def cells_of(row: Row) -> dict[str, str]:
    """The cells of a row by column; of several languages, the first."""
    found: dict[str, str] = {}
    for header, cell in row.cells.items():
        found.setdefault(column_of(header), cell)
    return found


def check(sheets: Mapping[str, Sheet], *, strict: bool = True) -> Iterator[Problem]:
    """All problems of `sheets` that we look for, and what is refused, in the order of the sheets. `strict`: every
    question has a name of its own and a label, as our own forms must.

    Raises FormError for what nothing that comes after could read.
    """
    if fatal := [*_check_depth(sheets["survey"]), *_check_headers(sheets)]:
        raise FormError(fatal)
    for name in SHEETS:
        if name in sheets and sheets[name].rows:
            yield Problem("sheet_refused", {"sheet": name}, name, 1)
    for name, refused in COLUMNS.items():
        if name in sheets:
            yield from _refused_columns(name, sheets[name], refused)
    for name, sheet in sheets.items():
        yield from _duplicate_columns(name, sheet)
    lists = dict[str, dict[str, int]]()
    if "choices" in sheets:
        yield from _check_choices(sheets["choices"], lists, unique=not _allows_twins(sheets))
    yield from _check_survey([row for row in sheets["survey"].rows if not _is_disabled(row)], lists, strict=strict)


def _check_headers(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    for name in FAMILIES:
        if name in sheets:
            yield from senseless(name, sheets[name])


def _check_depth(survey: Sheet) -> Iterator[Problem]:
    depth = 0
    for row in survey.rows:
        kind = cells_of(row).get("type", "").lower()
        depth += kind.startswith("begin") - kind.startswith("end")
        if depth > DEEPEST:
            yield Problem("nested", {"most": DEEPEST}, "survey", row.number)
            return


def _allows_twins(sheets: Mapping[str, Sheet]) -> bool:
    rows = sheets["settings"].rows if "settings" in sheets else ()
    return any(cells_of(row).get("allow_choice_duplicates", "").lower() in YES for row in rows)


def _is_disabled(row: Row) -> bool:
    return cells_of(row).get("disabled", "").lower() in YES


def _refused_columns(name: str, sheet: Sheet, refused: Collection[str]) -> Iterator[Problem]:
    for row in sheet.rows:
        for header in row.cells:
            if column_of(header) in refused:
                yield Problem("column_refused", {"column": header}, name, row.number)


def _duplicate_columns(name: str, sheet: Sheet) -> Iterator[Problem]:
    twice = {header for place, header in enumerate(sheet.headers) if header in sheet.headers[:place]}
    for header in sorted(twice):
        yield Problem("duplicate_column", {"column": header}, name, 1)


def _check_choices(sheet: Sheet, lists: dict[str, dict[str, int]], *, unique: bool) -> Iterator[Problem]:
    """Checks the choices, and fills `lists`: list name → choice → row."""
    for row in sheet.rows:
        cells = cells_of(row)
        if "list_name" not in cells:
            continue
        choices, name = lists.setdefault(cells["list_name"], {}), cells.get("name", "")
        if not name:
            yield Problem("choice_name_missing", sheet="choices", row=row.number)
        other = choices.setdefault(name, row.number)
        if unique and name and other != row.number:
            twice: dict[str, str | int] = {"list": cells["list_name"], "name": name, "other": other}
            yield Problem("choice_twice", twice, "choices", row.number)


def _check_survey(rows: list[Row], lists: Collection[str], *, strict: bool) -> Iterator[Problem]:
    survey = [(row, cells_of(row)) for row in rows]
    if not survey:
        yield Problem("no_questions", sheet="survey")
    known = {cells["name"] for _, cells in survey if "name" in cells} | ABOUT
    names: dict[str, int] = {}
    indicators: dict[str, int] = {}
    for row, cells in survey:
        found = (*_check_type(cells, lists), *_check_name(cells, strict=strict), *_check_own(cells))
        for problem in (*found, *_check_expressions(cells), *_check_references(row, known)):
            yield Problem(problem.code, problem.params, "survey", row.number)
        if not _is_group(cells):
            name = cells.get("name") if strict else None
            yield from _check_unique("duplicate_name", "name", name, row, names)
        yield from _check_unique("indicator_twice", "indicator", cells.get("indicator"), row, indicators)


def _is_group(cells: Mapping[str, str]) -> bool:
    return cells.get("type", "").lower().startswith(("begin", "end"))


def _check_unique(code: str, key: str, value: str | None, row: Row, seen: dict[str, int]) -> Iterator[Problem]:
    if value and (other := seen.setdefault(value, row.number)) != row.number:
        yield Problem(code, {key: value, "other": other}, "survey", row.number)


def _check_type(cells: Mapping[str, str], lists: Collection[str]) -> Iterator[Problem]:
    kind = " ".join(cells.get("type", "").split())
    if not kind:
        if "name" in cells or "label" in cells:
            yield Problem("type_missing")
    elif select := _SELECT.fullmatch(kind):
        yield from _check_select(kind, select, lists)
    elif kind in NEVER:
        yield Problem("type_refused", {"type": kind})


def _check_select(kind: str, select: re.Match[str], lists: Collection[str]) -> Iterator[Problem]:
    of_rows = (select["list"] or "").startswith("${")
    if select["list"] is None:
        yield Problem("choice_list_missing", {"type": kind})
    elif not (select["file"] or of_rows) and select["list"] not in lists:
        yield Problem("choice_list_unknown", {"list": select["list"]})


def _check_name(cells: Mapping[str, str], *, strict: bool) -> Iterator[Problem]:
    kind, name = cells.get("type", "").lower(), cells.get("name", "")
    if not kind or kind.startswith("end"):
        return
    if not name:
        if strict:
            yield Problem("name_missing")
    elif not _NAME.fullmatch(name):
        yield Problem("name_invalid", {"name": name})
    if not strict or _is_group(cells) or kind in UNLABELLED:
        return
    if "label" not in cells and "hint" not in cells:
        yield Problem("label_missing")


def _check_own(cells: Mapping[str, str]) -> Iterator[Problem]:
    indicator, audience = cells.get("indicator", ""), cells.get("audience", "")
    if indicator and not _INDICATOR.fullmatch(indicator):
        yield Problem("indicator_id", {"indicator": indicator})
    if indicator and cells.get("type", "") not in COUNTED:
        yield Problem("indicator_type", {"type": cells.get("type", "")})
    if (take := cells.get("take", "")) and (take.lower() not in ("last", "add") or not indicator):
        yield Problem("take_value", {"take": take})
    if audience not in AUDIENCES:
        yield Problem("audience", {"audience": audience})
    if (same := cells.get("same", "").lower()) and same not in YES_NO:
        yield Problem("same_value", {"same": cells["same"]})
    elif same in YES and not cells.get("type", "").startswith(NAMING):
        yield Problem("same_type", {"type": cells.get("type", "")})
    if (urgent := cells.get("urgent", "").lower()) and urgent not in YES_NO:
        yield Problem("urgent_value", {"urgent": cells["urgent"]})
    elif urgent in YES and audience != "leaders":
        yield Problem("urgent_audience")


def _check_expressions(cells: Mapping[str, str]) -> Iterator[Problem]:
    for column in sorted(EXPRESSIONS & cells.keys()):
        if cells[column].lower() not in YES_NO:
            yield from _check_expression(column, cells[column])
    if "choice_filter" in cells:
        yield from _check_expression("choice_filter", cells["choice_filter"], on_items=True)


def _check_references(row: Row, known: Collection[str]) -> Iterator[Problem]:
    for header, cell in row.cells.items():
        if column_of(header) not in OWN_COLUMNS:
            for name in _REFERENCE.findall(cell):
                if name not in known:
                    yield Problem("reference_unknown", {"column": header, "name": name})


def _check_expression(column: str, text: str, *, on_items: bool = False) -> Iterator[Problem]:
    try:
        # pyxform puts paths in place of ${names}; whether the names exist is its affair.
        Expression(_REFERENCE.sub("/data/name", text), on_items=on_items)
    except ValueError as error:  # ExpressionError, and what Python says of numbers with thousands of digits
        yield Problem("expression", {"column": column, "detail": str(error)})
