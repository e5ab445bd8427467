"""How far targets are: each target of the five plans with figures worked out by hand.

Thọ Xuân's and Tây Ninh's plans promise no number.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from reporting.targets.target_numbers import Amount, Numbers, gather
from reporting.targets.target_progress import Every, Pace, Phase, progress
from tests.reporting.plans import BAO_YEN, HA_TINH, MONEY, plan, ratio, tra_vinh


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
