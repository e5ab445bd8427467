"""Whom a broadcast is for: the units, people and groups that its `audience` means, as they are at a moment.

`audience` is plain JSON: `unit` (the root of the branch), `roles`, `kinds`, `languages`, `units` (ids, of a list),
`owing` (a form: those whose report of its current period is open) and `groups` ("" none, "too", "only"). What is absent
or empty narrows nothing; an audience with nothing in it is nobody's. The broadcast's campaign narrows it to the units
that take part in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import broadcasts, groups, opt_outs, people, plans, register
from storage.broadcasts import Wanted
from storage.uow import Row, UnitOfWork

GENERAL, OF_CAMPAIGN = "general", "campaign"
"""The topics of broadcasts that a person may do without."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One chat that it goes to: of a person or of a group, who stand for a unit in it. `name`: the person's, or the
    group's title."""

    channel: str
    chat: str
    person_id: int | None
    group_id: int | None
    unit_id: int
    unit_name: str
    name: str
    language: str


def topic_of(campaign_id: int | None) -> str:
    """The topic of a broadcast that is about this campaign, or about none."""
    return GENERAL if campaign_id is None else OF_CAMPAIGN


async def recipients(uow: UnitOfWork, broadcast: Row, now: datetime) -> list[Recipient]:
    """Whom a broadcast (a row of its table) reaches now, people before groups: each person once, on the account last
    used; without those who want none of its topic, and the chats that take nothing from the bot."""
    audience: Mapping[str, Any] = broadcast["audience"]
    wanted = await _wanted(uow, broadcast, now) if audience else None
    if wanted is None:
        return []
    without = await opt_outs.wanting_not(uow, broadcast["topic"])
    to = audience.get("groups", "")
    people_ = await _people(uow, wanted) if to != "only" else []
    willing = [one for one in people_ if one.person_id not in without]
    return willing + (await _groups(uow, wanted) if to else [])


async def unwilling(uow: UnitOfWork, broadcast: Row, now: datetime) -> list[Recipient]:
    """Who would get it, and wants none of its topic."""
    audience: Mapping[str, Any] = broadcast["audience"]
    without = await opt_outs.wanting_not(uow, broadcast["topic"])
    wanted = await _wanted(uow, broadcast, now) if without and audience else None
    if wanted is None or audience.get("groups") == "only":
        return []
    return [one for one in await _people(uow, wanted) if one.person_id in without]


async def _wanted(uow: UnitOfWork, broadcast: Row, now: datetime) -> Wanted | None:
    """None where nobody can be meant: no report of that form is due."""
    audience = broadcast["audience"]
    paths = {await register.unit_path(uow, broadcast["unit_id"])}
    if audience.get("unit"):
        paths.add(await register.unit_path(uow, audience["unit"]))
    if broadcast["campaign_id"] is not None and (about := await plans.campaign(uow, broadcast["campaign_id"])):
        paths.add(about["path"])
    period = await current_period(uow, audience["owing"], now) if audience.get("owing") else None
    if audience.get("owing") and period is None:
        return None
    return Wanted(
        sorted(paths), audience.get("roles", ()), audience.get("kinds", ()), audience.get("languages", ()),
        audience.get("units"), period["id"] if period else None,
    )  # fmt: skip


async def current_period(uow: UnitOfWork, form_id: int, now: datetime) -> Row | None:
    """Of the periods of a form that still take reports the one whose deadline is nearest; None if there is none."""
    opened = await register.running_periods(uow, form_id, now, now)
    return min(opened, key=lambda period: abs(period["due_at"] - now), default=None)


async def _people(uow: UnitOfWork, wanted: Wanted) -> list[Recipient]:
    found = await broadcasts.accounts_meant(uow, wanted)
    return [
        Recipient(
            row["channel"], row["chat"], row["person_id"], None,
            row["unit_id"], row["unit_name"], row["name"], row["language"],
        )
        for row in _once_each(found)
    ]  # fmt: skip


def _once_each(found: Iterable[Row]) -> list[Row]:
    """Of each person the account last used, in the role acted in there, else in the highest of those meant; one into
    which they only look by a link out of another chat where they have no other."""
    best: dict[int, Row] = {}
    for row in found:
        before = best.get(row["person_id"])
        if before is None or _nearness(row) > _nearness(before):
            best[row["person_id"]] = row
    return list(best.values())


def _nearness(row: Row) -> tuple[bool, datetime, bool]:
    return not row["is_side_door"], row["used_at"], row["acting"]


async def _groups(uow: UnitOfWork, wanted: Wanted) -> list[Recipient]:
    """The groups of the units meant that take news. A group has no role; it has a language."""
    units = await broadcasts.units_meant(uow, wanted)
    # A longer path is below a shorter one, or nobody is below both.
    linked = await groups.for_topic(uow, "news", max(wanted.paths, key=len))
    return [
        Recipient(
            row["channel"], row["chat"], None, row["id"], row["unit_id"], row["unit_name"], row["title"],
            row["language"],
        )
        for row in linked
        if row["unit_id"] in units and (not wanted.languages or row["language"] in wanted.languages)
    ]  # fmt: skip


# --- when it is due --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dues:
    """When what a broadcast is about is due: for the units that have a time of their own, and for all others."""

    at: datetime | None
    own: Mapping[int, datetime]

    def of(self, unit_id: int) -> datetime | None:
        """None where nothing is due."""
        return self.own.get(unit_id, self.at)


NO_DUES = Dues(None, {})


async def dues(uow: UnitOfWork, broadcast: Row, now: datetime) -> Dues:
    """What `{hạn}` means: the deadline of the form whose debtors are meant, else the campaign's next one, else none."""
    period = await _period_meant(uow, broadcast, now)
    if period is None:
        return NO_DUES
    own = {row["unit_id"]: row["own_due_at"] for row in await register.owing(uow, period["id"]) if row["own_due_at"]}
    return Dues(period["due_at"], own)


async def _period_meant(uow: UnitOfWork, broadcast: Row, now: datetime) -> Row | None:
    if form := broadcast["audience"].get("owing"):
        return await current_period(uow, form, now)
    if broadcast["campaign_id"] is None:
        return None
    forms = await plans.live_forms(uow, broadcast["campaign_id"])
    found = [period for form in forms if (period := await current_period(uow, form["id"], now))]
    ahead = [period for period in found if period["due_at"] >= now]
    return (
        min(ahead, key=lambda period: period["due_at"])
        if ahead
        else max(found, key=lambda p: p["due_at"], default=None)
    )


async def unit_of_branch(uow: UnitOfWork, broadcast: Row) -> Row:
    """The unit at the head of the branch that is meant."""
    return await people.unit(uow, broadcast["audience"].get("unit") or broadcast["unit_id"])
