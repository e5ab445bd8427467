"""Replies on their way to Zalo, message by message."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.channels.attached import file_of
from bot.channels.base import CannotChange, InDoubt, Refused, SendError, TryLater
from bot.channels.calling import Failure
from bot.channels.zalo_api import CALL_SECONDS, PHOTO_SECONDS, ZaloApi
from bot.channels.zalo_errors import CAPPED, LONG, REFUSED, ApiError, send_error
from bot.channels.zalo_offered import Offers
from bot.channels.zalo_render import Files, Part, render, without_photo, without_styles
from bot.media.store import MediaStore
from handlers.events import Attachment, Reply
from locales.translator import Translator

log = structlog.get_logger(__name__)

_REMEMBERED = 1000
_BAD_REQUEST = 400


class Sender:
    """Sends replies. A reply of several messages that breaks off goes on, at the next try, where it stopped."""

    def __init__(
        self,
        api: ZaloApi,
        media: MediaStore,
        offers: Offers,
        tr: Translator,
        *,
        public_url: str,
        sent: Callable[[], Awaitable[None]],
        refused: Callable[[], Awaitable[None]],
    ) -> None:
        """`public_url`: where Zalo reaches the bot's files, "" if nowhere. `sent`: told of each message that went out;
        `refused`: that the token is."""
        self._api, self._media, self._offers, self._tr = api, media, offers, tr
        self._public_url, self._sent, self._refused = public_url, sent, refused
        self._begun: OrderedDict[str, list[str]] = OrderedDict()
        self._doubtful: OrderedDict[str, None] = OrderedDict()
        self._closed_until = 0.0

    async def send(self, chat: str, reply: Reply, key: str) -> str:
        """The ids of the messages. Raises a `SendError`."""
        if reply.only_edit or reply.deletes:
            raise CannotChange("nothing can be changed on Zalo")
        if (left := self._closed_until - time.monotonic()) > 0:
            raise TryLater(left, "the quota is used up")
        parts = render(reply, await self._files(reply), self._tr)
        if not parts:
            raise Refused("nothing to say")
        sent = self._begun.pop(key, [])
        take_back = self._offers.put(chat, reply)
        try:
            for part in parts[len(sent) :]:
                sent.append(await self._send_part(chat, part))
        except Failure as error:
            self._remember(key, sent)
            if isinstance(error, ApiError) and error.code == REFUSED:
                await self._refused()
            failure = self._as_send_error(error, key)
            if not isinstance(failure, InDoubt):
                take_back()
            raise failure from None
        self._doubtful.pop(key, None)
        return ",".join(filter(None, sent))

    def _as_send_error(self, error: Failure, key: str) -> SendError:
        if isinstance(error, ApiError) and error.code in CAPPED:
            # For all chats: what is refused to one is refused to the next, and asking costs.
            self._closed_until = time.monotonic() + LONG
            log.error("zalo takes no more messages: the quota is used up", wait=LONG)
        found = send_error(error)
        if not isinstance(found, InDoubt):
            return found
        # Each try may have arrived, and counts: after the second there is time for somebody to mend the line.
        again = key in self._doubtful
        self._doubtful[key] = None
        _shorten(self._doubtful)
        return TryLater(LONG, f"in doubt again: {error}") if again else found

    def _remember(self, key: str, sent: list[str]) -> None:
        if sent:
            self._begun[key] = sent
        _shorten(self._begun)

    async def _send_part(self, chat: str, part: Part) -> str:
        """The message's id, "" if Zalo tells none. What Zalo refuses is said in a plainer way."""
        try:
            return await self._call(chat, part)
        except ApiError as error:
            if error.code != _BAD_REQUEST or not (part.photo or part.styles):
                raise
            log.warning("said in a plainer way", error=str(error), photo=bool(part.photo))
            return await self._call(chat, without_photo(part, self._tr) if part.photo else without_styles(part))

    async def _call(self, chat: str, part: Part) -> str:
        params: dict[str, Any] = {"chat_id": chat}
        if part.photo:
            params |= {"photo": part.photo, **({"caption": part.text} if part.text else {})}
        else:
            params |= {"text": part.text}
            if part.styles:
                params["text_styles"] = [{"start": s.start, "len": s.length, "st": list(s.codes)} for s in part.styles]
        method, seconds = ("sendPhoto", PHOTO_SECONDS) if part.photo else ("sendMessage", CALL_SECONDS)
        result = await self._api.call(method, seconds=seconds, **params)
        await self._sent()
        number = result.get("message_id") if isinstance(result, dict) else None
        return str(number or "")

    # --- files -------------------------------------------------------------------------------

    async def _files(self, reply: Reply) -> Files:
        """Where Zalo finds the files of a reply. Raises Refused for one that is not kept."""
        pictures = reply.photos or ((reply.photo,) if reply.photo else ())
        if not self._public_url:
            if pictures or reply.document:
                log.warning("files left out: PUBLIC_URL is not set")
            return Files(unseen=bool(pictures or reply.document))
        photos = tuple([await self._address(one) for one in pictures])
        document = reply.document
        return Files(photos, (document.name, await self._address(document)) if document else None)

    async def _address(self, attachment: Attachment) -> str:
        """A signed address, which can be fetched again and again: Zalo and the phones do."""
        kept = await file_of(self._media, attachment)
        return self._public_url + self._media.link(kept.id, attachment.name)


def _shorten(memory: OrderedDict[str, Any]) -> None:
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)
