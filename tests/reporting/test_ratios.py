"""Ratios of a form or a campaign that show what is odd."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from forms.sheets import read_sheets
from reporting.campaigns.pack import PackError
from reporting.campaigns.packs import read_pack
from reporting.doubts.oddity_rules import Code
from reporting.doubts.sanity import read_ratios
from tests.reporting.office import Office
from tests.reporting.packs import CAMPAIGN
from tests.reporting.watching import odd, watched


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with watched(tmp_path) as office:
        yield office


@pytest.mark.parametrize(
    ("repaired", "value", "found"),
    [
        (2, 80_000_000, []),
        (2, 800_000_000, ["400000000"]),
        (1, 40_000, ["40000"]),
        (0, 40_000_000, []),
        (None, 40_000_000_000, []),
        (3, None, []),
        (1, 200_000_000, []),
    ],
)
async def test_a_ratio_outside_its_range(
    office: Office, repaired: int | None, value: int | None, found: list[str]
) -> None:
    given = {"repaired": repaired, "value": value}
    seen = await odd(office, "go", 16, {name: number for name, number in given.items() if number is not None})
    assert [(f.code, f.value) for f in seen] == [(Code.RATIO, value) for value in found]
    assert all(f.than["paths"] == ["/data/value", "/data/repaired"] for f in seen)


SANITY = """
| sanity |
| | name | of | per | min | max | unit | label::Tiếng Việt (vi) |
"""


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("| | a | value | houses | 5 | 9 | đồng | |", "column of: 'value' is not an indicator of the form"),
        ("| | a | houses | roads + nothing | 5 | | | |", "column per: 'nothing' is not an indicator"),
        ("| | a | houses | roads | five | | | |", "column min: 'five' is not a number such as"),
        ("| | a | houses | roads | 5 | -1 | | |", "column max: '-1' is not a number"),
        ("| | a | houses | roads | NaN | | | |", "column min: 'NaN' is not a number"),
        ("| | a | houses | roads | 9 | 5 | | |", "column min: '9' is not below the max '5'"),
        ("| | a | houses | roads | | | | |", "is not given, nor is max"),
        ("| | | houses | roads | 1 | | | |", "column name: '' is not a name"),
        ("| | good | houses | roads | 1 | | | |", "column name: 'good' is not new"),
    ],
)
def test_a_bad_row_is_named_by_sheet_and_row(tmp_path: Path, row: str, problem: str) -> None:
    file = tmp_path / "form.md"
    file.write_text(f"{SANITY}| | good | houses | roads | 1 | 2.5 | km | Nhà |\n{row}\n", encoding="utf-8")
    problems: list[str] = []
    found = read_ratios("form.md", read_sheets(file), ["houses", "roads"], problems)
    assert [(ratio.name, str(ratio.high), ratio.label) for ratio in found] == [("good", "2.5", {"vi": "Nhà"})]
    assert len(problems) == 1
    assert problems[0].startswith("form.md: sanity, row 3: ")
    assert problem in problems[0]


DUE = """
| deadlines |
| | repeat | from | until | due | covers | closes | kinds |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | huyện |
"""


def _form(indicator: str) -> str:
    return f"""
| survey |
| | type | name | label | indicator |
| | integer | n1 | Bao nhiêu? | {indicator} |
| | integer | n2 | Bao nhiêu tiền? | {indicator}_value |
"""


def _folder(folder: Path, shared: str, own: str = "") -> Path:
    files = {"campaign": CAMPAIGN + DUE + SANITY + shared, "gifts": _form("gifts") + own, "roads": _form("roads")}
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def test_ratios_of_the_campaign_are_those_of_the_forms_that_have_the_numbers(tmp_path: Path) -> None:
    shared = "| | a | gifts_value | gifts | 5 | | | |\n| | b | roads_value | roads | 5 | | | |\n"
    own = SANITY + "| | c | gifts_value | gifts | | 9 | | |\n"
    pack = read_pack(_folder(tmp_path, shared, own))
    assert [(form.slug, [ratio.name for ratio in form.sanity]) for form in pack.forms] == [
        ("gifts", ["c", "a"]),
        ("roads", ["b"]),
    ]


def test_a_pack_with_a_bad_ratio_is_not_loaded(tmp_path: Path) -> None:
    shared = "| | a | gifts_value | houses | 5 | | | |\n"
    own = SANITY + "| | c | roads | gifts | | 9 | | |\n"
    with pytest.raises(PackError) as error:
        read_pack(_folder(tmp_path, shared, own))
    assert [problem.partition(": column")[0] for problem in error.value.problems] == [
        "gifts.md: sanity, row 2",
        "campaign.md: sanity, row 2",
    ]
