"""Sending, editing and deleting: the limits and every refusal."""

import pytest

from tests.telegram.conftest import HandClock
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person, picture
from tests.telegram.raw import Raw

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
BUTTONS = {"inline_keyboard": [[{"text": "Gửi", "callback_data": "send"}]]}


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "👍" * 2049}, "message is too long"),
        ({"text": "x" * 32_769}, "text is too long"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_parameters": "["}, "can't parse reply parameters JSON object"),
    ],
)
async def test_refused_texts(bot: Raw, alice: Person, params: dict[str, object], complaint: str) -> None:
    assert await bot.refused("sendMessage", chat_id=alice.id, **params) == f"Bad Request: {complaint}"
    assert alice.messages == []


@pytest.mark.parametrize("text", ["x" * 4096, "👍" * 2048, f"<b>{'x' * 4095}</b>&amp;", "ế" * 4096])
async def test_4096_after_parsing_are_taken(bot: Raw, alice: Person, text: str) -> None:
    await bot.ok("sendMessage", chat_id=alice.id, text=text, parse_mode="HTML")
    assert len(alice.messages) == 1


@pytest.mark.parametrize(
    ("chat_id", "complaint"),
    [("", "chat_id is empty"), ("12", "chat not found"), ("somebody", "chat not found"), ("@nobody", "chat not found")],
)
async def test_refused_addressees(bot: Raw, chat_id: str, complaint: str) -> None:
    calls: list[tuple[str, dict[str, object]]] = [
        ("sendMessage", {"text": "x"}),
        ("sendChatAction", {"action": "typing"}),
        ("getChat", {}),
        ("editMessageText", {"text": "x", "message_id": 1}),
    ]
    for method, params in calls:
        assert await bot.refused(method, chat_id=chat_id, **params) == f"Bad Request: {complaint}"


async def test_a_sent_message_comes_back_whole(bot: Raw, alice: Person, clock: HandClock) -> None:
    question = await alice.says("hỏi")
    reply = {"message_id": question}
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="đáp", reply_parameters=reply, protect_content=True)
    assert (sent["date"], sent["from"]["is_bot"]) == (int(clock()), True)
    assert sent["chat"] == {
        "id": alice.id,
        "type": "private",
        "first_name": "Nguyễn Văn An",
        "username": "an_emulated",
    }
    assert sent["reply_to_message"]["text"] == "hỏi"
    assert sent["has_protected_content"] is True
    assert alice.messages[0].reply_to == question


async def test_a_reply_may_go_on_without_what_it_replies_to(bot: Raw, alice: Person) -> None:
    reply = {"message_id": 99, "allow_sending_without_reply": True}
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="đáp", reply_parameters=reply)
    assert "reply_to_message" not in sent


async def test_chat_actions(bot: Raw, alice: Person) -> None:
    assert await bot.ok("sendChatAction", chat_id=alice.id, action="typing") is True
    assert await bot.refused("sendChatAction", chat_id=alice.id, action="singing") == (
        "Bad Request: wrong parameter action in request"
    )


async def test_an_edit_takes_place_on_the_phone(bot: Raw, alice: Person, clock: HandClock) -> None:
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="một", reply_markup=BUTTONS)
    clock.goes_on(5)
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    edited = await bot.ok("editMessageText", text="<i>hai</i>", parse_mode="HTML", **where)
    assert (edited["edit_date"] - edited["date"], edited["text"]) == (5, "hai")
    assert "reply_markup" not in edited  # an edit without a keyboard takes the keyboard away
    [message] = alice.messages
    assert (message.html, message.buttons, message.edited) == ("<i>hai</i>", (), True)
    assert [(await alice.hears()).text for _ in range(2)] == ["một", "hai"]


async def test_an_edit_must_change_something(bot: Raw, alice: Person) -> None:
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="<b>một</b>", parse_mode="HTML", reply_markup=BUTTONS)
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    same = {"text": " <strong>một</strong>", "parse_mode": "HTML", "reply_markup": BUTTONS}
    assert await bot.refused("editMessageText", **where, **same) == NOT_MODIFIED
    assert await bot.refused("editMessageReplyMarkup", **where, reply_markup=BUTTONS) == NOT_MODIFIED
    await bot.ok("editMessageText", **where, text="một", reply_markup=BUTTONS)
    await bot.ok("editMessageReplyMarkup", **where)
    assert await bot.refused("editMessageReplyMarkup", **where) == NOT_MODIFIED


