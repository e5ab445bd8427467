"""The HTML parse mode: what it yields, and every complaint with its byte offset."""

from typing import Any

import pytest

from tests.telegram.emulator.errors import ApiError
from tests.telegram.emulator.htmltext import parse_html
from tests.telegram.people import Person
from tests.telegram.raw import Raw

ENTITIES = "Bad Request: can't parse entities: "


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("không có thẻ", "không có thẻ", []),
        ("<b>đậm</b>", "đậm", [("bold", 0, 3)]),
        ("<STRONG>đậm</STRONG>", "đậm", [("bold", 0, 3)]),
        ("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [("strikethrough", n, 1) for n in range(3)]),
        ('<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>', "ab", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("<b>một <i>hai</i></b>", "một hai", [("bold", 0, 7), ("italic", 4, 3)]),
        ("<b><i>cùng chỗ</i></b>", "cùng chỗ", [("bold", 0, 8), ("italic", 0, 8)]),
        ("✅ 🇻🇳 <b>Xong</b>", "✅ 🇻🇳 Xong", [("bold", 7, 4)]),  # a flag takes four code units
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<code>a</code> <pre>b</pre>", "a b", [("code", 0, 1), ("pre", 2, 1)]),
        ("<b></b>trống", "trống", []),
        ("<b>a</>", "a", [("bold", 0, 1)]),  # an end tag without a name closes the last one
        ("&lt;b&gt; &amp; &quot;&#39;&#x41;&#66", "<b> & \"'AB", []),
        ("&nbsp; & &unknown; &#0; &#xfffffff;", "&nbsp; & &unknown; &#0; &#xfffffff;", []),
        ("5 > 3", "5 > 3", []),
    ],
)
def test_text_and_entities(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    parsed = parse_html(source)
    assert parsed.text == text
    assert [(one.type, one.offset, one.length) for one in parsed.entities] == entities


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<a href="https://vi.example.org/a?b=1&amp;c">x</a>', {"url": "https://vi.example.org/a?b=1&c"}),
        ("<a href='example.org'>x</a>", {"url": "http://example.org/"}),
        ("<a>example.org</a>", {"url": "http://example.org/"}),
        ('<a href="tg://user?id=7">x</a>', {"url": "tg://user?id=7"}),
        ('<a href="http://127.0.0.1:8080/x">x</a>', {"url": "http://127.0.0.1:8080/x"}),
        ('<pre><code class="language-python">x</code></pre>', {"language": "python"}),
        ('<tg-emoji emoji-id="5368324170671202286">x</tg-emoji>', {"custom_emoji_id": "5368324170671202286"}),
    ],
)
def test_entities_with_a_value(source: str, expected: dict[str, Any]) -> None:
    [entity] = parse_html(source).entities
    assert expected.items() <= entity.json().items()


@pytest.mark.parametrize("address", ["", "localhost", "http://localhost/x", "ftp://example.org", "http://a.b:port/"])
def test_a_link_that_leads_nowhere_is_dropped_and_its_words_stay(address: str) -> None:
    parsed = parse_html(f'<a href="{address}">x</a>')
    assert (parsed.text, parsed.entities) == ("x", ())


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("đồng <p>", 'Unsupported start tag "p" at byte offset 8'),
        ("a<br/>b", 'Unsupported start tag "br/" at byte offset 1'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("ấ<b", "Unclosed start tag at byte offset 3"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a ", 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x.y"/>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=http://x.y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        (
            "&#xd83d;",
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
            "surrogate code units",
        ),
    ],
)
def test_complaints(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.description == ENTITIES + complaint


async def test_a_complaint_reaches_the_bot(bot: Raw, alice: Person) -> None:
    refused = await bot.refused("sendMessage", chat_id=alice.id, text="<x>", parse_mode="HTML")
    assert refused == ENTITIES + 'Unsupported start tag "x" at byte offset 0'
    assert await bot.refused("sendMessage", chat_id=alice.id, text="x", parse_mode="BBCode") == (
        "Bad Request: unsupported parse_mode"
    )


async def test_a_phone_shows_the_formatting(bot: Raw, alice: Person) -> None:
    source = '  <b>Đã nhận</b> &lt;1&gt; &amp; <a href="https://example.org/?a=1&amp;b=2">xem</a> 👍\n '
    sent = await bot.ok("sendMessage", chat_id=alice.id, text=source, parse_mode="html")
    assert sent["text"] == "Đã nhận <1> & xem 👍"
    assert sent["entities"][0] == {"type": "bold", "offset": 0, "length": 7}
    [message] = alice.messages
    assert message.html == ('<b>Đã nhận</b> &lt;1&gt; &amp; <a href="https://example.org/?a=1&amp;b=2">xem</a> 👍')


async def test_telegram_marks_links_and_commands_by_itself(bot: Raw, alice: Person) -> None:
    text = "Bấm /lichsu hoặc https://example.org/x. Hỏi @an_emulated #danvan an@example.org; <code>/khong</code>"
    sent = await bot.ok("sendMessage", chat_id=alice.id, text=text, parse_mode="HTML")
    units = sent["text"].encode("utf-16-le")
    found = {
        (one["type"], units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le"))
        for one in sent["entities"]
    }
    assert found == {
        ("bot_command", "/lichsu"),
        ("url", "https://example.org/x"),
        ("mention", "@an_emulated"),
        ("hashtag", "#danvan"),
        ("email", "an@example.org"),
        ("code", "/khong"),
    }


async def test_entities_can_be_given_instead(bot: Raw, alice: Person) -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}
    sent = await bot.ok("sendMessage", chat_id=alice.id, text="<b>", entities=[bold])
    assert (sent["text"], sent["entities"]) == ("<b>", [bold])
    broken = [{"type": "fat", "offset": 0, "length": 1}]
    assert await bot.refused("sendMessage", chat_id=alice.id, text="x", entities=broken) == (
        "Bad Request: can't parse MessageEntity: Unsupported type specified"
    )
