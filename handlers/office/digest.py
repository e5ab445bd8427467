"""The digest on request: any day, the whole campaign, who has not reported, the Excel file."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from handlers import permissions
from handlers.commands import DESK
from handlers.context import Context, Person
from handlers.events import Attachment, Choice, Incoming, Reply, Rows, number, word
from handlers.office import extending, succession
from handlers.words import period_title
from locales.translator import Translator
from reporting import digest as numbers
from reporting.digest_text import render
from storage import register, snapshots, units
from storage.tables import ExpectedState
from storage.uow import Row

ALL_NAMES = 200


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/tonghop: today's digest of one's own branch."""
    forms = await _forms(ctx)
    if not forms or ctx.person is None:
        return [Reply(ctx.tr.t("There is no campaign to sum up yet."))]
    return await _show(ctx, incoming, forms[0], "today")


async def _forms(ctx: Context) -> list[Row]:
    """The forms that the person's unit takes part in or stands over."""
    if ctx.person is None:
        return []
    campaigns = {c["id"] for c in await register.campaigns_over(ctx.uow, ctx.person.unit.path)}
    return [form for form in await register.live_forms(ctx.uow) if form["campaign_id"] in campaigns]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`dig/<form>/today|yesterday|whole|xlsx|<period name>` or `dig/<form>/missing|heirs[/<period name>]`"""
    form = next((f for f in await _forms(ctx) if f["id"] == number(parts, 0)), None)
    if form is None:
        return [Reply(ctx.tr.t("There is no campaign to sum up yet."))]
    view = word(parts, 1)
    if view in ("missing", "heirs") and len(parts) > 2:
        period = await _period(ctx, form, word(parts, 2))
        if period and ctx.person:
            return [
                await (_missing if view == "missing" else succession.in_todays_units)(ctx, ctx.person, form, period)
            ]
    return await _show(ctx, incoming, form, view)


async def _show(ctx: Context, incoming: Incoming, form: Row, view: str) -> list[Reply]:
    person = ctx.person
    assert person is not None  # noqa: S101  (_forms gives nothing to a stranger)
    if view == "xlsx":
        return [_workbook(ctx, person, form)]
    period = await _period(ctx, form, view)
    if period is None:
        return [Reply(ctx.tr.t("No day of this campaign has begun yet."))]
    if view == "missing":
        return [await _missing(ctx, person, form, period)]
    unit = {"id": person.unit.id, "path": person.unit.path, "name": person.unit.name,
            "short_name": person.unit.short_name}  # fmt: skip
    built = await numbers.build(ctx.uow, ctx.library, form, unit, period, whole=view == "whole", now=ctx.now)
    key = f"asked/{incoming.channel}/{incoming.chat}/{incoming.key}"
    snapshot_id = await snapshots.save(ctx.uow, key, built.to_json())
    text = render(built, ctx.tr, now=ctx.now, names=person.role in DESK)
    chart = Reply(Markup(""), photo=chart_of(snapshot_id, ctx.tr))
    return [chart, Reply(text, await buttons(ctx, form, period))]


def chart_of(snapshot_id: int, tr: Translator) -> Attachment:
    """The picture of a kept digest: drawn when it is sent, outside any transaction."""
    return Attachment(f"chart/{snapshot_id}/{tr.language}", "tong-hop.png")


async def _period(ctx: Context, form: Row, view: str) -> Row | None:
    """The period that a view means: the one due today (or the last one due before), yesterday, or by its name."""
    periods = await register.periods(ctx.uow, form["id"])
    today = ctx.now.astimezone(ctx.tr.timezone).date()
    if view in ("today", "whole", "missing"):
        wanted = today.isoformat()
    elif view == "yesterday":
        wanted = (today - timedelta(days=1)).isoformat()
    else:
        return next((p for p in periods if p["name"] == view), None)
    begun = [p for p in periods if p["name"] <= wanted]
    return begun[-1] if begun else (periods[0] if periods else None)


async def buttons(ctx: Context, form: Row, period: Row) -> Rows:
    """The way to the other views, and to the days before and after."""
    desk = ctx.person is not None and ctx.person.role in DESK
    rows = rows_of(form["id"], await register.periods(ctx.uow, form["id"]), period, ctx.tr, names=desk)
    if ctx.person is None or not await units.changed_since(ctx.uow, ctx.person.unit.path, period["due_at"]):
        return rows
    return (*rows, (Choice(ctx.tr.plain("In the units of today"), f"dig/{form['id']}/heirs/{period['name']}"),))


def rows_of(form_id: int, periods: list[Row], period: Row, tr: Translator, *, names: bool = True) -> Rows:
    """The buttons under a digest; `names`: also the one that lists the units which owe."""
    days_begun = [p["name"] for p in periods]
    place = days_begun.index(period["name"])
    days = []
    if place > 0:
        before = days_begun[place - 1]
        days.append(Choice(f"◀ {_short(before)}", f"dig/{form_id}/{before}"))
    if place + 1 < len(days_begun):
        after = days_begun[place + 1]
        days.append(Choice(f"{_short(after)} ▶", f"dig/{form_id}/{after}"))
    to = f"dig/{form_id}"
    views: Rows = (
        (Choice(tr.plain("Today"), f"{to}/today"), Choice(tr.plain("Yesterday"), f"{to}/yesterday")),
        (Choice(tr.plain("Whole campaign"), f"{to}/whole"), Choice(tr.plain("Excel file"), f"{to}/xlsx")),
    )
    if names:
        views = (*views, (Choice(tr.plain("Units that have not reported"), f"{to}/missing/{period['name']}"),))
        views = (*views, (Choice(tr.plain("📂 By unit"), f"rv/top/{period['id']}"),))
    return (*views, tuple(days)) if days else views


def _short(name: str) -> str:
    day = date.fromisoformat(name)
    return f"{day.day}/{day.month}"


async def _missing(ctx: Context, person: Person, form: Row, period: Row) -> Reply:
    """The names of the units of one's own branch that still owe, and those let off; the ways to more time."""
    tr = ctx.tr
    if person.role not in DESK:
        return Reply(tr.t("The list of units is for leaders and the office."))
    owing = await register.missing_units(ctx.uow, period["id"], person.unit.path)
    exempt = await register.units_that_are(ctx.uow, period["id"], person.unit.path, ExpectedState.EXEMPT)
    lines = [_who_owes(ctx, period, owing)]
    if exempt:
        lines.append(tr.t("Exempt: {names}.", names=", ".join(u["name"] for u in exempt[:ALL_NAMES])))
    rows = extending.buttons(period["id"], tr, owing=bool(owing), exempt=bool(exempt))
    may_change = permissions.role_for(person, "deadline.change", person.unit.path)
    return Reply(Markup("\n").join(lines), rows if may_change else ())


