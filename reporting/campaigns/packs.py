"""Campaign packs: a folder (or one workbook) that holds a campaign's units, forms and schedule. Reading one touches no
database and finds all that is wrong; `reporting.campaigns.saving` writes it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from forms.datasets import registered
from forms.problems import FormError
from forms.sheets import Sheet, read_sheets
from forms.xlsform import read_workbook
from reporting.campaigns.pack import Pack, PackError, PackForm, SheetReader, Sources, indicators_of
from reporting.campaigns.schedule_sheets import read_schedule, rows_of
from reporting.documents.layouts import read_layout
from reporting.documents.layouts import to_settings as layout_settings
from reporting.doubts import sanity
from reporting.models.model_sheet import read_registers
from reporting.organisation.units import NOTHING_KNOWN, UnitList, UnitListError, read_list, read_sheet
from reporting.planning.cells import yes_or_no
from reporting.planning.periods import CellError
from reporting.ranks.ranking_sheet import read_ranking
from reporting.targets.target_cells import read_targets
from reporting.targets.targets import Target

WORKBOOKS = (".md", ".xlsx", ".xls")
UNITS = "units.csv"
UNITS_SHEET = "units"
"""Of a workbook that brings its units itself."""
COMMON = "campaign"
"""The name, less its ending, of the workbook that holds what all forms of a folder share."""

CAMPAIGN_KEYS = ("name", "prefix", "unit")

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


SHEETS: tuple[SheetReader, ...] = (read_ranking, read_registers)


def read_pack(path: Path, known: Mapping[str, str] = NOTHING_KNOWN) -> Pack:
    """Read the pack at a path. `known`: of units that there are, the code of the parent of each, for a sheet `units`
    that leans on them. Raises PackError with every problem found."""
    files, problems = _workbook_files(path), list[str]()
    listed = _units((path if path.is_dir() else path.parent) / UNITS, problems)
    shared = (_sheets(files.pop(files.index(common)), problems) if (common := _common(files)) else None) or {}
    campaign = _campaign_cells(common.name, shared, problems) if common else {}
    forms: list[PackForm] = []
    promises = [(common.name, shared)] if common else []
    unreadable: dict[Path, list[str]] = {file: [] for file in files}
    several = len(files) > 1
    books = {file: _sheets(file, unreadable[file]) if file.suffix != ".xml" else {} for file in files}
    datasets = frozenset[str]().union(*(registered(sheets) for sheets in books.values() if sheets))
    for file, sheets in books.items():
        problems += unreadable[file]
        if sheets is None:
            continue
        campaign |= _campaign_cells(file.name, sheets, problems)
        promises.append((file.name, sheets))
        # A form from elsewhere has no deadlines of its own: those of the campaign's workbook are its.
        timed = (file.name, sheets) if "deadlines" in sheets or common is None else (common.name, shared)
        schedule = read_schedule(*timed, problems)
        try:
            workbook = read_workbook(file, datasets=datasets)
        except FormError as error:
            problems += [f"{file.name}: {problem}" for problem in error.problems]
            continue
        ratios = sanity.read_ratios(file.name, sheets, indicators_of(workbook), problems)
        if schedule:
            schedule = replace(schedule, again="entities" not in sheets, title=_title(sheets) if several else "")
            forms.append(PackForm(file.stem, workbook, schedule, file.name, ratios))
    if common:
        forms = _with_shared_ratios(forms, common.name, shared, problems)
    listed = _with_sheets(listed, promises, known, problems)
    targets = _targets(promises, forms, problems)
    layout = read_layout(path, problems) if path.is_dir() else None
    settings: dict[str, Any] = layout_settings(layout or b"")
    for read in SHEETS:
        settings |= read(promises, forms, problems)
    problems = list(dict.fromkeys(problems))
    if not problems:
        problems += [
            f"{path.name}: no `campaign` sheet gives {key!r}" for key in CAMPAIGN_KEYS if not campaign.get(key)
        ]
    if problems:
        raise PackError(problems)
    # `load .` has a name too.
    place = path.resolve()
    return Pack(
        campaign.get("id") or (place.name if place.is_dir() else place.stem),
        campaign, listed.lines, tuple(forms), targets, listed.columns, settings, layout,
    )  # fmt: skip


def _workbook_files(path: Path) -> list[Path]:
    if not path.exists():
        raise PackError([f"{path}: there is no such file or folder"])
    if path.is_file():
        return [path]
    files = sorted(f for f in path.iterdir() if not f.name.startswith(("~", ".", "README")) and _is_workbook(f))
    if not any(file.stem != COMMON for file in files):
        raise PackError([f"{path}: there is no workbook ({', '.join(WORKBOOKS)}) in this folder"])
    return files


def _is_workbook(file: Path) -> bool:
    """Forms come as .csv and .xml, too, but beside them stand choices and units in such files."""
    if file.suffix == ".xml":
        return b"http://www.w3.org/1999/xhtml" in file.read_bytes()[:4096]
    if file.suffix == ".csv":
        return file.read_bytes()[:64].lstrip(b'\xef\xbb\xbf"').startswith(b"survey")
    return file.suffix in WORKBOOKS


def _common(files: Sequence[Path]) -> Path | None:
    """The workbook of the campaign itself, without a form: its deadlines are those of all forms that have none."""
    return next((file for file in files if file.stem == COMMON and len(files) > 1), None)


def _sheets(file: Path, problems: list[str]) -> Mapping[str, Sheet] | None:
    try:
        return read_sheets(file)
    except FormError as error:
        problems += [f"{file.name}: {problem}" for problem in error.problems]
        return None


def _units(path: Path, problems: list[str]) -> UnitList:
    """A pack's list stands for itself: it is read where there is no database."""
    try:
        return read_list(path) if path.exists() else UnitList(UNITS, ())
    except UnitListError as error:
        problems += error.problems
        return UnitList(UNITS, ())


