"""The page speaks the language that its person has chosen, at once, and the leaders' page with it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.kit import CHROMIUM, SMALL_PHONE, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: neither `chromium` on PATH nor /usr/bin/chromium"),
]
LEADER = "thuong-vu"


async def test_a_language_that_is_chosen_is_the_pages_too(visit: Visit) -> None:
    window = await visit.window(LEADER, screen=SMALL_PHONE)
    typing = window.page.locator("#input")
    await expect(typing).to_have_attribute("placeholder", "Nhập tin…")
    for label, placeholder, language in (("English", "Message…", "en"), ("Tiếng Việt", "Nhập tin…", "vi")):
        await window.says("/ngonngu")
        await window.presses(label)
        await expect(typing).to_have_attribute("placeholder", placeholder)
        await expect(window.page.locator("html")).to_have_attribute("lang", language)
        await window.is_connected()
        # What was said before is there again after the page has turned.
        await expect(window.said("/ngonngu").last).to_be_visible()
        assert await window.overhang() == 0
        beside = (await visit.window(screen=SMALL_PHONE)).page
        await beside.goto(f"/bang?as={LEADER}")
        await expect(beside.locator("html")).to_have_attribute("lang", language)
        assert await beside.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await beside.close()
