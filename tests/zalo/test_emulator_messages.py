"""Words: lengths, markup, styles, and whom the bot may write to."""

from typing import Any

import pytest

from tests.zalo.emulator import ZaloEmulator
from tests.zalo.people import STICKER, Person
from tests.zalo.raw import Raw


async def said(bot: Raw, person: Person, text: str, **more: Any) -> str:
    """What the person sees of `text`, with its formatting as tags."""
    await bot.ok("sendMessage", chat_id=person.id, text=text, **more)
    return (await person.hears()).html


async def test_plain_words_stay_as_they_are(bot: Raw, lan: Person) -> None:
    sent = await bot.ok("sendMessage", chat_id=lan.id, text="**Xong** rồi <b>nhé</b> & _thôi_")
    shown = await lan.hears()
    assert (shown.text, shown.styles) == ("**Xong** rồi <b>nhé</b> & _thôi_", ())
    assert (shown.id, shown.date) == (sent["message_id"], sent["date"])
    assert lan.transcript() == "> xin chào\n- **Xong** rồi <b>nhé</b> & _thôi_"


async def test_the_bot_cannot_write_first(bot: Raw, zalo: ZaloEmulator) -> None:
    minh = zalo.person("Trần Văn Minh")
    for chat in (minh.id, "0" * 20, 1459):
        assert await bot.refused("sendMessage", chat_id=chat, text="x") == (400, "chat_id is invalid")
    assert await bot.refused("sendMessage", text="x") == (400, "chat_id is required")
    await minh.says("chào")
    await bot.ok("sendMessage", chat_id=minh.id, text="x")


@pytest.mark.parametrize("text", ["x" * 2001, "😀" * 1001])
async def test_too_long(bot: Raw, lan: Person, text: str) -> None:
    refused = (400, "The text must not exceed 2000 characters")
    assert await bot.refused("sendMessage", chat_id=lan.id, text=text) == refused
    assert await bot.refused("sendMessage", chat_id=lan.id, text=f"**{text[:1998]}**", parse_mode="markdown") == refused


@pytest.mark.parametrize("text", ["x" * 2000, "😀" * 1000])
async def test_as_long_as_may_be(bot: Raw, lan: Person, text: str) -> None:
    assert await said(bot, lan, text) == text


@pytest.mark.parametrize("given", [{"text": ""}, {}, {"text": " \n"}, {"text": "<p></p>", "parse_mode": "html"}])
async def test_nothing_to_say(bot: Raw, lan: Person, given: dict[str, str]) -> None:
    assert await bot.refused("sendMessage", chat_id=lan.id, **given) == (400, "The text must not be empty")


@pytest.mark.parametrize(
    ("markdown", "seen"),
    [
        ("**Xong** và __hết__", "<b>Xong</b> và <b>hết</b>"),
        ("*nghiêng* và _nghiêng_", "<i>nghiêng</i> và <i>nghiêng</i>"),
        ("***cả hai***", "<b><i>cả hai</i></b>"),
        ("~~bỏ~~ `mã **x**`", "<s>bỏ</s> <code>mã **x**</code>"),
        ("**đậm *và nghiêng* nữa**", "<b>đậm </b><b><i>và nghiêng</i></b><b> nữa</b>"),
        ("*nghiêng **và đậm** nữa*", "<i>nghiêng </i><b><i>và đậm</i></b><i> nữa</i>"),
        ("# Một\n#### Bốn\n##### Năm", "<b>Một</b>\n<b>Bốn</b>\n##### Năm"),
        ("- một\n* hai\n+ ba\n1. bốn", "• một\n• hai\n• ba\n1. bốn"),
        ("> trích **dẫn**", "<quote>trích </quote><b><quote>dẫn</quote></b>"),
        ("{underline}gạch{/underline} {blue}xanh{/blue}", "<u>gạch</u> {blue}xanh{/blue}"),
        ("[trang](https://x.vn) a_b_c _a_b **hở", "[trang](https://x.vn) a_b_c _a_b **hở"),
        ("không có dấu \\*thoát\\*, 2*3*4", "không có dấu \\<i>thoát\\</i>, 2<i>3</i>4"),
    ],
)
async def test_markdown(bot: Raw, lan: Person, markdown: str, seen: str) -> None:
    assert await said(bot, lan, markdown, parse_mode="markdown") == seen


