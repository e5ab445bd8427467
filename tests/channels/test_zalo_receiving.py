"""Zalo's updates in: what is said, sent and unusable; groups; pictures from Zalo's hosts only."""

from typing import Any

import pytest

from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_updates import parse
from bot.media.store import PHOTO_LIMIT
from handlers.events import Attachment, Choice, Document, Photo
from tests.channels.kit import NOW, Recorder, ZaloSet, say
from tests.telegram import samples
from tests.telegram.people import picture
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.people import Person


async def test_a_line_comes_in(lan: Person, heard: Recorder) -> None:
    number = await lan.says("hôm nay 2 buổi <tuyên truyền>")
    incoming = await heard.next()
    assert (incoming.text, incoming.at) == ("hôm nay 2 buổi <tuyên truyền>", NOW)
    assert (incoming.chat, incoming.sender, incoming.sender_name) == (lan.id, lan.id, "Nguyễn Thị Lan")
    assert incoming.key == f"message.text.received:{lan.id}:{number}"
    assert (incoming.is_group, incoming.title, incoming.shown, incoming.numbered) == (False, "", (), False)


@pytest.mark.parametrize("field", ["photo_url", "photo"])
async def test_a_picture_is_fetched_and_kept(
    lan: Person, heard: Recorder, zalo: ZaloEmulator, zalo_set: ZaloSet, field: str
) -> None:
    zalo.world.photo_field = field
    await lan.sends_photo(picture(), "hoá đơn")
    incoming = await heard.next()
    assert incoming.photo is not None
    assert incoming.photo.media_id is not None
    assert incoming.text is None
    kept = await zalo_set.media.resolve(Attachment(incoming.photo.media_id, "x"))
    assert kept.path.read_bytes() == picture()


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/a.jpg",
        "http://localhost/a.jpg",
        "file:///etc/passwd",
        "http://127.0.0.1.evil.example/a.jpg",
        "http://evil.example/127.0.0.1",
        "http://x@127.0.0.1/a.jpg",
        "http://[/a.jpg",
        "",
    ],
)
async def test_a_picture_from_elsewhere_is_not_fetched(
    lan: Person, heard: Recorder, zalo: ZaloEmulator, url: str
) -> None:
    await lan.sends_photo_at(url)
    assert (await heard.next()).photo == Photo(None)
    assert zalo.media.fetched == []


async def test_a_redirect_is_not_followed(lan: Person, heard: Recorder, zalo: ZaloEmulator) -> None:
    there = zalo.media.add(picture())
    await lan.sends_photo_at(zalo.media.redirect(there))
    assert (await heard.next()).photo == Photo(None)
    assert len(zalo.media.fetched) == 1


async def test_what_is_too_large_or_no_picture_or_gone_is_lost(
    lan: Person, heard: Recorder, zalo: ZaloEmulator
) -> None:
    for url in (zalo.media.add(picture() + b"\0" * PHOTO_LIMIT), zalo.media.add(b"<svg>"), f"{zalo.media.base}/no.jpg"):
        await lan.sends_photo_at(url)
        assert (await heard.next()).photo == Photo(None)


async def test_an_album_comes_picture_by_picture(lan: Person, heard: Recorder) -> None:
    await lan.sends_album([picture(20, 20), picture(30, 30)], "lễ ra quân")
    keys = set()
    for _ in range(2):
        incoming = await heard.next()
        assert incoming.photo is not None
        assert incoming.photo.media_id is not None
        keys.add(incoming.key)
    assert len(keys) == 2


async def test_a_voice_is_kept_as_a_recording(lan: Person, heard: Recorder, zalo_set: ZaloSet) -> None:
    await lan.sends_voice(samples.AAC)
    incoming = await heard.next()
    assert incoming.document is not None
    assert incoming.document.media_id is not None
    assert incoming.document.kind == "audio"
    kept = await zalo_set.media.resolve(Attachment(incoming.document.media_id, "x"))
    assert kept.path.read_bytes() == samples.AAC
    await lan.sends_voice(bytes(100))
    assert (await heard.next()).document == Document(None, "", "audio")


async def test_what_cannot_be_used_asks_for_a_kind_word(lan: Person, heard: Recorder) -> None:
    for send in (lan.sends_sticker, lan.sends_unsupported):
        await send()
        incoming = await heard.next()
        assert (incoming.chat, incoming.text, incoming.photo, incoming.document) == (lan.id, None, None, None)


