"""A report under way: one question after the other, by words, buttons and pictures."""

from __future__ import annotations

from markupsafe import Markup

from forms.interview import Interview
from forms.model import Question
from handlers import asking, card, quick
from handlers.asking import Doubt, NoAnswer, Value
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, Rows, number, word
from handlers.words import period_covers, period_title
from storage import register, reports
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
    if draft is None or ctx.person is None or draft["member_id"] != ctx.person.member_id:
        return Reply(
            ctx.tr.t("This button is from a report that has been sent or cancelled."),
            ((Choice(ctx.tr.plain("See what is owed"), "owed"), Choice(ctx.tr.plain("Reports sent"), "hist")),),
        )
    form = await ctx.library.form(ctx.uow, draft["version_id"])
    return draft, ctx.interview(form, draft["state"], expected_id=draft["expected_id"])


async def go_on(ctx: Context, draft: Row, interview: Interview, *, before: list[Markup] | None = None) -> list[Reply]:
    """Save the draft and put the next question, or show the card."""
    ctx.uow.save_draft(draft["id"], interview.state)
    ctx.state.pop("mark", None)
    ctx.state.pop("ticked", None)
    question = interview.current
    said = before or []
    if question is None:
        owed = await register.expected(ctx.uow, draft["expected_id"])
        assert owed is not None  # noqa: S101  (a draft's foreign key)
        shown = card.card(interview, draft, owed, ctx.tr)
        return [Reply(Markup("\n\n").join([*said, shown.text]), shown.choices)]
    text = asking.question_text(interview, question, ctx.tr)
    rows = asking.question_rows(interview, question, draft["id"], ctx.tr)
    head, below = await _opening(ctx, draft, interview)
    return [Reply(Markup("\n").join([*said, *head, text]), (*rows, *below))]


async def _opening(ctx: Context, draft: Row, interview: Interview) -> tuple[list[Markup], Rows]:
    """At the first question: what the report covers, and the tap that says that nothing took place; of a sent one,
    which it is."""
    if interview.position[0] > 1:
        return [], ()
    owed = await register.expected(ctx.uow, draft["expected_id"])
    assert owed is not None  # noqa: S101  (a draft's foreign key)
    if draft["report_id"]:
        return [ctx.tr.t("Correcting report <b>{code}</b>.", code=owed["code"])], ()
    title, covers = period_title(owed, ctx.tr), period_covers(owed, ctx.now, ctx.tr)
    head = [ctx.tr.t("<b>{title}</b> ({covers})", title=title, covers=covers)]
    if not owed["schedule"]["nothing"]:
        return head, ()
    return head, ((Choice(ctx.tr.plain("Nothing to report"), f"nothing/{owed['id']}"),),)


