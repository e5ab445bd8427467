"""What is said while a report is filled in: a question with its buttons, its beginning, once more, and the card."""

from __future__ import annotations

from markupsafe import Markup

from forms.interview import Interview
from forms.model import Question
from handlers.context import Context
from handlers.events import Choice, Reply, Rows
from handlers.interview import asking, card, picturing
from handlers.interview.readings import Doubt
from handlers.words import period_covers, period_title
from storage import register
from storage.uow import Row


async def card_of(ctx: Context, draft: Row, interview: Interview) -> Reply:
    owed = await register.expected(ctx.uow, draft["expected_id"])
    assert owed is not None  # noqa: S101  (a draft's foreign key)
    return card.card(interview, draft, owed, ctx.tr, typed=ctx.sparing)


async def put(
    ctx: Context, draft: Row, interview: Interview, question: Question, before: list[Markup], *, below: Rows = ()
) -> Reply:
    """The question with its buttons, and what the form shows with it."""
    text = asking.question_text(interview, question, ctx.tr, typed=ctx.sparing)
    rows = asking.question_rows(interview, question, draft["id"], ctx.tr)
    shown = await picturing.of_label(ctx, draft["version_id"], interview, question)
    return Reply(
        Markup("\n").join([*before, text]), (*rows, *below), photo=shown.photo, document=shown.document,
        wants=asking.WANTS.get(question.kind, ""),
    )  # fmt: skip


async def opening(ctx: Context, draft: Row, interview: Interview, owed: Row | None = None) -> tuple[list[Markup], Rows]:
    """At the first question: what the report covers, and the tap that says that nothing took place; of a sent one,
    which it is."""
    if interview.position[0] > 1:
        return [], ()
    owed = owed or await register.expected(ctx.uow, draft["expected_id"])
    assert owed is not None  # noqa: S101  (a draft's foreign key)
    if draft["report_id"]:
        return [ctx.tr.t("Correcting report <b>{code}</b>.", code=owed["code"])], ()
    title, covers = period_title(owed, ctx.tr), period_covers(owed, ctx.now, ctx.tr)
    head = [ctx.tr.t("<b>{title}</b> ({covers})", title=title, covers=covers)]
    if not owed["schedule"]["nothing"]:
        return head, ()
    return head, ((Choice(ctx.tr.plain("Nothing to report"), f"nothing/{owed['id']}"),),)


async def again(ctx: Context, draft: Row, interview: Interview, question: Question, why: Markup) -> list[Reply]:
    """The same question once more, with the reason."""
    text = asking.question_text(interview, question, ctx.tr, typed=ctx.sparing)
    rows = asking.question_rows(interview, question, draft["id"], ctx.tr)
    return [Reply(Markup("\n\n").join([why, text]), rows, wants=asking.WANTS.get(question.kind, ""))]


def which(ctx: Context, draft: Row, interview: Interview, question: Question, doubt: Doubt) -> Reply:
    """Ask which reading was meant."""
    action = asking.Actions(question, draft["id"])
    if doubt.mark:
        ctx.state["mark"] = doubt.mark
    rows = [(Choice(label, action(doubt.verb, value)),) for label, value in doubt.candidates]
    last = [Choice(ctx.tr.plain("Type again"), action("ask"))]
    if doubt.may_skip and not interview.required(question):
        last.append(Choice(ctx.tr.plain("Skip"), action("skip")))
    # A number that is typed now is another answer, not one of these readings.
    takes_numbers = asking.WANTS.get(question.kind) == "number"
    return Reply(doubt.text, (*rows, tuple(last)), wants="number" if takes_numbers else "")
