"""Bảo Yên 2022–2025: models that live for years; registered, reviewed, recognised by 15/10, put forward for praise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reporting.targets.target_progress import Progress
from tests.campaigns.story import Story, has, told

PACK = "bao-yen-2022-2025"
UNITS = 29
"""16 communes, the town, 12 agencies and organisations."""

REPORTERS = {"Lan": "BY-BAOHA", "Mai": "BY-NGHIADO", "Cường": "BY-PN"}
"""Two communes and the women's association of the district."""

BY_JUNE, BY_SEPTEMBER = "hạn 17:00 ngày 30/6", "hạn 17:00 ngày 15/9"
BY_OCTOBER, BY_NOVEMBER = "hạn 17:00 ngày 15/10", "hạn 17:00 ngày 30/11"
"""What a report's offer says: registration, commendation, review, the year's report."""

MORE, NOT_MORE, NOTHING_TO_ADD = "[➕ Thêm nữa]", "[Hết rồi, tiếp tục]", "[Bỏ qua]"


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    async with told(PACK, tmp_path, "2022-05-04 08:00") as story:
        await story.joins("Hùng", "BY", "leader")
        for name, unit in REPORTERS.items():
            await story.joins(name, unit)
        yield story


def part(target: Progress) -> tuple[int, int]:
    """What there is, and of how many."""
    assert target.value is not None and target.whole is not None
    return int(target.value), int(target.whole)


async def rows(story: Story, name: str, due: str, *given: tuple[str, ...]) -> str:
    """A report of nothing but rows, one after the other. Returns the receipt."""
    await story.begins(name, due)
    for number, answers in enumerate(given):
        await story.does(name, *([MORE] if number else []), *answers)
    return await story.sends(name, NOT_MORE)


ROAD = ("Tổ tự quản đường thôn", "[Văn hóa – xã hội]", "Liên Hà 1", "Chi hội Phụ nữ thôn", "3/2021", "[Phải]")
CINNAMON = ("Trồng quế sạch", "[Kinh tế]", "Bản Bông", "Chi hội Nông dân", "1/2022", "[Không]")
HOMESTAY = ("Homestay văn hóa Tày", "[Kinh tế]", "Bản Rịa", "Chi bộ Bản Rịa", "5/2021", "[Phải]")
CAMERAS = ("Camera an ninh", "[Quốc phòng – an ninh]", "bản ria", "Tổ an ninh", "4/2022", "[Không]")
WASTE = ("Biến rác thành tiền", "[Văn hóa – xã hội]", "[Bỏ qua]", "Hội Phụ nữ huyện", "6/2020", "[Không]")


async def models_are_registered(story: Story) -> None:
    """Five: two of Bảo Hà, two of Nghĩa Đô (late), one of the women's association."""
    assert "đúng hạn" in await rows(story, "Lan", BY_JUNE, ROAD, CINNAMON)
    assert "đúng hạn" in await rows(story, "Cường", BY_JUNE, WASTE)
    heard = await story.time_is("2022-06-30 17:30")
    assert "2/29 đơn vị" in heard["Hùng"]
    assert "Mô hình đăng ký · kỳ này 3 mô hình" in heard["Hùng"]
    await story.time_is("2022-07-02 09:00")
    assert "trễ hạn" in await rows(story, "Mai", BY_JUNE, HOMESTAY, CAMERAS)


async def models_are_reviewed(story: Story) -> None:
    """By 15/10/2022. Mai forgets the cameras, and corrects it; the women's association is late."""
    await story.time_is("2022-10-10 08:00")
    await story.begins("Lan", BY_OCTOBER)
    assert story.last("Lan").labels[:2] == ["Tổ tự quản đường thôn", "Trồng quế sạch"]  # her own, and no others
    assert "Có phải mục này" in await story.does("Lan", "quế")
    await story.does("Lan", "[Trồng quế sạch]", "[Đã kết thúc]", MORE)
    await story.does("Lan", "[Tổ tự quản đường thôn]", "[Hiệu quả cao]", "[Có]", "[Chưa]")
    assert "đúng hạn" in await story.sends("Lan", NOT_MORE)
    await story.time_is("2022-10-12 08:00")
    homestay = ("[Homestay văn hóa Tày]", "[Hiệu quả cao]", "[Có]", "[Có]")
    assert "đúng hạn" in await rows(story, "Mai", BY_OCTOBER, homestay)


