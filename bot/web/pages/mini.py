"""The page as a Mini App of Telegram: its script posts what Telegram says of the person who opened it."""

from __future__ import annotations

from aiohttp import web

from bot.clock import Clock
from bot.media.store import BadFileError
from bot.rates import Rates
from bot.web.files import body_of
from bot.web.miniapp import LIMIT, BadInitData, person_in
from bot.web.origins import Origins
from bot.web.pages.asked import PATH
from bot.web.pages.layout import Layout
from bot.web.pages.visitors import SEES, Visitors
from handlers import permissions
from handlers.context import Person
from locales.translator import Translator

NO_STORE = {"Cache-Control": "no-store"}


class MiniApp:
    """Lets people in whom Telegram has named."""

    def __init__(
        self, visitors: Visitors, layout: Layout, clock: Clock, token: str, origins: Origins, rates: Rates
    ) -> None:
        self._visitors, self._layout, self._clock, self._token = visitors, layout, clock, token
        self._origins, self._rates = origins, rates

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get(f"{PATH}/telegram", self._page)
        router.add_post(f"{PATH}/telegram", self._enter)

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return self._layout.telegram()

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """The init data as it stands in the address -> where to `go`, or the `error` in words."""
        if not self._origins.is_ours(request):
            raise web.HTTPForbidden(text="foreign origin")
        tr = self._layout.tr
        if self._rates.take("enter/ip", self._origins.of(request)):
            return _error(tr.plain("Too many tries at once. Please wait a minute and open the page again."), 429)
        try:
            data = (await body_of(request, LIMIT)).decode()
            address = person_in(data, self._token, self._clock.now())
        except (BadFileError, UnicodeDecodeError, BadInitData):
            return _error(tr.plain("This window is too old. Please close it and open it again from the chat."), 403)
        return await self._let_in(address, tr)

    async def _let_in(self, address: str, tr: Translator) -> web.Response:
        row = await self._visitors.on_telegram(address)
        if row is None:
            return _error(tr.plain("I do not know you yet. Please join in the chat first, with your code."), 403)
        if permissions.role_for(Person.from_row(row), SEES) is None:
            return _error(tr.plain("This page is for leaders and the office. You report in the chat."), 403)
        response = web.json_response({"go": PATH}, headers=NO_STORE)
        self._visitors.keep(response, address, self._clock.now())
        return response


def _error(text: str, status: int) -> web.Response:
    return web.json_response({"error": text}, status=status, headers=NO_STORE)
