"""A draft: begun, found again, gone on with, left."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from forms.interview import Interview
from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Reply
from handlers.interview import putting, together
from storage import reports
from storage.uow import Row


async def new_draft(
    ctx: Context, owed: Row, interview: Interview, version_id: int, report_id: int | None = None
) -> Row:
    assert ctx.person is not None  # noqa: S101  (the callers have looked)
    draft = await reports.open_draft(
        ctx.uow, member_id=ctx.person.member_id, expected_id=owed["id"], version_id=version_id,
        report_id=report_id, state=interview.state,
    )  # fmt: skip
    ctx.state["draft"] = draft["id"]
    return draft


async def open_draft(ctx: Context, draft_id: int) -> tuple[Row, Interview] | Reply:
    """A draft of this person with its interview, or what to say when there is none any more."""
    draft = await ctx.uow.draft(draft_id)
    mine = ctx.person.holding(draft["member_id"]) if draft and ctx.person else None
    if draft is None or mine is None or not await permissions.take_role(ctx, "report.send", mine.unit.path):
        return Reply(
            ctx.tr.t("This button is from a report that has been sent or cancelled."),
            ((Choice(ctx.tr.plain("See what is owed"), "owed"), Choice(ctx.tr.plain("Reports sent"), "hist")),),
        )
    form = await ctx.form_of_draft(draft)
    return draft, ctx.interview(form, draft["state"], expected_id=draft["expected_id"])


async def go_on(
    ctx: Context, draft: Row, interview: Interview, *, before: list[Markup] | None = None, owed: Row | None = None
) -> list[Reply]:
    """Save the draft and put the next question, or show the card. `owed`: its row of the register, where that is known
    already."""
    ctx.uow.save_draft(draft["id"], interview.state)
    for name in ("mark", "ticked", "together", "listed"):
        ctx.state.pop(name, None)
    question = interview.current
    said = before or []
    if question is None:
        shown = await putting.card_of(ctx, draft, interview)
        return [Reply(Markup("\n\n").join([*said, shown.text]), shown.choices)]
    head, below = await putting.opening(ctx, draft, interview, owed)
    if ctx.sparing and (several := together.following(interview)):
        ctx.state["together"] = ctx.state["listed"] = [one.path for one in several]
        put = together.put(interview, several, draft["id"], ctx.tr)
        return [replace(put, text=Markup("\n").join([*said, *head, put.text]), choices=(*put.choices, *below))]
    return [await putting.put(ctx, draft, interview, question, [*said, *head], below=below)]


def ask_to_cancel(ctx: Context, draft_id: int) -> Reply:
    """Before answers are thrown away."""
    tr = ctx.tr
    rows = (
        (Choice(tr.plain("Keep it for later"), f"keep/{draft_id}"),),
        (Choice(tr.plain("Throw it away"), f"drop/{draft_id}"), Choice(tr.plain("Go on"), f"resume/{draft_id}")),
    )
    return Reply(tr.t("Stop here? The answers so far are kept until you throw them away."), rows)


def leave_out_the_optional(interview: Interview) -> None:
    """What may be empty is not asked for any more: the card shows it, and each line can be changed."""
    for line in interview.review():
        if line.value is None and not interview.required(line.question):
            interview.edit(line.question.path)
            interview.skip()
    interview.resume()
