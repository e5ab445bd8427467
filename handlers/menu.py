"""Help, status, language, and what to say to a stranger."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from handlers import commands
from handlers.context import Context, Person
from handlers.events import Choice, Incoming, Membership, Reply, word
from handlers.interview import report
from handlers.words import due_text, period_title
from storage import people, plans, register
from storage.tables import CampaignState, ExpectedState
from storage.uow import Row

NAMES_SHOWN = 15


async def stranger(ctx: Context, incoming: Incoming) -> list[Reply]:
    """Somebody who has not joined."""
    return [
        Reply(
            ctx.tr.t(
                "Hello! I take the Youth Union's reports by chat. Please send me the code that your office gave you, "
                "such as <code>K7QM-2XPD</code>."
            )
        )
    ]


async def came_or_went(ctx: Context, incoming: Incoming) -> list[Reply]:
    """Somebody blocked the bot, or took it back."""
    if incoming.membership is Membership.REMOVED:
        await people.blocked(ctx.uow, incoming.channel, incoming.chat)
        return []
    return await (help_ if ctx.person else stranger)(ctx, incoming)


async def help_(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/trogiup: a guide of one minute, then the commands of one's role."""
    tr, person = ctx.tr, ctx.person
    if person is None:
        return await stranger(ctx, incoming)
    if person.role == "reporter":
        guide = tr.t(
            "<b>One minute is enough</b>\n"
            "1. Tap /baocao and <b>Report now</b>.\n"
            "2. Answer each question: tap a button, or type as you speak: <i>ba căn</i>, <i>40tr</i>, <i>1.200</i>.\n"
            "3. Look at the card, tap <b>Send</b>. You get a report code.\n"
            "Nothing took place? One tap on <b>Nothing to report</b> is a report too."
        )
        first = Choice(tr.plain("📝 Report now"), "cmd/baocao")
    else:
        guide = tr.t(
            "<b>Every morning</b> I send you the digest of {unit}. /tonghop shows it at any time, for any day: "
            "totals, who has not reported, and the Excel file.",
            unit=person.unit.name,
        )
        first = Choice(tr.plain("See the digest"), "cmd/tonghop")
    listed = [tr.t("/{name} – {what}", name=name, what=what) for name, what in commands.menu(tr, person.role_names)]
    return [
        Reply(Markup("\n").join([guide, Markup(""), *listed]), ((first,),), menu=commands.menu(tr, person.role_names))
    ]


async def later(ctx: Context, incoming: Incoming) -> list[Reply]:
    return [Reply(ctx.tr.t("All right. I will remind you in time. /baocao begins whenever you like."))]


