"""A good example is approved: the editor chooses the groups, and it goes out to them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Reply, Rows
from handlers.sent.review import turn
from handlers.stories import editing, outcomes, posts, queue, words
from locales.translator import Translator
from reporting.stories.texts import LONGEST, begins
from storage import groups, stories
from storage.tables import StoryState
from storage.uow import Row

PAGE = 8
"""Groups that are on the phone at once."""

_CHOOSING = "posting"
"""Where the conversation keeps which groups are left out of which story."""


async def choose(ctx: Context, story_id: int, seen: str, *, page: int = 0, replaces: str | None = None) -> list[Reply]:
    """Ask which groups: all of the branch that want good examples, until some are left out."""
    story = await _as_seen(ctx, story_id, seen)
    if isinstance(story, list):
        return story
    found = await groups.for_topic(ctx.uow, groups.STORIES, queue.editor(ctx).unit.path)
    out = _left_out(ctx, story_id)
    chosen = sum(row["id"] not in out for row in found)
    text = ctx.tr.t("<b>{unit}</b>: which groups is it posted in?", unit=story["unit_name"])
    if not found:
        text = ctx.tr.t(
            "No group of your branch takes good examples yet (/nhom shows the groups). It will stand in the digest."
        )
    return [Reply(text, _ways(ctx, story, found, out, chosen, page), replaces=replaces)]


async def toggle(ctx: Context, story_id: int, group_id: int, page: int, replaces: str | None) -> list[Reply]:
    """Leave a group out, or take it in again."""
    story = await queue.editable(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    ctx.state[_CHOOSING] = {"story": story_id, "out": sorted(_left_out(ctx, story_id) ^ {group_id})}
    return await choose(ctx, story_id, words.stamp(story), page=page, replaces=replaces)


async def approve(ctx: Context, story_id: int, seen: str) -> list[Reply]:
    """Approve the text that was seen, and post it in the groups that were chosen."""
    story = await _as_seen(ctx, story_id, seen)
    if isinstance(story, list):
        return story
    out = _left_out(ctx, story_id)
    ctx.state.pop(_CHOOSING, None)
    wanting = await groups.for_topic(ctx.uow, groups.STORIES, queue.editor(ctx).unit.path)
    chosen = [row for row in wanting if row["id"] not in out]
    values = {"groups": [row["id"] for row in chosen], "editor_id": queue.editor(ctx).member_id, "reason": ""}
    await stories.change(
        ctx.uow, story_id, only_in=[StoryState.WAITING.value], state=StoryState.APPROVED.value, decided_at=ctx.now,
        **values,
    )  # fmt: skip
    queue.note(ctx, "story.approve", story, groups=len(chosen))
    posts.send(ctx, story, chosen, f"story/{story_id}", words.post, likes=True)
    titles = [row["title"] for row in chosen]
    await outcomes.tell_author(ctx, story, "approved", lambda tr: _to_author(story, titles, tr))
    return await queue.after(ctx, 0, before=_approved(story, titles, ctx.tr))


def _to_author(story: Row, titles: Sequence[str], tr: Translator) -> Markup:
    if not titles:
        return tr.t(
            "🌟 Your good example “{begins}” is approved and stands in the digest. Thank you!", begins=begins(story)
        )
    return tr.t(
        "🌟 Your good example “{begins}” is approved and posted in: {groups}. Thank you!", begins=begins(story),
        groups=words.groups(titles, tr),
    )  # fmt: skip


def _approved(story: Row, titles: Sequence[str], tr: Translator) -> Markup:
    if not titles:
        return tr.t("✅ Approved: {unit}. It stands in the next digest.", unit=story["short_name"])
    return tr.t("✅ Approved: {unit}. It goes to: {groups}.", unit=story["short_name"], groups=words.groups(titles, tr))


async def _as_seen(ctx: Context, story_id: int, seen: str) -> Row | list[Reply]:
    """A story that waits with the words that the editor has seen, that a post can hold, and that is another's; or what
    to say instead."""
    story = await queue.editable(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    if words.stamp(story) != seen:
        return await queue.see(ctx, story_id, before=ctx.tr.t("The story has changed meanwhile. It is now:"))
    if len(story["told"]) > LONGEST:
        return await queue.see(ctx, story_id, before=editing.too_long(len(story["told"]), ctx.tr), with_pictures=False)
    if others := await _others(ctx, story):
        return [Reply(ctx.tr.t("This is your own story: {name} approves it.", name=others), queue.onwards(ctx))]
    return story


async def _others(ctx: Context, story: Row) -> str:
    """Who else could approve what this editor has told; "" for nobody, and for what another has told."""
    me = queue.editor(ctx).person_id
    if story["person_id"] != me:
        return ""
    found = await outcomes.editors(ctx, story["path"])
    return ", ".join(dict.fromkeys(one["person_name"] for one in found if one["person_id"] != me))


def _left_out(ctx: Context, story_id: int) -> set[int]:
    choosing = ctx.state.get(_CHOOSING) or {}
    return set(choosing["out"]) if choosing.get("story") == story_id else set()


def _ways(ctx: Context, story: Row, found: Sequence[Row], out: set[int], chosen: int, page: int) -> Rows:
    tr, at = ctx.tr, f"{story['id']}/{words.stamp(story)}"
    ticks = tuple(
        (Choice(f"{'☐' if row['id'] in out else '☑'} {row['title']}", f"sto/in/{story['id']}/{row['id']}/{page}"),)
        for row in found[page * PAGE : (page + 1) * PAGE]
    )
    label = tr.plain("✅ Approve, post in {n}", n=chosen) if chosen else tr.plain("✅ Approve, post nowhere")
    back = Choice(tr.plain("⬅ Back to the story"), f"sto/back/{story['id']}")
    return (*ticks, *turn(f"sto/ok/{at}", page, len(found), PAGE, tr), (Choice(label, f"sto/post/{at}"),), (back,))
