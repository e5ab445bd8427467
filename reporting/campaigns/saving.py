"""Saving a campaign pack: it can be repeated and changes only what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from reporting.campaigns.campaign_states import RESTS
from reporting.campaigns.pack import Pack, PackError
from reporting.campaigns.packs import UNITS
from reporting.campaigns.publishing import NO_MEDIA, THE_COMMAND_LINE, Loader, Published, RefusedError, publish
from reporting.documents.layouts import KEY as LAYOUT
from reporting.doubts import sanity
from reporting.organisation.unit_changes import Asked, carry_out, plan
from reporting.organisation.unit_states import Change
from reporting.organisation.units import UnitList, UnitListError
from reporting.targets.targets import to_settings
from storage import people, plans
from storage.tables import Campaign
from storage.uow import Row, UnitOfWork

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Saved:
    """What a load changed."""

    campaign_id: int
    units: int
    forms: tuple[Published, ...]
    is_first: bool = False
    """Whether there was no such campaign before."""
    unit_changes: tuple[Change, ...] = ()

    @property
    def new_versions(self) -> tuple[str, ...]:
        """The forms that are now other than they were."""
        return tuple(form.slug for form in self.forms if form.is_new)

    @property
    def unkept(self) -> tuple[Path, ...]:
        """The files that forms show and that nobody has kept yet."""
        return tuple(dict.fromkeys(file for form in self.forms for file in form.unkept))


async def save_pack(
    uow: UnitOfWork,
    pack: Pack,
    *,
    demo: bool = False,
    media: Mapping[Path, str] = NO_MEDIA,
    zone: ZoneInfo = _UTC,
    by: Loader = THE_COMMAND_LINE,
) -> Saved:
    """Write the pack into the database; doing so again changes nothing. `media`: ids of the files that labels show.
    `zone`: where today begins, from which units that move stand in their new place. `by`: who loads it.

    Raises PackError, also for units that the tree does not allow and for each change of a form that earlier reports
    forbid; the caller then rolls back.
    """
    changes = await _save_units(uow, pack, zone, by)
    existing = await plans.campaign_by_slug(uow, pack.slug)
    campaign_id = await _save_campaign(uow, pack, existing, by, demo=demo)
    published: list[Published] = []
    problems: list[str] = []
    for form in pack.forms:
        try:
            published.append(await publish(uow, campaign_id, form.slug, form.workbook, form.schedule, media, by))
        except RefusedError as error:
            problems += [f"{form.file or form.slug}: {problem}" for problem in error.problems]
    if problems:
        raise PackError(problems)
    return Saved(campaign_id, len(pack.units), tuple(published), existing is None, changes)


async def _save_units(uow: UnitOfWork, pack: Pack, zone: ZoneInfo, by: Loader) -> tuple[Change, ...]:
    """Bring the units up to date as an import does; returns what that changed. What a pack leaves out goes on."""
    listed = UnitList(UNITS, pack.units, pack.unit_columns)
    try:
        wanted = await plan(uow, listed, Asked(zone, uow.now.astimezone(zone).date()))
    except UnitListError as error:
        raise PackError(list(error.problems)) from error
    await carry_out(uow, wanted, member_id=by.member_id, account_id=by.account_id)
    return wanted.changes


async def _save_campaign(uow: UnitOfWork, pack: Pack, existing: Row | None, by: Loader, *, demo: bool) -> int:
    root = await people.unit_by_code(uow, pack.campaign["unit"])
    if root is None:
        raise PackError(
            [f"{pack.slug}: campaign: the unit {pack.campaign['unit']!r} is neither in units.csv nor known"]
        )
    values = {
        "name": pack.campaign["name"], "unit_id": root["id"], "prefix": pack.campaign["prefix"],
        "settings": _settings(pack, existing),
        # What was made for a demonstration stays that.
        "demo": demo or bool(existing and existing["demo"]),
    }  # fmt: skip
    if existing is None:
        campaign_id = await uow.insert(Campaign, slug=pack.slug, next_number=1, **values)
    else:
        campaign_id = existing["id"]
        await plans.change_campaign(uow, campaign_id, values)
    if changed := [name for name, value in values.items() if existing is None or existing[name] != value]:
        told = {"campaign": pack.slug, "changed": changed if existing else []}
        uow.audit(
            "campaign.load", f"campaign:{campaign_id}", member_id=by.member_id, account_id=by.account_id,
            unit_id=root["id"], after=told,
        )  # fmt: skip
    return campaign_id


def _settings(pack: Pack, existing: Row | None) -> Row:
    """What the pack says, and what is no pack's to say: when the campaign rested; of a single workbook, which cannot
    bring one, the layout of the reports."""
    stays = (RESTS,) if pack.layout is not None else (RESTS, LAYOUT)
    kept = {key: existing["settings"][key] for key in stays if existing and key in existing["settings"]}
    return {
        **pack.campaign,
        **sanity.to_settings({form.slug: form.sanity for form in pack.forms}),
        **to_settings(pack.targets),
        **pack.settings,
        **kept,
    }
