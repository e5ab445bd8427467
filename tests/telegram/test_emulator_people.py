"""The people of the tests: do they see and do what a person with a phone would?"""

import asyncio

import pytest

from tests.emulating.phone import Silence
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person, picture
from tests.telegram.phone import NoSuchButton
from tests.telegram.raw import Raw


def keyboard(*labels: str) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": label, "callback_data": f"do:{label}"}] for label in labels]}


async def test_a_conversation(bot: Raw, alice: Person) -> None:
    await bot.ok("sendMessage", chat_id=alice.id, text="Chọn đi", reply_markup=keyboard("Báo cáo", "Lịch sử"))
    heard = await alice.hears()
    assert (heard.text, heard.labels) == ("Chọn đi", ("Báo cáo", "Lịch sử"))
    press = await alice.presses("Báo")
    query = (await bot.ok("getUpdates"))[-1]["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (press.id, "do:Báo cáo", alice.id)
    assert query["message"]["message_id"] == heard.id
    await alice.says("xong")
    assert alice.transcript() == "> /start\n- Chọn đi [Báo cáo] [Lịch sử]\n> xong"


@pytest.mark.parametrize("label", ["Báo", "Gửi", ""])
async def test_a_label_names_one_button(bot: Raw, alice: Person, label: str) -> None:
    await bot.ok("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard("Báo cáo", "Báo động"))
    with pytest.raises(NoSuchButton):
        await alice.presses(label)


async def test_the_whole_label_wins_over_a_prefix(bot: Raw, alice: Person) -> None:
    await bot.ok("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard("1", "10"))
    assert (await alice.presses("1")).data == "do:1"


async def test_without_buttons_nothing_can_be_pressed(bot: Raw, alice: Person) -> None:
    with pytest.raises(NoSuchButton, match="sees no buttons"):
        await alice.presses("Gửi")
    link = {"inline_keyboard": [[{"text": "Trang", "url": "https://example.org"}]]}
    await bot.ok("sendMessage", chat_id=alice.id, text="x", reply_markup=link)
    with pytest.raises(NoSuchButton, match="sends nothing"):
        await alice.presses("Trang")


async def test_an_older_message_can_be_meant(bot: Raw, alice: Person) -> None:
    for text in ("một", "hai"):
        await bot.ok("sendMessage", chat_id=alice.id, text=text, reply_markup=keyboard("Gửi"))
    older, newer = alice.messages
    assert (await alice.presses("Gửi")).message.id == newer.id
    assert (await alice.presses("Gửi", of=older)).message.id == older.id


async def test_a_stale_button(bot: Raw, alice: Person) -> None:
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="Gửi chứ?", reply_markup=keyboard("Gửi"))
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    stale = await alice.hears()
    await bot.ok("editMessageText", **where, text="Đã gửi")
    with pytest.raises(NoSuchButton):
        await alice.presses("Gửi", of=stale)
    await alice.presses_stale(stale, "Gửi")
    query = (await bot.ok("getUpdates"))[-1]["callback_query"]
    assert (query["data"], query["message"]["text"]) == ("do:Gửi", "Đã gửi")
    await bot.ok("deleteMessage", **where)
    await alice.presses_stale(stale, "Gửi")
    query = (await bot.ok("getUpdates"))[-1]["callback_query"]
    assert query["message"] == {"chat": query["message"]["chat"], "message_id": stale.id, "date": 0}


async def test_hearing_waits_and_gives_up(bot: Raw, alice: Person) -> None:
    waiting = asyncio.create_task(alice.hears())
    await bot.ok("sendMessage", chat_id=alice.id, text="đây")
    assert (await waiting).text == "đây"
    with pytest.raises(Silence) as silence:
        await alice.hears(timeout=0)
    assert str(silence.value) == "Nguyễn Văn An heard nothing for 0 s. So far:\n> /start\n- đây"


async def test_nothing_is_left_out_unless_forgotten(bot: Raw, alice: Person) -> None:
    for text in ("một", "hai", "ba"):
        await bot.ok("sendMessage", chat_id=alice.id, text=text)
    assert ((await alice.hears()).text, alice.unheard) == ("một", 2)
    alice.forgets()
    assert alice.unheard == 0


async def test_the_same_update_comes_again_under_its_number(bot: Raw, alice: Person) -> None:
    [first] = await bot.ok("getUpdates")
    await alice.repeats_last_update()
    assert await bot.ok("getUpdates", offset=first["update_id"] + 1) == [first]
    assert await bot.ok("getUpdates", offset=first["update_id"] + 1) == []


async def test_a_repeated_update_wakes_a_poll(bot: Raw, alice: Person, emulator: TelegramEmulator) -> None:
    [first] = await bot.ok("getUpdates")
    poll = asyncio.create_task(bot.ok("getUpdates", offset=first["update_id"] + 1, timeout=50))
    await emulator.polled()
    await alice.repeats_last_update()
    assert await poll == [first]


async def test_other_things_people_send(bot: Raw, alice: Person, emulator: TelegramEmulator) -> None:
    await alice.sends_location(10.5, 106.25)
    await alice.sends_photo(picture(), "/baocao ảnh")
    location, photo = (await bot.ok("getUpdates"))[-2:]
    assert location["message"]["location"] == {"latitude": 10.5, "longitude": 106.25}
    assert photo["message"]["caption_entities"] == [{"type": "bot_command", "offset": 0, "length": 7}]


async def test_places(bot: Raw, alice: Person) -> None:
    await alice.sends_location(10.5, 106.25, accuracy=20, live_seconds=900)
    await alice.sends_location(10.5, 106.25, venue="Nhà văn hoá")
    live, venue = [update["message"] for update in (await bot.ok("getUpdates"))[-2:]]
    where = {"latitude": 10.5, "longitude": 106.25}
    assert live["location"] == where | {"horizontal_accuracy": 20, "live_period": 900}
    assert (venue["location"], venue["venue"]["location"]) == (where, where)
    assert venue["venue"]["title"] == "Nhà văn hoá"


async def test_a_bot_with_privacy_sees_no_places_and_files_of_a_group(
    bot: Raw, alice: Person, emulator: TelegramEmulator
) -> None:
    group = emulator.group("Tin nhanh", alice)
    group.adds_bot()
    seen = await bot.ok("getUpdates")
    await alice.sends_location(10.5, 106.25, to=group)
    await alice.sends_recording("voice", b"sound", to=group)
    assert await bot.ok("getUpdates") == seen


async def test_a_phone_has_the_same_limits(alice: Person) -> None:
    await alice.says("x" * 4096)
    with pytest.raises(AssertionError, match="4097 characters"):
        await alice.says("x" * 4097)
    with pytest.raises(AssertionError, match="1025 characters"):
        await alice.sends_photo(picture(), "x" * 1025)


async def test_people_write_only_where_they_are(alice: Person, emulator: TelegramEmulator) -> None:
    group = emulator.group("Tin nhanh")
    with pytest.raises(AssertionError, match="is not in Tin nhanh"):
        await alice.says("x", to=group)
    with pytest.raises(AssertionError, match="caused no update"):
        await emulator.person("Ai đó").repeats_last_update()
