"""Sends to Telegram that go wrong: what is tried again, what is in doubt, what is given up."""

import asyncio

import pytest

from bot.channels.base import Blocked, InDoubt, Refused, TryLater
from bot.channels.telegram import TelegramChannel
from bot.media.store import MediaStore
from tests.channels.kit import Recorder, say, telegram
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person


@pytest.fixture
def chat(an: Person) -> str:
    return str(an.id)


async def test_a_person_who_blocked_the_bot(an: Person, channel: TelegramChannel, chat: str) -> None:
    an.blocks()
    with pytest.raises(Blocked, match="blocked by the user"):
        await channel.send(chat, say("⏰"), key="1")


async def test_a_person_who_left_telegram(an: Person, channel: TelegramChannel, chat: str) -> None:
    an.deletes_account()
    with pytest.raises(Blocked, match="deactivated"):
        await channel.send(chat, say("⏰"), key="1")


@pytest.mark.parametrize("chat", ["12345", "-12345", "no number"])
async def test_a_chat_that_does_not_exist(channel: TelegramChannel, chat: str) -> None:
    with pytest.raises(Blocked, match="chat not found"):
        await channel.send(chat, say("⏰"), key="1")


async def test_a_group_that_threw_the_bot_out(an: Person, channel: TelegramChannel, emulator: TelegramEmulator) -> None:
    group = emulator.group("Đội hình 26/3", an)
    group.adds_bot()
    group.removes_bot()
    with pytest.raises(Blocked, match="kicked"):
        await channel.send(str(group.id), say("Tin mới"), key="1")


async def test_too_many_messages(channel: TelegramChannel, chat: str, emulator: TelegramEmulator) -> None:
    emulator.faults.refuse("sendMessage", 429, retry_after=17)
    with pytest.raises(TryLater) as raised:
        await channel.send(chat, say("⏰"), key="1")
    assert raised.value.after == 17


@pytest.mark.parametrize(("code", "after"), [(500, 2), (502, 2), (401, 60), (404, 60), (418, 2)])
async def test_what_passes(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator, code: int, after: float
) -> None:
    emulator.faults.refuse("sendMessage", code)
    with pytest.raises(TryLater) as raised:
        await channel.send(chat, say("⏰"), key="1")
    assert raised.value.after == after
    await channel.send(chat, say("⏰"), key="1")
    assert len(an.messages) == 1


@pytest.mark.parametrize("code", [400, 413])
async def test_what_telegram_will_never_take(
    channel: TelegramChannel, chat: str, emulator: TelegramEmulator, code: int
) -> None:
    emulator.faults.refuse("sendMessage", code)
    with pytest.raises(Refused):
        await channel.send(chat, say("⏰"), key="1")


async def test_a_connection_that_was_never_made(an: Person, media: MediaStore, chat: str) -> None:
    channel = telegram("http://127.0.0.1:1", "6000000001:a-token-that-opens-nothing", media)
    with pytest.raises(TryLater) as raised:
        await channel.send(chat, say("⏰"), key="1")
    assert raised.value.after == 2
    await channel.stop()


@pytest.mark.parametrize(("cut", "messages"), [("cut_before", 0), ("cut_after", 1)])
async def test_a_cut_leaves_it_in_doubt(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator, cut: str, messages: int
) -> None:
    getattr(emulator.faults, cut)("sendMessage")
    with pytest.raises(InDoubt, match="ServerDisconnectedError"):
        await channel.send(chat, say("⏰"), key="1")
    assert len(an.messages) == messages


async def test_an_answer_that_does_not_come_leaves_it_in_doubt(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator
) -> None:
    gate = emulator.faults.hold("sendMessage", after_work=True)
    channel._api.seconds = 0.05
    with pytest.raises(InDoubt, match="Timeout"):
        await channel.send(chat, say("⏰"), key="1")
    gate.open()
    assert len(an.messages) == 1


async def test_a_page_in_place_of_an_answer_leaves_it_in_doubt(
    channel: TelegramChannel, chat: str, emulator: TelegramEmulator
) -> None:
    emulator.faults.gateway_page("sendMessage")
    with pytest.raises(InDoubt):
        await channel.send(chat, say("⏰"), key="1")


async def test_an_answer_of_tomorrow_is_no_doubt(
    an: Person, channel: TelegramChannel, chat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = "tests.telegram.emulator.model.Message.json"
    monkeypatch.setattr(written, lambda message, with_reply=True: {"message_id": message.id, "chat": "of tomorrow"})
    message_id = await channel.send(chat, say("⏰"), key="1")
    assert [str(one.id) for one in an.messages] == [message_id]


async def test_a_reply_that_broke_off_goes_on_where_it_stopped(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator
) -> None:
    reply = say("\n\n".join(letter * 4000 for letter in "abc"), ("Xem=x",))
    emulator.faults.refuse("sendMessage", 429, retry_after=1, where=lambda params: "b" in params.text("text"))
    emulator.faults.cut_before("sendMessage", where=lambda params: "c" in params.text("text"))
    with pytest.raises(TryLater):
        await channel.send(chat, reply, key="7")
    with pytest.raises(InDoubt):
        await channel.send(chat, reply, key="7")
    told = await channel.send(chat, reply, key="7")
    assert [one.text[0] for one in an.messages] == ["a", "b", "c"]
    assert told == ",".join(str(one.id) for one in an.messages)
    assert an.messages[-1].labels == ("Xem",)
    await channel.send(chat, reply, key="8")
    assert len(an.messages) == 6


async def test_each_further_message_of_a_reply_waits_for_its_turn(
    an: Person, channel: TelegramChannel, chat: str
) -> None:
    there: list[int] = []

    async def turn() -> None:
        there.append(len(an.messages))

    await channel.send(chat, say("\n\n".join(letter * 4000 for letter in "abc")), key="7", turn=turn)
    assert there == [1, 2]
    await channel.send(chat, say("Chào"), key="8", turn=turn)
    assert there == [1, 2]


async def test_many_chats_at_once(channel: TelegramChannel, emulator: TelegramEmulator, heard: Recorder) -> None:
    people = [emulator.person(f"Người {number}") for number in range(20)]
    for person in people:
        await person.says("/start")
        await heard.next()
    await asyncio.gather(*(channel.send(str(person.id), say("⏰"), key=str(person.id)) for person in people))
    assert [[one.text for one in person.messages] for person in people] == [["⏰"]] * 20
