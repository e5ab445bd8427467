"""“Nhắc ngay”: somebody who leads reminds all units of their branch that owe, at most once an hour.

Button: `nudge/<period>/<unit>`, the unit at the head of the branch. A reminder asked for in quiet hours goes out when
they end, and counts as made then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.deadlines import reminder_words
from handlers.events import BadAction, Incoming, Priority, Reply, number
from handlers.organisation import web_links
from handlers.sent import opened
from handlers.words import period_title
from reporting.extensions import reminders_of
from reporting.planning.periods import Schedule
from reporting.planning.quiet import next_allowed
from storage import deadlines, outbox, people, plans, register, returns
from storage.tables import CampaignState
from storage.uow import Row

AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Nudge:
    """Of which period (its row), in which unit's branch, and when it goes out."""

    form: Row
    period: Row
    unit: Row
    at: datetime


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """Remind those who owe now, or say why not."""
    period = await register.period(ctx.uow, number(parts, 0))
    unit = await returns.unit(ctx.uow, number(parts, 1))
    if unit is None or not await permissions.take_role(ctx, "remind", unit["path"]):
        return [opened.not_yours(ctx.tr)]
    form = await _form(ctx, period) if period else None
    if period is None or form is None:
        raise BadAction(f"{parts!r}: there is no such period")
    if form["campaign_state"] != CampaignState.RUNNING:
        return [Reply(ctx.tr.t("<b>{campaign}</b> asks for no reports now.", campaign=form["campaign_name"]))]
    nudge = _Nudge(form, period, unit, next_allowed(ctx.now, ctx.tr.timezone))
    return [await _remind(ctx, nudge)]


async def _form(ctx: Context, period: Row) -> Row | None:
    return next((form for form in await plans.live_forms(ctx.uow) if form["id"] == period["form_id"]), None)


async def _remind(ctx: Context, nudge: _Nudge) -> Reply:
    recent = await deadlines.nudged_since(ctx.uow, nudge.period["id"], ctx.now - AGAIN_AFTER)
    if of_branch := [recent[unit] for unit in _ids(nudge.unit) if unit in recent]:
        return _too_soon(ctx, max(of_branch))
    owing = await deadlines.owing_below(ctx.uow, nudge.period["id"], nudge.unit["path"], nudge.at)
    if not owing:
        return Reply(ctx.tr.t("✅ <b>{title}</b>: nobody of your branch owes it now.", title=_title(ctx, nudge)))
    reachable = await people.accounts(ctx.uow, ["reporter"], [row["unit_id"] for row in owing])
    # Those whose own leaders have just reminded them are left in peace.
    just_now = {row["unit_id"] for row in owing if any(unit in recent for unit in _ids(row))}
    told = [account for account in reachable if account["unit_id"] not in just_now]
    if told:
        await _push(ctx, nudge, {row["unit_id"]: row for row in owing}, told)
        await deadlines.note_nudge(ctx.uow, nudge.period["id"], nudge.unit["id"], nudge.at)
    return Reply(_done(ctx, nudge, owing, told, {account["unit_id"] for account in reachable}))


def _ids(row: Row) -> list[int]:
    """A unit and those above it."""
    return [int(part) for part in row["path"].strip("/").split("/")]


def _title(ctx: Context, nudge: _Nudge) -> Markup:
    return period_title(nudge.period, ctx.tr)


