"""Packs that are written for a test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

from forms.sheets import read_sheets
from reporting import register as ledger
from reporting.library import Library
from storage import people, register
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.support.world import CAMPAIGNS, ZONE

TAY_NINH = CAMPAIGNS / "tay-ninh-2022"
NOW = datetime(2022, 12, 14, tzinfo=UTC)

UNITS = """code,name,short_name,kind,parent
P,Tỉnh đoàn Mẫu,Mẫu,tỉnh,
H,Huyện đoàn Hòa Mẫu,Hòa Mẫu,huyện,P
"""
CAMPAIGN = """
| campaign |
| | key | value |
| | name | Đợt mẫu |
| | prefix | M |
| | unit | P |
"""
SCHEDULE = """
| deadlines |
| | repeat | from | until | due | covers | closes | kinds |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | huyện |

| reminders |
| | step | when |
| | late | 5m |
| | early | -30m |

| digest |
| | at | to |
| | 10:15 | leader |
"""
SURVEY = """
| survey |
| | type | name | label | indicator |
| | integer | houses | Bao nhiêu căn nhà? | houses |
"""
SOUND = {"units.csv": UNITS, "daily.md": CAMPAIGN + SCHEDULE + SURVEY}


def written(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def workbook_of(path: Path, source: Path) -> Path:
    """The same sheets as an Excel file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, sheet in read_sheets(source).items():
        grid = book.create_sheet(name)
        for place, header in enumerate(sheet.headers, 1):
            grid.cell(1, place, header)
            for row in sheet.rows:
                grid.cell(row.number, place, row.cells.get(header))
    book.save(path)
    return path


@asynccontextmanager
async def work(database: Database) -> AsyncIterator[UnitOfWork]:
    async with database.write() as conn:
        uow = UnitOfWork(conn, NOW)
        yield uow
        await uow.flush()


async def reported(uow: UnitOfWork, code: str, houses: str) -> None:
    unit = await people.unit_by_code(uow, code)
    assert unit
    await ledger.open_periods(uow, ZONE, NOW + timedelta(days=2))
    member = await people.add_member(uow, await people.add_person(uow, "Nguyễn Thị Mẫu"), unit["id"], "reporter")
    owed = (await register.owed(uow, unit["id"], NOW + timedelta(days=2)))[0]
    form = await Library().form(uow, owed["version_id"])
    await ledger.submit(
        uow, form, owed, version_id=owed["version_id"], member_id=member, account_id=None,
        result={"houses": houses}, marks={},
    )  # fmt: skip
