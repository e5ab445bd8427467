"""What goes to Telegram, as the phone shows it, and what every kind of failure means."""

import asyncio
from pathlib import Path

import pytest
from markupsafe import Markup
from structlog.testing import capture_logs

from bot.channels.base import Blocked, InDoubt, Refused, TryLater
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


# --- what went wrong -----------------------------------------------------------------------------


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
