"""The digest on request: any day, week or month, the whole campaign, who has not reported, the Excel file."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers import permissions
from handlers.commands import DESK
from handlers.context import Context, Person
from handlers.deadlines import extending
from handlers.events import Choice, Incoming, Reply, Rows, number, word
from handlers.office import kept, papers, succession
from handlers.office.board_link import board_links_for
from handlers.office.digest_views import View, Views, buttons
from handlers.words import period_title
from reporting import register as ledger
from reporting.digests import digest as numbers
from reporting.digests.digest_text import render
from reporting.digests.shortening import shortened
from storage import plans, register, snapshots, statistics, units
from storage.tables import CampaignState, ExpectedState
from storage.uow import Row

ALL_NAMES = 200
OTHER_FORMS = 4


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/tonghop: today's digest of one's own branch."""
    forms = await forms_of(ctx)
    if not forms or ctx.person is None:
        return [Reply(ctx.tr.t("There is no campaign to sum up yet."))]
    return await _show(ctx, incoming, await first_of(ctx, forms), "today")


async def first_of(ctx: Context, forms: Sequence[Row]) -> Row:
    """Of some forms the one to begin with: of the first one's campaign, the one that was due last."""
    of_first = [form for form in forms if form["campaign_id"] == forms[0]["campaign_id"]]
    return await ledger.due_last(ctx.uow, of_first, ctx.now)


async def forms_of(ctx: Context) -> list[Row]:
    """The forms that the person's unit takes part in or stands over, those of running campaigns first."""
    if ctx.person is None:
        return []
    campaigns = {c["id"] for c in await plans.campaigns_over(ctx.uow, ctx.person.unit.path)}
    found = [form for form in await plans.live_forms(ctx.uow) if form["campaign_id"] in campaigns]
    return sorted(found, key=lambda form: form["campaign_state"] != CampaignState.RUNNING)


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`dig/<form>/today|yesterday|week|month|whole|<name>`, `dig/<form>/full/<name>`: the digest of a period, a week or
    month, the whole. `dig/<form>/missing|heirs/<period>`: the units. `dig/<form>/sent/<page>`,
    `dig/<form>/kept/<snapshot>`: those that were sent. `dig/<form>/xlsx`: the file."""
    form = next((f for f in await forms_of(ctx) if f["id"] == number(parts, 0)), None)
    if form is None or ctx.person is None:
        return [Reply(ctx.tr.t("There is no campaign to sum up yet."))]
    view = word(parts, 1)
    match view:
        case "xlsx":
            return [_workbook(ctx, ctx.person, form)]
        case "sent":
            return await kept.sent(ctx, ctx.person, form, number(parts, 2))
        case "kept":
            return await kept.opened(ctx, ctx.person, form, number(parts, 2))
        case "full":
            return await _show(ctx, incoming, form, word(parts, 2), full=True)
        case "missing" | "heirs":
            return [await _units(ctx, ctx.person, form, view, parts[2] if len(parts) > 2 else "today")]
    return await _show(ctx, incoming, form, view)


async def _units(ctx: Context, person: Person, form: Row, view: str, name: str) -> Reply:
    found = (await views_of(ctx, form)).find(name)
    if found is None:
        return await _nothing_yet(ctx, form)
    tell = _missing if view == "missing" else succession.in_todays_units
    return await tell(ctx, person, form, found.period)


async def _nothing_yet(ctx: Context, form: Row) -> Reply:
    return Reply(ctx.tr.t("No day of this campaign has begun yet."), await _other_forms(ctx, form))


async def _show(ctx: Context, incoming: Incoming, form: Row, name: str, *, full: bool = False) -> list[Reply]:
    person = ctx.person
    assert person is not None  # noqa: S101  (forms_of gives nothing to a stranger)
    views = await views_of(ctx, form)
    view = views.find(name)
    if view is None:
        return [await _nothing_yet(ctx, form)]
    unit = {"id": person.unit.id, "path": person.unit.path, "name": person.unit.name,
            "short_name": person.unit.short_name}  # fmt: skip
    built = await numbers.build(
        ctx.uow, ctx.library, form, unit, view.period, whole=view.whole, stretch=view.stretch, opened=views.periods,
        now=ctx.now, zone=ctx.tr.timezone,
    )  # fmt: skip
    snapshot_id = await snapshots.save(ctx.uow, papers.asked_key(form["id"], person.unit.id, incoming), built.to_json())
    text = render(built, ctx.tr, now=ctx.now, names=person.role in DESK, full=full)
    rows = await _buttons(ctx, views, view, snapshot_id, built if not full else None)
    account = {"channel": incoming.channel, "account_id": person.account_id, "person_id": person.person_id}
    way = (ctx.office, ctx.uow, account, ctx.tr, form["id"], view.name)
    links = await board_links_for(*way) if person.role in DESK else ()
    reply = Reply(text, rows, links=links)
    return [reply] if full else kept.with_chart(reply, snapshot_id, ctx.tr, in_one=ctx.sparing)


async def views_of(ctx: Context, form: Row) -> Views:
    """What there is to look at of a form now."""
    zone = ctx.tr.timezone
    opened = await register.periods(ctx.uow, form["id"])
    return Views(form, opened, ctx.now.astimezone(zone).date(), zone, ctx.office.holidays)


async def _buttons(ctx: Context, views: Views, view: View, snapshot_id: int, built: numbers.Digest | None) -> Rows:
    """The ways from a digest; to the campaign's other forms, and to the units of today where they have changed."""
    person, tr = ctx.person, ctx.tr
    desk = person is not None and person.role in DESK
    rows = buttons(views, view, tr, snapshot_id, names=desk, digest=built)
    if desk and person and await units.changed_since(ctx.uow, person.unit.path, view.period["due_at"]):
        heirs = Choice(tr.plain("In the units of today"), f"dig/{views.form['id']}/heirs/{view.period['name']}")
        rows = (*rows, (heirs,))
    return (*rows, *await _other_forms(ctx, views.form))


