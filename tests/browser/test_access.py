"""For all: with a screen reader, by the keyboard alone, on the smallest screen, with thick fingers."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from markupsafe import Markup
from playwright.async_api import Locator, Page, ViewportSize, expect

from handlers.events import Attachment, Choice, Link, Reply
from tests.bot.kit import photo
from tests.bot.site import Site, running
from tests.browser.kit import CHROMIUM, SMALL_PHONE, Visit, Window, file
from tests.channels.kit import Recorder
from tests.telegram.samples import PDF

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: neither `chromium` on PATH nor /usr/bin/chromium"),
]

DESK: ViewportSize = {"width": 1280, "height": 800}
THUMB_PX = 44
SKIP = ((Choice("Bỏ qua", "skip"), Choice("Huỷ", "stop")),)
LATER = ((Choice("📝 Báo cáo ngay", "now"), Choice("Để sau", "later")),)
PLACE = Reply(Markup("<b>Câu 2/5.</b> Nhà ở đâu ạ? Gõ /trogiup nếu cần."), SKIP, wants="place")
REMINDER = Reply(Markup("Còn <b>2 giờ</b> nữa là hết hạn."), LATER)
PLAN = Link("Xem kế hoạch ra quân", "https://tinhdoan.example.vn/")
SMALL_TARGETS = """
    (least) => [...document.querySelectorAll("a[href], button, textarea, [tabindex='0']")]
        .filter((node) => node.checkVisibility() && !node.closest(".text") && !node.matches(".skip"))
        .map((node) => [node.id || node.textContent, node.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < least || height < least)
        .map(([name, { width, height }]) => `${name}: ${width} × ${height}`)
"""
_keys = itertools.count(1)


async def tells(site: Site, chat: str, *replies: Reply) -> None:
    for reply in replies:
        await site.app.webchat.send(chat, reply, key=f"access/{next(_keys)}")


async def full(site: Site, window: Window, chat: str) -> None:
    """A conversation with something of everything."""
    kept = [await site.app.media.keep_photo(photo((300, 200)), "tests") for _ in range(3)]
    pictures = tuple(Attachment(media_id, "a.jpg") for media_id in kept)
    paper = await site.app.media.keep_file(PDF, "kế hoạch.pdf", "tests")
    document = Attachment(paper.media_id, paper.name)
    await tells(site, chat, Reply(Markup("Ra quân <b>ngày mai</b>"), photos=pictures, links=(PLAN,)))
    await tells(site, chat, Reply(Markup("Kế hoạch đây ạ."), LATER, document=document))
    await window.hears("Kế hoạch đây")
    await window.presses("Để sau")
    await window.says("sửa 2 căn nhà")
    await expect(window.said("sửa 2 căn nhà").last).to_contain_text("✓")
    await tells(site, chat, PLACE, REMINDER)
    await window.hears("hết hạn")


async def grave_faults(page: Page) -> list[str]:
    results = await Axe().run(page)
    return [
        f"{fault['id']}: {[node['html'] for node in fault['nodes']]}"
        for fault in results.response["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]


# --- as axe sees it, and a thumb -------------------------------------------------------------------


@pytest.mark.parametrize("screen", [SMALL_PHONE, DESK], ids=["phone", "desk"])
async def test_axe_finds_nothing_grave(call: Visit, site: Site, screen: ViewportSize) -> None:
    await site.is_heard()
    window = await call.window(screen=screen)
    await window.page.goto("/")
    await expect(window.page.locator("[data-person]")).to_have_count(2)
    assert await grave_faults(window.page) == []
    await window.becomes("lan")
    await full(site, window, "lan")
    assert await grave_faults(window.page) == []
    await call.context.set_offline(True)
    await expect(window.page.locator("#offline")).to_be_visible()
    await window.says("không có mạng")
    assert await grave_faults(window.page) == []
    await window.page.locator("#skip").focus()
    assert await grave_faults(window.page) == []
    call.errors = [error for error in call.errors if "ERR_INTERNET_DISCONNECTED" not in error]


async def test_axe_finds_nothing_grave_where_one_is_not_let_in(call: Visit, tmp_path: Path) -> None:
    async with running(None, tmp_path) as real:
        window = await call.window(screen=SMALL_PHONE)
        await window.page.goto(f"{real.base}/vao/{'x' * 32}")
        await expect(window.page.get_by_role("alert")).to_be_visible()
        assert await grave_faults(window.page) == []
        assert await window.overhang() == 0
        assert await window.page.evaluate(SMALL_TARGETS, THUMB_PX) == []
        await window.page.close()
    call.errors = [error for error in call.errors if "403" not in error]


async def test_a_thumb_hits_everything(call: Visit, site: Site) -> None:
    await site.is_heard()
    window = await call.window(screen=SMALL_PHONE)
    await window.page.goto("/")
    await expect(window.page.locator("[data-person]")).to_have_count(2)
    assert await window.page.evaluate(SMALL_TARGETS, THUMB_PX) == []
    await window.becomes("minh")
    await full(site, window, "minh")
    assert await window.page.evaluate(SMALL_TARGETS, THUMB_PX) == []
    assert await window.overhang() == 0


# --- by the keyboard, and by ear -------------------------------------------------------------------


async def tab_to(window: Window, wanted: Locator, key: str = "Tab") -> None:
    """Go there by the keyboard, in few steps."""
    for _ in range(12):
        await window.page.keyboard.press(key)
        if await wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(await window.page.locator(":focus").evaluate("node => node.outerHTML"))


async def test_all_of_it_by_the_keyboard(call: Visit, site: Site, tmp_path: Path) -> None:
    heard: Recorder = await site.is_heard()
    await tells(site, "lan", *(Reply(Markup(f"<b>tin {n}</b>"), LATER) for n in range(20)), PLACE)
    window = await call.window()
    await window.page.goto("/")
    keyboard = window.page.keyboard
    person = window.page.locator('[data-person="lan"]')
    await expect(person).to_be_visible()
    await tab_to(window, person)
    await keyboard.press("Enter")
    await window.is_connected()
    question = await window.hears("Nhà ở đâu ạ?")
    chooser = asyncio.ensure_future(window.page.wait_for_event("filechooser"))
    await window.page.locator("#title").focus()
    await tab_to(window, window.page.locator("#skip"))
    await keyboard.press("Enter")
    await keyboard.type("gõ bằng bàn phím")
    await keyboard.press("Enter")
    assert (await heard.next()).text == "gõ bằng bàn phím"
    await tab_to(window, window.attach, "Shift+Tab")
    await keyboard.press("Enter")
    await (await chooser).set_files(file(tmp_path, "biên bản.pdf", PDF))
    assert (await heard.next()).document
    await tab_to(window, question.locator("[data-action=stop]"), "Shift+Tab")
    await keyboard.press("Enter")
    assert (await heard.next()).action == "stop"
    await it_is_read_back(window)


async def it_is_read_back(window: Window) -> None:
    log = window.page.locator("#log")
    await log.focus()
    before = await log.evaluate("node => node.scrollTop")
    await window.page.keyboard.press("PageUp")
    await window.page.wait_for_function("before => document.querySelector('#log').scrollTop < before", arg=before)


async def test_a_screen_reader_is_told_what_is_what(call: Visit, site: Site) -> None:
    await site.is_heard()
    await tells(site, "minh", replace(PLACE, text=Markup("Cầu ở đâu ạ?")))
    window = await call.window("minh")
    question = await window.hears("Cầu ở đâu ạ?")
    log = window.page.get_by_role("log", name="Cuộc trò chuyện")
    await expect(log).to_have_attribute("aria-live", "polite")  # the history is over: what comes now is read out
    await expect(question.get_by_role("group", name="Lựa chọn").get_by_role("button")).to_have_count(3)
    await expect(question).to_contain_text("Bot:")
    await expect(window.page.get_by_role("textbox", name="Nhập tin…")).to_be_visible()
    for name in ("Gửi", "Gửi ảnh hoặc tệp"):
        await expect(window.page.get_by_role("button", name=name, exact=True)).to_be_visible()
    await expect(window.page.get_by_role("status")).to_have_text("đã kết nối")
    await window.says("ở ấp 3")
    await expect(window.said("ở ấp 3")).to_have_attribute("aria-live", "off")
    await tells(site, "minh", Reply(Markup("Em ghi ở ấp 3.")))
    await expect(log.locator(".msg", has_text="Em ghi ở ấp 3.")).to_be_visible()
    await expect(window.page.locator("html")).to_have_attribute("lang", "vi")


# --- what stands to be answered --------------------------------------------------------------------


async def test_a_reminder_does_not_take_the_place_of_the_question(call: Visit, site: Site) -> None:
    heard: Recorder = await site.is_heard()
    await call.context.grant_permissions(["geolocation"])
    await call.context.set_geolocation({"latitude": 11.3, "longitude": 106.1, "accuracy": 9})
    window = await call.window("lan")
    await tells(site, "lan", replace(PLACE, text=Markup("Nhà thứ nhất ở đâu?")), REMINDER)
    await window.hears("hết hạn")
    question = window.heard("Nhà thứ nhất")
    await expect(window.page.locator(".live")).to_have_count(2)
    await window.presses("Để sau")
    assert (await heard.next()).action == "later"
    await expect(window.want).to_have_count(1)
    await question.locator(".want").click()
    assert (await heard.next()).location
    await expect(window.page.locator(".live")).to_have_count(0)
    await question.locator("[data-action=skip]").click()  # calmer now, and still to be pressed
    assert (await heard.next()).action == "skip"


async def test_a_new_question_takes_the_place_of_the_old(call: Visit, site: Site) -> None:
    await site.is_heard()
    window = await call.window("lan")
    await tells(
        site, "lan", replace(PLACE, text=Markup("Câu cũ?")), replace(PLACE, text=Markup("Câu mới?"), wants="file")
    )
    await window.hears("Câu mới?")
    await expect(window.want).to_have_text("📎 Gửi tệp")
    await expect(window.heard("Câu cũ?").locator("[data-action=skip]").last).to_be_visible()
