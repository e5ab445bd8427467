"""The targets of three plans, as their offices write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from forms.sheets import read_sheets
from reporting.targets.target_cells import read_targets
from reporting.targets.target_numbers import Measure, Numbers
from reporting.targets.target_progress import Progress, progress
from reporting.targets.targets import Target

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
