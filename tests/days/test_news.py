"""News on Telegram, from the first line to the last: written, to a list that is a workbook, corrected, taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from tests.days.town import Town, at, joins, opened, settings
from tests.emulating.phone import Silence
from tests.reporting.test_unit_files import workbook
from tests.support.world import TurnedClock
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person, picture
from tests.telegram.phone import Shown

INVITES = (("MAEE-TN22", "TN", "officer"), ("K7QM-2XPD", "TN-BC", "reporter"), ("M3NH-4GDA", "TN-GD", "reporter"))
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[tuple[Town, TelegramEmulator]]:
    clock = TurnedClock(at("15/12 08:00"))
    async with TelegramEmulator(clock=lambda: clock.now().timestamp()) as emulator:
        app = App(settings(tmp_path, emulator), clock)
        async with opened(app, clock, *INVITES) as time:
            yield time, emulator


async def goes_on(town: Town, seconds: int = 15) -> None:
    town.clock.turn_to(town.clock.now() + timedelta(seconds=seconds))
    await town.app.jobs.tick()


async def offered(person: Person, label: str) -> Shown:
    """The next message with a button that begins so."""
    while True:
        heard = await person.hears()
        if any(one.startswith(label) for one in heard.labels):
            return heard


async def writes(mai: Person) -> None:
    """News with all that can go with them, for the units of a workbook."""
    await mai.says("/tin")
    await mai.hears()
    await mai.presses("✍️ Soạn tin mới")
    await mai.hears()
    await mai.says("Mời <b>{họ tên}</b> ({đơn vị}) họp lúc <i>14:00</i>", formatted=True)
    await mai.hears()
    await mai.presses("📷 Ảnh")
    await mai.hears()
    for colour in ("red", "blue"):
        await mai.sends_photo(picture(colour=colour), album="1")
        await mai.hears()
    await mai.presses("Xong")
    await mai.hears()
    await mai.presses("📎 Tệp")
    await mai.hears()
    await mai.sends_document(PDF, "ke-hoach.pdf", mime="application/pdf")
    await mai.hears()
    await mai.presses("👥 Người nhận")
    await mai.hears()
    await mai.presses("Danh sách đơn vị")
    await mai.hears()
    await mai.sends_document(workbook(("Mã", "Tên"), ("TN-BC", ""), ("", "Huyện Gò Dầu"), ("", "Xã Kia")), "ds.xlsx")
    assert "Em đang đọc" in (await mai.hears()).text


async def test_from_the_first_line_to_the_last(town: tuple[Town, TelegramEmulator]) -> None:
    time, emulator = town
    mai, lan, minh = (emulator.person(name) for name in ("Mai", "Lan", "Minh"))
    for person, code in ((mai, "MAEE-TN22"), (lan, "K7QM-2XPD"), (minh, "M3NH-4GDA")):
        await joins(person, code)
    await writes(mai)
    listed = (await mai.hears(20)).text
    assert "Em nhận ra 2 đơn vị" in listed
    assert "dòng 4, Xã Kia" in listed
    assert "→ 2 người" in listed
    await mai.presses("✔ Xong")
    await mai.hears()
    await mai.presses("👁 Xem trước")
    seen = [await mai.hears() for _ in range(5)]
    await mai.presses("✅ Gửi")
    await mai.hears()
    await mai.presses("✅ Đúng, gửi")
    await mai.hears()
    await goes_on(time)
    for who, name, unit in ((lan, "Lan", "Huyện đoàn Bến Cầu"), (minh, "Minh", "Huyện đoàn Gò Dầu")):
        arrived = [await who.hears() for _ in range(3)]
        assert [(bool(one.photo), one.document_name) for one in arrived] == [
            (bool(one.photo), one.document_name) for one in seen[1:4]
        ]
        assert arrived[2].html == seen[3].html.replace("Mai", name).replace("Tỉnh đoàn Tây Ninh", unit)
        assert arrived[2].labels == ("🔕 Thôi nhận tin loại này",)
    assert "0/2" in (await mai.hears()).text
    await goes_on(time)
    assert "2/2" in (await mai.hears()).text
    told = await mai.hears()
    assert "Đã gửi: 2" in told.text

    await mai.presses("✏️ Sửa tin đã gửi")
    await mai.hears()
    await mai.says("Hoãn họp, {họ tên} nhé")
    await offered(mai, "✅ Đúng, sửa")
    await mai.presses("✅ Đúng, sửa")
    await mai.hears()
    await goes_on(time)
    for who, name in ((lan, "Lan"), (minh, "Minh")):
        corrected = await who.hears()
        assert corrected.edited
        assert (corrected.text, corrected.document_name) == (f"Hoãn họp, {name} nhé", "ke-hoach.pdf")

    await mai.presses("🗑 Thu hồi tin", of=told)
    await offered(mai, "🗑 Đúng, thu hồi")
    await mai.presses("🗑 Đúng, thu hồi")
    await mai.hears()
    await goes_on(time)
    said = ""
    while "đã thu hồi tin" not in said:
        # The next look of the clock finds what the courier has done since the last one.
        await goes_on(time)
        with suppress(Silence):
            said = (await mai.hears(0.3)).text
    assert ["Xong" in who.messages[-1].text for who in (lan, minh)] == [True, True], "nothing of it stands"
