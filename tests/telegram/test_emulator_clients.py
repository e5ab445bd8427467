"""The same paces for two clients written independently of each other and of the emulator."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from tests.telegram.clients import Client, Refused
from tests.telegram.conftest import Opener, refusal
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.emulator.files import LARGEST_DOWNLOAD, Recording
from tests.telegram.people import Person, picture


async def test_me(client: Client, emulator: TelegramEmulator) -> None:
    me = await client.call("get_me")
    assert (me.id, me.username, me.is_bot) == (emulator.bot.id, emulator.bot.username, True)
    assert me.can_read_all_group_messages is False


async def test_a_wrong_token(opener: Opener, emulator: TelegramEmulator) -> None:
    async with opener(emulator, token="6000000002:somebody-else") as client:
        assert (await refusal(client, "get_me")).kind == client.kinds["unauthorized"]


async def test_polling(client: Client, alice: Person) -> None:
    await alice.says("hai")
    first, second = await client.updates(timeout=5)
    assert (first.text, second.text) == ("/start", "hai")
    assert await client.updates(offset=second.update_id, timeout=5) == [second]
    alice.blocks()
    [change] = await client.updates(offset=second.update_id + 1, timeout=5)
    assert change.member_status == "kicked"
    await client.call("set_webhook", url="https://bot.example.org/hook")
    with pytest.raises(Refused) as refused:
        await client.updates()
    assert refused.value.kind == client.kinds["conflict"]


async def test_html_buttons_edit_and_press(client: Client, alice: Person) -> None:
    sent = await client.call(
        "send_message",
        chat_id=alice.id,
        text="<b>Đúng</b> chứ &amp; <i>đủ</i>?",
        parse_mode="HTML",
        reply_markup=client.keyboard([[("Gửi", "send")], [("Huỷ", "stop")]]),
    )
    heard = await alice.hears()
    assert (heard.id, heard.html, heard.buttons) == (
        sent.message_id,
        "<b>Đúng</b> chứ &amp; <i>đủ</i>?",
        (("Gửi",), ("Huỷ",)),
    )
    press = await alice.presses("Gửi")
    query = (await client.updates())[-1]
    assert query.data == "send"
    await client.call("answer_callback_query", callback_query_id=query.press_id, text="Đang gửi")
    assert (await press.answer()).text == "Đang gửi"
    old = await refusal(client, "answer_callback_query", callback_query_id=query.press_id)
    assert "query is too old" in str(old).lower()  # python-telegram-bot writes the reason anew
    edit = {"chat_id": alice.id, "message_id": sent.message_id, "text": "<b>Đã gửi</b>", "parse_mode": "HTML"}
    await client.call("edit_message_text", **edit)
    assert (alice.messages[-1].html, alice.messages[-1].labels) == ("<b>Đã gửi</b>", ())
    same = await refusal(client, "edit_message_text", **edit)
    assert same.kind == client.kinds["bad request"]
    assert "message is not modified" in str(same).lower()
    await client.call("delete_message", chat_id=alice.id, message_id=sent.message_id)
    assert alice.messages == []


async def test_photos_up_and_down(client: Client, alice: Person) -> None:
    theirs, ours = picture(400, 300), picture(64, 64, "navy")
    await alice.sends_photo(theirs)
    received = (await client.updates())[-1]
    assert await client.download(received.photo_id) == theirs
    sent = await client.call("send_photo", chat_id=alice.id, photo=client.photo(ours), caption="biểu đồ")
    heard = await alice.hears()
    assert (heard.photo, heard.text) == (ours, "biểu đồ")
    assert await client.download(sent.photo[-1].file_id) == ours
    document = await client.call("send_document", chat_id=alice.id, document=client.photo(ours))
    assert alice.messages[-1].document == ours
    await client.call("send_document", chat_id=alice.id, document=document.document.file_id)
    assert len(alice.messages) == 3


@pytest.mark.parametrize("kind", ["audio", "voice", "video", "video_note", "animation"])
async def test_recordings_come_down(client: Client, alice: Person, kind: Recording) -> None:
    await alice.sends_recording(kind, b"sound", "x.mp4" if kind == "video" else "", mime="video/mp4")
    received = (await client.updates())[-1]
    assert (received.file[0], received.file[2]) == (kind, 5)
    assert await client.download(received.file[1]) == b"sound"


async def test_documents_come_down_up_to_their_limit(client: Client, alice: Person) -> None:
    await alice.sends_document(b"%PDF-1.4", "họp.pdf", mime="application/pdf")
    await alice.sends_document(bytes(LARGEST_DOWNLOAD + 1), "phim.mkv")
    small, large = (await client.updates())[-2:]
    assert await client.download(small.file[1]) == b"%PDF-1.4"
    assert large.file[2] == LARGEST_DOWNLOAD + 1
    refused = await refusal(client, "get_file", file_id=large.file[1])
    assert refused.kind == client.kinds["bad request"]
    assert "file is too big" in str(refused).lower()


async def test_places(client: Client, alice: Person) -> None:
    await alice.sends_location(11.25, 106.5, accuracy=12.5)
    await alice.sends_location(-11.25, 106.5, venue="Nhà văn hoá")
    pin, venue = (await client.updates())[-2:]
    assert (pin.place, pin.venue) == ((11.25, 106.5, 12.5), "")
    assert (venue.place, venue.venue) == ((-11.25, 106.5, 0), "Nhà văn hoá")


async def test_flood_control(client: Client, alice: Person, emulator: TelegramEmulator) -> None:
    emulator.faults.refuse("sendMessage", 429, retry_after=7)
    refused = await refusal(client, "send_message", chat_id=alice.id, text="x")
    assert (refused.kind, refused.retry_after) == (client.kinds["retry"], 7)


async def test_closed_doors(client: Client, alice: Person, emulator: TelegramEmulator) -> None:
    alice.blocks()
    for person, reason in [(alice, "blocked by the user"), (emulator.person("Ai đó"), "can't initiate")]:
        refused = await refusal(client, "send_message", chat_id=person.id, text="x")
        assert refused.kind == client.kinds["forbidden"]
        assert reason in str(refused)


async def test_a_group_that_moved(client: Client, alice: Person, emulator: TelegramEmulator) -> None:
    group = emulator.group("Tin nhanh", alice)
    group.adds_bot(as_administrator=True)
    chat = await client.call("get_chat", chat_id=group.id)
    member = await client.call("get_chat_member", chat_id=group.id, user_id=emulator.bot.id)
    assert (chat.title, member.status) == ("Tin nhanh", "administrator")
    old, new = group.id, group.upgrades()
    refused = await refusal(client, "send_message", chat_id=old, text="x")
    assert (refused.kind, refused.migrate_to) == (client.kinds["migrated"], new)


async def test_an_album_edited_and_taken_back(client: Client, alice: Person) -> None:
    first, second = picture(64, 64, "navy"), picture(64, 64, "gold")
    sent = await client.call(
        "send_media_group", chat_id=alice.id, media=client.album((first, "<b>Ra quân</b>"), (second, ""))
    )
    assert [(one.photo, one.html) for one in alice.messages] == [(first, "<b>Ra quân</b>"), (second, "")]
    assert sent[0].media_group_id == sent[1].media_group_id == alice.messages[0].album
    assert await client.download(sent[1].photo[-1].file_id) == second
    edit = {"chat_id": alice.id, "message_id": sent[0].message_id}
    await client.call("edit_message_caption", **edit, caption="<i>7:00</i>", parse_mode="HTML")
    assert alice.messages[0].html == "<i>7:00</i>"
    refused = await refusal(client, "edit_message_text", **edit, text="x")
    assert "no text in the message" in str(refused).lower()
    ids = [one.message_id for one in sent]
    assert await client.call("delete_messages", chat_id=alice.id, message_ids=[*ids, 4242]) is True
    assert alice.messages == []


async def test_a_button_that_opens_an_address(client: Client, alice: Person) -> None:
    await client.call(
        "send_message", chat_id=alice.id, text="x", reply_markup=client.link("Xem", "https://bot.example.org/?a=1")
    )
    assert alice.messages[-1].links == (("Xem", "https://bot.example.org/?a=1"),)
    refused = await refusal(
        client, "send_message", chat_id=alice.id, text="x", reply_markup=client.link("Xem", "javascript:alert(1)")
    )
    assert refused.kind == client.kinds["bad request"]


async def test_a_bot_that_may_not_write(client: Client, alice: Person, emulator: TelegramEmulator) -> None:
    group = emulator.group("Tin nhanh", alice, supergroup=True)
    group.adds_bot()
    group.silences_bot()
    told = (await client.updates())[-1]
    assert (told.member_status, told.may_write) == ("restricted", False)
    refused = await refusal(client, "send_message", chat_id=group.id, text="x")
    assert refused.kind == client.kinds["bad request"]
    assert "not enough rights to send text messages to the chat" in str(refused).lower()
    group.frees_bot()
    group.withholds("can_send_photos")
    await client.call("send_message", chat_id=group.id, text="x")
    refused = await refusal(client, "send_photo", chat_id=group.id, photo=client.photo(picture()))
    assert "not enough rights to send photos to the chat" in str(refused).lower()


async def test_a_group_that_tells_that_it_moves(client: Client, alice: Person, emulator: TelegramEmulator) -> None:
    group = emulator.group("Tin nhanh", alice)
    group.adds_bot()
    await client.updates()
    new = group.upgrades()
    updates = await client.updates()
    assert [one.member_status for one in updates if one.member_status][-1] == "member"
    assert [one.moved_to for one in updates if one.moved_to] == [new]


async def test_a_bad_day(client: Client, alice: Person, emulator: TelegramEmulator) -> None:
    emulator.faults.refuse("sendMessage", 500)
    assert (await refusal(client, "send_message", chat_id=alice.id, text="một")).kind == client.kinds["server"]
    emulator.faults.cut_after("sendMessage")
    assert (await refusal(client, "send_message", chat_id=alice.id, text="hai")).kind == client.kinds["network"]
    assert [message.text for message in alice.messages] == ["hai"]


async def test_the_menu(client: Client, alice: Person) -> None:
    await client.call("set_my_commands", commands=[client.command("baocao", "Gửi báo cáo")])
    assert alice.menu == (("baocao", "Gửi báo cáo"),)
    [kept] = await client.call("get_my_commands")
    assert (kept.command, kept.description) == ("baocao", "Gửi báo cáo")
    await client.call("delete_my_commands")
    assert not alice.menu


async def test_a_webhook(client: Client, alice: Person) -> None:
    seen: list[tuple[str, Any]] = []

    async def hook(request: web.Request) -> web.Response:
        seen.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], await request.json()))
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", hook)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    kinds = ["message", "callback_query"]
    await client.call("set_webhook", url=url, secret_token="s3cret", allowed_updates=kinds, max_connections=3)
    async with asyncio.timeout(5):
        while (info := await client.call("get_webhook_info")).pending_update_count:
            pass
    assert (info.url, info.max_connections, sorted(info.allowed_updates)) == (url, 3, sorted(kinds))
    assert [(secret, update["message"]["text"]) for secret, update in seen] == [("s3cret", "/start")]
    await client.call("delete_webhook", drop_pending_updates=True)
    assert (await client.call("get_webhook_info")).url == ""
    await runner.cleanup()
