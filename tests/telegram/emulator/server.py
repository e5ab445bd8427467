"""The HTTP side: tokens, methods by name, answers, faults and downloads."""

import asyncio
import traceback
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.errors import ApiError, not_found, unauthorized
from tests.telegram.emulator.faults import Fault, Faults
from tests.telegram.emulator.journal import Call, Journal
from tests.telegram.emulator.methods import METHODS
from tests.telegram.emulator.params import LARGEST_BODY, Params, read_params


class _CutError(Exception):
    """The connection is to be broken in place of an answer."""


@dataclass
class ApiServer:
    """Answers for one bot. `broken` collects what the emulator itself did wrong."""

    token: str
    backend: Backend
    faults: Faults
    journal: Journal
    broken: list[str] = field(default_factory=list)

    def application(self) -> web.Application:
        """The aiohttp application, one route for calls and one for downloads."""
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_get("/file/bot{token}/{path:.+}", self._download)
        application.router.add_route("*", "/bot{token}/{method}", self._call)
        application.router.add_route("*", "/{anything:.*}", self._nothing)
        return application

    async def _call(self, request: web.Request) -> web.StreamResponse:
        params = Params()
        method = request.match_info["method"]
        code, description = 200, ""
        try:
            self._check_token(request)
            params = await _read(request)
            return await self._answer(method, params)
        except ApiError as error:
            code, description = error.code, error.description
            return _refusal(error)
        except _CutError:
            code = 0
            return _broken_off(request)
        except Exception:
            code, description = 500, "Internal Server Error"
            self.broken.append(traceback.format_exc())
            return _refusal(ApiError(code, description))
        finally:
            self.journal.add(Call(method, params, code, description))

    async def _answer(self, method: str, params: Params) -> web.Response:
        work = METHODS.get(method.lower())
        if work is None:
            raise not_found()
        fault = self.faults.take(method, params)
        if fault is not None and fault.page is not None:
            return web.Response(status=502, body=fault.page, content_type="text/html")
        await _suffer_before(fault)
        result: Any = await work(self.backend, params)
        await _suffer_after(fault)
        return web.json_response({"ok": True, "result": result})

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request)
        except ApiError as error:
            return _refusal(error)
        stored = self.backend.world.files.by_path(request.match_info["path"])
        if stored is None:
            return _refusal(not_found())
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _nothing(self, _request: web.Request) -> web.Response:
        return _refusal(not_found())

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if ":" not in token or not token.partition(":")[0].isdecimal():
            raise not_found()
        if token != self.token:
            raise unauthorized()


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
    if fault.cut == "before":
        raise _CutError


async def _suffer_after(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.gate is not None and fault.after_work:
        await fault.gate.pass_through()
    if fault.cut == "after":
        raise _CutError


def _refusal(error: ApiError) -> web.Response:
    wait = error.parameters.get("retry_after")
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return web.json_response(error.body(), status=error.code, headers=headers)


def _broken_off(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