def _again(ctx: Context, draft: Row, interview: Interview, question: Question, why: Markup) -> list[Reply]:
    """The same question once more, with the reason."""
    text = asking.question_text(interview, question, ctx.tr)
    rows = asking.question_rows(interview, question, draft["id"], ctx.tr)
    return [Reply(Markup("\n\n").join([why, text]), rows)]


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A typed line or a picture while a report is under way."""
    found = await open_draft(ctx, ctx.state["draft"])
    if isinstance(found, Reply):
        ctx.state.pop("draft")
        return [found]
    draft, interview = found
    question = interview.current
    if question is None:
        owed = await register.expected(ctx.uow, draft["expected_id"])
        assert owed is not None  # noqa: S101  (a draft's foreign key)
        shown = card.card(interview, draft, owed, ctx.tr)
        hint = ctx.tr.t("Everything is answered. Tap a line to change it, or send the report.")
        return [Reply(Markup("\n\n").join([hint, shown.text]), shown.choices)]
    read: Value | Doubt | NoAnswer
    if incoming.photo:
        read = _read_photo(ctx, question, incoming)
    else:
        read = asking.read_typed(interview, question, incoming.text or "", ctx.now, ctx.tr)
    if isinstance(read, NoAnswer) and incoming.text:
        # No answer to this question may still be the rest of the report, told in one go.
        told = quick.take(ctx, interview, incoming.text)
        if told.filled > 1:
            leave_out_the_optional(interview)
            return await go_on(ctx, draft, interview, before=quick.before_what_follows(ctx, interview, told))
        interview = ctx.interview(interview.form, draft["state"], expected_id=draft["expected_id"])
    if isinstance(read, NoAnswer):
        return _again(ctx, draft, interview, question, read.text)
    if isinstance(read, Doubt):
        return [_which(ctx, draft, interview, question, read)]
    return await _take(ctx, draft, interview, question, read)


def _read_photo(ctx: Context, question: Question, incoming: Incoming) -> Value | NoAnswer:
    if question.kind != "image":
        return NoAnswer(ctx.tr.t("This question takes no picture; there is a question for pictures further on."))
    if incoming.photo is None or incoming.photo.media_id is None:
        return NoAnswer(ctx.tr.t("The picture did not arrive whole. Please send it once more."))
    return Value(incoming.photo.media_id, echo=ctx.tr.plain("a picture"))


def _which(ctx: Context, draft: Row, interview: Interview, question: Question, doubt: Doubt) -> Reply:
    """Ask which reading was meant."""
    action = asking.Actions(interview, question, draft["id"])
    if doubt.mark:
        ctx.state["mark"] = doubt.mark
    rows = [(Choice(label, action(doubt.verb, value)),) for label, value in doubt.candidates]
    last = [Choice(ctx.tr.plain("Type again"), action("ask"))]
    if doubt.may_skip and not interview.required(question):
        last.append(Choice(ctx.tr.plain("Skip"), action("skip")))
    return Reply(doubt.text, (*rows, tuple(last)))


async def _take(ctx: Context, draft: Row, interview: Interview, question: Question, value: Value) -> list[Reply]:
    """Give the answer to the interview; say back what was read, and go on."""
    refusal = interview.answer(question.path, value.value, value.mark)
    if refusal:
        return _again(ctx, draft, interview, question, ctx.tr.t("{why}", why=refusal.message))
    echo = [ctx.tr.t("I wrote down <b>{value}</b>.", value=value.echo)] if value.echo else []
    return await go_on(ctx, draft, interview, before=echo)


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """A button of a question: `q/<draft>/<question>/<verb>[/<argument>]`."""
    draft_id, place, verb = number(parts, 0), number(parts, 1), word(parts, 2)
    argument = word(parts, 3) if len(parts) > 3 else ""
    found = await open_draft(ctx, draft_id)
    if isinstance(found, Reply):
        return [found]
    draft, interview = found
    ctx.state["draft"] = draft_id
    question = interview.current
    if question is None or interview.form.questions.index(question) != place:
        return await _where_we_are(ctx, draft, interview)
    if verb in ("p", "t", "ok"):
        return await _tick(ctx, incoming, draft, interview, question, verb, argument)
    if verb == "back":
        interview.back()
        return await go_on(ctx, draft, interview)
    if verb == "skip":
        refusal = interview.skip()
        if refusal:
            return _again(ctx, draft, interview, question, ctx.tr.t("{why}", why=refusal.message))
        return await go_on(ctx, draft, interview)
    if verb == "ask":
        return await go_on(ctx, draft, interview)
    if verb == "stop":
        return [ask_to_cancel(ctx, draft_id)]
    try:
        value = asking.read_pressed(interview, question, verb, argument, incoming, ctx.tr)
    except (LookupError, ValueError):
        return await _where_we_are(ctx, draft, interview)
    return await _take(ctx, draft, interview, question, Value(value, ctx.state.pop("mark", "")))


async def _where_we_are(ctx: Context, draft: Row, interview: Interview) -> list[Reply]:
    note = ctx.tr.t("That button belongs to an earlier question. We are here now:")
    return await go_on(ctx, draft, interview, before=[note])


async def _tick(
    ctx: Context,
    incoming: Incoming,
    draft: Row,
    interview: Interview,
    question: Question,
    verb: str,
    argument: str,
) -> list[Reply]:
    """Several choices: tick one, turn the page, or be done."""
    page = number([argument], 0) if verb == "p" else 0
    ticked: list[str] = list(ctx.state.get("ticked") or asking.chosen_so_far(interview, question))
    items = interview.items(question)
    if verb == "ok":
        return await _take(ctx, draft, interview, question, Value([i.value for i in items if i.value in ticked]))
    if verb == "t" and (place := number([argument], 0)) < len(items):
        value = items[place].value
        ticked = [v for v in ticked if v != value] if value in ticked else [*ticked, value]
        page = place // asking.PAGE
        ctx.state["ticked"] = ticked
    text = asking.question_text(interview, question, ctx.tr)
    rows = asking.question_rows(interview, question, draft["id"], ctx.tr, page=page, ticked=ticked)
    head, below = await _opening(ctx, draft, interview)
    return [Reply(Markup("\n").join([*head, text]), (*rows, *below), replaces=incoming.message_id)]


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
