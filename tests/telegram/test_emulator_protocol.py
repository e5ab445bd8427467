"""Tokens, names of methods, the ways of passing parameters, and connections that break."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person
from tests.telegram.raw import Raw


async def test_a_wrong_token_is_unauthorized(bot: Raw) -> None:
    async with bot.session.get(bot.url("getMe", token="6000000001:another")) as answer:
        assert answer.status == 401
        assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


@pytest.mark.parametrize("token", ["nonsense", "name:secret"])
async def test_a_malformed_token_is_not_found(bot: Raw, token: str) -> None:
    async with bot.session.get(bot.url("getMe", token=token)) as answer:
        assert (answer.status, (await answer.json())["description"]) == (404, "Not Found")


async def test_an_unknown_method_is_not_found(bot: Raw) -> None:
    assert await bot.call("sendPigeon") == (404, {"ok": False, "error_code": 404, "description": "Not Found"})


async def test_an_unknown_path_is_not_found(bot: Raw) -> None:
    async with bot.session.get(f"{bot.emulator.base_url}/elsewhere") as answer:
        assert answer.status == 404
        assert (await answer.json())["ok"] is False


@pytest.mark.parametrize("name", ["getMe", "getme", "GETME"])
async def test_names_of_methods_ignore_case(bot: Raw, name: str) -> None:
    me = await bot.ok(name)
    assert (me["id"], me["is_bot"]) == (6_000_000_001, True)
    assert me["can_read_all_group_messages"] is False


async def test_parameters_come_in_the_address_or_as_json(bot: Raw, alice: Person) -> None:
    asked = {"chat_id": str(alice.id), "text": "một"}
    async with bot.session.get(bot.url("sendMessage"), params=asked) as answer:
        assert answer.status == 200
    keyboard = {"inline_keyboard": [[{"text": "Được", "callback_data": "ok"}]]}
    body = {"chat_id": alice.id, "text": "hai", "reply_markup": keyboard, "disable_notification": True}
    async with bot.session.post(bot.url("sendMessage"), json=body) as answer:
        assert answer.status == 200
    first, second = alice.messages
    assert (first.text, first.silent) == ("một", False)
    assert (second.text, second.silent, second.buttons) == ("hai", True, (("Được",),))


@pytest.mark.parametrize(
    ("body", "reason"),
    [("{", "can't parse parameters JSON object"), ("[1]", "JSON object expected")],
)
async def test_a_json_body_must_be_an_object(bot: Raw, body: str, reason: str) -> None:
    headers = {"Content-Type": "application/json"}
    async with bot.session.post(bot.url("sendMessage"), data=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["description"]) == (400, f"Bad Request: {reason}")


async def test_text_must_be_unicode(bot: Raw, alice: Person) -> None:
    body = {"chat_id": alice.id, "text": "half a pair: \ud83d"}
    async with bot.session.post(bot.url("sendMessage"), json=body) as answer:
        assert (await answer.json())["description"] == "Bad Request: strings must be encoded in UTF-8"


async def test_a_body_above_fifty_megabytes_is_refused(bot: Raw) -> None:
    async with _half_a_request(bot, "sendDocument", length=52 << 20, kind="multipart/form-data; boundary=x") as reader:
        assert b" 413 " in await reader.readline()


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"]
)
async def test_a_client_that_dies_in_the_middle_of_a_request_harms_nobody(bot: Raw, alice: Person, kind: str) -> None:
    async with _half_a_request(bot, "sendMessage", length=900, kind=kind):
        pass
    [call] = await bot.emulator.calls.wait_for("sendMessage")
    assert call.code == 0
    assert (await bot.ok("getMe"))["is_bot"] is True
    assert alice.messages == []


_POLLING_BOT = """
import sys, urllib.request
urllib.request.urlopen(sys.argv[1] + "?timeout=50&offset=" + sys.argv[2])
"""


async def test_a_bot_that_is_killed_while_polling_loses_no_update(bot: Raw, alice: Person) -> None:
    [first] = await bot.ok("getUpdates")
    offset = first["update_id"] + 1
    command = [sys.executable, "-c", _POLLING_BOT, bot.url("getUpdates"), str(offset)]
    process = await asyncio.create_subprocess_exec(*command)
    await bot.emulator.polled(timeout=20)
    process.kill()
    await process.wait()
    await alice.says("còn đó không?")
    [second] = await bot.ok("getUpdates", offset=offset, timeout=50)
    assert second["message"]["text"] == "còn đó không?"


async def test_a_client_that_dies_while_polling_loses_no_update(
    bot: Raw, alice: Person, emulator: TelegramEmulator
) -> None:
    [first] = await bot.ok("getUpdates")
    confirm = {"offset": first["update_id"] + 1, "timeout": 50}
    poll = asyncio.create_task(bot.call("getUpdates", **confirm))
    await emulator.polled()
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    await alice.says("còn đó không?")
    [second] = await bot.ok("getUpdates", **confirm)
    assert second["message"]["text"] == "còn đó không?"


async def test_a_fault_of_the_emulator_is_not_kept_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = TelegramEmulator()
    monkeypatch.delattr(emulator.world, "bot")
    with pytest.raises(AssertionError, match="the emulator itself failed"):
        async with emulator, ClientSession() as session:
            assert await Raw(session, emulator).refused("getMe") == "Internal Server Error"


@contextlib.asynccontextmanager
async def _half_a_request(bot: Raw, method: str, length: int, kind: str) -> AsyncIterator[asyncio.StreamReader]:
    """Send the head of a request and a little of its body, and in the end drop the connection."""
    host, port = bot.emulator.base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = [
        f"POST /bot{bot.emulator.token}/{method} HTTP/1.1",
        f"Host: {host}",
        f"Content-Type: {kind}",
        f"Content-Length: {length}",
    ]
    writer.write("\r\n".join([*head, "", "--x"]).encode())
    await writer.drain()
    yield reader
    writer.transport.abort()
    await writer.wait_closed()
