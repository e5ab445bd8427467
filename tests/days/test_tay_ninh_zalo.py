"""The first days of Tây Ninh's campaign over Zalo: typed codes, numbered lines, few messages."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.days.town import CODES, LEADER, Town
from tests.days.zalo_town import FULL, FULL_LINES, joins, opened, says
from tests.telegram.people import picture
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.people import Group, Person

MOST = 4
"""Messages that a full report may cost, both directions together, the reminder apart."""


async def test_two_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path, monkeypatch) as (time, zalo):
        lan, minh, hoa = [zalo.person(name) for name in CODES]
        for person, (code, _) in zip((lan, minh, hoa), CODES.values(), strict=True):
            await joins(person, code)
        hung = zalo.person("Hùng")
        await joins(hung, LEADER)

        await _lan_reports_question_by_question(time, lan)
        group = await _a_group_is_linked(zalo, hung, minh)
        await _reminders(time, lan, minh, hoa)
        await _hoa_reports_in_one_message(time, zalo, hoa)
        await _the_digest(time, hung, group)
        await _lan_corrects(time, lan, hung)

        await lan.repeats_last_update()
        minh.forgets()
        assert "TN-" in await says(minh, "/lichsu")
        async with time.app.db.read() as conn:
            reports = (await conn.exec_driver_sql("select count(*), sum(revision_no) from report")).one()
            failed = (await conn.exec_driver_sql("select traceback from failed_update")).all()
        assert tuple(reports) == (3, 4)
        assert not failed, failed[0]


async def _lan_reports_question_by_question(time: Town, lan: Person) -> None:
    """The evening before: several questions at a time, pictures too."""
    await time.time_is("15/12 20:15")
    assert "một tin" in await says(lan, "báo cáo")
    assert "Câu 1/" in await says(lan, "trả lời từng câu")
    assert "Loại nhà nào" in await says(lan, "2, 5")
    several = await says(lan, "nhà tình nghĩa")
    assert "1. Xây mới bao nhiêu căn nhà? (căn)" in several
    assert "3. Hỗ trợ bao nhiêu em thiếu nhi? (em)" in several
    assert "Tổng giá trị các căn nhà" in await says(lan, "1. 0\n2) 2 căn\n3. một trăm hai mươi em\n5. khoảng 60")
    assert "gửi thêm gì" in await says(lan, "80tr")
    assert "Gửi ảnh" in await says(lan, "1")
    await lan.sends_photo(picture())
    assert "ảnh thứ 2" in (await lan.hears()).text
    card = await says(lan, "bỏ qua")
    assert "Nhà sửa chữa: 2 căn" in card
    assert "80.000.000 đ" in card
    assert "Đã nhận lúc 20:15, đúng hạn. Mã báo cáo: TN-000001" in await says(lan, "gửi")


async def _a_group_is_linked(zalo: ZaloEmulator, hung: Person, minh: Person) -> Group:
    """By a mention; what is not for the bot it does not hear."""
    group = zalo.group("Cán bộ Đoàn", hung, minh)
    group.adds_bot()
    await minh.says("chào cả nhà", to=group)
    await hung.says("/lienket", to=group, mention=True)
    assert "nhắn riêng" in (await group.hears()).text
    assert "Nhóm" in (await hung.hears()).text
    assert "Liên kết" in await says(hung, "Tỉnh đoàn Tây Ninh")
    assert "Đơn vị: Tỉnh đoàn Tây Ninh" in await says(hung, "✅ Liên kết")
    assert "Tỉnh đoàn Tây Ninh" in (await group.hears()).text
    return group


async def _reminders(time: Town, lan: Person, minh: Person, hoa: Person) -> None:
    """Only those who owe are reminded; the reminder says how to answer, and leads to the web."""
    lan.forgets()
    await time.time_is("16/12 08:00")
    heard = (await minh.hears()).text
    assert "2 giờ" in heard
    assert "một tin" in heard
    assert "https://bot.example.vn/vao/" in heard
    assert "2 giờ" in (await hoa.hears()).text
    assert "không phát sinh" in await says(minh, "không phát sinh")
    await time.time_is("16/12 09:30")
    assert "30 phút" in (await hoa.hears()).text
    assert minh.unheard == lan.unheard == 0


async def _hoa_reports_in_one_message(time: Town, zalo: ZaloEmulator, hoa: Person) -> None:
    """She is late and answers the reminder with all that the form counts."""
    await time.time_is("16/12 10:05")
    assert "quá hạn" in (await hoa.hears()).text
    before = zalo.quota.used
    receipt = await says(hoa, FULL)
    assert receipt.count("• ") == FULL_LINES
    assert "trễ hạn" in receipt
    assert zalo.quota.used - before == MOST // 2


async def _the_digest(time: Town, hung: Person, group: Group) -> None:
    """One message to each: the picture with the numbers below it."""
    hung.forgets()
    await time.time_is("16/12 10:15")
    for digest in (await hung.hears(10), await group.hears(10)):
        assert digest.photo is not None
        assert Image.open(io.BytesIO(digest.photo)).format == "PNG"
        assert "3/13" in digest.text
        assert "khoảng 180 lượt người" in digest.text
    assert hung.unheard == 0


async def _lan_corrects(time: Town, lan: Person, hung: Person) -> None:
    """120 was 12: the total follows, and the next digest owns up to it."""
    await time.time_is("16/12 11:00")
    assert "TN-000001" in await says(lan, "/lichsu", "1")
    corrected = await says(lan, "sửa báo cáo này", "✏️ Thiếu nhi được hỗ trợ", "12", "gửi")
    assert "bản 2" in corrected
    await time.time_is("17/12 10:15")
    hung.forgets()
    digest = await says(hung, "tổng hợp")
    assert "0/13" in digest
    assert "−108" in digest


async def test_pushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By webhook, in short: what a full report costs that is begun by /baocao, and one that nobody asked for."""
    async with opened(tmp_path, monkeypatch, webhook=True) as (time, zalo):
        await zalo.calls.wait_for("setWebhook")
        lan, minh = zalo.person("Lan"), zalo.person("Minh")
        await joins(lan, CODES["Lan"][0])
        await joins(minh, CODES["Minh"][0])
        await time.time_is("15/12 20:15")
        before = zalo.quota.used
        assert "một tin" in await says(lan, "/baocao")
        assert zalo.quota.used - before == MOST // 2
        receipt = await says(lan, FULL)
        assert "Đã nhận lúc 20:15" in receipt
        assert receipt.count("• ") == FULL_LINES
        assert zalo.quota.used - before == MOST
        await _nobody_asked_for_it(zalo, minh)
        await lan.repeats_last_update()
        await zalo.webhook.settled()
        assert lan.unheard == 0
        assert "TN-000001" in await says(lan, "/lichsu")


async def _nobody_asked_for_it(zalo: ZaloEmulator, minh: Person) -> None:
    """Told out of the blue a report is shown before it goes out; with the word that sends it, it is not."""
    before = zalo.quota.used
    assert "xem lại giúp em" in await says(minh, FULL)
    assert "Mã báo cáo" in await says(minh, "gửi")
    assert zalo.quota.used - before == MOST
