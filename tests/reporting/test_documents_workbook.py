"""The workbook of a whole campaign: several forms, the targets, and what LibreOffice makes of it."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from locales.translator import Translators
from reporting import register
from reporting.documents.table import sheet_data, write_csv, write_xlsx
from reporting.targets.targets import Kind, Target, to_settings
from storage import plans
from storage import register as ledger
from storage.tables import Campaign, FormRecord
from storage.uow import table
from tests.reporting.documents import needs_libreoffice, opened_by_libreoffice
from tests.reporting.office import Office, add_version, at, open_office, two_days
from tests.reporting.words import ZONE

TR = Translators(ZONE)["vi"]
NOW = at(16, "10:15")
CSV = "Text - txt - csv (StarCalc):44,34,76"
"""Commas, quotes, UTF-8: what LibreOffice asks a person when it opens such a file."""

DAYS = {"first": date(2022, 12, 15), "last": date(2022, 12, 31)}
PROMISED = [
    Target("houses", Kind.SUM, ("charity_houses_repaired",), Decimal(300), department="Ban Phong trào", **DAYS),
    Target("money", Kind.ABOUT, ("houses_value",), Decimal(440_000_000), **DAYS),
    Target("each", Kind.EACH, ("charity_houses_repaired",), Decimal(1), unit_kinds=("district",), **DAYS),
    Target("secret", Kind.SUM, ("complaints_heard",), Decimal(1), **DAYS),
]  # fmt: skip
MODELS: list[dict[str, str]] = [
    {"type": "integer", "name": "models", "label": "Mô hình đăng ký"},
    {"type": "integer", "name": "repaired", "label": "Nhà sửa chữa"},
]
MODEL_COLUMNS = {
    "models": {"indicator": "models_registered", "unit": "mô hình"},
    "repaired": {"indicator": "charity_houses_repaired", "unit": "căn"},
}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await open_office(tmp_path)
    await two_days(opened)
    async with opened.work(NOW) as uow:
        await uow.run(update(table(Campaign)).values(settings=to_settings(PROMISED)))
    yield opened
    await opened.database.close()


async def content_of(office: Office) -> bytes:
    async with office.work(NOW) as uow:
        forms = await plans.live_forms(uow)
        exports = [await sheet_data(uow, office.library, form, office.units["province"], ZONE) for form in forms]
    return write_xlsx([replace(e, title=f["slug"]) for e, f in zip(exports, forms, strict=True)], TR)


def rows_of(content: bytes, title: str) -> list[dict[str, Any]]:
    header, *rows = load_workbook(BytesIO(content))[title].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


async def test_the_sheet_of_targets(office: Office) -> None:
    """28 of 300 houses, some 400 of 440 million (nine tenths do), two of four districts; not what is the leaders'."""
    rows = rows_of(await content_of(office), "Chỉ tiêu")
    assert [list(row.values())[:12] for row in rows] == [
        ["houses", "Tổng số", "Ban Phong trào", *_days(), 300, None, 28, None, "căn", 9, 272],
        ["money", "Khoảng", None, *_days(), 440_000_000, None, 400_000_000, None, "đồng", 91, 0],
        ["each", "Mỗi đơn vị", None, *_days(), 4, 1, 2, 4, "đơn vị", 50, 2],
    ]  # fmt: skip
    assert [row["Tiến độ"] for row in rows] == [
        "Cần 19 căn mỗi ngày để kịp", "Đã đạt", "Còn thiếu 2 đơn vị, hạn 31/12/2022",
    ]  # fmt: skip


def _days() -> list[datetime]:
    return [datetime(2022, 12, 15), datetime(2022, 12, 31)]  # noqa: DTZ001 - as a spreadsheet has them


async def test_a_campaign_that_promises_nothing_has_no_such_sheet(office: Office) -> None:
    async with office.work(NOW) as uow:
        await uow.run(update(table(Campaign)).values(settings={}))
    assert load_workbook(BytesIO(await content_of(office))).sheetnames == ["Báo cáo", "Tổng hợp", "Tình hình nộp"]


async def with_a_second_form(office: Office) -> None:
    """Once, of the districts, due on the 16th at nine: Gò Dầu registers four models and (again) three houses."""
    async with office.work(at(15, "12:00")) as uow:
        form = await office.form(uow)
        second = await uow.insert(FormRecord, campaign_id=form["campaign_id"], slug="models", version_id=None)
        schedule = {**form["schedule"], "kinds": ["district"]}
        version = await add_version(uow, second, MODELS, schedule, MODEL_COLUMNS)
        await register.open_periods(uow, ZONE, at(15, "12:00"))
        go = office.units["go"]["id"]
        owed = [row for row in await ledger.owed(uow, go, at(16, "08:00")) if row["form_id"] == second]
        await register.submit(
            uow, await office.library.form(uow, version), owed[-1], version_id=version, member_id=office.member_id,
            account_id=None, result={"models": 4, "repaired": 3}, marks={},
        )  # fmt: skip


async def test_all_forms_of_a_campaign_are_in_one_workbook(office: Office) -> None:
    await with_a_second_form(office)
    content = await content_of(office)
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["daily", "models", "Tổng hợp", "Tình hình nộp", "Chỉ tiêu"]
    totals = {row["Đơn vị"]: row for row in rows_of(content, "Tổng hợp")}
    houses = {title: sum_ for title, sum_ in totals["Tổng cộng"].items() if title.startswith("Nhà sửa chữa")}
    assert houses == {"Nhà sửa chữa (căn) – daily": 28, "Nhà sửa chữa (căn) – models": 3}
    assert totals["Huyện đoàn Gò Dầu"]["Mô hình đăng ký (mô hình)"] == 4
    assert totals["Huyện đoàn Bến Cầu"]["Mô hình đăng ký (mô hình)"] is None
    register_rows = {row["Đơn vị"]: row for row in rows_of(content, "Tình hình nộp")}
    assert register_rows["Huyện đoàn Gò Dầu"]["models: 16/12"] == "đúng hạn"
    assert register_rows["Đoàn xã Hiệp Tân"]["daily: 16/12"] == "chưa nộp"


@needs_libreoffice
async def test_libreoffice_opens_the_workbook_as_it_was_meant(office: Office, tmp_path: Path) -> None:
    await with_a_second_form(office)
    await office.report("ben", 16, at(16, "10:05"), {"repaired": 1, "story": '=HYPERLINK("http://x.invalid")'})
    content = await content_of(office)
    assert opened_by_libreoffice(content, ".xlsx", "pdf", tmp_path).startswith(b"%PDF")
    text = opened_by_libreoffice(content, ".xlsx", f"csv:{CSV}", tmp_path)
    rows = list(csv.DictReader(StringIO(text.decode("utf-8-sig"))))
    assert len(rows) == 7
    told = next(row for row in rows if row["Gương tốt"])
    assert told["Gương tốt"] == '=HYPERLINK("http://x.invalid")', "a text, and nothing that was worked out"


@needs_libreoffice
async def test_libreoffice_opens_the_text(office: Office, tmp_path: Path) -> None:
    async with office.work(NOW) as uow:
        export = await sheet_data(uow, office.library, await office.form(uow), office.units["province"], ZONE)
    book = opened_by_libreoffice(write_csv(export, TR), ".csv", "xlsx", tmp_path, read_as=CSV)
    header = [cell.value for cell in load_workbook(BytesIO(book)).worksheets[0][1]]
    assert header[:2] == ["Mã báo cáo", "Đơn vị"]
