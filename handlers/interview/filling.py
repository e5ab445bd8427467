"""A report under way: one question after the other, by words, buttons and pictures."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from forms.interview import Interview
from forms.kinds import SELECTS, Kind
from forms.model import Question
from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number, place_of, word
from handlers.interview import answering, asking, choosing, putting, quick, repeats, together
from handlers.interview.readings import Doubt, NoAnswer, Value
from handlers.values import why_refused
from storage import reports
from storage.uow import Row

MOST_PLACES = 200
"""Of one line or area; the first of more are dropped."""

_STEERING = ("back", "skip", "ask", "how", "out", "stop")


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


async def go_on(ctx: Context, draft: Row, interview: Interview, *, before: list[Markup] | None = None) -> list[Reply]:
    """Save the draft and put the next question, or show the card."""
    ctx.uow.save_draft(draft["id"], interview.state)
    for name in ("mark", "ticked", "together", "listed"):
        ctx.state.pop(name, None)
    question = interview.current
    said = before or []
    if question is None:
        shown = await putting.card_of(ctx, draft, interview)
        return [Reply(Markup("\n\n").join([*said, shown.text]), shown.choices)]
    head, below = await putting.opening(ctx, draft, interview)
    if ctx.sparing and (several := together.following(interview)):
        ctx.state["together"] = ctx.state["listed"] = [one.path for one in several]
        put = together.put(interview, several, draft["id"], ctx.tr)
        return [replace(put, text=Markup("\n").join([*said, *head, put.text]), choices=(*put.choices, *below))]
    return [await putting.put(ctx, draft, interview, question, [*said, *head], below=below)]


async def given(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A typed line, a picture, a file or a place while a report is under way."""
    found = await open_draft(ctx, ctx.state["draft"])
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
    return await _take(ctx, draft, interview, question, read)


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
        return await go_on(ctx, draft, interview, before=said)
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
    leave_out_the_optional(trial)
    return await go_on(ctx, draft, trial, before=quick.before_what_follows(ctx, trial, told))


async def _take(ctx: Context, draft: Row, interview: Interview, question: Question, value: Value) -> list[Reply]:
    """Give the answer to the interview; say back what was read, and go on."""
    if question.kind in (Kind.GEOTRACE, Kind.GEOSHAPE) and ";" not in value.value:
        return _one_place(ctx, draft, question, value)
    refusal = interview.answer(question.path, value.value, value.mark)
    if refusal:
        return await putting.again(ctx, draft, interview, question, why_refused(refusal, ctx.tr))
    echo = [ctx.tr.t("I wrote down <b>{value}</b>.", value=value.echo)] if value.echo else []
    return await go_on(ctx, draft, interview, before=echo)


def _one_place(ctx: Context, draft: Row, question: Question, value: Value) -> list[Reply]:
    """One more place of a line or an area, until the person is done."""
    places = [*ctx.state.get("ticked", ()), value.value][-MOST_PLACES:]
    ctx.state["ticked"] = places
    action = asking.Actions(question, draft["id"])
    text = ctx.tr.t("{n} places so far. Send the next one, or tap Done.", n=len(places))
    rows = ((Choice(ctx.tr.plain("Done"), action("ok")), Choice(ctx.tr.plain("Begin anew"), action("ask"))),)
    return [Reply(text, rows, wants=asking.WANTS[question.kind])]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """A button of a question: `q/<draft>/<question>/<verb>[/<argument>]`."""
    draft_id, place, verb = number(parts, 0), word(parts, 1), word(parts, 2)
    argument = word(parts, 3) if len(parts) > 3 else ""
    found = await open_draft(ctx, draft_id)
    if isinstance(found, Reply):
        return [found]
    draft, interview = found
    ctx.state["draft"] = draft_id
    question = interview.current
    if question is None or place_of(question.path) != place:
        return await _where_we_are(ctx, draft, interview)
    if verb in _STEERING:
        return await _steer(ctx, draft, interview, question, verb)
    if question.kind in SELECTS and verb in ("p", "t", "ok"):
        return await _tick(ctx, incoming, draft, interview, question, verb, argument)
    if question.kind is Kind.REPEAT and verb == "list":
        return [repeats.listed(interview, draft_id, question.path, ctx.tr)]
    if verb == "ok" and question.kind in (Kind.GEOTRACE, Kind.GEOSHAPE):
        return await _places_done(ctx, draft, interview, question)
    try:
        value = answering.read_pressed(interview, question, verb, argument, incoming, ctx.tr)
    except (LookupError, ValueError):
        return await _where_we_are(ctx, draft, interview)
    return await _take(ctx, draft, interview, question, Value(value, ctx.state.pop("mark", "")))


