"""What goes to Telegram, as the phone shows it."""

from pathlib import Path

import pytest
from markupsafe import Markup
from structlog.testing import capture_logs

from bot.channels.base import Refused
from bot.channels.telegram import TelegramChannel
from bot.media.store import Kept, MediaStore
from handlers.events import Attachment, Reply
from tests.channels.kit import COMMANDS, HOSTILE, Recorder, say, telegram
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person, picture


@pytest.fixture
def chat(an: Person) -> str:
    return str(an.id)


class OneFile(MediaStore):
    """Resolves everything to one path."""

    def __init__(self, path: Path, mime: str) -> None:
        self._kept = Kept("f/1", path, mime)

    async def resolve(self, attachment: Attachment) -> Kept:
        return self._kept


async def test_hostile_words_everywhere(an: Person, channel: TelegramChannel, chat: str) -> None:
    text = Markup('<b>{0}</b> <a href="{1}">{0}</a>').format(HOSTILE, "https://bot.example.org/?a=1&b='\"<>")
    await channel.send(chat, Reply(text, say("", (f"{HOSTILE.replace('=', '')}=x",)).choices), key="1")
    (seen,) = an.messages
    assert seen.text == f"{HOSTILE} {HOSTILE}"
    assert seen.labels == (HOSTILE,)


async def test_no_preview_of_links(channel: TelegramChannel, chat: str, emulator: TelegramEmulator) -> None:
    first = await channel.send(chat, say("https://bot.example.org/", ("A=a",)), key="1")
    await channel.send(chat, say("https://bot.example.org/?2", replaces=first), key="2")
    for method in ("sendMessage", "editMessageText"):
        (call,) = emulator.calls.of(method)
        assert call.params.json("link_preview_options", "") == {"is_disabled": True}


async def test_an_edit_takes_the_old_buttons_away(an: Person, channel: TelegramChannel, chat: str) -> None:
    first = await channel.send(chat, say("Gửi chứ?", ("Gửi=send",)), key="1")
    await channel.send(chat, say("Đã gửi.", replaces=first), key="2")
    (seen,) = an.messages
    assert (seen.text, seen.labels, seen.edited) == ("Đã gửi.", (), True)


@pytest.mark.parametrize("replaces", ["999999", "0", "-1", "x", "²", "9" * 30])
async def test_what_cannot_be_edited_is_sent_anew(
    an: Person, channel: TelegramChannel, chat: str, replaces: str
) -> None:
    message_id = await channel.send(chat, say("Câu 2", replaces=replaces), key="1")
    assert [(str(one.id), one.text) for one in an.messages] == [(message_id, "Câu 2")]


async def test_a_picture_is_not_turned_into_text(
    an: Person, channel: TelegramChannel, chat: str, media: MediaStore
) -> None:
    attachment = Attachment(await media.keep_photo(picture(), "tests"), "a.jpg")
    first = await channel.send(chat, say("Tiến độ", ("Xem=x",), photo=attachment), key="1")
    second = await channel.send(chat, say("Câu 2", replaces=first), key="2")
    assert [(str(one.id), one.text) for one in an.messages] == [(first, "Tiến độ"), (second, "Câu 2")]


async def test_a_picture_comes_after_what_it_would_replace(
    an: Person, channel: TelegramChannel, chat: str, media: MediaStore
) -> None:
    first = await channel.send(chat, say("Câu 1"), key="1")
    attachment = Attachment(await media.keep_photo(picture(), "tests"), "a.jpg")
    second = await channel.send(chat, say("Tiến độ", photo=attachment, replaces=first), key="2")
    assert [(str(one.id), one.text) for one in an.messages] == [(first, "Câu 1"), (second, "Tiến độ")]
    assert an.messages[-1].photo == picture()


async def test_a_message_of_the_person_cannot_be_replaced(an: Person, channel: TelegramChannel, chat: str) -> None:
    said = await an.says("xin chào")
    await channel.send(chat, say("Chào đồng chí", replaces=str(said)), key="1")
    assert [one.text for one in an.messages] == ["Chào đồng chí"]


