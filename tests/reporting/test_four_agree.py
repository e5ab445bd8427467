"""The numbers of the pushed digest, the answer to /tonghop, the workbook and the Word file are the same.

What comes in, worked out by hand; each number stands in all four, for a day and for the whole campaign:

    16/12   Bến Cầu    3 houses, about 120 million, 1,5 km
            Gò Dầu     2 houses, 80 million: late, before the digest
            Hòa Thành  4 houses; corrected to 5 before the digest
            Tân Châu   nothing took place
    17/12   Bến Cầu    1 house, 0,25 km; and of the day before 2 houses in place of 3: after its digest
            Gò Dầu     nothing, corrected to 6 houses
            Tân Châu   2 houses of the day before, after its digest; of this day none, which is not nothing
            Hòa Thành  does not report
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.workshop import Workshop
from tests.campaigns.story import Story, has, told
from tests.reporting.documents import word
from tests.support.dan_van import CAMPAIGN

PACK = (
    CAMPAIGN
    + """| deadlines |
| | repeat | from | until | due | covers | closes | kinds | nothing |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | huyện | yes |
| digest |
| | at | to | groups | lead |
| | 10:15 | leader | yes | houses |
| survey |
| | type | name | label | short | indicator | unit | audience | required |
| | integer | houses | Bao nhiêu nhà? | Nhà sửa | houses | căn | | |
| | integer | value | Giá trị nhà? | Giá trị | houses_value | đồng | | |
| | decimal | road | Bao nhiêu km đường? | Đường mới | rural_road_km | km | | |
| | integer | letters | Bao nhiêu đơn thư? | Đơn thư | letters | đơn | leaders | |
"""
)
UNITS = """code,name,short_name,kind,parent
TN,Tỉnh đoàn Tây Ninh,Tây Ninh,tỉnh,
BC,Huyện đoàn Bến Cầu,Bến Cầu,huyện,TN
GD,Huyện đoàn Gò Dầu,Gò Dầu,huyện,TN
HT,Huyện đoàn Hòa Thành,Hòa Thành,huyện,TN
TC,Huyện đoàn Tân Châu,Tân Châu,huyện,TN
"""

MILLION = 1_000_000
BY_HAND = {
    # indicator: what the day says, and the whole campaign so far; None is silence
    "2022-12-16": {
        "houses": (3 + 2 + 5, 10), "houses_value": (200 * MILLION, 200 * MILLION),
        "rural_road_km": (Decimal("1.5"), Decimal("1.5")),
    },
    "2022-12-17": {
        "houses": (1 + 6, (2 + 2 + 5 + 2) + 7), "houses_value": (None, 200 * MILLION),
        "rural_road_km": (Decimal("0.25"), Decimal("1.75")),
    },
}  # fmt: skip
LABELS = {"houses": "Nhà sửa", "houses_value": "Giá trị", "rural_road_km": "Đường mới"}


@dataclass(frozen=True)
class Told:
    """What one of the four says of an indicator: of the day (None: it does not say), and so far."""

    day: str | None
    so_far: str


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "form.md").write_text(PACK, encoding="utf-8")
    (pack / "units.csv").write_text(UNITS, encoding="utf-8")
    async with told(str(pack), tmp_path, "2022-12-15 11:00") as begun:
        for name, unit in (("Lan", "BC"), ("Minh", "GD"), ("Bay", "HT"), ("Hoa", "TC")):
            await begun.joins(name, unit)
        await begun.joins("Hùng", "TN", "leader")
        yield begun


async def test_the_four_agree(story: Story) -> None:
    heard = await the_first_day(story)
    await agree(story, "2022-12-16", heard)
    heard = await the_second_day(story)
    await agree(story, "2022-12-17", heard)
    await what_comes_later_is_in_none_of_those_that_were_sent(story)


async def the_first_day(story: Story) -> str:
    await story.time_is("2022-12-16 08:00")
    await story.sends("Lan", "/baocao", "[📝 Báo cáo ngay]", "3", "khoảng 120tr", "1,5", "7")
    await story.sends("Bay", "/baocao", "[📝 Báo cáo ngay]", "4", "[Bỏ qua]", "[Bỏ qua]", "[Bỏ qua]")
    has(await corrected(story, "Bay", "16/12", "5"), "bản 2")
    has(await story.does("Hoa", "/baocao", "[Không phát sinh]"), "không phát sinh")
    await story.time_is("2022-12-16 10:05")
    await story.begins("Minh", "16/12")
    has(await story.sends("Minh", "2", "80tr", "[Bỏ qua]", "[Bỏ qua]"), "trễ hạn")
    return (await story.time_is("2022-12-16 10:15"))["Hùng"]


async def the_second_day(story: Story) -> str:
    await story.time_is("2022-12-17 08:00")
    has(await corrected(story, "Lan", "16/12", "2"), "bản 2")
    await corrected(story, "Hoa", "16/12", "2")
    await story.begins("Lan", "17/12")
    await story.sends("Lan", "1", "[Bỏ qua]", "0,25", "[Bỏ qua]")
    has(await story.does("Minh", "/baocao", "[Không phát sinh]"), "không phát sinh")
    await corrected(story, "Minh", "17/12", "6")
    return (await story.time_is("2022-12-17 10:15"))["Hùng"]


async def what_comes_later_is_in_none_of_those_that_were_sent(story: Story) -> None:
    """The Word file of the digest that was read, though it is taken an hour and a correction later."""
    await story.does("Hùng", "/tonghop")
    action = story.last("Hùng").action("Tải Word")
    await story.time_is("2022-12-17 11:30")
    await corrected(story, "Minh", "17/12", "60")
    await story.world.happens("Hùng", action=action)
    paper = await made(story)
    assert in_paper(paper)["houses"] == Told("7", "18")
    assert appendix(paper)["houses"] == "7"
    has("\n".join(word(paper)), "Đến 10:15 ngày 17/12/2022 có 2/4 đơn vị đã báo cáo")
    assert in_message((await story.all_hear("Hùng", "/tonghop"))["Hùng"])["houses"] == Told("61", "72")


async def corrected(story: Story, name: str, day: str, houses: str) -> str:
    """Opens the report of a day from the list and gives another number of houses."""
    await story.does(name, "/lichsu")
    label = next(label for label in story.last(name).labels if label.endswith(day))
    await story.does(name, f"[{label}]", "[✏️ Sửa báo cáo này]")
    if "✏️ Nhà sửa" not in story.last(name).labels:
        return await story.sends(name, houses, "[Bỏ qua]", "[Bỏ qua]", "[Bỏ qua]")
    return await story.sends(name, "[✏️ Nhà sửa]", houses)


# --- what each of the four says --------------------------------------------------------------------


async def agree(story: Story, day: str, pushed: str) -> None:
    """All four, asked for at the moment of the digest."""
    asked = (await story.all_hear("Hùng", "/tonghop"))["Hùng"]
    await story.does("Hùng", "[Tải Excel]")
    book = await made(story)
    await story.does("Hùng", "[Tải Word]")
    paper = await made(story)
    await story.does("Hùng", "[Cả đợt]", "[Tải Word]")
    whole = await made(story)
    wanted = {name: Told(said(of_day), said(so_far)) for name, (of_day, so_far) in BY_HAND[day].items()}
    altogether = {name: Told(None, one.so_far) for name, one in wanted.items()}
    assert [in_message(pushed), in_message(asked), in_paper(paper)] == [wanted] * 3
    assert [in_workbook(book), in_paper(whole)] == [altogether] * 2
    assert appendix(paper) == {name: one.day for name, one in wanted.items() if one.day}
    assert appendix(whole) == {name: one.so_far for name, one in wanted.items()}


def said(value: Decimal | int | None) -> str:
    """As a Vietnamese reads it, silence as nothing."""
    return "" if value is None else f"{value:,}".replace(",", " ").replace(".", ",").replace(" ", ".")


def number_of(text: str) -> str:
    """A number without what stands around it: "khoảng 200.000.000 đ" is 200.000.000, a dash is silence."""
    return "".join(re.findall(r"\d[\d.,]*", text))


def in_message(text: str) -> dict[str, Told]:
    lines = [line.split(" · ") for line in text.splitlines()]
    return {
        name: Told(number_of(line[1]), number_of(line[2])) for name, shown in LABELS.items() for line in lines
        if line[0] == shown
    }  # fmt: skip


async def made(story: Story) -> bytes:
    """The file that was sent last."""
    world = story.world
    workshop = Workshop(world.db, world.office.library, world.office.translators, world.clock)
    data, _ = await workshop.make(story.document("Hùng").media_id)
    return data


def in_paper(content: bytes) -> dict[str, Told]:
    rows = [line.split(" | ") for line in word(content)]
    return {
        name: Told(number_of(row[4]) if len(row) == 8 else None, number_of(row[-3])) for name, shown in LABELS.items()
        for row in rows if len(row) in (7, 8) and row[1] == shown
    }  # fmt: skip


def in_workbook(content: bytes) -> dict[str, Told]:
    header, *_, total = load_workbook(BytesIO(content))["Tổng hợp"].iter_rows(values_only=True)
    found = {str(title).partition(" (")[0]: value for title, value in zip(header, total, strict=True)}
    return {name: Told(None, said(Decimal(str(found[shown])))) for name, shown in LABELS.items() if shown in found}


def appendix(content: bytes) -> dict[str, str]:
    """The last line of the appendix, and that the lines above it add up to it."""
    lines = [line.split(" | ") for line in word(content)]
    start = next(n for n, line in enumerate(lines) if line[:2] == ["STT", "Đơn vị"])
    end = next(n for n, line in enumerate(lines) if line[:2] == ["", "Tổng cộng"])
    found = {}
    for place, title in enumerate(lines[start][2:], start=2):
        given = [Decimal(line[place].replace(".", "").replace(",", ".") or 0) for line in lines[start + 1 : end]]
        assert said(sum(given)) == lines[end][place]
        name = next(name for name, shown in LABELS.items() if title.startswith(shown))
        found[name] = lines[end][place]
    return found
