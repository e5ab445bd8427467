"""The HTTP side: tokens, methods by their exact name, and how refusals are told."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal, TypeAlias

from aiohttp import web

from tests.emulating.faults import PageError
from tests.emulating.journal import Journal
from tests.emulating.refusal import Json, Refusal
from tests.emulating.server import ApiServer
from tests.zalo.emulator.backend import Backend
from tests.zalo.emulator.errors import NOT_FOUND, UNAUTHORIZED, ApiError, bad_request
from tests.zalo.emulator.faults import ZaloFaults
from tests.zalo.emulator.methods import METHODS
from tests.zalo.emulator.params import LARGEST_BODY, Params, read_params

BadToken: TypeAlias = Literal["http", "ok", "text"]


class ZaloServer(ApiServer[Params]):
    """Answers for one bot.

    `errors_in_200` False makes the HTTP status the code of the error. `bad_token`: a 401 by HTTP, a 401 in a 200,
    or a text that is no JSON.
    """

    largest_body = LARGEST_BODY
    internal_error = ApiError(500, "Internal server error", http=500)
    nothing_here = ApiError(NOT_FOUND, "Not found", http=404)

    def __init__(self, token: str, backend: Backend, faults: ZaloFaults) -> None:
        super().__init__(token, Params(), faults, Journal())
        self._backend = backend
        self.errors_in_200 = True
        self.bad_token: BadToken = "http"

    def check(self, request: web.Request) -> None:
        if request.match_info["token"] != self.token:
            if self.bad_token == "text":
                raise PageError(401, b"Unauthorized")
            raise ApiError(UNAUTHORIZED, "Unauthorized", http=401 if self.bad_token == "http" else 200)
        if request.method not in {"GET", "POST"}:
            raise bad_request("Unknown HTTP method")

    async def read(self, request: web.Request) -> Params:
        return await read_params(request)

    def method(self, name: str) -> Callable[[Params], Awaitable[Json]]:
        work = METHODS.get(name)
        if work is None:
            raise bad_request(f"Unknown method {name}")
        return partial(work, self._backend)

    def status_of(self, refusal: Refusal) -> int:
        told = refusal.http if isinstance(refusal, ApiError) else 0
        return told or (200 if self.errors_in_200 else refusal.code)
