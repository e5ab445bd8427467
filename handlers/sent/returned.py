"""A line asked back, on the sender's side: it is right as it stands, or it is answered once more and sent at once."""

from __future__ import annotations

from markupsafe import Markup

from forms.interview import Interview
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, Rows, number, word
from handlers.interview import card, doubting, drafts, duty
from handlers.office import urgent
from handlers.sent import lines, telling
from handlers.stories import received
from handlers.values import why_refused
from reporting import register as ledger
from reporting import returns as standing
from reporting.doubts import oddities
from reporting.returns import WHOLE
from storage import register, reports, returns
from storage.tables import ReportState
from storage.uow import Row

_STATE = "returning"
"""In the conversation: the draft that is sent as soon as it is answered, for which line, and the draft before it."""


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`ret/<return>/show|keep|v|edit`: the question again, right as it stands, the number of the reason, another."""
    found = await _open(ctx, number(parts, 0))
    if isinstance(found, Reply):
        return [found]
    owed, report, asked = found
    match word(parts, 1):
        case "keep":
            return [await _keep(ctx, report, asked)]
        case "v":
            return await _take(ctx, owed, report, asked)
        case "edit":
            return await _edit(ctx, owed, report, asked)
    return [await telling.question(ctx, report, asked, ctx.tr)]


async def _open(ctx: Context, return_id: int) -> tuple[Row, Row, Row] | Reply:
    """The register row, the report and the line asked back, if this person may still answer it."""
    tr = ctx.tr
    asked = await returns.get(ctx.uow, return_id)
    report = await reports.current(ctx.uow, asked["report_id"]) if asked else None
    if asked is None or report is None:
        return Reply(tr.t("I cannot find this report. /lichsu lists the reports sent."))
    owed = await duty.reportable(ctx, report["expected_id"])
    if isinstance(owed, Reply):
        return owed
    if asked["answered_at"]:
        text = tr.t(
            "This was answered already {time} {day} (<b>{code}</b>). Thank you.",
            time=tr.time(asked["answered_at"]), day=tr.day_from(asked["answered_at"], ctx.now), code=report["code"],
        )  # fmt: skip
        return Reply(text, _see(ctx, report))
    if report["state"] == ReportState.APPROVED:
        return approved(ctx, report["code"])
    return owed, report, asked


def approved(ctx: Context, code: str) -> Reply:
    """An approved report takes no corrections."""
    return Reply(
        ctx.tr.t("✔ Report <b>{code}</b> is approved. To correct it, ask your leader to open it again.", code=code)
    )


def _see(ctx: Context, report: Row) -> Rows:
    return ((Choice(ctx.tr.plain("See the report"), f"hist/{report['id']}"),),)


def _actor(ctx: Context) -> standing.Actor:
    assert ctx.person is not None  # noqa: S101  (`reportable` has looked)
    return standing.Actor(ctx.person.member_id, ctx.person.account_id)


async def _keep(ctx: Context, report: Row, asked: Row) -> Reply:
    """Nothing changes; the one who asked is told."""
    tr = ctx.tr
    await standing.confirm(ctx.uow, report, asked, _actor(ctx))
    await telling.confirmed(ctx, report, asked)
    line = lines.phrase(await lines.interview(ctx, report, tr), asked["question"], tr, nothing=report["is_nothing"])
    text = tr.t("Kept as it is: <b>{line}</b>. I have told {name}. Thank you.", line=line, name=asked["member_name"])
    return Reply(text, _see(ctx, report))


async def _take(ctx: Context, owed: Row, report: Row, asked: Row) -> list[Reply]:
    """The number that the reason names: read again, as a button could have been made up."""
    meant = lines.proposal(
        await lines.interview(ctx, report, ctx.tr), asked["question"], asked["reason"], ctx.now, ctx.tr
    )
    if meant is None:
        return await _edit(ctx, owed, report, asked)
    under_way, interview = await _draft(ctx, report)
    if refusal := interview.answer(asked["question"], meant.value, meant.mark):
        replies = await _edit(ctx, owed, report, asked)
        return [Reply(why_refused(refusal, ctx.tr)), *replies]
    if under_way:
        return await drafts.go_on(ctx, under_way, interview, before=[_also(ctx, report)])
    if interview.current is None:
        return [await _send(ctx, owed, report, interview, asked)]
    return await _ask(ctx, owed, report, interview, asked)


async def _edit(ctx: Context, owed: Row, report: Row, asked: Row) -> list[Reply]:
    """Just that question; in a correction that is under way already it is opened there, and nothing of that is lost."""
    under_way, interview = await _draft(ctx, report)
    interview.edit(asked["question"])
    if under_way:
        return await drafts.go_on(ctx, under_way, interview, before=[_also(ctx, report)])
    return await _ask(ctx, owed, report, interview, asked)


async def _draft(ctx: Context, report: Row) -> tuple[Row | None, Interview]:
    """The person's correction of this report that is under way and changes something, else None and the report."""
    assert ctx.person is not None  # noqa: S101  (`reportable` has looked)
    form = await ctx.form_of(report["version_id"], report["id"])
    sent = ctx.interview_of(form, report)
    draft = await reports.draft_for(ctx.uow, ctx.person.member_id, report["expected_id"])
    if draft is None or draft["report_id"] != report["id"] or draft["version_id"] != report["version_id"]:
        return None, sent
    interview = ctx.interview(form, draft["state"], expected_id=draft["expected_id"])
    if interview.result() == sent.result():
        return None, sent
    await ctx.uow.load_drafts([draft["id"]])
    ctx.state["draft"] = draft["id"]
    ctx.state.pop(_STATE, None)
    return draft, interview


