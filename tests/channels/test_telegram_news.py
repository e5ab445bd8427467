"""Albums, links and changes on Telegram: where its rules are narrower than those of other channels."""

from dataclasses import replace

import pytest
from markupsafe import Markup

from bot.channels.base import CannotChange, InDoubt, Refused, TryLater
from bot.channels.telegram import TelegramChannel
from bot.media.store import MediaStore
from handlers.events import Attachment, Link, Reply
from tests.channels.kit import say
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person, picture

HOURS = 3600


@pytest.fixture
def chat(an: Person) -> str:
    return str(an.id)


@pytest.fixture
async def photos(media: MediaStore) -> tuple[Attachment, ...]:
    kept = [await media.keep_photo(picture(colour=colour), "tests") for colour in ("red", "gold", "navy")]
    return tuple(Attachment(media_id, "a.jpg") for media_id in kept)


def back(told: str) -> Reply:
    return Reply(Markup(""), deletes=told)


def edit(text: str, told: str, **more: object) -> Reply:
    return replace(say(text), replaces=told, only_edit=True, **more)


# --- albums ------------------------------------------------------------------------------------------


async def test_an_album_is_one_call_and_one_group(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator, photos: tuple[Attachment, ...]
) -> None:
    await channel.send(chat, Reply(Markup("Ra <b>quân</b>"), photos=photos), key="1")
    assert [one.html for one in an.messages] == ["Ra <b>quân</b>", "", ""]
    assert len({one.album for one in an.messages}) == 1
    assert len(emulator.calls.of("sendMediaGroup")) == 1


async def test_an_album_of_one_is_a_picture(
    an: Person, channel: TelegramChannel, chat: str, photos: tuple[Attachment, ...]
) -> None:
    await channel.send(chat, replace(say("Ảnh", ("Xem=x",)), photos=photos[:1]), key="1")
    (seen,) = an.messages
    assert (seen.text, seen.labels, seen.album, seen.photo) == ("Ảnh", ("Xem",), "", picture(colour="red"))


