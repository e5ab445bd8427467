"""The webhook: who may push, what is answered, and the whole way from Telegram's push to the intake."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.channels.pushing import Webhook
from bot.channels.telegram import SECRET_HEADER, TelegramChannel
from bot.config import StartError
from bot.media.store import MediaStore
from tests.channels.kit import SECRET, Recorder, idly, say, telegram
from tests.telegram.emulator import TelegramEmulator

SIGNED = {SECRET_HEADER: SECRET}
URL = "https://bot.example.org/hooks/telegram"
PERSON = {"id": 7_000_000_009, "is_bot": False, "first_name": "An"}
MESSAGE = {
    "message_id": 1, "date": 1_671_160_000, "from": PERSON, "chat": {"id": 7_000_000_009, "type": "private"},
    "text": "2 buổi",
}  # fmt: skip
BODY = json.dumps({"update_id": 41, "message": MESSAGE}).encode()


@pytest.fixture
async def pushed(emulator: TelegramEmulator, media: MediaStore, heard: Recorder) -> AsyncIterator[TelegramChannel]:
    """A channel that has told Telegram where to push."""
    channel = telegram(emulator.base_url, emulator.token, media, webhook=Webhook(URL, SECRET))
    await channel.start(heard.take)
    yield channel
    await channel.stop()


async def test_a_push_is_taken(pushed: TelegramChannel, heard: Recorder) -> None:
    assert await pushed.webhook(SIGNED, BODY) == 200
    incoming = await heard.next()
    assert (incoming.key, incoming.chat, incoming.text) == ("41", "7000000009", "2 buổi")


async def test_it_is_answered_once_it_is_committed(pushed: TelegramChannel, heard: Recorder) -> None:
    heard.open.clear()
    answer = asyncio.create_task(pushed.webhook(SIGNED, BODY))
    await heard.was_offered(1)
    assert not answer.done()
    heard.open.set()
    assert await answer == 200


async def test_what_is_not_taken_comes_again(pushed: TelegramChannel, heard: Recorder) -> None:
    heard.refuses(1)
    assert await pushed.webhook(SIGNED, BODY) == 503
    assert await pushed.webhook(SIGNED, BODY) == 200
    assert [one.key for one in heard.offered] == ["41", "41"]


@pytest.mark.parametrize("given", ["", "wrong", SECRET + "x", SECRET[:-1], "Đồng chí", "\udcff\udcfe"])
async def test_a_stranger_is_not_even_read(pushed: TelegramChannel, heard: Recorder, given: str) -> None:
    assert await pushed.webhook({SECRET_HEADER: given}, b"{" * 2_000_000) == 403
    assert await pushed.webhook({SECRET_HEADER: given}, BODY) == 403
    assert await pushed.webhook({}, BODY) == 403
    assert heard.offered == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b" " * (1024 * 1024 + 1), 413),
        (b"", 400),
        (b"no json", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"update_id": "many"}', 400),
        (b'{"update_id": 5}', 200),
        (b'{"update_id": 5, "message": {"of": "tomorrow"}}', 200),
    ],
)
async def test_what_is_no_update(pushed: TelegramChannel, heard: Recorder, body: bytes, status: int) -> None:
    assert await pushed.webhook(SIGNED, body) == status
    assert heard.offered == []


async def test_before_the_start_and_after_the_stop(
    emulator: TelegramEmulator, media: MediaStore, heard: Recorder
) -> None:
    channel = telegram(emulator.base_url, emulator.token, media, webhook=Webhook(URL, SECRET))
    assert await channel.webhook(SIGNED, BODY) == 503
    await channel.start(heard.take)
    await channel.stop()
    assert await channel.webhook(SIGNED, BODY) == 503
    assert heard.offered == []


async def test_a_stop_waits_for_what_was_pushed(pushed: TelegramChannel, heard: Recorder) -> None:
    heard.open.clear()
    answer = asyncio.create_task(pushed.webhook(SIGNED, BODY))
    await heard.was_offered(1)
    stopping = asyncio.create_task(pushed.stop())
    await idly()
    assert not stopping.done()
    heard.open.set()
    await stopping
    assert await answer == 200


async def test_without_a_webhook_nobody_may_push(channel: TelegramChannel, heard: Recorder) -> None:
    assert await channel.webhook({SECRET_HEADER: ""}, BODY) == 403
    assert heard.offered == []


async def test_what_telegram_is_told(pushed: TelegramChannel, emulator: TelegramEmulator) -> None:
    (call,) = emulator.calls.of("setWebhook")
    assert (call.params.text("url"), call.params.text("secret_token")) == (URL, SECRET)
    assert json.loads(call.params.text("allowed_updates")) == ["message", "callback_query", "my_chat_member"]
    assert not call.params.flag("drop_pending_updates")
    assert emulator.calls.of("getUpdates") == []


async def test_a_new_secret_is_told_to_the_old_address(
    pushed: TelegramChannel, emulator: TelegramEmulator, media: MediaStore, heard: Recorder
) -> None:
    channel = telegram(emulator.base_url, emulator.token, media, webhook=Webhook(URL, "another-word"))
    await channel.start(heard.take)
    assert emulator.calls.of("setWebhook")[-1].params.text("secret_token") == "another-word"
    await channel.stop()


async def test_an_address_that_telegram_refuses_stops_the_start(
    emulator: TelegramEmulator, media: MediaStore, heard: Recorder
) -> None:
    hook = Webhook("http://bot.example.org/hooks/telegram", SECRET)
    channel = telegram(emulator.base_url, emulator.token, media, webhook=hook)
    with pytest.raises(StartError, match=r"WEBHOOK_URL .*HTTPS"):
        await channel.start(heard.take)
    await channel.stop()


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(Webhook(URL, SECRET))


async def test_from_telegrams_push_to_the_answer(
    emulator: TelegramEmulator, media: MediaStore, heard: Recorder
) -> None:
    channels: list[TelegramChannel] = []

    async def take(request: web.Request) -> web.Response:
        answer = await channels[0].webhook(request.headers, await request.read())
        return web.Response(status=answer) if isinstance(answer, int) else web.Response(body=answer)

    application = web.Application()
    application.router.add_post("/hooks/telegram", take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook = Webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/telegram", SECRET)
    channels.append(telegram(emulator.base_url, emulator.token, media, webhook=hook))
    an = emulator.person("Nguyễn Văn An")
    await an.says("/start")
    heard.refuses(2)
    await channels[0].start(heard.take)
    assert (await heard.next()).text == "/start"
    assert len({one.key for one in heard.offered}) == 1
    await channels[0].send(str(an.id), say("Gửi chứ?", ("Gửi=send",)), key="1")
    press = await an.presses("Gửi")
    assert (await heard.next()).action == "send"
    await press.answer()
    await channels[0].stop()
    await runner.cleanup()