def _with_sheets(listed: UnitList, sources: Sources, known: Mapping[str, str], problems: list[str]) -> UnitList:
    """The units of the sheet `units` that a workbook has in place of a file beside it."""
    having = [(file, sheets[UNITS_SHEET]) for file, sheets in sources if UNITS_SHEET in sheets]
    if len(having) + bool(listed.lines) > 1:
        problems.append(f"{having[0][0]}: {UNITS_SHEET}: units can be listed in one place only")
        return listed
    try:
        found = [read_sheet(f"{file}: {UNITS_SHEET}", sheet, known) for file, sheet in having if sheet.rows]
    except UnitListError as error:
        problems += error.problems
        return listed
    return found[0] if found else listed


def _campaign_cells(file: str, sheets: Mapping[str, Sheet], problems: list[str]) -> dict[str, str]:
    cells = {}
    for row in rows_of(sheets, "campaign"):
        if row.cells.get("key"):
            cells[row.cells["key"]] = row.cells.get("value", "")
            problems += [f"{file}: campaign, row {row.number}: {problem}" for problem in _unclear(row.cells)]
        else:
            problems.append(f"{file}: campaign, row {row.number}: the key is missing")
    return cells


def _title(sheets: Mapping[str, Sheet]) -> str:
    """What a form calls itself; "" for one that does not say."""
    return next((row.cells["form_title"] for row in rows_of(sheets, "settings") if row.cells.get("form_title")), "")


def _unclear(cells: Mapping[str, str]) -> Iterator[str]:
    """What would be taken for something else than it was meant for."""
    if cells["key"] in ("approval", "news_approval"):
        try:
            yes_or_no(cells, "value", default=False)
        except CellError as error:
            yield str(error)
    if cells["key"] == "id" and not _ID.fullmatch(value := cells.get("value", "")):
        yield str(CellError("value", value, "a name of small letters, digits, - and _, such as dan-van-2026"))


def _with_shared_ratios(
    forms: Sequence[PackForm], file: str, shared: Mapping[str, Sheet], problems: list[str]
) -> list[PackForm]:
    """The forms with those ratios of the campaign's workbook whose indicators they have."""
    known = frozenset[str]().union(*(form.indicators for form in forms))
    ratios = sanity.read_ratios(file, shared, known, problems)
    return [
        replace(form, sanity=(*form.sanity, *(r for r in ratios if form.indicators.issuperset((*r.of, *r.per)))))
        for form in forms
    ]


def _targets(
    sources: Sequence[tuple[str, Mapping[str, Sheet]]], forms: Sequence[PackForm], problems: list[str]
) -> tuple[Target, ...]:
    """Those of all workbooks: a target may be of the numbers of several forms."""
    known = frozenset[str]().union(*(form.indicators for form in forms))
    found = [target for file, sheets in sources for target in read_targets(file, sheets, known, problems)]
    for name, count in Counter(target.name for target in found).items():
        if count > 1:
            problems.append(f"targets: {name!r} stands in {count} workbooks")
    return tuple(found)