@pytest.mark.parametrize(
    ("reply", "count", "why"),
    [(say("x"), 11, "more than an album takes"), (say("", ("Xem=x",)), 2, "buttons need a text")],
)
async def test_what_no_album_can_be(
    an: Person, channel: TelegramChannel, chat: str, photos: tuple[Attachment, ...], reply: Reply, count: int, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        await channel.send(chat, replace(reply, photos=(photos * 4)[:count]), key="1")
    assert an.messages == []


async def test_an_album_with_a_lost_picture_is_not_sent_in_part(
    an: Person, channel: TelegramChannel, chat: str, photos: tuple[Attachment, ...]
) -> None:
    with pytest.raises(Refused, match="p/404"):
        await channel.send(chat, Reply(Markup("x"), photos=(*photos, Attachment("p/404", "a.jpg"))), key="1")
    assert an.messages == []


async def test_an_album_that_broke_off_goes_on_and_tells_all_ids(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator, photos: tuple[Attachment, ...]
) -> None:
    reply = replace(say("Ra quân", ("Xem=x",)), photos=photos)
    emulator.faults.refuse("sendMessage", 429, retry_after=1)
    emulator.faults.cut_before("sendMediaGroup")
    with pytest.raises(InDoubt):
        await channel.send(chat, reply, key="1")
    with pytest.raises(TryLater):
        await channel.send(chat, reply, key="1")
    told = await channel.send(chat, reply, key="1")
    assert told == ",".join(str(one.id) for one in an.messages)
    assert len(an.messages) == 4


async def test_an_album_whose_answer_is_of_tomorrow_is_no_doubt(
    an: Person, channel: TelegramChannel, chat: str, photos: tuple[Attachment, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = "tests.telegram.emulator.model.Message.json"
    monkeypatch.setattr(written, lambda message, with_reply=True: {"message_id": message.id, "chat": "of tomorrow"})
    told = await channel.send(chat, Reply(Markup(""), photos=photos), key="1")
    assert told == ",".join(str(one.id) for one in an.messages)


# --- links -------------------------------------------------------------------------------------------


async def test_links_stand_above_the_choices(an: Person, channel: TelegramChannel, chat: str) -> None:
    links = (Link("Một", "https://a.example.vn/"), Link("Hai", "https://b.example.vn/"))
    await channel.send(chat, replace(say("Tin", ("Đã đọc=x", "Thôi=y")), links=links), key="1")
    (seen,) = an.messages
    assert seen.buttons == (("Một",), ("Hai",), ("Đã đọc", "Thôi"))


async def test_a_link_that_telegram_would_refuse_does_not_cost_the_message(
    an: Person, channel: TelegramChannel, chat: str
) -> None:
    links = (Link("Mở", "http://localhost:8080/"),)
    await channel.send(chat, replace(say("Mời mở trang."), links=links), key="1")
    (seen,) = an.messages
    assert (seen.text, seen.buttons) == ("Mời mở trang.", ())


# --- edited ------------------------------------------------------------------------------------------


async def test_a_long_text_is_edited_piece_by_piece(an: Person, channel: TelegramChannel, chat: str) -> None:
    told = await channel.send(chat, say("a" * 4000 + "\n\n" + "b" * 4000, ("Xem=x",)), key="1")
    longer = replace(say("c" * 4000 + "\n\n" + "d" * 4000, ("Xem=x",)), replaces=told, only_edit=True)
    assert await channel.send(chat, longer, key="2") == told
    assert [(one.text[0], one.labels) for one in an.messages] == [("c", ()), ("d", ("Xem",))]
    shorter = await channel.send(chat, edit("ngắn", told), key="3")
    assert [(str(one.id), one.text) for one in an.messages] == [(shorter, "ngắn")]


async def test_what_became_longer_than_its_place_stays_as_it_was(
    an: Person, channel: TelegramChannel, chat: str, photos: tuple[Attachment, ...]
) -> None:
    text = await channel.send(chat, say("ngắn"), key="1")
    album = await channel.send(chat, replace(say("ngắn"), photos=photos), key="2")
    for longer in (edit("x" * 5000, text), edit("x" * 1025, album, photos=photos), edit("", text)):
        with pytest.raises(CannotChange):
            await channel.send(chat, longer, key="3")
    assert [one.text for one in an.messages] == ["ngắn", "ngắn", "", ""]


async def test_the_words_under_a_picture_are_edited_also_by_a_reply_without_it(
    an: Person, channel: TelegramChannel, chat: str, photos: tuple[Attachment, ...]
) -> None:
    told = await channel.send(chat, replace(say("cũ", ("Xem=x",)), photo=photos[0]), key="1")
    await channel.send(chat, edit("mới", told, photo=photos[0]), key="2")
    assert [(one.text, one.labels) for one in an.messages] == [("mới", ())]
    assert await channel.send(chat, edit("mới nữa", told), key="3") == told
    assert [(one.text, one.photo) for one in an.messages] == [("mới nữa", picture(colour="red"))]


async def test_of_a_reply_with_more_files_than_stand_there_nothing_is_edited(
    an: Person, channel: TelegramChannel, chat: str, photos: tuple[Attachment, ...]
) -> None:
    told = await channel.send(chat, replace(say("cũ"), photo=photos[0]), key="1")
    with pytest.raises(CannotChange, match="no message"):
        await channel.send(chat, edit("mới", told, photo=photos[0], document=photos[1]), key="2")
    assert [one.text for one in an.messages] == ["cũ"]


async def test_an_edit_that_must_wait_is_tried_again(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator
) -> None:
    told = await channel.send(chat, say("cũ"), key="1")
    emulator.faults.refuse("editMessageText", 429, retry_after=9)
    with pytest.raises(TryLater):
        await channel.send(chat, edit("mới", told), key="2")
    await channel.send(chat, edit("mới", told), key="2")
    assert [one.text for one in an.messages] == ["mới"]


# --- taken back --------------------------------------------------------------------------------------


async def test_what_is_older_than_two_days_stays(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator, photos: tuple[Attachment, ...]
) -> None:
    told = await channel.send(chat, Reply(Markup("Tin"), photos=photos), key="1")
    sent = emulator.world.clock()
    emulator.world.clock = lambda: sent + 49 * HOURS
    with pytest.raises(CannotChange, match="older than 48 hours"):
        await channel.send(chat, back(told), key="2")
    assert len(an.messages) == 3


async def test_nothing_of_the_person_is_deleted_by_numbers_that_are_none(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator
) -> None:
    assert await channel.send(chat, back("x,,-1"), key="1") == ""
    assert emulator.calls.of("deleteMessages") == []


async def test_more_than_a_hundred_go_in_several_calls(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator
) -> None:
    told = [await channel.send(chat, say(f"tin {number}"), key=str(number)) for number in range(3)]
    padding = [str(number) for number in range(5000, 5100)]
    await channel.send(chat, back(",".join([told[0], *padding, *told[1:]])), key="x")
    assert an.messages == []
    assert len(emulator.calls.of("deleteMessages")) == 2
