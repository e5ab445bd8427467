"""docs/xlsform.md says what of a workbook is ours: each row of its tables is tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from forms.api import open_form
from forms.checks import OWN_COLUMNS
from forms.model import Question
from forms.problems import FormError
from reporting.campaigns.pack import Pack, PackError
from reporting.campaigns.packs import CAMPAIGN_KEYS, read_pack
from reporting.doubts.sanity import Ratio
from reporting.planning.periods import CellError
from reporting.returns import asks_approval
from tests.support.world import ZONE, World

DOCUMENT = (Path(__file__).parents[2] / "docs" / "xlsform.md").read_text(encoding="utf-8")


def names_in(heading: str, first: str) -> Iterator[str]:
    """The first column of the table with this first header, under a heading."""
    section = DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = section.partition(f"| {first} |")[2].partition("\n\n")[0]
    yield from re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE)


# --- own columns -----------------------------------------------------------------------------------

GOOD: Mapping[str, tuple[str, str, Callable[[Question], Any], Any]] = {
    "indicator": ("integer", "houses_2", lambda q: q.indicator, "houses_2"),
    "unit": ("integer", "đồng", lambda q: q.is_money, True),
    "short": ("integer", "Nhà", lambda q: set(q.short.values()), {"Nhà"}),
    "synonyms": ("integer", "căn nhà; mái ấm", lambda q: q.synonyms, ("căn nhà", "mái ấm")),
    "audience": ("text", "leaders", lambda q: q.audience, "leaders"),
    "same": ("text", "yes", lambda q: q.same, True),
    "urgent": ("text", "yes | leaders", lambda q: q.urgent, True),
    "take": ("integer", "last | villages", lambda q: q.stands, True),
}
BAD = {
    "indicator": [("integer", "Số Nhà"), ("text", "houses")],
    "audience": [("text", "everybody")],
    "same": [("text", "maybe"), ("integer", "yes")],
    "urgent": [("text", "maybe | leaders"), ("text", "yes |"), ("text", "yes | news")],
    "take": [("integer", "first | villages"), ("integer", "last |")],
}


def question(folder: Path, column: str, kind: str, cell: str) -> Question:
    """Raises FormError."""
    path = folder / "form.md"
    columns = {"urgent": "urgent | audience", "take": "take | indicator"}.get(column, column)
    path.write_text(f"| survey |\n| | type | name | label | {columns} |\n| | {kind} | b | B | {cell} |\n", "utf-8")
    return open_form(path).by_name["b"]


def test_every_own_column_is_told() -> None:
    assert set(names_in("Own columns", "column")) == OWN_COLUMNS == set(GOOD)


@pytest.mark.parametrize("column", list(names_in("Own columns", "column")))
def test_own_columns(tmp_path: Path, column: str) -> None:
    kind, cell, read, expected = GOOD[column]
    assert read(question(tmp_path, column, kind, cell)) == expected
    for bad_kind, bad in BAD.get(column, []):
        with pytest.raises(FormError):
            question(tmp_path, column, bad_kind, bad)


@pytest.mark.parametrize("kind", ["integer", "range", "calculate"])
def test_what_adds_up(tmp_path: Path, kind: str) -> None:
    sum_, range_ = ("1" if kind == "calculate" else "", "start=1 end=5" if kind == "range" else "")
    header = "| survey |\n| | type | name | label | calculation | parameters | indicator |\n"
    (tmp_path / "form.md").write_text(f"{header}| | {kind} | b | B | {sum_} | {range_} | x |\n", "utf-8")
    assert open_form(tmp_path / "form.md").by_name["b"].indicator == "x"


# --- the sheet campaign ----------------------------------------------------------------------------

CAMPAIGN = {
    "name": "Đợt mẫu", "prefix": "M", "unit": "P", "contact": "đồng chí Năm, Văn phòng", "approval": "yes",
    "id": "dot-mau", "news_approval": "yes",
}  # fmt: skip
UNITS = "code,name,short_name,kind,parent\nP,Tỉnh đoàn Mẫu,Mẫu,tỉnh,\nH,Huyện đoàn Hòa Mẫu,Hòa Mẫu,huyện,P\n"
REST = """
| deadlines |
| | repeat | from | until | due | covers | closes | kinds |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | huyện |

