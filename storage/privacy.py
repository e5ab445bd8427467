"""What is kept on a person, collected, and what of it the person may change. How all of it goes: `erasing`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, tuple_, update

from storage.tables import (
    Account,
    Alert,
    Audit,
    Broadcast,
    Draft,
    Media,
    Member,
    OptOut,
    Person,
    Report,
    Revision,
    Story,
    StoryReaction,
    Unit,
    WebLink,
    WebMessage,
)
from storage.uow import Row, UnitOfWork, table

_person, _member, _account, _unit = table(Person), table(Member), table(Account), table(Unit)
_report, _revision, _draft, _audit = table(Report), table(Revision), table(Draft), table(Audit)
_message = table(WebMessage)
_story, _liked = table(Story), table(StoryReaction)
_media = table(Media)
_alert, _out, _broadcast, _link = table(Alert), table(OptOut), table(Broadcast), table(WebLink)

LAST_CHANGES = 200


async def person(uow: UnitOfWork, person_id: int) -> Row | None:
    found = await uow.fetch(select(_person).where(_person.c.id == person_id))
    return found[0] if found else None


async def person_of_member(uow: UnitOfWork, member_id: int) -> Row | None:
    """The person who holds, or held, a role."""
    found = await uow.fetch(select(_person).join(_member).where(_member.c.id == member_id))
    return found[0] if found else None


async def roles(uow: UnitOfWork, person_id: int) -> list[Row]:
    """All roles of a person, also those that have ended, oldest first."""
    query = (
        select(
            _member.c.id, _member.c.role, _member.c.created_at, _member.c.ended_at,
            _unit.c.id.label("unit_id"), _unit.c.code, _unit.c.name, _unit.c.path,
        )
        .join(_unit, _unit.c.id == _member.c.unit_id)
        .where(_member.c.person_id == person_id)
        .order_by(_member.c.id)
    )  # fmt: skip
    return await uow.fetch(query)


async def accounts(uow: UnitOfWork, person_id: int) -> list[Row]:
    """All accounts of a person, also those that were cut off, oldest first."""
    return await uow.fetch(select(_account).where(_account.c.person_id == person_id).order_by(_account.c.id))


# --- what is kept ----------------------------------------------------------------------------------


async def collect(uow: UnitOfWork, person_id: int) -> dict[str, Any]:
    """All that is kept on a person, as rows by theme: person, roles, accounts, reports, drafts, media, messages,
    links, alerts, unwanted, stories, news, reactions, changes. Raises LookupError for nobody."""
    await uow.flush()
    who = await person(uow, person_id)
    if who is None:
        raise LookupError(f"no person {person_id}")
    held, known = await roles(uow, person_id), await accounts(uow, person_id)
    members, chats = [role["id"] for role in held], [(a["channel"], a["address"]) for a in known]
    return {
        "person": who,
        "roles": held,
        "accounts": known,
        "reports": await uow.fetch(_reports_of(members)),
        "drafts": await uow.fetch(select(_draft.c.updated_at, _draft.c.state).where(_draft.c.member_id.in_(members))),
        "media": await uow.fetch(_media_of(chats)),
        "messages": await uow.fetch(_messages_of(chats)),
        "links": await uow.fetch(_links_of(person_id)),
        "alerts": await uow.fetch(select(_alert.c.created_at, _alert.c.text).where(_alert.c.member_id.in_(members))),
        "unwanted": await uow.fetch(select(_out.c.topic, _out.c.at).where(_out.c.person_id == person_id)),
        "stories": await uow.fetch(_stories_of(members)),
        "news": await uow.fetch(_news_of(members)),
        "reactions": await uow.fetch(_reactions_of(chats)),
        "changes": await uow.fetch(_changes_by(members)),
    }


def _reports_of(members: list[int]) -> Any:
    """The versions of reports that these members sent."""
    return (
        select(_report.c.code, _revision.c.number.label("version"), _revision.c.created_at, _unit.c.code.label("unit"))
        .join(_report, _report.c.id == _revision.c.report_id)
        .join(_unit, _unit.c.id == _report.c.unit_id)
        .where(_revision.c.member_id.in_(members))
        .order_by(_revision.c.id)
    )


def _media_of(chats: list[tuple[str, str]]) -> Any:
    owners = [f"{channel}:{address}" for channel, address in chats]
    columns = (_media.c.id, _media.c.mime, _media.c.size, _media.c.name, _media.c.created_at)
    return select(*columns).where(_media.c.owner.in_(owners)).order_by(_media.c.created_at)


def _messages_of(chats: list[tuple[str, str]]) -> Any:
    """How many lines of their web chats are kept."""
    web = [address for channel, address in chats if channel == "web"]
    return select(func.count().label("count")).select_from(_message).where(_message.c.chat.in_(web))


def _links_of(person_id: int) -> Any:
    """The links that open their web chat; what they hold is not kept."""
    columns = (_link.c.created_at, _link.c.expires_at, _link.c.used_at, _link.c.revoked_at)
    return select(*columns).where(_link.c.person_id == person_id).order_by(_link.c.id)


def _stories_of(members: list[int]) -> Any:
    columns = (_story.c.id, _story.c.created_at, _story.c.text, _story.c.state)
    return select(*columns).where(_story.c.member_id.in_(members)).order_by(_story.c.id)


def _news_of(members: list[int]) -> Any:
    columns = (
        _broadcast.c.id,
        _broadcast.c.created_at,
        _broadcast.c.state,
        _broadcast.c.content["text"].as_string().label("text"),
    )
    return select(*columns).where(_broadcast.c.member_id.in_(members)).order_by(_broadcast.c.id)


def _reactions_of(chats: list[tuple[str, str]]) -> Any:
    return select(_liked.c.story_id, _liked.c.at).where(tuple_(_liked.c.channel, _liked.c.sender).in_(chats))


def _changes_by(members: list[int]) -> Any:
    columns = (_audit.c.id, _audit.c.at, _audit.c.action, _audit.c.subject)
    return select(*columns).where(_audit.c.member_id.in_(members)).order_by(_audit.c.id.desc()).limit(LAST_CHANGES)


# --- what the person may change --------------------------------------------------------------------


async def rename(uow: UnitOfWork, person_id: int, name: str) -> None:
    await uow.run(update(_person).where(_person.c.id == person_id).values(name=name))
    uow.people_changed()


async def set_phone(uow: UnitOfWork, person_id: int, phone: str | None) -> None:
    await uow.run(update(_person).where(_person.c.id == person_id).values(phone=phone))
