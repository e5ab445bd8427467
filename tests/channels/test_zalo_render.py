"""A reply as Zalo's messages: styles beside plain text, choices as lines, files as addresses."""

import pytest
from markupsafe import Markup

from bot.channels.zalo_render import TEXT_LIMIT, Files, Part, Style, render, without_photo
from handlers.events import Choice, Link, Reply
from locales.translator import Translators
from tests.channels.kit import HOSTILE, ZONE, say

TR = Translators(ZONE)["en"]


NO_FILES = Files()


def only(reply: Reply, files: Files = NO_FILES) -> Part:
    (part,) = render(reply, files, TR)
    return part


def test_what_is_formatted_stands_beside_the_text_in_utf16_units() -> None:
    part = only(Reply(Markup("🙂 <b>hai <i>nhà</i></b> <code>TN-1</code> <u>x</u><s>y</s>")))
    assert part.text == "🙂 hai nhà TN-1 xy"
    assert part.styles == (
        Style(3, 4, ("b",)), Style(7, 3, ("b", "i")), Style(16, 1, ("u",)), Style(17, 1, ("s",)),
    )  # fmt: skip


def test_hostile_text_is_only_text() -> None:
    part = only(Reply(Markup("Mã: {}").format(HOSTILE)))
    assert (part.text, part.styles) == (f"Mã: {HOSTILE}", ())


def test_a_link_stands_as_its_address() -> None:
    text = Markup('Xem <a href="{}">bản đồ</a>, <a href="{}">{}</a>')
    text = text.format("https://a.vn/?x=1&y=2", "https://b.vn", "https://b.vn")
    assert only(Reply(text)).text == "Xem bản đồ: https://a.vn/?x=1&y=2, https://b.vn"


def test_links_follow_the_text() -> None:
    reply = Reply(Markup("Tin"), links=(Link("Đọc <thêm>", "https://a.vn/?a=1&b=2"),))
    assert only(reply).text == "Tin\n\nĐọc <thêm>: https://a.vn/?a=1&b=2"


def test_choices_are_numbered_across_rows() -> None:
    part = only(say("Đúng chứ?", ("Đúng=yes", "Không <phải>=no"), ("Để sau=later",)))
    assert part.text == "Đúng chứ?\n\n1. Đúng\n2. Không <phải>\n3. Để sau"


def test_several_that_can_be_ticked_say_so() -> None:
    part = only(say("Hoạt động nào?", ("☐ Tuyên truyền=t/0", "☑ Tặng quà=t/1"), ("Xong=ok",)))
    head, hint = part.text.rsplit("\n", 1)
    assert head == "Hoạt động nào?\n\n1. ☐ Tuyên truyền\n2. ☑ Tặng quà\n3. Xong"
    assert "1, 3" in hint


def choices(*labels: str) -> tuple[tuple[Choice, ...], ...]:
    return (tuple(Choice(label, f"a/{place}") for place, label in enumerate(labels)),)


@pytest.mark.parametrize(
    ("labels", "wants", "below"),
    [
        (("0", "1", "1.200", "⬅ Back", "Skip"), "number", "Type a number, or: Back · Skip"),
        (("0", "1"), "number", ""),
        (("⬅ Back", "ℹ️ More"), "number", "Or type: Back · More"),
        (("⬅ Back", "Skip"), "text", "Or type: Back · Skip"),
        (("Yes, 1.200", "120", "Another"), "", "Or type: Yes, 1.200 · 120 · Another"),
    ],
)
def test_where_digits_are_the_answer_there_are_no_numbers(labels: tuple[str, ...], wants: str, below: str) -> None:
    part = only(Reply(Markup("Mấy căn?"), choices(*labels), wants=wants))
    assert part.text == "\n\n".join(filter(None, ["Mấy căn?", below]))


def test_a_long_text_is_cut_at_paragraphs_and_the_choices_come_last() -> None:
    paragraphs = [f"Đoạn {number} " + "chữ " * 150 for number in range(8)]
    parts = render(say("\n\n".join(p.strip() for p in paragraphs), ("Xem=dig/1",)), Files(), TR)
    assert all(part.text.startswith("Đoạn") and len(part.text) <= TEXT_LIMIT for part in parts)
    assert "\n\n".join(part.text for part in parts).endswith("\n\n1. Xem")


def test_emoji_count_twice_and_are_not_broken() -> None:
    parts = render(say("🙂" * 1500), Files(), TR)
    assert [len(part.text.encode("utf-16-le")) // 2 for part in parts] == [2000, 1000]


def test_bold_goes_on_behind_a_cut() -> None:
    first, second = render(Reply(Markup("<b>{}</b>").format("chữ " * 600)), Files(), TR)
    for part in (first, second):
        assert part.styles == (Style(0, len(part.text), ("b",)),)


def test_a_short_text_rides_on_the_picture() -> None:
    assert only(say("Tiến độ", ("Xem=dig/1",)), Files(photos=("https://p/1",))) == Part(
        "Tiến độ\n\n1. Xem", photo="https://p/1"
    )


def test_a_long_text_follows_the_picture() -> None:
    photo, *texts = render(say("chữ " * 600), Files(photos=("https://p/1",)), TR)
    assert photo == Part("", photo="https://p/1")
    assert [text.photo for text in texts] == ["", ""]


@pytest.mark.parametrize(("rows", "bearer"), [((), 0), ((("Xem=dig/1",),), 2)])
def test_an_album_is_several_pictures(rows: tuple[tuple[str, ...], ...], bearer: int) -> None:
    parts = render(say("Tiến độ", *rows), Files(photos=("1", "2", "3")), TR)
    assert [part.photo for part in parts] == ["1", "2", "3"]
    assert [bool(part.text) for part in parts] == [place == bearer for place in range(3)]


def test_a_document_is_its_address() -> None:
    part = only(say("Báo cáo"), Files(document=("Biên bản <1>.docx", "https://d/1")))
    assert part.text == "Báo cáo\n\nBiên bản <1>.docx: https://d/1"


def test_a_file_without_an_address_is_told_of() -> None:
    assert only(say("Tiến độ"), Files(unseen=True)).text.startswith("Tiến độ\n\nThere is a file")


def test_a_picture_that_is_not_taken_becomes_its_address() -> None:
    assert without_photo(Part("Tiến độ", photo="https://p/1"), TR).text == "Tiến độ\n\nPicture: https://p/1"
    assert without_photo(Part("", photo="https://p/1"), TR).text == "Picture: https://p/1"


def test_nothing_to_say_is_nothing() -> None:
    assert render(say(""), Files(), TR) == []