async def test_what_cannot_be_edited(bot: Raw, alice: Person) -> None:
    said = await alice.says("của tôi")
    chat = {"chat_id": alice.id, "text": "x"}
    with_keyboard = await bot.ok("sendMessage", **chat, reply_markup={"keyboard": [["Báo cáo"]]})
    photo = await bot.ok("sendPhoto", chat_id=alice.id, photo=picture())
    edit = "editMessageText"
    assert await bot.refused(edit, **chat, message_id=999) == "Bad Request: message to edit not found"
    assert await bot.refused(edit, **chat) == "Bad Request: message to edit not found"
    assert await bot.refused(edit, text="x") == "Bad Request: message identifier is not specified"
    assert await bot.refused(edit, **chat, message_id=said) == "Bad Request: message can't be edited"
    assert await bot.refused(edit, **chat, message_id=with_keyboard["message_id"]) == (
        "Bad Request: message can't be edited"
    )
    assert await bot.refused(edit, **chat, message_id=photo["message_id"]) == (
        "Bad Request: there is no text in the message to edit"
    )


async def test_captions_are_edited_apart(bot: Raw, alice: Person) -> None:
    text = await bot.ok("sendMessage", chat_id=alice.id, text="x")
    photo = await bot.ok("sendPhoto", chat_id=alice.id, caption="trước", photo=picture())
    where = {"chat_id": alice.id, "message_id": photo["message_id"]}
    await bot.ok("editMessageCaption", **where, caption="<b>sau</b>", parse_mode="HTML")
    assert alice.messages[-1].html == "<b>sau</b>"
    assert await bot.refused("editMessageCaption", **where, caption="x" * 1025) == (
        "Bad Request: message caption is too long"
    )
    edited = await bot.ok("editMessageCaption", **where)
    assert "caption" not in edited
    assert (
        await bot.refused("editMessageCaption", chat_id=alice.id, message_id=text["message_id"], caption="x")
        == "Bad Request: there is no caption in the message to edit"
    )


async def test_deleting(bot: Raw, alice: Person, clock: HandClock) -> None:
    said = await alice.says("của tôi")
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="của bot")
    assert await bot.ok("deleteMessage", chat_id=alice.id, message_id=said) is True
    assert await bot.ok("deleteMessage", chat_id=alice.id, message_id=sent["message_id"]) is True
    assert alice.messages == []
    assert await bot.refused("deleteMessage", chat_id=alice.id, message_id=sent["message_id"]) == (
        "Bad Request: message to delete not found"
    )
    assert await bot.refused("deleteMessage", message_id=1) == "Bad Request: chat identifier is not specified"
    assert await bot.refused("deleteMessage", chat_id=alice.id) == "Bad Request: message identifier is not specified"
    old = await bot.ok("sendMessage", chat_id=alice.id, text="cũ")
    clock.goes_on(48 * 3600 + 1)
    assert await bot.refused("deleteMessage", chat_id=alice.id, message_id=old["message_id"]) == (
        "Bad Request: message can't be deleted for everyone"
    )


async def test_in_a_group_only_an_administrator_deletes_the_words_of_others(
    bot: Raw, alice: Person, emulator: TelegramEmulator
) -> None:
    group = emulator.group("Tin nhanh", alice)
    group.adds_bot()
    said = await alice.says("/xin_chao", to=group)
    where = {"chat_id": group.id, "message_id": said}
    assert await bot.refused("deleteMessage", **where) == "Bad Request: message can't be deleted"
    group.promotes_bot()
    assert await bot.ok("deleteMessage", **where) is True


TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_press_is_answered_once_and_soon(bot: Raw, alice: Person, clock: HandClock) -> None:
    await bot.ok("sendMessage", chat_id=alice.id, text="Gửi chứ?", reply_markup=BUTTONS)
    press = await alice.presses("Gửi")
    answer = {"callback_query_id": press.id, "text": "Đang gửi", "show_alert": True}
    assert await bot.ok("answerCallbackQuery", **answer) is True
    shown = await press.answer()
    assert (shown.text, shown.show_alert) == ("Đang gửi", True)
    assert await bot.refused("answerCallbackQuery", **answer) == TOO_OLD
    late = await alice.presses("Gửi")
    clock.goes_on(16)
    assert await bot.refused("answerCallbackQuery", callback_query_id=late.id) == TOO_OLD
    assert not late.answered


@pytest.mark.parametrize("unknown", ["", "1", "x"])
async def test_an_unknown_press_is_too_old(bot: Raw, unknown: str) -> None:
    assert await bot.refused("answerCallbackQuery", callback_query_id=unknown) == TOO_OLD


async def test_an_answer_to_a_press_is_short(bot: Raw, alice: Person) -> None:
    await bot.ok("sendMessage", chat_id=alice.id, text="Gửi chứ?", reply_markup=BUTTONS)
    press = await alice.presses("Gửi")
    refused = await bot.refused("answerCallbackQuery", callback_query_id=press.id, text="x" * 201)
    assert refused == "Bad Request: MESSAGE_TOO_LONG"
