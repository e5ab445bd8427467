"""What an editor does with a good example before it is approved: other words, a question back, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Incoming, Reply
from handlers.sent.lines import reason_of
from handlers.stories import outcomes, queue
from handlers.stories.words import stamp
from locales.translator import Translator
from reporting.stories.texts import LONGEST, begins
from storage import stories
from storage.tables import StoryState
from storage.uow import Row

EDIT, ASK, REFUSE = "sto.edit", "sto.ask", "sto.no"
_WAITING = (StoryState.WAITING.value,)


async def asks(ctx: Context, story_id: int, for_: str) -> list[Reply]:
    """Wait for the words: what is to stand in place of the text, what is asked, or why it is not used."""
    story = await queue.editable(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    ctx.state["waits"] = {"for": for_, "story": story_id, "seen": stamp(story)}
    return [Reply(_wanted(ctx.tr, story)[for_], _leave(ctx, story_id))]


def _wanted(tr: Translator, story: Row) -> Mapping[str, Markup]:
    unit = story["unit_name"]
    return {
        EDIT: tr.t(
            "Please type the text anew, as it is to be posted. Now it is:\n<code>{text}</code>", text=story["told"]
        ),
        ASK: tr.t("What do you want to know of {unit}? They read it as you write it.", unit=unit),
        REFUSE: tr.t("Why is the story of {unit} not used? They read it as you write it.", unit=unit),
    }  # fmt: skip


def _leave(ctx: Context, story_id: int) -> tuple[tuple[Choice, ...], ...]:
    return ((Choice(ctx.tr.plain("Leave it"), f"sto/back/{story_id}"),),)


async def original(ctx: Context, story_id: int) -> list[Reply]:
    """The author's own words."""
    story = await queue.editable(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    said = ctx.tr.t("{unit} wrote:\n{text}", unit=story["unit_name"], text=story["text"])
    return [Reply(said, ((Choice(ctx.tr.plain("⬅ Back to the story"), f"sto/back/{story_id}"),),))]


# --- what was typed ----------------------------------------------------------------------------------


async def edited(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The text as the editor wants it; the author's stays."""
    story_id, text = ctx.state["waits"]["story"], (incoming.text or "").strip()
    if not text:
        return [Reply(ctx.tr.t("Please type the text."), _leave(ctx, story_id))]
    if len(text) > LONGEST:
        return [Reply(too_long(len(text), ctx.tr), _leave(ctx, story_id))]
    seen = ctx.state.pop("waits")["seen"]
    story = await queue.editable(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    if stamp(story) != seen:
        return [await _meanwhile(ctx, story)]
    await stories.change(ctx.uow, story_id, only_in=_WAITING, told=text, editor_id=queue.editor(ctx).member_id)
    queue.note(ctx, "story.edit", story)
    said = ctx.tr.t("Changed. It will be posted like this:")
    return await queue.see(ctx, story_id, before=said, with_pictures=False)


async def _meanwhile(ctx: Context, story: Row) -> Reply:
    """What was typed is not taken: another has changed what it was to stand for. The next text is."""
    ctx.state["waits"] = {"for": EDIT, "story": story["id"], "seen": stamp(story)}
    name = await stories.editor_name(ctx.uow, story["editor_id"])
    head = ctx.tr.t("The story has changed meanwhile, and yours was not taken.")
    if name and story["told"] != story["text"]:
        head = ctx.tr.t("{name} has changed this story meanwhile, and yours was not taken.", name=name)
    now = ctx.tr.t(
        "It is now:\n<code>{text}</code>\nSend your text once more if it is to stand instead.", text=story["told"]
    )
    return Reply(Markup("\n").join([head, now]), _leave(ctx, story["id"]))


def too_long(found: int, tr: Translator) -> Markup:
    return tr.t(
        "This has {found} characters; a post has up to {n}. Please make it shorter.",
        found=tr.number(found), n=tr.number(LONGEST),
    )  # fmt: skip


async def asked(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The question for the author."""
    found = await _reasoned(ctx, incoming, StoryState.RETURNED, "story.ask")
    if isinstance(found, Reply):
        return [found]
    story, reason = found
    await outcomes.tell_author(
        ctx, story, "returned", lambda tr: tr.t(
            "↩ {name} ({unit}) asks about your good example: “{reason}”\n“{text}”",
            name=queue.editor(ctx).name, unit=queue.editor(ctx).unit.name, reason=reason, text=story["text"],
        ),
    )  # fmt: skip
    said = ctx.tr.t("↩ Asked. The answer of {unit} puts the story into the queue again.", unit=story["short_name"])
    return await queue.after(ctx, 0, before=said)


async def refused(ctx: Context, incoming: Incoming) -> list[Reply]:
    """Why it is not used."""
    found = await _reasoned(ctx, incoming, StoryState.REFUSED, "story.refuse")
    if isinstance(found, Reply):
        return [found]
    story, reason = found
    await outcomes.tell_author(
        ctx, story, "refused", lambda tr: tr.t(
            "Your good example “{begins}” is not posted this time: “{reason}”\nThank you for telling it; the next one: "
            "/tinhay.",
            begins=begins(story), reason=reason,
        ),
    )  # fmt: skip
    said = ctx.tr.t("It is not used; {unit} has been told why.", unit=story["short_name"])
    return await queue.after(ctx, 0, before=said)


async def _reasoned(ctx: Context, incoming: Incoming, state: StoryState, action: str) -> tuple[Row, str] | Reply:
    """Take a story out of the queue for a reason, or what to say instead."""
    story_id, reason = ctx.state["waits"]["story"], reason_of(incoming, ctx.tr)
    if isinstance(reason, Markup):
        return Reply(reason, _leave(ctx, story_id))
    ctx.state.pop("waits")
    story = await queue.editable(ctx, story_id)
    if isinstance(story, Reply):
        return story
    values = {"state": state.value, "reason": reason, "editor_id": queue.editor(ctx).member_id, "decided_at": ctx.now}
    await stories.change(ctx.uow, story_id, only_in=_WAITING, **values)
    queue.note(ctx, action, story, reason=reason)
    return story, reason
