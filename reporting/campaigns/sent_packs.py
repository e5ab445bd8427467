"""A campaign as one workbook that somebody sent (read by `sent_files`): loaded, and what that would change, found out
without writing.

Whoever sent it may change only what is in the branch of a unit of theirs: the campaign, and each unit that is listed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from reporting.campaigns.pack import Pack, PackError
from reporting.campaigns.publishing import Loader, Published
from reporting.campaigns.saving import Saved, save_pack
from reporting.organisation.unit_states import Act, Change
from storage import people, plans, register
from storage.uow import UnitOfWork

MayReach = Callable[[str], bool]
"""Whether somebody may manage what belongs to the unit at a path."""


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
