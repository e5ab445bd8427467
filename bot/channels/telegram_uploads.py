"""Files on their way to Telegram: what it has taken once goes out again by the id it gave, without its bytes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

import structlog

from bot.channels.telegram_api import TelegramApi, Upload
from bot.channels.telegram_calls import File, Message, call_for, perform
from bot.channels.telegram_errors import ApiError, is_bad_request
from bot.channels.telegram_fields import UnknownForm, part, parts, text
from bot.channels.telegram_render import Part

log = structlog.get_logger(__name__)

REMEMBERED = 1000
"""Files at most whose names are known."""

PATIENCE = 20.0
"""Seconds at most that one waits for another who uploads the same."""

# As Telegram says it today and said it before, in an album within other words.
_REFUSALS = ("file identifier", "wrong remote file", "wrong file_id", "file_reference", "can't use file of type")

_Key = tuple[str, str, str]


class Uploads:
    """Sends the parts of replies that have files.

    A file is known by its content (the path of a kept file is made of its hash) and by what it was sent as: Telegram
    shows a document under the name of its upload, and a picture's id is none of a document's.
    """

    def __init__(self, api: TelegramApi, patience: float = PATIENCE) -> None:
        self._api, self._patience = api, patience
        self._ids: OrderedDict[_Key, str] = OrderedDict()
        self._turns: WeakValueDictionary[tuple[_Key, ...], asyncio.Lock] = WeakValueDictionary()

    async def send(self, chat: str, part: Part, files: Sequence[Upload]) -> list[int]:
        """The ids of the messages. `files` are those of `part`, in order. Raises a `Failure`."""
        keys = tuple(_key(part, file) for file in files)
        if all(key in self._ids for key in keys):
            return await self._send(chat, part, files, keys)
        async with self._turn(keys):
            return await self._send(chat, part, files, keys)

    @asynccontextmanager
    async def _turn(self, keys: tuple[_Key, ...]) -> AsyncIterator[None]:
        """One after the other, so that the first uploads for all who wait; not for ever, for it may be stuck."""
        lock = self._turns.setdefault(keys, asyncio.Lock())
        try:
            async with asyncio.timeout(self._patience):
                await lock.acquire()
        except TimeoutError:
            yield
            return
        try:
            yield
        finally:
            lock.release()

    async def _send(self, chat: str, part: Part, files: Sequence[Upload], keys: tuple[_Key, ...]) -> list[int]:
        known = {key: self._ids[key] for key in keys if key in self._ids}
        try:
            return await self._perform(
                chat, part, [known.get(key, file) for key, file in zip(keys, files, strict=True)], keys
            )
        except ApiError as error:
            if not known or not is_bad_request(error) or not any(one in error.message.lower() for one in _REFUSALS):
                raise
            log.info("file uploaded anew", error=error.message, files=len(known))
        self._forget(known)
        return await self._perform(chat, part, files, keys)

    async def _perform(self, chat: str, part: Part, files: Sequence[File], keys: tuple[_Key, ...]) -> list[int]:
        return await perform(self._api, call_for(part, files, chat), lambda messages: self._learn(keys, messages))

    def _learn(self, keys: tuple[_Key, ...], messages: Sequence[Message]) -> None:
        if len(messages) != len(keys):
            return
        for key, message in zip(keys, messages, strict=True):
            if file_id := _file_id(message):
                self._ids[key] = file_id
                self._ids.move_to_end(key)
        while len(self._ids) > REMEMBERED:
            self._ids.popitem(last=False)

    def _forget(self, refused: dict[_Key, str]) -> None:
        """Another may have uploaded it anew in the meantime: what it was told then stays."""
        for key, file_id in refused.items():
            if self._ids.get(key) == file_id:
                del self._ids[key]


def _key(carried: Part, file: Upload) -> _Key:
    return ("document", str(file.path), file.name) if carried.document else ("photo", str(file.path), "")


def _file_id(message: Message) -> str | None:
    """By which the same can be sent in the same way; None where Telegram made something else of it, such as an
    animation or a voice message of a document."""
    try:
        if sizes := parts(message, "photo"):
            return text(sizes[-1], "file_id")
        document = None if "animation" in message else part(message, "document")
    except UnknownForm:
        return None
    return text(document, "file_id") if document else None
