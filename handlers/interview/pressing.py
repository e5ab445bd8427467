"""A report under way: the buttons of its questions."""

from __future__ import annotations

from markupsafe import Markup

from forms.interview import Interview
from forms.kinds import SELECTS, Kind
from forms.model import Question
from handlers.context import Context
from handlers.events import Incoming, Reply, number, place_of, word
from handlers.interview import answering, asking, choosing, drafts, filling, putting, repeats
from handlers.interview.readings import Value
from handlers.values import why_refused
from storage.uow import Row

_STEERING = ("back", "skip", "ask", "how", "out", "stop")


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """A button of a question: `q/<draft>/<question>/<verb>[/<argument>]`."""
    draft_id, place, verb = number(parts, 0), word(parts, 1), word(parts, 2)
    argument = word(parts, 3) if len(parts) > 3 else ""
    found = await drafts.open_draft(ctx, draft_id)
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
    return await filling.take(ctx, draft, interview, question, Value(value, ctx.state.pop("mark", "")))


async def _steer(ctx: Context, draft: Row, interview: Interview, question: Question, verb: str) -> list[Reply]:
    """The buttons of the last row: back, skip, more about it, once more, leave this instance out, cancel."""
    if verb == "stop":
        return [drafts.ask_to_cancel(ctx, draft["id"])]
    if verb == "back":
        interview.back()
    if verb == "out":
        interview.remove(question.path.rpartition("]")[0] + "]")
    if verb == "skip" and (refusal := interview.skip()):
        return await putting.again(ctx, draft, interview, question, why_refused(refusal, ctx.tr))
    if verb == "how":
        guidance = ctx.tr.t("ℹ️ {text}", text=interview.text(question.guidance, question))
        return await putting.again(ctx, draft, interview, question, guidance)
    return await drafts.go_on(ctx, draft, interview)


async def _places_done(ctx: Context, draft: Row, interview: Interview, question: Question) -> list[Reply]:
    places = ctx.state.get("ticked", ())
    least = 2 if question.kind is Kind.GEOTRACE else 3
    if len(places) < least:
        why = ctx.tr.t("At least {n} places are needed.", n=least)
        return await putting.again(ctx, draft, interview, question, why)
    return await filling.take(ctx, draft, interview, question, Value("; ".join(places)))


async def _where_we_are(ctx: Context, draft: Row, interview: Interview) -> list[Reply]:
    note = ctx.tr.t("That button belongs to an earlier question. We are here now:")
    return await drafts.go_on(ctx, draft, interview, before=[note])


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
    return await filling.take(ctx, draft, interview, question, Value(value))
