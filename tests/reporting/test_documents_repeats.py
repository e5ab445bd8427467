"""Every kind of question, and repeats, in the workbook and in the text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from forms.kinds import Kind
from reporting.documents.columns import Column
from reporting.documents.sheets import sheets
from reporting.documents.table import write_csv
from tests.reporting.office import SURVEY, Office, add_version, at, open_office
from tests.reporting.test_documents_table import VI, export_of, records, text_records, workbook

HOUSE = "Hộ gia đình được giúp: sửa / xây nhà"
TITLE = "Hộ gia đình được giúp sửa xây n"
# These words, and those for recordings and files, are in no catalogue of these tests: they stand as in the code.
NO, ROOM_NO = f"No. ({HOUSE})", "No. (Phòng)"
REPEATS: list[dict[str, str]] = [
    {"type": "integer", "name": "repaired", "label": "Nhà sửa chữa"},
    {"type": "begin_repeat", "name": "house", "label": HOUSE},
    {"type": "text", "name": "owner", "label": "Chủ hộ"},
    {"type": "select_multiple kinds", "name": "done", "label": "Đã làm gì?"},
    {"type": "text", "name": "opinion", "label": "Dư luận"},
    {"type": "begin_repeat", "name": "room", "label": "Phòng"},
    {"type": "decimal", "name": "size", "label": "Diện tích"},
    {"type": "end_repeat", "name": "room"},
    {"type": "calculate", "name": "rooms", "calculation": "count(${room})"},
    {"type": "end_repeat", "name": "house"},
    {"type": "begin_repeat", "name": "secret", "label": "Đơn thư"},
    {"type": "text", "name": "complaint", "label": "Nội dung"},
    {"type": "end_repeat", "name": "secret"},
    {"type": "select_one ${owner}", "name": "best", "label": "Hộ tiêu biểu"},
]
COLUMNS: dict[str, dict[str, str]] = {
    "repaired": {"indicator": "charity_houses_repaired", "unit": "căn"},
    "rooms": {"indicator": "rooms", "short": "Số phòng"},
    "size": {"indicator": "square_metres", "unit": "m²"},
    "opinion": {"audience": "leaders"},
    "complaint": {"audience": "leaders"},
}
ANSWERS: dict[str, Any] = {
    "repaired": 2,
    "house": [
        {
            "owner": "=An", "done": ["houses", "gifts"], "opinion": "kín", "rooms": 2,
            "room": [{"size": "12.5"}, {"size": "9"}],
        },
        {"owner": "Bình", "rooms": 1, "room": [{"size": "20.25"}]},
    ],
    "secret": [{"complaint": "kín"}],
    "best": "Bình",
}  # fmt: skip


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await open_office(tmp_path)
    async with opened.work(at(14)) as uow:
        schedule = (await opened.form(uow))["schedule"]
        opened.version_id = await add_version(uow, opened.form_id, REPEATS, schedule, COLUMNS)
    await opened.open_periods(at(14, "11:00"))
    yield opened
    await opened.database.close()


async def test_a_repeat_has_a_sheet_with_a_row_for_each_instance(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS, {"house[2]/room[1]/size": "about"})
    await office.report("hoa", 15, at(15), {"repaired": 0})
    await office.report("ben", 15, at(15), None)
    book = workbook(await export_of(office))
    assert book.sheetnames == ["Báo cáo", TITLE, "Phòng", "Tổng hợp", "Tình hình nộp"]
    head = {"Mã báo cáo": "TM-000001", "Đơn vị": "Huyện đoàn Gò Dầu", "Kỳ": datetime(2022, 12, 15)}  # noqa: DTZ001
    assert records(book[TITLE]) == [
        {
            **head, NO: 1, "Chủ hộ": "=An", "Đã làm gì?": "Làm nhà, sửa nhà; Tặng quà", "Phòng": 2, "Số phòng": 2,
            "Số gần đúng": None,
        },
        {**head, NO: 2, "Chủ hộ": "Bình", "Đã làm gì?": None, "Phòng": 1, "Số phòng": 1, "Số gần đúng": None},
    ]  # fmt: skip
    rooms = [(row[NO], row[ROOM_NO], row["Diện tích (m²)"], row["Số gần đúng"]) for row in records(book["Phòng"])]
    assert rooms == [(1, 1, 12.5, None), (1, 2, 9, None), (2, 1, 20.25, "Diện tích: khoảng")]
    assert book[TITLE]["E2"].data_type == "s"
    for page in book:
        assert (page.freeze_panes, page.auto_filter.ref[:3]) == ("B2", "A1:")


async def test_the_report_itself_stays_one_row_in_both_files(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS, {"house[2]/room[1]/size": "about"})
    await office.report("hoa", 15, at(15), {"repaired": 0})
    export = await export_of(office)
    go, hoa = records(workbook(export)["Báo cáo"])
    assert (go["Nhà sửa chữa (căn)"], go[HOUSE], go["Hộ tiêu biểu"]) == (2, 2, "Bình")
    assert go["Số gần đúng"] == "Diện tích: khoảng"
    assert (hoa["Nhà sửa chữa (căn)"], hoa[HOUSE]) == (0, None)
    assert [row[HOUSE] for row in text_records(export)] == ["2", ""]
    assert "An" not in write_csv(export, VI).decode()


async def test_totals_over_repeats_agree_in_digest_and_files(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS, {"house[2]/room[1]/size": "about"})
    await office.report("hoa", 15, at(15), {"house": [{"rooms": 3, "room": [{"size": "1.5"}]}]})
    await office.report("go", 15, at(15, "09:30"), {**ANSWERS, "house": ANSWERS["house"][:1]})
    book = workbook(await export_of(office))
    total = records(book["Tổng hợp"])[-1]
    digest = await office.digest(None, at(16, "10:15"), whole=True)
    for title, page, indicator in (
        ("Diện tích (m²)", "Phòng", "square_metres"),
        ("Số phòng", TITLE, "rooms"),
        ("Nhà sửa chữa (căn)", "Báo cáo", "charity_houses_repaired"),
    ):
        rows = sum(row[title] for row in records(book[page]) if row[title] is not None)
        assert rows == total[title] == digest.figure(indicator).so_far
    assert total["Diện tích (m²)"] == 12.5 + 9 + 1.5


async def test_what_is_for_leaders_is_left_out_of_repeats(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS)
    export = await export_of(office)
    texts = [str(cell) for page in workbook(export) for row in page.iter_rows(values_only=True) for cell in row]
    assert not any("kín" in text or "Dư luận" in text or "Đơn thư" in text for text in texts)
    assert "Đơn thư" not in write_csv(export, VI).decode()
    told = workbook(export, leaders=True)
    assert [row["Dư luận"] for row in records(told[TITLE])] == ["kín", None]
    assert records(told["Đơn thư"])[0]["Nội dung"] == "kín"


async def test_a_name_that_was_a_repeat_and_is_a_question_now(office: Office) -> None:
    await office.report("go", 15, at(15), ANSWERS)
    survey = [*SURVEY, {"type": "text", "name": "house", "label": "Nhà ai?"}]
    async with office.work(at(15)) as uow:
        schedule = (await office.form(uow))["schedule"]
        office.version_id = await add_version(uow, office.form_id, survey, schedule, COLUMNS)
    await office.report("hoa", 15, at(15), {"house": "nhà ông Tư"})
    rows = records(workbook(await export_of(office))["Báo cáo"])
    assert [(row["Nhà ai?"], row[HOUSE]) for row in rows] == [(None, 2), ("nhà ông Tư", None)]


async def test_the_cells_of_every_kind(office: Office) -> None:
    await office.report("go", 15, at(15), {"repaired": 1})
    export = await export_of(office)
    wanted: dict[Kind, tuple[Any, Any, str]] = {
        Kind.RANGE: ("2.5", 2.5, "2.5"),
        Kind.DATETIME: ("2022-12-16T02:30:59.000+00:00", datetime(2022, 12, 16, 9, 30, 59), "2022-12-16 09:30"),  # noqa: DTZ001
        Kind.TIME: ("09:41", time(9, 41), "09:41"),
        Kind.GEOPOINT: ("-10.77 106.7000001 5 3", "-10.77, 106.7000001", "'-10.77, 106.7000001"),
        Kind.GEOTRACE: ("1 2 0 0; 3 4 0 0", "1 2 0 0; 3 4 0 0", "1 2 0 0; 3 4 0 0"),
        Kind.GEOSHAPE: ("1 2 0 0; 3 4 0 0; 1 2 0 0", "1 2 0 0; 3 4 0 0; 1 2 0 0", "1 2 0 0; 3 4 0 0; 1 2 0 0"),
        Kind.BARCODE: ("0012345", "0012345", "0012345"),
        Kind.TEXT: ("=1+1", "=1+1", "'=1+1"),
        Kind.RANK: (["gifts", "houses"], "Tặng quà; Làm nhà", "Tặng quà; Làm nhà"),
        Kind.SELECT_MULTIPLE: (["gifts", "gone"], "Tặng quà; gone", "Tặng quà; gone"),
        Kind.ACKNOWLEDGE: ("OK", "có", "có"),
        Kind.IMAGE: ("k3J9", "ảnh", "ảnh"),
        Kind.AUDIO: ("k3J9", "sound recording", "sound recording"),
        Kind.VIDEO: ("k3J9", "video", "video"),
        Kind.FILE: ("k3J9", "file", "file"),
    }
    columns = tuple(Column(kind, kind, {"vi": kind}, {}, labels_of(kind), "", for_leaders=False) for kind in wanted)
    answers = {kind.value: found[0] for kind, found in wanted.items()}
    full, empty = replace(export.entries[0], answers=answers), replace(export.entries[0], answers={})
    export = replace(export, columns=columns, entries=(full, empty))
    row, blank = records(workbook(export)["Báo cáo"])
    text, no_text = text_records(export)
    for kind, (_, cell, shown) in wanted.items():
        assert (kind, row[kind], text[kind]) == (kind, cell, shown)
        assert (kind, blank[kind], no_text[kind]) == (kind, None, "")


def labels_of(kind: Kind) -> dict[str, dict[str, str]]:
    labels = {"houses": {"vi": "Làm nhà"}, "gifts": {"vi": "Tặng quà"}}
    return labels if kind in {Kind.RANK, Kind.SELECT_MULTIPLE} else {}


async def test_choices_without_known_labels_are_shown_as_stored(office: Office) -> None:
    await office.report("go", 15, at(15), {"repaired": 1})
    export = await export_of(office)
    columns = tuple(
        Column(kind, kind, {"vi": kind}, {}, {}, "", for_leaders=False)
        for kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE)
    )
    answers = {"select_one": "xã Một", "select_multiple": ["An", "Bình"]}
    export = replace(export, columns=columns, entries=(replace(export.entries[0], answers=answers),))
    row = records(workbook(export)["Báo cáo"])[0]
    assert (row["select_one"], row["select_multiple"]) == ("xã Một", "An; Bình")


async def test_sheets_have_names_that_excel_takes(office: Office) -> None:
    labels = [
        "Nhà", "nhà", "Báo cáo", "[:*?/\\]", "History", "'Hộ'", "A" * 40, "a" * 40,
        "Hộ gia đình 'được' giúp đỡ ở ấp' x",
    ]  # fmt: skip
    await office.report("go", 15, at(15), {})
    columns = tuple(
        Column(f"r{place}", Kind.REPEAT, {"vi": label}, {}, {}, "", for_leaders=False)
        for place, label in enumerate(labels)
    )
    titles = [page.title for page in sheets([replace(await export_of(office), columns=columns)], VI)]
    assert titles[1:-2] == [
        "Nhà", "nhà 2", "Báo cáo 2", "2", "History 2", "Hộ", "A" * 31, "a" * 29 + " 2",
        "Hộ gia đình 'được' giúp đỡ ở ấp",
    ]  # fmt: skip


async def test_invented_reports_are_marked_in_repeats(tmp_path: Path) -> None:
    demo = await open_office(tmp_path, demo=True)
    async with demo.work(at(14)) as uow:
        schedule = (await demo.form(uow))["schedule"]
        demo.version_id = await add_version(uow, demo.form_id, REPEATS, schedule, COLUMNS)
    await demo.open_periods(at(14, "11:00"))
    await demo.report("go", 15, at(15), ANSWERS)
    assert {row["dữ liệu minh hoạ"] for row in records(workbook(await export_of(demo))["Phòng"])} == {"có"}
    await demo.database.close()
