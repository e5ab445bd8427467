"""The end of a report: the card's buttons, sending and its receipt, keeping or throwing away."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from forms.interview import Interview
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number, place_of, word
from handlers.interview import card, doubting, drafts, duty, filling, sparing
from handlers.office import urgent
from handlers.sent import returned, telling
from handlers.stories import received
from reporting import extensions
from reporting import register as ledger
from reporting.doubts import oddities
from storage import register, reports
from storage.uow import Row


async def given(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A typed line while a report is under way; where nothing can be pressed, the word that sends it sends its card."""
    text, draft_id = (incoming.text or "").strip(), ctx.state["draft"]
    if ctx.sparing and sparing.closing(text) == ("", True):
        found = await drafts.open_draft(ctx, draft_id)
        if not isinstance(found, Reply) and found[1].current is None:
            return await _send(ctx, *found, sure=False)
    was_told = ctx.state.get("told") == draft_id and sparing.may_go_at_once(text)
    replies = await filling.given(ctx, incoming)
    return (await _told_whole(ctx, draft_id) if was_told else []) or replies


async def _told_whole(ctx: Context, draft_id: int) -> list[Reply]:
    """A report told in one message that was to go out at once goes out with the last of its answers."""
    found = await drafts.open_draft(ctx, draft_id)
    return [] if isinstance(found, Reply) or found[1].current else await send_told(ctx, *found)


async def card_pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """A button of the card: `card/<draft>/send|sure|stop|edit/<question>`."""
    draft_id, verb = number(parts, 0), word(parts, 1)
    found = await drafts.open_draft(ctx, draft_id)
    if isinstance(found, Reply):
        return [found]
    draft, interview = found
    ctx.state["draft"] = draft_id
    ctx.state.pop("told", None)
    if verb == "stop":
        return [drafts.ask_to_cancel(ctx, draft_id)]
    if verb in ("send", "sure"):
        return await _send(ctx, draft, interview, sure=verb == "sure")
    doubting.looked_at(ctx, draft_id)
    place = word(parts, 2)
    if question := next((q for q in interview.draft.asked() if place_of(q.path) == place), None):
        interview.edit(question.path)
    return await drafts.go_on(ctx, draft, interview)


async def _send(ctx: Context, draft: Row, interview: Interview, *, sure: bool) -> list[Reply]:
    """Submit the draft, if nothing required is missing; `sure`: what is odd about it was asked, and is right."""
    owed = await duty.reportable(ctx, draft["expected_id"])
    if isinstance(owed, Reply):
        return [owed]
    if owed["report_id"] and draft["report_id"] is None:
        await drop(ctx, draft["id"])
        return [duty.received_already(ctx, owed)]
    if newer := await returned.overtaken(ctx, draft):
        return [newer]
    if missing := interview.missing():
        interview.edit(missing.path)
        note = ctx.tr.t("One answer is still missing:")
        return await drafts.go_on(ctx, draft, interview, before=[note])
    odd = await doubting.find(ctx, owed, interview)
    if ask := await doubting.before_sending(ctx, draft, owed, interview, odd, sure=sure):
        return [ask]
    assert ctx.person is not None  # noqa: S101  (`reportable` has looked)
    receipt = await ledger.submit(
        ctx.uow, interview.form, owed, version_id=draft["version_id"], member_id=ctx.person.member_id,
        account_id=ctx.person.account_id, result=interview.result(), marks=interview.state["marks"],
        demo=owed["demo"], odd=oddities.kept(odd),
    )  # fmt: skip
    await drop(ctx, draft["id"])
    return [await after_submit(ctx, owed, receipt)]


