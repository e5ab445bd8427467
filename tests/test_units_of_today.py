"""The button "In the units of today": what an old day says in them, and who may ask. (How it reads stands in
tests/conversations/units_of_today.txt, how it is summed in tests/reporting/test_succession.py.)"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from reporting.organisation.unit_changes import Asked, carry_out, plan
from reporting.organisation.units import UnitLine, UnitList
from storage import people
from tests.support.world import ZONE, World

DAY, NEXT_DAY = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE), datetime(2022, 12, 17, 11, 0, tzinfo=ZONE)
PEOPLE = (
    ("Lan", "K7QM-2XPD", "TN-CA", "reporter"),
    ("Minh", "W4RM-CDE7", "TN-QS", "reporter"),
    ("Mai", "2FFC-ER23", "TN", "officer"),
    ("Tư", "M3NH-4GDA", "TN-BC", "leader"),
)
BUTTON = "Theo đơn vị hiện nay"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """On the first day the police and the army reported; on the second day the army took the police over."""
    async with World(tmp_path, DAY) as world:
        await world.load()
        for name, code, unit, role in PEOPLE:
            await world.joins(name, code, unit, role)
        for name, text in (("Lan", "20 em thiếu nhi, 40 lượt"), ("Minh", "5 em thiếu nhi, khoảng 30 lượt")):
            await world.says(name, f"hỗ trợ {text} đoàn viên tham gia")
            await world.presses(name, "✅ Gửi báo cáo")
        await world.time_is(NEXT_DAY)
        police, army = await id_of(world, "TN-CA"), await id_of(world, "TN-QS")
        await world.happens("Mai", action=f"unitset/{police}/ended/{army}")
        yield world


async def id_of(world: World, code: str) -> int:
    found = await world.query(f"select id from unit where code = '{code}'")
    number: int = found[0][0]
    return number


async def heirs(world: World, who: str) -> str:
    """What somebody is told who presses the button of the first day."""
    form = (await world.query("select id from form"))[0][0]
    heard = await world.happens(who, action=f"dig/{form}/heirs/2022-12-16")
    assert await world.query("select traceback from failed_update") == []
    return "\n".join(shown.text for _, shown in heard)


async def test_the_heir_tells_what_the_ended_unit_reported(world: World) -> None:
    told = await heirs(world, "Mai")
    assert "Quân sự tỉnh: Thiếu nhi được hỗ trợ 25 em" in told
    assert "Công an tỉnh" not in told
    await world.totals_are_true()


async def test_what_is_not_exact_is_told_so(world: World) -> None:
    assert "Đoàn viên tham gia khoảng 70 lượt người" in await heirs(world, "Mai")


async def test_the_button_stands_under_days_from_before_the_change_only(world: World) -> None:
    await world.says("Mai", "/tonghop")
    assert BUTTON not in world.channel.chats["Mai"][-1].labels
    await world.presses("Mai", "Hôm qua")
    assert BUTTON in world.channel.chats["Mai"][-1].labels


async def test_another_branch_hears_nothing_of_it(world: World) -> None:
    await world.says("Tư", "/tonghop")
    await world.presses("Tư", "Hôm qua")
    assert BUTTON not in world.channel.chats["Tư"][-1].labels
    assert "25" not in await heirs(world, "Tư")


async def test_it_is_not_for_those_who_report(world: World) -> None:
    form = (await world.query("select id from form"))[0][0]
    await world.happens("Minh", action=f"dig/{form}/2022-12-16")
    assert BUTTON not in world.channel.chats["Minh"][-1].labels
    told = await heirs(world, "Minh")
    assert told.startswith("Danh sách đơn vị dành cho lãnh đạo và văn phòng.")
    assert "25" not in told


async def test_who_owed_a_day_is_told_by_the_units_of_that_day(world: World) -> None:
    """The border guard did not report on the first day; moved below Bến Cầu since, it is not what Bến Cầu owed then."""
    guard, district = await id_of(world, "TN-BP"), await id_of(world, "TN-BC")
    async with world.unit_of_work() as uow:
        row = {row["code"]: row for row in await people.units(uow)}["TN-BP"]
        line = UnitLine("TN-BP", row["name"], row["short_name"], row["kind"], "TN-BC", row=2)
        asked = Asked(ZONE, NEXT_DAY.date())
        await carry_out(uow, await plan(uow, UnitList("don-vi.csv", (line,)), asked))
    assert await world.query(f"select parent_id from unit where id = {guard}") == [(district,)]
    form = (await world.query("select id from form"))[0][0]
    told = {}
    for who in ("Tư", "Mai"):
        heard = await world.happens(who, action=f"dig/{form}/missing/2022-12-16")
        told[who] = "\n".join(shown.text for _, shown in heard)
    assert "Biên phòng" not in told["Tư"]
    assert "Biên phòng" in told["Mai"]
