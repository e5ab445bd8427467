"""Pictures, sounds, films and documents that people send on Telegram: fetched and kept, or lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import NotTaken
from bot.channels.calling import Failure, describe
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_fields import UnknownForm, part, size, text, whole
from bot.media.contents import ContentsAwayError
from bot.media.filetypes import Kind, kind_of, safe_name
from bot.media.store import FILE_LIMIT, PHOTO_LIMIT, BadFileError, MediaStore
from handlers.events import Document, Photo

log = structlog.get_logger(__name__)

PHOTO_SECONDS = 20.0
FILE_SECONDS = 40.0
_AT_ONCE = 4
_LOST = (Failure, UnknownForm, TimeoutError, BadFileError, OSError)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as Telegram tells of it; `claimed` is what the sender's phone took it for."""

    file_id: str
    size: int
    name: str
    claimed: Kind

    @property
    def limit(self) -> int:
        return PHOTO_LIMIT if self.claimed == "image" else FILE_LIMIT


_RECORDED: tuple[tuple[str, Kind], ...] = (
    ("audio", "audio"), ("voice", "audio"), ("video", "video"), ("video_note", "video"),
)  # fmt: skip


def file_in(message: Mapping[str, Any]) -> Sent | None:
    """The file of a message; None if it has none, or only an animation (Telegram calls that a document too)."""
    if "animation" in message:
        return None
    for name, claimed in _RECORDED:
        if one := part(message, name):
            return _sent(one, claimed)
    document = part(message, "document")
    return _sent(document, kind_of(text(document, "mime_type"))) if document else None


def _sent(file: Mapping[str, Any], claimed: Kind) -> Sent:
    return Sent(text(file, "file_id"), size(file, "file_size"), text(file, "file_name"), claimed)


class Fetcher:
    """Fetches what people sent, a few at a time, and keeps it."""

    def __init__(self, api: TelegramApi, media: MediaStore) -> None:
        self._api, self._media = api, media
        # Held until a file is kept: so many are in memory, and no more.
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def photo(self, sizes: Sequence[Mapping[str, Any]], owner: str) -> Photo:
        """The largest size, kept for `owner` (channel:chat). Raises NotTaken if it could not be kept now."""
        sent = _sent(max(sizes, key=lambda one: whole(one, "width") * whole(one, "height")), "image")
        try:
            async with self._turns:
                data = await self._fetch(sent, PHOTO_SECONDS)
                return Photo(await self._media.keep_photo(data, owner))
        except (SQLAlchemyError, ContentsAwayError) as error:
            raise NotTaken(type(error).__name__) from error
        except _LOST as error:
            log.warning("photo lost on the way", error=describe(error))
            return Photo(None)

    async def file(self, sent: Sent, owner: str) -> Photo | Document:
        """Kept for `owner` (channel:chat), as what its content is. Raises NotTaken if it could not be kept now."""
        try:
            async with self._turns:
                data = await self._fetch(sent, FILE_SECONDS)
                kept = await self._media.keep_file(data, sent.name, owner)
        except (SQLAlchemyError, ContentsAwayError) as error:
            raise NotTaken(type(error).__name__) from error
        except _LOST as error:
            log.warning("file lost on the way", kind=sent.claimed, error=describe(error))
            return Photo(None) if sent.claimed == "image" else Document(None, safe_name(sent.name), sent.claimed)
        return Photo(kept.media_id) if kept.kind == "image" else Document(kept.media_id, kept.name, kept.kind)

    async def _fetch(self, sent: Sent, seconds: float) -> bytes:
        """The bytes of a file. Raises BadFileError if there are more than its kind may have."""
        if sent.size > sent.limit:
            raise BadFileError("too large")
        async with asyncio.timeout(seconds):
            file = await self._api.call("getFile", file_id=sent.file_id)
            # What was told of its size before may be missing or wrong.
            return await self._api.fetch(text(file, "file_path"), sent.limit)