async def status(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/tinhtrang"""
    person = ctx.person
    if person is None:
        return await stranger(ctx, incoming)
    if person.role == "reporter":
        return [await _own_status(ctx, person)]
    return [await _branch_status(ctx, person)]


async def _own_status(ctx: Context, person: Person) -> Reply:
    tr = ctx.tr
    recent = await register.recent_of_unit(ctx.uow, person.unit.id, ctx.now, limit=5)
    lines = [tr.t("<b>{unit}</b>", unit=person.unit.name)]
    for row in recent:
        title = period_title(row, tr)
        if row["state"] == ExpectedState.EXEMPT and row["code"] is None:
            lines.append(tr.t("▫ {title}: exempt", title=title))
        elif row["code"] is None and row["campaign_state"] == CampaignState.CLOSED:
            lines.append(tr.t("▫ {title}: not reported, the campaign is over", title=title))
        elif row["code"] is None:
            lines.append(tr.t("▫ {title}: <b>not yet</b>, {due}", title=title, due=due_text(row, ctx.now, tr)))
        else:
            how = tr.plain("late") if row["late"] else tr.plain("on time")
            time = tr.time(row["received_at"])
            lines.append(tr.t("✅ {title}: {code}, {time}, {how}", title=title, code=row["code"], time=time, how=how))
    if not recent:
        lines.append(tr.t("No report has been asked for yet."))
    choice = Choice(tr.plain("📝 Report now"), "cmd/baocao")
    return Reply(Markup("\n").join(lines), ((choice,),) if any(_is_open(row) for row in recent) else ())


def _is_open(row: Row) -> bool:
    is_over = row["campaign_state"] == CampaignState.CLOSED
    return row["code"] is None and row["state"] != ExpectedState.EXEMPT and not is_over


async def _branch_status(ctx: Context, person: Person) -> Reply:
    tr = ctx.tr
    lines = [tr.t("<b>{unit}</b>", unit=person.unit.name)]
    for form in await plans.live_forms(ctx.uow):
        period = await register.last_period(ctx.uow, form["id"])
        if period is None or form["campaign_state"] == CampaignState.CLOSED:
            continue
        for row in await register.running_periods(ctx.uow, form["id"], ctx.now, ctx.now):
            cover = await register.coverage(ctx.uow, row["id"], person.unit.path)
            if cover["expected"]:
                lines.append(
                    tr.t(
                        "• {title}: <b>{reported}/{expected}</b> units have reported; {due}",
                        title=period_title(row, tr), reported=cover["reported"], expected=cover["expected"],
                        due=due_text(row, ctx.now, tr),
                    )
                )  # fmt: skip
    if len(lines) == 1:
        lines.append(tr.t("No report is being collected now."))
    return Reply(Markup("\n").join(lines), ((Choice(tr.plain("See the digest"), "cmd/tonghop"),),))


async def language(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/ngonngu"""
    rows = ((Choice("Tiếng Việt", "lang/vi"), Choice("English", "lang/en")),)
    return [Reply(ctx.tr.t("Which language shall I use?"), rows)]


async def set_language(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`lang/<code>`"""
    code = "en" if word(parts, 0) == "en" else "vi"
    ctx.state["language"] = code
    tr = ctx.office.translators[code]
    said = tr.t("From now on I speak English. /trogiup shows what I can do.")
    if ctx.person is None:
        return [Reply(said)]
    await people.set_language(ctx.uow, ctx.person.person_id, code)
    if code != ctx.person.language:
        ctx.uow.audit(
            "person.language", f"person:{ctx.person.person_id}", member_id=ctx.person.member_id,
            account_id=ctx.person.account_id, unit_id=ctx.person.unit.id,
            before={"language": ctx.person.language}, after={"language": code},
        )  # fmt: skip
    ctx.person = replace(ctx.person, language=code)
    replies = [Reply(said, menu=commands.menu(tr, ctx.person.role_names))]
    if draft_id := ctx.state.get("draft"):
        # The question that stood there was put in the other language.
        replies += await report.resume(ctx, draft_id)
    return replies


def too_fast(ctx: Context) -> Reply:
    """Many more lines in a moment than anybody types."""
    return Reply(
        ctx.tr.t(
            "That was very fast, and I did not read your last lines. Please wait ten seconds, look at what I asked "
            "last, and go on from there."
        )
    )


async def lost(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A line that nothing here can use."""
    if ctx.person is None:
        return await stranger(ctx, incoming)
    tr = ctx.tr
    if ctx.sparing and incoming.shown:
        # Choices here would take the place of those that stand above and can still be answered.
        return [
            Reply(tr.t("I did not understand that. Please answer what I asked last; /trogiup shows what I can do."))
        ]
    first = (
        Choice(tr.plain("📝 Report now"), "cmd/baocao")
        if ctx.person.role == "reporter"
        else Choice(tr.plain("See the digest"), "cmd/tonghop")
    )
    text = tr.t("I did not understand that. Here is what I can do:")
    return [Reply(text, ((first, Choice(tr.plain("Help"), "cmd/trogiup")),))]


async def stray(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A picture, a file or a place while nothing is under way."""
    if incoming.photo:
        text = ctx.tr.t("To add a picture to a report, begin the report first: /baocao. I will ask for it there.")
    else:
        text = ctx.tr.t("To add this to a report, begin the report first: /baocao. I will ask for it there.")
    return [Reply(text)]


async def unsupported(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A sticker, a poll, a contact."""
    return [Reply(ctx.tr.t("I can read words and pictures only. Please type it, or tap a button."))]