def _who_owes(ctx: Context, period: Row, owing: list[Row]) -> Markup:
    tr = ctx.tr
    if not owing:
        return tr.t("✅ <b>{title}</b>: every unit has reported.", title=period_title(period, tr))
    names = ", ".join(u["name"] + _more_time(ctx, u) for u in owing[:ALL_NAMES])
    head = tr.tn(
        "<b>{title}</b>: {n} unit has not reported", "<b>{title}</b>: {n} units have not reported", len(owing),
        title=period_title(period, tr),
    )  # fmt: skip
    return tr.t("{head}\n{names}.", head=head, names=names)


def _more_time(ctx: Context, unit: Row) -> str:
    """Until when a unit has time, if that is not the period's own."""
    until = unit["own_due_at"]
    if until is None:
        return ""
    return ctx.tr.plain(" (until {time} {day})", time=ctx.tr.time(until), day=ctx.tr.day_from(until, ctx.now))


def _workbook(ctx: Context, person: Person, form: Row) -> Reply:
    """The Excel file, written when it is sent."""
    # What the form keeps for leaders is for them alone, not for the office.
    leaders = "1" if person.role == "leader" else "0"
    reference = f"xlsx/{form['id']}/{person.unit.id}/{ctx.tr.language}/{leaders}"
    name = f"{form['campaign']}-{ctx.now.astimezone(ctx.tr.timezone):%Y%m%d-%H%M}.xlsx"
    return Reply(ctx.tr.t("Here is the Excel file."), document=Attachment(reference, name))
