"""The calls of the Bot API that carry a part of a reply, and what their answers tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.channels.telegram_api import TelegramApi, Upload
from bot.channels.telegram_render import Part
from handlers.events import Attachment, Link

_UNFIT_FOR_A_NAME = re.compile(r'[\x00-\x1f\x7f"/\\]+')

HTML = "HTML"
NO_PREVIEW = {"is_disabled": True}

Message = Mapping[str, Any]
"""As it stands in an answer."""

Told = Callable[[Sequence[Message]], None]
File = Upload | str
"""What is uploaded, or the id of what Telegram has."""


@dataclass(frozen=True, slots=True)
class Call:
    """A method with its parameters; those that are None are left out."""

    method: str
    params: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    def as_answer(self) -> dict[str, Any]:
        """As it travels in a webhook's own answer."""
        return {"method": self.method, **{name: value for name, value in self.params.items() if value is not None}}


async def perform(api: TelegramApi, call: Call, told: Told = lambda _messages: None) -> list[int]:
    """The ids of the messages that a call sent or changed, in order; `told` is given the messages themselves. Raises a
    `Failure`."""
    answer = await api.call(call.method, files=call.files, **call.params)
    several = answer if isinstance(answer, list) else [answer]
    messages = [message for message in several if isinstance(message, dict)]
    told(messages)
    return [number for message in messages if type(number := message.get("message_id")) is int]


def call_for(part: Part, files: Sequence[File], chat: str) -> Call:
    """The call that sends `part`, whose files are `files`, to a chat."""
    buttons = keyboard(part)
    if not files:
        return saying(part, chat)
    names = [f"attach://file{place}" if isinstance(file, Upload) else file for place, file in enumerate(files)]
    uploads = {f"file{place}": file for place, file in enumerate(files) if isinstance(file, Upload)}
    captioned: dict[str, Any] = {"caption": part.text, "parse_mode": HTML} if part.text else {}
    if part.photos:
        media: list[dict[str, Any]] = [{"type": "photo", "media": name} for name in names]
        media[0] |= captioned
        return Call("sendMediaGroup", {"chat_id": chat, "media": media}, uploads)
    kind, method = ("photo", "sendPhoto") if part.photo else ("document", "sendDocument")
    return Call(method, {"chat_id": chat, kind: names[0], **captioned, "reply_markup": buttons}, uploads)


def saying(part: Part, chat: str) -> Call:
    """The call that says the text of a part, with its buttons."""
    return Call("sendMessage", {"chat_id": chat, **_words(part)})


def showing(part: Part, chat: str, number: int) -> Call:
    """The call that shows the text of a part, with its buttons, in place of a message."""
    return Call("editMessageText", {"chat_id": chat, "message_id": number, **_words(part)})


def captioning(part: Part, chat: str, number: int) -> Call:
    """The call that shows the text of a part, with its buttons, under a picture or a file."""
    words = {"caption": part.text, "parse_mode": HTML, "reply_markup": keyboard(part)}
    return Call("editMessageCaption", {"chat_id": chat, "message_id": number, **words})


def _words(part: Part) -> dict[str, Any]:
    return {
        "text": part.text,
        "parse_mode": HTML,
        "link_preview_options": NO_PREVIEW,
        "reply_markup": keyboard(part),
    }


def keyboard(part: Part) -> dict[str, Any] | None:
    """The links of a part, one in a row, then its choices."""
    rows = [[{"text": one.label, "url": one.url}] for one in part.links if _is_taken(one)]
    rows += [[{"text": one.label, "callback_data": one.action} for one in row] for row in part.choices]
    return {"inline_keyboard": rows} if rows else None


def _is_taken(link: Link) -> bool:
    """Telegram refuses the whole message for a host without a dot, such as the localhost of a demonstration."""
    return "." in (urlsplit(link.url).hostname or "").strip(".")


def file_name(attachment: Attachment) -> str:
    """A name that the headers of an upload can hold."""
    return _UNFIT_FOR_A_NAME.sub("_", attachment.name)
