"""The web port: the chat page, its socket and uploads, signed files, webhooks, health and metrics."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiohttp import WSMsgType, web
from itsdangerous import BadSignature, URLSafeSerializer
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import NotTaken
from bot.channels.webchat import WebChat
from bot.channels.webchat_frames import key_of, parse_frame, row_id
from bot.media import FILE_LIMIT, BadFileError, BadPhotoError, MediaStore
from bot.web_files import body_of, shown_or_saved
from handlers.events import Attachment
from locales.translator import Translators

log = structlog.get_logger(__name__)

STATIC = Path(__file__).parent / "static"
COOKIE = "danvan"
FRAME_LIMIT = 16 * 1024
WEBHOOK_LIMIT = 1024 * 1024
CLOCK_EVERY = 20.0

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
class DemoPerson:
    """Somebody to be in the demo: chat id, name, and what the page says of them."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Health:
    """What /healthz tells: whether all is well, and the facts."""

    ok: bool
    facts: dict[str, Any]


class Web:
    """Serves the web port."""

    def __init__(
        self,
        chat: WebChat,
        media: MediaStore,
        translators: Translators,
        *,
        secret: bytes,
        health: Callable[[], Awaitable[Health]],
        base_url: str,
        people: Sequence[DemoPerson] = (),
        webhooks: Mapping[str, Webhook] | None = None,
    ) -> None:
        """`people`: the demo's; empty for a real installation. `webhooks`: path -> who takes it."""
        self._chat, self._media, self._translators, self._health = chat, media, translators, health
        self._people = {person.id: person for person in people}
        self._signer = URLSafeSerializer(secret, salt="web session")
        self._secure = urlsplit(base_url).scheme == "https"
        self._sockets: set[web.WebSocketResponse] = set()
        self.app = web.Application(client_max_size=WEBHOOK_LIMIT)
        self.app.on_response_prepare.append(_add_headers)
        self._route(webhooks or {})

    def _route(self, webhooks: Mapping[str, Webhook]) -> None:
        router = self.app.router
        router.add_get("/", self._page)
        router.add_static("/static/", STATIC)
        router.add_get("/chat/people", self._list_people)
        router.add_get("/chat/ws", self._socket)
        router.add_post("/chat/upload", self._upload)
        router.add_get("/media/{token}/{name}", self._file)
        router.add_get("/healthz", self._healthz)
        router.add_get("/metrics", self._metrics)
        for path, take in webhooks.items():
            router.add_post(path, _webhook(take))

    async def close(self) -> None:
        """Tell the open pages to come back later."""
        for socket in list(self._sockets):
            await socket.close(code=1001)

    # --- the page ----------------------------------------------------------------------------

    async def _page(self, request: web.Request) -> web.StreamResponse:
        response = web.FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
        if not self._people and self._session(request) is None:
            token = self._signer.dumps(secrets.token_urlsafe(16))
            response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=self._secure, max_age=366 * 86400)
        return response

    def _session(self, request: web.Request) -> str | None:
        try:
            session: str = self._signer.loads(request.cookies.get(COOKIE, ""))
        except BadSignature:
            return None
        return session

    def _who(self, request: web.Request) -> tuple[str, str]:
        """The chat id and name behind a request. Raises HTTPForbidden for nobody."""
        if self._people:
            person = self._people.get(request.query.get("as", ""))
            if person is None:
                raise web.HTTPForbidden(text="no such person")
            return person.id, person.name
        session = self._session(request)
        if session is None:
            raise web.HTTPForbidden(text="no session")
        return session, self._translators["vi"].plain("Web user")

    async def _list_people(self, _request: web.Request) -> web.Response:
        people = [{"id": p.id, "name": p.name, "role": p.role} for p in self._people.values()]
        return web.json_response({"demo": bool(people), "people": people})

    # --- the socket --------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not _same_origin(request):
            raise web.HTTPForbidden(text="foreign origin")
        chat, name = self._who(request)
        socket = web.WebSocketResponse(heartbeat=30, max_msg_size=FRAME_LIMIT)
        await socket.prepare(request)
        self._sockets.add(socket)
        ticking = asyncio.create_task(self._tick(socket), name="web clock")
        try:
            await self._converse(socket, chat, name)
        except ConnectionError:
            log.debug("page gone before its answer")
        finally:
            ticking.cancel()
            self._sockets.discard(socket)
            self._chat.closed(chat, socket.send_json)
        return socket

    async def _converse(self, socket: web.WebSocketResponse, chat: str, name: str) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                frame = parse_frame(message.data)
                if frame.get("type") == "hello":
                    await self._chat.opened(chat, socket.send_json, row_id(frame.get("after")))
                    continue
                await self._chat.received(chat, name, frame)
                await socket.send_json({"type": "ack", "key": frame["key"]})
            except ValueError:
                # It would be refused again: the page must not keep it.
                await self._refuse(socket, message.data)
            except (NotTaken, SQLAlchemyError):
                # No ack: the page keeps the line and says it again.
                await socket.close(code=1013)

    async def _refuse(self, socket: web.WebSocketResponse, data: str) -> None:
        await socket.send_json({"type": "error", "text": self._say("That could not be read.")})
        if key := key_of(data):
            await socket.send_json({"type": "ack", "key": key})

    async def _tick(self, socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            try:
                await socket.send_json(await self._chat.clock_frame())
            except ConnectionError:
                return
            await asyncio.sleep(CLOCK_EVERY)

    def _say(self, message: str) -> str:
        return self._translators["vi"].plain(message)

    # --- files -------------------------------------------------------------------------------

    async def _upload(self, request: web.Request) -> web.Response:
        if not _same_origin(request):
            raise web.HTTPForbidden(text="foreign origin")
        chat, _ = self._who(request)
        try:
            data = await body_of(request, FILE_LIMIT)
            kept = await self._media.keep_file(data, request.query.get("name", ""), f"web:{chat}")
        except BadPhotoError:
            return self._not_kept("I can keep JPEG, PNG and WebP pictures of up to 10 MB.")
        except BadFileError:
            return self._not_kept("I cannot take this file: it is larger than 20 MB, or of a kind that I do not know.")
        return web.json_response({"media": kept.media_id, "kind": kept.kind})

    def _not_kept(self, why: str) -> web.Response:
        return web.json_response({"error": self._say(why)}, status=422)

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


def _same_origin(request: web.Request) -> bool:
    """Browsers say where a socket or an upload was opened from; another site must not speak for a person."""
    origin = request.headers.get("Origin")
    return origin in (None, f"http://{request.host}", f"https://{request.host}")


def _webhook(take: Webhook) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(status=await take(request.headers, await request.read()))

    return handle
