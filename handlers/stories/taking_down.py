"""Good examples that were approved, the latest first; and how one is taken down again, with a reason."""

from __future__ import annotations

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, Rows, in_rows
from handlers.sent.lines import reason_of
from handlers.sent.review import turn
from handlers.stories import outcomes, posts, queue, words
from reporting.stories.texts import begins, in_short
from storage import outbox, stories
from storage.tables import StoryState
from storage.uow import Row

WAITS = "sto.down"
PAGE, LENGTH = 8, 90
MOST = 200
"""Stories that one can leaf through: what is older stands in the list of its month."""

_REASON = "down"
"""Where the conversation keeps why which story is to be taken down."""


async def listed(ctx: Context, page: int) -> list[Reply]:
    """What was approved in the branch."""
    tr = ctx.tr
    found = await stories.latest(ctx.uow, queue.editor(ctx).unit.path, MOST)
    here = found[page * PAGE : (page + 1) * PAGE]
    if not here:
        return [Reply(tr.t("No good example has been approved yet."), queue.onwards(ctx))]
    lines = [
        tr.t("{n}. {day} · {unit}: {text}", n=place, day=tr.day(row["decided_at"]), unit=row["short_name"],
             text=in_short(row, LENGTH))
        for place, row in enumerate(here, page * PAGE + 1)
    ]  # fmt: skip
    picks = in_rows([Choice(str(n), f"sto/told/{row['id']}") for n, row in enumerate(here, page * PAGE + 1)])
    text = Markup("\n").join([tr.t("🗂 <b>Approved good examples</b>"), *lines])
    return [Reply(text, (*picks, *turn("sto/past", page, len(found), PAGE, tr)))]


async def shown(ctx: Context, story_id: int) -> list[Reply]:
    """One of them, with where it stands."""
    story = await _approved(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    tr = ctx.tr
    titles = list((await stories.titles(ctx.uow, story["groups"])).values())
    said = [
        words.post(story, tr),
        tr.t("Approved by {name}, {time} {day}.", name=await stories.editor_name(ctx.uow, story["editor_id"]),
             time=tr.time(story["decided_at"]), day=tr.day(story["decided_at"])),
        *([tr.t("Posted in: {groups}.", groups=words.groups(titles, tr))] if titles else []),
    ]  # fmt: skip
    rows: Rows = (
        (Choice(tr.plain("🗑 Take it down"), f"sto/down/{story_id}"),),
        (Choice(tr.plain("🗂 Approved"), "sto/past/0"),),
    )
    return [*words.pictures(story["photos"]), Reply(Markup("\n").join(said), rows)]


async def _approved(ctx: Context, story_id: int) -> Row | Reply:
    story = await queue.readable(ctx, story_id)
    if isinstance(story, Reply) or story["state"] == StoryState.APPROVED:
        return story
    if story["state"] == StoryState.WAITING:
        return Reply(ctx.tr.t("This good example is not posted: it waits."), queue.onwards(ctx))
    name = await stories.editor_name(ctx.uow, story["editor_id"])
    return Reply(words.decided(story, name, ctx.tr), queue.onwards(ctx))


# --- why, and once more ------------------------------------------------------------------------------


async def asks(ctx: Context, story_id: int) -> list[Reply]:
    """Wait for the reason."""
    story = await _approved(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    ctx.state["waits"] = {"for": WAITS, "story": story_id}
    text = ctx.tr.t("Why is the story of {unit} taken down? They read it as you write it.", unit=story["unit_name"])
    return [Reply(text, (_leave(ctx, story_id),))]


def _leave(ctx: Context, story_id: int) -> tuple[Choice, ...]:
    return (Choice(ctx.tr.plain("Leave it"), f"sto/told/{story_id}"),)


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The reason; asks once more."""
    story_id, reason = ctx.state["waits"]["story"], reason_of(incoming, ctx.tr)
    if isinstance(reason, Markup):
        return [Reply(reason, (_leave(ctx, story_id),))]
    ctx.state.pop("waits")
    story = await _approved(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    ctx.state[_REASON] = {"story": story_id, "reason": reason}
    count = len({(row["channel"], row["chat"]) for row in await posts.standing(ctx, story)})
    sure = Choice(ctx.tr.plain("🗑 Yes, take it down"), f"sto/down/{story_id}/sure")
    return [Reply(_sure(ctx, count), ((sure,), _leave(ctx, story_id)))]


def _sure(ctx: Context, count: int) -> Markup:
    if not count:
        return ctx.tr.t("Take it down? It stands in no digest and no list any more. It cannot be undone.")
    return ctx.tr.t(
        "Take it down in {n} groups? It stands in no digest and no list any more. Where a channel cannot delete (such "
        "as Zalo) the post stays. It cannot be undone.",
        n=count,
    )  # fmt: skip


async def down(ctx: Context, story_id: int) -> list[Reply]:
    """It was never approved, as far as anybody can still be made to think so."""
    story = await _approved(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    kept = ctx.state.pop(_REASON, None)
    if not kept or kept["story"] != story_id:
        return await asks(ctx, story_id)
    reason, there = kept["reason"], await posts.standing(ctx, story)
    await stories.change(
        ctx.uow, story_id, state=StoryState.REFUSED.value, reason=reason, decided_at=ctx.now, tapped_at=None,
        editor_id=queue.editor(ctx).member_id,
    )  # fmt: skip
    await stories.unchoose(ctx.uow, story_id)
    await outbox.drop_pushes(ctx.uow, f"story/{story_id}/")
    await posts.remove(ctx, there)
    queue.note(ctx, "story.down", story, reason=reason)
    await outcomes.tell_author(
        ctx, story, "down", lambda tr: tr.t(
            "Your good example “{begins}” was taken down by the office: “{reason}”\nThank you for telling it; the next "
            "one: /tinhay.",
            begins=begins(story), reason=reason,
        ),
    )  # fmt: skip
    said = ctx.tr.t("🗑 Taken down; {unit} has been told why.", unit=story["short_name"])
    return [Reply(said, queue.lists(ctx))]
