"""What is kept on a person, collected; and a person erased, so that nothing tells any more who they were.

What stays is the unit's: reports with their answers, revisions, totals, and the audit, which names nobody.
"""

from __future__ import annotations

import json
import secrets
from typing import Any
from unicodedata import combining, normalize

from markupsafe import escape
from sqlalchemy import Column, Text, cast, delete, func, or_, select, tuple_, update

from storage.tables import (
    Account,
    Alert,
    Audit,
    Broadcast,
    BroadcastRecipient,
    BroadcastState,
    Conversation,
    Draft,
    FailedUpdate,
    GroupChat,
    Media,
    Member,
    OptOut,
    Outbox,
    Person,
    RecipientState,
    Report,
    Revision,
    SeenUpdate,
    Snapshot,
    Story,
    StoryReaction,
    Unit,
    WebLink,
    WebMessage,
)
from storage.uow import Row, UnitOfWork, table

_person, _member, _account, _unit = table(Person), table(Member), table(Account), table(Unit)
_report, _revision, _draft, _audit = table(Report), table(Revision), table(Draft), table(Audit)
_conversation, _outbox, _message = table(Conversation), table(Outbox), table(WebMessage)
_group, _story, _liked = table(GroupChat), table(Story), table(StoryReaction)
_media, _seen, _failed, _snapshot = table(Media), table(SeenUpdate), table(FailedUpdate), table(Snapshot)
_alert, _out, _broadcast, _link = table(Alert), table(OptOut), table(Broadcast), table(WebLink)
_recipient = table(BroadcastRecipient)

ERASED = "Người dùng đã xoá"
"""The name of everybody who was erased."""

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


# --- erasing ---------------------------------------------------------------------------------------


async def erase(uow: UnitOfWork, person_id: int) -> list[str]:
    """Replace a person's name and accounts, end their roles, drop their drafts and what was said in their chats.

    Returns the SHA-256 of files that were made for them and that nothing refers to any more. Raises LookupError for
    nobody, and for one who was erased before.
    """
    await uow.flush()
    who = await person(uow, person_id)
    if who is None or who["erased_at"]:
        raise LookupError(f"no person {person_id}")
    members = [role["id"] for role in await roles(uow, person_id)]
    known = await accounts(uow, person_id)
    for account in known:
        await _forget_chat(uow, account["channel"], account["address"])
        await _hide_account(uow, account["id"])
    await _end_roles(uow, members)
    await _blot_out(uow, who["name"])
    await uow.run(update(_group).where(_group.c.asked_by == person_id).values(asked_by=None))
    await uow.run(delete(_out).where(_out.c.person_id == person_id))
    await uow.run(delete(_link).where(_link.c.person_id == person_id))
    gone = {"name": ERASED, "phone": None, "erased_at": uow.now}
    await uow.run(update(_person).where(_person.c.id == person_id).values(**gone))
    uow.people_changed()
    return await _forget_files(uow, person_id)


async def _forget_chat(uow: UnitOfWork, channel: str, address: str) -> None:
    """What was said in a chat, and wherever else its address stands."""
    uow.forget_conversation(channel, address)
    at = (_conversation.c.channel == channel, _conversation.c.chat == address)
    await uow.run(delete(_conversation).where(*at))
    await uow.run(delete(_outbox).where(_outbox.c.channel == channel, _outbox.c.chat == address))
    if channel == "web":
        await uow.run(delete(_message).where(_message.c.chat == address))
    # The keys of updates and of digests that were asked for begin with the chat.
    await uow.run(delete(_seen).where(_seen.c.channel == channel, _begins(_seen.c.key, f"{address}/")))
    failed = (_failed.c.channel == channel, _begins(_failed.c.key, f"{address}/"))
    await uow.run(delete(_failed).where(*failed))
    asked = _begins(_snapshot.c.key, f"asked/{channel}/{address}/")
    for row in await uow.fetch(select(_snapshot.c.id).where(asked)):
        key = f"erased/{row['id']}"
        await uow.run(update(_snapshot).where(_snapshot.c.id == row["id"]).values(key=key))
    # The tap still counts; whose it was is gone.
    liked = (_liked.c.channel == channel, _liked.c.sender == address)
    await uow.run(update(_liked).where(*liked).values(sender=f"erased:{secrets.token_hex(8)}"))
    # News that went out stay with those who have them; their author is told no more of them.
    said = (_broadcast.c.channel == channel, _broadcast.c.chat == address)
    await uow.run(update(_broadcast).where(*said).values(chat=""))
    got = (_recipient.c.channel == channel, _recipient.c.chat == address)
    ahead = _recipient.c.state.in_([RecipientState.WAITING, RecipientState.QUEUED])
    stopped = {"state": RecipientState.STOPPED.value, "error": "cut off"}
    await uow.run(update(_recipient).where(*got, ahead).values(**stopped))
    hidden = {"chat": f"erased:{secrets.token_hex(8)}", "message_id": None}
    await uow.run(update(_recipient).where(*got).values(**hidden))
    # An urgent matter stays, as reports do; its author is told no more of it.
    await uow.run(update(_alert).where(_alert.c.channel == channel, _alert.c.chat == address).values(chat=""))
    owner = {"owner": f"erased:{secrets.token_hex(8)}", "name": ""}
    await uow.run(update(_media).where(_media.c.owner == f"{channel}:{address}").values(**owner))


