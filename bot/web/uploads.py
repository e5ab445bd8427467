"""Uploads of the chat page: by whom, how often and how much, before what they are (`bot.media.store`)."""

from __future__ import annotations

import math

from aiohttp import web

from bot.media.contents import ContentsAwayError
from bot.media.store import FILE_LIMIT, BadFileError, BadPhotoError, MediaStore
from bot.rates import UPLOADS, Open, Rates
from bot.web.files import body_of
from bot.web.origins import Origins
from bot.web.sessions import Sessions, Visitor
from locales.translator import Translator, Translators

_MOMENT = 3.0
"""Seconds until another upload when some are under way."""


class Uploads:
    """Takes files."""

    def __init__(
        self, media: MediaStore, sessions: Sessions, origins: Origins, rates: Rates, translators: Translators
    ) -> None:
        self._media, self._sessions, self._origins, self._rates = media, sessions, origins, rates
        self._translators = translators
        self._under_way = Open(UPLOADS)

    async def take(self, request: web.Request) -> web.Response:
        """Keep the body; answers its id and kind, or 422 with the reason, or 429 with it and how many seconds to
        `wait`. Raises HTTPForbidden."""
        if not self._origins.is_ours(request):
            raise web.HTTPForbidden(text="foreign origin")
        visitor = await self._sessions.who(request)
        tr, place = self._words(visitor), self._origins.of(request)
        if self._spent(visitor.address, place):
            return _not_kept(tr.plain("That is all that I can take in a day. Please send the rest tomorrow."))
        pause = self._rates.take("upload", visitor.address) or self._rates.take("upload/ip", place)
        if pause or not self._under_way.enter(visitor.address):
            return _later(tr, pause or _MOMENT)
        try:
            return await self._keep(request, visitor, place)
        finally:
            self._under_way.leave(visitor.address)

    def _spent(self, address: str, place: str) -> bool:
        """Whether a day's measure is used up, in number or in bytes."""
        days = (("files", address), ("bytes", address), ("bytes/ip", place))
        return any(self._rates.wait(kind, who) for kind, who in days)

    async def _keep(self, request: web.Request, visitor: Visitor, place: str) -> web.Response:
        tr = self._words(visitor)
        try:
            data = await body_of(request, FILE_LIMIT)
            self._count(visitor.address, place, len(data))
            kept = await self._media.keep_file(data, request.query.get("name", ""), f"web:{visitor.address}")
        except ContentsAwayError as error:
            raise web.HTTPServiceUnavailable from error
        except BadPhotoError:
            return _not_kept(tr.plain("I can keep JPEG, PNG and WebP pictures of up to 10 MB."))
        except BadFileError:
            return _not_kept(
                tr.plain("I cannot take this file: it is larger than 20 MB, or of a kind that I do not know.")
            )
        return web.json_response({"media": kept.media_id, "kind": kept.kind})

    def _count(self, address: str, place: str, size: int) -> None:
        self._rates.owe("files", address, 1)
        self._rates.owe("bytes", address, size)
        self._rates.owe("bytes/ip", place, size)

    def _words(self, visitor: Visitor) -> Translator:
        return self._translators[visitor.person["language"] if visitor.person else "vi"]


def _not_kept(why: str) -> web.Response:
    return web.json_response({"error": why}, status=422)


def _later(tr: Translator, pause: float) -> web.Response:
    text = tr.plain("That is very much at once. Nothing is lost: I take the rest in a moment, by itself.")
    seconds = math.ceil(pause)
    return web.json_response({"error": text, "wait": seconds}, status=429, headers={"Retry-After": str(seconds)})
