"""Zalo's Bot Platform over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession, ClientTimeout, TCPConnector
from yarl import URL

from bot.channels.calling import Failure, answer_in, read, told_apart
from bot.channels.zalo_errors import ApiError, NotFetched

CALL_SECONDS = 15.0
PHOTO_SECONDS = 60.0
"""Of a call that may wait for Zalo to fetch a picture."""

_FETCH_SECONDS = 20.0
_CONNECT_SECONDS = 10.0
_ANSWER_LIMIT = 1024 * 1024
_WORDS_LIMIT = 200
_FAILURES = 400


class ZaloApi:
    """Calls the methods of one bot, and fetches what people sent to it."""

    def __init__(self, token: str, base: str, hosts: Sequence[str]) -> None:
        """`base`: without a slash at its end. `hosts`: from which pictures may be fetched, with all below them."""
        self._token, self._base, self._hosts = token, base, tuple(hosts)
        # Zalo's own are https; only a base that is not (in tests) may have pictures that are not.
        self._schemes = {"https", urlsplit(base).scheme}
        self._session: ClientSession | None = None

    async def call(self, method: str, *, seconds: float = CALL_SECONDS, **params: Any) -> Any:
        """The `result` of a call, None if it has none. Raises ApiError, Unreached, BrokenOff."""
        timeout = ClientTimeout(total=seconds, sock_connect=_CONNECT_SECONDS)
        url = URL(f"{self._base}/bot{self._token}/{method}", encoded=True)
        with told_apart():
            async with self._client().post(url, json=params, timeout=timeout, allow_redirects=False) as response:
                status, body = response.status, await read(response, _ANSWER_LIMIT)
        return self._result(status, body)

    def _result(self, status: int, body: bytes) -> Any:
        """Errors come with good statuses too, and a proxy's need not be JSON."""
        if (answer := answer_in(body)) is None:
            raise ApiError(status if status >= _FAILURES else 0, "no answer of Zalo's")
        if answer["ok"]:
            return answer.get("result")
        code = answer.get("error_code", answer.get("errorCode"))
        words = str(answer.get("description") or "").replace(self._token, "[token]")
        raise ApiError(code if isinstance(code, int) and code > 0 else status, words[:_WORDS_LIMIT])

    async def fetch(self, url: str, limit: int) -> bytes:
        """The bytes behind a picture's address, if it is at one of Zalo's hosts and no longer than `limit`; no
        redirect is followed. Raises NotFetched."""
        if not self._may_fetch(url):
            raise NotFetched("not at a host of Zalo's")
        timeout = ClientTimeout(total=_FETCH_SECONDS, sock_connect=_CONNECT_SECONDS)
        try:
            with told_apart():
                async with self._client().get(url, timeout=timeout, allow_redirects=False) as response:
                    if response.status != 200:
                        raise NotFetched(f"HTTP {response.status}")
                    return await read(response, limit)
        except Failure as error:
            raise NotFetched(str(error)) from None
        except ValueError as error:
            raise NotFetched(type(error).__name__) from None

    def _may_fetch(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").rstrip(".")
        except ValueError:
            return False
        known = any(host == one or host.endswith(f".{one}") for one in self._hosts)
        return known and parts.scheme in self._schemes and "@" not in parts.netloc

    def _client(self) -> ClientSession:
        # One that was closed at the stop is opened anew for what is yet to be said.
        if self._session is None or self._session.closed:
            # A connection of its own for each call: on one kept open, which the other side may just be closing, nobody
            # could tell whether a message was taken.
            self._session = ClientSession(connector=TCPConnector(force_close=True), trust_env=False)
        return self._session

    async def close(self) -> None:
        if self._session:
            await self._session.close()
