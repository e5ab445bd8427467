"""A broadcast from its moment on: everybody once, restartable, held and stopped at once, the author kept informed."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from bot.channels.base import Blocked, Refused
from bot.delivery import newsroom
from bot.workshop import XLSX, Workshop
from handlers.news import running
from storage import erasing, opt_outs, people
from tests.bot.kit import CHANNEL, at, heard, timing_writes
from tests.bot.newsdesk import AUTHOR, author, became, broadcast, crowd, later, ready, refusing, stands
from tests.support.world import World

# --- the way through -------------------------------------------------------------------------------


async def test_everybody_gets_it_once_and_the_author_hears_of_it(world: World) -> None:
    await ready(world, 250)
    await later(world, 3)
    assert [heard(world, f"n{n}") for n in (0, 249)] == [[f"Mời Người n{n} họp lúc 14:00."] for n in (0, 249)]
    assert all(len(heard(world, f"n{n}")) == 1 for n in range(250))
    assert (await stands(world), await became(world)) == ("done", {"sent": 250})
    counted, result = heard(world, AUTHOR)
    assert "250/250" in counted
    assert "Đã gửi: 250" in result


async def test_it_waits_for_its_moment(world: World) -> None:
    await ready(world, 3, send_at=at("2022-12-16 09:00"))
    await world.time_is(at("2022-12-16 08:59"))
    assert await stands(world) == "waiting"
    await world.time_is(at("2022-12-16 09:00"))
    assert len(heard(world, "n0")) == 1


async def test_no_more_than_a_look_ahead_waits_in_the_outbox(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AHEAD", 40)
    monkeypatch.setattr(running, "SLICE", 15)
    await ready(world, 100)
    await world.jobs.tick()
    assert await world.query("SELECT count(*) FROM outbox WHERE key LIKE 'news/%'") == [(40,)]
    for _ in range(3):
        await world.send()
        await later(world)
    assert await became(world) == {"sent": 100}
    assert all(len(heard(world, f"n{n}")) == 1 for n in range(100))


async def test_the_author_sees_one_message_count_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AHEAD", 40)
    await ready(world, 100)
    seen = []
    for _ in range(5):
        await later(world)
        seen.append(heard(world, AUTHOR)[0].splitlines()[1])
    assert seen[:4] == ["0/100", "40/100", "80/100", "100/100"]
    assert len(heard(world, AUTHOR)) == 2, "the message that counts, and the end"


async def test_nothing_is_said_where_nothing_is_new(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AHEAD", 40)
    await ready(world, 100)
    await world.jobs.tick()
    for _ in range(4):
        await world.jobs.tick()
    assert await world.query("SELECT count(*) FROM outbox WHERE key LIKE 'run/%'") == [(1,)]


async def test_without_recipients_it_is_over_at_once(world: World) -> None:
    await ready(world, 2, roles=["leader"])
    await later(world, 2)
    assert await stands(world) == "done"
    assert "Đã gửi: 0" in heard(world, AUTHOR)[-1]


# --- restarts --------------------------------------------------------------------------------------


async def test_a_start_that_broke_off_leaves_nobody_out_and_takes_nobody_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SLICE", 20)
    await ready(world, 90)
    enlist, calls = newsroom.broadcast_runs.enlist, []

    async def broken(*given: object) -> None:
        calls.append(given)
        if len(calls) == 3:
            raise RuntimeError("the power is gone")
        await enlist(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(newsroom.broadcast_runs, "enlist", broken)
    await world.jobs.tick()
    assert (await stands(world), await became(world)) == ("waiting", {"waiting": 40})
    # Somebody who is written down already has taken up another phone.
    async with world.unit_of_work() as uow:
        row = (await uow.people([(CHANNEL, "n0")]))[CHANNEL, "n0"]
        await people.add_account(uow, CHANNEL, "n0 again", row["person_id"], row["member_id"])
        uow.set_conversation(CHANNEL, "n0 again", {})
    await later(world, 3)
    assert await became(world) == {"sent": 90}
    assert all(len(heard(world, f"n{n}")) == 1 for n in range(90))
    assert heard(world, "n0 again") == []


async def test_a_second_look_writes_nothing_twice(world: World) -> None:
    await ready(world, 30)
    for _ in range(3):
        await world.jobs.tick()
    assert await world.query("SELECT count(*), count(DISTINCT key) FROM outbox WHERE key LIKE 'news/%'") == [(30, 30)]


# --- who is left out -------------------------------------------------------------------------------


ERRORS = {
    "n0": Blocked("Forbidden: bot was blocked by the user"),
    "n1": Refused("Bad Request: message is too long"),
    "n2": Refused("no file p/9"),
}


async def test_who_did_not_get_it_is_told_with_the_reason(world: World) -> None:
    await ready(world, 5)
    refusing(world, ERRORS)
    await later(world, 2)
    assert await became(world) == {"sent": 2, "blocked": 1, "failed": 2}
    said = heard(world, AUTHOR)[-1].splitlines()
    assert said[2:4] == ["• Đã gửi: 2", "• Chặn bot: 1"]
    assert said[4].startswith("• Không gửi được: 2 (")
    assert "quá dài hoặc quá nặng đối với kênh: 1" in said[4]
    assert "ảnh hoặc tệp không còn: 1" in said[4]


async def test_it_is_sent_again_only_to_those_who_missed_it(world: World) -> None:
    await ready(world, 5)
    well = refusing(world, ERRORS)
    await later(world, 2)
    well()
    await world.presses(AUTHOR, "🔁 Gửi lại cho nơi chưa nhận")
    await later(world, 2)
    assert await became(world) == {"sent": 4, "blocked": 1}
    assert [len(heard(world, f"n{n}")) for n in range(5)] == [0, 1, 1, 1, 1]
    assert "Đã gửi: 4" in heard(world, AUTHOR)[-1]


async def test_who_changed_their_mind_since_the_start_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AHEAD", 1)
    await ready(world, 4)
    await later(world)
    async with world.unit_of_work() as uow:
        row = (await uow.people([(CHANNEL, "n1")]))[CHANNEL, "n1"]
        await opt_outs.set_wanted(uow, row["person_id"], "general", wanted=False)
        await uow.conn.exec_driver_sql("UPDATE account SET cut_at = created_at WHERE address = 'n2'")
        await people.blocked(uow, CHANNEL, "n3")
    await later(world, 4)
    assert (heard(world, "n0") != [], heard(world, "n1"), heard(world, "n2"), heard(world, "n3")) == (True, [], [], [])
    assert await became(world) == {"sent": 1, "stopped": 2, "blocked": 1}


async def test_who_is_erased_meanwhile_holds_nothing_up(world: World) -> None:
    await ready(world, 3)
    await world.jobs.tick()
    async with world.unit_of_work() as uow:
        row = (await uow.people([(CHANNEL, "n1")]))[CHANNEL, "n1"]
        await erasing.erase(uow, row["person_id"])
    await world.send()
    await later(world)
    assert (await stands(world), await became(world)) == ("done", {"sent": 2, "stopped": 1})
    assert await world.query("SELECT count(*) FROM broadcast_recipient WHERE chat = 'n1'") == [(0,)]


# --- quiet hours -----------------------------------------------------------------------------------


async def test_at_night_nothing_starts(world: World) -> None:
    await ready(world, 3, send_at=at("2022-12-16 22:00"))
    await world.time_is(at("2022-12-16 22:00"))
    await later(world)
    assert await stands(world) == "waiting"
    await world.time_is(at("2022-12-17 06:00"))
    assert len(heard(world, "n0")) == 1


async def test_what_is_not_out_in_the_evening_waits_for_the_morning(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AHEAD", 5)
    await ready(world, 12, send_at=at("2022-12-16 21:29"))
    world.clock.turn_to(at("2022-12-16 21:29"))
    await world.jobs.tick()
    await world.time_is(at("2022-12-16 21:30"))
    assert all(heard(world, f"n{n}") == [] for n in range(12))
    await world.time_is(at("2022-12-17 05:59"))
    assert all(heard(world, f"n{n}") == [] for n in range(12))
    await world.time_is(at("2022-12-17 06:00"))
    await later(world, 3)
    assert all(len(heard(world, f"n{n}")) == 1 for n in range(12))


# --- the list --------------------------------------------------------------------------------------


async def test_the_list_is_a_file(world: World) -> None:
    await ready(world, 2)
    await later(world, 2)
    workshop = Workshop(world.db, world.office.library, world.office.translators, world.clock)
    data, mime = await workshop.make("news/1/vi")
    page = load_workbook(BytesIO(data)).active
    assert page is not None
    assert mime == XLSX
    rows = [row[:5] for row in page.values]
    assert rows[1][:2] == ("Tỉnh đoàn Tây Ninh", "Người n0")
    with pytest.raises(LookupError):
        await workshop.make("news/99/vi")


# --- many ------------------------------------------------------------------------------------------


async def test_thousands_are_many_short_transactions(world: World) -> None:
    """Written down and queued in slices: no transaction holds the writers up for long."""
    async with world.unit_of_work() as uow:
        await crowd(uow, [f"n{number}" for number in range(3000)])
        await broadcast(uow, await author(uow))
    with timing_writes(world.db) as took:
        await world.jobs.tick()
        await world.happens(AUTHOR, action="run/pause/1")
        await world.happens(AUTHOR, action="run/stop/1")
    print(f"3,000 recipients: {len(took)} transactions, the longest {max(took):.3f} s")
    assert len(took) > 3000 / running.SLICE
    assert max(took) < 0.5