async def the_rest_is_reviewed(story: Story) -> None:
    await story.time_is("2022-10-16 09:00")
    women = ("[Biến rác thành tiền]", "[Hiệu quả cao]", "[Có]", "[Có]")
    assert "trễ hạn" in await rows(story, "Cường", "hạn 17:00 hôm qua", women)
    await story.does("Mai", "/lichsu", "[BY-000005 · 15/10]", "[✏️ Sửa báo cáo này]", "[📋 Mô hình (1)]", "[➕ Thêm]")
    assert "bản 2" in await story.sends("Mai", "[Camera an ninh]", "[Chưa hiệu quả]", "[Chưa]")


async def test_models_are_registered_and_reviewed_by_15_october(story: Story) -> None:
    await models_are_registered(story)
    assert await story.totals("BY", "2022", form="registration") == {"models_registered": 5}
    found = await story.register("2022", form="registration")
    assert len(found) == UNITS
    assert {code: state for code, state in found.items() if state != "open"} == {
        "BY-BAOHA": "reported", "BY-PN": "reported", "BY-NGHIADO": "reported late"
    }  # fmt: skip

    await models_are_reviewed(story)
    heard = await story.time_is("2022-10-15 17:30")
    assert "2/29 đơn vị đã báo cáo (7 %), 2 đúng hạn" in heard["Hùng"]
    # Of four models of the two communes three are reviewed; two are highly effective, one of these is replicated.
    reviewed = await story.target("reviewed", "BY", "2022", form="review")
    assert part(reviewed) == (3, 4)
    assert reviewed.ratio_percent == 75
    assert reviewed.reached is False
    replicated = await story.target("replicated", "BY", "2022", form="review")
    assert part(replicated) == (1, 2)
    assert replicated.ratio_percent == 50
    agencies = await story.target("agency_models", "BY", "2022", form="review")
    assert part(agencies) == (0, 12)

    await the_rest_is_reviewed(story)
    assert {name: (row["unit"], row["state"], row["since"]) for name, row in (await story.models()).items()} == {
        ROAD[0]: ("BY-BAOHA", "effective", "2021-03-01"), CINNAMON[0]: ("BY-BAOHA", "ended", "2022-01-01"),
        WASTE[0]: ("BY-PN", "effective", "2020-06-01"),
        HOMESTAY[0]: ("BY-NGHIADO", "effective", "2021-05-01"), CAMERAS[0]: ("BY-NGHIADO", "weak", "2022-04-01"),
    }  # fmt: skip
    assert await story.totals("BY", "2022", form="review") == {
        "models_held": 5, "models_reviewed": 5, "models_effective": 3, "models_effective_rural": 2,
        "models_recognised": 3, "models_replicated": 2, "models_ended": 1,
    }  # fmt: skip
    reviewed = await story.target("reviewed", "BY", "2022", form="review")
    assert part(reviewed) == (5, 5)
    assert reviewed.reached is True
    rural = await story.target("rural_models", "BY", "2022", form="review")
    assert part(rural) == (2, 16)  # of the communes Bảo Hà and Nghĩa Đô: 12,5 %
    assert rural.percent == 13
    agencies = await story.target("agency_models", "BY", "2022", form="review")
    assert part(agencies) == (1, 12)
    replicated = await story.target("replicated", "BY", "2022", form="review")
    assert part(replicated) == (2, 3)
    assert replicated.ratio_percent == 67
    assert replicated.reached is False


async def test_a_model_is_reviewed_once_in_a_report(story: Story) -> None:
    await models_are_registered(story)
    await story.time_is("2022-10-10 08:00")
    road = ("[Tổ tự quản đường thôn]", "[Hiệu quả cao]", "[Có]", "[Có]")
    await story.begins("Lan", BY_OCTOBER)
    assert "đã có ở mục trước" in await story.does("Lan", *road, MORE, road[0])


