"""Keyboards: what is taken, what is refused and in which words."""

from typing import Any

import pytest

from tests.telegram.people import Person
from tests.telegram.raw import Raw

NO_ACTION = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
NO_HOST = "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL"
BUTTON = {"text": "Gửi", "callback_data": "send"}


def inline(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        ({"inline_keyboard": "x"}, 'field "inline_keyboard" must be of type Array'),
        (
            {"inline_keyboard": [BUTTON]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ({"keyboard": ["x"]}, 'field "keyboard" must be an Array of Arrays'),
        ({"keyboard": [[1]]}, "can't parse keyboard button: KeyboardButton must be a String or an Object"),
        (inline("x"), "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        (inline({"callback_data": "x"}), "can't parse inline keyboard button: Can't find field \"text\""),
        (inline({"text": ["x"]}), 'can\'t parse inline keyboard button: Field "text" must be of type String'),
        (inline({"text": "", "callback_data": "x"}), "inline keyboard button text must be non-empty"),
        (
            inline({"text": "x"}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            inline({"text": "x", "callback_data": ""}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (inline({"text": "x", "callback_data": "x" * 65}), "BUTTON_DATA_INVALID"),
        (inline({"text": "x", "callback_data": "ế" * 22}), "BUTTON_DATA_INVALID"),
        (
            inline({"text": "x", "url": "localhost"}),
            "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
        ),
        ({"inline_keyboard": [[BUTTON]] * 101}, "reply markup is too long"),
    ],
)
async def test_complaints(bot: Raw, alice: Person, markup: Any, complaint: str) -> None:
    refused = await bot.refused("sendMessage", chat_id=alice.id, text="Gửi chứ?", reply_markup=markup)
    assert refused == f"Bad Request: {complaint}"
    assert alice.messages == []


@pytest.mark.parametrize("data", ["x", "x" * 64, "ế" * 21, "a:b|c"])
async def test_callback_data_of_up_to_64_bytes_comes_back(bot: Raw, alice: Person, data: str) -> None:
    markup = inline({"text": "Gửi", "callback_data": data})
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="Gửi chứ?", reply_markup=markup)
    assert sent["reply_markup"] == markup
    await alice.presses("Gửi")
    assert (await bot.ok("getUpdates"))[-1]["callback_query"]["data"] == data


@pytest.mark.parametrize("nothing", [{}, {"inline_keyboard": []}, {"inline_keyboard": [[]]}, {"keyboard": []}])
async def test_an_empty_keyboard_is_no_keyboard(bot: Raw, alice: Person, nothing: Any) -> None:
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="x", reply_markup=nothing)
    assert "reply_markup" not in sent


async def test_rows_stay_rows(bot: Raw, alice: Person) -> None:
    rows = [[BUTTON, {"text": "Trang", "url": "https://example.org/"}], [{"text": "Huỷ", "callback_data": "no"}]]
    await bot.ok("sendMessage", chat_id=alice.id, text="x", reply_markup={"inline_keyboard": rows})
    [message] = alice.messages
    assert message.buttons == (("Gửi", "Trang"), ("Huỷ",))


async def test_a_reply_keyboard_stands_until_it_is_taken_away(bot: Raw, alice: Person) -> None:
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="x", reply_markup={"keyboard": [["Báo cáo", "Lịch sử"]]})
    assert "reply_markup" not in sent
    await alice.taps("Báo")
    assert (await bot.ok("getUpdates"))[-1]["message"]["text"] == "Báo cáo"
    await bot.ok("sendMessage", chat_id=alice.id, text="y", reply_markup={"remove_keyboard": True})
    with pytest.raises(AssertionError, match="'Báo' names 0 buttons"):
        await alice.taps("Báo")


async def test_only_an_inline_keyboard_goes_under_a_message_that_stands(bot: Raw, alice: Person) -> None:
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="x")
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    keyboard = {"keyboard": [["Báo cáo"]]}
    assert await bot.refused("editMessageText", text="y", reply_markup=keyboard, **where) == (
        "Bad Request: inline keyboard expected"
    )