def _also(ctx: Context, report: Row) -> Markup:
    return ctx.tr.t(
        "You are correcting report <b>{code}</b> already, so I go on in that. It goes out when you send it.",
        code=report["code"],
    )


async def _ask(ctx: Context, owed: Row, report: Row, interview: Interview, asked: Row) -> list[Reply]:
    """Put the question; the answer is sent at once (see `sent_at_once`)."""
    earlier = ctx.state.get("draft")
    draft = await drafts.new_draft(ctx, owed, interview, report["version_id"], report["id"])
    if asked["question"] != WHOLE and interview.current is not None:
        ctx.state[_STATE] = {"draft": draft["id"], "return": asked["id"], "earlier": earlier}
    note = ctx.tr.t("Report <b>{code}</b>, asked: “{reason}”", code=report["code"], reason=asked["reason"])
    return await drafts.go_on(ctx, draft, interview, before=[note])


async def overtaken(ctx: Context, draft: Row) -> Reply | None:
    """When somebody has corrected the report since this correction was touched last: what it says now, and to begin
    anew. Sending would undo theirs unseen."""
    report = await reports.current(ctx.uow, draft["report_id"]) if draft["report_id"] else None
    if report is None or report["revised_at"] <= draft["updated_at"]:
        return None
    tr = ctx.tr
    body = card.content(await lines.interview(ctx, report, tr), tr)
    note = tr.t("The report has been corrected meanwhile. It is now:")
    text = Markup("\n").join([note, tr.t("Nothing took place.") if report["is_nothing"] else body])
    return Reply(text, ((Choice(tr.plain("✏️ Correct this report"), f"fix/{report['id']}"),),))


# --- sent at once ----------------------------------------------------------------------------------


async def sent_at_once(ctx: Context, replies: list[Reply]) -> list[Reply]:
    """After each update: where the line asked back has been answered, send the report, in place of showing the card."""
    state = ctx.state.get(_STATE)
    if not state or ctx.state.get("draft") != state["draft"]:
        return replies
    if (draft := await ctx.uow.draft(state["draft"])) is None:
        ctx.state.pop(_STATE)
        return replies
    form = await ctx.form_of_draft(draft)
    interview = ctx.interview(form, draft["state"], expected_id=draft["expected_id"])
    if interview.current is not None:
        return replies
    ctx.state.pop(_STATE)
    found = await _open(ctx, state["return"])
    if isinstance(found, Reply):
        return [found]
    owed, report, asked = found
    after = {"answers": interview.result(), "marks": interview.state["marks"], "is_nothing": False}
    if not standing.answered_by(form, [asked], report, after):
        if interview.result() != ctx.interview_of(form, report).result():
            return replies
        await _drop(ctx, draft["id"], state["earlier"])
        return [await _keep(ctx, report, asked)]
    await _drop(ctx, draft["id"], state["earlier"])
    return [await _send(ctx, owed, report, interview, asked)]


async def _drop(ctx: Context, draft_id: int, earlier: int | None) -> None:
    """Put the draft away; what was under way before it is under way again."""
    await reports.drop_draft(ctx.uow, draft_id)
    for name in ("draft", "ticked", "mark"):
        ctx.state.pop(name, None)
    if earlier is not None and await ctx.uow.draft(earlier):
        ctx.state["draft"] = earlier


async def _send(ctx: Context, owed: Row, report: Row, interview: Interview, asked: Row) -> Reply:
    """The new version, what it changed, and the word to the one who asked."""
    tr, actor, path = ctx.tr, _actor(ctx), asked["question"]
    before = lines.says(await lines.interview(ctx, report, tr), path, tr, nothing=report["is_nothing"])
    odd = await doubting.find(ctx, owed, interview)
    receipt = await ledger.submit(
        ctx.uow, interview.form, owed, version_id=report["version_id"], member_id=actor.member_id,
        account_id=actor.account_id, result=interview.result(), marks=interview.state["marks"], demo=owed["demo"],
        odd=oddities.kept(odd),
    )  # fmt: skip
    await urgent.tell(ctx, owed, receipt)
    await telling.corrected(ctx, receipt.report_id, receipt.answered)
    text = tr.t(
        "✅ Corrected: {line}, {before} → <b>{after}</b> (<b>{code}</b>, version {n}). The version before is kept. "
        "Thank you.",
        line=lines.called(interview, path, tr), before=before, after=lines.says(interview, path, tr, nothing=False),
        code=receipt.code, n=receipt.revision,
    )  # fmt: skip
    text += await received.take(ctx, owed, receipt)
    return Reply(text, (*_see(ctx, report), *await _on(ctx)))


async def _on(ctx: Context) -> Rows:
    """The way back to what was under way before."""
    draft_id = ctx.state.get("draft")
    draft = await ctx.uow.draft(draft_id) if draft_id else None
    owed = await register.expected(ctx.uow, draft["expected_id"]) if draft else None
    if draft is None or owed is None:
        return ()
    return ((Choice(ctx.tr.plain("Continue"), f"resume/{draft_id}"),),)