PLAN, VILLAGES, TRAINING = "[Phổ biến, kế hoạch]", "[Mô hình ở thôn]", "[Tập huấn]"
SATISFIED, DONE = "[Hài lòng thủ tục]", "[Xong]"


async def test_the_year_s_report(story: Story) -> None:
    await models_are_registered(story)
    parts = (PLAN, VILLAGES, SATISFIED, DONE)
    await story.time_is("2022-11-20 08:00")
    await story.begins("Lan", BY_NOVEMBER)
    assert "Không thể nhiều hơn" in await story.does("Lan", *parts, "20", "21")
    assert "đúng hạn" in await story.sends("Lan", "2", "100", "93", NOTHING_TO_ADD)
    await story.begins("Mai", BY_NOVEMBER)
    assert "đúng hạn" in await story.sends("Mai", *parts, "16", "1", "50", "40", NOTHING_TO_ADD)
    await story.begins("Cường", BY_NOVEMBER)
    assert "đúng hạn" in await story.sends("Cường", TRAINING, DONE, "2", "60", NOTHING_TO_ADD)

    heard = await story.time_is("2022-11-30 17:30")
    assert "3/29 đơn vị" in heard["Hùng"]
    plans = await story.target("plans", "BY", "2022", form="annual")
    assert part(plans) == (2, 29)  # the association has none yet
    assert plans.percent == 7
    villages = await story.target("villages", "BY", "2022", form="annual")
    assert part(villages) == (3, 36)
    assert villages.ratio_percent == 8
    # The register counts by itself: Liên Hà 1, Bản Bông, and Bản Rịa, which one of two models spells otherwise.
    has(await story.does("Hùng", "/mohinh"), "5 mô hình", "Thôn, tổ dân phố có mô hình: 3/36 (8 %)")
    satisfied = await story.target("satisfied", "BY", "2022", form="annual")
    assert part(satisfied) == (133, 150)
    assert satisfied.ratio_percent == 89
    assert satisfied.reached is False

    # Mai had mistyped: 48 of 50. 141 of 150 are 94 %, and 90 % were wanted.
    await story.does("Mai", "/lichsu", "[BY-000005 · 30/11]", "[✏️ Sửa báo cáo này]")
    assert "bản 2" in await story.sends("Mai", "[✏️ Người hài lòng]", "48")
    satisfied = await story.target("satisfied", "BY", "2022", form="annual")
    assert part(satisfied) == (141, 150)
    assert satisfied.ratio_percent == 94
    assert satisfied.reached is True
    assert (await story.totals("BY", "2022", form="annual"))["training_people"] == 60


async def proposals(story: Story, year: int, *given: tuple[str, str, str, str]) -> None:
    """Each of somebody who reports: a model, an award, who is put forward."""
    await story.time_is(f"{year}-09-01 08:00")
    for name, model, award, nominee in given:
        assert "đúng hạn" in await rows(story, name, BY_SEPTEMBER, (f"[{model}]", f"[{award}]", nominee))


async def the_list_of_2023(story: Story) -> None:
    has(
        await story.does("Hùng", "/mohinh"), "5 mô hình, đang duy trì 4", "Duy trì từ 2 năm trở lên: 3",
        f"{CINNAMON[0]} – Bảo Hà · Kinh tế · Đã kết thúc",
    )  # fmt: skip
    candidates = await story.does("Hùng", "[🏅 Đề nghị khen]")
    has(candidates, "Biểu dương tập thể, 10/2023: đề nghị 2/15 suất", "Khen thưởng cá nhân, 10/2023: đề nghị 1/25 suất")
    assert "10/2025" not in candidates
    await story.does("Hùng", "/mohinh", "[Tải Word]")
    paper = await story.paper("Hùng")
    has(paper, "Biểu dương tập thể, 10/2023 (2/15 suất)", "Mô hình đang duy trì (4)", "Hoàng Thị Mẫu")
    assert CINNAMON[0] not in paper
    await story.does("Hùng", "/mohinh", "[Tải Excel]")
    header, *models = (await story.workbook("Hùng"))["Mô hình"]
    long = header.index("Từ 2 năm trở lên")
    assert {row[0]: row[long] for row in models} == {
        ROAD[0]: "có", CINNAMON[0]: "không", CAMERAS[0]: "không", HOMESTAY[0]: "có", WASTE[0]: "có"
    }  # fmt: skip