@pytest.mark.parametrize(
    "update",
    [
        None, [], "x", 7, {}, {"event_name": "message.unsupported.received"},
        {"event_name": "message.text.received", "message": None},
        {"event_name": "message.text.received", "message": {"chat": []}},
        {"event_name": "message.text.received", "message": {"chat": {"id": ["x"]}, "text": "x"}},
        {"event_name": "message.text.received", "message": {"chat": {"id": "x" * 65}, "text": "x"}},
        {"event_name": ["x"], "message": {"chat": {"id": "a"}, "text": "x"}},
        {"event_name": "message.text.received", "message": {"chat": {"id": "a"}, "from": {"is_bot": True}}},
    ],
)  # fmt: skip
def test_what_is_no_update_is_none(update: Any) -> None:
    assert parse(update) is None


def test_strange_fields_are_empty() -> None:
    message = {"chat": {"id": 7}, "from": "x", "text": {"a": 1}, "photo_url": 3, "message_id": None}
    update = parse({"event_name": "message.text.received", "message": message})
    assert update is not None
    assert (update.chat, update.sender, update.text, update.url, update.sender_name) == ("7", "7", "", "", "")
    assert update.key.startswith("message.text.received:7:")


def test_half_a_character_is_no_text() -> None:
    update = parse({"event_name": "message.text.received", "message": {"chat": {"id": "a"}, "text": "a\ud800b"}})
    assert update is not None
    assert update.text == "a?b"


async def test_an_unknown_kind_is_passed_over(
    lan: Person, heard: Recorder, zalo: ZaloEmulator, zalo_set: ZaloSet, zalo_channel: ZaloChannel
) -> None:
    message = {"message_id": "1", "chat": {"id": lan.id, "chat_type": "PRIVATE"}, "from": {"id": lan.id}}
    zalo.delivers({"event_name": "message.reaction.received", "message": message})
    zalo.delivers({"event_name": "message.unsupported.received"})
    await lan.says("còn đó không?")
    assert (await heard.next()).text == "còn đó không?"
    await zalo_channel.stop()
    assert zalo_set.journalled == 0


# --- groups ----------------------------------------------------------------------------------------


@pytest.fixture
async def group_of(lan: Person, zalo: ZaloEmulator) -> Any:
    group = zalo.group("Chi đoàn 1", lan)
    group.adds_bot()
    return group


async def test_in_a_group_the_mention_goes(
    lan: Person, heard: Recorder, zalo_channel: ZaloChannel, group_of: Any
) -> None:
    assert not zalo_channel.is_group(group_of.id)
    await lan.says("/lienket", to=group_of, mention=True)
    incoming = await heard.next()
    assert (incoming.text, incoming.is_group, incoming.chat, incoming.sender) == (
        "/lienket", True, group_of.id, lan.id,
    )  # fmt: skip
    assert zalo_channel.is_group(group_of.id)
    assert not zalo_channel.is_group(lan.id)


async def test_in_a_group_there_is_silence_on_what_is_no_text(
    lan: Person, heard: Recorder, zalo: ZaloEmulator, group_of: Any
) -> None:
    await lan.sends_photo(picture(), to=group_of, mention=True)
    message = {
        "message_id": "1", "chat": {"id": group_of.id, "chat_type": "GROUP"}, "from": {"id": lan.id},
    }  # fmt: skip
    zalo.delivers({"event_name": "message.unsupported.received", "message": message})
    await lan.says("xong")
    assert (await heard.next()).text == "xong"
    assert zalo.media.fetched == []


async def test_in_a_group_a_number_is_a_press(
    lan: Person, heard: Recorder, zalo_channel: ZaloChannel, group_of: Any
) -> None:
    await lan.says("/lienket", to=group_of, mention=True)
    await heard.next()
    await zalo_channel.send(group_of.id, say("Nhóm của đơn vị nào?", ("Xã A=grp/1", "Xã B=grp/2")), key="1")
    await lan.says("2", to=group_of, mention=True)
    incoming = await heard.next()
    assert (incoming.action, incoming.text) == ("grp/2", None)


# --- choices ---------------------------------------------------------------------------------------


async def test_a_line_comes_with_the_choices_that_were_put_last(
    lan: Person, heard: Recorder, zalo_channel: ZaloChannel
) -> None:
    await zalo_channel.send(lan.id, say("Gửi chứ?", ("✅ Gửi=card/7/send", "Huỷ=no")), key="1")
    await zalo_channel.send(lan.id, say("Tin: mai có mưa."), key="2")
    await lan.says("1")
    incoming = await heard.next()
    assert incoming.shown == (Choice("✅ Gửi", "card/7/send"), Choice("Huỷ", "no"))
    assert (incoming.text, incoming.numbered, incoming.action) == ("1", True, None)
