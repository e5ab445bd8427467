"""What a unit owes: the list, and whether a person may report on one of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context, Person
from handlers.events import Choice, Incoming, Reply, Rows
from handlers.interview import sparing
from handlers.words import due_text, period_covers, period_title
from locales.translator import Translator
from reporting import register as ledger
from reporting.planning.periods import Schedule
from reporting.planning.recurrence import Repeat
from storage import plans, register, reports
from storage.tables import CampaignState
from storage.uow import Row


async def owed_list(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/baocao: the reports that the unit owes, each with a button that starts it."""
    person = ctx.person
    if person is None or person.role != "reporter":
        text = ctx.tr.t("You have no reports to send. /tonghop shows the totals; /trogiup shows what I can do.")
        return [Reply(text)]
    reporting = [held for held in person.roles if held.role == "reporter"]
    owed: list[tuple[Row, Row | None]] = []
    for held in reporting:
        drafts = {d["expected_id"]: d for d in await register.drafts_of(ctx.uow, held.member_id)}
        owed += [(row, drafts.get(row["id"])) for row in await register.owed(ctx.uow, held.unit.id, ctx.now)]
    several = len(reporting) > 1
    if ctx.sparing and owed:
        await _set_another_aside(ctx, owed[0][0]["id"])
    found = [await offer(ctx, row, draft, names_unit=several) for row, draft in owed[: 1 if ctx.sparing else None]]
    if len(owed) > len(found) > 0:
        found[0] = replace(found[0], choices=(*found[0].choices, *_others(owed[1:], ctx.tr, names_unit=several)))
    return found or [await _nothing_owed(ctx, person)]


async def _set_another_aside(ctx: Context, expected_id: int) -> None:
    """The next line answers what is asked for now: a draft of another period, or of its correction, must not take it.
    It is kept, and goes on where it was when it is chosen."""
    draft = await ctx.uow.draft(ctx.state["draft"]) if ctx.state.get("draft") else None
    if draft and draft["expected_id"] != expected_id:
        ctx.state.pop("draft")
        ctx.state.pop("together", None)


def _others(owed: Sequence[tuple[Row, Row | None]], tr: Translator, *, names_unit: bool) -> Rows:
    """The rest of what is owed as choices of one message."""
    rows = []
    for row, draft in owed:
        title = period_title(row, tr).unescape()
        label = f"📝 {row['unit_name']}: {title}" if names_unit else f"📝 {title}"
        rows.append((Choice(label, f"resume/{draft['id']}" if draft else f"start/{row['id']}"),))
    return tuple(rows)


async def _nothing_owed(ctx: Context, person: Person) -> Reply:
    tr = ctx.tr
    states = {row["state"] for row in await plans.campaigns_over(ctx.uow, person.unit.path)}
    if states == {CampaignState.CLOSED}:
        text = tr.t("✅ <b>{unit}</b> owes no report: the campaign is over. Thank you!", unit=person.unit.name)
    elif states and CampaignState.RUNNING not in states:
        text = tr.t(
            "✅ <b>{unit}</b> owes no report: the campaign is paused. I will write when it goes on.",
            unit=person.unit.name,
        )
    else:
        text = tr.t("✅ <b>{unit}</b> owes no report now. I will write when the next one opens.", unit=person.unit.name)
    return Reply(text, ((Choice(tr.plain("Reports sent"), "hist"),),))


async def offer(ctx: Context, owed: Row, draft: Row | None, *, names_unit: bool = False) -> Reply:
    """One owed report: what it covers, how long is left, and the buttons that begin it. `names_unit`: for somebody who
    reports for several."""
    tr = ctx.tr
    late = ctx.now > owed["due_at"]
    text = tr.t("<b>{unit}</b>\n", unit=owed["unit_name"]) if names_unit else Markup("")
    text += tr.t(
        "{mark} <b>{title}</b> – {campaign}\nAbout: {covers}\nTime: {due}",
        mark="⏰" if late else "📝",
        title=period_title(owed, tr),
        campaign=owed["campaign_name"],
        covers=period_covers(owed, ctx.now, tr),
        due=due_text(owed, ctx.now, tr),
    )
    if draft and draft["report_id"] is None:
        form = await ctx.form_of_draft(draft)
        number, _ = ctx.interview(form, draft["state"]).position
        rows = (
            (Choice(tr.plain("Continue from question {n}?", n=number), f"resume/{draft['id']}"),),
            (Choice(tr.plain("Start again"), f"restart/{owed['id']}"),),
        )
        return Reply(text, rows)
    reply = Reply(text, await _beginnings(ctx, owed))
    if not ctx.sparing:
        return reply
    form = await ctx.form(owed["version_id"], owed["id"])
    return sparing.first(reply, ctx.interview(form, None, expected_id=owed["id"]), tr)


