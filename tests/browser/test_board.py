"""The leaders' page in a real browser: on a phone and on a desk, with a script and without, on paper, and by those who
do not see it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Response, ViewportSize, expect

from tests.bot.board_site import board_of, init_data
from tests.bot.board_story import PACK, UNITS, morning, told_of
from tests.browser.conftest import Demo
from tests.browser.kit import CHROMIUM, PATIENCE_MS, PHONE, SMALL_PHONE, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]
DESK: ViewportSize = {"width": 1280, "height": 900}
BOARD = "/bang?as=thuong-vu"
LIMIT = 60_000
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "cat.color"],
         "rules": {"color-contrast-enhanced": {"enabled": True}}}  # fmt: skip
"""With a contrast of 7:1, for the sun."""


async def board(visit: Visit, screen: ViewportSize, path: str = BOARD) -> Page:
    page = (await visit.window(screen=screen)).page
    await page.goto(path)
    return page


async def findings(page: Page) -> list[str]:
    """What axe finds that is not minor."""
    found = (await Axe().run(page, options=RULES)).response["violations"]
    return [f"{one['id']}: {[node['html'] for node in one['nodes']][:3]}" for one in found if one["impact"] != "minor"]


async def overhang(page: Page) -> Any:
    return await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


async def shown(page: Page) -> list[str]:
    return await page.locator("#rows tr:visible th").all_inner_texts()


# Between the narrowest and the widest there is nothing else to see.
@pytest.mark.parametrize(
    "screen",
    [
        pytest.param(SMALL_PHONE, id="small"),
        pytest.param(PHONE, id="phone", marks=pytest.mark.soak),
        pytest.param(DESK, id="desk"),
    ],
)
async def test_board_and_report_for_every_eye(visit: Visit, screen: ViewportSize, tmp_path: Path) -> None:
    page = await board(visit, screen)
    await expect(page.locator("h1")).to_have_text("Tỉnh đoàn Tây Ninh")
    assert await overhang(page) == 0
    assert await findings(page) == []
    # No name is broken letter by letter.
    heights = await page.evaluate("() => [...document.querySelectorAll('#rows tr')].map(row => row.offsetHeight)")
    assert max(heights) < 130
    await page.locator("#rows a").first.click()
    await expect(page.get_by_role("link", name="⬅ Về bảng số liệu")).to_be_visible()
    assert await overhang(page) == 0
    assert await findings(page) == []


async def test_who_has_no_way_in_is_helped(visit: Visit) -> None:
    page = (await visit.window(screen=PHONE)).page
    visit.errors.clear()
    await page.goto("/bang")
    assert await findings(page) == []
    await page.get_by_role("link", name=re.compile("Ban Thường vụ")).click()
    await expect(page.locator("h1")).to_have_text("Tỉnh đoàn Tây Ninh")
    # Chromium writes a refused page into the console.
    visit.errors[:] = [error for error in visit.errors if "403" not in error]


async def test_letters_are_large_and_targets_wide_enough(visit: Visit) -> None:
    page = await board(visit, PHONE)
    sizes = await page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(node => node.checkVisibility() && node.innerText?.trim())
            .map(node => parseFloat(getComputedStyle(node).fontSize))"""
    )
    assert min(sizes) >= 16
    heights = await page.evaluate(
        """() => [...document.querySelectorAll(".way, nav a, .parts a, input, select")]
            .filter(node => node.checkVisibility()).map(node => node.getBoundingClientRect().height)"""
    )
    assert min(heights) >= 44


async def test_found_at_once_without_accents_and_put_in_order(visit: Visit) -> None:
    page = await board(visit, PHONE)
    everybody = await shown(page)
    assert len(everybody) == 96
    await page.fill("[name=loc]", "duc hoa")
    assert await shown(page) == [name for name in everybody if "Đức Hòa" in name] != []
    assert "loc=duc+hoa" in page.url
    await page.fill("[name=loc]", "khong dau ca")
    await expect(page.locator("#none")).to_be_visible()
    await page.fill("[name=loc]", "")
    await page.select_option("[name=tt]", "chua")
    owing = await shown(page)
    assert 0 < len(owing) < 96
    await page.select_option("[name=tt]", "")
    await page.get_by_role("link", name="Tình trạng").click()
    assert (await shown(page))[: len(owing)] == owing
    await expect(page.locator("th[aria-sort]")).to_have_text("Tình trạng")
    # As the server does it.
    by_script = await shown(page)
    await page.reload()
    assert await shown(page) == by_script


