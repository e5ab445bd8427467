"""The digest, pushed to leaders and groups when its moment has come. Each is written once, by its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.context import Office
from handlers.events import Reply
from handlers.notices import notify
from handlers.office import kept
from handlers.office.board_link import board_links_for
from handlers.office.digest_views import View, Views, buttons
from reporting.digests import digest as numbers
from reporting.digests.digest_changes import STEP
from reporting.digests.digest_text import render
from reporting.planning.digest_times import DigestTime, SummaryTime
from reporting.planning.periods import Schedule
from reporting.planning.quiet import next_allowed
from reporting.planning.summing import due_summaries
from storage import digests, groups, people, plans, register, snapshots
from storage.uow import Row, UnitOfWork

DIGEST_KEPT_FOR = timedelta(hours=20)
"""A digest missed by less than this is still made; after that the next day's stands for it."""

LEFT_OUT = "digest/left out"
"""The step of a period whose digest was not made: what changed since then is still to be told."""


async def digest(office: Office, uow: UnitOfWork, now: datetime) -> None:
    """Write the digests whose moment has come: to the leaders of each branch, and to the groups a short one. In quiet
    hours they wait: a digest has the numbers of the moment at which it is read."""
    if next_allowed(now, office.translators.timezone) > now:
        return
    for form in await plans.running_forms(uow):
        schedule = Schedule.from_json(form["schedule"])
        if schedule.digest:
            await _of_periods(office, uow, form, schedule.digest, now)
        if schedule.summaries:
            await _summaries(office, uow, form, schedule, now)


async def _of_periods(office: Office, uow: UnitOfWork, form: Row, wanted: DigestTime, now: datetime) -> None:
    periods = await register.running_periods(uow, form["id"], now, now - DIGEST_KEPT_FOR)
    done = await register.steps_done(uow, [p["id"] for p in periods])
    for period in periods:
        at = next_allowed(period["due_at"] + timedelta(seconds=wanted.after), office.translators.timezone)
        if at > now or {(period["id"], STEP), (period["id"], LEFT_OUT)} & done:
            continue
        in_time = now - at <= DIGEST_KEPT_FOR
        if in_time:
            await _send(_Edition(office, uow, form, wanted, View(period), str(period["id"]), now))
        await register.step_done(uow, period["id"], STEP if in_time else LEFT_OUT)


async def _summaries(office: Office, uow: UnitOfWork, form: Row, schedule: Schedule, now: datetime) -> None:
    """Those of weeks, of months, and the last one. After an outage the newest of each kind is made."""
    due = due_summaries(schedule, now, office.translators.timezone, office.holidays)
    if not due:
        return
    periods = [p for p in await register.periods(uow, form["id"]) if p["due_at"] <= now]
    for one in due:
        if not (about := one.stretch.of(periods) if one.stretch else periods):
            continue
        if (about[-1]["id"], one.step) not in await register.steps_done(uow, [about[-1]["id"]]):
            view = View(about[-1], whole=one.stretch is None, stretch=one.stretch)
            await _send(_Edition(office, uow, form, one.summary, view, one.name, now))
            await register.step_done(uow, about[-1]["id"], one.step)


@dataclass(frozen=True, slots=True)
class _Edition:
    """One digest for all who get it; `name`: its part of the keys."""

    office: Office
    uow: UnitOfWork
    form: Row
    wanted: DigestTime | SummaryTime
    view: View
    name: str
    now: datetime

    @property
    def key(self) -> str:
        return f"{kept.prefix(self.form['id'])}{self.name}"

    async def kept(self, unit_id: int) -> tuple[int, numbers.Digest]:
        """That of a unit, written down."""
        unit = await people.unit(self.uow, unit_id)
        built = await numbers.build(
            self.uow, self.office.library, self.form, unit, self.view.period, whole=self.view.whole,
            stretch=self.view.stretch, lead=self.wanted.lead, now=self.now, zone=self.office.translators.timezone,
        )  # fmt: skip
        return await snapshots.save(self.uow, f"{self.key}/{unit_id}", built.to_json()), built

    def push(self, channel: str, chat: str, replies: list[Reply]) -> None:
        for part, reply in enumerate(replies):
            key = f"{self.key}/{channel}:{chat}/{part}"
            notify(self.office, self.uow, {"channel": channel, "address": chat}, reply, key=key)


async def _send(edition: _Edition) -> None:
    office, uow, form, wanted = edition.office, edition.uow, edition.form, edition.wanted
    root = await people.unit(uow, form["unit_id"])
    zone = office.translators.timezone
    opened = await register.periods(uow, form["id"])
    views = Views(form, opened, edition.now.astimezone(zone).date(), zone, office.holidays)
    built: dict[int, tuple[int, numbers.Digest]] = {}
    branch = await digests.units_of_kinds(uow, root["path"], wanted.kinds)
    for account in await people.accounts(uow, wanted.to, branch):
        if account["unit_id"] not in built:
            built[account["unit_id"]] = await edition.kept(account["unit_id"])
        snapshot_id, found = built[account["unit_id"]]
        tr = office.translators[account["language"]]
        rows = buttons(views, edition.view, tr, snapshot_id, names=True, digest=found)
        text = render(found, tr, now=edition.now, names=True)
        in_one = account["channel"] in office.poor_channels
        links = await board_links_for(office, uow, account, tr, form["id"], edition.view.name)
        replies = kept.with_chart(Reply(text, rows, links=links), snapshot_id, tr, in_one=in_one)
        edition.push(account["channel"], account["address"], replies)
    if wanted.groups:
        await _to_groups(edition, {root["id"], *branch}, built)


async def _to_groups(edition: _Edition, units: set[int], built: dict[int, tuple[int, numbers.Digest]]) -> None:
    """Each group hears of the unit that it is linked to: the campaign's, or one below it that gets digests of its own.
    Without names and without what a form keeps for leaders."""
    for group in await groups.of_units(edition.uow, groups.DIGEST, units):
        if group["unit_id"] not in built:
            built[group["unit_id"]] = await edition.kept(group["unit_id"])
        snapshot_id, found = built[group["unit_id"]]
        tr = edition.office.translators[group["language"]]
        text = render(found, tr, now=edition.now, names=False)
        in_one = group["channel"] in edition.office.poor_channels
        edition.push(group["channel"], group["chat"], kept.with_chart(Reply(text), snapshot_id, tr, in_one=in_one))
