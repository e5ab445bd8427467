"""What the bot shows: sounds and controls beside a question, in their order, within a small screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from markupsafe import Markup
from playwright.async_api import WebSocketRoute, expect

from handlers.events import Attachment, Choice, Reply
from tests.bot.site import Site
from tests.browser.kit import CHROMIUM, SMALL_PHONE, Visit, file
from tests.telegram.samples import PDF, wav

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: neither `chromium` on PATH nor /usr/bin/chromium"),
]

SKIP = ((Choice("Bỏ qua", "skip"),),)
TO_ITS_END = """
    player => new Promise((ended, failed) => {
        Object.assign(player, { onended: () => ended(true), onerror: failed });
        player.play();
    })
"""
UNITS = ("căn", "%")
BROKEN_UNITS = """
    message => {
        const walker = document.createTreeWalker(message, NodeFilter.SHOW_TEXT), broken = [];
        for (let node; (node = walker.nextNode()); )
            for (const { index, 0: found } of node.data.matchAll(/12\\s(căn|%)/g)) {
                const range = document.createRange();
                range.setStart(node, index);
                range.setEnd(node, index + found.length);
                if (range.getClientRects().length !== 1) broken.push(node.data);
            }
        return broken;
    }
"""


async def test_a_question_stands_though_older_lines_come_after_it(call: Visit) -> None:
    """What is said while a page opens may come before the history."""
    common = {"type": "message", "at": "2022-12-16T08:18:00+07:00", "time": "08:18", "choices": []}
    window = await call.window()

    def tell(socket: WebSocketRoute) -> None:
        for number, mine in ((3, False), (1, False), (2, True)):
            frame = {**common, "id": number, "mine": mine, "html": f"tin {number}", "key": f"k{number}"}
            socket.send(json.dumps(frame if mine else {**frame, "wants": "place"}))

    await window.page.route_web_socket("**/chat/ws**", tell)
    await window.becomes("lan")
    await expect(window.said("tin 2")).to_be_visible()
    await expect(window.heard("tin 3").locator(".want")).to_be_visible()
    await expect(window.want).to_have_count(1)


async def test_a_message_of_the_early_morning_stands_under_its_own_day(call: Visit) -> None:
    """Six in the morning here is the day before in Greenwich."""
    window = await call.window()
    common = {"type": "message", "mine": False, "choices": [], "time": "06:06"}

    def tell(socket: WebSocketRoute) -> None:
        for number, at, day in (
            (1, "2022-12-16T16:59:00+00:00", "2022-12-16"),
            (2, "2022-12-16T23:06:00+00:00", "2022-12-17"),
        ):
            socket.send(json.dumps({**common, "id": number, "at": at, "day": day, "html": f"tin {number}"}))

    await window.page.route_web_socket("**/chat/ws**", tell)
    await window.becomes("lan")
    await window.hears("tin 2")
    await expect(window.page.locator("p.day")).to_have_text(["Thứ Sáu, 16 tháng 12", "Thứ Bảy, 17 tháng 12"])


async def test_a_kept_message_has_the_day_of_the_office(call: Visit, site: Site) -> None:
    await site.app.webchat.send("lan", Reply(Markup("Chào đồng chí.")), key="today")
    window = await call.window("lan")
    await window.hears("Chào đồng chí.")
    today = site.app.clock.now().astimezone(site.app.settings.zone)
    await expect(window.page.locator("p.day").last).to_contain_text(f"{today.day} tháng {today.month}")


async def test_a_question_is_heard_where_it_stands(call: Visit, site: Site) -> None:
    kept = await site.app.media.keep_file(wav(), "câu hỏi.wav", "tests")
    question = Reply(Markup("Nghe rồi trả lời giúp em."), document=Attachment(kept.media_id, kept.name))
    await site.app.webchat.send("lan", question, key="sound")
    window = await call.window()
    fetched: list[str] = []
    window.page.on("request", lambda request: fetched.append(request.url))
    await window.becomes("lan")
    player = (await window.hears("Nghe rồi trả lời")).locator("audio")
    await expect(player).to_have_attribute("preload", "none")
    await expect(player).to_have_accessible_name("câu hỏi.wav")
    link = await player.evaluate("player => player.src")
    assert link not in fetched  # on a thin line nothing is fetched that nobody plays
    assert await player.evaluate(TO_ITS_END)
    assert link in fetched


async def test_on_a_small_screen_all_of_it_fits(call: Visit, site: Site, tmp_path: Path) -> None:
    window = await call.window("minh", screen=SMALL_PHONE)
    sound = await site.app.media.keep_file(wav(), "một tên rất dài của một đoạn ghi âm hướng dẫn.wav", "tests")
    for wants in ("place", "picture", "file"):
        question = Reply(Markup("Gửi giúp em."), SKIP, document=Attachment(sound.media_id, sound.name), wants=wants)
        await site.app.webchat.send("minh", question, key=f"small/{wants}")
        await expect(window.want).to_be_visible()
        assert await window.overhang() == 0
    await window.chooses(window.attach, file(tmp_path, "tên_dài_không_dấu_cách" * 3 + ".pdf", PDF))
    await expect(window.said("tên_dài")).to_contain_text("✓")
    assert await window.overhang() == 0
    await site.app.webchat.send("minh", Reply(Markup("Cảm ơn.")), key="small/end")
    await window.hears("Cảm ơn.")
    await expect(window.want).to_have_count(0)


async def test_a_number_stays_with_its_unit(call: Visit, site: Site) -> None:
    window = await call.window("minh", screen=SMALL_PHONE)
    lines = [
        f"{'sửa ' * length}{'i' * rest} 12 {unit}" for length in (4, 5, 6) for rest in range(9) for unit in ("căn", "%")
    ]
    await site.app.webchat.send("minh", Reply(Markup("\n".join(lines))), key="units")
    message = await window.hears("sửa sửa")
    assert await message.evaluate(BROKEN_UNITS) == []
