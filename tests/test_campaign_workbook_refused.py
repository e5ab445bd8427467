"""Workbooks that are not loaded: of those who may not, and what is none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from handlers.events import Document
from reporting.campaigns.sent_files import safe_slug
from tests.support.sent_workbooks import TEMPLATE, applied, put, reading_here, sends, workbook
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with reading_here(tmp_path, monkeypatch) as world:
        yield world


async def test_another_office_changes_nothing_of_it(world: World) -> None:
    told = await sends(world, "Tú", TEMPLATE)
    assert "không thuộc đơn vị của đồng chí" in told.text
    assert told.labels == []
    await applied(world)
    told = await sends(world, "Tú", workbook(put("campaign", "B5", "KH")))
    assert "đơn vị khác đã có đợt mang mã này" in told.text

    def steal(book: Workbook) -> None:
        book["campaign"]["B2"] = "cua-khac"
        book["campaign"]["B5"] = "KH"
        book["units"]["E3"] = "KH"

    told = await sends(world, "Tú", workbook(steal))
    assert "TM-AH không thuộc đơn vị của đồng chí" in told.text
    assert await world.query("select count(*) from campaign") == [(2,)]


async def test_nobody_adds_a_unit_at_the_top(world: World) -> None:
    def change(book: Workbook) -> None:
        book["units"]["A2"], book["units"]["B2"] = "TM2", "Tỉnh đoàn Hai"

    told = await sends(world, "Mai", workbook(change))
    assert "trang units, dòng 2: TM2 không thuộc đơn vị của đồng chí" in told.text


async def test_a_secretary_sends_no_campaigns(world: World) -> None:
    heard = await world.sends_file("Lan", TEMPLATE, "mau.xlsx")
    assert "đang đọc" not in heard[-1][1].text
    heard = await world.happens("Lan", action="book/apply/abcdefgh/0011223344556677")
    assert "không dành cho đồng chí" in heard[-1][1].text


async def test_an_office_that_lost_its_role_loads_nothing(world: World) -> None:
    await sends(world, "Mai", TEMPLATE)
    incoming = world.incoming("Mai", action=world.channel.chats["Mai"][-1].action("✅ Áp dụng"))
    await world.intake.take(incoming)
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(
            "update member set ended_at = '2027-06-01' where role = 'officer' and unit_id = 1"
        )
    await world.send()
    assert await world.query("select count(*) from campaign") == [(1,)]
    assert await world.query("select state from outbox where channel = 'clerk' order by id desc limit 1") == [
        ("failed",)
    ]


async def test_files_of_others_are_not_read(world: World) -> None:
    await sends(world, "Mai", TEMPLATE)
    action = world.channel.chats["Mai"][-1].action("✅ Áp dụng")
    heard = await world.happens("Tú", action=action)
    assert "không còn tệp này" in heard[-1][1].text
    heard = await world.happens("Tú", document=Document("u/" + action.split("/")[2], "mau.xlsx", "file"))
    assert "không phải tệp Excel" in heard[-1][1].text


async def test_what_is_no_workbook(world: World) -> None:
    await world.says("Mai", "/chiendich")
    heard = await world.sends_file("Mai", b"a,b\n1,2\n", "mau.xlsx")
    assert "không phải tệp Excel" in heard[-1][1].text
    heard = await world.says("Mai", "gửi rồi đó")
    assert "chờ tệp Excel" in heard[-1][1].text
    told = await sends(world, "Mai", TEMPLATE)
    assert told.labels == ["✅ Áp dụng", "Bỏ"]


async def test_a_bomb_is_not_unpacked(world: World) -> None:
    packed = BytesIO(TEMPLATE)
    with ZipFile(packed, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zero.bin", bytes(60_000_000))
    told = await sends(world, "Mai", packed.getvalue())
    assert "không đọc được tệp" in told.text
    assert told.labels == []


async def test_a_workbook_that_breaks_the_reader(world: World) -> None:
    packed = BytesIO()
    with ZipFile(BytesIO(TEMPLATE)) as old, ZipFile(packed, "w") as new:
        for item in old.infolist():
            new.writestr(item, b"<broken" if "sheet3" in item.filename else old.read(item))
    told = await sends(world, "Mai", packed.getvalue())
    assert "cần sửa" in told.text


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Dân vận 2026 (1).xlsx", "dan-van-2026"), ("he_2027 - Copy.xlsx", "he-2027"), ("../../etc.xlsx", "etc"),
        ("…….xlsx", "chien-dich"), ("a" * 200 + ".xlsx", "a" * 64),
    ],
)  # fmt: skip
def test_names_for_the_system(name: str, slug: str) -> None:
    assert safe_slug(name) == slug
