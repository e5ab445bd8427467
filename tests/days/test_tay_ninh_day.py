"""The first days of Tây Ninh's campaign, from joining to the committee's digest, through Telegram's own protocol."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.app import App
from tests.days.town import CODES, INVITES, LEADER, Town, answers, at, free_port, joins, opened, settings
from tests.support.world import TurnedClock
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person, picture


@pytest.fixture(params=["polling", "webhook"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Town, TelegramEmulator]]:
    clock = TurnedClock(at("15/12 11:00"))
    async with TelegramEmulator(clock=lambda: clock.now().timestamp()) as emulator:
        webhook = request.param == "webhook"
        app = App(settings(tmp_path, emulator, port=free_port() if webhook else 0, webhook=webhook), clock)
        async with opened(app, clock, *INVITES) as time:
            yield time, emulator


async def everybody_joins(emulator: TelegramEmulator) -> tuple[Person, Person, Person, Person]:
    lan, minh, hoa = (emulator.person(name) for name in CODES)
    for person, (code, _) in zip((lan, minh, hoa), CODES.values(), strict=True):
        await joins(person, code)
    hung = emulator.person("Hùng")
    await joins(hung, LEADER)
    return lan, minh, hoa, hung


async def test_two_days(town: tuple[Town, TelegramEmulator]) -> None:
    time, emulator = town
    lan, minh, hoa, hung = await everybody_joins(emulator)

    # The evening before, Lan reports all in words; pictures too.
    await time.time_is("15/12 20:15")
    heard = await answers(
        lan, "/baocao", "[📝 Báo cáo ngay]", "[☐ Làm nhà, sửa nhà]", "[☐ Hỗ trợ thiếu nhi]", "[Xong]",
        "[☐ Nhà tình nghĩa]", "[Xong]", "0", "2", "80tr", "một trăm hai mươi em", "[Bỏ qua]", "khoảng 60",
        "[☐ 📷 Ảnh]", "[Xong]",
    )  # fmt: skip
    assert "Gửi ảnh" in heard
    await lan.sends_photo(picture())
    assert "ảnh thứ 2" in (await lan.hears()).text
    card = await answers(lan, "[Bỏ qua]")
    assert "Nhà sửa chữa: 2 căn" in card
    assert "80.000.000 đ" in card
    receipt = await answers(lan, "[✅ Gửi báo cáo]")
    assert "Đã nhận lúc 20:15, đúng hạn. Mã báo cáo: TN-000001" in receipt

    assert lan.menu[0][0] == "baocao"
    assert hung.menu[0][0] == "tonghop"

    # Two hours and half an hour before ten, only those who owe are reminded.
    lan.forgets()
    await time.time_is("16/12 08:00")
    assert "2 giờ" in (await minh.hears()).text
    assert "2 giờ" in (await hoa.hears()).text
    assert "không phát sinh" in await answers(minh, "[Không phát sinh]")
    await time.time_is("16/12 09:30")
    assert "30 phút" in (await hoa.hears()).text
    assert minh.unheard == lan.unheard == 0

    # Hoa is late: she is told once, and reports.
    await time.time_is("16/12 10:05")
    assert "quá hạn" in (await hoa.hears()).text
    receipt = await answers(
        hoa, "[📝 Báo cáo ngay]", "[☐ Hỗ trợ thiếu nhi]", "[Xong]", "25", "[Bỏ qua]", "40", "[Bỏ qua]",
        "[✅ Gửi báo cáo]",
    )  # fmt: skip
    assert "trễ hạn" in receipt

    # The digest: 3 of 13, 2 in time, 1 with nothing; 145 children, 100 attendances.
    await time.time_is("16/12 10:15")
    chart, digest = await hung.hears(10), await hung.hears(10)
    assert chart.photo is not None
    assert Image.open(io.BytesIO(chart.photo)).format == "PNG"
    assert "3/13" in digest.text
    assert "2 đúng hạn" in digest.text
    assert "1 không phát sinh" in digest.text
    assert "145 em" in digest.text
    assert "Trảng Bàng" in digest.text
    assert "Bến Cầu" not in digest.text.split("Chưa báo cáo")[-1]

    # Lan mistyped: she corrects 120 to 12; the total follows, the next digest owns up to it.
    await time.time_is("16/12 11:00")
    assert "TN-000001" in await answers(lan, "/lichsu", "[TN-000001 · 16/12]")
    corrected = await answers(lan, "[✏️ Sửa báo cáo này]", "[✏️ Thiếu nhi được hỗ trợ]", "12", "[✅ Gửi báo cáo]")
    assert "bản 2" in corrected
    await time.time_is("17/12 10:15")
    hung.forgets()
    digest_text = await answers(hung, "/tonghop")
    while "📊" not in digest_text:
        digest_text = (await hung.hears(10)).text
    assert "0/13" in digest_text
    assert "Điều chỉnh" in digest_text
    assert "−108" in digest_text

    # The same button again, and an update that Telegram delivers twice, change nothing.
    await lan.repeats_last_update()
    minh.forgets()
    assert "TN-" in await answers(minh, "/lichsu")
    async with time.app.db.read() as conn:
        reports = (await conn.exec_driver_sql("select count(*), sum(revision_no) from report")).one()
    assert tuple(reports) == (3, 4)