async def test_another_figure(visit: Visit) -> None:
    page = await board(visit, PHONE)
    await page.select_option("[name=so]", label="Suất quà")
    await expect(page.locator("#of")).to_have_text("Số liệu: Suất quà")
    await expect(page.locator("#dien-bien h2")).to_have_text("Diễn biến: Suất quà")


async def test_the_same_without_a_script(demo: Demo, browser: Browser) -> None:
    context = await browser.new_context(
        base_url=demo.bot.address, locale="vi-VN", viewport=PHONE, java_script_enabled=False
    )  # fmt: skip
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(BOARD)
    await page.fill("[name=loc]", "tan")
    await page.select_option("[name=tt]", "dung")
    await page.get_by_role("button", name="Lọc").click()
    rows = page.locator("#rows tr:not([hidden])")
    await expect(rows.first).to_contain_text("đúng hạn")
    assert all("Tân" in text or "Tấn" in text for text in await rows.all_inner_texts())
    await page.locator(".units thead").get_by_role("link", name="Cả đợt").click()
    await expect(page.locator("th[aria-sort]")).to_have_text("Cả đợt")
    await context.close()


async def test_all_that_a_visit_loads_is_light(visit: Visit) -> None:
    page = (await visit.window(screen=PHONE)).page
    came: list[Response] = []

    def hear(response: Response) -> None:
        came.append(response)

    page.on("response", hear)
    await page.goto(BOARD, wait_until="networkidle")
    sizes = {response.url: len(await response.body()) for response in came}
    assert sum(sizes.values()) < LIMIT, sizes
    assert any(url.endswith("bang.css") for url in sizes)


async def test_files_are_saved(visit: Visit) -> None:
    page = await board(visit, PHONE)
    for label, ending in (("Tải Excel", "xlsx"), ("Tải Word", "docx")):
        async with page.expect_download() as download:
            await page.get_by_role("link", name=label).click()
        assert (await download.value).suggested_filename.endswith(f".{ending}")


async def test_on_paper_there_are_figures_and_no_buttons(visit: Visit, tmp_path: Path) -> None:
    page = await board(visit, DESK)
    await page.emulate_media(media="print")
    for gone in (".switch", "#find", "#print", "nav"):
        await expect(page.locator(gone).first).to_be_hidden()
    await expect(page.locator("#rows tr").last).to_be_visible()
    sheet = await page.pdf(path=tmp_path / "board.pdf", prefer_css_page_size=True)
    # A4 in points.
    assert re.search(rb"/MediaBox \[0 0 59[45]\.\d+ 84[12]\.\d+\]", sheet)


async def test_by_the_keyboard(visit: Visit) -> None:
    page = await board(visit, DESK)
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Xuống danh sách đơn vị")
    await expect(skip).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("#don-vi$"))
    await page.keyboard.press("Tab")
    await expect(page.locator("[name=loc]")).to_be_focused()


async def test_as_a_mini_app_of_telegram(browser: Browser, tmp_path: Path) -> None:
    """Who it is stands behind the # of the address; the report's picture comes to whom it may."""
    async with told_of(tmp_path, PACK, UNITS) as story, board_of(story.world) as site:
        await morning(story)
        await site.on_telegram("Hùng", 4211)
        context = await browser.new_context(base_url=site.base, locale="vi-VN", viewport=PHONE)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.goto("/bang/telegram")
        await expect(page.locator("#said")).to_contain_text("từ khung trò chuyện với bot trên Telegram")
        old = init_data(4211, story.world.clock.now() - timedelta(days=2))
        await page.goto("/bang/telegram?again#" + urlencode({"tgWebAppData": old}))
        await expect(page.locator("#said")).to_contain_text("mở lại từ khung trò chuyện")
        now = init_data(4211, story.world.clock.now())
        await page.goto("/bang/telegram?now#" + urlencode({"tgWebAppData": now, "tgWebAppVersion": "8.0"}))
        await expect(page.locator("h1")).to_have_text("Tỉnh đoàn Tây Ninh")
        assert "tgWebAppData" not in page.url
        await page.locator("#rows a").first.click()
        picture = page.locator(".files img")
        await picture.evaluate("image => image.decode()")
        assert await picture.evaluate("image => image.naturalWidth") > 0
        assert await findings(page) == []
        await context.close()
