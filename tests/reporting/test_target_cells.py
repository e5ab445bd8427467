"""The sheet `targets`: read as a clerk writes it, refused by column and row, kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from forms.sheets import read_sheets
from reporting.planning.periods import CellError
from reporting.targets.target_cells import read_target, read_targets
from reporting.targets.targets import Kind, Repeat, Take, Target, Window, of_campaign, to_settings

KNOWN = {"charity_houses_built", "charity_houses_repaired", "houses_value", "people_satisfied", "people_asked"}
HOUSES = {
    "target": "houses", "kind": "sum", "indicator": "charity_houses_built + charity_houses_repaired", "amount": "90",
    "from": "2021-01-01", "by": "2021-12-31", "department": "Ban Phong trào", "weight": "2",
    "label::Tiếng Việt (vi)": "Nhà Nhân ái", "label::English (en)": "Charity houses",
}  # fmt: skip
SATISFIED = {"target": "satisfied", "kind": "ratio", "indicator": "people_satisfied", "per": "people_asked"}
PLANS = {"target": "plans", "kind": "units", "indicator": "people_asked"}


def read(cells: Mapping[str, str], **changed: str) -> Target:
    return read_target({**cells, **changed}, KNOWN)


def error(cells: Mapping[str, str], **changed: str) -> CellError:
    with pytest.raises(CellError) as caught:
        read(cells, **changed)
    return caught.value


def test_a_row() -> None:
    assert read(HOUSES) == Target(
        name="houses",
        kind=Kind.SUM,
        indicators=("charity_houses_built", "charity_houses_repaired"),
        amount=Decimal(90),
        first=date(2021, 1, 1),
        last=date(2021, 12, 31),
        department="Ban Phong trào",
        weight=Decimal(2),
        label={"vi": "Nhà Nhân ái", "en": "Charity houses"},
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("sum", Kind.SUM), ("Tổng số", Kind.SUM), ("about", Kind.ABOUT), ("KHOẢNG", Kind.ABOUT),
        ("khoang", Kind.ABOUT), ("done", Kind.DONE), ("hoàn thành", Kind.DONE), ("xong", Kind.DONE),
        ("quota", Kind.QUOTA), ("suất", Kind.QUOTA), ("each_unit", Kind.EACH), ("mỗi  đơn vị", Kind.EACH),
        ("units", Kind.UNITS), ("tỉ lệ đơn vị", Kind.UNITS),
    ],
)  # fmt: skip
def test_kinds_in_both_languages(word: str, kind: Kind) -> None:
    amount = "1" if kind is Kind.UNITS else "90"
    assert read(HOUSES, kind=word, amount=amount).kind is kind


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("3.000", 3000), ("3 000", 3000), ("3000", 3000), ("3000.0", 3000), ("90 căn", 90), ("600 triệu", 600_000_000),
        ("3,6 tỷ đồng", 3_600_000_000), ("2,5", Decimal("2.5")), ("0.5", Decimal("0.5")),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, amount: Decimal) -> None:
    assert read(HOUSES, amount=text).amount == amount


def test_the_word_about_may_stand_before_what_is_about() -> None:
    assert read(HOUSES, kind="khoảng", amount="khoảng 600 triệu").amount == 600_000_000
    assert error(HOUSES, amount="khoảng 600 triệu").column == "amount"


@pytest.mark.parametrize(
    ("text", "share"),
    [("90 %", "0.9"), ("90%", "0.9"), ("0.9", "0.9"), ("100 %", "1"), ("1", "1"), ("", "1"), ("99,5 %", "0.995"),
     ("150 %", "1.5"), ("2", "2")],
)  # fmt: skip
def test_shares(text: str, share: str) -> None:
    assert read(SATISFIED, amount=text).amount == Decimal(share)


@pytest.mark.parametrize("text", ["90", "0", "0 %", "-5 %", "nhiều", "khoảng 90 %"])
def test_a_share_without_its_sign_is_refused(text: str) -> None:
    assert str(error(SATISFIED, amount=text)).startswith(f"column amount: {text!r} is not ")


def test_no_more_than_all_units_can_be_wanted() -> None:
    assert error(PLANS, amount="101 %").column == "amount"
    assert read(PLANS, amount="100 %").amount == 1


def test_one_is_enough_where_nothing_else_is_said() -> None:
    assert read(HOUSES, kind="each unit", amount="").unit_least == 1
    assert read(HOUSES, kind="done", amount="").amount == 1
    assert read(PLANS).least == 1
    assert read(PLANS, least="2").unit_least == 2


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021-02-03", date(2021, 2, 3), date(2021, 2, 3)), ("2021-02-03 00:00:00", date(2021, 2, 3), date(2021, 2, 3)),
        ("3/2/2021", date(2021, 2, 3), date(2021, 2, 3)), ("02/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2021", date(2021, 1, 1), date(2021, 12, 31)), ("", None, None),
    ],
)  # fmt: skip
def test_days(text: str, first: date | None, last: date | None) -> None:
    found = read({**HOUSES, "from": text, "by": text})
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    ("cells", "changed", "column"),
    [
        (HOUSES, {"target": ""}, "target"),
        (HOUSES, {"target": "two words"}, "target"),
        (HOUSES, {"kind": ""}, "kind"),
        (HOUSES, {"kind": "nhiều"}, "kind"),
        (HOUSES, {"indicator": ""}, "indicator"),
        (HOUSES, {"indicator": "houses_value + cars"}, "indicator"),
        (HOUSES, {"amount": ""}, "amount"),
        (HOUSES, {"amount": "0"}, "amount"),
        (HOUSES, {"amount": "-3"}, "amount"),
        (HOUSES, {"amount": "nhiều"}, "amount"),
        (HOUSES, {"amount": "NaN"}, "amount"),
        (HOUSES, {"kind": "khoảng", "amount": ""}, "amount"),
        (HOUSES, {"kind": "quota", "amount": ""}, "amount"),
        (HOUSES, {"by": "2020-12-31"}, "by"),
        (HOUSES, {"by": "31/13/2021"}, "by"),
        (HOUSES, {"by": "13/2021"}, "by"),
        (HOUSES, {"by": "30/2/2021"}, "by"),
        (HOUSES, {"by": "0021"}, "by"),
        (HOUSES, {"from": "soon"}, "from"),
        (HOUSES, {"repeat": "yearly", "by": ""}, "by"),
        (HOUSES, {"repeat": "yearly", "from": ""}, "from"),
        (HOUSES, {"repeat": "sometimes"}, "repeat"),
        (HOUSES, {"take": "half"}, "take"),
        (HOUSES, {"weight": "0"}, "weight"),
        (HOUSES, {"per": "people_asked"}, "per"),
        (HOUSES, {"per_take": "last"}, "per_take"),
        (HOUSES, {"least": "2"}, "least"),
        (HOUSES, {"unit_kinds": "xã"}, "unit_kinds"),
        (SATISFIED, {"per": ""}, "per"),
        (SATISFIED, {"per": "cars"}, "per"),
        (PLANS, {"least": "0"}, "least"),
    ],
)
def test_what_is_wrong_names_its_column(cells: Mapping[str, str], changed: Mapping[str, str], column: str) -> None:
    assert error(cells, **changed).column == column


def test_words_for_taking_and_repeating() -> None:
    found = read(SATISFIED, take="cộng", per_take="mới nhất", repeat="hằng năm", **{"from": "2022", "by": "2025"})
    assert (found.take, found.per_take, found.repeat) == (Take.ADD, Take.LAST, Repeat.YEARLY)
    assert read(SATISFIED, take="last").per_take is Take.LAST


def test_a_sheet_with_its_problems(tmp_path: Path) -> None:
    (tmp_path / "pack.md").write_text(
        "| targets | | | | |\n| | target | kind | indicator | amount |\n"
        "| | a | tổng | houses_value | 3,6 tỷ |\n| | b | tổng | cars | 3 |\n| | a | xong | people_asked | |\n",
        encoding="utf-8",
    )
    problems: list[str] = []
    found = read_targets("pack.md", read_sheets(tmp_path / "pack.md"), KNOWN, problems)
    assert [target.name for target in found] == ["a"]
    assert problems == [
        "pack.md: targets, row 3: column indicator: 'cars' is not an indicator of the campaign's forms, or several "
        "with + between",
        "pack.md: targets, row 4: column target: 'a' is not new: it stands more than once",
    ]


def test_a_workbook_without_the_sheet_has_none() -> None:
    assert read_targets("pack.md", {}, KNOWN, []) == ()
    assert of_campaign({"name": "Dân vận"}) == []


def test_kept_in_the_settings_of_the_campaign() -> None:
    targets = [read(HOUSES), read(SATISFIED, amount="99,5 %"), read(PLANS, unit_kinds="xã, thị trấn", least="2")]
    settings = json.loads(json.dumps(to_settings(targets)))
    assert of_campaign(settings) == targets


# --- windows ---------------------------------------------------------------------------------------


def yearly(first: str, last: str, repeat: str = "yearly") -> Target:
    return read({**HOUSES, "from": first, "by": last, "repeat": repeat})


def test_one_window_is_all_there_is() -> None:
    assert read(HOUSES).window(date(2030, 1, 1)) == Window(date(2021, 1, 1), date(2021, 12, 31))
    assert read({**HOUSES, "from": "", "by": ""}).window(date(2030, 1, 1)) == Window(None, None)
    assert date(2030, 1, 1) in Window(None, None)


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        ("2021-01-01", "2022-05-01", "2022-10-15"), ("2022-10-15", "2022-05-01", "2022-10-15"),
        ("2022-10-16", "2022-10-16", "2023-10-15"), ("2025-10-15", "2024-10-16", "2025-10-15"),
        ("2026-03-01", "2024-10-16", "2025-10-15"),
    ],
)  # fmt: skip
def test_a_year_ends_on_the_day_of_the_last_one(today: str, first: str, last: str) -> None:
    window = yearly("2022-05-01", "2025-10-15").window(date.fromisoformat(today))
    assert window == Window(date.fromisoformat(first), date.fromisoformat(last))


def test_months_end_with_their_last_day() -> None:
    target = yearly("2024-01-01", "2024-04-30", "monthly")
    assert target.window(date(2024, 3, 31)) == Window(date(2024, 3, 1), date(2024, 3, 31))
    assert target.window(date(2024, 2, 10)) == Window(date(2024, 2, 1), date(2024, 2, 29))
    quarters = yearly("2024-01-01", "2024-12-31", "hằng quý")
    assert quarters.window(date(2024, 9, 30)) == Window(date(2024, 7, 1), date(2024, 9, 30))


def test_moved_with_its_campaign() -> None:
    moved = read(HOUSES).moved(timedelta(days=365))
    assert (moved.first, moved.last) == (date(2022, 1, 1), date(2022, 12, 31))
    assert read({**HOUSES, "from": "", "by": ""}).moved(timedelta(days=1)).last is None