async def send_told(ctx: Context, draft: Row, interview: Interview) -> list[Reply]:
    """Send what was told in one message, at once. There was no card: the receipt shows what was read."""
    ctx.uow.save_draft(draft["id"], interview.state)
    owed = await register.expected(ctx.uow, draft["expected_id"])
    assert owed is not None  # noqa: S101  (a draft's foreign key)
    shown = Markup("\n").join(card.whole(interview, owed, ctx.tr))
    replies = await _send(ctx, draft, interview, sure=False)
    return [replace(replies[0], text=Markup("\n\n").join([shown, replies[0].text])), *replies[1:]]


async def drop(ctx: Context, draft_id: int) -> None:
    await reports.drop_draft(ctx.uow, draft_id)
    for name in ("draft", "ticked", "mark", "odd", "together", "listed", "told"):
        ctx.state.pop(name, None)


async def after_submit(ctx: Context, owed: Row, receipt: ledger.Receipt, *, nothing: bool = False) -> Reply:
    """The receipt; reminders that wait for somebody of the unit are withdrawn."""
    await extensions.withdraw_reminders(ctx.uow, [owed])
    tr = ctx.tr
    if receipt.approved:
        return Reply(
            tr.t(
                "✔ Report <b>{code}</b> is approved. To correct it, ask your leader to open it again.",
                code=receipt.code,
            )
        )
    ctx.state["sent"] = [receipt.report_id, ctx.now.isoformat()]
    await urgent.tell(ctx, owed, receipt)
    await telling.corrected(ctx, receipt.report_id, receipt.answered)
    if receipt.revision > 1:
        text = tr.t(
            "✅ Corrected at {time}. Report code: <b>{code}</b>, version {n}. The version before is kept.",
            time=tr.time(receipt.at), code=receipt.code, n=receipt.revision,
        )  # fmt: skip
    else:
        text = tr.t(
            "✅ Received at {time}, <b>{punctual}</b>. Report code: <b>{code}</b>.",
            time=tr.time(receipt.at),
            punctual=tr.plain("late") if receipt.late else tr.plain("on time"),
            code=receipt.code,
        )
    if nothing:
        text += tr.t("\nYou reported: <b>nothing took place</b>.")
    text += await received.take(ctx, owed, receipt)
    text += tr.t("\nTo correct it, tap /lichsu.")
    correct = (Choice(tr.plain("✏️ Correct this report"), f"fix/{receipt.report_id}"),)
    others = await _others_owed(ctx, owed)
    if not others:
        return Reply(text, (correct,))
    text += tr.tn("\n{unit} still owes {n} report.", "\n{unit} still owes {n} reports.", others, unit=owed["unit_name"])
    return Reply(text, ((Choice(tr.plain("📝 The next report"), "cmd/baocao"),), correct))


async def _others_owed(ctx: Context, owed: Row) -> int:
    """How many reports on the campaign's other forms the unit owes; the next day's of the same has its own time."""
    rows = await register.owed(ctx.uow, owed["unit_id"], ctx.now)
    return sum(row["form_id"] != owed["form_id"] for row in rows)


async def cancel(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/huy"""
    if draft_id := ctx.state.get("draft"):
        return [drafts.ask_to_cancel(ctx, draft_id)]
    if ctx.person and ctx.person.role != "reporter":
        return [Reply(ctx.tr.t("Nothing is under way. /trogiup shows what I can do."))]
    return [Reply(ctx.tr.t("Nothing is under way. /baocao shows what your unit owes."))]


async def keep(ctx: Context, draft_id: int) -> list[Reply]:
    """Leave the draft for later."""
    ctx.state.pop("draft", None)
    text = ctx.tr.t("Kept. Come back with /baocao whenever it suits you.")
    return [Reply(text, ((Choice(ctx.tr.plain("Continue"), f"resume/{draft_id}"),),))]


async def throw_away(ctx: Context, draft_id: int) -> list[Reply]:
    """Delete the draft; a report that was sent stays as it is."""
    found = await drafts.open_draft(ctx, draft_id)
    if isinstance(found, Reply):
        return [found]
    await drop(ctx, draft_id)
    return [Reply(ctx.tr.t("Thrown away. Nothing was sent. /baocao starts again."))]
