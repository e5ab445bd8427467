"""Webhooks: setting them, what Zalo finds at the address, and what is pushed there."""

import asyncio

import pytest

from tests.telegram.conftest import HandClock
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.hook import SECRET, WEBHOOK, Hook
from tests.zalo.people import Person
from tests.zalo.raw import Raw

DAY = 86_400


async def is_set(bot: Raw, url: str = WEBHOOK) -> dict[str, object]:
    result: dict[str, object] = await bot.ok("setWebhook", url=url, secret_token=SECRET)
    return result


async def test_from_setting_to_deleting(bot: Raw, hook: Hook, clock: HandClock) -> None:
    assert await bot.refused("getWebhookInfo") == (404, "Webhook not found")
    now = int(clock() * 1000)
    found = {"ok": True, "url": WEBHOOK, "outcome": "webhook.ok", "hint": "webhook.ok", "status_code": 200}
    assert await is_set(bot) == {"url": WEBHOOK, "updated_at": now, "verification": found}
    assert (hook.bodies, {"X-Bot-Api-Secret-Token", "Content-Type"} & set(hook.headers[0])) == ([None], set())
    assert hook.headers[0]["User-Agent"].startswith("Java/1.8.0_")
    assert await bot.ok("getWebhookInfo") == {"url": WEBHOOK, "updated_at": now}
    clock.goes_on(1)
    for _ in range(2):
        assert await bot.ok("deleteWebhook") == {"url": "", "updated_at": now + 1000}
    assert await bot.refused("getWebhookInfo") == (404, "Webhook not found")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(403, "webhook.http.403"), (404, "webhook.http.404"), (502, "webhook.http.5xx"), (302, "webhook.http.other")],
)
async def test_an_address_is_kept_that_says_no(bot: Raw, hook: Hook, status: int, outcome: str) -> None:
    hook.status = status
    verification = (await bot.ok("setWebhook", url=WEBHOOK, secret_token=SECRET))["verification"]
    assert (verification["ok"], verification["outcome"], verification["status_code"]) == (False, outcome, status)
    assert (await bot.ok("getWebhookInfo"))["url"] == WEBHOOK
    assert (await bot.ok("testWebhook"))["outcome"] == outcome


async def test_an_address_that_is_not_there(bot: Raw, zalo: ZaloEmulator) -> None:
    verification = (await is_set(bot, "https://nowhere.example.vn/x"))["verification"]
    assert verification == {
        "ok": False,
        "url": "https://nowhere.example.vn/x",
        "outcome": "webhook.err.dns",
        "hint": "webhook.err.dns",
    }
    zalo.knows("https://down.example.vn", "http://127.0.0.1:9")
    result = await bot.ok("setWebhook", url="https://down.example.vn/x", secret_token=SECRET)
    assert result["verification"]["outcome"] == "webhook.err.conn"


@pytest.mark.parametrize(
    "url",
    ["http://bot.example.org/x", "https://localhost/x", "https://127.0.0.1/x", "https://192.168.1.2/x",
     "https://10.1.2.3/x", "https://[::1]/x", "x"],
)  # fmt: skip
async def test_not_a_public_address(bot: Raw, url: str) -> None:
    refused = await bot.refused("setWebhook", url=url, secret_token=SECRET)
    assert refused == (400, "url must be a public HTTPS address")
    assert (await bot.refused("getWebhookInfo"))[0] == 404


async def test_a_local_address_that_is_on_the_map(bot: Raw, zalo: ZaloEmulator, hook: Hook) -> None:
    zalo.knows(hook.base_url)
    verification = (await bot.ok("setWebhook", url=f"{hook.base_url}/hooks/zalo", secret_token=SECRET))["verification"]
    assert verification["ok"] is True


