"""Good examples in groups: the taps under them, and the one of each week."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage import erasing, privacy
from tests.support.good_examples import GROUPS, START, TOLD, approves, office, state, tells, text
from tests.support.remembering import Shown
from tests.support.story import world_after
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(office, tmp_path, START) as world:
        yield world


async def _posted(world: World, *told: str) -> None:
    for one in told:
        await tells(world, "Lan", one)
        await approves(world)


async def taps(world: World, chat: str, sender: str, story: int = 1) -> list[tuple[str, Shown]]:
    return await world.happens(chat, sender=sender, action=f"sto/like/{story}")


async def test_a_tap_is_answered_by_nothing_and_shown_within_a_minute(world: World) -> None:
    await _posted(world, TOLD)
    for n in range(12):
        assert await taps(world, "-1", f"người {n}") == []
    heard = await world.tick()
    assert {chat: shown.labels for chat, shown in heard} == {chat: ["❤ 12"] for chat in GROUPS}
    assert all(TOLD in shown.text and shown.reply.only_edit for _, shown in heard)
    await taps(world, "-1", "người 0")
    assert await world.tick() == [], "less than a minute has gone by"
    heard = await world.time_is(world.clock.now() + timedelta(seconds=61))
    assert {chat: shown.labels for chat, shown in heard} == {chat: ["❤ 11"] for chat in GROUPS}
    assert await world.time_is(world.clock.now() + timedelta(minutes=5)) == []


async def test_a_tap_taken_back_at_once_edits_nothing(world: World) -> None:
    await _posted(world, TOLD)
    await taps(world, "-1", "người")
    await taps(world, "-1", "người")
    assert await world.tick() == []
    assert await world.query("SELECT count(*) FROM story_reaction") == [(0,)]


async def test_a_group_with_many_liked_stories_is_edited_four_times_a_minute_at_most(world: World) -> None:
    await _posted(world, *(f"Chuyện {n}" for n in range(6)))
    edits: list[str] = []
    for _ in range(4):
        for story in range(1, 7):
            await taps(world, "-1", f"người {len(edits)}", story)
        edits += [chat for chat, _ in await world.time_is(world.clock.now() + timedelta(seconds=15))]
    assert all(edits.count(chat) == 4 for chat in GROUPS)
    for _ in range(20):
        await world.time_is(world.clock.now() + timedelta(seconds=15))
    shown = [one.labels for one in world.channel.chats["-2"] if one.labels]
    counts = await world.query("SELECT count(*) FROM story_reaction GROUP BY story_id ORDER BY story_id")
    assert shown == [[f"❤ {n}"] for (n,) in counts]


@pytest.mark.parametrize("action", ["sto/like/2", "sto/like/99", "sto/like", "sto/like/x", "sto/post/1/x", "sto/see/1"])
async def test_made_up_taps_in_a_group_do_nothing(world: World, action: str) -> None:
    await _posted(world, TOLD)
    await tells(world, "Lan", "Chưa duyệt")
    assert await world.happens("-1", sender="Mai", action=action) == []
    assert await taps(world, "-4", "người") == [], "it was not posted there"
    assert await world.query("SELECT count(*) FROM story_reaction") == [(0,)]
    assert (await state(world))[1][0] == "waiting"


async def test_whose_tap_it_was_is_erased_and_the_story_stays(world: World) -> None:
    await _posted(world, TOLD)
    await taps(world, "-1", "Lan")
    ((person,),) = await world.query("SELECT person_id FROM account WHERE address = 'Lan'")
    async with world.unit_of_work() as uow:
        kept = await privacy.collect(uow, person)
        assert [row["text"] for row in kept["stories"]] == [TOLD]
        assert [row["story_id"] for row in kept["reactions"]] == [1]
        await erasing.erase(uow, person)
    assert await world.query("SELECT count(*) FROM story_reaction WHERE sender = 'Lan'") == [(0,)]
    assert {tuple(shown.labels) for _, shown in await world.tick()} == {("❤ 1",)}
    assert await state(world) == [("approved", TOLD, TOLD)]


async def test_a_week_has_one_story_in_a_group_and_each_office_its_own(world: World) -> None:
    await _posted(world, "Chuyện một")
    await tells(world, "Minh", "Chuyện hai")
    await approves(world)
    heard = await world.happens("Tư", action="sto/best/2/2022-W50")
    assert [chat for chat, shown in heard if "Câu chuyện đẹp" in shown.text] == ["-3"]
    heard = await world.happens("Mai", action="sto/best/1/2022-W50")
    assert [chat for chat, shown in heard if "Câu chuyện đẹp" in shown.text] == ["-1", "-2"]
    assert "Đã chọn: Bến Cầu" in text(await world.happens("Sáu", action="sto/best/2/2022-W50"))
    assert "Đã chọn" not in text(await world.happens("Mai", action="sto/best/1/2022-W49")), "not of that week"
    for action in ("sto/week/2022-13", "sto/week/x", "sto/best/1/2022", "sto/month/2022-W50", "sto/star/1", "sto/zzz"):
        assert await world.happens("Mai", action=action)
    assert await world.query("SELECT week FROM story_of_week ORDER BY story_id") == [("2022-W50",), ("2022-W50",)]
    assert await world.query("SELECT traceback FROM failed_update") == []


async def test_the_list_of_a_month_is_made_for_the_office(world: World) -> None:
    await _posted(world, TOLD)
    ((_, shown),) = await world.happens("Mai", action="sto/month/2022-12")
    assert shown.reply.document
    reference = shown.reply.document.media_id
    kept = await world.media.resolve(shown.reply.document)
    assert kept
    assert reference.startswith("stories/")
    assert "Tháng này chưa duyệt" in text(await world.happens("Tư", action="sto/month/2022-12"))
    assert "không dành cho" in text(await world.happens("Lan", action="sto/month/2022-12"))
