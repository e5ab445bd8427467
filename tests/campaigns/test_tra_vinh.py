"""Trà Vinh 2021: four provincial models against their targets, told three times before the year's report.

What comes in, worked out by hand (em; triệu đồng; căn; triệu đồng; tuyến):

    until 15/7    Càng Long    800   160   25  1.000    –
                  Tiểu Cần       –     –   20    800    3    the value mistyped first, and asked about
                  Biên phòng   nothing took place
    until 15/10   Càng Long  1.200   240    –      –    –
                  TX Duyên Hải   –     –   30  1.200    4    corrected on 18/10 to 26 houses, 1.040
                  Duyên Hải    500   100    –      –    –    late, on 15/10 after the digest
    until 15/12   Tiểu Cần     700   130   18    700    –
                  Càng Long      –     –    –      –    2
                  Duyên Hải      –     –    2     80    –    late, on 16/12
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from reporting.digests.digest import Adjustment
from tests.campaigns.story import Story, has, told

JULY, OCTOBER, DECEMBER = "2021-07-15", "2021-10-15", "2021-12-15"
PEOPLE = {"Lan": "TV-CL", "Minh": "TV-TC", "Hoa": "TV-DH", "Bay": "TV-TXDH", "Khang": "TV-BP", "Ngọc": "TV-CQ"}
MILLION = 1_000_000


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    async with told("tra-vinh-2021", tmp_path, "2021-06-22 14:00") as told_so_far:
        for name, unit in PEOPLE.items():
            await told_so_far.joins(name, unit)
        await told_so_far.joins("Hùng", "TV", "leader")
        await told_so_far.joins("Sáu", "TV", "officer")
        yield told_so_far


async def test_the_year(story: Story) -> None:
    await until_july(story)
    await until_october(story)
    await until_december(story)
    await what_has_come_of_it(story)


async def until_july(story: Story) -> None:
    await story.time_is("2021-06-25 09:00")
    said = (
        "chăm lo 800 em thiếu nhi kinh phí 160 triệu, xây 25 căn nhà nhân ái kinh phí 1 tỷ, 120 lượt đoàn viên tham gia"
    )
    assert "TV-000001" in await story.sends("Lan", said)
    assert "TV-000002" in await story.does("Khang", "/baocao", "[Không phát sinh]")
    await the_office_is_under_way(story)

    # A week before it is due those who owe are reminded, and nobody else.
    heard = await story.time_is("2021-07-08 17:00")
    assert heard.keys() == {"Minh", "Hoa", "Bay"}

    # 20 houses for 8 tỷ: 400 million a house, where 40 are usual.
    said = "xây 20 căn nhà nhân ái kinh phí 8 tỷ, 3 tuyến đường thanh niên, 90 lượt đoàn viên tham gia"
    assert "400.000.000 đ (thường từ 20.000.000 đ đến 80.000.000 đ)" in await story.sends("Minh", said)
    assert "TV-000004" in await story.sends("Minh", "[✏️ Kinh phí Nhà Nhân ái]", "800 triệu")

    heard = await story.time_is("2021-07-15 17:30")
    digest = heard["Hùng"]
    has(digest, "3/14 đơn vị đã báo cáo (21 %), 3 đúng hạn, 1 không phát sinh.")
    has(digest, "45/90 căn (50 %)", "1.800.000.000/khoảng 3.600.000.000 đ (50 %)", "chưa xong, hạn 31/12/2021")
    assert await targets(story, JULY) == {
        "children": (800, 27, False), "children_money": (160 * MILLION, 27, False),
        "charity_houses": (25 + 20, 50, False), "houses_money": ((1000 + 800) * MILLION, 50, False),
        "youth_roads": (3, 33, False),
    }  # fmt: skip
    # 169 days are left: 6 roads are 1,07 in thirty days, 45 houses 7,99; what is counted is rounded up.
    has(digest, "cần 2 tuyến mỗi tháng để kịp", "cần 8 căn mỗi tháng để kịp")


async def targets(story: Story, period: str | None) -> dict[str, tuple[int, int | None, bool | None]]:
    """Of what the districts do: how much, how many percent, whether that is enough."""
    found = (await story.digest("TV", period, form="districts")).targets
    return {p.target.name: (int(p.value or 0), p.percent, p.reached) for p in found}


async def the_office_is_under_way(story: Story) -> None:
    """The province's own model has a form of its own, which only the branch of its office is asked."""
    await story.does("Ngọc", "/baocao", "[📝 Báo cáo ngay]", "[Trồng cây, chậu hoa]", "[Xong]", "[Đang làm]", "25")
    assert "TV-000003" in await story.sends("Ngọc", "[Bỏ qua]")


