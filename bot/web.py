"""The web port: the chat page with its socket and uploads, other pages, signed files, webhooks, health and metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.channels.webchat import WebChat
from bot.media import MediaStore
from bot.origins import Origins
from bot.rates import Rates
from bot.sessions import Sessions
from bot.web_entrance import Entrance
from bot.web_files import shown_or_saved
from bot.web_talk import Talk
from bot.web_uploads import Uploads
from handlers.events import Attachment
from locales.translator import Translators

WEBHOOK_LIMIT = 1024 * 1024

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Webhook = Callable[[Mapping[str, str], bytes], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Health:
    """What /healthz tells: whether all is well, and the facts."""

    ok: bool
    facts: dict[str, Any]


class Pages(Protocol):
    """More pages behind the same sessions."""

    def add_to(self, router: web.UrlDispatcher, sessions: Sessions, origins: Origins) -> None:
        """Add their routes. A page may set a policy of its own; the other headers are added to it."""


class Web:
    """Serves the web port."""

    def __init__(
        self,
        chat: WebChat,
        media: MediaStore,
        translators: Translators,
        sessions: Sessions,
        origins: Origins,
        *,
        health: Callable[[], Awaitable[Health]],
        webhooks: Mapping[str, Webhook] | None = None,
        pages: Sequence[Pages] = (),
        rates: Rates | None = None,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`webhooks`: path -> who takes it. `wake`: called when something was left in the outbox."""
        self._media, self._health = media, health
        self.rates = rates = rates or Rates()
        self._talk = Talk(chat, sessions, origins, rates, translators)
        self._uploads = Uploads(media, sessions, origins, rates, translators)
        self._entrance = Entrance(sessions, origins, rates, translators, wake)
        self.app = web.Application(client_max_size=WEBHOOK_LIMIT)
        self.app.on_response_prepare.append(_add_headers)
        self._route(webhooks or {})
        for some in pages:
            some.add_to(self.app.router, sessions, origins)

    def _route(self, webhooks: Mapping[str, Webhook]) -> None:
        router = self.app.router
        self._entrance.add_to(router)
        router.add_get("/chat/ws", self._talk.open)
        router.add_post("/chat/upload", self._uploads.take)
        router.add_get("/media/{token}/{name}", self._file)
        router.add_get("/healthz", self._healthz)
        router.add_get("/metrics", self._metrics)
        for path, take in webhooks.items():
            router.add_post(path, _webhook(take))

    async def close(self) -> None:
        """Tell the open pages to come back later."""
        await self._talk.close()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            media_id = self._media.linked(request.match_info["token"])
            kept = await self._media.resolve(Attachment(media_id, request.match_info["name"]))
        except LookupError as error:
            raise web.HTTPNotFound from error
        return shown_or_saved(kept)

    # --- looking after it --------------------------------------------------------------------

    async def _healthz(self, _request: web.Request) -> web.Response:
        health = await self._health()
        return web.json_response({"ok": health.ok, **health.facts}, status=200 if health.ok else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def _webhook(take: Webhook) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(status=await take(request.headers, await request.read()))

    return handle
