"""Campaign packs: a folder (or one workbook) that holds a campaign's units, forms and schedule.

Reading a pack touches no database and finds all that is wrong; saving one can be repeated and changes only what
is new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import TypeVar

from sqlalchemy import update

from forms.answers import unaccent
from forms.problems import FormError
from forms.sheets import Row as SheetRow
from forms.sheets import Sheet, read_sheets
from forms.xlsform import Workbook, read_workbook
from reporting import register as ledger
from reporting.doubts import sanity
from reporting.doubts.sanity import Ratio
from reporting.organisation.units import UnitLine, UnitListError, read_units
from reporting.planning.periods import CellError, DigestTime, Schedule, Step
from reporting.publishing import NO_MEDIA, Published, RefusedError, publish
from storage import people, register
from storage.tables import Campaign
from storage.uow import Row, UnitOfWork, table

WORKBOOKS = (".md", ".xlsx", ".xls")
COMMON = "campaign"
"""The name, less its ending, of the workbook that holds what all forms of a folder share."""

CAMPAIGN_KEYS = ("name", "prefix", "unit")

_Read = TypeVar("_Read")


class PackError(ValueError):
    """A pack that cannot be loaded; each problem names file, sheet and row."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class PackForm:
    slug: str
    workbook: Workbook
    schedule: Schedule
    file: str = ""
    sanity: tuple[Ratio, ...] = ()

    @property
    def indicators(self) -> frozenset[str]:
        return indicators_of(self.workbook)


@dataclass(frozen=True, slots=True)
class Pack:
    """What a pack says, checked: `campaign` holds the cells of its `campaign` sheet."""

    slug: str
    campaign: Mapping[str, str]
    units: tuple[UnitLine, ...]
    forms: tuple[PackForm, ...]

    def moved_to(self, first: date) -> Pack:
        """The same campaign beginning on another day."""
        forms = tuple(replace(form, schedule=form.schedule.moved_to(first)) for form in self.forms)
        return replace(self, forms=forms)


def read_pack(path: Path) -> Pack:
    """Read the pack at a path. Raises PackError with every problem found."""
    files, problems = _workbook_files(path), list[str]()
    units = _units((path if path.is_dir() else path.parent) / "units.csv", problems)
    shared = (_sheets(files.pop(files.index(common)), problems) if (common := _common(files)) else None) or {}
    campaign = _campaign_cells(common.name, shared, problems) if common else {}
    forms: list[PackForm] = []
    for file in files:
        sheets = _sheets(file, problems) if file.suffix != ".xml" else {}
        if sheets is None:
            continue
        campaign |= _campaign_cells(file.name, sheets, problems)
        # A form from elsewhere has no deadlines of its own: those of the campaign's workbook are its.
        timed = (file.name, sheets) if "deadlines" in sheets or common is None else (common.name, shared)
        schedule = _schedule(*timed, problems)
        try:
            workbook = read_workbook(file)
        except FormError as error:
            problems += [f"{file.name}: {problem}" for problem in error.problems]
            continue
        ratios = sanity.read_ratios(file.name, sheets, indicators_of(workbook), problems)
        if schedule:
            forms.append(PackForm(file.stem, workbook, schedule, file.name, ratios))
    if common:
        forms = _with_shared_ratios(forms, common.name, shared, problems)
    problems = list(dict.fromkeys(problems))
    if not problems:
        problems += [
            f"{path.name}: no `campaign` sheet gives {key!r}" for key in CAMPAIGN_KEYS if not campaign.get(key)
        ]
    if problems:
        raise PackError(problems)
    # `load .` has a name too.
    place = path.resolve()
    return Pack(place.name if place.is_dir() else place.stem, campaign, units, tuple(forms))


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


def _units(path: Path, problems: list[str]) -> tuple[UnitLine, ...]:
    try:
        return tuple(read_units(path)) if path.exists() else ()
    except UnitListError as error:
        problems += error.problems
        return ()


def _campaign_cells(file: str, sheets: Mapping[str, Sheet], problems: list[str]) -> dict[str, str]:
    cells = {}
    for row in _rows(sheets, "campaign"):
        if row.cells.get("key"):
            cells[row.cells["key"]] = row.cells.get("value", "")
        else:
            problems.append(f"{file}: campaign, row {row.number}: the key is missing")
    return cells


def indicators_of(workbook: Workbook) -> frozenset[str]:
    """The indicators that a form's own columns name."""
    return frozenset(cells["indicator"] for cells in workbook.columns.values() if cells.get("indicator"))


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


