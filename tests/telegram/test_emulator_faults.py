"""Faults on purpose, rate limits, and the journal of calls."""

import asyncio

import pytest
from aiohttp import ClientError

from tests.telegram.conftest import HandClock
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person, picture
from tests.telegram.raw import Raw


async def test_refusals_in_a_row(bot: Raw, alice: Person, emulator: TelegramEmulator) -> None:
    emulator.faults.refuse("sendMessage", 429, retry_after=3, times=2)
    emulator.faults.refuse("sendmessage", 500)
    send = {"chat_id": alice.id, "text": "x"}
    for _ in range(2):
        assert await bot.call("sendMessage", **send) == (
            429,
            {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 3",
                "parameters": {"retry_after": 3},
            },
        )
    await bot.ok("getMe")
    assert (emulator.faults.unused, alice.messages) == (1, [])
    assert await bot.refused("sendMessage", **send) == "Internal Server Error"
    await bot.ok("sendMessage", **send)
    assert (emulator.faults.unused, len(alice.messages)) == (0, 1)


async def test_a_fault_may_choose_its_calls(bot: Raw, alice: Person, emulator: TelegramEmulator) -> None:
    emulator.faults.refuse("*", 502, where=lambda params: params.text("text") == "hai")
    await bot.ok("sendMessage", chat_id=alice.id, text="một")
    assert await bot.refused("sendMessage", chat_id=alice.id, text="hai") == "Bad Gateway"
    await bot.ok("sendMessage", chat_id=alice.id, text="hai")


async def test_a_page_of_the_proxy(bot: Raw, emulator: TelegramEmulator) -> None:
    emulator.faults.gateway_page("getMe")
    async with bot.session.get(bot.url("getMe")) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    await bot.ok("getMe")


@pytest.mark.parametrize(("cut", "messages"), [("cut_before", 0), ("cut_after", 1)])
async def test_a_broken_connection(
    bot: Raw, alice: Person, emulator: TelegramEmulator, cut: str, messages: int
) -> None:
    getattr(emulator.faults, cut)("sendMessage")
    with pytest.raises(ClientError):
        await bot.call("sendMessage", chat_id=alice.id, text="x")
    assert len(alice.messages) == messages
    assert [call.code for call in emulator.calls.of("sendMessage")] == [0]
    await bot.ok("sendMessage", chat_id=alice.id, text="x")


async def test_a_delay_lets_others_pass(bot: Raw, alice: Person, emulator: TelegramEmulator) -> None:
    emulator.faults.delay("sendMessage", 0.05)
    send = {"chat_id": alice.id}
    await asyncio.gather(bot.ok("sendMessage", **send, text="chậm"), bot.ok("sendMessage", **send, text="nhanh"))
    assert [message.text for message in alice.messages] == ["nhanh", "chậm"]


@pytest.mark.parametrize("after_work", [False, True])
async def test_a_gate_holds_a_call(bot: Raw, alice: Person, emulator: TelegramEmulator, after_work: bool) -> None:
    gate = emulator.faults.hold("sendMessage", after_work=after_work)
    call = asyncio.create_task(bot.ok("sendMessage", chat_id=alice.id, text="x"))
    await gate.arrived()
    assert (call.done(), len(alice.messages)) == (False, int(after_work))
    gate.open()
    await call
    assert len(alice.messages) == 1


async def test_faults_can_be_called_off(bot: Raw, emulator: TelegramEmulator) -> None:
    emulator.faults.refuse("getMe", 500, times=10)
    emulator.faults.clear()
    await bot.ok("getMe")


async def test_limits_are_off_until_switched_on(bot: Raw, alice: Person) -> None:
    for _ in range(40):
        await bot.ok("sendMessage", chat_id=alice.id, text="x")


async def test_one_message_a_second_to_one_chat(
    bot: Raw, alice: Person, emulator: TelegramEmulator, clock: HandClock
) -> None:
    emulator.limits.enabled = True
    send = {"chat_id": alice.id, "text": "x"}
    await bot.ok("sendMessage", **send)
    assert await bot.refused("sendMessage", **send) == "Too Many Requests: retry after 1"
    clock.goes_on(1)
    await bot.ok("sendMessage", **send)
    assert len(alice.messages) == 2


async def test_thirty_messages_a_second_in_all(bot: Raw, emulator: TelegramEmulator, clock: HandClock) -> None:
    emulator.limits.enabled = True
    people = [emulator.person(f"Người {number}") for number in range(31)]
    for person in people:
        await person.says("/start")
    for person in people[:30]:
        await bot.ok("sendMessage", chat_id=person.id, text="x")
    assert await bot.refused("sendMessage", chat_id=people[30].id, text="x") == "Too Many Requests: retry after 1"
    clock.goes_on(1)
    await bot.ok("sendMessage", chat_id=people[30].id, text="x")


async def test_twenty_messages_a_minute_to_a_group(
    bot: Raw, alice: Person, emulator: TelegramEmulator, clock: HandClock
) -> None:
    emulator.limits.enabled = True
    group = emulator.group("Tin nhanh", alice)
    group.adds_bot()
    for _ in range(20):
        await bot.ok("sendMessage", chat_id=group.id, text="x")
        clock.goes_on(1)
    assert await bot.refused("sendMessage", chat_id=group.id, text="x") == "Too Many Requests: retry after 40"
    clock.goes_on(40)
    await bot.ok("sendMessage", chat_id=group.id, text="x")


async def test_an_album_counts_its_pictures_to_a_group_and_is_one_to_the_other_limits(
    bot: Raw, alice: Person, emulator: TelegramEmulator, clock: HandClock
) -> None:
    emulator.limits.enabled = True
    group = emulator.group("Tin nhanh", alice)
    group.adds_bot()
    album = {"media": [{"type": "photo", "media": "attach://one"}] * 8, "one": picture()}
    await bot.ok("sendMediaGroup", chat_id=alice.id, **album)
    for _ in range(2):
        await bot.ok("sendMediaGroup", chat_id=group.id, **album)
        clock.goes_on(10)
    refused = await bot.refused("sendMediaGroup", chat_id=group.id, **album)
    assert refused == "Too Many Requests: retry after 40"
    for _ in range(4):
        await bot.ok("sendMessage", chat_id=group.id, text="x")
        clock.goes_on(1)
    assert await bot.refused("sendMessage", chat_id=group.id, text="x") == "Too Many Requests: retry after 36"
    clock.goes_on(36)
    await bot.ok("sendMediaGroup", chat_id=group.id, **album)


async def test_the_journal_tells_what_was_called(bot: Raw, alice: Person, emulator: TelegramEmulator) -> None:
    awaited = asyncio.create_task(emulator.calls.wait_for("SENDMESSAGE", count=2))
    await bot.ok("sendMessage", chat_id=alice.id, text="một")
    await bot.refused("sendMessage", chat_id=alice.id)
    first, second = await awaited
    assert (first.params.text("text"), first.code) == ("một", 200)
    assert (second.code, second.description) == (400, "Bad Request: message text is empty")
    assert [call.method for call in emulator.calls] == ["sendMessage", "sendMessage"]
    with pytest.raises(TimeoutError):
        await emulator.calls.wait_for("getMe", timeout=0)
