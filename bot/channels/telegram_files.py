"""Pictures, sounds, films and documents that people send on Telegram: fetched and kept, or lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.types import Message, PhotoSize
from aiohttp import ClientError
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import NotTaken
from bot.channels.telegram_errors import FAILURES, describe
from bot.filetypes import Kind, kind_of, safe_name
from bot.media import FILE_LIMIT, PHOTO_LIMIT, BadFileError, MediaStore
from handlers.events import Document, Photo

log = structlog.get_logger(__name__)

PHOTO_SECONDS = 20.0
FILE_SECONDS = 40.0
_AT_ONCE = 4
_CHUNK = 65536
_LOST = (*FAILURES, ClientError, TimeoutError, BadFileError, OSError)


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


def file_in(message: Message) -> Sent | None:
    """The file of a message; None if it has none, or only an animation (Telegram calls that a document too)."""
    if message.animation:
        return None
    if one := message.audio:
        return Sent(one.file_id, one.file_size or 0, one.file_name or "", "audio")
    if voice := message.voice:
        return Sent(voice.file_id, voice.file_size or 0, "", "audio")
    if video := message.video:
        return Sent(video.file_id, video.file_size or 0, video.file_name or "", "video")
    if note := message.video_note:
        return Sent(note.file_id, note.file_size or 0, "", "video")
    if document := message.document:
        name, claimed = document.file_name or "", kind_of(document.mime_type or "")
        return Sent(document.file_id, document.file_size or 0, name, claimed)
    return None


class Fetcher:
    """Fetches what people sent, a few at a time, and keeps it."""

    def __init__(self, bot: Bot, media: MediaStore) -> None:
        self._bot, self._media = bot, media
        # Held until a file is kept: so many are in memory, and no more.
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def photo(self, sizes: Sequence[PhotoSize], owner: str) -> Photo:
        """The largest size, kept for `owner` (channel:chat). Raises NotTaken if it could not be kept now."""
        largest = max(sizes, key=lambda size: size.width * size.height)
        sent = Sent(largest.file_id, largest.file_size or 0, "", "image")
        try:
            async with self._turns:
                data = await self._fetch(sent, PHOTO_SECONDS)
                return Photo(await self._media.keep_photo(data, owner))
        except SQLAlchemyError as error:
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
        except SQLAlchemyError as error:
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
            file = await self._bot.get_file(sent.file_id)
            url = self._bot.session.api.file_url(self._bot.token, file.file_path or "")
            data = bytearray()
            async for chunk in self._bot.session.stream_content(url, timeout=int(seconds), chunk_size=_CHUNK):
                data += chunk
                # What was told before may be missing or wrong.
                if len(data) > sent.limit:
                    raise BadFileError("too large")
        return bytes(data)
