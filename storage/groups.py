"""Queries on the groups that the bot is in: whose they are, what they get, and how they are reached.

A group's topics: `news`, `stories`, `digest`, and at most one of `owing_names`, `owing_number` (which units have not
reported, by name or only how many).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from storage.lists import among
from storage.tables import GroupChat, Unit
from storage.uow import Row, UnitOfWork, table

_group, _unit = table(GroupChat), table(Unit)

NEWS, STORIES, DIGEST, OWING_NAMES, OWING_NUMBER = "news", "stories", "digest", "owing_names", "owing_number"
TOPICS = (NEWS, STORIES, DIGEST, OWING_NAMES, OWING_NUMBER)


_OF_UNIT = (
    _unit.c.path, _unit.c.name.label("unit_name"), _unit.c.short_name.label("unit_short"),
    _unit.c.valid_to.label("unit_until"),
)  # fmt: skip


def _linked() -> Any:
    """Groups with their unit: path, unit_name, unit_short, unit_until (when it ends)."""
    return select(_group, *_OF_UNIT).join(_unit, _unit.c.id == _group.c.unit_id)


def _reached() -> tuple[Any, ...]:
    return _group.c.blocked_at.is_(None), _group.c.silent_at.is_(None)


async def at(uow: UnitOfWork, channel: str, chat: str) -> Row | None:
    """The group with this chat, linked or not; None for one that was never met."""
    found = await uow.fetch(select(_group).where(_group.c.channel == channel, _group.c.chat == chat))
    return found[0] if found else None


async def find(uow: UnitOfWork, group_id: int) -> Row | None:
    """A group with its unit (path, unit_name, unit_short, unit_until: None where it has none)."""
    query = select(_group, *_OF_UNIT).outerjoin(_unit, _unit.c.id == _group.c.unit_id)
    found = await uow.fetch(query.where(_group.c.id == group_id))
    return found[0] if found else None


async def of_branch(uow: UnitOfWork, path: str) -> list[Row]:
    """All groups that are linked to units at or below a path, also those that cannot be reached, by unit and title."""
    query = _linked().where(_unit.c.path.startswith(path, autoescape=True))
    return await uow.fetch(query.order_by(_unit.c.name_plain, _group.c.title, _group.c.id))


async def asked_by(uow: UnitOfWork, person_id: int) -> list[Row]:
    """The groups that a person asked to link and that are nobody's yet."""
    query = select(_group).where(_group.c.asked_by == person_id, _group.c.unit_id.is_(None), *_reached())
    return await uow.fetch(query.order_by(_group.c.id))


async def for_topic(uow: UnitOfWork, topic: str, path: str) -> list[Row]:
    """The groups that can be reached, want a topic, and are linked to units at or below a path."""
    rows = await uow.fetch(
        _linked().where(_unit.c.path.startswith(path, autoescape=True), *_reached()).order_by(_group.c.id)
    )
    return [row for row in rows if topic in row["topics"]]


async def of_units(uow: UnitOfWork, topic: str, unit_ids: Collection[int]) -> list[Row]:
    """The groups that can be reached, want a topic, and are linked to one of these units."""
    rows = await uow.fetch(_linked().where(among(_group.c.unit_id, unit_ids), *_reached()).order_by(_group.c.id))
    return [row for row in rows if topic in row["topics"]]


async def lost_since(uow: UnitOfWork, since: datetime) -> list[Row]:
    """The linked groups that put the bot out, or took its right to write, after a moment and have not undone it."""
    lost = or_(_group.c.blocked_at > since, _group.c.silent_at > since)
    return await uow.fetch(_linked().where(lost).order_by(_group.c.id))


# --- changes -----------------------------------------------------------------------------------------


async def met(uow: UnitOfWork, channel: str, chat: str, title: str) -> Row:
    """The group with this chat: a new row where it has none; one that has gets the title that it has now ("": none is
    told)."""
    known = await at(uow, channel, chat)
    if known is None:
        group_id = await uow.insert(GroupChat, channel=channel, chat=chat, title=title)
        return (await uow.fetch(select(_group).where(_group.c.id == group_id)))[0]
    if title and title != known["title"]:
        await _set(uow, known["id"], title=title)
        return {**known, "title": title}
    return known


async def back(uow: UnitOfWork, channel: str, chat: str) -> None:
    """A group that had put the bot out has taken it in again."""
    here: Any = (_group.c.channel == channel) & (_group.c.chat == chat)
    await uow.run(update(_group).where(here).values(blocked_at=None, silent_at=None))


async def ask(uow: UnitOfWork, group_id: int, person_id: int) -> None:
    """Somebody wants to link it."""
    await _set(uow, group_id, asked_by=person_id)


async def link(uow: UnitOfWork, group_id: int, *, unit_id: int, topics: Sequence[str], member_id: int) -> None:
    """Make it a unit's, whosever it was."""
    await _set(
        uow, group_id, unit_id=unit_id, topics=list(topics), linked_by=member_id, linked_at=uow.now, asked_by=None,
    )  # fmt: skip


async def unlink(uow: UnitOfWork, group_id: int) -> None:
    await _set(uow, group_id, unit_id=None, topics=[NEWS, DIGEST], linked_by=None, linked_at=None, asked_by=None)


async def choose(uow: UnitOfWork, group_id: int, topics: Sequence[str]) -> None:
    """From now on it gets these topics."""
    await _set(uow, group_id, topics=list(topics))


async def _set(uow: UnitOfWork, group_id: int, **values: Any) -> None:
    await uow.run(update(_group).where(_group.c.id == group_id).values(**values))
