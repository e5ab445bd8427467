"""What people write into news: formatting, placeholders, addresses; and what is refused, with its place."""

from __future__ import annotations

import pytest

from bot.channels.zalo import ZaloChannel
from reporting.news import channels, consent, markup, placeholders
from reporting.news.markup import BadMarkup, Why


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("*đậm* và _nghiêng_.", "<b>đậm</b> và <i>nghiêng</i>."),
        ("**đậm** _*cả hai*_", "<b>đậm</b> <i><b>cả hai</b></i>"),
        ("2 * 3 * 4 = 24; ______; ten_cua_toi", "2 * 3 * 4 = 24; ______; ten_cua_toi"),
        ("*a _b* c_", "<b>a _b</b> c_"),
        ("*hai\ndòng*", "*hai\ndòng*"),
        ("<B>đậm</B> <strong>nữa</strong> <em>x</em>", "<b>đậm</b> <b>nữa</b> <i>x</i>"),
        ("<b><i>x</i></b>", "<b><i>x</i></b>"),
        ("1 < 2 & 3 > 2 <3 <đơn vị>", "1 &lt; 2 &amp; 3 &gt; 2 &lt;3 &lt;đơn vị&gt;"),
        ("&amp; <code>*x*</code>", "&amp;amp; <code>*x*</code>"),
        ("https://x.vn/_a_?b=*c* xem", "https://x.vn/_a_?b=*c* xem"),
        ('<a href="https://x.vn/?a=1&b=2">đây</a>', '<a href="https://x.vn/?a=1&amp;b=2">đây</a>'),
        ("Kính gửi {đơn vị}, {ho_ten}", "Kính gửi {đơn vị}, {ho_ten}"),
    ],
)
def test_typed(typed: str, html: str) -> None:
    assert markup.from_typed(typed) == html


@pytest.mark.parametrize(
    ("typed", "why", "line", "tag"),
    [
        ("một\nhai <b>ba", Why.LEFT_OPEN, 2, "<b>"),
        ("<b>một</b>\n<u>hai\nba", Why.LEFT_OPEN, 2, "<u>"),
        ("một</i>", Why.NEVER_OPENED, 1, "</i>"),
        ("<b><i>x</b></i>", Why.CROSSED, 1, "</b>"),
        ("a\n\n<font color='red'>x</font>", Why.UNKNOWN, 3, "<font color='red'>"),
        ("<script>alert(1)</script>", Why.UNKNOWN, 1, "<script>"),
        ('<a href="javascript:alert(1)">x</a>', Why.NO_LINK, 1, '<a href="javascript:alert(1)">'),
        ("<a>x</a>", Why.NO_LINK, 1, "<a>"),
        ('<a href="https://x.vn" onclick="y()">x</a>', Why.NO_LINK, 1, '<a href="https://x.vn" onclick="y()">'),
    ],
)
def test_what_does_not_parse_is_named_with_its_place(typed: str, why: Why, line: int, tag: str) -> None:
    with pytest.raises(BadMarkup) as caught:
        markup.from_typed(typed)
    assert (caught.value.why, caught.value.line, caught.value.tag) == (why, line, tag)


def test_what_a_channel_formatted_is_read_by_the_same_reader() -> None:
    assert markup.from_channel("<b>a</b> &lt;b&gt; *x* &amp; 'y'") == "<b>a</b> &lt;b&gt; *x* &amp; &#x27;y&#x27;"
    with pytest.raises(BadMarkup):
        markup.from_channel('<img src="x">')


@pytest.mark.parametrize("text", ["*a " * 5000, "*" * 16_000, "<b " * 5000, "_a*" * 5000, "{" * 16_000])
def test_no_text_holds_it_up(text: str) -> None:
    markup.shown(markup.from_typed(text))
    placeholders.unknown(text)


def test_length_is_counted_as_channels_do() -> None:
    assert markup.units(markup.shown("<b>a&amp;</b>😀")) == 4


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://example.vn/a?b=1", True), ("http://example.vn:8080", True), ("ftp://example.vn", False),
        ("javascript:alert(1)", False), ("https://", False), ("https://localhost", False), ("example.vn", False),
        ("https://a b.vn", False), ('https://x.vn/"', False), ("https://me:you@x.vn", False),
        ("https://x.vn:99999", False), ("https://[x.vn", False), ("https://x.vn\n", False),
    ],
)  # fmt: skip
def test_addresses(url: str, *, good: bool) -> None:
    assert markup.is_address(url) is good


def test_placeholders_are_filled_and_what_fills_them_is_escaped() -> None:
    values = {placeholders.UNIT: "Đoàn <b>A&B</b>", placeholders.NAME: "Lan"}
    assert placeholders.filled("<b>{đơn vị}</b> {Ho Ten} {HẠN}", values) == (
        "<b>Đoàn &lt;b&gt;A&amp;B&lt;/b&gt;</b> Lan …"
    )
    assert placeholders.filled("{họ  tên}, {ho_ten}, {x}", {placeholders.NAME: "{hạn}"}) == "{hạn}, {hạn}, {x}"


def test_which_placeholders_there_are() -> None:
    assert placeholders.used("{don vi} {hạn} {x}") == {placeholders.UNIT, placeholders.DUE}
    assert placeholders.unknown("{tên xã} {đơn vị} {tên xã} {}") == ["tên xã", ""]


@pytest.mark.parametrize(
    ("people", "settings", "needs"),
    [
        (500, None, False), (501, None, True), (3, {"news_approval": "yes"}, True), (3, {"news_approval": "no"}, False),
        (3, {}, False), (3, {"approval": "yes"}, False),
    ],
)  # fmt: skip
def test_when_a_second_person_is_needed(people: int, settings: dict[str, str] | None, *, needs: bool) -> None:
    assert consent.needs_second(people, settings) is needs


def test_what_an_author_is_told_of_zalo_is_what_zalo_does() -> None:
    told, does = channels.traits("zalo"), ZaloChannel.capabilities
    assert (told.text_limit, told.buttons, told.files) == (does.text_limit, does.buttons, does.files)
    assert [told.messages(length) for length in (0, 2000, 2001, 4000)] == [1, 1, 2, 2]
