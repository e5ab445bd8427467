"""One conversation for all channels: what is said speaks of choosing and typing, for some have nothing to press."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from locales.__main__ import path_of

CAMPAIGNS = Path(__file__).parents[1] / "campaigns"

BUTTONS = {
    "vi": re.compile(r"\b(?:bấm|nhấn|ấn|nút)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:tap|press|button)", re.I),
}

OF_REAL_BUTTONS = {
    "2. Tap Start if it is there; asked for a code, send the one above.",
    "Send your location (📎 or 📍), or type it as 10.7769, 106.7009.",
    "🔗 Link button",
    "No link button",
    "🔗 {url}\nWhat is the button to say? Type it, such as <i>Register</i>.",
    "The button's words are longer than {most} characters.",
    "buttons as numbered lines, the link as an address",
}
"""Telegram's own, and those that news may have."""


@pytest.mark.parametrize("language", BUTTONS)
def test_no_text_asks_for_a_button_that_there_may_not_be(language: str) -> None:
    with path_of(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    strings = {
        message.id: message.string if isinstance(message.string, str) else " ".join(message.string)
        for message in catalogue
        if message.id and message.id not in OF_REAL_BUTTONS
    }
    assert [text for text in strings.values() if BUTTONS[language].search(text)] == []


def test_no_form_of_ours_does_either() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in CAMPAIGNS.rglob("*.md")}
    assert texts
    assert [name for name, text in texts.items() if BUTTONS["vi"].search(text)] == []