async def test_an_edit_that_telegram_refuses_otherwise(
    channel: TelegramChannel, chat: str, emulator: TelegramEmulator
) -> None:
    first = await channel.send(chat, say("Câu 1"), key="1")
    emulator.faults.refuse("editMessageText", 400, description="Bad Request: BUTTON_DATA_INVALID")
    with pytest.raises(Refused, match="BUTTON_DATA_INVALID"):
        await channel.send(chat, say("Câu 2", replaces=first), key="2")


async def test_a_document_with_its_name(
    an: Person, chat: str, emulator: TelegramEmulator, tmp_path: Path, heard: Recorder
) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"PK\x03\x04 workbook")
    channel = telegram(emulator.base_url, emulator.token, OneFile(path, "application/octet-stream"))
    name = 'Tổng hợp 16/12 "đợt 2"\r\nX-Evil: 1.xlsx'
    await channel.send(chat, Reply(Markup("Bảng <b>tổng hợp</b>"), document=Attachment("xlsx/1", name)), key="1")
    (seen,) = an.messages
    assert (seen.text, seen.document) == ("Bảng tổng hợp", path.read_bytes())
    assert seen.document_name == "Tổng hợp 16_12 _đợt 2_X-Evil: 1.xlsx"
    await channel.stop()


@pytest.mark.parametrize(("length", "messages"), [(1024, 1), (1025, 2)])
async def test_a_caption_that_is_too_long_follows_its_picture(
    an: Person, channel: TelegramChannel, chat: str, media: MediaStore, length: int, messages: int
) -> None:
    attachment = Attachment(await media.keep_photo(picture(), "tests"), "a.jpg")
    # The tags and entities do not count, an emoji counts twice.
    text = Markup("<b>{}</b>🙂").format("&" * (length - 2))
    told = await channel.send(chat, Reply(text, say("", ("Xem=x",)).choices, photo=attachment), key="1")
    assert len(an.messages) == messages
    assert an.messages[0].photo == picture()
    assert told == ",".join(str(one.id) for one in an.messages)
    assert an.messages[-1].labels == ("Xem",)
    assert an.messages[-1].text == "&" * (length - 2) + "🙂"


async def test_a_long_reply_takes_the_place_with_its_first_part(
    an: Person, channel: TelegramChannel, chat: str
) -> None:
    first = await channel.send(chat, say("Câu 1", ("A=a",)), key="1")
    told = await channel.send(chat, say("x" * 4096 + "\n\nhết", ("B=b",), replaces=first), key="2")
    last = told.removeprefix(f"{first},")
    assert [(str(one.id), one.text, one.labels) for one in an.messages] == [
        (first, "x" * 4096, ()),
        (last, "hết", ("B",)),
    ]


async def test_the_menu_of_a_chat(an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator) -> None:
    await channel.send(chat, Reply(Markup("Xong."), menu=COMMANDS), key="1")
    assert an.menu == COMMANDS
    assert emulator.person("Trần Thị Bình").menu == ()


async def test_a_menu_that_fails_does_not_fail_the_message(
    an: Person, channel: TelegramChannel, chat: str, emulator: TelegramEmulator
) -> None:
    emulator.faults.refuse("setMyCommands", 500)
    with capture_logs() as logs:
        await channel.send(chat, Reply(Markup("Xong."), menu=COMMANDS), key="1")
    assert [one.text for one in an.messages] == ["Xong."]
    assert [line["event"] for line in logs] == ["menu not set"]


async def test_nothing_to_say_is_refused(channel: TelegramChannel, chat: str) -> None:
    with pytest.raises(Refused):
        await channel.send(chat, say(" \n", ("A=a",)), key="1")


async def test_a_file_that_is_not_there_is_refused(
    channel: TelegramChannel, chat: str, emulator: TelegramEmulator, tmp_path: Path
) -> None:
    reply = say("Tiến độ", photo=Attachment("chart/404/vi", "a.png"))
    with pytest.raises(Refused, match="chart/404/vi"):
        await channel.send(chat, reply, key="1")
    without = telegram(emulator.base_url, emulator.token, OneFile(tmp_path / "deleted", "image/png"))
    with pytest.raises(Refused, match="gone"):
        await without.send(chat, reply, key="1")
    assert emulator.calls.of("sendPhoto") == []
