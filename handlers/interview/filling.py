"""A report under way: what is typed and sent to its questions."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from forms.interview import Interview
from forms.kinds import Kind
from forms.model import Question
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply
from handlers.interview import answering, asking, drafts, putting, quick, together
from handlers.interview.readings import Doubt, NoAnswer, Value
from handlers.values import why_refused
from storage.uow import Row

MOST_PLACES = 200
"""Of one line or area; the first of more are dropped."""


async def given(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A typed line, a picture, a file or a place while a report is under way."""
    found = await drafts.open_draft(ctx, ctx.state["draft"])
    if isinstance(found, Reply):
        ctx.state.pop("draft")
        return [found]
    draft, interview = found
    question = interview.current
    if question is None:
        shown = await putting.card_of(ctx, draft, interview)
        hint = ctx.tr.t("Everything is answered. Tap a line to change it, or send the report.")
        return [Reply(Markup("\n\n").join([hint, shown.text]), shown.choices)]
    if incoming.text is None:
        read: Value | Doubt | NoAnswer = answering.read_sent(question, incoming, ctx.tr)
    elif paths := ctx.state.get("together"):
        return await _several(ctx, draft, interview, paths, incoming.text)
    elif listed := _to_the_list(ctx, interview, incoming.text):
        return await _taken(ctx, draft, interview, *listed)
    else:
        read = answering.read_typed(interview, question, incoming.text, ctx.now, ctx.tr)
        if isinstance(read, NoAnswer) and (replies := await _told_more(ctx, draft, interview, incoming.text)):
            return replies
    if isinstance(read, NoAnswer):
        return await putting.again(ctx, draft, interview, question, read.text)
    if isinstance(read, Doubt):
        return [putting.which(ctx, draft, interview, question, read)]
    return await take(ctx, draft, interview, question, read)


def _to_the_list(ctx: Context, interview: Interview, text: str) -> tuple[list[Question], dict[int, str]] | None:
    """Numbered lines that come while one question of a list is asked again, alone: they are meant for the list."""
    put = _asked_of(interview, ctx.state.get("listed", []))
    found = together.lines_in(text, len(put))
    if len(found) < together.FEWEST:
        return None
    return [put[place] for place in found], dict(enumerate(found.values()))


def _asked_of(interview: Interview, paths: list[str]) -> list[Question]:
    by_path = {question.path: question for question in interview.draft.asked()}
    return [by_path[path] for path in paths if path in by_path]


async def _several(ctx: Context, draft: Row, interview: Interview, paths: list[str], text: str) -> list[Reply]:
    """An answer to the questions that were put together: what is unclear of it is asked again, alone; one that fits
    none of them has the list said once more."""
    put = _asked_of(interview, paths)
    answers = together.by_units(interview, put, text, ctx.tr) or together.answers_in(text, len(put))
    if answers:
        return await _taken(ctx, draft, interview, put, answers)
    if replies := await _told_more(ctx, draft, interview, text):
        return replies
    if together.is_left_out(text):
        return await _taken(ctx, draft, interview, put[:1], {0: text})
    why = ctx.tr.t("I cannot tell which answer is for which question.")
    once_more = together.put(interview, put, draft["id"], ctx.tr)
    return [replace(once_more, text=Markup("\n").join([why, once_more.text]))]


async def _taken(
    ctx: Context, draft: Row, interview: Interview, put: list[Question], answers: dict[int, str]
) -> list[Reply]:
    """What was said to several questions, and the first of them that is unclear, or what comes next."""
    taken = together.take(ctx, interview, put, answers)
    said = [ctx.tr.t("I wrote down <b>{value}</b>.", value="; ".join(taken.said))] if taken.said else []
    if taken.question is None or taken.why is None:
        return await drafts.go_on(ctx, draft, interview, before=said)
    ctx.uow.save_draft(draft["id"], interview.state)
    ctx.state.pop("together", None)
    if isinstance(taken.why, NoAnswer):
        return await putting.again(ctx, draft, interview, taken.question, Markup("\n\n").join([*said, taken.why.text]))
    which = putting.which(ctx, draft, interview, taken.question, taken.why)
    label = asking.question_text(interview, taken.question, ctx.tr, typed=True)
    return [replace(which, text=Markup("\n\n").join([*said, label, which.text]))]


async def _told_more(ctx: Context, draft: Row, interview: Interview, text: str) -> list[Reply]:
    """No answer to this question may still be the rest of the report, told in one go."""
    trial = ctx.interview(interview.form, draft["state"], expected_id=draft["expected_id"])
    told = quick.take(ctx, trial, text)
    if told.filled < 2:
        return []
    drafts.leave_out_the_optional(trial)
    return await drafts.go_on(ctx, draft, trial, before=quick.before_what_follows(ctx, trial, told))


async def take(ctx: Context, draft: Row, interview: Interview, question: Question, value: Value) -> list[Reply]:
    """Give the answer to the interview; say back what was read, and go on."""
    if question.kind in (Kind.GEOTRACE, Kind.GEOSHAPE) and ";" not in value.value:
        return _one_place(ctx, draft, question, value)
    refusal = interview.answer(question.path, value.value, value.mark)
    if refusal:
        return await putting.again(ctx, draft, interview, question, why_refused(refusal, ctx.tr))
    echo = [ctx.tr.t("I wrote down <b>{value}</b>.", value=value.echo)] if value.echo else []
    return await drafts.go_on(ctx, draft, interview, before=echo)


def _one_place(ctx: Context, draft: Row, question: Question, value: Value) -> list[Reply]:
    """One more place of a line or an area, until the person is done."""
    places = [*ctx.state.get("ticked", ()), value.value][-MOST_PLACES:]
    ctx.state["ticked"] = places
    action = asking.Actions(question, draft["id"])
    text = ctx.tr.t("{n} places so far. Send the next one, or tap Done.", n=len(places))
    rows = ((Choice(ctx.tr.plain("Done"), action("ok")), Choice(ctx.tr.plain("Begin anew"), action("ask"))),)
    return [Reply(text, rows, wants=asking.WANTS[question.kind])]
