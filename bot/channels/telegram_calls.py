"""The calls of the Bot API that carry a part of a reply, and what their answers tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError
from aiogram.methods import SendDocument, SendMediaGroup, SendMessage, SendPhoto, TelegramMethod
from aiogram.types import FSInputFile, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Message

from bot.channels.telegram_render import Part
from handlers.events import Attachment, Link

_UNFIT_FOR_A_NAME = re.compile(r'[\x00-\x1f\x7f"/\\]+')


Told = Callable[[Sequence[Message]], None]


async def perform(bot: Bot, method: TelegramMethod[Any], told: Told = lambda _messages: None) -> list[int]:
    """The ids of the messages that a call sent or changed, in order; `told` is given the messages themselves, where
    they can be read. Raises what aiogram raises."""
    try:
        answer = await bot(method)
    except ClientDecodeError as error:
        # Telegram took the message, only its answer is newer than our types: sending again would repeat it.
        numbers = _taken_as(error.data)
        if not numbers:
            raise
        return numbers
    several = answer if isinstance(answer, list) else [answer]
    messages = [message for message in several if isinstance(message, Message)]
    told(messages)
    return [message.message_id for message in messages]


def call_for(part: Part, files: Sequence[FSInputFile | str], chat: str) -> TelegramMethod[Any]:
    """The call that sends `part`, whose files are `files` (those that Telegram has by their ids there), to a chat."""
    buttons = keyboard(part)
    if not files:
        return SendMessage(chat_id=chat, text=part.text, reply_markup=buttons)
    caption = part.text or None
    if part.photos:
        captions = [caption, *[None] * (len(files) - 1)]
        media = (InputMediaPhoto(media=file, caption=words) for file, words in zip(files, captions, strict=True))
        return SendMediaGroup(chat_id=chat, media=[*media])
    if part.photo:
        return SendPhoto(chat_id=chat, photo=files[0], caption=caption, reply_markup=buttons)
    return SendDocument(chat_id=chat, document=files[0], caption=caption, reply_markup=buttons)


def keyboard(part: Part) -> InlineKeyboardMarkup | None:
    """The links of a part, one in a row, then its choices."""
    rows = [[InlineKeyboardButton(text=one.label, url=one.url)] for one in part.links if _is_taken(one)]
    rows += [[InlineKeyboardButton(text=one.label, callback_data=one.action) for one in row] for row in part.choices]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _is_taken(link: Link) -> bool:
    """Telegram refuses the whole message for a host without a dot, such as the localhost of a demonstration."""
    return "." in (urlsplit(link.url).hostname or "").strip(".")


def file_name(attachment: Attachment) -> str:
    """A name that the headers of an upload can hold."""
    return _UNFIT_FOR_A_NAME.sub("_", attachment.name)


def _taken_as(answer: Any) -> list[int]:
    """The message ids in an answer that says ok, whatever else is in it."""
    if not isinstance(answer, dict) or answer.get("ok") is not True:
        return []
    result = answer.get("result")
    messages = result if isinstance(result, list) else [result]
    numbers = [one.get("message_id") for one in messages if isinstance(one, dict)]
    return [number for number in numbers if isinstance(number, int)]
