"""Layouts that an office brings: what they can do, what they are refused, and how they are told what is wrong."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from locales.translator import Translators
from reporting.documents import filling
from reporting.documents.branches import Branches
from reporting.documents.cells import About, Sheet
from reporting.documents.consolidated import ReportData, report_context, write_report
from reporting.documents.filling import TemplateFileError, fill
from reporting.documents.layouts import FILE, SAMPLE, read_layout
from reporting.documents.letterhead import KEYS, letterhead
from reporting.documents.paper import table_paper
from tests.reporting.documents import layout, needs_libreoffice, opened_by_libreoffice, word
from tests.reporting.office import at
from tests.reporting.samples import daily_digest
from tests.reporting.words import ZONE

TR = Translators(ZONE)["vi"]
DATA = ReportData(daily_digest(15), Branches((), {}, ()), "Tỉnh đoàn Mẫu", {})


def filled(template: bytes) -> list[str]:
    return word(fill(template, {**SAMPLE, "is_whole": True}, file="mau.docx", title="", made_at=at(16)))


def trouble(template: bytes) -> str:
    with pytest.raises(TemplateFileError) as caught:
        filled(template)
    return str(caught.value)


def test_an_office_lays_it_out_as_it_likes() -> None:
    own = layout(
        "{{ issuer }}", "{%p for row in results %}", "{{ row.name }}: {{ row.so_far }} {{ row.unit }}", "{%p endfor %}"
    )
    assert word(write_report(DATA, TR, layout=own))[:3] == [
        "BCH ĐOÀN TỈNH MẪU", "Nhà sửa chữa: 42 căn", "Thiếu nhi được hỗ trợ: 1.324 em",
    ]  # fmt: skip


def test_a_layout_is_tried_with_every_name_that_it_may_use() -> None:
    assert SAMPLE.keys() | {"is_whole"} == report_context(DATA, TR).keys()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{{ isuer }}", "mau.docx: 'isuer' is undefined"),
        ("Số liệu {{ issuer", "mau.docx: unexpected '/' (near “Số liệu {{ issuer”)"),
        ("{% for row in results %}{{ row.name }}", "mau.docx: Unexpected end of template"),
        ("{{ results[0].nam }}", "mau.docx: 'dict object' has no attribute 'nam'"),
        ("{{ issuer | roman }}", "mau.docx: No filter named 'roman'."),
        ("{{ 1 / 0 }}", "mau.docx: it cannot be filled: division by zero"),
    ],
)
def test_what_is_wrong_is_told_with_the_file(line: str, told: str) -> None:
    assert trouble(layout("BÁO CÁO", line)).startswith(told)


def test_the_line_that_is_wrong_is_shown() -> None:
    assert "(near “Ngày {{ day | nosuch }}”)" in trouble(layout("BÁO CÁO", "Ngày {{ day | nosuch }}"))


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ issuer.__class__ }}",
        "{{ results.__class__.__base__.__subclasses__() }}",
        "{{ chart.tpl.docx.save('stolen') }}",
        "{{ ''['__class__'] }}",
        "{{ issuer | attr('__class__') }}",
        "{{ range.__globals__ }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% include 'secret.key' %}",
        "{% import 'os' as os %}",
        "{{ 'a' * 10 ** 10 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'a' | center(1000000000) }}",
        "{{ range(1000000000) | list }}",
        "{{ self.__init__ }}",
        "{{ results.append(1) }}",
    ],
)
def test_nothing_of_the_program_can_be_reached(line: str) -> None:
    assert trouble(layout(line)).startswith("mau.docx: ")


def test_a_page_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "FILLED_LIMIT", 100_000)
    told = trouble(layout("{%p for n in range(99999) %}", "xxxxxxxxxx", "{%p endfor %}"))
    assert told == "mau.docx: the filled page is too large"


def _zip(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is no Word file (.docx)"),
        (b"PK\x03\x04 but no more", "it is no Word file (.docx)"),
        (_zip(xl__workbook_xml=b""), "it is no Word file (.docx)"),
        (_zip(word__document_xml=b"<a/>", word__vbaProject_bin=b""), "it has macros"),
        (_zip(word__document_xml=b" " * (51 * 1024 * 1024)), "unpacked it is larger than 50 MB"),
        (b"x" * (6 * 1024 * 1024), "it is larger than 5 MB"),
        (_zip(word__document_xml=b"<a/>"), "it cannot be filled: "),
    ],
)
def test_what_is_no_layout(content: bytes, told: str) -> None:
    assert trouble(content).startswith(f"mau.docx: {told}")


def test_the_layout_of_a_pack(tmp_path: Path) -> None:
    problems: list[str] = []
    assert read_layout(tmp_path, problems) == b""
    (tmp_path / FILE).write_bytes(own := layout("{{ issuer }}"))
    assert (read_layout(tmp_path, problems), problems) == (own, [])
    (tmp_path / FILE).write_bytes(layout("{% if not is_whole %}{{ isuer }}{% endif %}"))
    read_layout(tmp_path, problems)
    assert problems == ["bao-cao.docx: 'isuer' is undefined"]


# --- the letterhead --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "issuer", "place", "heading", "number"),
    [
        ("Tỉnh đoàn Tây Ninh", "BCH ĐOÀN TỈNH TÂY NINH", "Tây Ninh", "ĐOÀN TNCS HỒ CHÍ MINH", "-BC/TĐTN-……"),
        ("Huyện Đoàn Thọ Xuân", "BCH ĐOÀN HUYỆN THỌ XUÂN", "Thọ Xuân", "ĐOÀN TNCS HỒ CHÍ MINH", "-BC/HĐTN-……"),
        ("Thành đoàn Hà Tĩnh", "BCH ĐOÀN THÀNH PHỐ HÀ TĨNH", "Hà Tĩnh", "ĐOÀN TNCS HỒ CHÍ MINH", "-BC/TĐTN-……"),
        ("Thị đoàn Kỳ Anh", "BCH ĐOÀN THỊ XÃ KỲ ANH", "Kỳ Anh", "ĐOÀN TNCS HỒ CHÍ MINH", "-BC/TĐTN-……"),
        ("Đoàn xã Hiệp Tân", "BCH ĐOÀN XÃ HIỆP TÂN", "Hiệp Tân", "ĐOÀN TNCS HỒ CHÍ MINH", "-BC/……"),
        ("Huyện ủy Bảo Yên", "HUYỆN ỦY BẢO YÊN", "Bảo Yên", "ĐẢNG CỘNG SẢN VIỆT NAM", "-BC/HU"),
        ("Đảng bộ xã Bảo Hà", "ĐẢNG BỘ XÃ BẢO HÀ", "Bảo Hà", "ĐẢNG CỘNG SẢN VIỆT NAM", "-BC/……"),
        ("Công an tỉnh", "CÔNG AN TỈNH", "Công an tỉnh", "ĐOÀN TNCS HỒ CHÍ MINH", "-BC/……"),
    ],
)
def test_what_a_name_tells(name: str, issuer: str, place: str, heading: str, number: str) -> None:
    head = letterhead({}, name, at(16), TR)
    assert (head.issuer, head.heading, head.number.split()[1]) == (issuer, heading, number)
    assert head.place_and_date == f"{place}, ngày …… tháng 12 năm 2022"
    assert (head.stars, head.signed_for) == (
        ("*", "T/M BAN THƯỜNG VỤ") if "ĐẢNG" in heading else ("***", "TM. BAN THƯỜNG VỤ")
    )


def test_what_the_campaign_says_stands() -> None:
    said = {"issuer": "Ban Chỉ đạo tỉnh", "number": "Số: …-BC/BCĐ", "place": "Tân Ninh", "recipients": " A;\nB; ;",
            "signed_for": "TM. BAN CHỈ ĐẠO", "signer_title": "Trưởng ban", "heading": "X" * 500}  # fmt: skip
    head = letterhead(said, "Tỉnh đoàn Tây Ninh", at(16), TR)
    assert (head.issuer, head.number, head.recipients) == ("BAN CHỈ ĐẠO TỈNH", "Số: …-BC/BCĐ", ("A", "B"))
    assert (head.signed_for, head.signer_title, head.signer) == ("TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN", "")
    assert len(head.heading) == 200


# --- tables on paper -------------------------------------------------------------------------------

SHEET = Sheet(
    "Theo lĩnh vực", ["Tên", "Từ ngày", "Kinh phí"],
    [["=Vườn rau <xanh>", at(16).date(), About(Decimal(1500000))], ["Tổng", None, 2]],
    has_total=True,
)  # fmt: skip


def paper(*sheets: Sheet) -> bytes:
    head = letterhead({}, "Tỉnh đoàn Mẫu", at(16), TR)
    return table_paper(
        head, sheets, TR, heading="DANH SÁCH", subject="Mô hình", lines=["Có 1 mô hình."], made_at=at(16)
    )


def test_a_table_on_paper() -> None:
    lines = word(paper(SHEET))
    assert lines[lines.index("DANH SÁCH") :][:8] == [
        "DANH SÁCH", "Mô hình", "–––––––––––––", "Có 1 mô hình.", "Theo lĩnh vực", "STT | Tên | Từ ngày | Kinh phí",
        "1 | =Vườn rau <xanh> | 16/12/2022 | khoảng 1.500.000", " | Tổng |  | 2",
    ]  # fmt: skip
    bold = [run.text for row in Document(BytesIO(paper(SHEET))).tables[1].rows for cell in row.cells
            for run in cell.paragraphs[0].runs if run.text and run.bold]  # fmt: skip
    assert bold == ["STT", "Tên", "Từ ngày", "Kinh phí", "Tổng", "2"]


@needs_libreoffice
@pytest.mark.parametrize("columns", [1, 3, 12])
def test_libreoffice_opens_tables_of_any_width(columns: int, tmp_path: Path) -> None:
    wide = Sheet("Bảng", [f"Cột {n}" for n in range(columns)], [["nội dung dài " * 3] * columns] * 3)
    assert opened_by_libreoffice(paper(wide), ".docx", "pdf", tmp_path).startswith(b"%PDF")


def test_the_document_for_offices_names_all_that_a_layout_may_use() -> None:
    text = (Path(__file__).parents[2] / "docs" / "van-ban.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.partition("| tên |")[2].splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {*SAMPLE, "is_whole", "chart"}
    keys = re.findall(r"^\| `(\w+)` \|", text.partition("| tên |")[0], re.MULTILINE)
    assert {*keys} == {*KEYS, "subject"}


ORDER = {
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblW jc tblCellSpacing tblInd tblBorders shd tblLayout "
    "tblCellMar tblLook",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "trPr": "cantSplit tblHeader",
}


@pytest.mark.parametrize("make", [lambda: write_report(DATA, TR), lambda: paper(SHEET)])
def test_properties_stand_in_the_order_that_word_insists_on(make: Callable[[], bytes]) -> None:
    """LibreOffice takes them in any order; Word may call the file broken."""
    found = Counter[str]()
    for element in Document(BytesIO(make())).element.body.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in ORDER:
            found[name] += 1
            places = [ORDER[name].split().index(child.tag.rpartition("}")[2]) for child in element]
            assert places == sorted(places), f"{name}: {[child.tag for child in element]}"
    assert found.keys() == ORDER.keys()
