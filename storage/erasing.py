"""A person erased, so that nothing tells any more who they were.

What stays is the unit's: reports with their answers, revisions, totals, and the audit, which names nobody.
"""

from __future__ import annotations

import secrets
from typing import Any
from unicodedata import combining, normalize

from markupsafe import escape
from sqlalchemy import Column, Text, cast, delete, or_, select, tuple_, update

from storage.json_text import spellings
from storage.privacy import accounts, person, roles
from storage.tables import (
    Account,
    Alert,
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
    SeenUpdate,
    Snapshot,
    StoryReaction,
    WebLink,
    WebMessage,
)
from storage.uow import UnitOfWork, table

_person, _member, _account = table(Person), table(Member), table(Account)
_draft = table(Draft)
_conversation, _outbox, _message = table(Conversation), table(Outbox), table(WebMessage)
_group, _liked = table(GroupChat), table(StoryReaction)
_media, _seen, _failed, _snapshot = table(Media), table(SeenUpdate), table(FailedUpdate), table(Snapshot)
_alert, _out, _broadcast, _link = table(Alert), table(OptOut), table(Broadcast), table(WebLink)
_recipient = table(BroadcastRecipient)

ERASED = "Người dùng đã xoá"
"""The name of everybody who was erased."""


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
        spelled = [one for form in forms for one in spellings(form)]
        where = or_(*(cast(body, Text).contains(one, autoescape=True) for one in spelled))
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