async def test_candidates_and_quotas_of_2023_and_2025(story: Story) -> None:
    await models_are_registered(story)
    await models_are_reviewed(story)
    await proposals(
        story, 2023,
        ("Lan", ROAD[0], "Biểu dương tập thể", "Chi hội Phụ nữ thôn Liên Hà 1"),
        ("Mai", HOMESTAY[0], "Khen thưởng cá nhân", "Hoàng Thị Mẫu"),
        ("Cường", WASTE[0], "Biểu dương tập thể", "Hội Phụ nữ huyện"),
    )  # fmt: skip
    heard = await story.time_is("2023-09-15 17:30")
    assert "3/29 đơn vị" in heard["Hùng"]
    assert "Hoàng Thị Mẫu" not in heard["Hùng"]  # names are for the list, and not for digests

    # Three of four that are kept have been so for two years; the list on paper has who is put forward for what.
    await the_list_of_2023(story)
    await proposals(story, 2025, ("Mai", CAMERAS[0], "Biểu dương tập thể", "Tổ an ninh Bản Rịa"))

    # Each conference has its own places: two of fifteen in 2023, one of twenty-five in 2025.
    quotas = {
        name: await story.target(name, "BY", period, form="commendation")
        for name, period in {
            "praised_groups_2023": "2023-09-15", "commended_persons_2023": "2023-09-15",
            "praised_persons_2023": "2023-09-15", "praised_groups_2025": "2025-09-15",
            "commended_persons_2025": "2025-09-15",
        }.items()
    }  # fmt: skip
    assert {name: (int(found.value or 0), int(found.goal or 0)) for name, found in quotas.items()} == {
        "praised_groups_2023": (2, 15), "commended_persons_2023": (1, 25), "praised_persons_2023": (0, 20),
        "praised_groups_2025": (1, 25), "commended_persons_2025": (0, 25),
    }  # fmt: skip


async def test_of_several_reports_one_message_is_about_the_one_it_says_most_of(story: Story) -> None:
    """Registration is the more urgent one; a plan that was made known is no planned work."""
    await story.time_is("2022-10-20 08:00")
    heard = await story.does("Lan", "phổ biến kế hoạch, 2 lớp tập huấn 60 lượt người")
    assert "Em hiểu như sau" in heard
    assert "Lớp tập huấn: 2 lớp" in heard


async def test_what_is_all_in_doubt_is_said_so(story: Story) -> None:
    await story.time_is("2022-10-20 08:00")
    heard = await story.does("Lan", "dự kiến mở 2 lớp tập huấn")
    assert "❓ Em chưa rõ: “mở 2 lớp tập huấn” (Lớp tập huấn?)" in heard
    assert "📝 Báo cáo ngay" in story.last("Lan").labels


async def test_the_digest_of_the_form_that_was_due_last_is_shown_first(story: Story) -> None:
    assert "Đợt này chưa bắt đầu" not in await story.does("Hùng", "/tonghop")
    await story.time_is("2022-07-01 17:30")
    assert "Đăng ký" in await story.does("Hùng", "/tonghop")
    await story.time_is("2022-10-20 08:00")
    assert "Rà soát" in await story.does("Hùng", "/tonghop")


async def test_after_one_report_the_next_one_is_a_tap_away(story: Story) -> None:
    await story.time_is("2022-10-16 08:00")
    said = await rows(story, "Lan", BY_JUNE, ROAD)
    assert "còn 1 báo cáo phải gửi" in said
    assert "📝 Báo cáo tiếp" in story.last("Lan").labels
    assert "hạn" in await story.does("Lan", "[📝 Báo cáo tiếp]")
