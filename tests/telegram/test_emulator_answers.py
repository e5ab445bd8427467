"""A call in the answer to a webhook: it is performed, and nobody is told what became of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person
from tests.telegram.raw import Raw


class Answering:
    """A bot's webhook that answers with calls."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[dict[str, Any]] = []

    async def handle(self, request: web.Request) -> web.Response:
        await request.read()
        return web.json_response(self.answers.pop(0)) if self.answers else web.Response()


@pytest.fixture
async def hook(bot: Raw) -> AsyncIterator[Answering]:
    hook, application = Answering(), web.Application()
    application.router.add_post("/hook", hook.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.ok("setWebhook", url=f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
    yield hook
    await runner.cleanup()


async def test_it_is_performed(alice: Person, hook: Answering, emulator: TelegramEmulator) -> None:
    hook.answers = [{"method": "sendMessage", "chat_id": alice.id, "text": "vâng"}]
    await alice.says("xin chào")
    assert (await alice.hears()).text == "vâng"
    (call,) = emulator.calls.of("sendMessage")
    assert (call.code, call.params.text("text")) == (200, "vâng")


async def test_what_is_refused_or_faulty_is_told_to_nobody(
    alice: Person, hook: Answering, emulator: TelegramEmulator
) -> None:
    hook.answers = [{"method": "sendMessage", "chat_id": alice.id, "text": words} for words in ("", "một", "hai")]
    emulator.faults.cut_before("sendMessage", where=lambda params: params.text("text") == "một")
    for _ in range(3):
        await alice.says("xin chào")
    assert (await alice.hears()).text == "hai"
    assert [call.code for call in emulator.calls.of("sendMessage")] == [400, 0, 200]
    assert "last_error_message" not in emulator.webhook_info()
