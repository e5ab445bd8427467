"""What comes from Telegram, as the conversation gets it."""

import pytest
from sqlalchemy.exc import OperationalError

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_updates import parse
from bot.media.store import MediaStore
from handlers.events import Incoming, Membership, Photo
from tests.channels.kit import NOW, Recorder, say
from tests.telegram import samples
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.groups import Group
from tests.telegram.people import Person, picture

RIGHTS = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos"),
    *("can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages"),
    *("can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users"),
    *("can_pin_messages", "can_manage_topics"),
)


@pytest.fixture
async def group(an: Person, emulator: TelegramEmulator, heard: Recorder) -> Group:
    """A group that the bot was just brought into, as an administrator who sees everything."""
    group = emulator.group("Đội hình 26/3", an)
    group.adds_bot(as_administrator=True)
    await heard.next()
    await emulator.polled()
    return group


async def test_everything_about_a_line(an: Person, heard: Recorder) -> None:
    await an.says("2 buổi")
    incoming = await heard.next()
    key = str(int(heard.offered[0].key) + 1)
    assert incoming == Incoming(
        "telegram", str(an.id), str(an.id), key, NOW, sender_name="Nguyễn Văn An", text="2 buổi"
    )


async def test_a_long_name_is_cut(channel: TelegramChannel, emulator: TelegramEmulator, heard: Recorder) -> None:
    await emulator.person("Â" * 200).says("xin chào")
    assert (await heard.next()).sender_name == "Â" * 80


async def test_an_update_that_comes_again_has_its_old_key(an: Person, heard: Recorder) -> None:
    await an.says("2 buổi")
    first = await heard.next()
    await an.repeats_last_update()
    assert await heard.next() == first


async def test_corrections_are_not_asked_for(an: Person, heard: Recorder, emulator: TelegramEmulator) -> None:
    await an.says("2 buổi")
    await heard.next()
    await an.corrects("3 buổi")
    await emulator.polled()
    assert heard.unheard == 0


async def test_the_spinner_stops_once_the_press_is_committed(
    an: Person, heard: Recorder, channel: TelegramChannel, emulator: TelegramEmulator
) -> None:
    await channel.send(str(an.id), say("Gửi chứ?", ("Gửi=send",)), key="1")
    heard.open.clear()
    press = await an.presses("Gửi")
    await emulator.calls.wait_for("getUpdates", len(emulator.calls.of("getUpdates")) + 1)
    assert not press.answered
    heard.open.set()
    assert (await heard.next()).action == "send"
    assert (await press.answer()).text == ""


async def test_a_spinner_that_cannot_be_stopped_is_no_trouble(
    an: Person, heard: Recorder, channel: TelegramChannel, emulator: TelegramEmulator
) -> None:
    await channel.send(str(an.id), say("Gửi chứ?", ("Gửi=send",)), key="1")
    emulator.faults.refuse("answerCallbackQuery", 400, description="Bad Request: query is too old")
    await an.presses("Gửi")
    await heard.next()
    await emulator.calls.wait_for("answerCallbackQuery")
    await an.says("còn đó không?")
    assert (await heard.next()).text == "còn đó không?"


async def test_a_press_on_a_message_that_is_gone(
    an: Person, heard: Recorder, channel: TelegramChannel, emulator: TelegramEmulator
) -> None:
    message_id = await channel.send(str(an.id), say("Gửi chứ?", ("Gửi=send",)), key="1")
    (stale,) = an.messages
    emulator.world.delete(emulator.world.message_ever(an.id, stale.id))
    await an.presses_stale(stale, "Gửi")
    incoming = await heard.next()
    assert (incoming.action, incoming.message_id) == ("send", message_id)


async def test_the_caption_of_a_picture_is_passed_over(an: Person, heard: Recorder) -> None:
    await an.sends_photo(picture(), "sửa nhà bà Tư")
    incoming = await heard.next()
    assert incoming.photo
    assert incoming.photo.media_id
    assert incoming.text is None


@pytest.mark.parametrize("code", [400, 404, 500])
async def test_a_picture_that_cannot_be_fetched(
    an: Person, heard: Recorder, emulator: TelegramEmulator, code: int
) -> None:
    emulator.faults.refuse("getFile", code)
    await an.sends_photo(picture())
    assert (await heard.next()).photo == Photo(None)


async def test_a_picture_whose_file_is_gone(
    an: Person, heard: Recorder, emulator: TelegramEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator.world.files, "by_path", lambda _path: None)
    await an.sends_photo(picture())
    assert (await heard.next()).photo == Photo(None)


async def test_a_picture_that_is_too_large(
    an: Person, heard: Recorder, monkeypatch: pytest.MonkeyPatch, media: MediaStore
) -> None:
    monkeypatch.setattr("bot.channels.telegram_files.PHOTO_LIMIT", 100)
    await an.sends_photo(picture())
    assert (await heard.next()).photo == Photo(None)


async def test_a_picture_waits_for_a_database_that_is_away(
    an: Person, heard: Recorder, media: MediaStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, tries = media.keep_photo, []

    async def locked_once(data: bytes, owner: str) -> str:
        tries.append(owner)
        if len(tries) == 1:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        return await keep(data, owner)

    monkeypatch.setattr(media, "keep_photo", locked_once)
    await an.sends_photo(picture())
    photo = (await heard.next()).photo
    assert photo
    assert photo.media_id
    assert tries == [f"telegram:{an.id}"] * 2


async def test_what_no_conversation_can_use(an: Person, heard: Recorder, emulator: TelegramEmulator) -> None:
    await an.sends_recording("animation", samples.mp4(b"isom", b"vide"), "vui.mp4", mime="video/mp4")
    incoming = await heard.next()
    said = (incoming.text, incoming.action, incoming.photo, incoming.location, incoming.document, incoming.membership)
    assert said == (None,) * 6
    assert emulator.calls.of("getFile") == []


async def test_a_note_of_telegrams_own_is_nothing_said(an: Person, heard: Recorder, emulator: TelegramEmulator) -> None:
    chat = emulator.world.chats[an.id]
    emulator.world.service(chat, an.user, {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}})
    await an.says("tiếp")
    assert (await heard.next()).text == "tiếp"


