"""The exports: read back as a spreadsheet and as text, and compared with the digest."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from forms.kinds import Kind
from reporting.documents.export import Column, Export
from reporting.documents.table import sheet_data, write_csv, write_xlsx
from reporting.questions import in_language
from tests.reporting.office import COLUMNS, SURVEY, Office, add_version, at, open_office, two_days
from tests.reporting.words import ZONE, english, vietnamese

VI = vietnamese()
NOW = at(16, "10:15")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await open_office(tmp_path)
    yield opened
    await opened.database.close()


async def export_of(office: Office, *, unit: str = "province", now: datetime = NOW) -> Export:
    async with office.work(now) as uow:
        return await sheet_data(uow, office.library, await office.form(uow), office.units[unit], ZONE)


def workbook(export: Export, *, leaders: bool = False) -> Any:
    """As openpyxl reads it; untyped, for its stubs ask at every cell whether it is there."""
    return load_workbook(BytesIO(write_xlsx([export], VI, leaders=leaders)))


def records(page: Any) -> list[dict[str, Any]]:
    rows = list(page.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def text_records(export: Export, **options: bool) -> list[dict[str, str]]:
    content = write_csv(export, VI, **options)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


async def test_a_report_is_a_row_of_typed_cells(office: Office) -> None:
    await two_days(office)
    rows = records(workbook(await export_of(office))["Báo cáo"])
    assert len(rows) == 6
    houses = next(row for row in rows if row["Mã báo cáo"] == "TM-000001")
    assert houses == {
        "Mã báo cáo": "TM-000001",
        "Đơn vị": "Huyện đoàn Hòa Thành",
        "Kỳ": datetime(2022, 12, 15),  # noqa: DTZ001 - as a spreadsheet has it
        "Nhận lúc": datetime(2022, 12, 15, 9, 0),  # noqa: DTZ001
        "Thời hạn": "Đúng hạn",
        "Tình trạng": "Có số liệu",
        "Bản": 2,
        "Sửa lần cuối": datetime(2022, 12, 15, 11, 5),  # noqa: DTZ001
        "Hoạt động": "Làm nhà, sửa nhà; Tặng quà",
        "Nhà sửa chữa (căn)": 12,
        "Giá trị nhà (đồng)": 400_000_000,
        "Đường nông thôn (km)": 1.5,
        "Thiếu nhi được hỗ trợ (em)": None,
        "Nghĩa trang được chăm sóc (điểm)": None,
        "Gương tốt": None,
        "Số gần đúng": "Giá trị nhà: khoảng",
    }
    by_unit = {(row["Đơn vị"], row["Kỳ"].day): row for row in rows}
    assert by_unit["Huyện đoàn Gò Dầu", 15]["Thời hạn"] == "Trễ hạn"
    assert by_unit["Huyện đoàn Gò Dầu", 15]["Nghĩa trang được chăm sóc (điểm)"] == 0
    assert by_unit["Huyện đoàn Gò Dầu", 16]["Tình trạng"] == "Không phát sinh"


async def test_what_is_for_leaders_is_left_out_unless_asked_for(office: Office) -> None:
    await two_days(office)
    await office.report("ben", 16, at(16, "09:30"), {"opinion": "dư luận kín", "complaints": 7}, {"complaints": "over"})
    export = await export_of(office)
    for content in (write_xlsx([export], VI), write_csv(export, VI)):
        book = load_workbook(BytesIO(content)) if content.startswith(b"PK") else None
        texts = (
            [str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row]
            if book
            else [content.decode()]
        )
        assert not any("kín" in text or "Đơn thư" in text or "Dư luận" in text for text in texts)
    told = workbook(export, leaders=True)
    ben = next(row for row in records(told["Báo cáo"]) if row["Đơn vị"] == "Huyện đoàn Bến Cầu" and row["Dư luận"])
    assert (ben["Dư luận"], ben["Đơn thư (đơn)"], ben["Số gần đúng"]) == ("dư luận kín", 7, "Đơn thư: trên")
    assert records(told["Tổng hợp"])[-1]["Đơn thư (đơn)"] == 5 + 7
    assert any("dư luận kín" in row.values() for row in text_records(export, leaders=True))


async def test_the_totals_have_a_line_for_each_branch_and_leave_silence_empty(office: Office) -> None:
    await two_days(office)
    rows = records(workbook(await export_of(office))["Tổng hợp"])
    houses = {row["Đơn vị"]: row["Nhà sửa chữa (căn)"] for row in rows}
    assert houses == {
        "Huyện đoàn Bến Cầu": None,
        "Huyện đoàn Gò Dầu": 9,
        "Huyện đoàn Hòa Thành": 19,
        "Huyện đoàn Tân <Châu> & con": None,
        "Tổng cộng": 28,
    }
    assert {row["Đơn vị"]: row["Nghĩa trang được chăm sóc (điểm)"] for row in rows}["Huyện đoàn Gò Dầu"] == 0


async def test_a_unit_that_reports_itself_has_its_own_line(office: Office) -> None:
    await two_days(office)
    rows = records(workbook(await export_of(office, unit="hoa"))["Tổng hợp"])
    assert [(row["Đơn vị"], row["Nhà sửa chữa (căn)"], row["Đường nông thôn (km)"]) for row in rows] == [
        ("Huyện đoàn Hòa Thành", 18, 3.75),
        ("Đoàn xã Hiệp Tân", 1, 0.125),
        ("Tổng cộng", 19, 3.875),
    ]
    rows = records(workbook(await export_of(office, unit="hiep"))["Tổng hợp"])
    assert [(row["Đơn vị"], row["Nhà sửa chữa (căn)"]) for row in rows] == [("Đoàn xã Hiệp Tân", 1), ("Tổng cộng", 1)]


async def test_the_register_tells_late_nothing_exempt_missing_and_not_yet_due_apart(office: Office) -> None:
    await two_days(office)
    await office.report("ben", 16, at(16, "11:00"))
    await office.open_periods(at(16, "11:00"))
    rows = records(workbook(await export_of(office, now=at(16, "11:30")))["Tình hình nộp"])
    # Of what was due by then: two days of each, but for Tân Châu, which was let off one of them.
    assert [list(row.values()) for row in rows] == [
        ["Huyện đoàn Bến Cầu", "Trễ hạn", "Không phát sinh (trễ hạn)", "Chưa đến hạn", 2, 2, 100, 0],
        ["Huyện đoàn Gò Dầu", "Trễ hạn", "Không phát sinh", "Chưa đến hạn", 2, 2, 100, 50],
        ["Huyện đoàn Hòa Thành", "Đúng hạn", "Đúng hạn", "Chưa đến hạn", 2, 2, 100, 100],
        ["Huyện đoàn Tân <Châu> & con", "Chưa báo cáo", "Miễn", "Chưa đến hạn", 0, 1, 0, 0],
        ["Đoàn xã Hiệp Tân", "Đúng hạn", "Chưa báo cáo", "Chưa đến hạn", 1, 2, 50, 50],
        ["Tổng cộng", None, None, None, 7, 9, 78, 44],
    ]
    assert list(rows[0]) == [
        "Đơn vị", "15/12", "16/12", "17/12", "Đã nộp (đã đến hạn)", "Phải nộp (đã đến hạn)", "Tỷ lệ nộp (%)",
        "Tỷ lệ đúng hạn (%)",
    ]  # fmt: skip


async def test_before_the_first_due_time_the_register_counts_as_the_digest_does(office: Office) -> None:
    await office.open_periods(at(14, "11:00"))
    await office.report("hoa", 15, at(15, "08:00"))
    now = at(15, "09:00")
    digest = await office.digest(15, now)
    rows = records(workbook(await export_of(office, now=now))["Tình hình nộp"])
    of_hoa = next(row for row in rows if row["Đơn vị"] == "Huyện đoàn Hòa Thành")
    assert (of_hoa["15/12"], of_hoa["Đã nộp"], of_hoa["Phải nộp"]) == ("Không phát sinh", 1, 1)
    assert (rows[-1]["Đã nộp"], rows[-1]["Phải nộp"]) == (digest.coverage.reported, digest.coverage.expected)


async def test_digest_workbook_and_text_agree(office: Office) -> None:
    await two_days(office)
    await office.report("ben", 16, at(16, "11:00"), {"repaired": 3, "road": "0.375", "value": 1_200_000_000})
    now = at(16, "11:30")
    for unit in ("province", "hoa", "go"):
        digest = await office.digest(None, now, unit=unit, whole=True)
        export = await export_of(office, unit=unit, now=now)
        total = records(workbook(export)["Tổng hợp"])[-1]
        lines = records(workbook(export)["Báo cáo"])
        texts = text_records(export)
        for figure in digest.figures:
            title = f"{in_language(figure.labels, 'vi')} ({figure.unit['']})"
            summed = [Decimal(str(line[title])) for line in lines if line[title] is not None]
            typed = [Decimal(line[title]) for line in texts if line[title]]
            wanted = figure.so_far
            assert (sum(summed) if summed else None) == wanted, title
            assert (sum(typed) if typed else None) == wanted, title
            assert (None if total[title] is None else Decimal(str(total[title]))) == wanted, title
        register = records(workbook(export)["Tình hình nộp"])
        units = [row for row in register if row["Đơn vị"] != "Tổng cộng"]
        assert sum(row["Đã nộp"] for row in units) == register[-1]["Đã nộp"] == digest.coverage.reported == len(lines)
        assert sum(row["Phải nộp"] for row in units) == register[-1]["Phải nộp"] == digest.coverage.expected


DANGEROUS = ["=1+1", "+84 900", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x.invalid")']


@pytest.mark.parametrize("text", DANGEROUS)
async def test_no_text_becomes_a_formula(office: Office, text: str) -> None:
    await office.open_periods(at(14, "11:00"))
    await office.report("go", 15, at(15), {"story": text})
    export = await export_of(office)
    export = replace(export, entries=tuple(replace(entry, unit=text) for entry in export.entries))
    page = workbook(export)["Báo cáo"]
    story = next(cell for cell in page[2] if page.cell(1, cell.column).value == "Gương tốt")
    assert story.value == text
    for cell in (page["B2"], story):
        assert cell.data_type == "s"
        assert cell.quotePrefix
    row = text_records(export)[0]
    assert row["Gương tốt"] == row["Đơn vị"] == "'" + text


async def test_what_looks_like_an_error_or_cannot_be_written_is_text(office: Office) -> None:
    await office.open_periods(at(14, "11:00"))
    await office.report("go", 15, at(15), {"story": "#N/A"})
    await office.report("hoa", 15, at(15), {"story": "a\x00b\x07c\ud800d\uffffe\nf"})
    page = workbook(await export_of(office))["Báo cáo"]
    stories = {row["Đơn vị"]: row["Gương tốt"] for row in records(page)}
    assert stories == {"Huyện đoàn Gò Dầu": "#N/A", "Huyện đoàn Hòa Thành": "abcde\nf"}
    assert {cell.data_type for row in page.iter_rows(min_row=2) for cell in row if cell.value == "#N/A"} == {"s"}
    assert {row["Gương tốt"] for row in text_records(await export_of(office))} == {"#N/A", "abcde\nf"}


async def test_a_negative_number_stays_a_number(office: Office) -> None:
    await office.open_periods(at(14, "11:00"))
    await office.report("go", 15, at(15), {"repaired": -3})
    assert text_records(await export_of(office))[0]["Nhà sửa chữa (căn)"] == "-3"


async def test_how_the_pages_are_laid_out(office: Office) -> None:
    await two_days(office)
    book = workbook(await export_of(office))
    assert book.sheetnames == ["Báo cáo", "Tổng hợp", "Tình hình nộp"]
    for page in book:
        assert page.freeze_panes == "B2"
        assert page.auto_filter.ref.startswith("A1:")
        assert page["A1"].font.bold
        assert page["A1"].alignment.wrap_text
        assert page.oddHeader.center.text == "Dân vận <đợt 2> – Tỉnh đoàn Mẫu"
    assert book["Tổng hợp"].auto_filter.ref == "A1:F5", "the total is not sorted among the units"
    formats = {cell.value: cell.number_format for row in book["Tổng hợp"].iter_rows(min_row=2) for cell in row}
    assert (formats[28], formats[3.875], formats[400_000_000]) == ("#,##0", "#,##0.###", '"≈ "#,##0')
    report = {cell.number_format for row in book["Báo cáo"].iter_rows(min_row=2, min_col=3, max_col=4) for cell in row}
    assert report == {"dd/mm/yyyy", "dd/mm/yyyy hh:mm"}


async def test_invented_reports_are_marked(tmp_path: Path) -> None:
    office = await open_office(tmp_path, demo=True)
    await two_days(office)
    export = await export_of(office)
    book = workbook(export)
    assert {row["dữ liệu minh hoạ"] for row in records(book["Báo cáo"])} == {"có"}
    assert book["Tổng hợp"].oddHeader.center.text.endswith("(dữ liệu minh hoạ)")
    assert {row["dữ liệu minh hoạ"] for row in text_records(export)} == {"có"}
    await office.database.close()


async def test_reports_of_an_older_version_keep_their_columns(office: Office) -> None:
    await two_days(office)
    newer = [row for row in SURVEY if row["name"] not in ("road", "activities")]
    opened = [{**row, "label": "Số nhà đã sửa"} if row["name"] == "repaired" else row for row in newer]
    async with office.work(at(16, "10:00")) as uow:
        form = await office.form(uow)
        office.version_id = await add_version(uow, office.form_id, opened, form["schedule"])
    await office.report("ben", 16, at(16, "10:05"), {"repaired": 2})
    rows = records(workbook(await export_of(office))["Báo cáo"])
    assert sum(row["Số nhà đã sửa (căn)"] or 0 for row in rows) == 28 + 2
    assert sum(row["Đường nông thôn (km)"] or 0 for row in rows) == 3.875
    assert any(row["Hoạt động"] == "Làm nhà, sửa nhà; Tặng quà" for row in rows)


async def test_what_was_once_for_leaders_stays_so(office: Office) -> None:
    await two_days(office)
    columns = {**COLUMNS, "complaints": {"indicator": "complaints_heard", "unit": "đơn"}, "opinion": {}}
    async with office.work(at(16, "10:00")) as uow:
        form = await office.form(uow)
        survey = [*SURVEY, {"type": "text", "name": "wish", "label": "Nguyện vọng"}]
        await add_version(uow, office.form_id, survey, form["schedule"], columns)
    titles = [cell.value for cell in workbook(await export_of(office))["Báo cáo"][1]]
    assert "Nguyện vọng" in titles
    assert "Dư luận" not in titles
    assert "Đơn thư (đơn)" not in titles


async def test_dates_times_pictures_and_unknown_codes(office: Office) -> None:
    await two_days(office)
    export = await export_of(office)
    kinds = {"day": Kind.DATE, "clock": Kind.TIME, "photo": Kind.IMAGE, "old": Kind.INTEGER, "code": Kind.SELECT_ONE}
    columns = tuple(
        Column(name, kind, {"vi": name}, {}, {"a": {"vi": "Một"}} if kind is Kind.SELECT_ONE else {}, "", False)
        for name, kind in kinds.items()
    )
    answers = {"day": "2022-12-16", "clock": "09:41", "photo": "k3J9", "old": "mười", "code": "gone"}
    one = replace(export, columns=columns, entries=(replace(export.entries[0], answers=answers, marks={}),))
    row = records(workbook(one)["Báo cáo"])[0]
    assert [row[name] for name in kinds] == [datetime(2022, 12, 16), time(9, 41), "ảnh", "mười", "gone"]  # noqa: DTZ001
    text = text_records(one)[0]
    assert [text[name] for name in kinds] == [date(2022, 12, 16).isoformat(), "09:41", "ảnh", "mười", "gone"]


async def test_an_empty_campaign_can_be_exported(office: Office) -> None:
    export = await export_of(office)
    book = workbook(export)
    assert [page.max_row for page in book] == [1, 2, 1]
    assert text_records(export) == []
    assert write_xlsx([export], english()) != write_xlsx([export], VI)
