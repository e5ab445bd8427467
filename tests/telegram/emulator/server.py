"""The HTTP side: tokens, methods by name, and downloads."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.emulating.faults import CutError, PageError
from tests.emulating.journal import Call, Journal
from tests.emulating.refusal import Json, Refusal
from tests.emulating.server import ApiServer
from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.errors import ApiError, not_found, unauthorized
from tests.telegram.emulator.faults import TelegramFaults
from tests.telegram.emulator.methods import METHODS
from tests.telegram.emulator.params import LARGEST_BODY, Params, from_json, read_params


class TelegramServer(ApiServer[Params]):
    """Answers for one bot."""

    largest_body = LARGEST_BODY
    internal_error = ApiError(500, "Internal Server Error")
    nothing_here = not_found()

    def __init__(self, token: str, backend: Backend, faults: TelegramFaults) -> None:
        super().__init__(token, Params(), faults, Journal(str.lower))
        self._backend = backend

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/file/bot{token}/{path:.+}", self._download)

    def check(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if ":" not in token or not token.partition(":")[0].isdecimal():
            raise not_found()
        if token != self.token:
            raise unauthorized()

    async def read(self, request: web.Request) -> Params:
        return await read_params(request)

    def method(self, name: str) -> Callable[[Params], Awaitable[Json]]:
        work = METHODS.get(name.lower())
        if work is None:
            raise not_found()

        async def told(params: Params) -> Json:
            return {"result": await work(self._backend, params)}

        return told

    async def answered(self, body: bytes) -> None:
        """Perform the call in the answer to a webhook (JSON alone: a form is left out); nobody is told what became of
        it. Raises ValueError for an answer that is no call, which Telegram would pass over."""
        if not body:
            return
        params = from_json(body)
        name = params.text("method")
        if not name:
            raise ValueError(f"no method in the answer to a webhook: {body!r}")
        code, description = 200, ""
        try:
            fault = self.faults.take(name, params)
            await fault.before()
            await self.method(name)(params)
            await fault.after()
        except Refusal as refusal:
            code, description = refusal.code, refusal.description
        except (CutError, PageError):
            code = 0
        self.journal.add(Call(name, params, code, 200, description))

    def status_of(self, refusal: Refusal) -> int:
        return refusal.code

    def headers_of(self, refusal: Refusal) -> dict[str, str]:
        wait = refusal.parameters.get("retry_after") if isinstance(refusal, ApiError) else None
        return {} if wait is None else {"Retry-After": str(wait)}

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self.check(request)
        except ApiError as error:
            return self.refusal(error)
        stored = self._backend.world.files.by_path(request.match_info["path"])
        if stored is None:
            return self.refusal(not_found())
        return web.Response(body=stored.content, content_type="application/octet-stream")
