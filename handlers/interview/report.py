"""The ways into a report: afresh, as last time, nothing to report, going on, correcting one that was sent."""

from __future__ import annotations

from markupsafe import escape

from forms.message import template
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply
from handlers.interview import drafts, duty, sending
from handlers.sent import returned
from handlers.words import period_title
from reporting import register as ledger
from storage import register, reports
from storage.tables import ReportState
from storage.uow import Row


async def start(ctx: Context, expected_id: int, *, afresh: bool = False) -> list[Reply]:
    """Begin the report, or ask whether to go on with the one under way."""
    owed = await duty.still_owed(ctx, expected_id)
    if isinstance(owed, Reply):
        return [owed]
    assert ctx.person is not None  # noqa: S101  (`reportable` has looked)
    draft = await reports.draft_for(ctx.uow, ctx.person.member_id, expected_id)
    if draft and not afresh:
        return [await duty.offer(ctx, owed, draft)]
    form = await ctx.form(owed["version_id"], expected_id)
    interview = ctx.interview(form, None, expected_id=expected_id)
    draft = await drafts.new_draft(ctx, owed, interview, owed["version_id"])
    return await drafts.go_on(ctx, draft, interview, owed=owed)


async def start_afresh(ctx: Context, expected_id: int) -> list[Reply]:
    """Begin the report anew, whatever is under way."""
    return await start(ctx, expected_id, afresh=True)


async def _unfinished(ctx: Context, owed: Row, instead: str) -> Reply | None:
    """Answers under way are not thrown away by one tap: ask first. `instead`: the action that goes on without them."""
    assert ctx.person is not None  # noqa: S101  (the callers have looked)
    draft = await reports.draft_for(ctx.uow, ctx.person.member_id, owed["id"])
    if draft is None or not draft["state"]["answers"]:
        return None
    tr = ctx.tr
    text = tr.t("You have begun <b>{title}</b> already. Throw those answers away?", title=period_title(owed, tr))
    keep = Choice(tr.plain("No, go on with it"), f"resume/{draft['id']}")
    return Reply(text, ((keep,), (Choice(tr.plain("Yes, throw them away"), instead),)))


async def same_as_last(ctx: Context, expected_id: int, *, sure: bool = False) -> list[Reply]:
    """Fill the draft with the last report's numbers and show the card: nothing is sent without *Gửi*."""
    owed = await duty.still_owed(ctx, expected_id)
    if isinstance(owed, Reply):
        return [owed]
    if not sure and (ask := await _unfinished(ctx, owed, f"same/{expected_id}/sure")):
        return [ask]
    last = await duty.last_filled(ctx, owed)
    if last is None:
        return await start(ctx, expected_id)
    form = await ctx.form(owed["version_id"], expected_id)
    interview = ctx.interview(form, None, expected_id=expected_id)
    interview.copy_from(last["answers"], last["marks"])
    drafts.leave_out_the_optional(interview)
    draft = await drafts.new_draft(ctx, owed, interview, owed["version_id"])
    said = ctx.tr.t("I took the numbers of <b>{title}</b>. Please check them.", title=period_title(last, ctx.tr))
    return await drafts.go_on(ctx, draft, interview, before=[said])


async def nothing_to_report(ctx: Context, expected_id: int, *, sure: bool = False) -> list[Reply]:
    """One tap: a report that says that nothing took place."""
    owed = await duty.still_owed(ctx, expected_id)
    if isinstance(owed, Reply):
        return [owed]
    if not sure and (ask := await _unfinished(ctx, owed, f"nothing/{expected_id}/sure")):
        return [ask]
    return await _send_nothing(ctx, owed)


async def _send_nothing(ctx: Context, owed: Row) -> list[Reply]:
    assert ctx.person is not None  # noqa: S101  (the callers have looked)
    form = await ctx.library.form(ctx.uow, owed["version_id"])
    if draft := await reports.draft_for(ctx.uow, ctx.person.member_id, owed["id"]):
        await sending.drop(ctx, draft["id"])
    receipt = await ledger.submit(
        ctx.uow, form, owed, version_id=owed["version_id"], member_id=ctx.person.member_id,
        account_id=ctx.person.account_id, result={}, marks={}, nothing=True, demo=owed["demo"],
    )  # fmt: skip
    return [await sending.after_submit(ctx, owed, receipt, nothing=True)]


async def to_correct(ctx: Context, report_id: int) -> tuple[Row, Row] | Reply:
    """A sent report with its register row, or why it cannot be changed."""
    report = await reports.current(ctx.uow, report_id)
    if report is None:
        return Reply(ctx.tr.t("I cannot find this report. /lichsu lists the reports sent."))
    if report["state"] == ReportState.APPROVED:
        return returned.approved(ctx, report["code"])
    owed = await duty.reportable(ctx, report["expected_id"])
    return owed if isinstance(owed, Reply) else (report, owed)


async def correct(ctx: Context, report_id: int) -> list[Reply]:
    """Open the card of a sent report again; sending makes a new revision."""
    found = await to_correct(ctx, report_id)
    if isinstance(found, Reply):
        return [found]
    report, owed = found
    form = await ctx.form_of(report["version_id"], report_id)
    interview = ctx.interview_of(form, report)
    draft = await drafts.new_draft(ctx, owed, interview, report["version_id"], report_id)
    return await drafts.go_on(ctx, draft, interview)


async def void(ctx: Context, report_id: int, *, sure: bool = False) -> list[Reply]:
    """Correct a sent report to "nothing took place"; its numbers stay in the version before."""
    found = await to_correct(ctx, report_id)
    if isinstance(found, Reply):
        return [found]
    report, owed = found
    tr = ctx.tr
    if not sure:
        text = tr.t("Correct report <b>{code}</b> to <b>nothing took place</b>?", code=report["code"])
        yes = Choice(tr.plain("Yes, nothing took place"), f"void/{report_id}/sure")
        return [Reply(text, ((yes,), (Choice(tr.plain("No, go back"), f"fix/{report_id}"),)))]
    return await _send_nothing(ctx, owed)


async def resume(ctx: Context, draft_id: int) -> list[Reply]:
    """Go on where the draft was left."""
    found = await drafts.open_draft(ctx, draft_id)
    if isinstance(found, Reply):
        return [found]
    draft, interview = found
    owed = await duty.reportable(ctx, draft["expected_id"])
    if isinstance(owed, Reply):
        return [owed]
    ctx.state["draft"] = draft_id
    return await drafts.go_on(ctx, draft, interview)


async def template_of(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/mau: the form as numbered lines, to be copied, filled in and sent back."""
    person, tr = ctx.person, ctx.tr
    owed = await register.owed(ctx.uow, person.unit.id, ctx.now) if person and person.role == "reporter" else []
    if not owed:
        return await duty.owed_list(ctx, incoming)
    form = await ctx.library.form(ctx.uow, owed[0]["version_id"])
    lines = template(form, language=tr.language)
    head = tr.t("Copy the lines below, write the numbers behind the colons, leave out what did not take place:")
    return [Reply(head), Reply(escape(lines))]