async def _steer(ctx: Context, draft: Row, interview: Interview, question: Question, verb: str) -> list[Reply]:
    """The buttons of the last row: back, skip, more about it, once more, leave this instance out, cancel."""
    if verb == "stop":
        return [ask_to_cancel(ctx, draft["id"])]
    if verb == "back":
        interview.back()
    if verb == "out":
        interview.remove(question.path.rpartition("]")[0] + "]")
    if verb == "skip" and (refusal := interview.skip()):
        return await putting.again(ctx, draft, interview, question, why_refused(refusal, ctx.tr))
    if verb == "how":
        guidance = ctx.tr.t("ℹ️ {text}", text=interview.text(question.guidance, question))
        return await putting.again(ctx, draft, interview, question, guidance)
    return await go_on(ctx, draft, interview)


async def _places_done(ctx: Context, draft: Row, interview: Interview, question: Question) -> list[Reply]:
    places = ctx.state.get("ticked", ())
    least = 2 if question.kind is Kind.GEOTRACE else 3
    if len(places) < least:
        why = ctx.tr.t("At least {n} places are needed.", n=least)
        return await putting.again(ctx, draft, interview, question, why)
    return await _take(ctx, draft, interview, question, Value("; ".join(places)))


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
    ticked: list[str] = list(ctx.state.get("ticked") or choosing.chosen_so_far(interview, question))
    items = interview.items(question)
    if verb == "ok":
        return await _ticked(ctx, draft, interview, question, ticked)
    if verb == "t" and (place := number([argument], 0)) < len(items):
        ticked = choosing.tick(question, items, ticked, place)
        page = place // choosing.PAGE
        ctx.state["ticked"] = ticked
    text = asking.question_text(interview, question, ctx.tr, typed=ctx.sparing)
    rows = asking.question_rows(interview, question, draft["id"], ctx.tr, page=page, ticked=ticked)
    head, below = await putting.opening(ctx, draft, interview)
    shown = Markup("\n").join([*head, text])
    return [Reply(shown, (*rows, *below), replaces=incoming.message_id, wants=asking.WANTS[question.kind])]


async def _ticked(ctx: Context, draft: Row, interview: Interview, question: Question, ticked: list[str]) -> list[Reply]:
    """Done with several choices. A ranking of a part is none: what is not in order yet must still be tapped."""
    values = [item.value for item in interview.items(question)]
    chosen = [value for value in ticked if value in values]
    if question.kind is Kind.RANK and 0 < len(chosen) < len(values):
        why = ctx.tr.t("Please put all of them in order: {n} are still to be tapped.", n=len(values) - len(chosen))
        text = asking.question_text(interview, question, ctx.tr, typed=ctx.sparing)
        rows = asking.question_rows(interview, question, draft["id"], ctx.tr, ticked=chosen)
        return [Reply(Markup("\n\n").join([why, text]), rows, wants=asking.WANTS[question.kind])]
    value = chosen if question.kind is Kind.RANK else [value for value in values if value in chosen]
    return await _take(ctx, draft, interview, question, Value(value))


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
