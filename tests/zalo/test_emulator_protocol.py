"""Tokens, methods, the ways of parameters and the shape of answers."""

import pytest

from tests.zalo.emulator import DEFAULT_TOKEN, ZaloEmulator
from tests.zalo.emulator.server import BadToken
from tests.zalo.people import Person
from tests.zalo.raw import Raw

UNDOCUMENTED = ["editMessageText", "deleteMessage", "sendDocument", "sendFile", "getFile", "getChat", "getme", "GetMe"]


async def test_who_the_bot_is(bot: Raw) -> None:
    assert await bot.call("getMe") == (
        200,
        {
            "ok": True,
            "result": {
                "id": "1459232241454765289",
                "account_name": "bot.VDKyGxQvc",
                "account_type": "BASIC",
                "can_join_groups": True,
                "display_name": "Bot Dân vận",
            },
        },
    )


@pytest.mark.parametrize("method", UNDOCUMENTED)
async def test_what_is_not_documented_is_not_there(bot: Raw, lan: Person, method: str) -> None:
    assert await bot.refused(method, chat_id=lan.id) == (400, f"Unknown method {method}")


@pytest.mark.parametrize(("how", "status"), [("http", 401), ("ok", 200)])
async def test_a_wrong_token(bot: Raw, how: BadToken, status: int) -> None:
    bot.emulator.bad_token = how
    async with bot.session.post(bot.url("getMe", "1459232241454765289:other")) as answer:
        assert (answer.status, (await answer.json())["error_code"]) == (status, 401)


async def test_a_wrong_token_without_json(bot: Raw) -> None:
    bot.emulator.bad_token = "text"
    async with bot.session.post(bot.url("getMe", "x")) as answer:
        assert (answer.status, await answer.text()) == (401, "Unauthorized")


async def test_a_reset_kills_the_old_token(bot: Raw) -> None:
    bot.emulator.token = "1459232241454765289:new"
    async with bot.session.post(bot.url("getMe", DEFAULT_TOKEN)) as answer:
        assert answer.status == 401
    await bot.ok("getMe")


async def test_no_slash_after_bot(bot: Raw) -> None:
    async with bot.session.post(f"{bot.emulator.base_url}/bot/{bot.emulator.token}/getMe") as answer:
        assert answer.status == 404


async def test_every_way_of_giving_parameters(bot: Raw, lan: Person) -> None:
    given = {"chat_id": lan.id, "text": "chào"}
    async with bot.session.get(bot.url("sendMessage"), params=given) as answer:
        assert (await answer.json())["ok"]
    async with bot.session.post(bot.url("sendMessage"), data=given) as answer:
        assert (await answer.json())["ok"]
    async with bot.session.post(bot.url("sendMessage"), params={"chat_id": lan.id}, json={"text": "chào"}) as answer:
        assert (await answer.json())["ok"]
    async with bot.session.put(bot.url("sendMessage"), json=given) as answer:
        assert (await answer.json())["error_code"] == 400
    assert [one.text for one in lan.sees()] == ["chào"] * 3


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"text": "\xff"}', b'{"text": "\\ud83d"}'])
async def test_a_body_that_is_none(bot: Raw, body: bytes) -> None:
    json = {"Content-Type": "application/json"}
    async with bot.session.post(bot.url("sendMessage"), data=body, headers=json) as answer:
        assert (answer.status, (await answer.json())["error_code"]) == (200, 400)


async def test_refusals_with_a_status_of_their_own(bot: Raw, zalo: ZaloEmulator) -> None:
    zalo.errors_in_200 = False
    assert (await bot.call("getWebhookInfo"))[0] == 404
    assert (await bot.call("getUpdates", timeout=0))[0] == 408
    assert (await bot.call("sendMessage"))[0] == 400
