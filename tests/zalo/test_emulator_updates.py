"""Polling: one update a call, gone with the answer, and 408 when there is none."""

import asyncio
import time

import pytest
from aiohttp import ClientError, ClientSession

from tests.telegram.conftest import HandClock
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.emulator.errors import Json
from tests.zalo.people import STICKER, Person
from tests.zalo.raw import Raw

EMPTY: tuple[int, Json] = (200, {"ok": False, "description": "Request timeout", "error_code": 408})


async def test_one_update_a_call_and_it_is_gone(bot: Raw, lan: Person, clock: HandClock) -> None:
    last = await lan.says("Báo cáo tuần")
    assert (await bot.ok("getUpdates", timeout=5))["message"]["text"] == "xin chào"
    assert await bot.ok("getUpdates", timeout="5") == {
        "event_name": "message.text.received",
        "message": {
            "message_id": last,
            "date": int(clock() * 1000),
            "text": "Báo cáo tuần",
            "chat": {"id": lan.id, "chat_type": "PRIVATE"},
            "from": {"id": lan.id, "display_name": "Nguyễn Thị Lan", "is_bot": False},
        },
    }
    assert await bot.call("getUpdates", timeout=0) == EMPTY
    assert len(lan.id) == 20


async def test_the_answer_was_lost_and_the_update_with_it(bot: Raw, lan: Person, zalo: ZaloEmulator) -> None:
    zalo.faults.cut_after("getUpdates")
    with pytest.raises(ClientError):
        await bot.call("getUpdates", timeout=1)
    assert await bot.hears() is None
    await lan.repeats_last_update()
    assert await bot.hears() is not None


async def test_a_poll_waits_for_what_comes(bot: Raw, zalo: ZaloEmulator) -> None:
    polling = asyncio.create_task(bot.ok("getUpdates"))
    await zalo.polled()
    await zalo.person("Trần Văn Minh").says("có mặt")
    assert (await polling)["message"]["text"] == "có mặt"


async def test_a_poll_ends_after_the_asked_time() -> None:
    async with ZaloEmulator(second=0.02) as zalo, ClientSession() as session:
        begun = time.monotonic()
        assert await Raw(session, zalo).call("getUpdates", timeout=5) == EMPTY
        assert 0.1 <= time.monotonic() - begun < 5


async def test_the_time_is_over_when_a_test_says_so(bot: Raw, zalo: ZaloEmulator) -> None:
    polling = asyncio.create_task(bot.call("getUpdates", timeout=30))
    await zalo.polled()
    zalo.times_out()
    assert await polling == EMPTY


@pytest.mark.parametrize("timeout", ["soon", "-1", 1.5])
async def test_a_timeout_is_a_number(bot: Raw, timeout: object) -> None:
    assert await bot.refused("getUpdates", timeout=timeout) == (400, "timeout is invalid")


async def test_two_pollers_share_at_random(bot: Raw, zalo: ZaloEmulator) -> None:
    polls = [asyncio.create_task(bot.ok("getUpdates")) for _ in range(2)]
    while zalo.updates.waiting < 2:
        await asyncio.sleep(0.01)
    minh = zalo.person("Trần Văn Minh")
    await minh.says("một")
    await minh.says("hai")
    assert {(await poll)["message"]["text"] for poll in polls} == {"một", "hai"}


@pytest.mark.parametrize("ghosts", [False, True])
async def test_a_poll_whose_caller_hung_up(bot: Raw, zalo: ZaloEmulator, lan: Person, ghosts: bool) -> None:
    zalo.updates.ghost_polls = ghosts
    await bot.hears()
    polling = asyncio.create_task(bot.ok("getUpdates"))
    await zalo.polled()
    polling.cancel()
    while zalo.updates.waiting:
        await asyncio.sleep(0.01)
    await lan.says("có ai không?")
    assert (await bot.hears() is None) is ghosts


