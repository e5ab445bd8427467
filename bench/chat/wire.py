"""HTTP as bare as it goes, so that what is measured is the bot and not the ones who measure: the Bot API that a bot
calls, and the connections on which updates are pushed to it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CALL = re.compile(rb"POST /bot[^/]+/(\w+)")
_CHAT = re.compile(rb'(?:^|&)chat_id=(-?\d+)|"chat_id": *"?(-?\d+)')
_MARKUP = re.compile(rb"(?:^|&)reply_markup=([^&]*)")

Markup = dict[str, Any] | None
Heard = Callable[[str, int, Markup], None]
"""Is told of each call of the bot: its method, the chat (0: none) and the buttons."""


class FakeTelegram(asyncio.Protocol):
    """One connection of the bot's to the Bot API. Every call succeeds, with as little of an answer as clients take."""

    numbers = iter(range(1_000, 1 << 62))

    def __init__(self, heard: Heard) -> None:
        self._heard, self._received = heard, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            length = _LENGTH.search(head)
            ends = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < ends:
                return
            body, self._received = self._received[end + 4 : ends], self._received[ends:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        called = _CALL.match(head)
        assert called and self._transport and b"chunked" not in head.lower(), head
        method = called[1].decode()
        chat = 0
        if found := _CHAT.search(body):
            chat = int(found[1] or found[2])
        payload = b'{"ok":true,"result":%s}' % self._result(method, chat)
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (len(payload), payload)
        )
        self._heard(method, chat, markup_in(body) if chat else None)

    def _result(self, method: str, chat: int) -> bytes:
        if method == "getMe":
            return b'{"id":1,"is_bot":true,"first_name":"Bot","username":"bench_bot"}'
        if method in ("sendMessage", "editMessageText"):
            return b'{"message_id":%d,"date":1700000000,"chat":{"id":%d,"type":"private"},"text":"x"}' % (
                next(self.numbers),
                chat,
            )
        return b"true"


def markup_in(body: bytes) -> Markup:
    """The buttons of a call, whichever way its parameters came."""
    if body.startswith(b"{"):
        markup = json.loads(body).get("reply_markup")
        return json.loads(markup) if isinstance(markup, str) else markup
    if found := _MARKUP.search(body):
        markup = json.loads(unquote_plus(found[1].decode()))
        return markup if isinstance(markup, dict) else None
    return None


class Push(asyncio.Protocol):
    """One connection to the bot's webhook, kept open; one update at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("the bot closed the connection"))
        self._transport = None

    @property
    def open(self) -> bool:
        return self._transport is not None

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0 or self._waiting is None:
            return
        length = _LENGTH.search(self._received[:end])
        size = int(length[1]) if length else 0
        if len(self._received) < end + 4 + size:
            return
        status, body = int(self._received[9:12]), self._received[end + 4 : end + 4 + size]
        self._received = self._received[end + 4 + size :]
        self._waiting.set_result((status, body))

    async def post(self, request: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        if self._transport:
            self._transport.close()


class Hook:
    """The bot's webhook: as many connections as there are updates on their way."""

    def __init__(self, port: int, path: str, secret: str) -> None:
        self._port = port
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
        ).encode()
        self._idle: list[Push] = []

    async def push(self, body: bytes) -> tuple[int, bytes]:
        """Deliver an update; the status and the body of the answer."""
        request = b"%s%d\r\n\r\n%s" % (self._head, len(body), body)
        line = await self._line()
        found = await line.post(request)
        self._idle.append(line)
        return found

    async def _line(self) -> Push:
        while self._idle:
            line = self._idle.pop()
            if line.open:
                return line
        _, made = await asyncio.get_running_loop().create_connection(Push, "127.0.0.1", self._port)
        return made

    def close(self) -> None:
        for line in self._idle:
            line.close()
