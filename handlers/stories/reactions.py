"""One tap under a good example in a group, and the number under its posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.context import Context, Office
from handlers.events import Incoming, Priority, Reply, number, word
from handlers.stories.words import heart
from storage import stories, story_posts
from storage.tables import OutboxState, StoryState
from storage.uow import Row, UnitOfWork

BETWEEN = timedelta(minutes=1)
"""From one change of the number under a post to the next: a group takes twenty messages a minute, edits among them."""

SHUT_FOR = timedelta(days=1)
"""How long a number is not tried again in a group that did not let the bot in."""

_ANEW = "/h"
"""The end of the key of a number that is shown anew."""


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`sto/like/<story>` in a group, by anybody who is in it. Nothing is said: the number under the post tells it."""
    story_id = number(parts, 1)
    if word(parts, 0) == "like" and await story_posts.posted_in(ctx.uow, story_id, incoming.channel, incoming.chat):
        await story_posts.tap(ctx.uow, story_id, incoming.channel, incoming.sender)
    return []


async def show(office: Office, uow: UnitOfWork, now: datetime) -> None:
    """Bring the numbers under posts up to date: of each post at most once a minute, and in each look at what is due one
    post of a group."""
    busy: set[tuple[str, str]] = set()
    for story_id in await story_posts.tapped(uow):
        story = await stories.find(uow, story_id)
        if story is None or story["state"] != StoryState.APPROVED or await _show(office, uow, story, now, busy):
            await story_posts.shown(uow, story_id)


async def _show(office: Office, uow: UnitOfWork, story: Row, now: datetime, busy: set[tuple[str, str]]) -> bool:
    """Edit the posts that can be edited now. Returns whether none is left that has to be later."""
    rows = {row["key"]: row for row in await story_posts.posts(uow, story["id"])}
    rest = False
    for key, row in rows.items():
        here = (row["channel"], row["chat"])
        if key != f"story/{story['id']}/{row['channel']}:{row['chat']}" or row["message_id"] is None:
            continue
        last = rows.get(key + _ANEW)
        reply = _with_number(office, row, story)
        if _label(Reply.from_json((last or row)["reply"])) == _label(reply) or _is_given_up(last, now):
            continue
        if here in busy or (last is not None and _is_fresh(last, now)):
            rest = True
            continue
        busy.add(here)
        await story_posts.replace_push(uow, key + _ANEW)
        uow.send(*here, reply.to_json(), priority=Priority.NEWS, key=key + _ANEW)
    return not rest


def _is_given_up(last: Row | None, now: datetime) -> bool:
    """Whether a post keeps the number that it has: what was refused once (it is too old, deleted, or in a group that
    has moved) is refused again."""
    if last is None:
        return False
    is_shut = last["state"] == OutboxState.BLOCKED and last["due_at"] > now - SHUT_FOR
    return bool(is_shut or last["state"] == OutboxState.FAILED)


def _is_fresh(last: Row, now: datetime) -> bool:
    under_way = last["state"] in (OutboxState.WAITING, OutboxState.SENDING)
    return under_way or (last["sent_at"] or last["due_at"]) > now - BETWEEN


def _with_number(office: Office, row: Row, story: Row) -> Reply:
    said = Reply.from_json(row["reply"])
    rows = heart(story["id"], story["reactions"], office.translators["vi"])
    return replace(said, choices=rows, replaces=row["message_id"], only_edit=True)


def _label(reply: Reply) -> str:
    return reply.choices[0][0].label if reply.choices else ""
