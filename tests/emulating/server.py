"""The HTTP side: tokens, methods by name, answers and faults."""

import traceback
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import ClassVar, Generic, TypeVar

from aiohttp import web

from tests.emulating.faults import CutError, Faults, PageError
from tests.emulating.journal import Call, Journal
from tests.emulating.refusal import Json, Refusal

P = TypeVar("P")


class ApiServer(ABC, Generic[P]):
    """Answers for one bot. `broken` collects what the emulator itself did wrong."""

    largest_body: ClassVar[int]
    internal_error: ClassVar[Refusal]
    nothing_here: ClassVar[Refusal]

    def __init__(self, token: str, no_params: P, faults: Faults[P], journal: Journal[P]) -> None:
        """`no_params`: of a call whose parameters were never read."""
        self.token, self._no_params = token, no_params
        self.faults, self.journal = faults, journal
        self.broken: list[str] = []

    def application(self) -> web.Application:
        """The aiohttp application; there is no slash between ``bot`` and the token."""
        application = web.Application(client_max_size=self.largest_body)
        self.add_routes(application.router)
        application.router.add_route("*", "/bot{token}/{method}", self._call)
        application.router.add_route("*", "/{anything:.*}", self._nothing)
        return application

    # --- the platform's own ------------------------------------------------------------------

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Other addresses than those of the calls."""

    @abstractmethod
    def check(self, request: web.Request) -> None:
        """Raises what is answered to a wrong token or a wrong way of calling."""

    @abstractmethod
    async def read(self, request: web.Request) -> P:
        """The parameters of a call; raises Refusal."""

    @abstractmethod
    def method(self, name: str) -> Callable[[P], Awaitable[Json]]:
        """What a method does: it gives the body of the answer, without its ``ok``, or raises Refusal. Raises what is
        answered to a method that does not exist."""

    @abstractmethod
    def status_of(self, refusal: Refusal) -> int:
        """The HTTP status of a refusal."""

    def headers_of(self, _refusal: Refusal) -> dict[str, str]:
        """The headers of a refusal."""
        return {}

    # --- one call ----------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, params, code, description = request.match_info["method"], self._no_params, 200, ""
        response: web.StreamResponse
        try:
            self.check(request)
            params = await self._read(request)
            response = await self._answer(method, params)
        except Refusal as refusal:
            code, description = refusal.code, refusal.description
            response = self.refusal(refusal)
        except PageError as page:
            code = page.status
            response = web.Response(status=page.status, body=page.content, content_type="text/html")
        except CutError:
            code = 0
            response = _broken_off(request)
        except Exception:
            code, description = self.internal_error.code, self.internal_error.description
            self.broken.append(traceback.format_exc())
            response = self.refusal(self.internal_error)
        self.journal.add(Call(method, params, code, response.status, description))
        return response

    async def _answer(self, method: str, params: P) -> web.Response:
        work = self.method(method)
        fault = self.faults.take(method, params)
        await fault.before()
        body = await work(params)
        await fault.after()
        return web.json_response({"ok": True} | fault.changes(body))

    async def _read(self, request: web.Request) -> P:
        try:
            return await self.read(request)
        except (ConnectionError, web.RequestPayloadError) as error:
            raise CutError from error  # the client went away in the middle of its request

    async def _nothing(self, _request: web.Request) -> web.Response:
        return self.refusal(self.nothing_here)

    def refusal(self, refusal: Refusal) -> web.Response:
        """The answer that says no."""
        return web.json_response(refusal.body(), status=self.status_of(refusal), headers=self.headers_of(refusal))


def _broken_off(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