async def test_a_blocked_bot_is_told_and_an_unblocked_one_waits_for_the_start(
    an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    an.blocks()
    incoming = await heard.next()
    assert (incoming.membership, incoming.chat) == (Membership.REMOVED, str(an.id))
    an.unblocks()
    await an.says("/start")
    assert (await heard.next()).text == "/start"


async def test_the_life_of_a_group(an: Person, heard: Recorder, emulator: TelegramEmulator) -> None:
    group = emulator.group("Đội hình 26/3", an)
    group.adds_bot()
    added = await heard.next()
    group.removes_bot()
    removed = await heard.next()
    assert [one.membership for one in (added, removed)] == [Membership.ADDED, Membership.REMOVED]
    assert {(one.chat, one.sender, one.is_group) for one in (added, removed)} == {(str(group.id), str(an.id), True)}
    assert {one.title for one in (added, removed)} == {"Đội hình 26/3"}
    await emulator.polled()
    assert heard.unheard == 0


async def test_a_line_in_a_group(group: Group, an: Person, heard: Recorder, channel: TelegramChannel) -> None:
    await an.says("/tonghop@danvan_emulated_bot", to=group)
    incoming = await heard.next()
    assert incoming.text == "/tonghop@danvan_emulated_bot"
    assert (incoming.chat, incoming.sender, incoming.is_group) == (str(group.id), str(an.id), True)
    assert channel.is_group(incoming.chat)


async def test_a_supergroup_is_a_group(an: Person, heard: Recorder, emulator: TelegramEmulator) -> None:
    emulator.group("Tỉnh đoàn", an, supergroup=True).adds_bot()
    assert (await heard.next()).is_group


async def test_a_command_for_another_bot_is_left_to_it(
    group: Group, an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    await an.says("/tonghop@another_emulated_bot", to=group)
    await an.says("chào cả nhà", to=group)
    assert (await heard.next()).text == "chào cả nhà"


async def test_in_a_group_only_what_is_written_counts(
    group: Group, an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    await an.sends_photo(picture(), to=group)
    await an.sends_document(samples.PDF, "ke-hoach.pdf", to=group)
    await an.sends_recording("voice", samples.ogg(), to=group)
    await an.sends_location(11.3, 106.1, to=group)
    group.welcomes(emulator.person("Lê Văn Cường"))
    await an.says("chào cả nhà", to=group)
    incoming = await heard.next()
    assert (incoming.text, incoming.location) == ("chào cả nhà", None)
    assert emulator.calls.of("getFile") == []


async def test_a_member_who_may_not_write_is_still_there(
    an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    bot = emulator.bot.json()
    restricted = {"user": bot, "status": "restricted", "until_date": 0, **dict.fromkeys(RIGHTS, False)}
    change = {"chat": {"id": -5, "type": "supergroup", "title": "x"}, "from": an.user.json(), "date": 1_671_160_000}
    for was, now in [
        ({"user": bot, "status": "member"}, {**restricted, "is_member": True}),
        ({**restricted, "is_member": True}, {**restricted, "is_member": False}),
    ]:
        emulator.world.updates.add("my_chat_member", {**change, "old_chat_member": was, "new_chat_member": now}, -5)
    assert [(await heard.next()).membership for _ in range(2)] == [Membership.SILENCED, Membership.REMOVED]
    await emulator.polled()
    assert heard.unheard == 0


async def test_a_broadcast_channel_is_no_place_to_talk(an: Person, heard: Recorder, emulator: TelegramEmulator) -> None:
    common = {"chat": {"id": -9, "type": "channel", "title": "Tin"}, "date": 1_671_160_000, "from": an.user.json()}
    bot = emulator.bot.json()
    statuses = {
        "old_chat_member": {"user": bot, "status": "left"},
        "new_chat_member": {"user": bot, "status": "member"},
    }
    message = {**common, "message_id": 1, "text": "tin mới"}
    press = {"id": "1", "from": an.user.json(), "chat_instance": "1", "data": "x", "message": message}
    emulator.world.updates.add("message", message, -9)
    emulator.world.updates.add("callback_query", press, -9)
    emulator.world.updates.add("my_chat_member", {**common, **statuses}, -9)
    await an.says("tiếp")
    assert (await heard.next()).text == "tiếp"
    await emulator.polled()
    assert heard.unheard == 0


async def test_a_press_on_nothing_of_ours(an: Person, heard: Recorder, emulator: TelegramEmulator) -> None:
    press = {"id": "1", "from": an.user.json(), "chat_instance": "1", "inline_message_id": "2", "data": "x"}
    emulator.world.updates.add("callback_query", press, an.id)
    await an.says("tiếp")
    assert (await heard.next()).text == "tiếp"


async def test_an_update_of_an_unknown_form_holds_nothing_up(
    an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    emulator.world.updates.add("message", {"message_id": "?", "chat": "of tomorrow"}, an.id)
    await an.says("tiếp")
    assert (await heard.next()).text == "tiếp"
    await emulator.polled()
    assert emulator.pending_updates == 0


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"update_id": "x"}, {"update_id": True, "message": 1}])
def test_what_is_no_update(raw: object) -> None:
    with pytest.raises(ValueError, match="no update"):
        parse(raw)
