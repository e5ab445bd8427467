"""News whose author may send them no more: held, and taken on by somebody who may."""

from __future__ import annotations

import pytest

from handlers.news import running
from storage import erasing, members
from tests.bot.kit import CHANNEL, at, heard, member
from tests.bot.newsdesk import AUTHOR, became, later, ready, stands
from tests.support.world import World

NINE = at("2022-12-16 09:00")


async def leaves(world: World, chat: str) -> None:
    async with world.unit_of_work() as uow:
        row = (await uow.people([(CHANNEL, chat)]))[CHANNEL, chat]
        await members.end(uow, row["member_id"])


async def test_scheduled_news_of_somebody_who_left_wait_for_another(world: World) -> None:
    await ready(world, 3, send_at=NINE)
    await member(world, "Bình", "TN", "officer")
    await leaves(world, AUTHOR)
    await world.time_is(NINE)
    await later(world)
    assert (await stands(world), await became(world)) == ("paused", {"waiting": 3})
    assert (heard(world, "n0"), heard(world, AUTHOR)) == ([], [])
    assert "không còn vai trò" in heard(world, "Bình")[-1]
    await world.presses("Bình", "▶ Tiếp tục")
    await later(world, 3)
    assert (await stands(world), await became(world)) == ("done", {"sent": 3})
    assert heard(world, AUTHOR) == []
    assert "Đã gửi: 3" in heard(world, "Bình")[-1]


async def test_under_way_it_is_held_at_the_next_slice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AHEAD", 10)
    await ready(world, 30)
    await member(world, "Bình", "TN", "leader")
    await later(world)
    await leaves(world, AUTHOR)
    said = len(heard(world, AUTHOR))
    await later(world, 3)
    assert (await stands(world), await became(world)) == ("paused", {"sent": 10, "waiting": 20})
    assert len(heard(world, AUTHOR)) == said
    await world.presses("Bình", "⏹ Huỷ phần còn lại")
    assert (await stands(world), await became(world)) == ("stopped", {"sent": 10, "stopped": 20})


async def test_who_took_it_on_and_left_too_holds_it_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AHEAD", 10)
    await ready(world, 30, send_at=NINE)
    await member(world, "Bình", "TN", "officer")
    await leaves(world, AUTHOR)
    await world.time_is(NINE)
    await world.presses("Bình", "▶ Tiếp tục")
    await later(world)
    await member(world, "Chi", "TN", "officer")
    await leaves(world, "Bình")
    await later(world, 2)
    assert await stands(world) == "paused"
    assert "không còn vai trò" in heard(world, "Chi")[-1]


async def test_the_nearest_are_asked(world: World) -> None:
    await ready(world, 3, send_at=NINE)
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE broadcast SET unit_id = (SELECT id FROM unit WHERE code = 'TN-BC')")
    await member(world, "Bình", "TN", "officer")
    await member(world, "Chi", "TN-BC", "leader")
    await leaves(world, AUTHOR)
    await world.time_is(NINE)
    assert "không còn vai trò" in heard(world, "Chi")[-1]
    assert heard(world, "Bình") == []


async def test_of_an_erased_author_too(world: World) -> None:
    await ready(world, 3, send_at=NINE)
    await member(world, "Bình", "TN", "officer")
    async with world.unit_of_work() as uow:
        row = (await uow.people([(CHANNEL, AUTHOR)]))[CHANNEL, AUTHOR]
        await erasing.erase(uow, row["person_id"])
    await world.time_is(NINE)
    await later(world)
    assert await stands(world) == "paused"
    assert "không còn vai trò" in heard(world, "Bình")[-1]


async def test_another_role_that_may_send_will_do(world: World) -> None:
    await ready(world, 3, send_at=NINE)
    await member(world, AUTHOR, "TN", "leader")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE member SET ended_at = created_at WHERE role = 'officer'")
    await world.time_is(NINE)
    await later(world)
    assert await became(world) == {"sent": 3}
