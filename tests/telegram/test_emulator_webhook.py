"""Webhooks: what may be set, what is pushed, in which order, and how often."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.telegram.emulator import TelegramEmulator
from tests.telegram.emulator.webhook import telegram_backoff
from tests.telegram.people import Person
from tests.telegram.raw import Raw


@dataclass
class Hook:
    """A bot's webhook that writes down what came and answers as it is told."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    received: "asyncio.Queue[Any]" = field(default_factory=asyncio.Queue)
    secrets: list[str | None] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        self.received.put_nowait(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.open.wait()
        self.busy -= 1
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def texts(self, count: int) -> list[str]:
        async with asyncio.timeout(5):
            return [(await self.received.get())["message"]["text"] for _ in range(count)]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    hook.open.set()
    application = web.Application()
    application.router.add_post("/hook", hook.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"url": "ftp://bot.example.org/"}, "invalid webhook URL specified"),
        ({"url": "https://"}, "invalid webhook URL specified"),
        ({"url": "https://bot.example.org:port/"}, "invalid webhook URL specified"),
        ({"url": "http://bot.example.org/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://bot.example.org:9443/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://bot.example.org/", "secret_token": "x" * 257}, "secret token is too long"),
        ({"url": "https://bot.example.org/", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://bot.example.org/", "secret_token": "mã"}, "secret token contains unallowed characters"),
    ],
)
async def test_refused_webhooks(bot: Raw, params: dict[str, str], complaint: str) -> None:
    assert await bot.refused("setWebhook", **params) == f"Bad Request: {complaint}"
    assert (await bot.ok("getWebhookInfo"))["url"] == ""


async def test_the_info_tells_what_was_set(bot: Raw, alice: Person) -> None:
    empty = {"url": "", "has_custom_certificate": False, "pending_update_count": 1}
    assert await bot.ok("getWebhookInfo") == empty
    url = "https://bot.example.org:8443/hook"
    secret = "A-Za-z0-9_" * 25 + "123456"
    kinds = ["message", "callback_query"]
    await bot.ok("setWebhook", url=url, secret_token=secret, max_connections=7, allowed_updates=kinds)
    info = await bot.ok("getWebhookInfo")
    assert info == empty | {
        "url": url,
        "max_connections": 7,
        "ip_address": "127.0.0.1",
        "allowed_updates": ["callback_query", "message"],
    }
    await bot.ok("setWebhook", url="", drop_pending_updates=True, allowed_updates=[])
    assert await bot.ok("getWebhookInfo") | {"allowed_updates": []} == empty | {
        "pending_update_count": 0,
        "allowed_updates": [],
    }


async def test_updates_are_pushed_with_the_secret(bot: Raw, alice: Person, hook: Hook) -> None:
    await bot.ok("setWebhook", url=hook.url, secret_token="s-e_C1")
    await alice.says("hai")
    assert await hook.texts(2) == ["/start", "hai"]
    assert hook.secrets == ["s-e_C1", "s-e_C1"]


async def test_without_a_secret_there_is_no_header(bot: Raw, alice: Person, hook: Hook) -> None:
    await bot.ok("setWebhook", url=hook.url)
    await hook.texts(1)
    assert hook.secrets == [None]


async def test_an_update_comes_until_it_is_taken_and_the_next_one_waits(bot: Raw, alice: Person, hook: Hook) -> None:
    hook.answers = [500, 302, 404]
    await bot.ok("setWebhook", url=hook.url)
    await alice.says("hai")
    assert await hook.texts(5) == ["/start", "/start", "/start", "/start", "hai"]
    info = await bot.ok("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 404 Not Found"


async def test_what_is_taken_is_not_pending(bot: Raw, alice: Person, hook: Hook) -> None:
    hook.open.clear()
    await bot.ok("setWebhook", url=hook.url)
    await hook.texts(1)
    assert (await bot.ok("getWebhookInfo"))["pending_update_count"] == 1
    hook.open.set()
    async with asyncio.timeout(5):
        while (await bot.ok("getWebhookInfo"))["pending_update_count"]:
            assert hook.received.empty()  # nothing comes twice meanwhile


async def test_pending_updates_can_be_dropped(bot: Raw, alice: Person, hook: Hook) -> None:
    await bot.ok("setWebhook", url=hook.url, drop_pending_updates=True)
    await alice.says("hai")
    assert await hook.texts(1) == ["hai"]


@pytest.mark.parametrize(("connections", "busiest"), [(1, 1), (2, 2), (40, 4)])
async def test_chats_are_pushed_side_by_side_up_to_max_connections(
    bot: Raw, emulator: TelegramEmulator, hook: Hook, connections: int, busiest: int
) -> None:
    hook.open.clear()
    await bot.ok("setWebhook", url=hook.url, max_connections=connections)
    people = [emulator.person(name) for name in ("Bình", "Chi", "Dũng", "Giang")]
    for person in people:
        await person.says("một")
        await person.says("hai")
    assert await hook.texts(busiest) == ["một"] * busiest
    for _ in range(5):  # time enough for one delivery too many to arrive
        await bot.ok("getMe")
    hook.open.set()
    assert sorted(await hook.texts(8 - busiest)) == sorted(["một"] * (4 - busiest) + ["hai"] * 4)
    assert hook.busiest == busiest


async def test_a_bot_that_is_away_gets_everything_later(bot: Raw, alice: Person, hook: Hook) -> None:
    _host, _, port = hook.url.removesuffix("/hook").rpartition(":")
    await bot.ok("setWebhook", url=f"http://127.0.0.1:{port}/elsewhere")
    await alice.says("hai")
    await bot.ok("deleteWebhook")
    await bot.ok("setWebhook", url=hook.url)
    assert await hook.texts(2) == ["/start", "hai"]


async def test_a_lost_acknowledgement_brings_the_update_again(bot: Raw, alice: Person, hook: Hook) -> None:
    await bot.ok("setWebhook", url=hook.url)
    first = await hook.received.get()
    await alice.repeats_last_update()
    assert await hook.received.get() == first


def test_telegram_tries_again_at_once_and_then_ever_later() -> None:
    assert [telegram_backoff(failures) for failures in (1, 2, 3, 4, 20)] == [0, 2, 4, 8, 64]
