"""The web port: the chat page with its socket and uploads, other pages, signed files, webhooks, health and metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.channels.webchat import WebChat
from bot.media.contents import ContentsAwayError
from bot.media.store import LinkOverError, MediaStore
from bot.rates import Rates
from bot.web.entrance import Entrance
from bot.web.files import shown_or_saved
from bot.web.insiders import Insiders
from bot.web.origins import Origins
from bot.web.sessions import Sessions
from bot.web.talk import Talk
from bot.web.uploads import Uploads
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

Webhook = Callable[[Mapping[str, str], bytes], Awaitable[int | bytes]]
"""Takes the headers and the body of what was pushed; returns the status of the answer, or the JSON of one with 200."""


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
        insiders: Insiders | None = None,
    ) -> None:
        """`webhooks`: path -> who takes it. `wake`: called when something was left in the outbox."""
        self._media, self._health, self._insiders = media, health, insiders or Insiders()
        self.rates = rates = rates or Rates()
        self._over = translators["vi"].plain("This link is too old. Please ask for the file in the chat once more.")
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

    async def come_again(self) -> None:
        """Have the open pages come back at once: they may have missed something."""
        await self._talk.close(code=1013)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            media_id = self._media.linked(request.match_info["token"])
            kept = await self._media.resolve(Attachment(media_id, request.match_info["name"]))
        except LinkOverError as error:
            raise web.HTTPGone(text=self._over) from error
        except LookupError as error:
            raise web.HTTPNotFound from error
        except ContentsAwayError as error:
            raise web.HTTPServiceUnavailable from error
        return shown_or_saved(kept)

    # --- looking after it --------------------------------------------------------------------

    async def _healthz(self, request: web.Request) -> web.Response:
        health = await self._health()
        facts = health.facts if self._insiders.has(request) else {}
        return web.json_response({"ok": health.ok, **facts}, status=200 if health.ok else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        if not self._insiders.has(request):
            raise web.HTTPForbidden(text="metrics are for programs on this machine, or with the METRICS_TOKEN")
        # It brings the gauges up to date.
        await self._health()
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def _webhook(take: Webhook) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        answer = await take(request.headers, await request.read())
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(body=answer, content_type="application/json")

    return handle
