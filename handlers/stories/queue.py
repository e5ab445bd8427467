"""/guongtot: the good examples that wait, the oldest first, and what an editor can do with each."""

from __future__ import annotations

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context, Person
from handlers.events import Choice, Incoming, Reply, Rows
from handlers.stories.words import decided, pictures, stamp
from storage import stories
from storage.tables import StoryState
from storage.uow import Row


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/guongtot"""
    if not await permissions.take_role(ctx, "story.edit"):
        return [Reply(ctx.tr.t("The office looks at good examples and posts them. /tinhay tells one of your unit."))]
    return await after(ctx, 0)


async def after(ctx: Context, story_id: int, *, before: Markup | None = None) -> list[Reply]:
    """The story that has waited longest of those behind one (0: of all), with the ways to the rest."""
    waiting = await stories.waiting(ctx.uow, editor(ctx).unit.path)
    ids = [row["id"] for row in waiting]
    place = ids.index(story_id) + 1 if story_id in ids else 0
    if place < len(waiting):
        return _card(ctx, waiting[place], len(waiting), place, before)
    if waiting:
        return await after(ctx, 0, before=before or ctx.tr.t("That was the last one. From the beginning:"))
    text = ctx.tr.t("No good example waits.")
    return [Reply(Markup("\n").join([*([before] if before else []), text]), lists(ctx))]


async def see(ctx: Context, story_id: int, *, before: Markup | None = None, with_pictures: bool = True) -> list[Reply]:
    """One story, to be decided on; `with_pictures`: they do not stand a few lines higher already."""
    story = await editable(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    waiting = await stories.waiting(ctx.uow, editor(ctx).unit.path)
    place = next((n for n, row in enumerate(waiting) if row["id"] == story_id), 0)
    return _card(ctx, story, len(waiting), place, before)[0 if with_pictures else -1 :]


async def editable(ctx: Context, story_id: int) -> Row | Reply:
    """A story that waits and that this person may decide on, or what to say instead."""
    story = await readable(ctx, story_id)
    if isinstance(story, Reply) or story["state"] == StoryState.WAITING:
        return story
    return Reply(decided(story, await stories.editor_name(ctx.uow, story["editor_id"]), ctx.tr), onwards(ctx))


async def readable(ctx: Context, story_id: int) -> Row | Reply:
    """A story of the branch that this person edits, in the role in which they may, or what to say instead."""
    story = await stories.find(ctx.uow, story_id)
    if story is None or not await permissions.take_role(ctx, "story.edit", story["path"]):
        return Reply(ctx.tr.t("This story is not of your branch, or it is there no more."))
    return story


def editor(ctx: Context) -> Person:
    assert ctx.person is not None  # noqa: S101  (routing has looked)
    return ctx.person


def note(ctx: Context, action: str, story: Row, *, reason: str = "", **after_: object) -> None:
    """In the audit."""
    who = editor(ctx)
    ctx.uow.audit(
        action, f"story:{story['id']}", member_id=who.member_id, account_id=who.account_id, unit_id=story["unit_id"],
        after=after_, reason=reason,
    )  # fmt: skip


def onwards(ctx: Context) -> Rows:
    return ((Choice(ctx.tr.plain("Next story ▶"), "sto/next/0"),),)


def lists(ctx: Context) -> Rows:
    """The ways to what was approved."""
    tr = ctx.tr
    past, months = Choice(tr.plain("🗂 Approved"), "sto/past/0"), Choice(tr.plain("📄 List of a month"), "sto/months")
    return ((Choice(tr.plain("🏅 The week's story"), "sto/week"),), (past, months))


def _card(ctx: Context, story: Row, count: int, place: int, before: Markup | None) -> list[Reply]:
    tr = ctx.tr
    head = tr.t(
        "🌟 {place}/{count} · <b>{unit}</b>\n{author}, {time} {day}",
        place=place + 1, count=count, unit=story["unit_name"], author=story["author"],
        time=tr.time(story["created_at"]), day=tr.day(story["created_at"]),
    )  # fmt: skip
    text = [*([before] if before else []), head, Markup.escape(story["told"]), *_notes(ctx, story)]
    return [*pictures(story["photos"]), Reply(Markup("\n").join(text), _ways(ctx, story, count))]


def _notes(ctx: Context, story: Row) -> list[Markup]:
    said = [ctx.tr.t("<i>Before you approve: no names of children.</i>")]
    if story["told"] != story["text"]:
        said.insert(0, ctx.tr.t("<i>The words were edited; the author's are kept.</i>"))
    return said


def _ways(ctx: Context, story: Row, count: int) -> Rows:
    tr, at = ctx.tr, story["id"]
    rows: list[tuple[Choice, ...]] = [
        (Choice(tr.plain("✅ Approve"), f"sto/ok/{at}/{stamp(story)}"), Choice(tr.plain("✏️ Edit"), f"sto/edit/{at}")),
        (Choice(tr.plain("↩ Ask back"), f"sto/ask/{at}"), Choice(tr.plain("Do not use"), f"sto/no/{at}")),
    ]
    if story["told"] != story["text"]:
        rows.append((Choice(tr.plain("The author's words"), f"sto/text/{at}"),))
    if count > 1:
        rows.append((Choice(tr.plain("Next story ▶"), f"sto/next/{at}"),))
    return (*rows, *lists(ctx))