async def _beginnings(ctx: Context, owed: Row) -> tuple[tuple[Choice, ...], ...]:
    tr = ctx.tr
    rows = [(Choice(tr.plain("📝 Report now"), f"start/{owed['id']}"),)]
    quick = []
    schedule = Schedule.from_json(owed["schedule"])
    if schedule.nothing:
        quick.append(Choice(tr.plain("Nothing to report"), f"nothing/{owed['id']}"))
    if schedule.again and await last_filled(ctx, owed):
        quick.append(_same(tr, owed["id"], schedule))
    return (*rows, tuple(quick)) if quick else tuple(rows)


def ways_in(tr: Translator, expected_id: int, schedule: Schedule, *, has_earlier: bool) -> Rows:
    """The buttons that begin a report, for a message that the bot writes by itself. `has_earlier`: there is a report of
    before, to be taken again."""
    second = []
    if schedule.nothing:
        second.append(Choice(tr.plain("Nothing to report"), f"nothing/{expected_id}"))
    if schedule.again and has_earlier:
        second.append(_same(tr, expected_id, schedule))
    first = (Choice(tr.plain("📝 Report now"), f"start/{expected_id}"),)
    return (first, tuple(second)) if second else (first,)


def _same(tr: Translator, expected_id: int, schedule: Schedule) -> Choice:
    is_daily = schedule.repeat is Repeat.DAILY
    return Choice(tr.plain("Same as yesterday") if is_daily else tr.plain("Same as last time"), f"same/{expected_id}")


async def last_filled(ctx: Context, owed: Row) -> Row | None:
    """The unit's last report on this form that had something in it."""
    past = await reports.of_unit(ctx.uow, owed["unit_id"], limit=5)
    return next((r for r in past if r["form_id"] == owed["form_id"] and not r["is_nothing"]), None)


async def reportable(ctx: Context, expected_id: int) -> Row | Reply:
    """The register row if this person may still report on it, else what to say instead."""
    tr = ctx.tr
    owed = await register.expected(ctx.uow, expected_id)
    if owed is None or not await permissions.take_role(ctx, "report.send", owed["path"]):
        return Reply(tr.t("This report is not your unit's. /baocao shows what your unit owes."))
    return await _closed(ctx, owed) if ledger.is_closed(owed, ctx.now) else owed


async def _closed(ctx: Context, owed: Row) -> Reply:
    """The period takes nothing more: who may give more time, and that what was filled in is not lost."""
    tr = ctx.tr
    if owed["campaign_state"] == CampaignState.CLOSED:
        return _over(ctx, owed)
    text = tr.t(
        "<b>{title}</b> was closed {closes} {day}; it takes no more changes. /baocao shows what is open.",
        title=period_title(owed, tr),
        closes=tr.time(owed["closes_at"]),
        day=tr.day_from(owed["closes_at"], ctx.now),
    )
    contact = owed["settings"].get("contact") or tr.plain("your office")
    text += tr.t("\nIf you need more time, please ask {contact}.", contact=contact)
    if ctx.person and await reports.draft_for(ctx.uow, ctx.person.member_id, owed["id"]):
        text += tr.t(" What you have filled in is kept until then.")
    return Reply(text)


def _over(ctx: Context, owed: Row) -> Reply:
    """The whole campaign takes nothing more; what was sent can be read."""
    tr = ctx.tr
    text = tr.t(
        "<b>{campaign}</b> is over: it takes no more reports and no more changes. Thank you for your work! "
        "/lichsu shows what your unit has sent.",
        campaign=owed["campaign_name"],
    )
    contact = owed["settings"].get("contact") or tr.plain("your office")
    return Reply(text + tr.t("\nIf something is missing, please tell {contact}.", contact=contact))


async def still_owed(ctx: Context, expected_id: int) -> Row | Reply:
    """As `reportable`, and nothing has been received for it yet."""
    owed = await reportable(ctx, expected_id)
    if isinstance(owed, Reply) or owed["report_id"] is None:
        return owed
    return received_already(ctx, owed)


def received_already(ctx: Context, owed: Row) -> Reply:
    tr = ctx.tr
    text = tr.t(
        "✅ <b>{title}</b> was received already {day} at {time}, code <b>{code}</b>. Nothing was sent twice.",
        title=period_title(owed, tr), day=tr.day_from(owed["received_at"], ctx.now),
        time=tr.time(owed["received_at"]), code=owed["code"],
    )  # fmt: skip
    return Reply(text, ((Choice(tr.plain("✏️ Correct this report"), f"fix/{owed['report_id']}"),),))