async def test_both_fields_are_needed(bot: Raw) -> None:
    for given in ({"url": WEBHOOK}, {"secret_token": SECRET}, {"url": "", "secret_token": SECRET}):
        assert await bot.refused("setWebhook", **given) == (400, "url and secret_token are required")
    for secret in ("1234567", "x" * 257):
        refused = await bot.refused("setWebhook", url=WEBHOOK, secret_token=secret)
        assert refused == (400, "secret_token must be between 8 and 256 characters")


async def test_caps_of_the_day(bot: Raw, zalo: ZaloEmulator, hook: Hook, clock: HandClock) -> None:
    assert await bot.refused("testWebhook") == (404, "Webhook not found")
    zalo.webhook.daily = zalo.webhook.tests_daily = 1
    await is_set(bot)
    assert await bot.refused("setWebhook", url=WEBHOOK, secret_token=SECRET) == (429, "Quota exceeded")
    assert (await bot.ok("testWebhook"))["ok"] is True
    _, body = await bot.call("testWebhook")
    assert (body["ok"], body["errorCode"]) == (False, 426)
    clock.goes_on(DAY)
    await is_set(bot)
    await bot.ok("testWebhook")


async def test_pushing(bot: Raw, zalo: ZaloEmulator, hook: Hook, lan: Person) -> None:
    waiting = await bot.hears()
    await is_set(bot)
    await lan.says("một")
    await lan.says("hai")
    await zalo.webhook.settled()
    _, first, second = hook.bodies
    assert waiting and first == waiting | {"message": first["message"]}
    assert [first["message"]["text"], second["message"]["text"]] == ["một", "hai"]
    assert hook.headers[1]["X-Bot-Api-Secret-Token"] == SECRET
    assert hook.headers[1]["Content-Type"] == "application/json"
    assert zalo.webhook.deliveries == [(200, first), (200, second)]


async def test_polls_are_silent_while_a_webhook_is_set(bot: Raw, zalo: ZaloEmulator, hook: Hook, lan: Person) -> None:
    await is_set(bot)
    await lan.says("đi đường khác")
    polling = asyncio.create_task(bot.refused("getUpdates", timeout=30))
    await zalo.polled()
    await lan.says("cũng vậy")
    zalo.times_out()
    assert await polling == (408, "Request timeout")
    await bot.ok("deleteWebhook")
    await lan.says("hỏi được rồi")
    await zalo.webhook.settled()
    assert [one["message"]["text"] for one in await bot.hears_all()] == ["xin chào", "hỏi được rồi"]


async def test_the_body_of_the_documentation(bot: Raw, zalo: ZaloEmulator, hook: Hook, lan: Person) -> None:
    zalo.webhook.wrapped = True
    await is_set(bot)
    await lan.says("một")
    await zalo.webhook.settled()
    assert (hook.bodies[-1]["ok"], hook.bodies[-1]["result"]["message"]["text"]) == (True, "một")


@pytest.mark.parametrize(("attempts", "came"), [(1, 1), (3, 3)])
async def test_trying_again(bot: Raw, zalo: ZaloEmulator, hook: Hook, lan: Person, attempts: int, came: int) -> None:
    await is_set(bot)
    hook.status, zalo.webhook.attempts = 500, attempts
    await lan.says("một")
    await zalo.webhook.settled()
    assert [status for status, _ in zalo.webhook.deliveries] == [500] * came


async def test_the_same_update_again_and_empty_probes(bot: Raw, zalo: ZaloEmulator, hook: Hook, lan: Person) -> None:
    zalo.webhook.probe_with_secret = True
    await is_set(bot)
    assert hook.headers[0]["X-Bot-Api-Secret-Token"] == SECRET
    zalo.webhook.copies = 2
    await lan.says("một")
    await lan.repeats_last_update()
    assert await zalo.webhook.probe() == 200
    await zalo.webhook.settled()
    updates = [body for body in hook.bodies if body]
    assert len(updates) == 4 and all(update == updates[0] for update in updates)
    assert "X-Bot-Api-Secret-Token" not in hook.headers[hook.bodies.index(None, 1)]
    await bot.ok("deleteWebhook")
    assert await zalo.webhook.probe() == 0
