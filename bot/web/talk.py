"""The chat's sockets: who may open one, what is said over it, and when it is closed."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import WSMsgType, web
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import NotTaken
from bot.channels.webchat import WebChat
from bot.channels.webchat_frames import key_of, parse_frame, row_id
from bot.rates import SOCKETS, SOCKETS_OF_ONE_PLACE, Open, Rates
from bot.web.origins import Origins
from bot.web.sessions import SessionEnded, Sessions, Visitor
from locales.translator import Translator, Translators

log = structlog.get_logger(__name__)

FRAME_LIMIT = 48 * 1024
"""Bytes: a line of as many characters as are taken, whatever they are in JSON."""

CLOCK_EVERY = 20.0
CHOOSES_LANGUAGE = "lang/"
"""With what the action of such a button begins."""
ENDED, TOO_MANY = 4001, 4008
"""With which code a socket is closed whose page shall not come back by itself."""


@dataclass(eq=False, slots=True)
class Window:
    """One open socket of a visitor, and how it shows a frame."""

    socket: web.WebSocketResponse
    visitor: Visitor
    place: str
    talk: Talk
    is_checked: bool = False

    async def show(self, frame: dict[str, Any]) -> None:
        """What arrives while the window stands open is shown to nobody who may not be there any more."""
        try:
            if self.is_checked or await self.talk.still_there(self):
                await self.socket.send_json(frame)
        except SQLAlchemyError:
            # It cannot be asked now: the page comes back, and is shown it then.
            await self.socket.close(code=1013)


class Talk:
    """Keeps the open sockets."""

    def __init__(
        self, chat: WebChat, sessions: Sessions, origins: Origins, rates: Rates, translators: Translators
    ) -> None:
        self._chat, self._sessions, self._origins, self._rates = chat, sessions, origins, rates
        self._translators = translators
        self._windows: dict[str, list[Window]] = {}
        self._places = Open(SOCKETS_OF_ONE_PLACE)
        self._closing: set[asyncio.Task[bool]] = set()

    async def close(self, code: int = 1001) -> None:
        """Tell the open pages to come back later."""
        for window in [one for windows in self._windows.values() for one in windows]:
            await window.socket.close(code=code)

    async def open(self, request: web.Request) -> web.StreamResponse:
        """A page opens its socket; returns when it is closed."""
        if not self._origins.is_ours(request):
            raise web.HTTPForbidden(text="foreign origin")
        place = self._origins.of(request)
        if self._rates.take("socket/ip", place):
            raise web.HTTPTooManyRequests(text="too many sockets")
        try:
            visitor = await self._sessions.who(request)
        except SessionEnded:
            return await self._farewell(request)
        if not self._places.enter(place):
            raise web.HTTPTooManyRequests(text="too many sockets")
        try:
            return await self._attend(request, visitor, place)
        finally:
            self._places.leave(place)

    async def _attend(self, request: web.Request, visitor: Visitor, place: str) -> web.WebSocketResponse:
        socket = _socket()
        await socket.prepare(request)
        window = Window(socket, visitor, place, self)
        self._make_room(visitor.address)
        self._windows.setdefault(visitor.address, []).append(window)
        ticking = asyncio.create_task(self._tick(window), name="web clock")
        try:
            await self._converse(window)
        except ConnectionError:
            log.debug("page gone before its answer")
        finally:
            ticking.cancel()
            self._forget(window)
        return socket

    def _make_room(self, address: str) -> None:
        windows = self._windows.get(address, [])
        while len(windows) >= SOCKETS:
            # A dead one takes its time to close: nobody waits for it.
            closing = asyncio.create_task(windows.pop(0).socket.close(code=TOO_MANY), name="close a window")
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    def _forget(self, window: Window) -> None:
        address = window.visitor.address
        windows = self._windows.get(address, [])
        if window in windows:
            windows.remove(window)
        if not windows:
            self._windows.pop(address, None)
        self._chat.closed(address, window.show)

    # --- what is said ------------------------------------------------------------------------

    async def _converse(self, window: Window) -> None:
        async for message in window.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                if await self.still_there(window):
                    await self._hear(window, parse_frame(message.data))
            except ValueError:
                # It would be refused again: the page must not keep it.
                await self._refuse(window, message.data)
            except (NotTaken, SQLAlchemyError):
                # No ack: the page keeps the line and says it again.
                await window.socket.close(code=1013)

    async def _hear(self, window: Window, frame: dict[str, Any]) -> None:
        visitor = window.visitor
        if frame.get("type") == "hello":
            await self._greet(window, row_id(frame.get("after")))
        elif pause := self._pause(window):
            # No ack: the page keeps the line, and says it again after the pause.
            text = self._words(visitor).plain(
                "That was very fast. Nothing is lost: I take the rest in a few seconds, by itself."
            )
            await window.socket.send_json({"type": "wait", "seconds": math.ceil(pause), "text": text})
        else:
            await self._chat.received(visitor.address, visitor.name, frame)
            await window.socket.send_json({"type": "ack", "key": frame["key"]})
            if str(frame.get("action", "")).startswith(CHOOSES_LANGUAGE):
                await self._speak_anew(visitor.address)

    async def _speak_anew(self, address: str) -> None:
        """The person may have chosen another language: all their pages turn."""
        for window in [*self._windows.get(address, ())]:
            window.visitor = await self._sessions.again(window.visitor)
            await self._tell_time(window)

    async def _greet(self, window: Window, after: int) -> None:
        if self._rates.take("hello", window.visitor.address):
            await window.socket.close(code=1013)
            return
        window.is_checked = True
        try:
            await self._chat.opened(window.visitor.address, window.show, after)
        finally:
            window.is_checked = False

    def _pause(self, window: Window) -> float:
        own = self._rates.take("message", window.visitor.address)
        return own or self._rates.take("message/ip", window.place)

    async def _refuse(self, window: Window, data: str) -> None:
        text = self._words(window.visitor).plain("That could not be read.")
        await window.socket.send_json({"type": "error", "text": text})
        if key := key_of(data):
            await window.socket.send_json({"type": "ack", "key": key})

    async def _tick(self, window: Window) -> None:
        while not window.socket.closed:
            try:
                await self._tell_time(window)
                await asyncio.sleep(CLOCK_EVERY)
                await self.still_there(window)
            except ConnectionError:
                return
            except SQLAlchemyError:
                log.debug("a window could not be looked at")

    async def _tell_time(self, window: Window) -> None:
        """The bot's clock, and the language that the page is to speak."""
        language = self._words(window.visitor).language
        if not window.socket.closed:
            await window.socket.send_json({**await self._chat.clock_frame(), "language": language})

    # --- the end -----------------------------------------------------------------------------

    async def still_there(self, window: Window) -> bool:
        """Whether the visitor may still be there; one who may not is told so, and the socket closed."""
        if await self._sessions.still(window.visitor):
            return True
        if not window.socket.closed:
            await self._end(window.socket, self._words(window.visitor))
        return False

    async def _farewell(self, request: web.Request) -> web.WebSocketResponse:
        """A page learns only over an open socket why it is not let in."""
        socket = _socket()
        await socket.prepare(request)
        await self._end(socket, self._translators["vi"])
        return socket

    async def _end(self, socket: web.WebSocketResponse, tr: Translator) -> None:
        text = tr.plain(
            "This browser is no longer let in: the link was replaced, or the account locked. Please open the newest "
            "link that you were given, or ask your office for a new one."
        )
        anew = {"label": tr.plain("I have a new invite code"), "url": "/?moi"}
        await socket.send_json({"type": "ended", "text": text, "link": anew})
        await socket.close(code=ENDED)

    def _words(self, visitor: Visitor) -> Translator:
        return self._translators[visitor.person["language"] if visitor.person else "vi"]


def _socket() -> web.WebSocketResponse:
    return web.WebSocketResponse(heartbeat=30, max_msg_size=FRAME_LIMIT)
