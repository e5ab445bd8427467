"""Cutting HTML: every piece fits and is whole HTML, and nothing of the text is lost."""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from bot.channels.splitting import shown_length, split
from bot.channels.telegram_render import CAPTION_LIMIT, TEXT_LIMIT, Part, render
from handlers.events import Attachment, Choice, Reply
from tests.telegram.emulator.htmltext import parse_html

CHOICES = ((Choice("Xem", "dig/1"),),)
CHART = Attachment("chart/1/vi", "tien-do.png")


def words(pieces: list[str]) -> str:
    """What is read, without the white space that a cut may swallow."""
    return re.sub(r"\s", "", "".join(parse_html(piece).text for piece in pieces))


@pytest.mark.parametrize(
    ("source", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("Đồng chí", 8),
        ("🙂", 2),
        ("&lt;&amp;&gt;&quot;&#39;&#34;&#x1F642;", 8),
        ('<b>a</b><a href="https://bot.example.org/?a&amp;b">b</a>', 2),
        ("a &nbsp; b", 10),
        ("<", 1),
    ],
)
def test_lengths_are_those_of_telegram(source: str, length: int) -> None:
    assert shown_length(source) == length


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert split("<b>một</b>\n\nhai", 100) == ["<b>một</b>\n\nhai"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("mot hai.\n\nba bon\nnam", ["mot hai.", "ba bon\nnam"]),
        ("mot hai ba\nbon nam", ["mot hai ba", "bon nam"]),
        ("mot hai ba bon nam", ["mot hai ba", "bon nam"]),
        ("mot hai bab nam", ["mot hai bab", "nam"]),
        ("motmotmotmotmot", ["motmotmotmo", "tmot"]),
        ("a\n\nhaihai bababa", ["a\n\nhaihai", "bababa"]),
        ("motmot hai   \n\n\n  ba", ["motmot hai", "ba"]),
        ("  \n mot \n ", ["mot"]),
        (" \n ", []),
        ("🙂🙂🙂🙂🙂🙂", ["🙂🙂🙂🙂🙂", "🙂"]),
    ],
)
def test_where_it_is_cut(text: str, pieces: list[str]) -> None:
    assert split(text, 11) == pieces


def test_what_was_bold_goes_on_being_bold() -> None:
    source = '<b>mot <a href="https://bot.example.org/">hai ba bon</a></b> nam'
    assert split(source, 8) == [
        '<b>mot <a href="https://bot.example.org/">hai</a></b>',
        '<b><a href="https://bot.example.org/">ba bon</a></b>',
        "nam",
    ]


def test_an_entity_is_not_broken() -> None:
    assert split("&amp;" * 5, 2) == ["&amp;&amp;", "&amp;&amp;", "&amp;"]


def test_an_emoji_that_does_not_fit_at_all_ends_somewhere() -> None:
    assert split("🙂🙂", 1) == ["🙂", "🙂"]


@given(
    st.lists(st.tuples(st.sampled_from(["", "b", "i", "code"]), st.text(max_size=30)), max_size=12),
    st.integers(2, 40),
)
def test_any_text_at_any_limit(runs: list[tuple[str, str]], limit: int) -> None:
    clean = [(tag, re.sub("[\0\ud800-\udfff]", "", text)) for tag, text in runs]
    source = "".join(f"<{tag}>{escape(text)}</{tag}>" if tag else str(escape(text)) for tag, text in clean)
    pieces = split(source, limit)
    assert all(0 < shown_length(piece) <= limit for piece in pieces)
    assert words(pieces) == re.sub(r"\s", "", "".join(text for _, text in clean))


def test_one_message() -> None:
    assert render(Reply(Markup("Xin <b>chào</b>\n"), CHOICES)) == [Part("Xin <b>chào</b>", choices=CHOICES)]


def test_choices_stand_under_the_last_message() -> None:
    parts = render(Reply(Markup("x " * TEXT_LIMIT), CHOICES))
    assert [part.choices for part in parts] == [(), CHOICES]


def test_a_file_carries_a_short_text() -> None:
    short = Markup("x" * CAPTION_LIMIT)
    assert render(Reply(short, CHOICES, photo=CHART)) == [Part(short, photo=CHART, choices=CHOICES)]
    assert render(Reply(short, document=CHART)) == [Part(short, document=CHART)]
    assert render(Reply(Markup(""), photo=CHART)) == [Part("", photo=CHART)]


def test_a_long_text_follows_its_file() -> None:
    text = Markup("x" * (CAPTION_LIMIT + 1))
    assert render(Reply(text, CHOICES, photo=CHART)) == [Part("", photo=CHART), Part(text, choices=CHOICES)]


PAPER = Attachment("u/1", "ke-hoach.pdf")


def test_with_pictures_the_file_bears_the_text_and_the_buttons() -> None:
    text = Markup("x" * CAPTION_LIMIT)
    file = Part(text, document=PAPER, choices=CHOICES)
    assert render(Reply(text, CHOICES, photo=CHART, document=PAPER)) == [Part("", photo=CHART), file]
    album = (CHART, CHART)
    assert render(Reply(text, CHOICES, photos=album, document=PAPER)) == [Part("", photos=album), file]
    assert render(Reply(Markup(""), CHOICES, photos=album, document=PAPER)) == [
        Part("", photos=album), replace(file, text=""),
    ]  # fmt: skip


def test_a_long_text_follows_pictures_and_file() -> None:
    text = Markup("x" * (CAPTION_LIMIT + 1))
    assert render(Reply(text, CHOICES, photos=(CHART, CHART), document=PAPER)) == [
        Part("", photos=(CHART, CHART)), Part("", document=PAPER), Part(text, choices=CHOICES),
    ]  # fmt: skip


def test_nothing_makes_no_message() -> None:
    assert render(Reply(Markup(" \n"), CHOICES)) == []


def test_the_longest_texts_pass_telegrams_parser() -> None:
    source = str(Markup("<b>{}</b>\n").format("<&> 'Đoàn' \"xã\" 🙂 ") * 400)
    pieces = split(source, TEXT_LIMIT)
    assert len(pieces) == 2
    assert words(pieces) == re.sub(r"\s", "", html.unescape(re.sub(r"</?b>", "", source)))
