"""`rates` and `ranking`: a pack with a sheet `ranking`, and two reports of one day by hand.

Bến Cầu in time with 3 homes, Gò Dầu late with 3, Tân Châu nothing at all, Long Thuận (below Bến Cầu) in time with 1.
"""

from __future__ import annotations

import asyncio
import csv
import shutil
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reporting import register as ledger
from reporting.library import Library
from storage import people, register
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.cli.kit import ROOT, bot, database_url
from tests.support.world import ZONE

PACK = ROOT / "tests" / "conversations" / "packs" / "ranked"
DUE = datetime(2022, 12, 16, 10, 0, tzinfo=ZONE)


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pack loaded and the reports of 16 December received."""
    folder = tmp_path_factory.mktemp("rated")
    assert bot(folder, "load", PACK).code == 0
    asyncio.run(_report(folder))
    return folder


@pytest.fixture
def office(reported: Path, tmp_path: Path) -> Path:
    return shutil.copytree(reported, tmp_path / "office")


async def _report(folder: Path) -> None:
    database = Database(database_url(folder))
    async with database.write() as conn:
        await ledger.open_periods(UnitOfWork(conn, DUE), ZONE, DUE - timedelta(hours=1))
    for code, homes, at in (
        ("TN-BC", 3, DUE - timedelta(hours=1)), ("TN-LT", 1, DUE), ("TN-GD", 3, DUE + timedelta(hours=1)),
    ):  # fmt: skip
        async with database.write() as conn:
            await _one(UnitOfWork(conn, at.astimezone(UTC)), code, homes)
    await database.close()


async def _one(uow: UnitOfWork, code: str, homes: int) -> None:
    unit = await people.unit_by_code(uow, code)
    assert unit
    joined = await people.join(uow, channel="web", address=code, name="Lan", unit_id=unit["id"], role="reporter")
    (owed,) = await register.owed(uow, unit["id"], uow.now)
    form = await Library().form(uow, owed["version_id"])
    await ledger.submit(
        uow, form, owed, version_id=owed["version_id"], member_id=joined["member_id"], account_id=None,
        result={"homes": homes}, marks={},
    )  # fmt: skip
    await uow.flush()


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text)))


def test_rates_by_unit_period_and_form(office: Path) -> None:
    words = ("rates", "ranked", "--until", "2022-12-16", "--format", "csv")
    ran = bot(office, *words)
    assert (ran.code, ran.err) == (0, "")
    assert lines(ran.out) == [
        ["key", "name", "expected", "received", "reporting_rate_percent", "on_time", "on_time_rate_percent", "nothing"],
        ["TN-BC", "Huyện đoàn Bến Cầu", "2", "2", "100", "2", "100", "0"],
        ["TN-GD", "Huyện đoàn Gò Dầu", "1", "1", "100", "0", "0", "0"],
        ["TN-TC", "Huyện đoàn Tân Châu", "1", "0", "0", "0", "0", "0"],
        ["", "Tỉnh đoàn Tây Ninh", "4", "3", "75", "2", "50", "0"],
    ]
    assert lines(bot(office, *words, "--by", "period").out)[1][:4] == ["2022-12-16", "2022-12-16", "4", "3"]
    assert lines(bot(office, *words, "--by", "form").out)[1][:4] == ["homes", "homes", "4", "3"]
    below = lines(bot(office, *words, "--unit", "TN-BC").out)
    assert [row[:4] for row in below[1:]] == [
        ["TN-BC", "Huyện đoàn Bến Cầu", "1", "1"], ["TN-LT", "Đoàn xã Long Thuận", "1", "1"],
        ["", "Huyện đoàn Bến Cầu", "2", "2"],
    ]  # fmt: skip


def test_before_anything_was_due_there_is_no_rate(office: Path) -> None:
    ran = bot(office, "rates", "ranked", "--until", "2022-12-16T09:59", "--format", "csv")
    assert lines(ran.out)[1:] == [["", "Tỉnh đoàn Tây Ninh", "0", "0", "", "0", "", "0"]]


def test_a_table_has_both_rates(office: Path) -> None:
    ran = bot(office, "rates", "ranked", "--until", "2022-12-16")
    (line,) = [line for line in ran.out.splitlines() if "Gò Dầu" in line]
    assert [cell.strip() for cell in line.split("│")[1:-1]] == [
        "TN-GD", "Huyện đoàn Gò Dầu", "1/1 (100 %)", "0/1 (0 %)", "0"
    ]  # fmt: skip


def test_a_ranking_as_text_and_as_a_workbook(office: Path) -> None:
    words = ("ranking", "ranked", "--until", "2022-12-16")
    ran = bot(office, *words, "--format", "csv")
    assert (ran.code, ran.err) == (0, "")
    header, *rows = lines(ran.out.removeprefix("\ufeff"))
    assert header[:5] == ["Hạng", "Đơn vị", "Điểm", "Loại", "Ghi chú"]
    # Bến Cầu: 40 + 10, and 4 homes of a third of 12, 50. Gò Dầu: 0 + 10 + three quarters of 50.
    assert [row[:5] for row in rows] == [
        ["1", "Huyện đoàn Bến Cầu", "100", "Xuất sắc", ""], ["2", "Huyện đoàn Gò Dầu", "47.5", "Trung bình", ""],
        ["3", "Huyện đoàn Tân Châu", "0", "Trung bình", ""],
    ]  # fmt: skip
    ran = bot(office, *words, "--format", "xlsx", "-o", office / "xep-loai.xlsx")
    assert ran.out == f"✔ {office / 'xep-loai.xlsx'}: 3 units\n"
    page = load_workbook(BytesIO((office / "xep-loai.xlsx").read_bytes())).active
    assert page is not None
    assert [row[1:3] for row in page.values][2] == ("Huyện đoàn Gò Dầu", 47.5)
    text = bot(office, *words).out.splitlines()
    assert text[0] == "🏆 Xếp loại: Mái ấm biên cương – Tỉnh đoàn Tây Ninh"
    assert text[text.index("Huyện đoàn Gò Dầu: hạng 2/3, 47,5 điểm · loại Trung bình") :][1:4] == [
        "• Báo cáo đúng hạn: 0/1 (0 %) × 40 = 0", "• Nộp báo cáo: 1/1 (100 %) × 10 = 10",
        "• Nhà Nhân ái: 3/4 (75 %) × 50 = 37,5",
    ]  # fmt: skip


def test_what_cannot_be_is_told_in_one_line(office: Path) -> None:
    assert bot(office, "rates", "nowhere").complaint == "✘ there is no campaign 'nowhere'; `load` one first"
    assert bot(office, "ranking", "ranked", "--unit", "X").complaint == (
        "✘ --unit: there is no unit with the code 'X'; see `units`"
    )
    assert bot(office, "ranking", "ranked", "--format", "xlsx").complaint == "✘ -o: say which file is to be written"
    assert "is not a time" in bot(office, "rates", "ranked", "--until", "hôm qua").complaint


def test_a_campaign_without_the_sheet_says_so(first_load: tuple[Path, object]) -> None:
    assert bot(first_load[0], "ranking", "tay-ninh-2022").complaint == (
        "✘ tay-ninh-2022: the pack has no sheet `ranking`"
    )
