"""A workbook that an officer sends: read, told, applied."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.support.sent_workbooks import TEMPLATE, applied, put, reading_here, sends, workbook
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with reading_here(tmp_path, monkeypatch) as world:
        yield world


async def audited(world: World, action: str) -> list[tuple[object, ...]]:
    """Who did it, with which account."""
    return await world.query(f"select member_id, account_id from audit where action = '{action}' order by id")


async def test_a_new_campaign(world: World) -> None:
    told = await sends(world, "Mai", TEMPLATE)
    assert "Đợt mới, mã he-tinh-nguyen-2027" in told.text
    assert "3 đơn vị (mới): An Hòa, Bình Minh, Cầu Tre" in told.text
    assert told.labels == ["✅ Áp dụng", "Bỏ"]
    assert await world.query("select count(*) from campaign") == [(1,)]
    heard = await world.presses("Mai", "✅ Áp dụng")
    assert heard[-1][1].text == "✅ Đã nạp Chiến dịch Thanh niên tình nguyện hè 2027."
    assert await world.query("select slug from form order by id desc limit 1") == [("bao-cao-tuan",)]
    officer = await world.query(
        "select m.id, a.id from member m join account a on a.member_id = m.id where address = 'Mai'"
    )
    for action in ("campaign.load", "form.publish", "unit.add"):
        assert (await audited(world, action))[-1:] == officer, action
    shown = (await world.presses("Mai", "Xem đợt này"))[-1][1]
    assert "▶ đang chạy" in shown.text


async def test_left_alone(world: World) -> None:
    await sends(world, "Mai", TEMPLATE)
    heard = await world.presses("Mai", "Bỏ")
    assert "Chưa có gì thay đổi" in heard[-1][1].text
    assert await world.query("select count(*) from campaign") == [(1,)]


async def test_a_changed_workbook_changes_the_campaign(world: World) -> None:
    await applied(world)
    told = await sends(world, "Mai", TEMPLATE, "tên khác.xlsx")
    assert "biểu mẫu bao-cao-tuan: không đổi" in told.text
    assert "giữ nguyên" in told.text

    def change(book: Workbook) -> None:
        book["choices"].append(["hoat_dong", "vuon", "Trồng cây"])
        book["units"]["B3"] = "Đoàn xã An Hòa Mới"
        book["deadlines"]["F2"] = "16:15"

    told = await sends(world, "Mai", workbook(change), "tên khác.xlsx")
    assert "đã có sẵn" in told.text
    assert "“hoat_dong”: thêm lựa chọn (1): vuon" in told.text
    assert "hạn, lời nhắc hoặc bản tổng hợp thay đổi" in told.text
    assert "1 đơn vị (đổi tên hoặc loại): An Hòa" in told.text
    await world.presses("Mai", "✅ Áp dụng")
    assert await world.query("select name from unit where code = 'TM-AH'") == [("Đoàn xã An Hòa Mới",)]
    assert await world.query("select count(*) from campaign") == [(2,)]


async def test_what_changed_meanwhile_is_shown_again(world: World) -> None:
    await sends(world, "Mai", TEMPLATE)
    first = world.channel.chats["Mai"][-1].action("✅ Áp dụng")
    await sends(world, "Mai", workbook(put("units", "B3", "Đoàn xã An Hòa Đông")), "khac.xlsx")
    await world.presses("Mai", "✅ Áp dụng")
    heard = await world.happens("Mai", action=first)
    assert "Từ lúc em đọc đến giờ đã có thay đổi" in heard[-1][1].text
    assert await world.query("select name from unit where code = 'TM-AH'") == [("Đoàn xã An Hòa Đông",)]
    await world.presses("Mai", "✅ Áp dụng")
    assert await world.query("select name from unit where code = 'TM-AH'") == [("Đoàn xã An Hòa",)]


async def test_applied_twice_changes_once(world: World) -> None:
    await sends(world, "Mai", TEMPLATE)
    action = world.channel.chats["Mai"][-1].action("✅ Áp dụng")
    await world.happens("Mai", action=action)
    heard = await world.happens("Mai", action=action)
    assert "không đổi" in heard[-1][1].text
    assert len(await audited(world, "form.publish")) == 2


async def test_problems_by_sheet_and_row(world: World) -> None:
    def spoil(book: Workbook) -> None:
        book["survey"]["B2"] = "hoạt động"
        book["deadlines"]["F2"] = "chiều"
        book["deadlines"]["G2"] = None
        book["reminders"]["B3"] = "hai giờ"
        book["units"]["E3"] = "XX"

    told = await sends(world, "Mai", workbook(spoil))
    assert "cần sửa. Chưa có gì thay đổi." in told.text
    for line in (
        "trang deadlines, dòng 2: cột due: “chiều” chưa đúng, cần một giờ, ví dụ 10:00",
        "trang reminders, dòng 3: cột when: “hai giờ” chưa đúng, cần một khoảng thời gian",
        "trang units, dòng 3: đơn vị cấp trên XX không có trong danh sách và bot cũng chưa biết",
        "trang survey, dòng 2: tên “hoạt động” chỉ được có",
    ):
        assert line in told.text
    assert told.labels == []
    assert told.reply.document is None
    assert await world.query("select count(*) from campaign") == [(1,)]


async def test_what_only_comes_of_another_problem_is_not_told(world: World) -> None:
    told = await sends(world, "Mai", workbook(put("survey", "B3", "làm nhà")))
    assert "có 1 chỗ cần sửa" in told.text
    assert "trang survey, dòng 3: tên “làm nhà” chỉ được có" in told.text
    told = await sends(world, "Mai", workbook(put("targets", "C2", "khong_co")))
    assert "trang targets, dòng 2: cột indicator: “khong_co” chưa đúng" in told.text


async def test_many_problems_come_as_a_file(world: World) -> None:
    def spoil(book: Workbook) -> None:
        for row in range(2, 18):
            book["survey"][f"B{row}"] = f"tên {row}"

    told = await sends(world, "Mai", workbook(spoil))
    assert told.text.count("• trang survey") == 12
    assert "dòng nữa, trong tệp kèm theo" in told.text
    assert told.reply.document
    kept = await world.media.resolve(told.reply.document)
    assert len(re.findall("dòng [0-9]+", kept.path.read_text(encoding="utf-8-sig"))) >= 16


async def test_loaded_again_it_still_knows_when_it_rested(world: World) -> None:
    await applied(world)
    await world.presses("Mai", "Xem đợt này")
    for said in ("⏸ Tạm dừng", "Đúng, làm đi"):
        await world.presses("Mai", said)
        if said.startswith("⏸"):
            await world.says("Mai", "Bão số 9")
    before = await world.query("select state, json_extract(settings, '$.rests') from campaign order by id desc limit 1")
    await sends(world, "Mai", workbook(put("campaign", "B3", "Tên mới")))
    await world.presses("Mai", "✅ Áp dụng")
    assert await world.query("select name from campaign order by id desc limit 1") == [("Tên mới",)]
    after = await world.query("select state, json_extract(settings, '$.rests') from campaign order by id desc limit 1")
    assert after == before
    assert after[0][0] == "paused"


async def test_a_campaign_of_several_forms_is_not_torn(world: World) -> None:
    told = await sends(world, "Tú", workbook(_of_another_campaign))
    assert "đợt này còn biểu mẫu khác (form)" in told.text
    assert told.labels == []


def _of_another_campaign(book: Workbook) -> None:
    book["campaign"]["B2"], book["campaign"]["B5"] = "khac", "KH"
    book["units"].delete_rows(2, 10)


async def test_what_is_worth_a_look(world: World) -> None:
    def change(book: Workbook) -> None:
        book["deadlines"]["D2"], book["deadlines"]["M3"] = "07/05/2027", "thị trấn"

    told = await sends(world, "Mai", workbook(change))
    assert "không có đơn vị nào loại “thị trấn”" in told.text
    assert "bắt đầu từ 07/05/2027, ngày đó đã qua" in told.text
    assert told.labels == ["✅ Áp dụng", "Bỏ"]

    def over(book: Workbook) -> None:
        book["deadlines"]["D2"], book["deadlines"]["E2"] = "07/05/2026", "28/05/2026"

    assert "ngày cuối 28/05/2026 đã qua" in (await sends(world, "Mai", workbook(over))).text
