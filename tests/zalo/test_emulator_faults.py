"""Faults on purpose, quotas, bursts, and the journal of calls."""

import asyncio

import pytest
from aiohttp import ClientError

from tests.emulating.phone import Silence
from tests.telegram.conftest import HandClock
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.emulator.limits import Limit
from tests.zalo.people import Person
from tests.zalo.raw import Raw


async def test_refusals_in_a_row(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    zalo.faults.refuse("sendMessage", 429, times=2)
    zalo.faults.refuse("sendMessage", 403, where=lambda params: params.text("text") == "y")
    for _ in range(2):
        assert await bot.call("sendMessage", chat_id=lan.id, text="x") == (
            200,
            {"ok": False, "description": "Quota exceeded", "error_code": 429},
        )
    await bot.ok("sendMessage", chat_id=lan.id, text="x")
    assert zalo.faults.unused == 1
    assert await bot.refused("sendMessage", chat_id=lan.id, text="y") == (403, "Internal server error")
    zalo.faults.refuse("*", 500, http=500)
    assert (await bot.call("getMe"))[0] == 500


async def test_answers_that_are_no_json(bot: Raw, zalo: ZaloEmulator) -> None:
    zalo.faults.gateway("getUpdates", 504)
    zalo.faults.text("getMe")
    async with bot.session.post(bot.url("getUpdates")) as answer:
        assert (answer.status, answer.content_type) == (504, "text/html")
    async with bot.session.post(bot.url("getMe")) as answer:
        assert (answer.status, await answer.text()) == (401, "Unauthorized")


async def test_the_line_breaks(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    zalo.faults.cut_before("sendMessage")
    zalo.faults.cut_after("sendMessage")
    for text in ("không tới", "tới"):
        with pytest.raises(ClientError):
            await bot.ok("sendMessage", chat_id=lan.id, text=text)
    assert [one.text for one in lan.sees()] == ["tới"]
    assert [call.code for call in zalo.calls.of("sendMessage")] == [0, 0]


async def test_slow_and_held(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    zalo.faults.delay("sendMessage", 0.01)
    gate = zalo.faults.hold("sendMessage", after_work=True)
    await bot.ok("sendMessage", chat_id=lan.id, text="chậm")
    sending = asyncio.create_task(bot.ok("sendMessage", chat_id=lan.id, text="giữ"))
    await gate.arrived()
    assert ([one.text for one in lan.sees()], sending.done()) == (["chậm", "giữ"], False)
    gate.open()
    await sending
    before = zalo.faults.hold("sendMessage")
    held = asyncio.create_task(bot.ok("sendMessage", chat_id=lan.id, text="chưa"))
    await before.arrived()
    assert len(lan.sees()) == 2
    zalo.faults.clear()
    await held


async def test_success_without_an_id(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    zalo.faults.without_id("sendMessage")
    assert await bot.ok("sendMessage", chat_id=lan.id, text="x") == {}
    assert len(lan.sees()) == 1


async def test_person_51_is_not_served(bot: Raw, zalo: ZaloEmulator) -> None:
    people = [zalo.person(f"Người {number}") for number in range(51)]
    for person in people:
        await person.says("chào")
    assert len(await bot.hears_all()) == 50
    late = people[-1]
    assert (await bot.refused("sendMessage", chat_id=late.id, text="x"))[0] == 400
    with pytest.raises(Silence, match="> chào"):
        await late.hears(0.01)
    zalo.quota.users = None
    await late.says("lại chào")
    await bot.ok("sendMessage", chat_id=late.id, text="x")
    assert (await late.hears()).text == "x"


async def test_three_thousand_messages_a_month_in_both_directions(
    bot: Raw, zalo: ZaloEmulator, lan: Person, clock: HandClock
) -> None:
    send = {"chat_id": lan.id, "text": "x"}
    assert (zalo.quota.used, zalo.quota.month) == (1, "2022-12")
    await bot.ok("sendMessage", **send)
    zalo.quota.counts_incoming = False
    await lan.says("một")
    assert zalo.quota.used == 2
    zalo.quota.used = 2999
    await bot.ok("sendMessage", **send)
    assert await bot.refused("sendMessage", **send) == (429, "Quota exceeded")
    assert (zalo.quota.used, len(lan.sees())) == (3000, 2)
    clock.goes_on(16 * 86_400)
    assert zalo.quota.month == "2023-01"
    await bot.ok("sendMessage", **send)
    zalo.quota.messages, zalo.quota.used = None, 5000
    await bot.ok("sendMessage", **send)


async def test_three_groups(zalo: ZaloEmulator, lan: Person) -> None:
    groups = [zalo.group(f"Chi đoàn {number}", lan) for number in range(4)]
    for group in groups[:3]:
        group.adds_bot()
    with pytest.raises(AssertionError, match="more than 3 groups"):
        groups[3].adds_bot()


async def test_bursts(bot: Raw, zalo: ZaloEmulator, lan: Person, clock: HandClock) -> None:
    zalo.burst.enabled, zalo.burst.per_chat, zalo.burst.overall = True, Limit(1, 1.0), Limit(2, 1.0)
    minh, hoa = zalo.person("Trần Văn Minh"), zalo.person("Lê Thị Hoa")
    for person in (minh, hoa):
        await person.says("chào")
    await bot.ok("sendMessage", chat_id=lan.id, text="1")
    status, body = await bot.call("sendMessage", chat_id=lan.id, text="2")
    assert (status, body["error_code"], "parameters" in body) == (200, 429, False)
    await bot.ok("sendMessage", chat_id=minh.id, text="1")
    assert (await bot.refused("sendMessage", chat_id=hoa.id, text="1"))[0] == 429
    clock.goes_on(1.0)
    await bot.ok("sendMessage", chat_id=hoa.id, text="1")


async def test_the_journal(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    await bot.refused("sendMessage", chat_id=lan.id)
    await bot.ok("sendMessage", chat_id=lan.id, text="x")
    refused, taken = await zalo.calls.wait_for("sendMessage", 2)
    assert (refused.code, refused.status, refused.description) == (400, 200, "The text must not be empty")
    assert (taken.code, taken.params.text("text"), len(zalo.calls)) == (200, "x", 2)
    with pytest.raises(TimeoutError):
        await zalo.calls.wait_for("getMe", timeout=0.01)


async def test_people_forget_and_are_heard_in_order(bot: Raw, lan: Person) -> None:
    for text in "ab":
        await bot.ok("sendMessage", chat_id=lan.id, text=text)
    assert (lan.unheard, (await lan.hears()).text) == (2, "a")
    lan.forgets()
    assert lan.unheard == 0
    with pytest.raises(AssertionError, match="would not send"):
        await lan.says("x" * 2001)