async def _other_forms(ctx: Context, form: Row) -> Rows:
    """One's other forms: each has a digest of its own."""
    others = [other for other in await forms_of(ctx) if other["id"] != form["id"]][:OTHER_FORMS]
    titles = [(await ctx.library.form(ctx.uow, other["version_id"])).title for other in others]
    return tuple(
        (Choice(f"📊 {shortened(title, 28)}", f"dig/{other['id']}/today"),)
        for other, title in zip(others, titles, strict=True)
    )


async def _missing(ctx: Context, person: Person, form: Row, period: Row) -> Reply:
    """The names of the units of one's own branch that still owe, and those let off; the ways to more time."""
    tr = ctx.tr
    if person.role not in DESK:
        return Reply(tr.t("The list of units is for leaders and the office."))
    owing = await statistics.missing_units(ctx.uow, period["id"], person.unit.path)
    exempt = await register.units_that_are(ctx.uow, period["id"], person.unit.path, ExpectedState.EXEMPT)
    lines = [_who_owes(ctx, period, owing)]
    if exempt:
        lines.append(tr.t("Exempt: {names}.", names=", ".join(u["name"] for u in exempt[:ALL_NAMES])))
    rows = extending.buttons(period["id"], person.unit.id, tr, owing=bool(owing), exempt=bool(exempt))
    may_change = permissions.role_for(person, "deadline.change", person.unit.path)
    told = (Choice(tr.plain("📈 Reporting rates"), f"rate/{form['campaign_id']}"),)
    return Reply(Markup("\n").join(lines), (*(rows if may_change else ()), told))


def _who_owes(ctx: Context, period: Row, owing: list[Row]) -> Markup:
    tr = ctx.tr
    if not owing:
        return tr.t("✅ <b>{title}</b>: every unit has reported.", title=period_title(period, tr))
    names = ", ".join(u["name"] + _more_time(ctx, period, u) for u in owing[:ALL_NAMES])
    head = tr.tn(
        "<b>{title}</b>: {n} unit has not reported", "<b>{title}</b>: {n} units have not reported", len(owing),
        title=period_title(period, tr),
    )  # fmt: skip
    return tr.t("{head}\n{names}.", head=head, names=names)


def _more_time(ctx: Context, period: Row, unit: Row) -> str:
    """Until when a unit has time, if that is later than the period has it."""
    until = unit["own_due_at"]
    if until is None or until <= period["due_at"]:
        return ""
    return ctx.tr.plain(" (until {time} {day})", time=ctx.tr.time(until), day=ctx.tr.day_from(until, ctx.now))


def _workbook(ctx: Context, person: Person, form: Row) -> Reply:
    """The Excel file, written when it is sent."""
    # What the form keeps for leaders is for them alone, not for the office.
    file = papers.workbook(form, person.unit.id, ctx.tr, ctx.now, leaders=person.role == "leader")
    return Reply(ctx.tr.t("Here is the Excel file."), document=file)
