"""Zalo pushes: both shapes, strangers, probes, repeats, and 200 only for what is committed."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot.channels.pushing import BODY_LIMIT, Webhook
from bot.channels.zalo import SECRET_HEADER, ZaloChannel
from tests.channels.kit import Recorder, ZaloSet
from tests.zalo.emulator import ZaloEmulator

HOOK = Webhook("https://bot.example.vn/hooks/zalo", "a-long-random-word")
HEADERS = {SECRET_HEADER: HOOK.secret}


def update(text: str, number: str = "m1") -> dict[str, Any]:
    chat = {"id": "6ede9afa66b88fe6d6a9", "chat_type": "PRIVATE"}
    message = {"message_id": number, "text": text, "chat": chat, "from": {"id": chat["id"], "display_name": "Lan"}}
    return {"event_name": "message.text.received", "message": message}


@pytest.fixture
async def hooked(zalo_set: ZaloSet, heard: Recorder) -> AsyncIterator[ZaloChannel]:
    channel = zalo_set.channel(webhook=HOOK)
    await channel.start(heard.take)
    yield channel
    await channel.stop()


async def push(channel: ZaloChannel, body: Any, headers: dict[str, str] | None = None) -> int:
    return await channel.webhook(HEADERS if headers is None else headers, json.dumps(body).encode())


@pytest.mark.parametrize("wrapped", [False, True])
async def test_both_shapes_are_taken(hooked: ZaloChannel, heard: Recorder, *, wrapped: bool) -> None:
    body = update("2 buổi")
    assert await push(hooked, {"ok": True, "result": body} if wrapped else body) == 200
    assert (await heard.next()).text == "2 buổi"


async def test_a_stranger_is_turned_away_before_anything_is_read(hooked: ZaloChannel, heard: Recorder) -> None:
    for headers in ({}, {SECRET_HEADER: "a-long-random-worD"}, {SECRET_HEADER: "\udcff"}):
        assert await hooked.webhook(headers, b"{not json") == 403
    assert heard.offered == []


async def test_an_empty_probe_is_answered(hooked: ZaloChannel, heard: Recorder) -> None:
    assert await hooked.webhook({}, b"") == 200
    assert heard.offered == []


async def test_what_is_no_update(hooked: ZaloChannel) -> None:
    assert await hooked.webhook(HEADERS, b"{not json") == 400
    assert await hooked.webhook(HEADERS, b"[" * 100_000) == 400
    assert await hooked.webhook(HEADERS, b" " * (BODY_LIMIT + 1)) == 413
    assert await push(hooked, {"event_name": "message.unsupported.received"}) == 200


async def test_a_repeat_is_done_once(hooked: ZaloChannel, heard: Recorder, zalo_set: ZaloSet) -> None:
    for _ in range(3):
        assert await push(hooked, update("2 buổi")) == 200
    assert len(heard.offered) == 1
    await hooked.stop()
    assert await zalo_set.counted() == (1, 0)


async def test_what_is_not_committed_is_not_confirmed_and_not_lost(
    hooked: ZaloChannel, heard: Recorder, zalo_set: ZaloSet
) -> None:
    heard.refuses(3)
    assert await push(hooked, update("2 buổi")) == 503
    assert (await heard.next()).text == "2 buổi"
    assert {one.key for one in heard.offered} == {"message.text.received:6ede9afa66b88fe6d6a9:m1"}
    assert await push(hooked, update("2 buổi")) == 200
    assert heard.unheard == 0


async def test_after_the_stop_nothing_is_taken(hooked: ZaloChannel, heard: Recorder, zalo_set: ZaloSet) -> None:
    await hooked.stop()
    assert await push(hooked, update("còn ai không?")) == 503
    assert heard.offered == []
    assert zalo_set.journalled == 1


async def test_it_is_set_when_it_differs_and_not_at_each_start(
    zalo: ZaloEmulator, zalo_set: ZaloSet, heard: Recorder
) -> None:
    word = Webhook(HOOK.url, "another-long-word")
    for hook, calls in ((HOOK, 1), (HOOK, 1), (word, 2), (word, 2), (HOOK, 3)):
        await serve(zalo, zalo_set, heard, hook)
        assert len(zalo.calls.of("setWebhook")) == calls
        assert (zalo.webhook.url, zalo.webhook.secret) == (hook.url, hook.secret)


async def serve(zalo: ZaloEmulator, zalo_set: ZaloSet, heard: Recorder, hook: Webhook) -> ZaloChannel:
    """Start with a webhook that answers, and stop."""
    channel = zalo_set.channel(webhook=hook)
    app = web.Application()

    async def take(request: web.Request) -> web.Response:
        return web.Response(status=await channel.webhook(request.headers, await request.read()))

    app.router.add_post("/hooks/zalo", take)
    async with TestServer(app) as server:
        zalo.knows("https://bot.example.vn", str(server.make_url("")).rstrip("/"))
        await channel.start(heard.take)
        assert channel.state == "works"
        assert await zalo.webhook.probe() == 200
        await zalo.person("Lan").says("xin chào")
        await zalo.webhook.settled()
        assert (await heard.next()).text == "xin chào"
        await channel.stop()
    return channel


async def test_an_address_that_zalo_does_not_reach_is_told_of(
    zalo: ZaloEmulator, zalo_set: ZaloSet, heard: Recorder
) -> None:
    channel = zalo_set.channel(webhook=Webhook("https://nowhere.example.vn/hooks/zalo", HOOK.secret))
    with capture_logs() as logs:
        await channel.start(heard.take)
    assert "webhook.err.dns" in channel.state
    assert [line["event"] for line in logs] == ["zalo is not set up"]
    assert HOOK.secret not in repr(logs)
    await channel.stop()
