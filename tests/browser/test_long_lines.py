"""A long text pasted into the box: nothing of it is cut, and one that is too long stays there."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.channels.webchat_frames import TEXT_LIMIT
from tests.browser.kit import CHROMIUM, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: neither `chromium` on PATH nor /usr/bin/chromium"),
]


async def test_a_long_text_is_sent_whole_or_not_at_all(visit: Visit) -> None:
    window = await visit.window("phuoc-vinh")
    too_long = "ế" * (TEXT_LIMIT + 1)
    await window.page.locator("#input").focus()
    await window.page.keyboard.insert_text(too_long)
    await window.page.press("#input", "Enter")
    await expect(window.page.locator(".notice")).to_contain_text("dài quá 8.000 chữ cái")
    await expect(window.page.locator("#input")).to_have_value(too_long)
    await expect(window.page.locator(".msg[data-mine=true]")).to_have_count(0)
    await window.page.fill("#input", "")
    await window.page.keyboard.insert_text("ế" * TEXT_LIMIT)
    await window.page.press("#input", "Enter")
    await expect(window.page.locator(".msg[data-mine=true]")).to_contain_text("ế" * TEXT_LIMIT)