async def test_what_comes_while_nobody_polls_may_be_lost(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    assert zalo.pending_updates == 1
    zalo.updates.keeps_unpolled = False
    await lan.says("mất")
    assert [one["message"]["text"] for one in await bot.hears_all()] == ["xin chào"]


async def test_pictures_stickers_voices_and_the_rest(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    await bot.hears()
    await lan.sends_photo(b"jpeg", "hoá đơn")
    await lan.sends_album([b"1", b"2"], "hội nghị")
    await lan.sends_sticker()
    await lan.sends_voice(b"aac")
    await lan.sends_unsupported()
    await lan.sends_unsupported(with_message=False)
    photo, first, second, sticker, voice, unsupported, nothing = await bot.hears_all()
    assert (photo["event_name"], photo["message"]["message_type"]) == ("message.image.received", "CHAT_PHOTO")
    assert photo["message"]["caption"] == "hoá đơn"
    assert (first["message"]["caption"], "caption" in second["message"]) == ("hội nghị", False)
    assert (sticker["event_name"], sticker["message"]["sticker"]) == ("message.sticker.received", STICKER)
    assert (voice["event_name"], voice["message"]["message_type"]) == ("message.voice.received", "CHAT_VOICE")
    assert voice["message"]["voice_url"].endswith(".aac")
    assert set(unsupported["message"]) == {"message_id", "date", "chat", "from"}
    assert nothing == {"event_name": "message.unsupported.received"}
    async with bot.session.get(photo["message"]["photo_url"]) as answer:
        assert (await answer.read(), answer.content_type) == (b"jpeg", "image/jpeg")


async def test_the_documented_name_of_a_picture(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    await bot.hears()
    zalo.world.photo_field = "photo"
    await lan.sends_photo_at("https://photo-stal-1.zdn.vn/x.jpg")
    update = await bot.hears()
    assert update and update["message"]["photo"] == "https://photo-stal-1.zdn.vn/x.jpg"
    assert "photo_url" not in update["message"]


async def test_the_server_of_pictures(bot: Raw, zalo: ZaloEmulator) -> None:
    zalo.media.public = zalo.media.base.replace("127.0.0.1", "photo-stal-1.zdn.vn")
    url = zalo.media.add(b"jpeg")
    assert "//photo-stal-1.zdn.vn:" in url
    path = url.rpartition("/")[2]
    async with bot.session.get(f"{zalo.media.base}/{path}", headers={"Host": "photo-stal-1.zdn.vn"}) as answer:
        assert await answer.read() == b"jpeg"
    elsewhere = zalo.media.redirect("http://169.254.169.254/").rpartition("/")[2]
    async with bot.session.get(f"{zalo.media.base}/{elsewhere}", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "http://169.254.169.254/")
    zalo.media.expire()
    async with bot.session.get(f"{zalo.media.base}/{path}") as answer:
        assert answer.status == 404
    assert zalo.media.fetched == [path, elsewhere, path]


async def test_any_update_at_all(bot: Raw, zalo: ZaloEmulator) -> None:
    zalo.delivers({"event_name": "message.reaction.received"})
    assert await bot.hears() == {"event_name": "message.reaction.received"}
    assert zalo.quota.used == 0


async def test_groups(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    await bot.hears()
    minh = zalo.person("Trần Văn Minh")
    group = zalo.group("Chi đoàn 1", lan)
    await lan.says("báo cáo", to=group, mention=True)
    assert (await bot.refused("sendMessage", chat_id=group.id, text="x"))[0] == 400
    group.adds_bot()
    assert await bot.hears_all() == []
    sent = await bot.ok("sendMessage", chat_id=group.id, text="Ai báo cáo?")
    question = await group.hears()
    assert (question.id, question.text) == (sent["message_id"], "Ai báo cáo?")
    await lan.says(f"@{zalo.bot.name} gõ tay không phải là nhắc tên", to=group)
    await lan.sends_photo(b"jpeg", "của em", to=group)
    await lan.says("báo cáo", to=group, mention=True)
    await lan.says("em", to=group, reply_to=question)
    await lan.says("đây {bot} nhé", to=group, mention=True)
    await lan.sends_photo(b"jpeg", to=group, mention=True)
    heard = [one["message"] for one in await bot.hears_all()]
    assert [one.get("text", one.get("caption")) for one in heard] == [
        "@Bot Dân vận báo cáo",
        "em",
        "đây @Bot Dân vận nhé",
        "@Bot Dân vận",
    ]
    assert {(one["chat"]["id"], one["chat"]["chat_type"], one["from"]["id"]) for one in heard} == {
        (group.id, "GROUP", lan.id)
    }
    with pytest.raises(AssertionError, match="is not in Chi đoàn 1"):
        await minh.says("x", to=group)
    group.welcomes(minh)
    await minh.says("chào", to=group, mention=True)
    assert (await bot.hears_all())[0]["message"]["from"]["display_name"] == "Trần Văn Minh"
    assert (await bot.refused("sendMessage", chat_id=minh.id, text="x"))[0] == 400
    group.removes_bot()
    assert (await bot.refused("sendMessage", chat_id=group.id, text="x"))[0] == 400
