"""The consolidated report on paper: what stands in it, whose numbers it has, and what must not come in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from locales.translator import Translators
from reporting.digests.digest import Digest
from reporting.documents.consolidated import ReportData, report_context, report_data, write_report
from reporting.targets.targets import Kind, Target, to_settings
from storage.tables import Campaign
from storage.uow import table
from tests.reporting.documents import needs_libreoffice, opened_by_libreoffice, word
from tests.reporting.office import Office, at, open_office, two_days
from tests.reporting.words import ZONE

TR = Translators(ZONE)["vi"]
MORNING = at(16, "10:15")
DAYS = {"first": date(2022, 12, 15), "last": date(2022, 12, 31)}
PROMISED = [
    Target("houses", Kind.SUM, ("charity_houses_repaired",), Decimal(20), **DAYS),
    Target(
        "each", Kind.EACH, ("charity_houses_repaired",), Decimal(1), unit_kinds=("district",),
        label={"vi": "Mỗi huyện sửa ít nhất một căn nhà"}, **DAYS,
    ),
]  # fmt: skip
HEAD = {"place": "Mẫu", "signer_title": "Phó Bí thư", "signer": "Lê Văn Mẫu", "recipients": "Ban chỉ đạo tỉnh; Lưu: VT"}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await open_office(tmp_path)
    await two_days(opened)
    async with opened.work(MORNING) as uow:
        await uow.run(update(table(Campaign)).values(settings={**HEAD, **to_settings(PROMISED)}))
    yield opened
    await opened.database.close()


async def data_of(office: Office, digest: Digest, *, unit: str = "province", now: Any = MORNING) -> ReportData:
    async with office.work(now) as uow:
        return await report_data(uow, digest, await office.form(uow), office.units[unit])


async def page_of(office: Office, day: int | None = 16, *, unit: str = "province", whole: bool = False) -> list[str]:
    digest = await office.digest(day, MORNING, unit=unit, whole=whole)
    return word(write_report(await data_of(office, digest, unit=unit), TR))


def after(lines: list[str], start: str) -> list[str]:
    return lines[next(n for n, line in enumerate(lines) if line.startswith(start)) + 1 :]


async def test_what_stands_around_the_text(office: Office) -> None:
    lines = await page_of(office)
    assert lines[:4] == [
        "DỰ THẢO",
        "BCH ĐOÀN TỈNH MẪU *** Số: -BC/TĐTN-…… | ĐOÀN TNCS HỒ CHÍ MINH Mẫu, ngày …… tháng 12 năm 2022".replace(
            "Số: -", "Số:        -"
        ),
        "BÁO CÁO",
        "Kết quả thực hiện Dân vận <đợt 2>",
    ]
    assert "Ngày 16/12/2022" in lines
    closing = lines.index("Trên đây là báo cáo kết quả thực hiện Dân vận <đợt 2>, ngày 16/12/2022./.")
    assert lines[closing + 1] == ("Nơi nhận: - Ban chỉ đạo tỉnh; - Lưu: VT. | TM. BAN THƯỜNG VỤ PHÓ BÍ THƯ Lê Văn Mẫu")


async def test_the_results_of_a_day(office: Office) -> None:
    """Worked out by hand: on the 16th Hòa Thành repaired 6, so far 12 + 1 + 9 + 6; Tân Châu is let off."""
    lines = await page_of(office)
    assert (
        "Đến 10:15 ngày 16/12/2022 có 2/4 đơn vị đã báo cáo (50 %), trong đó 2 đơn vị đúng hạn, 0 đơn vị trễ hạn. "
        "Trong số đã báo cáo có 1 báo cáo không phát sinh. Còn 2 đơn vị chưa báo cáo (danh sách kèm theo)."
    ) in lines
    assert after(lines, "STT | Nội dung")[:6] == [
        "1 | Nhà sửa chữa | căn | 20 | 6 | 28 | 140 | Đã đạt",
        "2 | Giá trị nhà | đồng |  |  | khoảng 400.000.000 |  | ",
        "3 | Đường nông thôn | km |  | 2,25 | 3,875 |  | ",
        "4 | Thiếu nhi được hỗ trợ | em |  |  | 12 |  | ",
        "5 | Nghĩa trang được chăm sóc | điểm |  |  | 0 |  | ",
        "6 | Mỗi huyện sửa ít nhất một căn nhà | đơn vị | mỗi đơn vị ≥ 1 | 2/4 | 2/4 | 50 | "
        "Còn thiếu 2 đơn vị, hạn 31/12/2022",
    ]
    assert after(lines, "Kỳ | Đơn vị")[:2] == [
        "Ngày 15/12 | Hòa Thành | Nhà sửa chữa +2 căn | Sửa báo cáo",
        "Ngày 15/12 | Bến Cầu | Thiếu nhi được hỗ trợ +12 em | Báo cáo trễ hạn",
    ]
    assert after(lines, "Đơn vị chưa báo cáo") == ["1. Huyện đoàn Bến Cầu", "2. Đoàn xã Hiệp Tân"]


async def test_the_whole_campaign_by_unit(office: Office) -> None:
    lines = await page_of(office, whole=True)
    assert "1 | Nhà sửa chữa | căn | 20 | 28 | 140 | Đã đạt" in lines
    assert after(lines, "STT | Đơn vị")[:5] == [
        "1 | Huyện đoàn Bến Cầu |  |  |  | 12 | ",
        "2 | Huyện đoàn Gò Dầu | 9 |  |  |  | 0",
        "3 | Huyện đoàn Hòa Thành | 19 | 400.000.000 | 3,875 |  | ",
        "4 | Huyện đoàn Tân <Châu> & con |  |  |  |  | ",
        " | Tổng cộng | 28 | 400.000.000 | 3,875 | 12 | 0",
    ]
    assert after(lines, "Đơn vị còn thiếu báo cáo") == [
        "1. Huyện đoàn Bến Cầu: thiếu 1/2 báo cáo",
        "2. Huyện đoàn Tân <Châu> & con: thiếu 1/1 báo cáo",
        "3. Đoàn xã Hiệp Tân: thiếu 1/2 báo cáo",
    ]


@pytest.mark.parametrize(("whole", "houses"), [(False, "6"), (True, "28")])
async def test_what_came_after_the_digest_is_not_in_its_appendix(office: Office, whole: bool, houses: str) -> None:
    """The file is written when it is taken: by then Bến Cầu has reported, and others corrected what they had."""
    digest = await office.digest(16, MORNING, whole=whole)
    before = report_context(await data_of(office, digest), TR)
    assert before["branches"][0]["total"][0] == houses
    await office.report("ben", 16, at(16, "10:30"), {"repaired": 3, "memorials": 2})
    await office.report("hoa", 16, at(16, "10:40"), {"repaired": 5})
    await office.report("hoa", 16, at(16, "10:45"))
    await office.report("hiep", 15, at(16, "10:50"), {"repaired": 7})
    assert report_context(await data_of(office, digest, now=at(16, "12:00")), TR) == before


async def test_the_report_of_a_branch_is_its_own(office: Office) -> None:
    lines = await page_of(office, unit="hoa")
    assert lines[1].startswith("BCH ĐOÀN HUYỆN HÒA THÀNH *** ")
    assert "Lê Văn Mẫu" not in "\n".join(lines), "who signs for the province does not sign for a district"
    assert after(lines, "STT | Đơn vị")[:3] == [
        "1 | Huyện đoàn Hòa Thành | 6 | 2,25",
        "2 | Đoàn xã Hiệp Tân |  | ",
        " | Tổng cộng | 6 | 2,25",
    ]
    assert after(await page_of(office, unit="hiep"), "Đơn vị chưa báo cáo") == ["1. Đoàn xã Hiệp Tân"]


async def test_before_anything_has_come(office: Office) -> None:
    digest = replace(await office.digest(None, at(14)), period=None, figures=(), targets=())
    lines = word(write_report(await data_of(office, digest), TR))
    assert not [line for line in lines if line.startswith("PHỤ LỤC")]


async def test_leaders_only_stays_out_and_the_news_come_in(office: Office) -> None:
    told = {"repaired": 1, "complaints": 77, "opinion": "dư luận kín", "story": "Bạn Mẫu sửa nhà cho mẹ"}
    await office.report("ben", 16, at(16, "10:05"), told)
    await office.approve_news(at(16, "10:06"))
    text = "\n".join(await page_of(office))
    assert "- Bến Cầu: Bạn Mẫu sửa nhà cho mẹ" in text
    assert "kín" not in text
    assert "Đơn thư" not in text
    assert "77" not in text


@pytest.mark.parametrize(
    "text", ["=A1+1", "@SUM(A1)", "{{ 7 * x }}", "{% for x in y %}", "<w:p/>&amp;", "a\x00b\ud800c"]
)
async def test_what_people_write_is_text(office: Office, text: str) -> None:
    await office.report("ben", 16, at(16, "10:05"), {"story": text})
    await office.approve_news(at(16, "10:06"))
    content = write_report(await data_of(office, await office.digest(16, MORNING)), TR)
    assert f"- Bến Cầu: {text}".replace("\x00", "").replace("\ud800", "") in word(content)
    assert "fldSimple" not in content.decode("latin-1")


async def test_invented_numbers_are_marked(tmp_path: Path) -> None:
    office = await open_office(tmp_path, demo=True)
    await two_days(office)
    assert (await page_of(office))[0] == "DỰ THẢO – dữ liệu minh hoạ"
    await office.database.close()


async def test_in_english(office: Office) -> None:
    digest = await office.digest(16, MORNING)
    lines = word(write_report(await data_of(office, digest), Translators(ZONE)["en"]))
    assert lines[0] == "DRAFT"
    assert "1 | Nhà sửa chữa | căn | 20 | 6 | 28 | 140 | Reached" in lines


@needs_libreoffice
async def test_libreoffice_opens_it(office: Office, tmp_path: Path) -> None:
    content = write_report(await data_of(office, await office.digest(16, MORNING, whole=True)), TR)
    assert opened_by_libreoffice(content, ".docx", "pdf", tmp_path).startswith(b"%PDF")
    text = opened_by_libreoffice(content, ".docx", "txt:Text (encoded):UTF8", tmp_path).decode("utf-8-sig")
    for wanted in ("ĐOÀN TNCS HỒ CHÍ MINH", "BÁO CÁO", "khoảng 400.000.000", "Tổng cộng", "PHỤ LỤC 2"):
        assert wanted in text, wanted
