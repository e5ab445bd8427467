"""Workbooks that an office sends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from reporting.campaigns.sent_files import read_sent
from tests.support.story import world_after
from tests.support.world import CAMPAIGNS, ZONE, Shown, World

TEMPLATE = (CAMPAIGNS / "mau.xlsx").read_bytes()
START = datetime(2027, 6, 1, 8, 0, tzinfo=ZONE)
UNITS = """code,name,short_name,kind,parent
TM,Tỉnh đoàn Mẫu,Mẫu,tỉnh,
TM-XA,Đoàn xã Xuân An,Xuân An,xã,TM
KH,Tỉnh đoàn Khác,Khác,tỉnh,
"""
OTHER = """
| campaign |
| | key | value |
| | name | Đợt khác |
| | prefix | K |
| | unit | KH |
| deadlines |
| | repeat | from | until | due | covers | closes | kinds |
| | daily | 2027-06-01 | 2027-06-30 | 10:00 | 24h | 48h | tỉnh |
| survey |
| | type | name | label |
| | integer | homes | Bao nhiêu nhà? |
"""


def workbook(change: Callable[[Workbook], None] = lambda _: None) -> bytes:
    """The template, changed as an office would change it."""
    book = load_workbook(BytesIO(TEMPLATE))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def put(sheet: str, cell: str, value: str | None) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value

    return change


async def office(world: World) -> None:
    folder = world.file.parent / "khac"
    folder.mkdir()
    (folder / "form.md").write_text(OTHER, encoding="utf-8")
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    await world.load(folder)
    for code, who, unit, role in (
        ("K7QM-2XPD", "Mai", "TM", "officer"),
        ("M3NH-4GDA", "Tú", "KH", "officer"),
        ("W4RM-CDE7", "Lan", "TM-XA", "reporter"),
    ):
        await world.joins(who, code, unit, role)


async def sends(world: World, who: str, data: bytes, name: str = "he-2027.xlsx") -> Shown:
    """What the clerk answers."""
    heard = await world.sends_file(who, data, name)
    assert "đang đọc" in heard[0][1].text, heard[0][1].text
    return heard[-1][1]


async def applied(world: World) -> None:
    await sends(world, "Mai", TEMPLATE)
    await world.presses("Mai", "✅ Áp dụng")


@asynccontextmanager
async def reading_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Two offices. What they send is read in this process, which is faster; that it is read apart is for
    `test_clerk.py` and `tests/security`."""
    monkeypatch.setattr("bot.clerk.read_sent", read_sent)
    async with world_after(office, folder, START) as world:
        yield world
