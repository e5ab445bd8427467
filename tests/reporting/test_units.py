"""Lists of units: a pack's own, and the communes of today."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from reporting.organisation.units import UnitLine, UnitListError, communes, read_list
from tests.support.world import CAMPAIGNS

HEADER = "code,name,short_name,kind,parent\n"
TODAY = CAMPAIGNS / "vn_units_2025.csv"
ROOT = UnitLine("TN", "Tỉnh đoàn Tây Ninh", "Tây Ninh", "tỉnh", "")


def written(folder: Path, text: str) -> Path:
    path = folder / "units.csv"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(path: Path) -> tuple[str, ...]:
    with pytest.raises(UnitListError) as caught:
        read_list(path)
    return caught.value.problems


def test_the_units_of_the_pack() -> None:
    units = read_list(CAMPAIGNS / "tay-ninh-2022" / "units.csv").lines
    assert units[0] == ROOT
    assert Counter(unit.kind for unit in units[1:]) == {"huyện": 6, "trực thuộc": 4, "thị xã": 2, "thành phố": 1}


def test_parents_come_before_children_whatever_the_order(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "C,Xã,,xã,B\nB,Huyện,,huyện,A\nD,Xã khác,,xã,B\nA,Tỉnh,,tỉnh,\n")
    assert [unit.code for unit in read_list(path).lines] == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + "A,Tỉnh,,tỉnh,\n",
        "code;name;short_name;kind;parent\nA;Tỉnh;;tỉnh;\n",
        "parent,note,kind,name,code,short_name\n,1,tỉnh,Tỉnh,A,\n",
        HEADER + " A , Tỉnh ,,tỉnh\n",
        HEADER + 'A,"Tỉnh",,tỉnh,\n,,,,\n\n',
    ],
    ids=["byte order mark", "semicolons", "other columns", "spaces and a short row", "empty rows"],
)
def test_files_as_spreadsheets_write_them(tmp_path: Path, text: str) -> None:
    assert read_list(written(tmp_path, text)).lines == (UnitLine("A", "Tỉnh", "", "tỉnh", ""),)


def test_every_problem_with_its_row(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEADER
        + "A,Tỉnh,,tỉnh,\n\nB,,,huyện,A\nC,Huyện,,huyện,Z\nA,Tỉnh khác,,tỉnh,\nD,Xã,,xã,E\nE,Xã,,xã,D\nF,Xã,,xã,F\n",
    )
    assert problems_of(path) == (
        "units.csv, row 2: the code A stands more than once",
        "units.csv, row 4: code, name and kind must be filled in",
        "units.csv, row 5: the parent Z is not in the list",
        "units.csv, row 6: the code A stands more than once",
        "units.csv, row 7: D is, through its parents, above itself",
        "units.csv, row 8: E is, through its parents, above itself",
        "units.csv, row 9: F is, through its parents, above itself",
    )


def test_below_a_circle_only_the_circle_is_wrong(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "A,Xã,,xã,B\nB,Xã,,xã,A\nC,Ấp,,ấp,A\n")
    assert [problem.split(":")[0] for problem in problems_of(path)] == ["units.csv, row 2", "units.csv, row 3"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "units.csv, row 1: the column code is missing"),
        (HEADER.replace("kind", "loại"), "units.csv, row 1: the column kind is missing"),
        (HEADER + "\n", "units.csv: there is no unit in the list"),
    ],
)
def test_a_list_without_what_it_needs(tmp_path: Path, text: str, problem: str) -> None:
    assert problem in problems_of(written(tmp_path, text))


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes((HEADER + "A,Tỉnh,,tỉnh,\n").encode("utf-16"))
    (problem,) = problems_of(path)
    assert problem.startswith("units.csv: cannot be read: ")


def test_a_list_as_long_as_the_country(tmp_path: Path) -> None:
    lines = [f"{n},Xã {n},,xã,{n - 1 if n % 100 else ''}\n" for n in range(3400)]
    assert len(read_list(written(tmp_path, HEADER + "".join(lines))).lines) == 3400


# --- the communes of today -------------------------------------------------------------------------


def test_tay_ninh_has_96_communes() -> None:
    root, *units = communes(TODAY, "Tây Ninh", ROOT)
    assert root == ROOT
    assert len(units) == len({unit.code for unit in units}) == 96
    assert {unit.parent for unit in units} == {"TN"}
    assert {unit.kind for unit in units} == {"xã", "phường"}
    assert UnitLine("25591", "Đoàn xã Phước Vinh", "Phước Vinh", "xã", "TN") in units


def test_names_that_look_alike_without_their_marks_keep_their_kind() -> None:
    names = [unit.short_name for unit in communes(TODAY, "Tây Ninh", ROOT)[1:]]
    assert len(set(names)) == 96
    assert [name for name in names if name.startswith(("Xã ", "Phường "))] == ["Xã Tân Thành", "Xã Tân Thạnh"]
    assert {"Phường Mỹ Tho", "Xã Mỹ Thọ"} < {unit.short_name for unit in communes(TODAY, "Đồng Tháp", ROOT)}


def test_every_province_has_its_communes() -> None:
    names = ["Hà Nội", "Hồ Chí Minh", "Vĩnh Long"]
    units = {name: communes(TODAY, name, ROOT)[1:] for name in names}
    assert all(len({u.code for u in found}) == len(found) > 90 for found in units.values())
    assert any(u.kind == "đặc khu" and u.name.startswith("Đoàn đặc khu ") for u in units["Hồ Chí Minh"])


def test_a_province_that_there_is_not() -> None:
    with pytest.raises(UnitListError, match="there is no province 'Tây Nin'"):
        communes(TODAY, "Tây Nin", ROOT)
