"""A number that stands (villages) is not added up over days: digest, workbook and Word file tell the newest one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.campaigns.story import Story, told
from tests.reporting.documents import word
from tests.reporting.test_four_agree import UNITS, made
from tests.support.dan_van import CAMPAIGN

PACK = (
    CAMPAIGN
    + """| deadlines |
| | repeat | from | until | due | covers | closes | kinds | nothing |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 96h | huyện | no |
| digest |
| | at | to | lead |
| | 10:15 | leader | villages |
| ranking |
| | criterion | weight | label::vi |
| | indicator:villages | 10 | Thôn |
| survey |
| | type | name | label | short | indicator | unit | take |
| | integer | houses | Bao nhiêu nhà? | Nhà sửa | houses | căn | |
| | integer | villages | Bao nhiêu thôn? | Thôn | villages | thôn | last |
"""
)


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    """Bến Cầu and Gò Dầu tell 10 and 20 villages on the first day, 12 and 20 on the second, and a house each time."""
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "form.md").write_text(PACK, encoding="utf-8")
    (pack / "units.csv").write_text(UNITS, encoding="utf-8")
    async with told(str(pack), tmp_path, "2022-12-15 11:00") as begun:
        for name, unit in (("Lan", "BC"), ("Minh", "GD")):
            await begun.joins(name, unit)
        await begun.joins("Hùng", "TN", "leader")
        for day, lan, minh in (("16", "10", "20"), ("17", "12", "20")):
            await begun.time_is(f"2022-12-{day} 08:00")
            for name, villages in (("Lan", lan), ("Minh", minh)):
                await begun.begins(name, f"{day}/12")
                await begun.sends(name, "1", villages)
        await begun.time_is("2022-12-17 10:30")
        yield begun


async def test_the_newest_is_told_and_not_the_sum(story: Story) -> None:
    digest = await story.digest("TN", "2022-12-17")
    villages, houses = digest.figure("villages"), digest.figure("houses")
    assert (houses.so_far, houses.stands_in) == (Decimal(4), "")
    assert (villages.amount, villages.so_far, villages.stands_in) == (Decimal(32), Decimal(32), "2022-12-17")
    assert villages.top == (("Gò Dầu", Decimal(20)), ("Bến Cầu", Decimal(12)))
    assert (await story.digest("TN", whole=True)).figure("villages").amount == Decimal(32)
    said = await story.does("Hùng", "/tonghop")
    assert "Thôn · hôm nay 32 thôn · hiện có 32 thôn" in said


async def test_a_day_on_which_nobody_tells_it_leaves_the_one_before(story: Story) -> None:
    await story.time_is("2022-12-18 08:00")
    await story.begins("Lan", "18/12")
    await story.sends("Lan", "1", "[Bỏ qua]")
    villages = (await story.digest("TN", "2022-12-18")).figure("villages")
    assert (villages.amount, villages.so_far, villages.stands_in) == (None, Decimal(32), "2022-12-17")


async def test_the_first_reports_of_a_day_are_no_number_yet(story: Story) -> None:
    """On the 18th one unit of two has reported, and there is time left: the 17th still stands, then the 18th does."""
    await story.time_is("2022-12-18 08:00")
    await story.begins("Lan", "18/12")
    await story.sends("Lan", "1", "15")
    villages = (await story.digest("TN", "2022-12-18")).figure("villages")
    assert (villages.amount, villages.so_far, villages.stands_in) == (Decimal(15), Decimal(32), "2022-12-17")
    await story.time_is("2022-12-18 10:15")
    villages = (await story.digest("TN", "2022-12-18")).figure("villages")
    assert (villages.so_far, villages.stands_in) == (Decimal(15), "2022-12-18")


async def test_the_files_say_the_same(story: Story) -> None:
    await story.does("Hùng", "/tonghop", "[Tải Excel]")
    header, *rows = load_workbook(BytesIO(await made(story)))["Tổng hợp"].iter_rows(values_only=True)
    place = next(n for n, title in enumerate(header) if str(title).startswith("Thôn"))
    assert {row[0]: row[place] for row in rows if row[place]} == {
        "Huyện đoàn Bến Cầu": 12, "Huyện đoàn Gò Dầu": 20, rows[-1][0]: 32,
    }  # fmt: skip
    await story.does("Hùng", "/tonghop", "[Cả đợt]")
    action = story.last("Hùng").action("Tải Word")
    # Corrections after that digest are not in its paper, be they of the day that is told or of another.
    await story.time_is("2022-12-17 11:30")
    for day in ("16/12", "17/12"):
        await corrected(story, "Lan", day)
    await story.world.happens("Hùng", action=action)
    lines = [line.split(" | ") for line in word(await made(story))]
    assert ["", "Tổng cộng", "4", "32"] in lines
    assert ["1", "Huyện đoàn Bến Cầu", "2", "12"] in lines


async def test_a_ranking_counts_it_once(story: Story) -> None:
    await story.joins("Mai", "TN", "officer")
    said = await story.does("Mai", "/xeploai")
    assert "1. Gò Dầu: 10 điểm" in said
    assert "2. Bến Cầu: 6 điểm" in said  # 12 of 20; added up it would be 22 of 40


async def corrected(story: Story, name: str, day: str) -> None:
    await story.does(name, "/lichsu")
    label = next(label for label in story.last(name).labels if label.endswith(day))
    await story.does(name, f"[{label}]", "[✏️ Sửa báo cáo này]", "[✏️ Nhà sửa]", "5", "[✏️ Thôn]", "50")
    await story.sends(name)
