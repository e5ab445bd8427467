"""Replies on their way to Telegram, message by message."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramMigrateToChat
from aiogram.methods import EditMessageText, SendDocument, SendMessage, SendPhoto, TelegramMethod
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    FSInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from bot.channels.base import InDoubt, Refused, TryLater
from bot.channels.telegram_errors import FAILURES, as_send_errors, describe
from bot.channels.telegram_render import Part, render
from bot.media import MediaStore
from handlers.events import Attachment, Reply, Rows

log = structlog.get_logger(__name__)

Commands = tuple[tuple[str, str], ...]

_REMEMBERED = 1000
_UNCHANGED = "message is not modified"
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "no text in the message", "message_id_invalid")
_UNFIT_FOR_A_NAME = re.compile(r'[\x00-\x1f\x7f"/\\]+')


class Sender:
    """Sends replies. A reply of several messages that breaks off goes on, at the next try, where it stopped."""

    def __init__(self, bot: Bot, media: MediaStore) -> None:
        self._bot, self._media = bot, media
        self._begun: OrderedDict[str, list[int]] = OrderedDict()

    async def send(self, chat: str, reply: Reply, key: str) -> str:
        """The id of the last message. Raises a `SendError`."""
        parts = render(reply)
        if not parts:
            raise Refused("nothing to say")
        sent = self._begun.pop(key, [])
        try:
            for part in parts[len(sent) :]:
                replaces = reply.replaces if not sent else None
                sent.append(await self._send_part(chat, part, replaces))
        except (TryLater, InDoubt):
            self._remember(key, sent)
            raise
        if reply.menu:
            await self._show_menu(chat, reply.menu)
        return str(sent[-1])

    def _remember(self, key: str, sent: list[int]) -> None:
        if sent:
            self._begun[key] = sent
        if len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)

    async def _send_part(self, chat: str, part: Part, replaces: str | None) -> int:
        file = await self._file(part)
        with as_send_errors():
            if replaces and file is None and (edited := await self._edit(chat, replaces, part)):
                return edited
            return await self._send_new(chat, part, file)

    async def _send_new(self, chat: str, part: Part, file: FSInputFile | None) -> int:
        make = _method(part, file)
        try:
            return await self._call(make(chat))
        except TelegramMigrateToChat as error:
            log.warning("a group goes on under another id", chat=chat, now=error.migrate_to_chat_id)
            return await self._call(make(str(error.migrate_to_chat_id)))

    async def _edit(self, chat: str, message_id: str, part: Part) -> int | None:
        """The id of the message that now shows `part`; None if it cannot be edited (gone, too old, a picture,
        in a group that moved)."""
        if not (message_id.isascii() and message_id.isdigit()):
            return None
        number = int(message_id)
        method = EditMessageText(chat_id=chat, message_id=number, text=part.text, reply_markup=_keyboard(part.choices))
        try:
            await self._call(method)
        except TelegramMigrateToChat:
            return None
        except TelegramBadRequest as error:
            words = error.message.lower()
            if any(one in words for one in _NOT_EDITABLE):
                return None
            if _UNCHANGED not in words:
                raise
        return number

    async def _call(self, method: TelegramMethod[Any]) -> int:
        """The id of the message that a call sent or changed."""
        try:
            message = await self._bot(method)
        except ClientDecodeError as error:
            # Telegram took the message, only its answer is newer than our types: sending again would repeat it.
            number = _taken_as(error.data)
            if number is None:
                raise
            return number
        return message.message_id if isinstance(message, Message) else 0

    async def _file(self, part: Part) -> FSInputFile | None:
        attachment = part.photo or part.document
        if attachment is None:
            return None
        try:
            kept = await self._media.resolve(attachment)
        except LookupError as error:
            raise Refused(f"no file {attachment.media_id}") from error
        if not await asyncio.to_thread(kept.path.is_file):
            raise Refused(f"the file of {attachment.media_id} is gone")
        return FSInputFile(kept.path, filename=_file_name(attachment))

    async def _show_menu(self, chat: str, menu: Commands) -> None:
        try:
            await self._bot.set_my_commands(_commands(menu), scope=BotCommandScopeChat(chat_id=chat))
        except FAILURES as error:
            log.warning("menu not set", chat=chat, error=describe(error))

    async def show_menu_to_all(self, menu: Commands) -> None:
        """What a private chat's menu shows as long as it has none of its own. Raises what aiogram raises."""
        await self._bot.set_my_commands(_commands(menu), scope=BotCommandScopeAllPrivateChats())


def _method(part: Part, file: FSInputFile | None) -> Callable[[str], TelegramMethod[Message]]:
    """Makes the call that sends `part` to a chat."""
    keyboard = _keyboard(part.choices)
    if file is None:
        return lambda chat: SendMessage(chat_id=chat, text=part.text, reply_markup=keyboard)
    caption = part.text or None
    if part.photo:
        return lambda chat: SendPhoto(chat_id=chat, photo=file, caption=caption, reply_markup=keyboard)
    return lambda chat: SendDocument(chat_id=chat, document=file, caption=caption, reply_markup=keyboard)


def _keyboard(choices: Rows) -> InlineKeyboardMarkup | None:
    if not choices:
        return None
    rows = [[InlineKeyboardButton(text=one.label, callback_data=one.action) for one in row] for row in choices]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _commands(menu: Commands) -> list[BotCommand]:
    return [BotCommand(command=name, description=description) for name, description in menu]


def _file_name(attachment: Attachment) -> str:
    return _UNFIT_FOR_A_NAME.sub("_", attachment.name)


def _taken_as(answer: Any) -> int | None:
    """The message id in an answer that says ok, whatever else is in it."""
    if not isinstance(answer, dict) or answer.get("ok") is not True:
        return None
    result = answer.get("result")
    number = result.get("message_id") if isinstance(result, dict) else None
    return number if isinstance(number, int) else None
