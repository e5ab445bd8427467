"""The HTTP side: tokens, methods by their exact name, answers and faults."""

import asyncio
import traceback
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from aiohttp import web

from tests.zalo.emulator.backend import Backend
from tests.zalo.emulator.errors import NOT_FOUND, UNAUTHORIZED, ApiError, bad_request
from tests.zalo.emulator.faults import Fault, Faults
from tests.zalo.emulator.journal import Call, Journal
from tests.zalo.emulator.methods import METHODS
from tests.zalo.emulator.params import LARGEST_BODY, Params, read_params

BadToken: TypeAlias = Literal["http", "ok", "text"]


class _CutError(Exception):
    """The connection is to be broken in place of an answer."""


class _PageError(Exception):
    """Something that is no JSON is to be answered."""

    def __init__(self, status: int, content: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.content = content


@dataclass
class ApiServer:
    """Answers for one bot. `broken` collects what the emulator itself did wrong.

    `errors_in_200` False makes the HTTP status the code of the error. `bad_token`: a 401 by HTTP, a 401 in a 200,
    or a text that is no JSON.
    """

    token: str
    backend: Backend
    faults: Faults
    journal: Journal
    errors_in_200: bool = True
    bad_token: BadToken = "http"
    broken: list[str] = field(default_factory=list)

    def application(self) -> web.Application:
        """The aiohttp application; there is no slash between ``bot`` and the token."""
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_route("*", "/bot{token}/{method}", self._call)
        application.router.add_route("*", "/{anything:.*}", self._nothing)
        return application

    async def _call(self, request: web.Request) -> web.StreamResponse:
        params = Params()
        method = request.match_info["method"]
        code, description = 200, ""
        response: web.StreamResponse
        try:
            self._check(request)
            params = await _read(request)
            response = await self._answer(method, params)
        except ApiError as error:
            code, description = error.code, error.description
            response = self._refusal(error)
        except _PageError as error:
            code = error.status
            response = web.Response(status=error.status, body=error.content, content_type="text/html")
        except _CutError:
            code = 0
            response = _broken_off(request)
        except Exception:
            code = 500
            self.broken.append(traceback.format_exc())
            response = self._refusal(ApiError(500, "Internal server error", http=500))
        self.journal.add(Call(method, params, code, response.status, description))
        return response

    async def _answer(self, method: str, params: Params) -> web.Response:
        work = METHODS.get(method)
        if work is None:
            raise bad_request(f"Unknown method {method}")
        fault = self.faults.take(method, params)
        await _suffer_before(fault)
        body = await work(self.backend, params)
        await _suffer_after(fault)
        nameless = fault is not None and fault.nameless
        return web.json_response({"ok": True} | ({"result": {}} if nameless else body))

    async def _nothing(self, _request: web.Request) -> web.Response:
        return self._refusal(ApiError(NOT_FOUND, "Not found", http=404))

    def _check(self, request: web.Request) -> None:
        if request.match_info["token"] != self.token:
            if self.bad_token == "text":
                raise _PageError(401, b"Unauthorized")
            raise ApiError(UNAUTHORIZED, "Unauthorized", http=401 if self.bad_token == "http" else 200)
        if request.method not in {"GET", "POST"}:
            raise bad_request("Unknown HTTP method")

    def _refusal(self, error: ApiError) -> web.Response:
        status = error.http or (200 if self.errors_in_200 else error.code)
        return web.json_response(error.body(), status=status)


async def _read(request: web.Request) -> Params:
    try:
        return await read_params(request)
    except (ConnectionError, web.RequestPayloadError) as error:
        raise _CutError from error  # the client went away in the middle of its request


async def _suffer_before(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.seconds:
        await asyncio.sleep(fault.seconds)
    if fault.gate is not None and not fault.after_work:
        await fault.gate.pass_through()
    if fault.error is not None:
        raise fault.error
    if fault.page is not None:
        raise _PageError(*fault.page)
    if fault.cut == "before":
        raise _CutError


async def _suffer_after(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.gate is not None and fault.after_work:
        await fault.gate.pass_through()
    if fault.cut == "after":
        raise _CutError


def _broken_off(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
