"""Telegram's updates, read as the neutral `Incoming`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import structlog
from aiogram import Bot
from aiogram.enums import ChatMemberStatus, ChatType, ContentType
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberRestricted,
    ChatMemberUnion,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)
from aiogram.types import Location as TelegramLocation
from pydantic import ValidationError

from bot.channels.telegram_files import Fetcher, Sent, file_in
from bot.channels.telegram_markup import markup_of
from bot.clock import Clock
from bot.media import MediaStore
from handlers.events import Incoming, Location, Membership, Photo

log = structlog.get_logger(__name__)

CHANNEL = "telegram"
ALLOWED = ["message", "callback_query", "my_chat_member"]
"""The kinds of updates that are asked for; an edited message changes no report, nor is a place followed
that moves, so it is not among them."""

NAME_LIMIT = 80
TITLE_LIMIT = 128

# Tuples, not sets: aiogram's fields hold plain strings, which are equal to its enums but hash differently.
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_PRESENT = (ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER)
_RUNNING = (ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR)
_ADDRESSED = re.compile(r"/\w+@(\w+)")

# What a person sends and no conversation here can use. All else that is not read below is a note of Telegram's own
# (a message was pinned, a timer was set), and to such nobody wants an answer.
_UNUSABLE = (
    *(ContentType.ANIMATION, ContentType.LIVE_PHOTO, ContentType.PAID_MEDIA, ContentType.STICKER, ContentType.STORY),
    *(ContentType.CHECKLIST, ContentType.CONTACT, ContentType.DICE, ContentType.GAME, ContentType.POLL),
    *(ContentType.RICH_MESSAGE, ContentType.UNKNOWN),
)


def parse(raw: Any) -> Update:
    """An update from its JSON. One that is newer than our types becomes an update with nothing in it: it would come
    again and again otherwise, and hold up what stands behind it. Raises ValueError for what is no update at all."""
    try:
        return Update.model_validate(raw)
    except ValidationError as error:
        number = raw.get("update_id") if isinstance(raw, dict) else None
        if type(number) is not int:
            raise ValueError("no update") from error
        where = sorted({".".join(map(str, one["loc"])) for one in error.errors()})
        log.error("update passed over: its form is not known", update=number, where=where[:5])
        return Update(update_id=number)


def chat_of(update: Update) -> int:
    """The chat whose order an update keeps; 0 for one of no chat."""
    if update.message:
        return update.message.chat.id
    if update.callback_query and update.callback_query.message:
        return update.callback_query.message.chat.id
    return update.my_chat_member.chat.id if update.my_chat_member else 0


class Reader:
    """Reads updates, and has the files fetched that they speak of."""

    def __init__(self, bot: Bot, media: MediaStore, clock: Clock) -> None:
        self._fetcher, self._clock = Fetcher(bot, media), clock
        self.username = ""
        """The bot's own, once it is known: commands for another bot are then left to that one."""

    async def read(self, update: Update) -> Incoming | None:
        """What happened, or None if it concerns no conversation. Raises NotTaken if a file could not be kept now."""
        key = str(update.update_id)
        if update.message:
            return await self._message(key, update.message)
        if update.callback_query:
            return self._press(key, update.callback_query)
        if update.my_chat_member:
            return self._membership(key, update.my_chat_member)
        return None

    def _base(self, key: str, chat: Chat, sender: User | None) -> Incoming:
        is_group = chat.type in _GROUPS
        return Incoming(
            channel=CHANNEL,
            chat=str(chat.id),
            sender=str(sender.id if sender else chat.id),
            key=key,
            at=self._clock.now(),
            sender_name=sender.full_name[:NAME_LIMIT] if sender else "",
            is_group=is_group,
            title=(chat.title or "")[:TITLE_LIMIT] if is_group else "",
        )

    async def _message(self, key: str, message: Message) -> Incoming | None:
        """A caption is passed over: a conversation takes one thing at a time, and the picture or the file is it."""
        base = self._base(key, message.chat, message.from_user)
        if message.text is not None:
            is_for_us = message.chat.type != ChatType.CHANNEL and self._is_for_us(message.text)
            return _text(base, message) if is_for_us else None
        # Its twin in the new group, `migrate_from_chat_id`, tells the same once more.
        if message.migrate_to_chat_id:
            return replace(base, membership=Membership.MOVED, moved_to=str(message.migrate_to_chat_id))
        # In a group nobody sends the bot a picture, a file or a place, so none is fetched and kept there.
        if message.chat.type != ChatType.PRIVATE:
            return None
        if message.location:
            return replace(base, location=_place(message.location))
        if message.photo:
            return replace(base, photo=await self._fetcher.photo(message.photo, f"{CHANNEL}:{base.chat}"))
        if sent := file_in(message):
            return await self._file(base, sent)
        return base if message.content_type in _UNUSABLE else None

    async def _file(self, base: Incoming, sent: Sent) -> Incoming:
        kept = await self._fetcher.file(sent, f"{CHANNEL}:{base.chat}")
        return replace(base, photo=kept) if isinstance(kept, Photo) else replace(base, document=kept)

    def _is_for_us(self, text: str) -> bool:
        found = _ADDRESSED.match(text)
        return found is None or not self.username or found[1].lower() == self.username.lower()

    def _press(self, key: str, press: CallbackQuery) -> Incoming | None:
        if press.message is None or not press.data or press.message.chat.type == ChatType.CHANNEL:
            return None
        base = self._base(key, press.message.chat, press.from_user)
        return replace(base, action=press.data, message_id=str(press.message.message_id))

    def _membership(self, key: str, change: ChatMemberUpdated) -> Incoming | None:
        """In a private chat only its end is told: its beginning is the /start that follows."""
        membership = _change(change.old_chat_member, change.new_chat_member)
        is_private = change.chat.type == ChatType.PRIVATE
        is_told = membership is Membership.REMOVED if is_private else change.chat.type != ChatType.CHANNEL
        if membership is None or not is_told:
            return None
        return replace(self._base(key, change.chat, change.from_user), membership=membership)


def _text(base: Incoming, message: Message) -> Incoming:
    text = message.text or ""
    markup = None if base.is_group else markup_of(text, message.entities)
    return replace(base, text=text, markup=markup)


def _change(old: ChatMemberUnion, new: ChatMemberUnion) -> Membership | None:
    """What a change of the bot's own membership means for a chat. One who is made to run a group may write there,
    whatever held for its members."""
    was, now = _is_present(old), _is_present(new)
    if was != now:
        return Membership.ADDED if now else Membership.REMOVED
    if not now:
        return None
    if _is_silent(new) and not _is_silent(old):
        return Membership.SILENCED
    is_freed = (_is_silent(old) and not _is_silent(new)) or (new.status in _RUNNING and old.status not in _RUNNING)
    return Membership.ALLOWED if is_freed else None


def _place(location: TelegramLocation) -> Location:
    return Location(location.latitude, location.longitude, location.horizontal_accuracy or 0)


def _is_present(member: ChatMemberUnion) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _PRESENT


def _is_silent(member: ChatMemberUnion) -> bool:
    return isinstance(member, ChatMemberRestricted) and not member.can_send_messages
