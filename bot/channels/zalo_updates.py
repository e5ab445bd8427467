"""Zalo's updates, read as the neutral `Incoming`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import NotTaken
from bot.channels.moments import said_at
from bot.channels.zalo_errors import NotFetched
from bot.clock import Clock
from bot.media.contents import ContentsAwayError
from bot.media.filetypes import Kind
from bot.media.store import FILE_LIMIT, PHOTO_LIMIT, BadFileError, MediaStore
from handlers import numbering
from handlers.events import Choice, Document, Incoming, Photo

log = structlog.get_logger(__name__)

CHANNEL = "zalo"
NAME_LIMIT = 80
_ID_LIMIT = 64
_TEXT_LIMIT = 20_000

_TEXT, _IMAGE, _VOICE = "message.text.received", "message.image.received", "message.voice.received"
_UNUSABLE = ("message.sticker.received", "message.unsupported.received")
_ANY_MENTION = re.compile(r"^@[^/]*(?=/)")

Fetch = Callable[[str, int], Awaitable[bytes]]
"""An address and how many bytes at most -> the bytes. Raises NotFetched."""

Offered = Callable[[str], Awaitable[tuple[tuple[Choice, ...], bool]]]
"""A chat -> the choices that were put there last, and whether with numbers."""


@dataclass(frozen=True, slots=True)
class Update:
    """One update of a chat; all that it holds, but for `date`, was checked to be text of a bounded length."""

    key: str
    event: str
    chat: str
    is_group: bool
    sender: str
    sender_name: str
    text: str
    url: str
    date: object = None
    """When it was said, in milliseconds since 1970: as it came, not checked."""


def normalised(body: Any) -> Any:
    """The update in what came: it may stand in an envelope."""
    inner = body.get("result") if isinstance(body, dict) else None
    return inner if isinstance(inner, dict) and "event_name" in inner else body


def parse(raw: Any) -> Update | None:
    """An update from its JSON; None for what is none, is of no chat, or comes from a bot."""
    message = raw.get("message") if isinstance(raw, dict) else None
    if not isinstance(message, dict):
        return None
    chat, sender = _dict(message, "chat"), _dict(message, "from")
    event, chat_id = _word(raw, "event_name"), _word(chat, "id")
    if not event or not chat_id or sender.get("is_bot") is True:
        return None
    is_group = _word(chat, "chat_type").upper() == "GROUP"
    sender_id = _word(sender, "id") or ("" if is_group else chat_id)
    number = _word(message, "message_id") or hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:20]
    name = _text(sender, "display_name") or _text(sender, "name")
    url = next((found for one in ("photo_url", "photo", "voice_url") if (found := _text(message, one))), "")
    key = f"{event}:{chat_id}:{number}"
    text, date = _text(message, "text"), message.get("date")
    return Update(key, event, chat_id, is_group, sender_id, name[:NAME_LIMIT], text, url, date)


def _dict(holder: dict[str, Any], name: str) -> dict[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def _word(holder: dict[str, Any], name: str) -> str:
    """An id or a name of Zalo's; "" for what is none."""
    found = holder.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    return found if isinstance(found, str) and len(found) <= _ID_LIMIT and found.isprintable() else ""


def _text(holder: dict[str, Any], name: str) -> str:
    found = holder.get(name)
    # A lone half of a character is no text, and no database takes it.
    return found[:_TEXT_LIMIT].encode(errors="replace").decode() if isinstance(found, str) else ""


class Reader:
    """Reads updates, and has the files fetched that they speak of."""

    def __init__(self, fetch: Fetch, offered: Offered, media: MediaStore, clock: Clock) -> None:
        self._fetch, self._offered, self._media, self._clock = fetch, offered, media, clock
        self.names: tuple[str, ...] = ()
        """By which the bot is mentioned in groups, once they are known."""
        self.groups: set[str] = set()
        """The chats that are known to be groups."""

    async def read(self, update: Update) -> Incoming | None:
        """What happened, or None if it concerns no conversation. Raises NotTaken if a file could not be kept now."""
        if update.is_group:
            self.groups.add(update.chat)
        base = Incoming(
            channel=CHANNEL, chat=update.chat, sender=update.sender, key=update.key,
            at=said_at(update.date, self._clock.now(), in_a_second=1000),
            sender_name=update.sender_name, is_group=update.is_group,
        )  # fmt: skip
        if update.event == _TEXT:
            return await self._line(base, update.text)
        # In a group nobody sends the bot a picture or a file, so none is fetched and kept there.
        if update.is_group:
            return None
        if update.event == _IMAGE:
            return replace(base, photo=await self._photo(update))
        if update.event == _VOICE:
            return await self._voice(base, update)
        if update.event in _UNUSABLE:
            return base
        log.info("update passed over: of a kind that is not known", kind=update.event)
        return None

    async def _line(self, base: Incoming, text: str) -> Incoming | None:
        shown, numbered = await self._offered(base.chat)
        if not base.is_group:
            return replace(base, text=text, shown=shown, numbered=numbered)
        said = replace(base, text=self._without_mention(text), shown=shown, numbered=numbered)
        # Where nothing else is being asked, a number can only be a choice; it comes as the press that it is.
        if action := numbering.meant(said, {}):
            return replace(base, action=action)
        return replace(base, text=said.text) if said.text else None

    def _without_mention(self, text: str) -> str:
        """Whoever speaks in a group has to name the bot; in the middle of a line too."""
        for name in self.names:
            text = re.sub(rf"@{re.escape(name)}(?!\w)", " ", text, flags=re.IGNORECASE)
        return _ANY_MENTION.sub("", text.strip()).strip()

    async def _photo(self, update: Update) -> Photo:
        data = await self._bytes(update, PHOTO_LIMIT, "image")
        if data is None:
            return Photo(None)
        try:
            return Photo(await self._media.keep_photo(data, f"{CHANNEL}:{update.chat}"))
        except (SQLAlchemyError, ContentsAwayError) as error:
            raise NotTaken(type(error).__name__) from error
        except (BadFileError, OSError) as error:
            log.warning("photo lost on the way", error=type(error).__name__)
            return Photo(None)

    async def _voice(self, base: Incoming, update: Update) -> Incoming:
        data = await self._bytes(update, FILE_LIMIT, "audio")
        lost = replace(base, document=Document(None, "", "audio"))
        if data is None:
            return lost
        try:
            kept = await self._media.keep_file(data, "", f"{CHANNEL}:{update.chat}")
        except (SQLAlchemyError, ContentsAwayError) as error:
            raise NotTaken(type(error).__name__) from error
        except (BadFileError, OSError) as error:
            log.warning("file lost on the way", error=type(error).__name__)
            return lost
        if kept.kind == "image":
            return replace(base, photo=Photo(kept.media_id))
        return replace(base, document=Document(kept.media_id, kept.name, kept.kind))

    async def _bytes(self, update: Update, limit: int, kind: Kind) -> bytes | None:
        """What an address leads to, fetched at once, for it may not stay; None if it could not be."""
        try:
            return await self._fetch(update.url, limit)
        except NotFetched as error:
            log.warning("file not fetched", kind=kind, error=str(error))
            return None