async def test_colours_of_markdown(bot: Raw, lan: Person) -> None:
    await said(bot, lan, "😀 {red}gấp{/red} {big}**to**{/big}", parse_mode="markdown")
    shown = lan.sees()[-1]
    assert shown.text == "😀 gấp to"
    assert shown.styles == ((3, 3, frozenset({"c_db342e"})), (7, 2, frozenset({"f_20", "b"})))


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<b>a</b><strong>b</strong> <i>c</i><em>d</em>", "<b>ab</b> <i>cd</i>"),
        ("<u>a</u><s>b</s><del>c</del><strike>d</strike>", "<u>a</u><s>bcd</s>"),
        ("<h1>Đầu</h1>thân<p>một</p><div>hai</div>", "<b>Đầu</b>\nthân\nmột\nhai"),
        ("<ul><li>a</li><li>b</li></ul><ol><li>c</li><li><b>d</b></li></ol>", "• a\n• b\n1. c\n2. <b>d</b>"),
        ("<p style='font-weight: bold; color:#db342e'>gấp</p>", "<b>gấp</b>"),
        ("a &lt; b &amp; c", "a &lt; b &amp; c"),
    ],
)
async def test_html(bot: Raw, lan: Person, html: str, seen: str) -> None:
    assert await said(bot, lan, html, parse_mode="html") == seen


@pytest.mark.parametrize(
    "html",
    ["<a href='https://x.vn'>x</a>", "<br>x", "x<br/>", "<code>x</code>", "<span>x</span>", "<b>x", "<b><i>x</b></i>",
     "x</b>", "<b class='y'>x</b>", "<p style='margin: 0'>x</p>", "<li>x</li>", "x<!-- y -->", "<!DOCTYPE html>x"],
)  # fmt: skip
async def test_html_that_is_not_listed(bot: Raw, lan: Person, html: str) -> None:
    code, reason = await bot.refused("sendMessage", chat_id=lan.id, text=html, parse_mode="html")
    assert (code, reason.partition(":")[0], lan.sees()) == (400, "html", [])


@pytest.mark.parametrize("mode", ["HTML", "Markdown", "MarkdownV2", ""])
async def test_other_ways_of_markup(bot: Raw, lan: Person, mode: str) -> None:
    refused = await bot.refused("sendMessage", chat_id=lan.id, text="x", parse_mode=mode)
    assert refused == (400, "parse_mode is invalid")


async def test_styles(bot: Raw, lan: Person) -> None:
    styles = [{"start": 0, "len": 2, "st": ["b"]}, {"start": 3, "len": 3, "st": ["b", "c_db342e"]}]
    assert await said(bot, lan, "😀 Xin *chào*", text_styles=styles) == "<b>😀</b> <b>Xin</b> *chào*"
    assert lan.sees()[-1].styles == ((0, 2, frozenset("b")), (3, 3, frozenset({"b", "c_db342e"})))


async def test_markup_wins_over_styles(bot: Raw, lan: Person) -> None:
    styles = [{"start": 0, "len": 3, "st": ["u"]}]
    assert await said(bot, lan, "**Xin** chào", text_styles=styles, parse_mode="markdown") == "<b>Xin</b> chào"


@pytest.mark.parametrize(
    "style",
    [{"start": 0, "len": 7, "st": ["b"]}, {"start": -1, "len": 1, "st": ["b"]}, {"start": 0, "len": 0, "st": ["b"]},
     {"start": 0, "len": 1, "st": ["b"]}, {"start": 2, "len": 1, "st": ["x"]}, {"start": 2, "len": 1, "st": []},
     {"start": "2", "len": 1, "st": ["b"]}, {"start": 2, "st": ["b"]}, "b"],
)  # fmt: skip
async def test_styles_that_do_not_fit(bot: Raw, lan: Person, style: object) -> None:
    refused = await bot.refused("sendMessage", chat_id=lan.id, text="😀 chà", text_styles=[style])
    assert (refused[0], refused[1].partition(":")[0].partition(" ")[0]) == (400, "text_styles")


async def test_styles_that_are_no_list(bot: Raw, lan: Person) -> None:
    for given in [{"b": 1}, "[", "b"]:
        refused = await bot.refused("sendMessage", chat_id=lan.id, text="x", text_styles=given)
        assert refused == (400, "text_styles is invalid")


async def test_what_telegram_knows_is_passed_over(bot: Raw, lan: Person) -> None:
    buttons = {"inline_keyboard": [[{"text": "Gửi", "callback_data": "x"}]]}
    assert await said(bot, lan, "Gửi không?", reply_markup=buttons, reply_to_message_id="x") == "Gửi không?"


async def test_stickers(bot: Raw, lan: Person) -> None:
    await bot.ok("sendSticker", chat_id=lan.id, sticker=STICKER)
    assert (await lan.hears()).sticker == STICKER
    for wrong in ("", "https://stickers.zaloapp.com/x", "0e078a"):
        assert await bot.refused("sendSticker", chat_id=lan.id, sticker=wrong) == (400, "The sticker is invalid")


async def test_typing(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    assert await bot.call("sendChatAction", chat_id=lan.id, action="typing") == (200, {"ok": True})
    assert zalo.world.actions == [(lan.id, "typing")]
    refused = await bot.refused("sendChatAction", chat_id=lan.id, action="upload_photo")
    assert refused == (400, "action is invalid")
    assert (lan.sees(), zalo.quota.used) == ([], 1)
