"""Queries on the posts of good examples in groups, and on who liked them."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from storage.tables import GroupChat, Outbox, OutboxState, Story, StoryReaction, StoryState
from storage.uow import Row, UnitOfWork, table

_story, _reaction, _outbox, _group = table(Story), table(StoryReaction), table(Outbox), table(GroupChat)

WEEK = "story/week/"
"""Begins the keys of posts of a week's story: a group has one a week."""


async def posted_in(uow: UnitOfWork, story_id: int, channel: str, chat: str) -> bool:
    """Whether it was approved for the group with this chat."""
    group = await uow.fetch(select(_group.c.id).where(_group.c.channel == channel, _group.c.chat == chat))
    story = await uow.fetch(
        select(_story.c.groups).where(_story.c.id == story_id, _story.c.state == StoryState.APPROVED)
    )
    return bool(group and story and group[0]["id"] in story[0]["groups"])


async def tap(uow: UnitOfWork, story_id: int, channel: str, sender: str) -> None:
    """Somebody likes it; a second time: takes that back. Its posts have a new number to show."""
    mine = (_reaction.c.story_id == story_id, _reaction.c.channel == channel, _reaction.c.sender == sender)
    if not (await uow.run(delete(_reaction).where(*mine))).rowcount:
        await uow.insert(StoryReaction, story_id=story_id, channel=channel, sender=sender, at=uow.now)
    await uow.run(update(_story).where(_story.c.id == story_id).values(tapped_at=uow.now))


async def tapped(uow: UnitOfWork) -> list[int]:
    """The stories that got reactions since their number was shown last."""
    query = select(_story.c.id).where(_story.c.tapped_at.is_not(None)).order_by(_story.c.tapped_at, _story.c.id)
    return [row["id"] for row in await uow.fetch(query)]


async def shown(uow: UnitOfWork, story_id: int) -> None:
    """Every post of the story tells the number that it has."""
    await uow.run(update(_story).where(_story.c.id == story_id).values(tapped_at=None))


async def posts(uow: UnitOfWork, story_id: int) -> list[Row]:
    """What has the key of a post of this story, or of its number shown anew: key, channel, chat, reply, state,
    message_id, due_at, sent_at."""
    return await _said(uow, f"story/{story_id}")


async def posts_of_week(uow: UnitOfWork, week: str) -> list[Row]:
    """As `posts`: what was posted as the story of a week, whichever unit chose it."""
    return await _said(uow, f"{WEEK}{week}")


async def _said(uow: UnitOfWork, key: str) -> list[Row]:
    """What of the outbox stands below a key."""
    query = select(
        _outbox.c.key, _outbox.c.channel, _outbox.c.chat, _outbox.c.reply, _outbox.c.state, _outbox.c.message_id,
        _outbox.c.due_at, _outbox.c.sent_at,
    )  # fmt: skip
    await uow.flush()
    return await uow.fetch(query.where(_outbox.c.key >= f"{key}/", _outbox.c.key < f"{key}0").order_by(_outbox.c.id))


async def replace_push(uow: UnitOfWork, key: str) -> None:
    """A push of this key, if it is not on its way, makes room for a newer one."""
    still = _outbox.c.state != OutboxState.SENDING
    await uow.run(delete(_outbox).where(_outbox.c.key == key, still))