async def until_october(story: Story) -> None:
    heard = await story.time_is("2021-09-15 17:00")
    assert await story.periods("districts") == [JULY, OCTOBER], heard
    await story.sends("Lan", "chăm lo 1200 em thiếu nhi kinh phí 240 triệu, 100 lượt đoàn viên tham gia")
    said = "xây 30 căn nhà nhân ái kinh phí 1,2 tỷ, 4 tuyến đường thanh niên, 80 lượt đoàn viên tham gia"
    assert "đúng hạn" in await story.sends("Bay", said)
    heard = await story.time_is("2021-10-15 17:30")
    has(heard["Hùng"], "75/90 căn (83 %)")

    # An hour after it those who owe hear it. One is late, after the digest; one corrects three days later.
    assert (await story.time_is("2021-10-15 18:00")).keys() == {"Minh", "Hoa", "Khang", "Ngọc"}
    assert "trễ hạn" in await story.sends(
        "Hoa", "chăm lo 500 em thiếu nhi kinh phí 100 triệu, 60 lượt đoàn viên tham gia"
    )
    # The morning after, the province reads which of its units are missing.
    heard = await story.time_is("2021-10-16 09:00")
    has(heard["Hùng"], "Tiểu Cần", "Trà Cú")
    assert "Càng Long" not in heard["Hùng"]
    await story.time_is("2021-10-18 09:00")
    await story.does("Bay", "/lichsu", "[TV-000006 · 15/10]", "[✏️ Sửa báo cáo này]", "[✏️ Nhà Nhân ái]", "26")
    assert "bản 2" in await story.sends("Bay", "[✏️ Kinh phí Nhà Nhân ái]", "1 tỷ 40 triệu")
    register = await story.register(OCTOBER, form="districts")
    assert {unit: state for unit, state in register.items() if state != "open"} == {
        "TV-CL": "reported", "TV-TXDH": "reported", "TV-DH": "reported late"
    }  # fmt: skip


async def until_december(story: Story) -> None:
    await story.time_is("2021-12-10 09:00")
    said = "chăm lo 700 em thiếu nhi kinh phí 130 triệu, xây 18 căn nhà nhân ái kinh phí 700 triệu, 70 lượt đoàn viên"
    await story.sends("Minh", said)
    await story.sends("Lan", "làm 2 tuyến đường thanh niên, 40 lượt đoàn viên tham gia")
    await story.does("Ngọc", "/baocao", "[📝 Báo cáo ngay]", "[Tổng vệ sinh]", "[Xong]", "[Đã hoàn thành]", "30")
    await story.sends("Ngọc", "[Bỏ qua]")
    digest = (await story.time_is("2021-12-15 17:30"))["Hùng"]
    # 89 of 90 are not a hundred percent; 3.540 million are what was promised as about 3.600.
    assert await targets(story, DECEMBER) == {
        "children": (3200, 107, True), "children_money": (630 * MILLION, 105, True),
        "charity_houses": (25 + 20 + 26 + 18, 99, False), "houses_money": (3540 * MILLION, 98, True),
        "youth_roads": (9, 100, True),
    }  # fmt: skip
    has(digest, "3.200/3.000 em (107 %)", "89/90 căn (99 %)", "Cơ quan Xanh – sạch – đẹp – văn minh: ✅ đã đạt")
    # What was told in October is taken back by what came after it.
    assert {(a.indicator, a.unit, int(a.difference), a.late) for a in await adjustments(story)} == {
        ("charity_houses_built", "TX Duyên Hải", 26 - 30, False),
        ("houses_value", "TX Duyên Hải", (1040 - 1200) * MILLION, False),
        ("children_supported", "huyện Duyên Hải", 500, True),
        ("children_value", "huyện Duyên Hải", 100 * MILLION, True),
        ("participants", "huyện Duyên Hải", 60, True),
    }

    await story.time_is("2021-12-16 08:00")
    assert "trễ hạn" in await story.sends("Hoa", "xây 2 căn nhà nhân ái kinh phí 80 triệu, 20 lượt đoàn viên tham gia")


async def adjustments(story: Story) -> tuple[Adjustment, ...]:
    return (await story.digest("TV", DECEMBER, form="districts")).adjustments


async def what_has_come_of_it(story: Story) -> None:
    totals = await story.totals("TV", form="districts")
    assert totals["children_supported"] == 800 + 1200 + 500 + 700 == 3200
    assert totals["children_value"] == (160 + 240 + 100 + 130) * MILLION == 630 * MILLION
    assert totals["charity_houses_built"] == 25 + 20 + 26 + 18 + 2 == 91
    assert totals["houses_value"] == (1000 + 800 + 1040 + 700 + 80) * MILLION == 3620 * MILLION
    assert totals["youth_roads"] == 3 + 4 + 2 == 9
    assert totals["participants"] == 120 + 90 + 100 + 80 + 60 + 70 + 40 + 20 == 580
    houses = await story.target("charity_houses", "TV", form="districts")
    assert (houses.value, houses.percent, houses.reached) == (Decimal(91), 101, True)
    assert houses.target.department == "Ban Phong trào"
    children = await story.target("children", "TV", form="districts")
    assert children.target.department == "Ban Thanh thiếu nhi – Trường học"
    office = await story.target("green_office", "TV", form="office")
    assert office.reached
    # When the last report has been taken, the whole is told by itself.
    heard = await story.time_is("2021-12-25 17:30")
    has(heard["Hùng"], "cả đợt (chốt 17:30 ngày 25/12)", "91/90 căn (101 %)", "9/42 lượt báo cáo đã nhận")
    # On paper it is the same: the draft of the year's report, and the targets of both forms in the workbook.
    await story.does("Sáu", "/tonghop", "[Cả đợt]", "[Tải Word]")
    has(
        await story.paper("Sáu"), "9/42 lượt báo cáo", "Thiếu nhi được chăm lo | em | 3.000 | 3.200 | 107",
        "Kinh phí Nhà Nhân ái | đồng | khoảng 3.600.000.000 | 3.620.000.000 | 101", "| tuyến | 9 | 9 | 100",
    )  # fmt: skip
    await story.does("Sáu", "[Tải Excel]")
    header, *rows = (await story.workbook("Sáu"))["Chỉ tiêu"]
    reached = header.index("Đã đạt")
    assert [row[reached] for row in rows] == [3200, 630 * MILLION, 91, 3620 * MILLION, 9, 1]
    # Of one branch only what is its own.
    assert (await story.totals("TV-CL", form="districts"))["children_supported"] == 2000
