"""A campaign as one workbook that somebody sent: read, and what loading it would change, found out without writing.

Whoever sent it may change only what is in the branch of a unit of theirs: the campaign, and each unit that is listed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from forms.answers import unaccent
from forms.problems import Problem
from forms.sheets import check_packed
from reporting.campaigns.pack import Pack, PackError
from reporting.campaigns.packs import read_pack
from reporting.campaigns.publishing import Loader, Published
from reporting.campaigns.saving import Saved, save_pack
from reporting.organisation.unit_states import Act, Change
from storage import people, plans, register
from storage.uow import UnitOfWork

MayReach = Callable[[str], bool]
"""Whether somebody may manage what belongs to the unit at a path."""

MOST_UNPACKED = 50_000_000

_UNSAFE = re.compile(r"[^a-z0-9]+")
_COPY = re.compile(r"\s*\(\d+\)$| - (?:copy|bản sao)$", re.IGNORECASE)
_LONGEST_SLUG = 64
_OF_THE_FORM = re.compile(r"\.xlsx: (?:(?:survey|choices|settings|entities)\b|the )")
_OF_INDICATORS = re.compile(r"\.xlsx: (?:targets|ranking|sanity|models)\b")


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that may be meant, and is worth a look: `code` is one of nobody, begun, over."""

    code: str
    form: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What loading a workbook would change (or has changed): nothing is written of one with problems."""

    name: str
    slug: str
    unit: str
    campaign_id: int
    is_first: bool
    forms: tuple[Published, ...]
    units: tuple[Change, ...]
    warnings: tuple[Warned, ...]

    @property
    def is_news(self) -> bool:
        """Whether it changes a form or a unit, or brings a campaign."""
        return self.is_first or bool(self.units) or any(form.is_new for form in self.forms)

    @property
    def fingerprint(self) -> str:
        """Another one where another thing would be changed."""
        forms = [(f.slug, f.is_new, f.is_first, [c.message for c in f.changes], f.other_parts) for f in self.forms]
        units = [(change.code, str(change.before), str(change.after)) for change in self.units]
        whole = json.dumps([self.slug, self.name, self.unit, self.is_first, forms, units])
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def read_sent(data: bytes, name: str, known: Mapping[str, str]) -> Pack:
    """The pack in a workbook that was sent under a name. `known`: of units that there are, the parent's code of each.

    It takes a while: not for the event loop. Raises PackError with every problem found.
    """
    stem = safe_slug(name)
    _check_size(data, stem)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}.xlsx"
        path.write_bytes(data)
        try:
            pack = read_pack(path, known)
        except PackError as error:
            raise PackError(list(_causes(error.problems))) from error
    (form,) = pack.forms
    slug = pack.campaign.get("id") or _form_id(pack) or stem
    return replace(pack, slug=slug, forms=(replace(form, slug=pack.campaign.get("form") or _form_id(pack) or slug),))


def _check_size(data: bytes, stem: str) -> None:
    """Raises PackError for what unpacks to more than anybody writes: reading it would hold everybody up."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            check_packed(packed, MOST_UNPACKED)
    except Exception as error:  # what `zipfile` raises of a broken zip is anybody's guess
        raise PackError([f"{stem}.xlsx: {Problem('unreadable', {'detail': str(error)})}"]) from error


def _causes(problems: Sequence[str]) -> Iterator[str]:
    """The problems without those that only come of a form that cannot be read, whose indicators nobody knows then."""
    is_unread = any(_OF_THE_FORM.search(problem) for problem in problems)
    yield from (problem for problem in problems if not (is_unread and _OF_INDICATORS.search(problem)))


def _form_id(pack: Pack) -> str:
    """What the sheet `settings` calls the form, "" for nothing."""
    rows = pack.forms[0].workbook.sheets.get("settings", ())
    return safe_slug(found) if (found := next((row.cells.get("form_id", "") for row in rows), "")) else ""


