"""Whose a group is: linked, moved, changed, and what is pressed by those who may not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.events import BadAction
from handlers.groups import topics
from storage import erasing
from tests.bot.kit import at, heard
from tests.support.group_talk import GROUP, in_group, joined, linked, rows, unit
from tests.support.story import world_after
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(joined, tmp_path, at("2022-12-15 14:00")) as world:
        yield world


async def test_only_who_asked_in_the_group_links_it(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    before = await rows(world)
    binh = await unit(world, "TN-BC")
    for action in ("grp/1", "grp/1/unit", f"grp/1/to/{binh}/nd", f"grp/1/ok/{binh}/nd", "grp/1/off/sure", "grp/2"):
        ((chat, shown),) = await world.happens("Bình", action=action)
        assert (chat, "Tin nhanh" in shown.text) == ("Bình", False)
    assert await rows(world) == before


async def test_nobody_links_a_group_to_a_unit_of_others(world: World) -> None:
    await in_group(world, "Bình", "/lienket")
    for code in ("TN", "TN-GD"):
        await world.happens("Bình", action=f"grp/1/ok/{await unit(world, code)}/nd")
    assert await world.query("SELECT unit_id FROM group_chat") == [(None,)]
    await world.happens("Bình", action=f"grp/1/ok/{await unit(world, 'TN-BC')}/nd")
    assert await world.query("SELECT unit_id, asked_by FROM group_chat") == [(await unit(world, "TN-BC"), None)]


async def test_of_two_who_link_one_group_the_first_hears_who_the_other_is(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    await in_group(world, "Tư", "/lienket")
    ((_, shown),) = await world.presses("Mai", "Tỉnh đoàn Tây Ninh")
    assert "Tư (Huyện đoàn Gò Dầu) đang liên kết nhóm này" in shown.text
    await in_group(world, "Mai", "/lienket")
    await world.presses("Mai", "Tỉnh đoàn Tây Ninh")
    await world.presses("Mai", "✅ Liên kết")
    ((_, shown),) = await world.presses("Tư", "Huyện đoàn Gò Dầu")
    assert "không thuộc đơn vị đồng chí phụ trách" in shown.text
    assert await world.query("SELECT unit_id FROM group_chat") == [(await unit(world, "TN"),)]


async def test_who_has_no_role_any_more_is_linking_nothing(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    await in_group(world, "Tư", "/lienket")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE member SET ended_at = created_at WHERE role = 'leader'")
    ((_, shown),) = await world.presses("Mai", "Tỉnh đoàn Tây Ninh")
    assert "không thuộc đơn vị đồng chí phụ trách" in shown.text


async def test_only_the_branch_that_has_a_group_moves_it(world: World) -> None:
    await linked(world, "TN-GD")
    before, binh = await rows(world), await unit(world, "TN-BC")
    assert await in_group(world, "Bình", "/lienket") == ["Bình", GROUP]
    assert "Huyện đoàn Gò Dầu" in heard(world, "Bình")[-1]
    await world.happens("Bình", action=f"grp/1/ok/{binh}/nd")
    assert await rows(world) == before
    await world.happens("Mai", action=f"grp/1/ok/{binh}/nd")
    assert await world.query("SELECT unit_id FROM group_chat") == [(binh,)]


async def test_a_unit_that_has_ended_gets_no_group(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    gone = await unit(world, "TN-GD")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(f"UPDATE unit SET valid_to = '2022-12-01 00:00:00' WHERE id = {gone}")
    await world.happens("Mai", action=f"grp/1/ok/{gone}/nd")
    assert await world.query("SELECT unit_id FROM group_chat") == [(None,)]


async def test_a_unit_that_ends_is_shown_at_its_group(world: World) -> None:
    await linked(world, "TN-GD")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE unit SET valid_to = '2022-12-15 01:00:00' WHERE code = 'TN-GD'")
    await world.says("Mai", "/nhom")
    assert "Tin nhanh – Gò Dầu: ⚠ đơn vị đã kết thúc" in heard(world, "Mai")[-1]
    await world.presses("Mai", "Tin nhanh")
    assert "⚠ Đơn vị này đã kết thúc" in heard(world, "Mai")[-1]


async def test_a_double_press_links_once(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    for _ in range(2):
        await world.happens("Mai", action=f"grp/1/ok/{await unit(world, 'TN')}/ns")
    assert len([text for text in heard(world, GROUP) if "Nhóm nhận: tin tức, gương tốt" in text]) == 1
    assert await world.query("SELECT count(*) FROM audit WHERE action = 'group.link'") == [(1,)]
    assert await world.query("SELECT title, language FROM group_chat WHERE linked_by IS NOT NULL") == [
        ("Tin nhanh", "vi")
    ]


async def test_what_a_group_gets_is_changed_and_noted(world: World) -> None:
    await linked(world, "TN-BC")
    await world.happens("Bình", action="grp/1/set/do")
    assert await world.query("SELECT topics FROM group_chat") == [('["digest","owing_names"]',)]
    for bad in ("ou", "nn", "x", "n-", ""):
        await world.happens("Bình", action=f"grp/1/set/{bad}")
    assert await world.query("SELECT topics FROM group_chat") == [('["digest","owing_names"]',)]
    assert await world.query("SELECT action FROM audit WHERE action LIKE 'group.%'") == [("group.topics",)]
    assert await world.query("SELECT traceback FROM failed_update") == []


@pytest.mark.parametrize("text", ["ou", "nn", "x", "nx", ""])
def test_topics_that_are_none(text: str) -> None:
    with pytest.raises(BadAction):
        topics.read(text)


def test_topics_stand_in_a_button_and_come_back() -> None:
    for wanted in ([], ["news"], ["news", "stories", "digest", "owing_number"]):
        assert topics.read(topics.written(wanted)) == wanted
    assert topics.toggled(["news", "owing_names"], "owing_number") == ["news", "owing_number"]


async def test_a_person_erased_is_nobody_who_asked(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    ((person,),) = await world.query("SELECT asked_by FROM group_chat")
    async with world.unit_of_work() as uow:
        await erasing.erase(uow, int(person))
    assert await world.query("SELECT asked_by FROM group_chat") == [(None,)]
