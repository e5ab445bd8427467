"""The register of models as files: what stands in their cells, who sees what, and that no text becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reporting.documents.models import ModelExport, gather, write_models_csv, write_models_docx, write_models_xlsx
from reporting.documents.table import sheet_data, write_csv
from reporting.models import model_register
from storage import people, plans
from tests.reporting.documents import needs_libreoffice, opened_by_libreoffice, word
from tests.reporting.models import CC, HOUSE, ND, STREET, TOP, Communes, at, open_communes
from tests.support.world import TRANSLATORS, ZONE

TR = TRANSLATORS["vi"]
SLY = {**HOUSE, "model_name": "=1+1", "village": "@thôn"}


@pytest.fixture
async def communes(tmp_path: Path) -> AsyncIterator[Communes]:
    found = await open_communes(tmp_path)
    await found.register(CC, {**STREET, "leader": "Nguyễn Văn Mẫu"}, HOUSE)
    await found.register(ND, SLY)
    key = (await found.kept())["Thắp sáng đường quê"]["key"]
    found.now = at(18)
    await found.review(CC, key, state="effective", proposed="praised")
    yield found
    await found.database.close()


async def export(communes: Communes, *, leaders: bool = False, unit: str = TOP) -> ModelExport:
    async with communes.work() as uow:
        ((campaign, sheet),) = await model_register.registers(uow, await communes.campaigns(uow))
        row = await people.unit_by_code(uow, unit)
        assert row is not None
        return await gather(uow, communes.library, campaign, sheet, row, ZONE, leaders=leaders)


async def test_the_workbook_has_typed_cells_a_frozen_header_and_filters(communes: Communes) -> None:
    book = load_workbook(BytesIO(write_models_xlsx(await export(communes), TR)))
    assert book.sheetnames == ["Mô hình", "Quá trình"]
    page: Any = book["Mô hình"]
    rows = [tuple(cell.value for cell in row) for row in page.iter_rows()]
    assert rows[0] == (
        "Mô hình", "Đơn vị", "Lĩnh vực", "Thôn", "Phụ trách", "Từ ngày", "Tình trạng", "Đề nghị biểu dương",
        "Duy trì từ", "Ngày đăng ký", "Đang duy trì", "Từ 2 năm trở lên",
    )  # fmt: skip
    street = next(row for row in rows if row[0] == "Thắp sáng đường quê")
    assert street[1:5] == ("Đảng ủy xã Cam Cọn", "Kinh tế", "Thôn Cọn 1", "Nguyễn Văn Mẫu")
    assert [value.date() for value in (street[5], street[8], street[9])] == [
        date(2019, 5, 1), date(2019, 5, 1), date(2022, 12, 16)
    ]  # fmt: skip
    assert street[6:8] + street[10:] == ("Hiệu quả cao", "Biểu dương năm 2022", "có", "có")
    assert (page.freeze_panes, page.auto_filter.ref) == ("B2", "A1:L4")


async def test_the_history_has_a_row_for_each_change(communes: Communes) -> None:
    page: Any = load_workbook(BytesIO(write_models_xlsx(await export(communes), TR)))["Quá trình"]
    rows = [tuple(cell.value for cell in row) for row in page.iter_rows(min_row=2)]
    street = [row for row in rows if row[0] == "Thắp sáng đường quê"]
    assert [(row[3], *row[5:]) for row in street] == [
        ("BY-000001", "đăng ký", None, None),
        ("BY-000003", "Tình trạng", None, "Hiệu quả cao"),
        ("BY-000003", "Đề nghị biểu dương", None, "Biểu dương năm 2022"),
    ]
    assert street[0][2].isoformat() == "2022-12-16T08:00:00"


async def test_no_text_is_a_formula(communes: Communes) -> None:
    data = await export(communes, unit=ND)
    page: Any = load_workbook(BytesIO(write_models_xlsx(data, TR)))["Mô hình"]
    assert [(cell.value, cell.data_type) for cell in (page["A2"], page["D2"])] == [("=1+1", "s"), ("@thôn", "s")]
    content = write_models_csv(data, TR)
    assert content.startswith(b"\xef\xbb\xbf")
    (_, row) = csv.reader(StringIO(content.decode("utf-8-sig")))
    assert (row[0], row[3], row[9]) == ("'=1+1", "'@thôn", "2022-12-16")


async def test_the_list_on_paper_has_the_candidates_and_all_that_are_kept(communes: Communes) -> None:
    lines = word(write_models_docx(await export(communes), TR))
    assert "DANH SÁCH" in lines and "Mô hình Dân vận khéo" in lines
    assert any("Biểu dương năm 2022 (1/1 suất)" in line for line in lines)
    assert any("Mô hình đang duy trì (3)" in line for line in lines)
    row = next(line for line in lines if "Thắp sáng đường quê" in line)
    assert row.split(" | ") == [
        "1", "Thắp sáng đường quê", "Đảng ủy xã Cam Cọn", "Kinh tế", "Nguyễn Văn Mẫu", "Hiệu quả cao",
        "Biểu dương năm 2022", "01/05/2019",
    ]  # fmt: skip


async def test_what_a_form_keeps_for_leaders_is_in_their_files_alone(communes: Communes) -> None:
    await communes.keep_for_leaders("registration", "leader")
    for write in (write_models_csv, lambda data, tr: "\n".join(word(write_models_docx(data, tr))).encode()):
        assert "Nguyễn Văn Mẫu" not in write(await export(communes), TR).decode()
        assert "Nguyễn Văn Mẫu" in write(await export(communes, leaders=True), TR).decode()


async def test_the_reports_of_a_review_name_the_model(communes: Communes) -> None:
    async with communes.work() as uow:
        (form,) = [row for row in await plans.live_forms(uow) if row["slug"] == "review"]
        unit = await people.unit(uow, form["unit_id"])
        data = await sheet_data(uow, communes.library, form, unit, zone=ZONE)
    assert "Thắp sáng đường quê" in write_csv(data, TR).decode()


async def test_numbers_are_numbers_and_what_is_none_is_text(communes: Communes) -> None:
    from forms.kinds import Kind
    from reporting.documents.models import cell

    seen = await communes.seen()
    seen.names.kinds.update({"n": Kind.INTEGER, "d": Kind.DATE})  # type: ignore[attr-defined]
    assert [cell(seen, "n", text, TR) for text in ("12", "mười", "", "NaN")] == [Decimal(12), "mười", None, "NaN"]
    assert [cell(seen, "d", text, TR) for text in ("2022-05-01", "hè", "")] == [date(2022, 5, 1), "hè", None]


@needs_libreoffice
async def test_libreoffice_opens_both(communes: Communes, tmp_path: Path) -> None:
    data = await export(communes)
    read = opened_by_libreoffice(
        write_models_xlsx(data, TR), ".xlsx", "csv:Text - txt - csv (StarCalc):44,34,76", tmp_path
    )
    assert "Thắp sáng đường quê" in read.decode() and "=1+1" in read.decode()
    assert opened_by_libreoffice(write_models_docx(data, TR), ".docx", "pdf", tmp_path).startswith(b"%PDF")
