"""How far targets are: each target of the five plans with figures worked out by hand, and what always holds.

Thọ Xuân's and Tây Ninh's plans promise no number.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from forms.sheets import read_sheets
from reporting.targets.target_cells import read_targets
from reporting.targets.target_numbers import Amount, Measure, Numbers, gather
from reporting.targets.target_progress import DAYS, Every, Pace, Phase, Progress, progress
from reporting.targets.targets import Kind, Take, Target

TRA_VINH = """
| targets | | | | | | | |
| | target | kind | indicator | amount | from | by | department |
| | children | tổng | children_supported | 3.000 em | 2021 | 2021 | Ban Thanh thiếu nhi – Trường học |
| | children_money | khoảng | children_value | 600 triệu đồng | 2021 | 2021 | Ban Thanh thiếu nhi – Trường học |
| | charity_houses | tổng | charity_houses_built | 90 căn | 2021 | 2021 | Ban Phong trào |
| | houses_money | khoảng | houses_value | 3,6 tỷ đồng | 2021 | 2021 | Ban Phong trào |
| | youth_roads | tổng | youth_roads | 9 tuyến | 2021 | 2021 | Ban Phong trào |
| | green_office | hoàn thành | green_office | | 2021 | 2021 | Chi đoàn Cơ quan Tỉnh đoàn |
"""
HA_TINH = """
| targets | | | | | | | | | |
| | target | kind | indicator | per | amount | unit_kinds | from | by | per_take |
| | poor_households | mỗi đơn vị | poor_households_escaped | | 1 | xã, phường, thị trấn | 2020 | 04/11/2020 | |
| | town_works | mỗi đơn vị | youth_works | | 1 | phường, thị trấn | 2020 | 04/11/2020 | |
| | one_plus_one | tỷ lệ | youth_joined | members | 100 % | | 2020 | 04/11/2020 | mới nhất |
"""
BAO_YEN = """
| targets | | | | | | | | | | | |
| | target | kind | indicator | per | amount | unit_kinds | from | by | repeat | take | per_take |
| | plans | tỷ lệ đơn vị | plan_made | | 100 % | | 2022 | 2025 | | mới nhất | |
| | villages | tỷ lệ | villages_with_model | villages | 100 % | | 2022 | 2025 | | mới nhất | |
| | rural_models | mỗi đơn vị | models_effective_rural | | 1 | xã | 2022 | 2025 | | mới nhất | |
| | agency_models | mỗi đơn vị | models_effective | | 1 | cơ quan | 2022 | 2025 | | mới nhất | |
| | reviewed | tỷ lệ | models_reviewed | models_held | 100 % | | 2022 | 15/10/2025 | hằng năm | | mới nhất |
| | replicated | tỷ lệ | models_replicated | models_effective | 100 % | | 2022 | 2025 | | mới nhất | |
| | satisfied | tỷ lệ | people_satisfied | people_asked | 90 % | | 2022 | 2025 | hằng năm | | |
| | praised_groups_2023 | suất | groups_praised | | 15 | | 2022 | 10/2023 | | | |
| | praised_persons_2023 | suất | persons_praised | | 20 | | 2022 | 10/2023 | | | |
| | commended_groups_2023 | suất | groups_commended | | 15 | | 2022 | 10/2023 | | | |
| | commended_persons_2023 | suất | persons_commended | | 25 | | 2022 | 10/2023 | | | |
| | praised_groups_2025 | suất | groups_praised | | 25 | | 11/2023 | 10/2025 | | | |
| | praised_persons_2025 | suất | persons_praised | | 30 | | 11/2023 | 10/2025 | | | |
| | commended_groups_2025 | suất | groups_commended | | 20 | | 11/2023 | 10/2025 | | | |
| | commended_persons_2025 | suất | persons_commended | | 25 | | 11/2023 | 10/2025 | | | |
"""
KNOWN = {
    "children_supported", "children_value", "charity_houses_built", "houses_value", "youth_roads", "green_office",
    "poor_households_escaped", "youth_works", "youth_joined", "members", "plan_made", "villages_with_model",
    "villages", "models_effective_rural", "models_effective", "models_reviewed", "models_held", "models_replicated",
    "people_satisfied", "people_asked", "groups_praised", "persons_praised", "groups_commended", "persons_commended",
}  # fmt: skip
MONEY = Measure.MONEY


@cache
def plan(rows: str) -> dict[str, Target]:
    problems: list[str] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.md"
        path.write_text(rows, encoding="utf-8")
        found = read_targets("plan.md", read_sheets(path), KNOWN, problems)
    assert not problems
    return {target.name: target for target in found}


def tra_vinh(name: str, value: int | None, today: date, measure: Measure = Measure.COUNT) -> Progress:
    numbers = Numbers(None if value is None else Decimal(value), measure=measure)
    return progress(plan(TRA_VINH)[name], numbers, today)


def ratio(target: Target, value: int, whole: int, today: date) -> Progress:
    return progress(target, Numbers(Decimal(value), Decimal(whole)), today)


# --- Trà Vinh 2021 ---------------------------------------------------------------------------------


def test_tra_vinh_children() -> None:
    """1.240 of 3.000: 41,33 %. On 30/9, 272 days are gone and 93 to come (30/9, and 31 + 30 + 31).
    1.760 are missing: 1.760 × 30 / 93 = 567,7 a month, × 7 / 93 = 132,5 a week. Present: 1.240 × 30 / 272 = 136,8."""
    found = tra_vinh("children", 1240, date(2021, 9, 30))
    assert (found.goal, found.missing, found.percent, found.reached) == (3000, 1760, 41, False)
    assert (found.days_gone, found.days_left, found.phase) == (272, 93, Phase.RUNNING)
    assert found.pace == Pace(Every.MONTH, Decimal(568), Decimal("136.8"), in_time=False)
    assert found.needed(Every.WEEK) == 133
    assert found.target.department == "Ban Thanh thiếu nhi – Trường học"


def test_tra_vinh_houses() -> None:
    """cần 6 căn mỗi tuần để kịp: 78 are missing, 92 days to come: 78 × 7 / 92 = 5,93."""
    found = tra_vinh("charity_houses", 12, date(2021, 10, 1))
    assert (found.missing, found.percent, found.days_left) == (78, 13, 92)
    assert found.pace == Pace(Every.WEEK, Decimal(6), Decimal("0.3"), in_time=False)


def test_tra_vinh_houses_in_time() -> None:
    """30 on 1/5 (120 days gone) make 30 × 365 / 120 = 91,25 by the end of the year; 29 make 88,2."""
    assert (on_time := tra_vinh("charity_houses", 30, date(2021, 5, 1)).pace) and on_time.in_time
    assert (late := tra_vinh("charity_houses", 29, date(2021, 5, 1)).pace) and late.in_time is False


def test_tra_vinh_money_for_houses() -> None:
    """480 million of 3,6 billion. 3.120 million × 7 / 92 = 237,4 million a week, said as 240."""
    found = tra_vinh("houses_money", 480_000_000, date(2021, 10, 1), MONEY)
    assert (found.percent, found.missing) == (13, 3_120_000_000)
    assert found.pace is not None
    assert (found.pace.needed, found.pace.present) == (240_000_000, 12_000_000)


@pytest.mark.parametrize(
    ("value", "reached", "above", "percent"),
    [
        (539_999_999, False, False, 90), (540_000_000, True, False, 90), (600_000_000, True, False, 100),
        (660_000_000, True, False, 110), (660_000_001, True, True, 110), (2_250_000_000, True, True, 375),
    ],
)  # fmt: skip
def test_tra_vinh_money_for_children_is_about(value: int, reached: bool, above: bool, percent: int) -> None:
    """About 600 million: 540 will do, from 660 on it is more than about; 375 % is not cut."""
    found = tra_vinh("children_money", value, date(2021, 12, 1), MONEY)
    assert (found.reached, found.is_above_about, found.percent) == (reached, above, percent)
    assert found.missing == (0 if reached else 60_000_001)


def test_tra_vinh_roads() -> None:
    """Two missing on 20/12, with twelve days to come: less than one a day, 2 × 7 / 12 = 1,2 a week."""
    found = tra_vinh("youth_roads", 7, date(2021, 12, 20))
    assert found.pace == Pace(Every.WEEK, Decimal(2), Decimal("0.1"), in_time=False)
    last_days = tra_vinh("youth_roads", 8, date(2021, 12, 28))
    assert last_days.missing == 1
    assert last_days.pace and last_days.pace.needed is None
    over = tra_vinh("youth_roads", 11, date(2021, 12, 20))
    assert (over.percent, over.missing, over.over, over.reached) == (122, 0, 2, True)
    assert over.pace == Pace(Every.DAY, None, Decimal(0), in_time=True)  # 11 × 30 / 353 is less than one a month


@pytest.mark.parametrize(("value", "reached"), [(None, False), (0, False), (1, True)])
def test_tra_vinh_office(value: int | None, reached: bool) -> None:
    found = tra_vinh("green_office", value, date(2021, 12, 20))
    assert (found.goal, found.reached, found.pace, found.days_left) == (1, reached, None, 12)


# --- Hà Tĩnh 2020 ----------------------------------------------------------------------------------

XUAN_PHO, XUAN_HAI, TIEN_DIEN = 1, 2, 3


def households(unit: int, amount: int, day: str = "2020-06-30") -> Amount:
    return Amount(unit, date.fromisoformat(day), "poor_households_escaped", Decimal(amount))


def test_ha_tinh_each_commune_helps_a_household() -> None:
    """Six households of one commune do not help the other: 2 of 3. On 1/10, 35 days to come."""
    target, today = plan(HA_TINH)["poor_households"], date(2020, 10, 1)
    amounts = [households(XUAN_PHO, 6), households(XUAN_HAI, 0), households(XUAN_HAI, 1, "2020-09-30")]
    amounts += [households(99, 5), households(TIEN_DIEN, 1, "2020-11-05")]
    found = progress(target, gather(target, amounts, (XUAN_PHO, XUAN_HAI, TIEN_DIEN), today), today)
    assert (found.units_reached, found.units_all, found.short) == (2, 3, (TIEN_DIEN,))
    assert (found.value, found.goal, found.missing, found.percent) == (2, 3, 1, 67)
    assert (found.reached, found.days_left) == (False, 35)
    assert target.unit_kinds == ("xã", "phường", "thị trấn")


def test_ha_tinh_works_in_towns() -> None:
    found = progress(plan(HA_TINH)["town_works"], Numbers(None, units_reached=6, units_all=6), date(2020, 11, 6))
    assert (found.reached, found.percent, found.phase, found.is_overdue) == (True, 100, Phase.AFTER, False)


def test_ha_tinh_one_plus_one() -> None:
    """1.200 members, 900 joined with their help: 75 %. 300 × 7 / 35 = 60 a week until 4/11. 1.300: 108 %."""
    target, today = plan(HA_TINH)["one_plus_one"], date(2020, 10, 1)
    found = ratio(target, 900, 1200, today)
    assert (found.goal, found.missing, found.percent, found.ratio_percent) == (1200, 300, 75, 75)
    assert found.pace and (found.pace.every, found.pace.needed) == (Every.WEEK, 60)
    assert ratio(target, 1300, 1200, today).percent == 108
    # Members stand, those who joined are added up: two reports of a unit of 10 members.
    amounts = [
        Amount(1, date(2020, 5, day), name, Decimal(n))
        for day, name, n in [(1, "members", 10), (2, "members", 12), (1, "youth_joined", 4), (2, "youth_joined", 5)]
    ]
    numbers = gather(target, amounts, (1,), today)
    assert (numbers.value, numbers.whole) == (9, 12)


# --- Bảo Yên 2022–2025 -----------------------------------------------------------------------------


def test_bao_yen_plans() -> None:
    """All of 47 party cells: 46 are 97,9 %, and 100 % is not said before the last."""
    found = progress(plan(BAO_YEN)["plans"], Numbers(None, units_reached=46, units_all=47), date(2022, 12, 1))
    assert (found.goal, found.missing, found.ratio_percent, found.reached) == (47, 1, 98, False)


def test_bao_yen_villages() -> None:
    """150 of 204 villages, as they stand: 73,5 %. On 1/1/2025 365 days to come: 54 × 30 / 365 = 4,4 a month."""
    target, today = plan(BAO_YEN)["villages"], date(2025, 1, 1)
    amounts = [
        Amount(unit, date(year, 12, 31), name, Decimal(n))
        for unit, year, name, n in [
            (1, 2023, "villages", 101), (1, 2023, "villages_with_model", 40), (2, 2023, "villages", 104),
            (1, 2024, "villages", 100), (1, 2024, "villages_with_model", 90), (2, 2024, "villages_with_model", 60),
        ]
    ]  # fmt: skip
    found = progress(target, gather(target, amounts, (1, 2), today), today)
    assert (found.value, found.whole, found.ratio_percent, found.missing) == (150, 204, 74, 54)
    assert found.pace and (found.pace.every, found.pace.needed) == (Every.MONTH, 5)


@pytest.mark.parametrize("name", ["rural_models", "agency_models"])
def test_bao_yen_each_commune_and_agency_has_a_model(name: str) -> None:
    """A model that is there is not counted anew each year; one that has ended is not there any more."""
    target, today = plan(BAO_YEN)[name], date(2024, 1, 15)
    amounts = [
        Amount(unit, date(year, 10, 15), target.indicators[0], Decimal(n))
        for unit, year, n in [(1, 2022, 1), (1, 2023, 2), (2, 2022, 1), (2, 2023, 0), (3, 2022, 1)]
    ]
    found = progress(target, gather(target, amounts, (1, 2, 3, 4), today), today)
    assert (found.units_reached, found.units_all, found.short, found.percent) == (2, 4, (2, 4), 50)


def test_bao_yen_models_are_reviewed_every_year() -> None:
    """The year ends on 15/10: the review of 20/10/2023 is of the year after."""
    target = plan(BAO_YEN)["reviewed"]
    amounts = [
        Amount(1, day, name, Decimal(n))
        for day, reviewed, held in [(date(2023, 10, 10), 18, 20), (date(2023, 10, 20), 3, 24)]
        for name, n in [("models_reviewed", reviewed), ("models_held", held)]
    ]
    before, after = date(2023, 10, 15), date(2023, 11, 1)
    found = progress(target, gather(target, amounts, (1,), before), before, is_day_over=True)
    assert (found.value, found.whole, found.ratio_percent, found.missing) == (18, 20, 90, 2)
    assert (found.phase, found.days_left, found.is_overdue) == (Phase.LAST_DAY, 0, False)
    assert found.pace and (found.pace.needed, found.pace.in_time) == (None, False)
    assert gather(target, amounts, (1,), after).value == 3


def test_bao_yen_models_are_replicated() -> None:
    found = ratio(plan(BAO_YEN)["replicated"], 9, 8, date(2025, 12, 31))
    assert (found.reached, found.percent, found.over) == (True, 113, 1)


@pytest.mark.parametrize(
    ("satisfied", "reached", "ratio_percent", "percent", "missing"),
    [(920, True, 92, 102, 0), (900, True, 90, 100, 0), (899, False, 89, 99, 1), (0, False, 0, 0, 900)],
)
def test_bao_yen_people_are_satisfied(
    satisfied: int, reached: bool, ratio_percent: int, percent: int, missing: int
) -> None:
    """Of 1.000 who were asked 900 have to be; 89,9 % are not said to be 90. It has no pace: both numbers grow."""
    found = ratio(plan(BAO_YEN)["satisfied"], satisfied, 1000, date(2023, 6, 1))
    assert (found.reached, found.ratio_percent, found.percent) == (reached, ratio_percent, percent)
    assert (found.missing, found.pace, found.window.last) == (missing, None, date(2023, 12, 31))


@pytest.mark.parametrize(
    ("name", "places", "by"),
    [
        ("praised_groups_2023", 15, date(2023, 10, 31)), ("praised_persons_2023", 20, date(2023, 10, 31)),
        ("commended_groups_2023", 15, date(2023, 10, 31)), ("commended_persons_2023", 25, date(2023, 10, 31)),
        ("praised_groups_2025", 25, date(2025, 10, 31)), ("praised_persons_2025", 30, date(2025, 10, 31)),
        ("commended_groups_2025", 20, date(2025, 10, 31)), ("commended_persons_2025", 25, date(2025, 10, 31)),
    ],
)  # fmt: skip
def test_bao_yen_commendations(name: str, places: int, by: date) -> None:
    target = plan(BAO_YEN)[name]
    found = progress(target, Numbers(Decimal(places - 3)), by)
    assert (found.missing, found.reached, found.over, found.pace) == (3, False, 0, None)
    assert (found.phase, found.window.last) == (Phase.LAST_DAY, by)
    too_many = progress(target, Numbers(Decimal(places + 2)), by)
    assert (too_many.over, too_many.missing, too_many.reached) == (2, 0, True)


# --- time ------------------------------------------------------------------------------------------


def test_before_the_start() -> None:
    found = tra_vinh("charity_houses", None, date(2020, 12, 1))
    assert (found.phase, found.days_gone, found.days_left) == (Phase.BEFORE, 0, 365)
    assert found.pace == Pace(Every.MONTH, Decimal(8), None, in_time=None)  # 90 × 30 / 365 = 7,4


def test_the_last_day() -> None:
    found = tra_vinh("charity_houses", 80, date(2021, 12, 31))
    assert (found.phase, found.days_gone, found.days_left, found.is_overdue) == (Phase.LAST_DAY, 364, 1, False)
    assert found.pace == Pace(Every.DAY, Decimal(10), Decimal("0.2"), in_time=False)


def test_a_day_whose_reports_are_in_is_gone() -> None:
    """15 days, 16–30/12: at 9:00 of the 16th 1.760 × 1 / 15 = 117,3 a day; at 10:15 one day is gone, / 14 = 125,7."""
    target = Target("t", Kind.SUM, ("a",), Decimal(3000), first=date(2022, 12, 16), last=date(2022, 12, 30))
    early = progress(target, Numbers(Decimal(1240)), date(2022, 12, 16))
    assert early.pace == Pace(Every.DAY, Decimal(118), None, in_time=None)
    found = progress(target, Numbers(Decimal(1240)), date(2022, 12, 16), is_day_over=True)
    assert (found.days_gone, found.days_left) == (1, 14)
    assert found.pace == Pace(Every.DAY, Decimal(126), Decimal(1240), in_time=True)


def test_after_the_end() -> None:
    found = tra_vinh("charity_houses", 80, date(2022, 2, 1))
    assert (found.phase, found.days_gone, found.days_left, found.is_overdue) == (Phase.AFTER, 365, 0, True)
    assert found.pace and (found.pace.needed, found.pace.in_time) == (None, False)
    assert not tra_vinh("charity_houses", 90, date(2022, 2, 1)).is_overdue


def test_without_an_end_or_a_beginning() -> None:
    """50 in 100 days are 15 in thirty; nobody can say whether this is in time."""
    endless = Target("t", Kind.SUM, ("a",), Decimal(90), first=date(2021, 1, 1))
    found = progress(endless, Numbers(Decimal(50)), date(2021, 4, 11))
    assert (found.days_left, found.phase) == (None, Phase.RUNNING)
    assert found.pace == Pace(Every.MONTH, None, Decimal(15), in_time=None)
    timeless = progress(Target("t", Kind.SUM, ("a",), Decimal(90)), Numbers(Decimal(90)), date(2021, 4, 11))
    assert (timeless.days_gone, timeless.reached) == (None, True)
    assert timeless.pace == Pace(Every.MONTH, None, None, in_time=True)


def test_lengths_are_said_in_tenths() -> None:
    """2,5 km in 10 days: 0,25 a day."""
    target = Target("t", Kind.SUM, ("km",), Decimal("3.5"), last=date(2021, 1, 10))
    found = progress(target, Numbers(Decimal(1), measure=Measure.SIZE), date(2021, 1, 1))
    assert (found.missing, found.needed(Every.DAY)) == (Decimal("2.5"), Decimal("0.3"))


def test_money_is_said_in_thousands_at_least() -> None:
    """25.000 in 2 days are 12.500 a day, said as 13.000; a few hundred a day are not said."""
    target = Target("t", Kind.SUM, ("money",), Decimal(25_000), last=date(2021, 1, 2))
    found = progress(target, Numbers(Decimal(0), measure=MONEY), date(2021, 1, 1))
    assert found.needed(Every.DAY) == 13_000
    assert progress(target, Numbers(Decimal(23_500), measure=MONEY), date(2021, 1, 1)).needed(Every.DAY) is None


# --- silence, zero, unknown ------------------------------------------------------------------------


def test_silence_is_not_zero() -> None:
    target, today = plan(TRA_VINH)["charity_houses"], date(2021, 7, 1)
    silent = progress(target, gather(target, [], (1,), today), today)
    assert (silent.value, silent.share, silent.percent, silent.reached, silent.missing) == (None, None, None, False, 90)
    zero = tra_vinh("charity_houses", 0, today)
    assert (zero.value, zero.share, zero.percent) == (0, 0, 0)
    assert silent.pace and zero.pace and (silent.pace.in_time, zero.pace.in_time) == (None, False)


def test_inexact_reports_are_told() -> None:
    target, today = plan(TRA_VINH)["houses_money"], date(2021, 7, 1)
    amounts = [Amount(1, date(2021, 6, day), "houses_value", Decimal(40_000_000), day % 2) for day in (1, 2, 3)]
    found = progress(target, gather(target, amounts, (1,), today, MONEY), today)
    assert (found.value, found.inexact) == (120_000_000, 2)


def test_the_digest_keeps_it() -> None:
    found = tra_vinh("houses_money", 480_000_000, date(2021, 10, 1), MONEY)
    adapter = TypeAdapter(Progress)
    assert adapter.validate_json(adapter.dump_json(found)) == found


# --- what always holds -----------------------------------------------------------------------------

amounts = st.decimals(min_value=0, max_value=10**12, places=3)
goals = st.decimals(min_value=Decimal("0.001"), max_value=10**12, places=3)
days = st.dates(date(2020, 1, 1), date(2026, 12, 31))
measures = st.sampled_from(Measure)
of_numbers = st.sampled_from([Kind.SUM, Kind.ABOUT, Kind.DONE, Kind.QUOTA])


@st.composite
def targets(draw: st.DrawFn) -> Target:
    first = draw(st.none() | days)
    last = draw(st.none() | days.map(lambda day: max(day, first or day)))
    return Target("t", draw(of_numbers), ("a",), draw(goals), first=first, last=last)


@given(targets(), amounts, amounts, days)
def test_more_is_never_less(target: Target, value: Decimal, more: Decimal, today: date) -> None:
    low, high = (progress(target, Numbers(v), today) for v in sorted((value, more)))
    assert low.share is not None and high.share is not None and low.share <= high.share
    assert low.percent is not None and high.percent is not None and low.percent <= high.percent
    assert bool(low.reached) <= bool(high.reached)
    assert low.missing is not None and high.missing is not None and low.missing >= high.missing


@given(targets(), st.none() | amounts, days, measures, st.booleans())
def test_the_pace_that_is_needed_is_enough(
    target: Target, value: Decimal | None, today: date, measure: Measure, is_day_over: bool
) -> None:
    found = progress(target, Numbers(value, measure=measure), today, is_day_over=is_day_over)
    assert found.missing is not None and found.missing >= 0
    for every in Every:
        needed, present = found.needed(every), found.present(every)
        assert present is None or present >= 0
        if needed is not None:
            assert found.days_left and needed > 0
            assert needed * found.days_left >= found.missing * DAYS[every]


@given(targets(), days, st.booleans())
def test_no_day_is_lost(target: Target, today: date, is_day_over: bool) -> None:
    found = progress(target, Numbers(Decimal(1)), today, is_day_over=is_day_over)
    if target.first and target.last:
        assert found.days_gone is not None and found.days_left is not None
        assert found.days_gone + found.days_left == (target.last - target.first).days + 1


@given(goals, amounts)
def test_whole_is_said_of_what_is_reached_only(goal: Decimal, value: Decimal) -> None:
    found = progress(Target("t", Kind.SUM, ("a",), goal), Numbers(value), date(2021, 1, 1))
    assert found.percent is not None and (found.percent >= 100) == bool(found.reached)


@given(st.sampled_from([Kind.RATIO, Kind.UNITS, Kind.EACH]), amounts, st.sampled_from([None, Decimal(0)]), days)
def test_a_ratio_to_nothing_is_unknown(kind: Kind, value: Decimal, whole: Decimal | None, today: date) -> None:
    target = Target("t", kind, ("a",), Decimal(1), per=("b",), last=date(2022, 1, 1), per_take=Take.LAST)
    found = progress(target, Numbers(value, whole), today)
    unknown = (found.goal, found.share, found.percent, found.ratio, found.ratio_percent, found.reached, found.missing)
    assert unknown == (None,) * 7
    assert found.pace and (found.pace.needed, found.pace.in_time) == (None, None)
    assert found.is_overdue == (today > date(2022, 1, 1))


@given(st.integers(0, 500), st.integers(1, 500), goals.filter(lambda share: share <= 1))
def test_parts_of_units_are_whole_units(reached: int, units: int, share: Decimal) -> None:
    target = Target("t", Kind.UNITS, ("a",), share, last=date(2022, 1, 1))
    found = progress(target, Numbers(None, units_reached=min(reached, units), units_all=units), date(2021, 1, 1))
    assert found.value is not None and found.missing is not None and found.missing == int(found.missing)
    there = progress(target, Numbers(None, units_reached=int(found.value + found.missing), units_all=units), date.max)
    assert there.reached
