"""Webhooks: the address, its verification, and pushing updates to it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientConnectorCertificateError, ClientError, ClientSSLError

from tests.zalo.emulator.errors import NOT_FOUND, TESTED_TOO_OFTEN, ApiError, Json, bad_request, quota_exceeded
from tests.zalo.emulator.hosts import AGENT, Internet, is_local

SECRET_HEADER: Final = "X-Bot-Api-Secret-Token"
_SECRET_LENGTHS: Final = range(8, 257)
_OWN_OUTCOMES: Final = frozenset({403, 404})


@dataclass
class Webhook:
    """Where updates are pushed to, and how; the switches stand for what the reference does not know.

    `wrapped`: the body of the documentation in place of the flat one. `attempts`: how often a delivery is tried.
    `copies`: how often each update is delivered though it was taken. `daily` and `tests_daily` are made-up caps.
    """

    internet: Internet
    clock: Callable[[], float]
    url: str = ""
    secret: str = ""
    wrapped: bool = False
    attempts: int = 1
    copies: int = 1
    probe_with_secret: bool = False
    daily: int = 20
    tests_daily: int = 20
    deliveries: list[tuple[int, Json]] = field(default_factory=list)
    _updated_at: int = 0
    _calls: dict[str, int] = field(default_factory=dict)
    _lanes: dict[str, asyncio.Lock] = field(default_factory=dict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def set(self, url: str, secret: str) -> Json:
        """Keep a new address, whatever its verification says; 400 for a wrong one, 429 over the cap of the day."""
        self._check(url, secret)
        if not self._may("set", self.daily):
            raise quota_exceeded()
        self._keep(url, secret)
        return {"url": url, "updated_at": self._updated_at, "verification": await self._verify()}

    async def test(self) -> Json:
        """Knock at the address; 404 without one, 426 over the cap of the day, spelled as on the page of this method."""
        if not self.url:
            raise ApiError(NOT_FOUND, "Webhook not found", field="errorCode")
        if not self._may("test", self.tests_daily):
            raise ApiError(TESTED_TOO_OFTEN, "Daily limit exceeded", field="errorCode")
        return await self._verify()

    def info(self) -> Json:
        """Address and date; 404 without one."""
        if not self.url:
            raise ApiError(NOT_FOUND, "Webhook not found")
        return {"url": self.url, "updated_at": self._updated_at}

    def delete(self) -> Json:
        """Forget the address, if there is one."""
        self._keep("", "")
        return {"url": "", "updated_at": self._updated_at}

    async def probe(self) -> int:
        """Send an empty request without the secret, as seen on live servers; the HTTP status, 0 for no answer."""
        status, _ = await self._post(b"", {})
        return status

    def push(self, update: Json) -> None:
        """Deliver an update soon, in the order of its chat."""
        lane = str((update.get("message") or {}).get("chat", {}).get("id"))
        for _ in range(self.copies):
            task = asyncio.create_task(self._deliver(update, lane), name="zalo webhook")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def settled(self) -> None:
        """Wait until everything that was said so far is delivered or given up."""
        while self._running:
            await asyncio.gather(*self._running)

    async def stop(self) -> None:
        """Deliver nothing more."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _deliver(self, update: Json, lane: str) -> None:
        body = {"ok": True, "result": update} if self.wrapped else update
        packed = json.dumps(body, ensure_ascii=False).encode()
        async with self._lanes.setdefault(lane, asyncio.Lock()):
            for _ in range(self.attempts):
                headers = {"Content-Type": "application/json", SECRET_HEADER: self.secret}
                status, _outcome = await self._post(packed, headers)
                self.deliveries.append((status, update))
                if 200 <= status < 300:
                    return

    async def _verify(self) -> Json:
        headers = {SECRET_HEADER: self.secret} if self.probe_with_secret else {}
        status, outcome = await self._post(b"", headers)
        found: Json = {"ok": outcome == "webhook.ok", "url": self.url, "outcome": outcome, "hint": outcome}
        return found | ({"status_code": status} if status else {})

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        real = self.internet.real(self.url)
        if real is None:
            return 0, "webhook.err.dns"
        agent = {"User-Agent": AGENT}
        post = self.internet.session().post(
            real, data=body, headers=headers | agent, allow_redirects=False, skip_auto_headers={"Content-Type"}
        )
        try:
            async with post as answer:
                await answer.read()
                return answer.status, _outcome(answer.status)
        except TimeoutError:
            return 0, "webhook.err.timeout"
        except (ClientSSLError, ClientConnectorCertificateError):
            return 0, "webhook.err.tls"
        except ClientError:
            return 0, "webhook.err.conn"

    def _check(self, url: str, secret: str) -> None:
        if not url or not secret:
            raise bad_request("url and secret_token are required")
        if len(secret) not in _SECRET_LENGTHS:
            raise bad_request("secret_token must be between 8 and 256 characters")
        if self.internet.names(url):
            return
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or is_local(parts.hostname):
            raise bad_request("url must be a public HTTPS address")

    def _may(self, what: str, cap: int) -> bool:
        day = f"{what} {datetime.fromtimestamp(self.clock(), UTC).date()}"
        self._calls[day] = self._calls.get(day, 0) + 1
        return self._calls[day] <= cap

    def _keep(self, url: str, secret: str) -> None:
        self.url, self.secret, self._updated_at = url, secret, int(self.clock() * 1000)


def _outcome(status: int) -> str:
    if 200 <= status < 300:
        return "webhook.ok"
    if status in _OWN_OUTCOMES:
        return f"webhook.http.{status}"
    return "webhook.http.5xx" if status >= 500 else "webhook.http.other"
