"""`unit …`: lists imported, a province made, the tree shown and searched, as an office does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.cli.kit import Ran, bot, query

HEADER = ("code", "name", "short_name", "kind", "parent", "valid_from", "valid_to", "successors")
MERGED = (
    ("TN-BC", "Huyện đoàn Bến Cầu", "Bến Cầu", "huyện", "TN", "", "1/7/2025", "N1"),
    ("TN-HT", "Thành đoàn Hòa Thành", "Hòa Thành", "thành phố", "TN", "", "", ""),
    ("N1", "Đoàn xã Bến Cầu", "", "xã", "TN", "2025-07-01", "", ""),
    ("TN-CA", "Đoàn Thanh niên Công an tỉnh", "Công an tỉnh", "trực thuộc", "TN-KHOI", "", "", ""),
)
WORDS = """added (1):
  N1  Đoàn xã Bến Cầu (xã, below TN)
renamed (1):
  TN-HT  Thị đoàn Hòa Thành → Thành đoàn Hòa Thành; thị xã → thành phố
moved (1):
  TN-CA  Đoàn Thanh niên Công an tỉnh: TN → TN-KHOI
ended (1):
  TN-BC  Huyện đoàn Bến Cầu: from 2025-07-01; successors: N1
"""


def imported(folder: Path, *rows: tuple[str, ...], options: tuple[str, ...] = ()) -> Ran:
    lines = [",".join(row) for row in (HEADER, *rows)]
    (folder / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    return bot(folder, "unit", "import", "list.csv", *options)


def kept(folder: Path) -> list[tuple[object, ...]]:
    return [row for table in ("unit", "unit_place", "unit_successor", "audit") for row in query(
        folder, f"select * from {table} order by 1, 2"
    )]  # fmt: skip


def test_a_dry_run_says_all_and_writes_nothing(office: Path) -> None:
    before = kept(office)
    ran = imported(office, *MERGED, options=("--dry-run",))
    assert ran.out == WORDS + "✔ 4 units would change, 0 stay as they are; nothing was written\n"
    assert (ran.code, ran.err) == (0, "")
    assert kept(office) == before


def test_a_list_brings_the_tree_up_to_date(office: Path) -> None:
    [(loaded,)] = query(office, "select max(id) from audit")
    ran = imported(office, *MERGED)
    assert (ran.out, ran.code) == (WORDS + "✔ 4 units changed, 0 stay as they are\n", 0)
    assert imported(office, *MERGED).out == "✔ 0 units changed, 4 stay as they are\n"
    actions = query(office, f"select action from audit where id > {loaded} and action like 'unit.%' order by action")
    assert actions == [("unit.add",), ("unit.end",), ("unit.move",), ("unit.rename",)]
    assert query(office, "select count(*) from unit_place") == [(1,)]


def test_a_workbook_is_as_good(office: Path) -> None:
    workbook = Workbook()
    assert workbook.active is not None
    for row in (HEADER, *MERGED):
        workbook.active.append(row)
    workbook.save(office / "list.xlsx")
    assert bot(office, "unit", "import", "list.xlsx", "--dry-run").out.startswith(WORDS)


def test_a_broken_row_is_named_and_nothing_is_changed(office: Path) -> None:
    before = kept(office)
    circle = ("TN", "Tỉnh đoàn Tây Ninh", "Tây Ninh", "tỉnh", "TN-HT", "", "", "")
    orphan = ("N2", "Đoàn xã Mồ Côi", "", "xã", "KHÔNG", "", "", "")
    ran = imported(office, *MERGED, orphan, circle)
    assert ran.err.splitlines() == [
        "✘ list.csv, row 3: TN-HT is, through its parents, above itself",
        "✘ list.csv, row 6: the parent KHÔNG is neither in the list nor known",
        "✘ list.csv, row 7: TN is, through its parents, above itself",
        "✘ nothing was changed (3 to mend)",
    ]
    assert (ran.code, ran.out) == (1, "")
    assert kept(office) == before


def test_a_complete_list_of_the_day_it_takes_effect(office: Path) -> None:
    top = ("TN", "Tỉnh đoàn Tây Ninh", "Tây Ninh", "tỉnh", "", "", "", "")
    new = ("N1", "Chi đoàn Bến Cầu", "", "ấp", "TN", "", "", "")
    options = ("--complete", "--from", "2025-07-01", "--new-kind", "ấp=4")
    ran = imported(office, top, new, options=options)
    assert "ended (13):\n" in ran.out
    assert ran.out.endswith("✔ 14 units changed, 1 stay as they are\n")
    ends = query(office, "select distinct valid_to from unit where code like 'TN-%'")
    assert ends == [("2025-06-30 17:00:00.000000",)]
    assert query(office, "select valid_from from unit where code = 'N1'") == ends


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--from", "1.7."), "✘ '1.7.' is not a day such as 2025-07-01"),
        (("--new-kind", "ấp"), "✘ --new-kind: 'ấp' is not a kind and its level, such as 'ấp=4'"),
    ],
)
def test_options_that_say_nothing(tmp_path: Path, options: tuple[str, ...], complaint: str) -> None:
    assert imported(tmp_path, *MERGED, options=options).complaint == complaint


# --- a province ------------------------------------------------------------------------------------


def test_a_province_from_the_national_list(tmp_path: Path) -> None:
    first = bot(tmp_path, "unit", "init", "--province", "tay ninh", "--dry-run")
    assert first.out.endswith("✔ 97 units would change, 0 stay as they are; nothing was written\n")
    assert query(tmp_path, "select count(*) from unit") == [(0,)]
    assert bot(tmp_path, "unit", "init", "--province", "Tây Ninh").code == 0
    assert query(tmp_path, "select name, kind from unit where code = 'TN'") == [("Tỉnh đoàn Tây Ninh", "tỉnh")]
    again = bot(tmp_path, "unit", "init", "--province", "Tây Ninh")
    assert again.out == "✔ 0 units changed, 97 stay as they are\n"
    other = bot(tmp_path, "unit", "init", "--province", "Thái Nguyên")
    assert other.complaint == (
        "✘ TN is the code of Tỉnh đoàn Tây Ninh: give Tỉnh đoàn Thái Nguyên another one by --code"
    )


def test_a_province_below_a_unit_that_is_there(office: Path) -> None:
    ran = bot(office, "unit", "init", "--province", "Hà Nội", "--under", "TN", "--code", "HN")
    assert "  HN  Thành đoàn Hà Nội (thành phố trực thuộc, below TN)\n" in ran.out
    complaint = bot(office, "unit", "init", "--province", "Hà Nội", "--under", "Bến Câu").complaint
    assert (
        complaint == "✘ there is no unit with the code 'Bến Câu' (perhaps TN-BC (Huyện đoàn Bến Cầu)); see `unit list`"
    )


def test_a_province_that_there_is_not(tmp_path: Path) -> None:
    ran = bot(tmp_path, "unit", "init", "--province", "Tây Nin")
    assert ran.err.splitlines()[0] == "✘ vn_units_2025.csv: there is no province 'Tây Nin' (perhaps Tây Ninh)"
    assert ran.code == 1


# --- looking ---------------------------------------------------------------------------------------


def test_the_tree_on_a_day(office: Path) -> None:
    imported(office, *MERGED, options=("--from", "2025-07-01"))
    before = bot(office, "unit", "list", "--at", "2025-06-30").out
    assert "  Huyện đoàn Bến Cầu " in before
    assert "│   Đoàn Thanh niên Công an tỉnh " in before
    assert "Đoàn xã Bến Cầu" not in before
    after = bot(office, "unit", "list", "--at", "2025-07-01").out
    assert "Huyện đoàn Bến Cầu" not in after
    assert "│   Đoàn xã Bến Cầu " in after
    branch = bot(office, "unit", "list", "--under", "TN-KHOI").out
    assert "│   Đoàn Thanh niên Công an tỉnh " in branch
    assert "Tỉnh đoàn Tây Ninh" not in branch


def test_a_name_without_its_diacritics(office: Path) -> None:
    imported(office, *MERGED)
    assert bot(office, "unit", "find", "ben cau").out.splitlines() == [
        "N1  Đoàn xã Bến Cầu (xã, below Tỉnh đoàn Tây Ninh)",
        "TN-BC  Huyện đoàn Bến Cầu (huyện, below Tỉnh đoàn Tây Ninh, ended 2025-07-01)",
    ]
    assert (
        bot(office, "unit", "find", "Hà Giang").complaint == "✘ there is no unit like 'Hà Giang'; `unit list` shows all"
    )