async def _push(ctx: Context, nudge: _Nudge, owing: Mapping[int, Row], told: Sequence[Row]) -> None:
    """Write to these accounts about what their units owe (by unit)."""
    several = await deadlines.of_several_units(ctx.uow, {account["person_id"] for account in told})
    begins = {unit: reminders_of({**row, "period_id": row["id"]}) for unit, row in owing.items()}
    chats = {(account["channel"], account["address"]) for account in told}
    await outbox.drop_earlier(ctx.uow, [begins[account["unit_id"]] for account in told], chats)
    earlier = await deadlines.with_figures(ctx.uow, nudge.form["id"], list(owing))
    for account in told:
        unit, channel, chat = account["unit_id"], account["channel"], account["address"]
        reply = _letter(
            ctx, nudge, owing[unit], account, names_unit=account["person_id"] in several, has_earlier=unit in earlier
        )
        reply = await web_links.with_link(ctx.office, ctx.uow, account, reply, owing[unit]["taken_until"])
        key = f"{begins[unit]}now/{nudge.at:%y%m%d%H%M%S}/{channel}:{chat}"
        ctx.uow.send(channel, chat, reply.to_json(), priority=Priority.DUTY, key=key, due_at=nudge.at)


def _letter(ctx: Context, nudge: _Nudge, row: Row, account: Row, *, names_unit: bool, has_earlier: bool) -> Reply:
    assert ctx.person is not None  # noqa: S101  (`pressed` has looked)
    tr = ctx.office.translators[account["language"]]
    owed = {"id": row["expected_id"], "name": row["unit_name"]}
    reminder = reminder_words.to_reporter(
        tr, row, owed, nudge.at, Schedule.from_json(nudge.form["schedule"]), names_unit=names_unit,
        has_earlier=has_earlier,
    )  # fmt: skip
    who = tr.t("🔔 {name} ({unit}) asks you:", name=ctx.person.name, unit=ctx.person.unit.name)
    return Reply(Markup("\n").join([who, reminder.text]), reminder.choices)


# --- what is said to the one who asked -------------------------------------------------------------


def _too_soon(ctx: Context, last: datetime) -> Reply:
    tr, again = ctx.tr, last + AGAIN_AFTER
    text = tr.t(
        "The last reminder is of {time} {day}. I remind once an hour at most; from <b>{again}</b> on, tap again.",
        time=tr.time(last), day=tr.day_from(last, ctx.now), again=tr.time(again),
    )  # fmt: skip
    return Reply(text)


def _done(ctx: Context, nudge: _Nudge, owing: Sequence[Row], told: Sequence[Row], reachable: Collection[int]) -> Markup:
    """`told`: the accounts that were written to. `reachable`: the units with any."""
    tr, lines = ctx.tr, list[Markup]()
    units = {account["unit_id"] for account in told}
    if reminded := [row["short_name"] for row in owing if row["unit_id"] in units]:
        count = len({account["person_id"] for account in told})
        lines.append(_told(ctx, nudge, reminded, tr.tn("{n} person", "{n} people", count)))
    if silent := [row["short_name"] for row in owing if row["unit_id"] not in reachable]:
        lines.append(
            tr.t(
                "Nobody who reports for these can be written to; please call them: {names}.",
                names=reminder_words.names(silent),
            )
        )
    if left_out := len(set(reachable) - units):
        lines.append(
            tr.tn(
                "{n} unit was reminded by its own leaders within the hour.",
                "{n} units were reminded by their own leaders within the hour.", left_out,
            )
        )  # fmt: skip
    return Markup("\n").join(lines)


def _told(ctx: Context, nudge: _Nudge, told: Sequence[str], people_told: Markup) -> Markup:
    tr, names = ctx.tr, reminder_words.names(told)
    if nudge.at > ctx.now:
        return tr.tn(
            "🌙 It is late: at <b>{time}</b> I remind {n} unit of <b>{title}</b> ({people}): {names}.",
            "🌙 It is late: at <b>{time}</b> I remind {n} units of <b>{title}</b> ({people}): {names}.", len(told),
            time=tr.time(nudge.at), title=_title(ctx, nudge), people=people_told, names=names,
        )  # fmt: skip
    return tr.tn(
        "🔔 I have reminded {n} unit of <b>{title}</b> ({people}): {names}.",
        "🔔 I have reminded {n} units of <b>{title}</b> ({people}): {names}.", len(told),
        title=_title(ctx, nudge), people=people_told, names=names,
    )  # fmt: skip
