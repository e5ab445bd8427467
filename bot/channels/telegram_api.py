"""Telegram's Bot API over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, FormData
from yarl import URL

from bot.channels.calling import answer_in, read, told_apart
from bot.channels.telegram_errors import ApiError, NoAnswer

CALL_SECONDS = 60.0
_CONNECT_SECONDS = 10.0
_ANSWER_LIMIT = 16 * 1024 * 1024
_WORDS_LIMIT = 500
_JSON = {"Content-Type": "application/json"}


@cache
def _timeout(seconds: float) -> ClientTimeout:
    return ClientTimeout(total=seconds, sock_connect=_CONNECT_SECONDS)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of ours on its way to Telegram, and the name under which it is shown there."""

    path: Path
    name: str


class TelegramApi:
    """Calls the methods of one bot, and fetches what people sent to it."""

    def __init__(self, token: str, base: str) -> None:
        """`base`: without a slash at its end."""
        self._token, self._base = token, base.rstrip("/")
        self._session: ClientSession | None = None
        self._urls: dict[str, URL] = {}
        self.seconds = CALL_SECONDS
        """That a call may take, where it does not say so itself."""

    async def call(
        self, method: str, *, seconds: float = 0, files: Mapping[str, Upload] | None = None, **params: Any
    ) -> Any:
        """The `result` of a call; parameters that are None are left out. `files`: what is uploaded, by the names after
        attach:// that the parameters have. Raises ApiError, Unreached, BrokenOff, NoAnswer."""
        seconds = seconds or self.seconds
        given = {name: value for name, value in params.items() if value is not None}
        if files:
            async with _form(given, files) as form:
                return await self._post(method, form, {}, seconds)
        return await self._post(method, orjson.dumps(given), _JSON, seconds)

    async def _post(self, method: str, data: Any, headers: Mapping[str, str], seconds: float) -> Any:
        url = self._urls.get(method) or self._urls.setdefault(method, self._url("bot", method))
        with told_apart():
            async with self._client().post(
                url, data=data, headers=headers, timeout=_timeout(seconds), allow_redirects=False
            ) as response:
                body = await read(response, _ANSWER_LIMIT)
        return self._result(response.status, body)

    def _result(self, status: int, body: bytes) -> Any:
        if (answer := answer_in(body)) is None:
            raise NoAnswer("no answer of Telegram's")
        if answer["ok"]:
            return answer.get("result")
        told = answer.get("parameters")
        words = str(answer.get("description") or "").replace(self._token, "[token]")
        raise ApiError(status, words[:_WORDS_LIMIT], told if isinstance(told, dict) else {})

    async def fetch(self, path: str, limit: int) -> bytes:
        """The bytes of a file by the path that getFile told. Raises TooMuch as soon as there are more than `limit`, and
        what `call` raises."""
        with told_apart():
            async with self._client().get(self._url("file/bot", path), allow_redirects=False) as response:
                if response.status != 200:
                    raise NoAnswer(f"HTTP {response.status}")
                return await read(response, limit)

    def _url(self, before: str, after: str) -> URL:
        return URL(f"{self._base}/{before}{self._token}/{after}")

    def _client(self) -> ClientSession:
        if self.closed or self._session is None:
            self._session = ClientSession(
                trust_env=False, timeout=ClientTimeout(total=CALL_SECONDS), cookie_jar=DummyCookieJar()
            )
        return self._session

    @property
    def closed(self) -> bool:
        """Whether no connection is open; the next call would open one."""
        return self._session is None or self._session.closed

    async def close(self) -> None:
        if self._session:
            await self._session.close()


@asynccontextmanager
async def _form(params: Mapping[str, Any], files: Mapping[str, Upload]) -> AsyncIterator[FormData]:
    form = FormData(quote_fields=False)
    for name, value in params.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    with ExitStack() as opened:
        for name, upload in files.items():
            stream = opened.enter_context(await asyncio.to_thread(upload.path.open, "rb"))
            form.add_field(name, stream, filename=upload.name, content_type="application/octet-stream")
        yield form
