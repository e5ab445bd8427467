"""/donvi against buttons that are made up, old, or for others; and what a change leaves behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.story import world_after
from tests.support.world import ZONE, World

START = datetime(2025, 7, 2, 8, 0, tzinfo=ZONE)
PEOPLE = (
    ("Mai", "K7QM-2XPD", "TN", "officer"),
    ("Hùng", "HEAD-ER23", "TN", "leader"),
    ("Tư", "W4RM-CDE7", "TN-BC", "officer"),
    ("Lan", "M3NH-4GDA", "TN-GD", "reporter"),
)


async def _all_have_joined(world: World) -> None:
    await world.load()
    for name, code, unit, role in PEOPLE:
        await world.joins(name, code, unit, role)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_all_have_joined, tmp_path, START) as world:
        yield world


async def units(world: World) -> dict[str, tuple[int, str]]:
    found = await world.query("select code, id, name, valid_to, parent_id from unit")
    return {row[0]: row[1:] for row in found}  # type: ignore[misc]


async def id_of(world: World, code: str) -> int:
    return (await units(world))[code][0]


@pytest.mark.parametrize(
    ("who", "code", "what"),
    [("Hùng", "TN-GD", what) for what in ("name", "add", "named", "added", "end", "heir/0", "ended/0")]
    + [("Lan", "TN-GD", what) for what in ("name", "ended/0")]
    + [("Tư", "TN-GD", what) for what in ("name", "add", "ended/0")]
    # An officer ends nobody's own unit but one below it, and a root is ended by nobody here.
    + [("Tư", "TN-BC", what) for what in ("end", "heir/0", "ended/0")]
    + [("Mai", "TN", "ended/0")],
)
async def test_who_may_not_is_refused_and_nothing_is_changed(world: World, who: str, code: str, what: str) -> None:
    before = await units(world)
    heard = await world.happens(who, action=f"unitset/{before[code][0]}/{what}")
    assert await units(world) == before
    assert len(heard) == 1
    assert "dành cho" in heard[0][1].text or "không thuộc phạm vi" in heard[0][1].text
    assert await world.query("select traceback from failed_update") == []


@pytest.mark.parametrize("who", ["Tư", "Lan"])
async def test_a_unit_outside_ones_branch_is_not_shown(world: World, who: str) -> None:
    for action in (f"unit/{await id_of(world, 'TN-CA')}", f"unit/{await id_of(world, 'TN')}/below/0"):
        heard = await world.happens(who, action=action)
        assert "Công an" not in "".join(shown.text for _, shown in heard)
        assert not any("Công an" in label for _, shown in heard for label in shown.labels)
    for _, shown in await world.says(who, "/donvi cong an"):
        assert not shown.labels


@pytest.mark.parametrize(
    "action",
    ["unit", "unit/x", "unit/99999", "unit/1/below", "unit/1/below/999", "unitset", "unitset/1", "unitset/2/zzz",
     "unitset/2/named", "unitset/2/added", "unitset/2/kind/zzz", "unitset/2/heir", "unitset/2/heir/2",
     "unitset/2/heir/99999", "unitset/2/ended/2", "unitset/2/ended/1/1/1"],
)  # fmt: skip
async def test_a_button_that_nobody_gave_changes_nothing(world: World, action: str) -> None:
    before = await units(world)
    assert await world.happens("Mai", action=action)
    after = await units(world)
    # Ending with a sound successor is the one thing here that an officer may do at once: the unit above took it over.
    assert after == before or action == "unitset/2/ended/1/1/1"
    assert await world.query("select traceback from failed_update") == []


async def test_a_name_that_waits_goes_to_its_own_unit_only(world: World) -> None:
    bc, gd = await id_of(world, "TN-BC"), await id_of(world, "TN-GD")
    await world.happens("Mai", action=f"unitset/{bc}/name")
    await world.says("Mai", "Huyện đoàn Bến Cầu Mới")
    ((_, shown),) = await world.happens("Mai", action=f"unitset/{gd}/named")
    assert "Mục này cũ" in shown.text
    assert (await units(world))["TN-GD"][1] == "Huyện đoàn Gò Dầu"


async def test_a_code_that_somebody_else_took_meanwhile(world: World) -> None:
    bc = await id_of(world, "TN-BC")
    for who, name in (("Mai", "Đoàn xã Một"), ("Tư", "Đoàn xã Hai")):
        await world.happens(who, action=f"unitset/{bc}/add")
        await world.says(who, name)
        await world.presses(who, "xã")
    await world.presses("Tư", "✔ Thêm")
    ((_, shown),) = await world.presses("Mai", "✔ Thêm")
    assert "em chưa đổi gì cả" in shown.text
    assert (await units(world))["TN-BC-01"][1] == "Đoàn xã Hai"


async def test_an_added_unit_owes_the_next_period_and_can_end_tomorrow(world: World) -> None:
    bc = await id_of(world, "TN-BC")
    await world.happens("Tư", action=f"unitset/{bc}/add")
    await world.says("Tư", "Đoàn xã Một")
    await world.presses("Tư", "xã")
    await world.presses("Tư", "✔ Thêm")
    new = await id_of(world, "TN-BC-01")
    ((_, shown),) = await world.happens("Tư", action=f"unitset/{new}/end")
    assert "từ ngày mai" in shown.text
    await world.time_is(START + timedelta(days=1))
    await world.happens("Tư", action=f"unitset/{new}/ended/0")
    audit = await world.query(f"select action, unit_id, member_id is null, account_id is null from audit "
                              f"where subject = 'unit:{new}' order by id")  # fmt: skip
    assert audit == [("unit.add", new, 0, 0), ("unit.end", new, 0, 0)]
    assert (await units(world))["TN-BC-01"][2] is not None


async def test_a_long_or_marked_up_name_is_not_taken(world: World) -> None:
    bc = await id_of(world, "TN-BC")
    await world.happens("Mai", action=f"unitset/{bc}/name")
    for text in ("<b>Bến Cầu</b>", "x" * 121, "Đ"):
        ((_, shown),) = await world.says("Mai", text)
        assert "Đồng chí gõ lại giúp em" in shown.text
