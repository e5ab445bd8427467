"""Our reading of Telegram's updates and aiogram's model of them agree, field by field."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram_fields import UnknownForm
from bot.channels.telegram_files import Sent, file_in
from bot.channels.telegram_markup import markup_of
from bot.channels.telegram_updates import NAME_LIMIT, TITLE_LIMIT, Reader, chat_of, parse, press_of
from bot.media.filetypes import Kind, kind_of
from bot.media.store import FILE_LIMIT, PHOTO_LIMIT
from handlers.events import Incoming, Location, Membership
from tests.channels.kit import NOW, StillClock

if TYPE_CHECKING:
    from aiogram import types as aio


@cache
def theirs() -> Any:
    """aiogram's types, when a test asks: seconds of work for each process that only collects this file."""
    from aiogram import types

    return types


def rights() -> tuple[str, ...]:
    fields = theirs().ChatMemberRestricted.model_fields.items()
    return tuple(name for name, field in fields if field.annotation is bool and name.startswith("can_"))


def objects(needed: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(needed, optional=optional)


NUMBERS = st.integers(1, 2**52)
WORDS = st.text("aâ <&😀", min_size=1, max_size=150)
MOMENTS = st.integers(int(NOW.timestamp()) - 86400, int(NOW.timestamp()))
USERS = objects({"id": NUMBERS, "is_bot": st.just(False), "first_name": WORDS}, last_name=WORDS, username=WORDS)
ALONE = objects({"id": NUMBERS, "type": st.just("private")}, first_name=WORDS)
GROUPS = objects({"id": NUMBERS.map(int.__neg__), "type": st.sampled_from(["group", "supergroup"]), "title": WORDS})
IDS = {"file_id": WORDS, "file_unique_id": WORDS}
PLACES = objects(
    {"latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180)}, horizontal_accuracy=st.floats(0, 1500)
)
STRETCHES = objects(
    {"offset": st.integers(0, 5), "length": st.integers(1, 20), "type": st.sampled_from(["bold", "text_link", "url"])},
    url=st.just("https://example.org/"),
)
BYTES = st.integers(0, 2 * FILE_LIMIT)
SIZES = objects({**IDS, "width": st.integers(1, 5000), "height": st.integers(1, 5000)}, file_size=BYTES)
SECONDS, SIDE = st.integers(0, 600), st.integers(1, 4000)
FILES = st.one_of(
    objects({"audio": objects({**IDS, "duration": SECONDS}, file_name=WORDS, file_size=BYTES)}),
    objects({"voice": objects({**IDS, "duration": SECONDS}, file_size=BYTES)}),
    objects({"video": objects({**IDS, "duration": SECONDS, "width": SIDE, "height": SIDE}, file_size=BYTES)}),
    objects({"video_note": objects({**IDS, "duration": SECONDS, "length": SIDE}, file_size=BYTES)}),
    objects({"document": objects(IDS, file_name=WORDS, mime_type=st.just("image/png"), file_size=BYTES)}),
)
FORMATTED = objects({"text": WORDS}, entities=st.lists(STRETCHES, max_size=3))
CONTENTS = st.one_of(
    objects({"location": PLACES}),
    objects({"photo": st.lists(SIZES, min_size=1, max_size=3)}),
    FILES,
    objects({"migrate_to_chat_id": NUMBERS.map(int.__neg__)}),
    objects({"pinned_message": st.just({"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}})}),
)


def messages(chats: st.SearchStrategy[dict[str, Any]], contents: st.SearchStrategy[dict[str, Any]]) -> Any:
    common = objects({"message_id": NUMBERS, "date": MOMENTS, "chat": chats, "from": USERS})
    return st.builds(lambda one, two: {**one, **two}, common, contents)


def members(user: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    by_status = st.fixed_dictionaries({"user": st.just(user), "status": st.sampled_from(["member", "left"])})
    kicked = st.just({"user": user, "status": "kicked", "until_date": 0})
    may = st.deferred(lambda: st.fixed_dictionaries({name: st.booleans() for name in ("is_member", *rights())}))
    restricted = may.map(lambda one: {**one, "user": user, "status": "restricted", "until_date": 0})
    return st.one_of(by_status, kicked, restricted)


BOT = {"id": 1, "is_bot": True, "first_name": "B"}
LINES = objects({"text": WORDS})
PRESSES = {
    "id": WORDS,
    "from": USERS,
    "chat_instance": WORDS,
    "data": WORDS,
    "message": messages(ALONE | GROUPS, LINES),
}
CHANGES = {
    "chat": GROUPS, "from": USERS, "date": MOMENTS, "old_chat_member": members(BOT), "new_chat_member": members(BOT),
}  # fmt: skip
UPDATES = {
    "a line": ("message", messages(ALONE, FORMATTED)),
    "a line in a group": ("message", messages(GROUPS, LINES)),
    "what is no line": ("message", messages(ALONE, CONTENTS)),
    "a press": ("callback_query", objects(PRESSES)),
    "the bot's own membership": ("my_chat_member", objects(CHANGES)),
}


class Asked:
    """In the place of Telegram: writes down which files are asked for, and has none of them."""

    def __init__(self) -> None:
        self.files: list[str] = []

    async def call(self, method: str, *, file_id: str) -> Any:
        self.files.append(file_id)
        raise UnknownForm(method)


def told(update: aio.Update) -> Incoming | None:
    """What aiogram sees, in the words of a conversation. Files are looked at by themselves."""
    if press := update.callback_query:
        at = {"at": NOW, "action": press.data, "message_id": str(press.message.message_id)}
        return incoming(update, press.message.chat, press.from_user, **at)
    if change := update.my_chat_member:
        became = meaning(change.old_chat_member, change.new_chat_member)
        return became and incoming(update, change.chat, change.from_user, at=change.date, membership=became)
    message = update.message
    what = content(message)
    return None if what is None else incoming(update, message.chat, message.from_user, at=message.date, **what)


def incoming(update: aio.Update, chat: aio.Chat, sender: aio.User, **what: Any) -> Incoming:
    is_group = chat.type in ("group", "supergroup")
    return Incoming(
        "telegram", str(chat.id), str(sender.id), str(update.update_id), sender_name=sender.full_name[:NAME_LIMIT],
        is_group=is_group, title=chat.title[:TITLE_LIMIT] if is_group else "", **what,
    )  # fmt: skip


def content(message: aio.Message) -> dict[str, Any] | None:
    if message.text is not None:
        marks = [one.model_dump() for one in message.entities or () if message.chat.type == "private"]
        return {"text": message.text, "markup": markup_of(message.text, marks)}
    if place := message.location:
        return {"location": Location(place.latitude, place.longitude, place.horizontal_accuracy or 0.0)}
    if message.migrate_to_chat_id:
        return {"membership": Membership.MOVED, "moved_to": str(message.migrate_to_chat_id)}
    return None if message.pinned_message else {}


def meaning(old: Any, new: Any) -> Membership | None:
    (was, spoke), (now, speaks) = stands(old), stands(new)
    if was != now:
        return Membership.ADDED if now else Membership.REMOVED
    if not now or spoke == speaks:
        return None
    return Membership.ALLOWED if speaks else Membership.SILENCED


def stands(member: Any) -> tuple[bool, bool]:
    """Whether it is there, and may write."""
    if isinstance(member, theirs().ChatMemberRestricted):
        return member.is_member, member.can_send_messages
    present = theirs().ChatMemberOwner, theirs().ChatMemberAdministrator, theirs().ChatMemberMember
    return isinstance(member, present), True


def file_of(message: aio.Message) -> Sent | None:
    if one := message.audio or message.voice:
        kind: Kind = "audio"
    elif one := message.video or message.video_note:
        kind = "video"
    elif one := message.document:
        kind = kind_of(one.mime_type or "")
    else:
        return None
    return Sent(one.file_id, one.file_size or 0, getattr(one, "file_name", None) or "", kind)


def asked_for(message: aio.Message | None) -> list[str]:
    """The ids of the files that a message makes us fetch, unless they are too large."""
    if message is None:
        return []
    if message.photo:
        largest = max(message.photo, key=lambda one: one.width * one.height)
        return [largest.file_id] if (largest.file_size or 0) <= PHOTO_LIMIT else []
    sent = file_of(message)
    return [sent.file_id] if sent and sent.size <= sent.limit else []


@pytest.mark.parametrize("kind", UPDATES)
@settings(max_examples=30, deadline=None)
@given(data=st.data(), number=NUMBERS)
async def test_updates(kind: str, data: st.DataObject, number: int) -> None:
    name, told_of = UPDATES[kind]
    raw = {"update_id": number, name: data.draw(told_of)}
    update, asked = theirs().Update.model_validate(raw), Asked()
    found = await Reader(asked, None, StillClock()).read(parse(raw))  # type: ignore[arg-type]
    assert (found and replace(found, photo=None, document=None)) == told(update)
    assert asked.files == asked_for(update.message)
    chat = (update.message or update.my_chat_member or update.callback_query.message).chat
    assert (chat_of(raw), press_of(raw)) == (chat.id, update.callback_query.id if update.callback_query else "")


@settings(max_examples=40, deadline=None)
@given(messages(ALONE, FILES))
def test_files(raw: dict[str, Any]) -> None:
    assert file_in(raw) == file_of(theirs().Message.model_validate(raw))
