"""Hà Tĩnh 2020: models registered before 27/4, results by six groups of content before 05/11, and who did best."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from reporting.ranks.ranking import Ranked, Ranking
from reporting.ranks.ranking_figures import build
from reporting.targets.target_progress import Progress
from storage import people, plans
from tests.campaigns.ha_tinh import everybody_joins, everybody_registers, everybody_reports, the_police_report
from tests.campaigns.story import Story, has, told
from tests.support.world import ZONE

PACK = "ha-tinh-2020"
UNITS = 50
"""13 districts, 6 directly attached unions, 31 communes: of the city 15, of Hồng Lĩnh 6, of Vũ Quang 10."""


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    async with told(PACK, tmp_path, "2020-04-20 08:00") as story:
        await everybody_joins(story)
        yield story


def part(target: Progress) -> tuple[int, int]:
    """What there is, and of how many."""
    assert target.value is not None and target.whole is not None
    return int(target.value), int(target.whole)


async def test_models_are_registered_before_27_april(story: Story) -> None:
    await everybody_registers(story)
    found = await story.register("2020-04-26", form="registration")
    assert len(found) == UNITS
    assert {code: state for code, state in found.items() if state != "open"} == {
        "HT-VQ-ANPHU": "reported", "HT-VQ-VUQUANG": "reported", "HT-VQ": "reported late",
        "HT-HL-NAMHONG": "reported", "HT-CA": "nothing",
    }  # fmt: skip
    # 3 + 1 + 1 in Vũ Quang, 1 in Hồng Lĩnh.
    found_models = {unit: await story.totals(unit, form="registration") for unit in ("HT", "HT-VQ", "HT-HL", "HT-CA")}
    assert found_models == {
        "HT": {"models_registered": 6}, "HT-VQ": {"models_registered": 5}, "HT-HL": {"models_registered": 1},
        "HT-CA": {},
    }  # fmt: skip

    models = await story.models()
    assert [(name, row["unit"], row["field"]) for name, row in models.items()] == [
        ("Tuyến đường hoa thanh niên", "HT-VQ-ANPHU", "culture"),
        ("Vườn rau sạch lập nghiệp", "HT-VQ-ANPHU", "economy"),
        ("Tổ tự quản đêm an toàn", "HT-HL-NAMHONG", "defence"), ("Phiên chợ thanh niên", "HT-VQ-VUQUANG", "economy"),
        ("Cán bộ Đoàn về thôn", "HT-VQ", "politics"), ("Bến nước sạch", "HT-VQ-ANPHU", "culture"),
    ]  # fmt: skip
    assert (models["Bến nước sạch"]["place"], models["Bến nước sạch"]["since"]) == ("Thôn 3", "2020-04-01")


async def test_results_by_six_groups_before_5_november(story: Story) -> None:
    await everybody_registers(story)
    await everybody_reports(story)

    # At half past five four have reported, three of them in time. What is not ticked is silence; a zero is a zero.
    heard = await story.time_is("2020-11-04 17:30")
    assert "4/50 đơn vị đã báo cáo (8 %), 3 đúng hạn" in heard["Hùng"]
    households = await story.target("poor_households", "HT", "2020-11-04", form="results")
    assert part(households) == (2, 31)  # Ân Phú 1, Nam Hồng 2; the town 0
    assert households.percent == 6
    works = await story.target("town_works", "HT", "2020-11-04", form="results")
    assert part(works) == (1, 16)  # 10 + 5 wards and a town: only the town
    assert works.percent == 6
    joined = await story.target("one_plus_one", "HT", "2020-11-04", form="results")
    assert part(joined) == (240, 280)  # 60+100+50+30 of 120+80+50+30
    assert joined.ratio_percent == 86
    assert not joined.reached

    await the_police_report(story)
    assert await story.totals("HT", form="results") == {
        "publicity_sessions": 15, "publicity_people": 800,
        "youth_works": 3, "youth_works_value": 40_000_000, "flower_road_km": Decimal("1.5"), "playgrounds_built": 1,
        "poor_households_escaped": 3,
        "border_exchanges": 1,
        "members": 480, "youth_joined": 550, "participants": 790,
    }  # fmt: skip
    # More than all is not cut off: 550 of 480.
    joined = await story.target("one_plus_one", "HT", "2020-11-04", form="results")
    assert part(joined) == (550, 480)
    assert joined.ratio_percent == 115
    assert joined.reached is True
    branch = await story.target("poor_households", "HT-VQ", "2020-11-04", form="results")
    assert part(branch) == (1, 10)
    found = await story.register("2020-11-04", form="results")
    assert {code: state for code, state in found.items() if state != "open"} == {
        "HT-VQ-ANPHU": "reported", "HT-VQ-VUQUANG": "reported", "HT-HL-NAMHONG": "reported late",
        "HT-VQ": "reported", "HT-CA": "reported",
    }  # fmt: skip


async def test_the_list_of_models_and_the_report_on_paper(story: Story) -> None:
    await everybody_registers(story)
    has(await story.does("Hùng", "/mohinh"), "6 mô hình", "Phiên chợ thanh niên – TT Vũ Quang · Kinh tế")
    has(await story.does("Dũng", "/mohinh"), "5 mô hình")
    await story.does("Hùng", "/mohinh", "[Tải Word]")
    has(await story.paper("Hùng"), "Bến nước sạch | Đoàn xã Ân Phú | Văn hóa – xã hội | Chi đoàn Thôn 3 | Thôn 3")

    await everybody_reports(story)
    await the_police_report(story)
    await story.does("Hùng", "/tonghop", "[Tải Word]")
    has(
        await story.paper("Hùng"), "5/50 đơn vị đã báo cáo (10 %)", "Hộ thoát nghèo | hộ |  | 3 | 3",
        "Đường hoa | km |  | 1,5 | 1,5",
    )  # fmt: skip


async def test_units_are_ranked(story: Story) -> None:
    await everybody_registers(story)
    await everybody_reports(story)
    await the_police_report(story)
    await story.time_is("2020-11-10 09:00")
    found = await ranking(story, "HT")
    assert len(found.units) == 19  # 13 districts, 6 directly attached
    best = [(one.short_name, one.rank, one.tied, one.score, name_of(one)) for one in found.units[:3]]
    assert best == [
        # In time 2 of 2: 30; no model: 0; no communes, so poor households and works are not for it; 250 of 200: 25.
        # 55 of 65 points, brought up to 100.
        ("Công an tỉnh", 1, False, Decimal("84.6"), "Tốt"),
        # In time 5 of 22: 6.8; 5 models, 3 are enough: 15; 1 of 10 communes: 2; the one town: 15; 250 of 230: 21.7.
        ("Vũ Quang", 2, False, Decimal("60.5"), "Khá"),
        # In time 1 of 14: 2.1; 1 of 3 models: 5; 1 of 6 communes: 3.3; no ward has a work: 0; 50 of 50: 20.
        ("TX Hồng Lĩnh", 3, False, Decimal("30.4"), "Trung bình"),
    ]
    points = {part.criterion.of or part.criterion.what.value: part.points for part in found.units[1].parts}
    assert list(points.values()) == [Decimal(n) for n in ("6.8", "15", "2", "15", "21.7")]
    # Sixteen have sent nothing: they share the fourth place.
    assert {(one.rank, one.tied, one.score) for one in found.units[3:]} == {(4, True, Decimal(0))}

    # The same in the chat: to the province all, to a district its own place.
    has(
        await story.does("Hùng", "/xeploai"), "1. Công an tỉnh: 84,6 điểm · Tốt", "2. Vũ Quang: 60,5 điểm · Khá",
        "3. TX Hồng Lĩnh: 30,4 điểm · Trung bình", "đồng hạng 4",
    )  # fmt: skip
    has(await story.does("Dũng", "/xeploai"), "Huyện đoàn Vũ Quang: hạng 2/19, 60,5 điểm · loại Khá")


async def ranking(story: Story, unit: str) -> Ranking:
    async with story.world.unit_of_work() as uow:
        campaign = await plans.campaign_by_slug(uow, PACK)
        place = await people.unit_by_code(uow, unit)
        assert campaign and place
        now = story.world.clock.now()
        found = await build(uow, story.world.office.library, campaign, place, until=now, zone=ZONE)
    assert found
    return found


def name_of(one: Ranked) -> str:
    assert one.band
    return one.band.label["vi"]