| survey |
| | type | name | label | indicator |
| | integer | houses | Bao nhiêu căn nhà? | houses |
| | integer | worth | Trị giá? | worth |
"""


def pack_of(folder: Path, campaign: Mapping[str, str], sanity: Mapping[str, str] | None = None) -> Pack:
    """Raises PackError."""
    rows = "".join(f"| | {key} | {value} |\n" for key, value in campaign.items())
    ratio = f"\n| sanity |\n| | {' | '.join(sanity)} |\n| | {' | '.join(sanity.values())} |\n" if sanity else ""
    folder.mkdir(exist_ok=True)
    (folder / "units.csv").write_text(UNITS, "utf-8")
    (folder / "daily.md").write_text(f"| campaign |\n| | key | value |\n{rows}{ratio}{REST}", "utf-8")
    return read_pack(folder)


@pytest.mark.parametrize("key", list(names_in("Own sheets", "key")))
def test_keys_of_the_campaign(tmp_path: Path, key: str) -> None:
    assert pack_of(tmp_path / "mau", CAMPAIGN).campaign[key] == CAMPAIGN[key]
    less = {name: value for name, value in CAMPAIGN.items() if name != key}
    if key in CAMPAIGN_KEYS:
        with pytest.raises(PackError, match=key):
            pack_of(tmp_path / "mau", less)
    else:
        assert key not in pack_of(tmp_path / "mau", less).campaign


def test_every_key_is_told() -> None:
    assert {*CAMPAIGN_KEYS, "id", "contact", "approval", "news_approval"} == set(names_in("Own sheets", "key"))


@pytest.mark.parametrize(("said", "asks"), [("yes", True), ("Yes", True), ("no", False), ("", False)])
def test_who_asks_for_approval(tmp_path: Path, said: str, *, asks: bool) -> None:
    assert asks_approval(pack_of(tmp_path / "mau", {**CAMPAIGN, "approval": said}).campaign) is asks


async def test_the_contact_is_named(tmp_path: Path) -> None:
    async with World(tmp_path, datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)) as world:
        await world.load(pack_of(tmp_path / "mau", CAMPAIGN))
        await world.invite("K7QM-2XPD", "H", "reporter")
        await world.says("Lan", "/start K7QM-2XPD")
        await world.presses("Lan", "Đúng, tham gia")
        assert CAMPAIGN["contact"] in (await world.says("Lan", "/moi"))[-1][1].text


# --- the sheet sanity ------------------------------------------------------------------------------

RATIO = {
    "name": "house", "of": "worth", "per": "houses", "min": "5000000", "max": "200000000", "unit": "đồng",
    "label": "Giá trị một căn nhà",
}  # fmt: skip
WRONG = {"name": "", "of": "roads", "per": "roads", "min": "nhiều", "max": "-1"}
READ: Mapping[str, tuple[Callable[[Ratio], Any], Any]] = {
    "name": (lambda r: r.name, "house"),
    "of": (lambda r: r.of, ("worth",)),
    "per": (lambda r: r.per, ("houses",)),
    "min": (lambda r: r.low, Decimal(5_000_000)),
    "max": (lambda r: r.high, Decimal(200_000_000)),
    "unit": (lambda r: r.unit, "đồng"),
    "label": (lambda r: r.label, {"": "Giá trị một căn nhà"}),
}


def test_every_column_of_sanity_is_told() -> None:
    section = DOCUMENT.partition("The sheet `sanity`")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(READ)


@pytest.mark.parametrize("column", list(READ))
def test_columns_of_sanity(tmp_path: Path, column: str) -> None:
    (ratio,) = pack_of(tmp_path / "mau", CAMPAIGN, RATIO).forms[0].sanity
    read, expected = READ[column]
    assert read(ratio) == expected
    if column in WRONG:
        with pytest.raises(PackError, match=r"daily\.md: sanity, row \d+"):
            pack_of(tmp_path / "mau", CAMPAIGN, {**RATIO, column: WRONG[column]})


def test_one_bound_is_enough_and_needed(tmp_path: Path) -> None:
    (ratio,) = pack_of(tmp_path / "mau", CAMPAIGN, {**RATIO, "min": ""}).forms[0].sanity
    assert ratio.low is None
    with pytest.raises(CellError):
        Ratio.from_cells({**RATIO, "min": "", "max": ""}, {"worth", "houses"})


def test_several_indicators_are_added_up(tmp_path: Path) -> None:
    (ratio,) = pack_of(tmp_path / "mau", CAMPAIGN, {**RATIO, "of": "worth + houses"}).forms[0].sanity
    assert ratio.of == ("worth", "houses")


def test_a_ratio_without_a_label_goes_by_its_name(tmp_path: Path) -> None:
    (ratio,) = pack_of(tmp_path / "mau", CAMPAIGN, {**RATIO, "label": ""}).forms[0].sanity
    assert set(ratio.label.values()) == {"house"}
