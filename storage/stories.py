"""Queries on good examples: what waits for an editor, what was approved, what a week has chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update

from storage.digests import before, last_made
from storage.lists import among
from storage.tables import (
    FormRecord,
    GroupChat,
    Member,
    Outbox,
    Period,
    Person,
    Report,
    Story,
    StoryOfWeek,
    StoryReaction,
    StoryState,
    Unit,
)
from storage.uow import Row, UnitOfWork, table

_story, _unit, _member, _person = table(Story), table(Unit), table(Member), table(Person)
_reaction, _week, _outbox, _group = table(StoryReaction), table(StoryOfWeek), table(Outbox), table(GroupChat)
_report, _period, _form = table(Report), table(Period), table(FormRecord)


def _stories() -> Select[Any]:
    """Stories with their unit (unit_name, short_name, path), author (person_id, author, author_unit), reactions, and
    the week that they were chosen for."""
    liked = select(func.count()).where(_reaction.c.story_id == _story.c.id)
    week = select(func.max(_week.c.week)).where(_week.c.story_id == _story.c.id)
    return (
        select(
            _story, _unit.c.name.label("unit_name"), _unit.c.short_name, _unit.c.path,
            _person.c.id.label("person_id"), _person.c.name.label("author"), _member.c.unit_id.label("author_unit"),
            liked.scalar_subquery().label("reactions"), week.scalar_subquery().label("week"),
        )
        .join(_unit, _unit.c.id == _story.c.unit_id)
        .join(_member, _member.c.id == _story.c.member_id)
        .join(_person, _person.c.id == _member.c.person_id)
    )  # fmt: skip


def _below(path: str) -> Any:
    return _unit.c.path.startswith(path, autoescape=True)


async def add(
    uow: UnitOfWork,
    *,
    unit_id: int,
    member_id: int,
    text: str,
    photos: Sequence[str],
    campaign_id: int | None = None,
    report_id: int | None = None,
    question: str | None = None,
) -> int:
    """A new one, which waits for an editor; returns its id."""
    return await uow.insert(
        Story, unit_id=unit_id, member_id=member_id, campaign_id=campaign_id, report_id=report_id, question=question,
        text=text, told=text, photos=list(photos), state=StoryState.WAITING.value, created_at=uow.now,
    )  # fmt: skip


async def find(uow: UnitOfWork, story_id: int) -> Row | None:
    await uow.flush()
    found = await uow.fetch(_stories().where(_story.c.id == story_id))
    return found[0] if found else None


async def of_report(uow: UnitOfWork, report_id: int) -> list[Row]:
    """Those that a report told, as rows of the table."""
    await uow.flush()
    return await uow.fetch(select(_story).where(_story.c.report_id == report_id).order_by(_story.c.id))


async def campaign_of(uow: UnitOfWork, report_id: int) -> int:
    """The campaign that a report is for."""
    query = select(_form.c.campaign_id).join(_period, _period.c.form_id == _form.c.id)
    found = await uow.fetch(query.join(_report, _report.c.period_id == _period.c.id).where(_report.c.id == report_id))
    return int(found[0]["campaign_id"])


async def waiting(uow: UnitOfWork, path: str) -> list[Row]:
    """What waits for an editor at or below a path, the oldest first."""
    await uow.flush()
    query = _stories().where(_story.c.state == StoryState.WAITING, _below(path))
    return await uow.fetch(query.order_by(_story.c.created_at, _story.c.id))


async def approved(uow: UnitOfWork, path: str, since: datetime, until: datetime) -> list[Row]:
    """What was approved in a span of time at or below a path, the earliest first. `until` is not in it."""
    await uow.flush()
    at = _story.c.decided_at
    query = _stories().where(_story.c.state == StoryState.APPROVED, _below(path), at >= since, at < until)
    return await uow.fetch(query.order_by(at, _story.c.id))


async def for_digest(uow: UnitOfWork, form: Row, path: str, since: datetime | None, until: datetime) -> list[Row]:
    """As `approved`, after `since` and until `until`, the latest first: what reports on this form told, and what was
    told in no report."""
    after = [] if since is None else [_story.c.decided_at > since]
    return await uow.fetch(_of_form(form, path, _story.c.decided_at <= until, *after))


async def between_digests(uow: UnitOfWork, form: Row, path: str, past: Sequence[Row], step: str) -> list[Row]:
    """As `for_digest`, from the digest of the periods before the last of `past` (else the moment at which the one
    before was due) to that of the last one (else now): each story is told in one, whenever its editor comes to it.
    `step`: that a digest was made."""
    *earlier, last = past
    begins = earlier[-1]["due_at"] if earlier else last["covers_from"]
    since = last_made(step, begins, *before(last))
    until = last_made(step, uow.now, _period.c.id == last["id"])
    return await uow.fetch(_of_form(form, path, _story.c.decided_at > since, _story.c.decided_at <= until))


def _of_form(form: Row, path: str, *when: Any) -> Select[Any]:
    reports = select(_report.c.id).join(_period, _period.c.id == _report.c.period_id)
    told = or_(_story.c.report_id.is_(None), _story.c.report_id.in_(reports.where(_period.c.form_id == form["id"])))
    query = _stories().where(_story.c.state == StoryState.APPROVED, _below(path), told, *when)
    return query.order_by(_story.c.decided_at.desc(), _story.c.id.desc())


async def latest(uow: UnitOfWork, path: str, count: int) -> list[Row]:
    """Up to `count` that were approved last at or below a path, the latest first."""
    await uow.flush()
    query = _stories().where(_story.c.state == StoryState.APPROVED, _below(path))
    return await uow.fetch(query.order_by(_story.c.decided_at.desc(), _story.c.id.desc()).limit(count))


async def standing(uow: UnitOfWork, story_ids: Collection[int]) -> dict[int, str]:
    """The words of those of these that are approved, by id."""
    await uow.flush()
    query = select(_story.c.id, _story.c.told).where(among(_story.c.id, story_ids))
    found = await uow.fetch(query.where(_story.c.state == StoryState.APPROVED)) if story_ids else []
    return {row["id"]: row["told"] for row in found}


async def months(uow: UnitOfWork, path: str) -> list[datetime]:
    """The moments at which stories at or below a path were approved, the latest first."""
    query = select(_story.c.decided_at).join(_unit, _unit.c.id == _story.c.unit_id)
    query = query.where(_story.c.state == StoryState.APPROVED, _below(path)).order_by(
        _story.c.decided_at.desc(), _story.c.id
    )
    return [row["decided_at"] for row in await uow.fetch(query)]


async def change(uow: UnitOfWork, story_id: int, *, only_in: Collection[str] = (), **values: Any) -> bool:
    """Write new values; `only_in`: if it is in one of these states still. Returns whether it was."""
    statement = update(_story).where(_story.c.id == story_id)
    if only_in:
        statement = statement.where(among(_story.c.state, only_in))
    return bool((await uow.run(statement.values(**values))).rowcount)


async def remove(uow: UnitOfWork, story_id: int) -> None:
    """One that nobody has approved."""
    await uow.run(delete(_story).where(_story.c.id == story_id))


async def week_chosen(uow: UnitOfWork, unit_id: int, week: str) -> Row | None:
    """The story that a unit has chosen for a week, if it has."""
    query = select(_week.c.story_id).where(_week.c.unit_id == unit_id, _week.c.week == week)
    chosen = await uow.fetch(query)
    return await find(uow, chosen[0]["story_id"]) if chosen else None


async def choose(uow: UnitOfWork, unit_id: int, week: str, story_id: int) -> None:
    """It is the unit's story of a week that has none."""
    await uow.insert(StoryOfWeek, unit_id=unit_id, week=week, story_id=story_id)


async def unchoose(uow: UnitOfWork, story_id: int, unit_id: int | None = None) -> None:
    """It is the story of no week of this unit (None: of any) any more."""
    statement = delete(_week).where(_week.c.story_id == story_id)
    await uow.run(statement if unit_id is None else statement.where(_week.c.unit_id == unit_id))


async def titles(uow: UnitOfWork, group_ids: Collection[int]) -> dict[int, str]:
    """What groups are called."""
    query = select(_group.c.id, _group.c.title).where(among(_group.c.id, group_ids))
    return {row["id"]: row["title"] for row in await uow.fetch(query)}


async def editor_name(uow: UnitOfWork, member_id: int | None) -> str:
    """Who holds a membership; "" for nobody."""
    query = select(_person.c.name).join(_member, _member.c.person_id == _person.c.id)
    found = await uow.fetch(query.where(_member.c.id == member_id))
    return str(found[0]["name"]) if found else ""
