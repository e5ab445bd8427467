"""Pushing updates to the bot: in order within a chat, again and again until it answers 2xx."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.telegram.emulator.errors import Json, bad_request
from tests.telegram.emulator.updates import Update, UpdateQueue

_PORTS = frozenset({80, 88, 443, 8443})
_LONGEST_DELAY: Final = 64.0
_LONGEST_RETRY_AFTER: Final = 3600.0
_ANSWER_TIMEOUT: Final = 60.0
_HERE = frozenset({"127.0.0.1", "localhost"})


def telegram_backoff(failures: int) -> float:
    """Seconds before the next attempt after so many failures: none after the first one, then doubling."""
    return 0.0 if failures == 1 else min(2.0 ** (failures - 1), _LONGEST_DELAY)


async def _nothing(_body: bytes) -> None:
    pass


@dataclass(frozen=True)
class WebhookSettings:
    """What setWebhook set."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str = ""
    has_certificate: bool = False

    @property
    def is_here(self) -> bool:
        """Whether the address is on this machine; no other is ever called."""
        return urlsplit(self.url).hostname in _HERE


def check_url(url: str) -> None:
    """400 for an address Telegram does not push to; http is for 127.0.0.1 only, as with a local server."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise bad_request("invalid webhook URL specified") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if parts.hostname in _HERE:
        return
    if parts.scheme == "http":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


class WebhookSender:
    """Delivers the queue to the address that is set.

    One lane is one chat. Telegram keeps button presses in lanes of their own; here they share the lane of
    their chat, so that a test sees one order only.
    """

    def __init__(
        self, queue: UpdateQueue, clock: Callable[[], float], backoff: Callable[[int], float] = telegram_backoff
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._backoff = backoff
        self._session: ClientSession | None = None
        self._slots = asyncio.Semaphore()
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._last_error: tuple[int, str] | None = None
        self.settings: WebhookSettings | None = None
        self.answered: Callable[[bytes], Awaitable[None]] = _nothing
        """Told what the bot answers to an update that it took: there may be a call in it."""
        queue.on_added.append(lambda update: self._start_lane(update.lane))

    async def set(self, settings: WebhookSettings) -> None:
        """Push to a new address from now on, beginning with what already waits."""
        await self.remove()
        self.settings = settings
        self._slots = asyncio.Semaphore(settings.max_connections)
        for lane in self._queue.lanes():
            self._start_lane(lane)

    async def remove(self) -> None:
        """Push no more; what is not delivered stays in the queue."""
        self.settings = None
        self._last_error = None
        running, self._lanes = [*self._lanes.values()], {}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def info(self) -> Json:
        """A WebhookInfo."""
        settings = self.settings or WebhookSettings("")
        info: Json = {
            "url": settings.url,
            "has_custom_certificate": settings.has_certificate,
            "pending_update_count": len(self._queue),
        }
        if self._last_error is not None:
            info |= {"last_error_date": self._last_error[0], "last_error_message": self._last_error[1]}
        if settings.url:
            info |= {"max_connections": settings.max_connections, "ip_address": settings.ip_address or "127.0.0.1"}
        if not self._queue.allows_default:
            info["allowed_updates"] = sorted(self._queue.allowed)
        return info

    def _start_lane(self, lane: int) -> None:
        if self.settings is not None and self.settings.is_here and lane not in self._lanes:
            task = asyncio.create_task(self._drain(lane, self.settings), name=f"webhook lane {lane}")
            self._lanes[lane] = task

    async def _drain(self, lane: int, settings: WebhookSettings) -> None:
        failures = 0
        while (update := self._queue.first_of_lane(lane)) is not None:
            async with self._slots:
                problem, retry_after = await self._deliver(update, settings)
            if not problem:
                failures = 0
                self._queue.done(update)
                continue
            failures += 1
            self._last_error = (int(self._clock()), problem)
            await asyncio.sleep(retry_after or self._backoff(failures))
        self._lanes.pop(lane, None)

    async def _deliver(self, update: Update, settings: WebhookSettings) -> tuple[str, float]:
        """What went wrong (nothing: the empty string) and how long the bot asked to be left alone, seconds."""
        secret = settings.secret_token
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=_ANSWER_TIMEOUT))
        try:
            async with self._session.post(settings.url, json=update.json(), headers=headers) as answer:
                body = await answer.read()
                if answer.ok and answer.status < 300:
                    await self.answered(body)
                    return "", 0.0
                wait = answer.headers.get("Retry-After", "")
                seconds = min(float(wait), _LONGEST_RETRY_AFTER) if wait.isdecimal() else 0.0
                return f"Wrong response from the webhook: {answer.status} {answer.reason}", seconds
        except TimeoutError:
            return "Read timeout expired", 0.0
        except ClientError as error:
            return f"Connection failed: {type(error).__name__}", 0.0
