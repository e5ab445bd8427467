"""Where a good example stands in groups: posted there, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Priority, Reply
from handlers.notices import heard_at
from handlers.stories import words
from locales.translator import DEFAULT_LANGUAGE, Translator
from storage import story_posts
from storage.uow import Row

_DELETABLE = timedelta(hours=47)
"""Telegram lets a bot delete its messages for 48 hours; change them it may for ever."""

_PICTURES = "/p"
"""The end of the key of the pictures of a post."""


def send(
    ctx: Context, story: Row, chosen: Sequence[Row], key: str, text: Callable[[Row, Translator], Markup], *,
    likes: bool = False,
) -> None:  # fmt: skip
    """Leave a story for groups, each in its own language; in quiet hours it waits for the morning."""
    at = heard_at(ctx.office, ctx.uow)
    for group in chosen:
        tr = ctx.office.translators[group["language"]]
        rows = words.heart(story["id"], 0, tr) if likes else ()
        name = f"{key}/{group['channel']}:{group['chat']}"
        said = [(name + _PICTURES, photos) for photos in words.pictures(story["photos"])]
        for name_, reply in (*said, (name, Reply(text(story, tr), rows))):
            ctx.uow.send(
                group["channel"], group["chat"], reply.to_json(), priority=Priority.NEWS, key=name_, due_at=at
            )  # fmt: skip


async def standing(ctx: Context, story: Row) -> list[Row]:
    """Rows of the outbox: its posts and their pictures, those as the story of a week among them."""
    mine = f"story/{story['id']}/"
    own = [
        row for row in await story_posts.posts(ctx.uow, story["id"])
        if row["key"].removesuffix(_PICTURES) == f"{mine}{row['channel']}:{row['chat']}"
    ]  # fmt: skip
    return [*own, *(await of_week(ctx, story, story["week"]) if story["week"] else ())]


async def of_week(ctx: Context, story: Row, week: str) -> list[Row]:
    """Its posts as the story of a week, with their pictures. Other units may have posted another one for this week."""
    rows = await story_posts.posts_of_week(ctx.uow, week)
    told = str(Markup(": {}").format(story["told"]))
    keys = {row["key"] for row in rows if row["reply"]["text"].endswith(told)}
    return [row for row in rows if row["key"].removesuffix(_PICTURES) in keys]


async def remove(ctx: Context, posts: Iterable[Row]) -> None:
    """Take posts back where the channel can. Those of a week that wait are never sent; their keys are free again."""
    for row in posts:
        if row["message_id"] is not None:
            _take_back(ctx, row)
        if row["key"].startswith(story_posts.WEEK):
            await story_posts.replace_push(ctx.uow, row["key"])


def _take_back(ctx: Context, row: Row) -> None:
    here, told = (row["channel"], row["chat"]), row["message_id"]
    key = f"{row['key']}/x{int(ctx.now.timestamp())}"
    old = row["sent_at"] is not None and row["sent_at"] < ctx.now - _DELETABLE
    if old and not row["key"].endswith(_PICTURES):
        said = ctx.office.translators[DEFAULT_LANGUAGE].t("(This post was taken down.)")
        instead = Reply(said, replaces=told, only_edit=True)
        ctx.uow.send(*here, instead.to_json(), priority=Priority.DUTY, key=f"{key}/e")
    ctx.uow.send(*here, Reply(Markup(""), deletes=told).to_json(), priority=Priority.DUTY, key=key)
