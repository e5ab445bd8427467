"""Polling: nothing is confirmed before it is committed, and no trouble makes the bot deaf."""

import asyncio
import socket

import pytest
from structlog.testing import capture_logs

from bot.channels.base import NotTaken
from bot.channels.telegram import TelegramChannel, patience
from bot.channels.telegram_setup import username
from bot.config import StartError
from bot.media.store import MediaStore
from handlers.events import Incoming
from tests.channels.kit import COMMANDS, Recorder, idly, say, telegram
from tests.telegram.emulator import DEFAULT_TOKEN, TelegramEmulator
from tests.telegram.emulator.params import Params
from tests.telegram.people import Person, picture

WRONG_TOKEN = "6000000002:another-token-that-opens-nothing"


def is_closed(channel: TelegramChannel) -> bool:
    return channel._api.closed


def offsets(emulator: TelegramEmulator) -> list[str]:
    return [call.params.text("offset") for call in emulator.calls.of("getUpdates")]


async def test_the_offset_moves_once_the_update_is_taken(
    an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    await emulator.polled()
    heard.refuses(2)
    fetched = len(offsets(emulator))
    await an.says("2 buổi")
    taken = await heard.next()
    await emulator.polled()
    tries = [one for one in heard.offered if one.text == "2 buổi"]
    assert [one.key for one in tries] == [taken.key] * 3
    waiting, *again = offsets(emulator)[fetched:]
    assert [*again, waiting] == [waiting] * 3
    assert emulator.pending_updates == 0


async def test_nothing_is_confirmed_while_the_commit_is_under_way(
    an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    await emulator.polled()
    heard.open.clear()
    count = len(offsets(emulator))
    await an.says("2 buổi")
    await emulator.calls.wait_for("getUpdates", count + 1)
    assert emulator.pending_updates == 1
    heard.open.set()
    await heard.next()
    await emulator.polled()
    assert emulator.pending_updates == 0


async def test_one_chat_that_is_refused_keeps_its_order(
    an: Person, channel: TelegramChannel, heard: Recorder, emulator: TelegramEmulator
) -> None:
    binh = emulator.person("Trần Thị Bình")
    await emulator.polled()
    gate = emulator.faults.hold("getUpdates")
    await an.says("xin chào")
    await heard.next()
    await gate.arrived()
    heard.refuses(1, chat=str(an.id))
    for line in ("một", "hai"):
        await an.says(line)
        await binh.says(line)
    gate.open()
    taken = [await heard.next() for _ in range(5)]
    assert [one.text for one in taken if one.chat == str(an.id)] == ["một", "hai"]
    # The other chat's were committed at the first try, and come again with it: the intake knows their keys.
    assert [one.text for one in heard.offered if one.chat == str(binh.id)][:2] == ["một", "hai"]


async def test_chats_are_handed_over_side_by_side(
    emulator: TelegramEmulator, media: MediaStore, heard: Recorder
) -> None:
    people = [emulator.person(f"Người {number}") for number in range(3)]
    for person in people:
        await person.says("có mặt")
    all_there = asyncio.Barrier(len(people))

    async def take(incoming: Incoming) -> None:
        async with asyncio.timeout(5):
            await all_there.wait()
        await heard.take(incoming)

    channel = telegram(emulator.base_url, emulator.token, media)
    await channel.start(take)
    assert {(await heard.next()).chat for _ in people} == {str(person.id) for person in people}
    await channel.stop()


@pytest.mark.parametrize("code", [409, 500, 502])
async def test_a_refused_poll_is_tried_again_and_told_once(
    an: Person, heard: Recorder, emulator: TelegramEmulator, code: int
) -> None:
    with capture_logs() as logs:
        emulator.faults.refuse("getUpdates", code, times=3)
        await an.says("một")
        await heard.next()
        await an.says("hai")
        assert (await heard.next()).text == "hai"
        await emulator.polled()
    told = [line["event"] for line in logs]
    assert told == ["telegram updates not taken", "telegram works again"]
    assert emulator.faults.unused == 0


async def test_a_cut_or_garbled_poll_is_tried_again(an: Person, heard: Recorder, emulator: TelegramEmulator) -> None:
    with capture_logs() as logs:
        emulator.faults.cut_before("getUpdates", times=2)
        emulator.faults.gateway_page("getUpdates")
        await an.says("một")
        await heard.next()
        await an.says("hai")
        assert (await heard.next()).text == "hai"
        await emulator.polled()
    warnings = [line["error"] for line in logs if line["log_level"] == "warning"]
    assert warnings == ["ServerDisconnectedError", "no answer of Telegram's"]
    assert emulator.token not in str(logs)


async def test_a_fault_of_our_own_does_not_make_the_bot_deaf(
    emulator: TelegramEmulator, media: MediaStore, heard: Recorder
) -> None:
    faults = [RuntimeError("a slip"), NotTaken("busy")]

    async def take(incoming: Incoming) -> None:
        if faults:
            raise faults.pop()
        await heard.take(incoming)

    channel = telegram(emulator.base_url, emulator.token, media)
    with capture_logs():
        await channel.start(take)
        await emulator.person("Nguyễn Văn An").says("còn đó không?")
        assert (await heard.next()).text == "còn đó không?"
        await channel.stop()


async def test_a_webhook_is_removed_and_nothing_dropped(
    emulator: TelegramEmulator, media: MediaStore, heard: Recorder
) -> None:
    hook = telegram(emulator.base_url, emulator.token, media)
    await hook._api.call("setWebhook", url="https://bot.example.org/hooks/telegram")
    await hook._api.close()
    await emulator.person("Nguyễn Văn An").says("trước khi khởi động")
    channel = telegram(emulator.base_url, emulator.token, media)
    with capture_logs() as logs:
        await channel.start(heard.take)
    assert (await heard.next()).text == "trước khi khởi động"
    assert [line["host"] for line in logs] == ["bot.example.org"]
    await channel.stop()


async def test_a_wrong_token_stops_the_start(emulator: TelegramEmulator, media: MediaStore, heard: Recorder) -> None:
    channel = telegram(emulator.base_url, WRONG_TOKEN, media)
    with pytest.raises(StartError, match="TELEGRAM_TOKEN") as raised:
        await channel.start(heard.take)
    assert WRONG_TOKEN not in str(raised.value)
    assert is_closed(channel)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_a_telegram_that_is_away_is_waited_for(media: MediaStore, heard: Recorder) -> None:
    port = free_port()
    tries = asyncio.Queue[int]()

    def backoff(failures: int) -> float:
        tries.put_nowait(failures)
        return 0.01

    channel = telegram(f"http://127.0.0.1:{port}", DEFAULT_TOKEN, media, commands=COMMANDS, backoff=backoff)
    with capture_logs() as logs:
        await channel.start(heard.take)
        assert [await tries.get() for _ in range(3)] == [1, 2, 3]
        async with TelegramEmulator(port=port) as emulator:
            person = emulator.person("Nguyễn Văn An")
            await person.says("/start")
            assert (await heard.next()).text == "/start"
            assert person.menu == COMMANDS
            await channel.stop()
    assert [line["event"] for line in logs] == ["telegram is not reached", "telegram works again"]
    assert DEFAULT_TOKEN not in str(logs)


async def test_a_token_that_is_revoked_while_telegram_is_away_is_only_told(media: MediaStore, heard: Recorder) -> None:
    port = free_port()
    with capture_logs() as logs:
        channel = telegram(f"http://127.0.0.1:{port}", WRONG_TOKEN, media, backoff=lambda _failures: 0.01)
        await channel.start(heard.take)
        async with TelegramEmulator(port=port) as emulator:
            await emulator.calls.wait_for("getMe", 2)
            await channel.stop()
    assert [line["error"] for line in logs] == [
        "ClientConnectorError",
        "TELEGRAM_TOKEN is refused by Telegram (Unauthorized)",
    ]


async def test_a_menu_that_telegram_refuses_is_no_reason_to_be_silent(
    emulator: TelegramEmulator, media: MediaStore, heard: Recorder
) -> None:
    channel = telegram(emulator.base_url, emulator.token, media, commands=(("Báo cáo", "sai tên"),))
    await channel.start(heard.take)
    await emulator.person("Nguyễn Văn An").says("/start")
    assert (await heard.next()).text == "/start"
    await channel.stop()


async def test_a_stop_waits_for_what_was_received(
    an: Person, channel: TelegramChannel, heard: Recorder, emulator: TelegramEmulator
) -> None:
    await emulator.polled()
    heard.open.clear()
    count = len(offsets(emulator))
    await an.says("2 buổi")
    await emulator.calls.wait_for("getUpdates", count + 1)
    await heard.was_offered(2)
    stopping = asyncio.create_task(channel.stop())
    await idly()
    assert not stopping.done()
    heard.open.set()
    await stopping
    assert (await heard.next()).text == "2 buổi"


async def test_what_came_last_is_answered_after_the_stop(an: Person, channel: TelegramChannel) -> None:
    await channel.stop()
    await channel.send(str(an.id), say("Đã nhận."), key="1")
    assert [one.text for one in an.messages] == ["Đã nhận."]
    assert is_closed(channel)


async def test_a_stop_does_not_break_what_is_being_sent(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator
) -> None:
    gate = emulator.faults.hold("sendMessage")
    sending = asyncio.create_task(channel.send(str(an.id), say("Đã nhận."), key="1"))
    await gate.arrived()
    await channel.stop()
    gate.open()
    await sending
    assert [one.text for one in an.messages] == ["Đã nhận."]


def test_how_long_it_waits() -> None:
    assert [patience(failures) for failures in (1, 2, 3, 6, 7, 10_000)] == [0.5, 1, 2, 16, 30, 30]


async def test_the_name_of_the_bot(emulator: TelegramEmulator) -> None:
    assert await username(emulator.token, emulator.base_url) == "danvan_emulated_bot"
    assert await username(WRONG_TOKEN, emulator.base_url) is None
    assert await username(emulator.token, f"http://127.0.0.1:{free_port()}") is None


async def test_pictures_are_fetched_few_at_a_time(
    emulator: TelegramEmulator, media: MediaStore, heard: Recorder
) -> None:
    arrivals = asyncio.Queue[str]()

    def arrived(params: Params) -> bool:
        arrivals.put_nowait(params.text("file_id"))
        return True

    gate = emulator.faults.hold("getFile", times=12, where=arrived)
    people = [emulator.person(f"Người {number}") for number in range(12)]
    for person in people:
        await person.sends_photo(picture())
    channel = telegram(emulator.base_url, emulator.token, media)
    await channel.start(heard.take)
    for _ in range(4):
        await asyncio.wait_for(arrivals.get(), 5)
    # Any others that were under way would have arrived before this one.
    await channel._api.call("getMe")
    assert arrivals.empty()
    gate.open()
    photos = [(await heard.next()).photo for _ in people]
    assert all(photo and photo.media_id for photo in photos)
    await channel.stop()