def safe_slug(name: str) -> str:
    """A name for the system out of a file's: "Dân vận 2026 (1).xlsx" -> dan-van-2026."""
    stem = _COPY.sub("", name.removesuffix(".xlsx").removesuffix(".XLSX").strip())
    kept = _UNSAFE.sub("-", unaccent(stem).lower().replace("_", "-")).strip("-")
    return kept[:_LONGEST_SLUG].strip("-") or "chien-dich"


async def load_sent(uow: UnitOfWork, pack: Pack, by: Loader, may_reach: MayReach, zone: ZoneInfo) -> Findings:
    """Write the pack and tell what that changed; whoever only wants to know rolls back.

    Raises PackError, also for what `by` may not change.
    """
    await _check_campaign(uow, pack, may_reach)
    before = {row["code"]: row["path"] for row in await people.units(uow)}
    saved = await save_pack(uow, pack, zone=zone, by=by)
    await uow.flush()
    if problems := list(_out_of_reach(saved.unit_changes, before, may_reach)):
        raise PackError(problems)
    campaign = await plans.campaign(uow, saved.campaign_id)
    if campaign is None or not may_reach(campaign["path"]):
        raise PackError([f"{pack.slug}: campaign: the unit {pack.campaign['unit']!r} is not in your branch"])
    warnings = [warning async for warning in _warnings(uow, pack, saved, campaign["path"], zone)]
    return Findings(
        pack.campaign["name"], pack.slug, campaign["unit_name"], saved.campaign_id, saved.is_first, saved.forms,
        saved.unit_changes, tuple(warnings),
    )  # fmt: skip


async def _check_campaign(uow: UnitOfWork, pack: Pack, may_reach: MayReach) -> None:
    """A campaign of this name that there is already must be theirs, and have no forms that come from elsewhere."""
    existing = await plans.campaign_by_slug(uow, pack.slug)
    if existing is None:
        return
    if not may_reach(await register.unit_path(uow, existing["unit_id"])):
        raise PackError([f"{pack.slug}: campaign: another unit has a campaign of this id: choose another one"])
    own = {form.slug for form in pack.forms}
    others = sorted({form["slug"] for form in await plans.live_forms(uow, existing["id"])} - own)
    if others:
        listed = ", ".join(others)
        raise PackError([f"{pack.slug}: campaign: it has other forms, too ({listed}): load its folder as a whole"])


def _out_of_reach(changes: Collection[Change], before: Mapping[str, str], may_reach: MayReach) -> Iterator[str]:
    """The units that are not theirs to change; `changes` go from the top down, `before` has the paths that were."""
    theirs = {code for code, path in before.items() if may_reach(path)}
    for change in changes:
        parent_is_new = change.before is None or Act.MOVE in change.acts
        is_theirs = change.code in theirs if change.before else True
        if not is_theirs or (parent_is_new and change.after.parent not in theirs):
            yield f"units, row {change.row}: {change.code} is not in your branch"
        else:
            theirs.add(change.code)


async def _warnings(uow: UnitOfWork, pack: Pack, saved: Saved, path: str, zone: ZoneInfo) -> AsyncIterator[Warned]:
    today = uow.now.astimezone(zone).date()
    kinds = {row["kind"] for row in await people.units(uow) if row["path"].startswith(path)}
    first = {form.slug for form in saved.forms if form.is_first}
    for form in pack.forms:
        for kind in form.schedule.kinds:
            if kind not in kinds:
                yield Warned("nobody", form.slug, kind)
        if form.schedule.last < today:
            yield Warned("over", form.slug, form.schedule.last.isoformat())
        elif form.slug in first and form.schedule.first < today:
            yield Warned("begun", form.slug, form.schedule.first.isoformat())


def day_of(warned: Warned) -> date:
    """The day that a warning is about."""
    return date.fromisoformat(warned.value)