def _schedule(file: str, sheets: Mapping[str, Sheet], problems: list[str]) -> Schedule | None:
    """From the sheets deadlines, reminders, digest; None when a problem was found in them."""
    before = len(problems)
    count, digests = len(_rows(sheets, "deadlines")), len(_rows(sheets, "digest"))
    if count != 1:
        problems.append(f"{file}: deadlines: one row is needed, {count} are there")
    if digests > 1:
        problems.append(f"{file}: digest: at most one row can stand here, {digests} are there")
    deadlines = _read_rows(file, sheets, "deadlines", Schedule.from_cells, problems)
    due = deadlines[0].due if deadlines else time()
    steps = _read_rows(file, sheets, "reminders", Step.from_cells, problems)
    _check_steps(file, sheets, problems)
    digest = _read_rows(file, sheets, "digest", lambda cells: DigestTime.from_cells(cells, due), problems)
    if len(problems) > before:
        return None
    steps.sort(key=lambda step: step.after)
    return replace(deadlines[0], reminders=tuple(steps), digest=digest[0] if digest else None)


def _rows(sheets: Mapping[str, Sheet], name: str) -> Sequence[SheetRow]:
    return sheets[name].rows if name in sheets else ()


def _read_rows(
    file: str,
    sheets: Mapping[str, Sheet],
    name: str,
    read: Callable[[Mapping[str, str]], _Read],
    problems: list[str],
) -> list[_Read]:
    """What `read` makes of each row of a sheet; a row that it refuses becomes a problem."""
    found = []
    for row in _rows(sheets, name):
        try:
            found.append(read(row.cells))
        except CellError as error:
            problems.append(f"{file}: {name}, row {row.number}: {error}")
    return found


def _check_steps(file: str, sheets: Mapping[str, Sheet], problems: list[str]) -> None:
    """A period keeps by its name which step was made: of two with one name, the second would never be."""
    seen: set[str] = set()
    for row in _rows(sheets, "reminders"):
        name = row.cells.get("step", "")
        if name in seen:
            problems.append(f"{file}: reminders, row {row.number}: the step {name!r} stands more than once")
        if name:
            seen.add(name)


# --- saving ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Saved:
    """What a load changed."""

    campaign_id: int
    units: int
    forms: tuple[Published, ...]

    @property
    def new_versions(self) -> tuple[str, ...]:
        """The forms that are now other than they were."""
        return tuple(form.slug for form in self.forms if form.is_new)

    @property
    def unkept(self) -> tuple[Path, ...]:
        """The files that forms show and that nobody has kept yet."""
        return tuple(dict.fromkeys(file for form in self.forms for file in form.unkept))


async def save_pack(uow: UnitOfWork, pack: Pack, *, demo: bool = False, media: Mapping[Path, str] = NO_MEDIA) -> Saved:
    """Write the pack into the database; doing so again changes nothing. `media`: ids of the files that labels show.

    Raises PackError, also for each change of a form that earlier reports forbid; the caller then rolls back.
    """
    root = await _save_units(uow, pack)
    campaign_id = await _save_campaign(uow, pack, root, demo=demo)
    published: list[Published] = []
    problems: list[str] = []
    for form in pack.forms:
        try:
            published.append(await publish(uow, campaign_id, form.slug, form.workbook, form.schedule, media))
        except RefusedError as error:
            problems += [f"{form.file or form.slug}: {problem}" for problem in error.problems]
    if problems:
        raise PackError(problems)
    return Saved(campaign_id, len(pack.units), tuple(published))


async def _save_units(uow: UnitOfWork, pack: Pack) -> Row:
    saved: dict[str, Row] = {}
    before = {unit["code"]: unit["path"] for unit in await people.units(uow)}
    for line in pack.units:
        values = {
            "code": line.code, "name": line.name, "short_name": line.short_name or line.name,
            "name_plain": unaccent(line.name), "kind": line.kind,
        }  # fmt: skip
        saved[line.code] = await people.save_unit(uow, values, saved.get(line.parent))
    if any(before.get(code, unit["path"]) != unit["path"] for code, unit in saved.items()):
        await ledger.rebuild(uow)
    code = pack.campaign["unit"]
    root = saved.get(code) or await people.unit_by_code(uow, code)
    if root is None:
        raise PackError([f"{pack.slug}: campaign: the unit {code!r} is neither in units.csv nor known"])
    return root


async def _save_campaign(uow: UnitOfWork, pack: Pack, root: Row, *, demo: bool) -> int:
    values = {
        "name": pack.campaign["name"], "unit_id": root["id"], "prefix": pack.campaign["prefix"],
        "settings": {**pack.campaign, **sanity.to_settings({form.slug: form.sanity for form in pack.forms})},
        "demo": demo,
    }  # fmt: skip
    existing = await register.campaign_by_slug(uow, pack.slug)
    if existing is None:
        campaign_id = await uow.insert(Campaign, slug=pack.slug, next_number=1, **values)
    else:
        campaign_id = existing["id"]
        t = table(Campaign)
        await uow.run(update(t).where(t.c.id == campaign_id).values(**values))
    if changed := [name for name, value in values.items() if existing is None or existing[name] != value]:
        told = {"campaign": pack.slug, "changed": changed if existing else []}
        uow.audit("campaign.load", f"campaign:{campaign_id}", member_id=None, unit_id=root["id"], after=told)
    return campaign_id