def _begins(column: Column[Any], prefix: str) -> Any:
    return column.startswith(prefix, autoescape=True)


async def _hide_account(uow: UnitOfWork, account_id: int) -> None:
    """The row stays, because the audit counts on its number; nobody can be found by it."""
    values = {"address": f"erased:{secrets.token_hex(8)}", "cut_at": uow.now, "blocked_at": uow.now}
    await uow.run(update(_account).where(_account.c.id == account_id).values(**values))


async def _end_roles(uow: UnitOfWork, members: list[int]) -> None:
    held = (_member.c.id.in_(members), _member.c.ended_at.is_(None))
    for row in await uow.fetch(select(_draft.c.id).where(_draft.c.member_id.in_(members))):
        uow.forget_draft(row["id"])
    await uow.run(delete(_draft).where(_draft.c.member_id.in_(members)))
    begun = _broadcast.c.state.in_([BroadcastState.DRAFT, BroadcastState.ASKING, BroadcastState.REFUSED])
    await uow.run(delete(_broadcast).where(_broadcast.c.member_id.in_(members), begun))
    await uow.run(update(_member).where(*held).values(ended_at=uow.now))


async def _blot_out(uow: UnitOfWork, name: str) -> None:
    """Write the name of the erased in place of theirs in what others were told: lists, notices, labels of buttons.

    A name of one word is left there: it tells nobody who it was, and stands in many other words.
    """
    if " " not in name.strip():
        return
    await uow.flush()
    # In a message it stands escaped; the words of an offered button are kept without diacritics.
    forms = dict.fromkeys((name, str(escape(name)), _without_marks(name)))
    told = (_message.c.body, _outbox.c.reply, _broadcast.c.content)
    for body, key in (*((one, "id") for one in told), (_conversation.c.state, None)):
        where = or_(*(cast(body, Text).contains(json.dumps(form)[1:-1], autoescape=True) for form in forms))
        keys = [body.table.c[key]] if key else [_conversation.c.channel, _conversation.c.chat]
        for row in await uow.fetch(select(*keys, body).where(where)):
            at = tuple_(*keys) == tuple_(*(row[column.name] for column in keys))
            await uow.run(update(body.table).where(at).values({body.name: _without(row[body.name], list(forms))}))


def _without_marks(name: str) -> str:
    letters = (letter for letter in normalize("NFD", name.casefold()) if not combining(letter))
    return "".join(letters).replace("đ", "d")


def _without(value: Any, names: list[str]) -> Any:
    """JSON in which a name is written over, in keys as in texts."""
    if isinstance(value, str):
        for name in names:
            value = value.replace(name, ERASED)
        return value
    if isinstance(value, list):
        return [_without(one, names) for one in value]
    if isinstance(value, dict):
        return {_without(key, names): _without(one, names) for key, one in value.items()}
    return value


async def _forget_files(uow: UnitOfWork, person_id: int) -> list[str]:
    """The files of all that was kept on them, made when they asked for it."""
    mine = _media.c.owner == f"mydata:{person_id}"
    hashes = [row["sha256"] for row in await uow.fetch(select(_media.c.sha256).where(mine))]
    await uow.run(delete(_media).where(mine))
    return hashes
