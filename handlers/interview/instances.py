"""The buttons of a repeat's list: see them all, one of them, add one, take one out."""

from __future__ import annotations

from forms.interview import Interview
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number, word
from handlers.interview import card, drafts, repeats
from handlers.interview.repeats import Slot
from locales.translator import Translator


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`rep/<draft>/<repeat or instance>/list[/<page>]|one|add|out|gone|close`."""
    draft_id, place, verb = number(parts, 0), word(parts, 1), word(parts, 2)
    found = await drafts.open_draft(ctx, draft_id)
    if isinstance(found, Reply):
        return [found]
    draft, interview = found
    ctx.state["draft"] = draft_id
    pointed = repeats.find(interview, place)
    if pointed is None or verb == "close":
        return await drafts.go_on(ctx, draft, interview)
    slot, instance = pointed
    if verb == "list":
        page = number(parts, 3) if len(parts) > 3 else 0
        return [repeats.listing(interview, draft_id, slot, ctx.tr, page)]
    if verb == "add":
        interview.add(slot.path)
        return await drafts.go_on(ctx, draft, interview)
    if not instance:
        return [repeats.listing(interview, draft_id, slot, ctx.tr)]
    if verb == "out":
        return [_sure(interview, draft_id, slot, instance, ctx.tr)]
    if verb == "gone":
        interview.remove(instance)
        return await drafts.go_on(ctx, draft, interview, before=[ctx.tr.t("Taken out.")])
    return [card.instance_card(interview, slot, instance, draft_id, ctx.tr)]


def _sure(interview: Interview, draft_id: int, slot: Slot, instance: str, tr: Translator) -> Reply:
    """Answers are not thrown away by one tap."""
    text = tr.t(
        "Take <b>{heading}</b> out ({summary})? Its answers are lost.",
        heading=repeats.numbered(slot.label, instance),
        summary=repeats.summary(interview, slot.instances[instance], tr),
    )
    yes = Choice(tr.plain("Yes, take it out"), repeats.action(draft_id, instance, "gone"))
    return Reply(text, ((yes,), (Choice(tr.plain("No, go back"), repeats.action(draft_id, instance, "one")),)))
