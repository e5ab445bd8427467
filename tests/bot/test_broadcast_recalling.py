"""News that wait for their moment: changed after all, or called off, by their author and by another of the branch."""

from __future__ import annotations

from typing import Any

import pytest

from storage import broadcast_runs
from storage.uow import UnitOfWork
from tests.bot.kit import at, heard, member
from tests.bot.newsdesk import AUTHOR, became, later, ready, stands
from tests.support.world import World

SEVENTEEN = at("2022-12-16 17:00")


def last_labels(world: World, chat: str = AUTHOR) -> list[str]:
    return world.channel.chats[chat][-1].labels


@pytest.mark.parametrize("action", ["run/show/1", "tin/show/1", "run/pause/1", "tin/drop/1"])
async def test_scheduled_news_show_the_way_back_and_the_way_out(world: World, action: str) -> None:
    await ready(world, 3, send_at=SEVENTEEN)
    await world.happens(AUTHOR, action=action)
    assert "0/0" not in heard(world, AUTHOR)[-1]
    assert {"Rút lại để sửa", "Huỷ lịch gửi"} <= set(last_labels(world))


@pytest.mark.parametrize("action", ["run/back/1", "tin/back/1", "run/edit/1"])
async def test_it_is_a_draft_again_and_goes_out_to_nobody(world: World, action: str) -> None:
    await ready(world, 3, send_at=SEVENTEEN)
    await world.happens(AUTHOR, action=action)
    assert await stands(world) == "draft"
    assert "✅ Gửi" in last_labels(world)
    await world.time_is(SEVENTEEN)
    assert heard(world, "n0") == []


@pytest.mark.parametrize("action", ["run/stop/1", "run/withdraw/1"])
async def test_it_is_called_off_after_a_second_look(world: World, action: str) -> None:
    await ready(world, 3, send_at=SEVENTEEN)
    await world.happens(AUTHOR, action=action)
    assert await stands(world) == "waiting"
    await world.presses(AUTHOR, "Đúng, huỷ lịch gửi")
    assert await stands(world) == "stopped"
    await world.time_is(SEVENTEEN)
    await later(world, 2)
    assert heard(world, "n0") == []
    assert not any("đã dừng" in text for text in heard(world, AUTHOR)), "nothing went out: nothing is told of it"
    await world.happens(AUTHOR, action="tin/list")
    assert any("đã huỷ lịch gửi" in label for label in last_labels(world))


async def test_another_of_the_branch_finds_it_and_the_author_hears_of_it(world: World) -> None:
    await ready(world, 3, send_at=SEVENTEEN)
    await member(world, "Bình", "TN", "officer")
    await world.happens("Bình", action="run/all")
    await world.presses("Bình", "1. Mời {họ tên} họp lúc 14:00.")
    await world.presses("Bình", "Rút lại để sửa")
    assert await stands(world) == "draft"
    await world.send()
    assert "Bình" in heard(world, AUTHOR)[-1]
    assert "Mở bản nháp" in last_labels(world)


async def test_called_off_by_another_the_author_hears_of_it(world: World) -> None:
    await ready(world, 3, send_at=SEVENTEEN)
    await member(world, "Bình", "TN", "officer")
    await world.happens("Bình", action="run/stop/1/sure")
    assert await stands(world) == "stopped"
    await world.send()
    assert "Bình đã huỷ lịch gửi" in heard(world, AUTHOR)[-1]


async def test_whom_a_broken_start_wrote_down_is_forgotten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await ready(world, 3)

    async def broken(*_: object) -> None:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr("handlers.news.running.begin", broken)
    await world.jobs.tick()
    assert await became(world) == {"waiting": 3}
    await world.happens(AUTHOR, action="run/back/1")
    assert await became(world) == {}
    # A slice of the start that was still on its way.
    async with world.unit_of_work() as uow:
        await broadcast_runs.enlist(uow, 1, [await _somebody(uow)])
    assert await became(world) == {}


async def _somebody(uow: UnitOfWork) -> dict[str, Any]:
    return {"channel": "test", "chat": "n0", "person_id": None, "group_id": None, "unit_id": 1, "language": "vi"}


async def test_what_was_agreed_to_is_asked_about_anew(world: World) -> None:
    await ready(world, 3, send_at=SEVENTEEN)
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("""UPDATE broadcast SET approved_by = member_id, counts = '{"asked": 1}'""")
    await world.happens(AUTHOR, action="run/back/1")
    asked = "CAST(json_extract(counts, '$.asked') AS INTEGER)"
    assert await world.query(f"SELECT approved_by, {asked} FROM broadcast") == [(None, 1)]


async def test_it_is_too_late_once_it_goes(world: World) -> None:
    await ready(world, 3)
    await world.jobs.tick()
    await world.happens(AUTHOR, action="run/back/1")
    assert await stands(world) == "running"
    assert "Rút lại để sửa" not in last_labels(world)


@pytest.mark.parametrize("state", ["draft", "refused", "asking"])
async def test_what_is_not_handed_over_is_its_authors_alone(world: World, state: str) -> None:
    await ready(world, 3, send_at=SEVENTEEN)
    await member(world, "Bình", "TN", "officer")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(f"UPDATE broadcast SET state = '{state}'")
    for step in ("show/1", "back/1", "stop/1/sure", "list/1", "edit/1"):
        await world.happens("Bình", action=f"run/{step}")
        assert "không thuộc quyền" in heard(world, "Bình")[-1]
    assert await stands(world) == state
