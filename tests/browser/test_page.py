"""The demo as people use it: in a browser, with fingers and pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.async_api import expect

from tests.browser.conftest import Demo
from tests.browser.kit import CHROMIUM, SMALL_PHONE, Visit, Window
from tests.cli.kit import query

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: neither `chromium` on PATH nor /usr/bin/chromium"),
]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "sửa đường.png"
    Image.linear_gradient("L").resize((800, 600)).convert("RGB").save(path)
    return path


async def test_a_secretary_reports_and_comes_back(visit: Visit, demo: Demo, picture: Path) -> None:
    window = await visit.window("phuoc-vinh")
    await window.presses("📝 Báo cáo ngay")
    await window.hears("Câu 1/")
    await window.ticks("Hỗ trợ thiếu nhi")
    await window.presses("Xong")
    await window.hears("Hỗ trợ bao nhiêu em")
    await window.says("khoảng hai lăm em")
    await window.hears("Em ghi khoảng 25 em")
    await window.says("5")
    await window.hears("Em chưa rõ “5”")
    await window.presses("5.000.000 đ")
    await window.hears("lượt đoàn viên")
    await window.presses("10")
    await window.hears("gửi thêm gì không")
    await window.ticks("📷 Ảnh")
    await window.presses("Xong")
    await window.hears("Gửi ảnh hoạt động")
    await window.sends_picture(picture)
    await window.hears("Gửi ảnh thứ 2")
    await window.shows(window.page.locator(".msg[data-mine=true] img"))
    await window.presses("Bỏ qua")
    await window.hears("Thiếu nhi được hỗ trợ: khoảng 25 em")
    await window.presses("✅ Gửi báo cáo")
    receipt = await (await window.hears("Mã báo cáo: TN-")).inner_text()
    the_report_is_kept(demo.folder, receipt)
    await it_is_all_there_after_a_reload(window)


def the_report_is_kept(folder: Path, receipt: str) -> None:
    ((code, answers, marks),) = query(
        folder,
        "select report.code, answers, marks from report join revision on report_id = report.id "
        "join unit on unit.id = unit_id where unit.code = '25591' order by report.id desc limit 1",
    )
    assert f"Mã báo cáo: {code}." in receipt
    kept = json.loads(answers)
    assert {name: kept[name] for name in ("children_supported", "children_value", "participants")} == {
        "children_supported": 25, "children_value": 5_000_000, "participants": 10,
    }  # fmt: skip
    assert kept["photo_1"].startswith("p/")
    assert list(json.loads(marks).values()) == ["about"]


async def it_is_all_there_after_a_reload(window: Window) -> None:
    before = await window.page.locator(".msg").all_inner_texts()
    await window.page.reload()
    await window.is_connected()
    await window.hears("Mã báo cáo: TN-")
    assert await window.page.locator(".msg").all_inner_texts() == before
    await window.shows(window.page.locator(".msg[data-mine=true] img"))


async def test_the_committee_reads_the_digest_and_takes_the_workbook(visit: Visit, tmp_path: Path) -> None:
    window = await visit.window("thuong-vu")
    await window.says("/tonghop")
    await window.hears("/96 đơn vị đã báo cáo")
    await window.shows(window.page.locator(".msg[data-mine=false] img"))
    await window.presses("Tải Excel")
    async with window.page.expect_download() as download:
        await window.page.locator("a.file").click()
    path = tmp_path / "tải về.xlsx"
    await (await download.value).save_as(path)
    assert (await download.value).suggested_filename.endswith(".xlsx")
    rows = [[cell.value for cell in row] for sheet in load_workbook(path) for row in sheet]
    assert any("Đoàn xã Phước Vinh" in row for row in rows)


async def test_two_windows_are_two_people(visit: Visit) -> None:
    minh, hoa = await visit.window("go-dau"), await visit.window("tan-chau")
    for window in (minh, hoa):
        await window.says("/tinhtrang")
    await minh.hears("Đoàn phường Gò Dầu")
    await hoa.hears("Đoàn xã Tân Châu")
    await expect(minh.heard("Tân Châu")).to_have_count(0)
    await expect(hoa.heard("Gò Dầu")).to_have_count(0)
    again = await visit.window("go-dau")
    await again.hears("Đoàn phường Gò Dầu")
    await again.says("/huy")
    await minh.hears("Không có việc nào đang làm dở")
    await expect(minh.said("/huy")).to_have_count(1)


async def test_what_people_type_stays_text(visit: Visit) -> None:
    window = await visit.window("go-dau")
    line = "<img src=x onerror=alert(1)> <b>đậm</b> [x](javascript:alert(2)) & {{7*7}}"
    await window.says(line)
    own = window.said("onerror")
    assert line in await own.inner_text()
    await window.hears("chưa hiểu")
    await window.page.reload()
    await expect(own).to_be_visible()
    assert await own.locator("img, b").count() == 0


async def test_on_a_small_screen_nothing_hangs_over(visit: Visit) -> None:
    window = await visit.window(screen=SMALL_PHONE)
    await window.page.goto("/")
    await expect(window.page.locator("[data-person]")).to_have_count(6)
    assert await window.overhang() == 0
    await window.becomes("van-phong")
    await window.says("/tonghop")
    await window.hears("/96 đơn vị đã báo cáo")
    await window.shows(window.page.locator(".msg[data-mine=false] img").last)
    await window.presses("Tải Excel")
    await expect(window.page.locator("a.file")).to_be_visible()
    await window.says("https://bot.example.vn/" + "rất-dài" * 40)
    await window.hears("chưa hiểu")
    assert await window.overhang() == 0
    await window.becomes("tan-chau")
    await window.says("/baocao")
    await window.presses("📝 Báo cáo ngay")
    await window.hears("Câu 1/")
    assert await window.overhang() == 0


async def test_a_line_typed_offline_is_sent_once_when_back(visit: Visit, demo: Demo) -> None:
    window = await visit.window("go-dau")
    await visit.context.set_offline(True)
    await expect(window.page.locator("#offline")).to_be_visible()
    await window.says("/trogiup gửi khi có mạng")
    line = window.said("gửi khi có mạng")
    await expect(line).to_contain_text("đang gửi…")
    assert kept_lines(demo.folder) == 0
    await visit.context.set_offline(False)
    await expect(line).to_contain_text("✓")
    await window.hears("Trả lời từng câu")
    await window.page.reload()
    await window.hears("Trả lời từng câu")
    await expect(line).to_have_count(1)
    await expect(window.heard("Trả lời từng câu")).to_have_count(1)
    assert kept_lines(demo.folder) == 1
    visit.errors = [error for error in visit.errors if "ERR_INTERNET_DISCONNECTED" not in error]


def kept_lines(folder: Path) -> int:
    lines = query(folder, "select body from web_message where mine and chat = 'go-dau'")
    return sum("gửi khi có mạng" in json.loads(body)["text"] for (body,) in lines)
