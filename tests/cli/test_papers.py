"""The consolidated report from the command line, in the house's layout and in the office's own."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.kit import PACK, Ran, bot, query
from tests.cli.test_office import ZONE, report
from tests.reporting.documents import layout, word

WHEN = datetime(2022, 12, 16, 9, tzinfo=ZONE)


async def test_the_report_of_a_campaign_and_of_a_branch_and_a_day(office: Path) -> None:
    await report(office, "TN-BC", WHEN, {"leaflets": 120, "children_supported": 3})
    assert bot(office, "export", "tay-ninh-2022", "-o", "all.docx", "--format", "docx") == Ran(
        0, "✔ all.docx: 1 reports\n", ""
    )
    lines = word((office / "all.docx").read_bytes())
    assert lines[1].startswith("BCH ĐOÀN TỈNH TÂY NINH *** ")
    assert [line.split(" | ")[1:5] for line in lines if "Tờ rơi |" in line] == [["Tờ rơi", "tờ", "", "120"]]
    asked = ["--unit", "TN-BC", "--period", "2022-12-16", "--form", "daily"]
    bot(office, "export", "tay-ninh-2022", "-o", "day.docx", "--format", "docx", *asked)
    lines = word((office / "day.docx").read_bytes())
    assert lines[1].startswith("BCH ĐOÀN HUYỆN BẾN CẦU *** ")
    assert "Ngày 16/12/2022" in lines


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--unit", "XX"], "✘ --unit: the campaign has no unit 'XX'; `units` lists them"),
        (["--form", "weekly"], "✘ --form: tay-ninh-2022 has no form 'weekly', only daily"),
        (["--period", "16/12"], "✘ --period: '16/12' has not been opened; a day is written 2022-12-16"),
    ],
)
def test_what_there_is_not(office: Path, words: list[str], complaint: str) -> None:
    assert bot(office, "export", "tay-ninh-2022", "-o", "x.docx", "--format", "docx", *words).complaint == complaint


async def test_an_office_brings_its_own_layout(office: Path) -> None:
    await report(office, "TN-BC", WHEN, {"leaflets": 120})
    pack = shutil.copytree(PACK, office / PACK.name)
    own = "BÁO CÁO NHANH của {{ unit }}: {% for row in results %}{{ row.name }} {{ row.so_far }}{% endfor %}"
    (pack / "bao-cao.docx").write_bytes(layout(own))
    assert bot(office, "load", "--dry-run", pack.name).code == 0
    assert query(office, "select count(*) from media") == [(0,)]
    assert bot(office, "load", pack.name).code == 0
    kept = query(office, "select sha256, name, owner from media")
    assert [row[1:] for row in kept] == [("bao-cao.docx", "pack:tay-ninh-2022")]
    bot(office, "export", "tay-ninh-2022", "-o", "own.docx", "--format", "docx")
    assert word((office / "own.docx").read_bytes()) == ["BÁO CÁO NHANH của Tỉnh đoàn Tây Ninh: Tờ rơi 120"]
    assert bot(office, "load", pack.name).code == 0
    assert query(office, "select sha256, name, owner from media") == kept, "it is kept once"
    (pack / "bao-cao.docx").unlink()
    bot(office, "load", pack.name)
    bot(office, "export", "tay-ninh-2022", "-o", "own.docx", "--format", "docx")
    assert word((office / "own.docx").read_bytes())[0] == "DỰ THẢO"


def test_a_broken_layout_is_not_loaded(office: Path) -> None:
    pack = shutil.copytree(PACK, office / PACK.name)
    (pack / "bao-cao.docx").write_bytes(layout("BÁO CÁO", "Tên: {{ isuer }}"))
    ran = bot(office, "load", pack.name)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "✘ bao-cao.docx: 'isuer' is undefined",
        "✘ tay-ninh-2022: nothing was loaded (1 to mend)",
    ]


async def test_a_single_workbook_leaves_the_layout_as_it_is(office: Path) -> None:
    pack = shutil.copytree(PACK, office / "rest" / PACK.name)
    (pack / "bao-cao.docx").write_bytes(layout("Của riêng {{ unit }}"))
    bot(office, "load", str(pack))
    alone = office / "tay-ninh-2022.md"
    shutil.copy(pack / "daily.md", alone)
    assert bot(office, "load", str(alone)).code == 0
    bot(office, "export", "tay-ninh-2022", "-o", "own.docx", "--format", "docx")
    assert word((office / "own.docx").read_bytes()) == ["Của riêng Tỉnh đoàn Tây Ninh"]
