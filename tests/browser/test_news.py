"""News on the page: albums, links that look like buttons, what is edited, and what is taken back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from markupsafe import Markup
from playwright.async_api import WebSocketRoute, expect

from handlers.events import Attachment, Choice, Link, Reply
from tests.bot.kit import photo
from tests.bot.site import Site
from tests.browser.kit import CHROMIUM, SMALL_PHONE, Visit
from tests.telegram import samples

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: neither `chromium` on PATH nor /usr/bin/chromium"),
]

PLAN = Link("Xem kế hoạch ra quân tháng Thanh niên của Tỉnh đoàn", "https://tinhdoan.example.vn/?a=1&b=2")
STOP = ((Choice("Thôi nhận tin", "nt/off"),),)


async def test_an_album_its_link_and_its_choices(call: Visit, site: Site) -> None:
    window = await call.window("lan", screen=SMALL_PHONE)
    kept = [await site.app.media.keep_photo(photo((wide, 300)), "tests") for wide in (900, 200, 400, 500, 600)]
    photos = tuple(Attachment(media_id, "a.jpg") for media_id in kept)
    news = Reply(Markup("Ra quân <b>ngày mai</b>"), STOP, photos=photos, links=(PLAN,))
    await site.app.webchat.send("lan", news, key="album")
    message = await window.hears("Ra quân")
    for picture in await message.locator(".album img").all():
        await window.shows(picture)
    await expect(message.locator(".album img")).to_have_count(5)
    await expect(message.locator(".album img").nth(1)).to_have_attribute("alt", "Ảnh 2/5")
    link = message.get_by_role("link", name=PLAN.label)
    await expect(link).to_have_attribute("href", PLAN.url)
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(link).to_have_attribute("target", "_blank")
    assert await window.overhang() == 0
    box = await link.bounding_box()
    assert box
    assert box["height"] >= 44  # a thumb hits it
    await expect(message.locator("[data-action]")).to_have_text("Thôi nhận tin")


async def test_pictures_and_a_file_in_one_message(call: Visit, site: Site) -> None:
    window = await call.window("lan", screen=SMALL_PHONE)
    kept = [await site.app.media.keep_photo(photo((wide, 300)), "tests") for wide in (900, 200)]
    paper = await site.app.media.keep_file(samples.PDF, "ke-hoach.pdf", "tests")
    photos = tuple(Attachment(media_id, "a.jpg") for media_id in kept)
    news = Reply(Markup("Kế hoạch kèm ảnh"), STOP, photos=photos, document=Attachment(paper.media_id, paper.name))
    await site.app.webchat.send("lan", news, key="both")
    message = await window.hears("Kế hoạch kèm ảnh")
    for picture in await message.locator(".album img").all():
        await window.shows(picture)
    await expect(message.locator(".album img")).to_have_count(2)
    await expect(message.get_by_role("link", name="ke-hoach.pdf")).to_have_attribute("download", "ke-hoach.pdf")
    assert await window.overhang() == 0


async def test_a_correction_shows_in_place_and_keeps_the_pictures(call: Visit, site: Site) -> None:
    window = await call.window("lan")
    media_id = await site.app.media.keep_photo(photo(), "tests")
    news = Reply(Markup("Họp 14:00"), photo=Attachment(media_id, "a.jpg"), links=(PLAN,))
    told = await site.app.webchat.send("lan", news, key="edit")
    await window.hears("Họp 14:00")
    edited = replace(news, text=Markup("Họp 15:00"), photo=None, links=(), replaces=told, only_edit=True)
    await site.app.webchat.send("lan", edited, key="edit/e1")
    await window.hears("Họp 15:00")
    await expect(window.heard("Họp 14:00")).to_have_count(0)
    await window.shows(window.heard("Họp 15:00").locator("img"))
    await expect(window.heard("Họp 15:00").locator(".choices a")).to_have_count(0)


async def test_what_is_taken_back_goes_from_an_open_page(call: Visit, site: Site) -> None:
    window = await call.window("minh")
    told = [await site.app.webchat.send("minh", Reply(Markup(f"tin {n}"), STOP), key=f"back/{n}") for n in range(3)]
    await window.hears("tin 2")
    await site.app.webchat.send("minh", Reply(Markup(""), deletes=told[2]), key="back/x")
    await expect(window.heard("tin 2")).to_have_count(0)
    await expect(window.heard("tin 1")).to_be_visible()
    await site.app.webchat.send("minh", Reply(Markup(""), deletes=",".join(told)), key="back/y")
    await expect(window.page.locator(".msg")).to_have_count(0)
    await expect(window.page.locator("p.day")).to_have_count(0)


async def test_what_was_taken_back_while_the_page_was_away_goes_when_it_is_back(call: Visit) -> None:
    window = await call.window()
    common = {"type": "message", "mine": False, "choices": [], "time": "08:18", "at": "2022-12-16T08:18:00+07:00"}

    def tell(socket: WebSocketRoute) -> None:
        for number in range(1, 6):
            socket.send(json.dumps({**common, "id": number, "html": f"tin {number}"}))
        socket.send(json.dumps({"type": "standing", "from": 2, "until": 4, "ids": [4, 2]}))

    await window.page.route_web_socket("**/chat/ws**", tell)
    await window.becomes("lan")
    await window.hears("tin 5")
    await expect(window.page.locator(".msg .text")).to_have_text(["tin 1", "tin 2", "tin 4", "tin 5"])
