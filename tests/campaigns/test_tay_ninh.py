"""Tây Ninh, 16–30/12/2022: a report a day before ten, a digest after it, urgent matters to the leaders at once.

What comes in, worked out by hand:

    16/12   Bến Cầu    2 sessions with 120 people, 25 gifts of 6 million, 35 attendances
            Hòa Thành  1 house built and 2 repaired, 80 million, 60 attendances
            Gò Dầu     nothing took place
            Tân Châu   25 children, 40 attendances: late, before the digest
    17/12   Bến Cầu    30 children, 20 attendances
            Hòa Thành  2 houses repaired, 60 million, 50 attendances; corrected to 4 houses, 120 million
            Gò Dầu     1 medical session with 120 people, 20 attendances
            Tân Châu   10 children, 15 attendances: late, after the digest
    18/12   Gò Dầu     10 gifts of 2 million, 12 attendances, and what the leaders must know
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.campaigns.story import Story, has, told

PEOPLE = {"Lan": "TN-BC", "Minh": "TN-GD", "Hoa": "TN-TC", "Bay": "TN-HT"}
OPINION = "Bà con lo giá mía, cần tỉnh giải thích sớm."
MILLION = 1_000_000


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    async with told("tay-ninh-2022", tmp_path, "2022-12-15 11:00") as told_so_far:
        for name, unit in PEOPLE.items():
            await told_so_far.joins(name, unit)
        await told_so_far.joins("Hùng", "TN", "leader")
        await told_so_far.joins("Sáu", "TN", "officer")
        await told_so_far.joins("Tám", "TN-BC", "leader")
        await told_so_far.has_group("-Ban Phong trào", "TN")
        yield told_so_far


async def test_the_fifteen_days(story: Story) -> None:
    await the_first_day(story)
    await the_second_day(story)
    await the_night_after_it(story)
    await the_third_day(story)
    await what_has_come_of_it(story)
    await the_report_to_the_steering_board(story)


async def the_first_day(story: Story) -> None:
    await story.time_is("2022-12-15 20:15")
    asked = await story.does("Lan", "/baocao", "[📝 Báo cáo ngay]")
    has(asked, "Báo cáo ngày 16/12 (từ 10:00 hôm nay đến 10:00 ngày mai)")
    await story.does("Lan", "[Tuyên truyền]", "[Tặng quà]", "[Xong]", "2", "120", "[Bỏ qua]", "[Bỏ qua]", "[Bỏ qua]")
    has(await story.sends("Lan", "25", "6tr", "35", "[Bỏ qua]"), "đúng hạn", "TN-000001")
    await story.does(
        "Bay", "/baocao", "[📝 Báo cáo ngay]", "[Làm nhà, sửa nhà]", "[Xong]", "[Nhà tình nghĩa]", "[Xong]"
    )
    has(await story.sends("Bay", "1", "2", "80tr", "60", "[Bỏ qua]"), "đúng hạn", "TN-000002")

    # Only those who owe are reminded; one tap says that nothing took place; one is late.
    assert (await story.time_is("2022-12-16 08:00")).keys() == {"Minh", "Hoa"}
    has(await story.does("Minh", "[Không phát sinh]"), "đúng hạn", "không phát sinh")
    assert (await story.time_is("2022-12-16 09:30")).keys() == {"Hoa"}
    assert (await story.time_is("2022-12-16 10:05")).keys() == {"Hoa"}
    await story.does("Hoa", "[📝 Báo cáo ngay]", "[Hỗ trợ thiếu nhi]", "[Xong]", "25", "[Bỏ qua]", "40")
    has(await story.sends("Hoa", "[Bỏ qua]"), "trễ hạn")

    heard = await story.time_is("2022-12-16 10:15")
    # Each reads of their own branch, the group without names of units.
    assert heard.keys() == {"Hùng", "Sáu", "Tám", "-Ban Phong trào"}
    for reader in ("Hùng", "Sáu", "-Ban Phong trào"):
        has(heard[reader], "4/13 đơn vị đã báo cáo (31 %), 3 đúng hạn, 1 không phát sinh.")
    has(heard["Hùng"], "Trảng Bàng")
    assert "Trảng Bàng" not in heard["-Ban Phong trào"]
    has(heard["Tám"], "Huyện đoàn Bến Cầu", "1/1 đơn vị đã báo cáo")
    assert await story.totals("TN", "2022-12-16") == {
        "publicity_sessions": 2, "publicity_people": 120, "gifts_given": 25, "gifts_value": 6 * MILLION,
        "charity_houses_built": 1, "charity_houses_repaired": 2, "houses_value": 80 * MILLION,
        "children_supported": 25, "participants": 35 + 60 + 40,
    }  # fmt: skip


async def the_second_day(story: Story) -> None:
    await story.time_is("2022-12-17 07:30")
    has(await story.sends("Lan", "hỗ trợ 30 em thiếu nhi, 20 lượt đoàn viên tham gia"), "đúng hạn")
    await story.does(
        "Bay", "/baocao", "[📝 Báo cáo ngay]", "[Làm nhà, sửa nhà]", "[Xong]", "[Nhà tình thương]", "[Xong]"
    )
    has(await story.sends("Bay", "0", "2", "60tr", "50", "[Bỏ qua]"), "đúng hạn")
    await story.does("Minh", "/baocao", "[📝 Báo cáo ngay]", "[Khám bệnh]", "[Xong]", "1", "trăm hai", "20")
    has(await story.sends("Minh", "[Bỏ qua]"), "đúng hạn")
    heard = await story.time_is("2022-12-17 10:15")
    has(heard["Hùng"], "3/13 đơn vị đã báo cáo (23 %), 3 đúng hạn.")
    today = await story.digest("TN", "2022-12-17")
    repaired, children = today.figure("charity_houses_repaired"), today.figure("children_supported")
    assert (repaired.amount, repaired.so_far, repaired.change) == (Decimal(2), Decimal(2 + 2), Decimal(0))
    assert (children.amount, children.so_far, children.change) == (Decimal(30), Decimal(25 + 30), Decimal(30 - 25))
    assert len(today.missing) == 10

    # What moves the day after it was told.
    await story.time_is("2022-12-17 11:00")
    await story.does("Bay", "/lichsu", "[TN-000006 · 17/12]", "[✏️ Sửa báo cáo này]", "[✏️ Nhà sửa chữa]", "4")
    has(await story.sends("Bay", "[✏️ Giá trị nhà]", "120tr"), "TN-000006, bản 2")
    await story.begins("Hoa", "17/12")
    await story.does("Hoa", "[Hỗ trợ thiếu nhi]", "[Xong]", "10", "[Bỏ qua]", "15")
    has(await story.sends("Hoa", "[Bỏ qua]"), "trễ hạn")
    register = await story.register("2022-12-17")
    assert {unit: state for unit, state in register.items() if state != "open"} == {
        "TN-BC": "reported", "TN-HT": "reported", "TN-GD": "reported", "TN-TC": "reported late"
    }  # fmt: skip


async def the_night_after_it(story: Story) -> None:
    """What leaders must know waits for no morning and no digest: those above the unit hear it, and nobody else."""
    await story.time_is("2022-12-17 23:30")
    await story.does("Minh", "/baocao", "[📝 Báo cáo ngay]", "[Tặng quà]", "[Xong]", "10", "2tr", "12")
    await story.does("Minh", "[Dư luận]", "[Xong]", OPINION)
    heard = await story.all_hear("Minh", "[✅ Gửi báo cáo]")
    assert heard.keys() == {"Minh", "Hùng"}
    has(heard["Hùng"], "Huyện đoàn Gò Dầu", OPINION)


async def the_third_day(story: Story) -> None:
    heard = await story.time_is("2022-12-18 10:15")
    for reader in ("Hùng", "Sáu", "-Ban Phong trào"):
        has(heard[reader], "1/13 đơn vị đã báo cáo (8 %), 1 đúng hạn.", "Điều chỉnh")
        assert OPINION not in heard[reader]
    today = await story.digest("TN", "2022-12-18")
    assert {(a.indicator, a.period.name, a.unit, int(a.difference), a.late) for a in today.adjustments} == {
        ("charity_houses_repaired", "2022-12-17", "Hòa Thành", 4 - 2, False),
        ("houses_value", "2022-12-17", "Hòa Thành", (120 - 60) * MILLION, False),
        ("children_supported", "2022-12-17", "Tân Châu", 10, True),
        ("participants", "2022-12-17", "Tân Châu", 15, True),
    }


async def what_has_come_of_it(story: Story) -> None:
    await story.time_is("2022-12-30 10:15")
    assert await story.periods() == [f"2022-12-{day}" for day in range(16, 31)]
    whole = await story.digest("TN")
    assert (whole.coverage.reported, whole.coverage.expected) == (4 + 4 + 1, 15 * 13)
    assert (whole.coverage.on_time, whole.coverage.nothing) == (3 + 3 + 1, 1)
    assert await story.totals("TN") == {
        "publicity_sessions": 2, "publicity_people": 120, "gifts_given": 25 + 10, "gifts_value": (6 + 2) * MILLION,
        "charity_houses_built": 1 + 0, "charity_houses_repaired": 2 + 4, "houses_value": (80 + 120) * MILLION,
        "children_supported": 25 + 30 + 10, "medical_sessions": 1, "medical_people": 120,
        "participants": (35 + 60 + 40) + (20 + 50 + 20 + 15) + 12,
    }  # fmt: skip
    assert whole.figure("participants").top[0] == ("Hòa Thành", Decimal(60 + 50))
    assert (await story.time_is("2022-12-31 10:15")).keys() == set()


async def the_report_to_the_steering_board(story: Story) -> None:
    await story.does("Sáu", "/tonghop", "[Cả đợt]", "[Tải Word]")
    paper = await story.paper("Sáu")
    has(paper, "9/195 lượt báo cáo", "Thiếu nhi được hỗ trợ | em |  | 65 |", "Nhà sửa chữa | căn |  | 6 |")
    await story.does("Sáu", "[Tải Excel]")
    await story.does("Hùng", "/tonghop", "[Tải Excel]")
    has(str(await story.workbook("Hùng")), OPINION)
    assert OPINION not in str(await story.workbook("Sáu")) + paper
    for reader in ("Sáu", "Tám", "-Ban Phong trào"):
        assert OPINION not in story.text(reader)
