"""The ladder: who is reminded when, what a report ends, what an outage leaves of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.base import TryLater
from storage import people
from tests.bot.kit import CHANNEL, at, heard, member
from tests.bot.reminding import joined, reports_nothing, said, set_state
from tests.support.story import world_after
from tests.support.world import World

STEPS = ("first", "second", "leader", "above")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(joined, tmp_path, at("2022-12-15 10:00")) as world:
        await world.time_is(at("2022-12-16 07:00"))
        yield world


# --- up the tree -----------------------------------------------------------------------------------


async def test_each_step_goes_to_its_own(world: World) -> None:
    assert set(await said(world, "2022-12-16 08:30")) == {"Lan", "Minh", "Bảy"}
    assert set(await said(world, "2022-12-16 08:50")) == {"Hoa"}
    assert set(await said(world, "2022-12-16 09:05")) == {"An"}
    assert set(await said(world, "2022-12-16 09:10")) == {"Tư", "Sáu", "Hùng", "Mai"}
    assert set(await said(world, "2022-12-16 09:11")) == set()
    assert heard(world, "-100") == []


async def test_those_above_read_the_names_of_their_own_branch_only(world: World) -> None:
    told = await said(world, "2022-12-16 09:10")
    assert [len(texts) for texts in told.values()] == [1] * len(told)
    assert "3/3 đơn vị (lúc 09:10): Long Chữ, Long Thuận, Tiên Thuận." in told["Tư"][0]
    assert told["Sáu"] == told["Tư"]
    # Nobody of Gò Dầu can be reached: the names of its communes are for those above it.
    assert "2/2 đơn vị (lúc 09:10): Hiệp Thạnh, Phước Đông." in told["Hùng"][0]
    assert "Long" not in told["Hùng"][0]
    told = await said(world, "2022-12-16 10:10")
    assert {"Hùng", "Mai"} <= set(told)
    assert "Sáu" not in told
    assert "2/2 đơn vị (lúc 10:10): Bến Cầu, Gò Dầu." in told["Hùng"][0]


async def test_who_leads_next_above_spares_those_further_up(world: World) -> None:
    await member(world, "Chín", "GD", "officer")
    told = await said(world, "2022-12-16 09:10")
    assert set(told) == {"An", "Tư", "Sáu", "Chín"}
    assert "Hiệp Thạnh" in told["Chín"][0]


async def test_where_all_have_reported_nobody_above_hears_of_it(world: World) -> None:
    await reports_nothing(world, "Bảy", "HT")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(
            "UPDATE expected_report SET state = 'exempt' WHERE unit_id = (SELECT id FROM unit WHERE code = 'PD')"
        )
    assert set(await said(world, "2022-12-16 09:10")) == {"An", "Tư", "Sáu"}


async def test_who_reported_last_comes_first(world: World) -> None:
    await reports_nothing(world, "Hoa", "LT")
    assert set(await said(world, "2022-12-17 08:30")) == {"Hoa", "Minh", "Bảy"}
    assert set(await said(world, "2022-12-17 08:50")) == {"Lan"}


async def test_where_the_first_cannot_be_reached_the_second_is_the_first(world: World) -> None:
    async with world.unit_of_work() as uow:
        await people.blocked(uow, CHANNEL, "Lan")
    assert set(await said(world, "2022-12-16 08:30")) == {"Hoa", "Minh", "Bảy"}
    assert set(await said(world, "2022-12-16 08:50")) == set()


# --- a report ends it ------------------------------------------------------------------------------


async def test_a_report_withdraws_what_waits_for_anybody_of_its_unit(world: World) -> None:
    for moment in ("08:30", "08:50", "09:05"):
        world.clock.turn_to(at(f"2022-12-16 {moment}"))
        await world.jobs.tick()
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE outbox SET due_at = '2022-12-16 02:07:00'")
    await reports_nothing(world, "Hoa", "LT")
    assert set(await said(world, "2022-12-16 09:07")) == {"Minh", "Bảy"}


async def test_one_who_reports_for_two_units_is_reminded_of_each(world: World) -> None:
    world.clock.turn_to(at("2022-12-16 08:30"))
    await world.jobs.tick()
    world.clock.turn_to(at("2022-12-16 09:30"))
    await world.jobs.tick()
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE outbox SET due_at = '2022-12-16 02:31:00'")
    await reports_nothing(world, "Bảy", "HT")
    (text,) = (await said(world, "2022-12-16 09:31"))["Bảy"]
    assert text.startswith("Huyện đoàn Gò Dầu\n⏰ Còn 30 phút")


async def test_a_list_that_could_not_be_sent_gives_way_to_none_of_another_deadline(world: World) -> None:
    world.channel.trouble = [TryLater(3600)] * 20
    assert await said(world, "2022-12-16 09:10") == {}
    world.channel.trouble = []
    told = await said(world, "2022-12-16 10:10")
    assert ["Hiệp Thạnh" in text for text in told["Hùng"]] == [True, False]
    assert ["Gò Dầu" in text for text in told["Hùng"]] == [False, True]


# --- outages ---------------------------------------------------------------------------------------


def dropped(logs: list[Any]) -> Counter[tuple[str, str]]:
    """What was given up, by period and step."""
    return Counter((log["period"], log["step"]) for log in logs if log["event"] == "reminder dropped")


async def test_an_outage_of_an_hour(world: World) -> None:
    await world.time_is(at("2022-12-16 08:29"))
    with capture_logs() as logs:
        told = await said(world, "2022-12-16 09:31")
    # Of the communes' ladder what comes after the deadline, and the districts' first step.
    assert {chat: len(texts) for chat, texts in told.items()} == {
        "An": 1, "Tư": 1, "Sáu": 1, "Hùng": 1, "Mai": 1, "Bảy": 1
    }  # fmt: skip
    assert dropped(logs) == {("2022-12-16", "first"): 1, ("2022-12-16", "second"): 1}
    assert {log["why"] for log in logs} == {"the deadline that it speaks of is over"}


async def test_an_outage_of_a_day(world: World) -> None:
    await world.time_is(at("2022-12-16 08:29"))
    with capture_logs() as logs:
        assert await said(world, "2022-12-17 08:29") == {}
        assert await said(world, "2022-12-17 08:29") == {}
    assert dropped(logs) == {("2022-12-16", step): 2 for step in STEPS}
    assert set(await said(world, "2022-12-17 08:30")) == {"Lan", "Minh", "Bảy"}


async def test_an_outage_of_ten_days(world: World) -> None:
    await world.time_is(at("2022-12-16 08:29"))
    with capture_logs() as logs:
        told = await said(world, "2022-12-26 12:00")
        assert await said(world, "2022-12-26 12:00") == {}
    # Only today's lists still say something true; the week's other reminders are given up, each once.
    assert {chat: len(texts) for chat, texts in told.items()} == {"Tư": 1, "Sáu": 1, "Hùng": 2, "Mai": 2}
    assert all("26/12" in text for texts in told.values() for text in texts)
    days = [f"2022-12-{day}" for day in range(16, 26)]
    rest = {("2022-12-26", step): 2 for step in STEPS[:3]}
    assert dropped(logs) == {(day, step): 2 for day in days for step in STEPS} | rest
    with capture_logs() as logs:
        await world.time_is(at("2022-12-28 11:00"))
    assert dropped(logs).total() == dropped([log for log in logs if log["period"] > "2022-12-26"]).total()


async def test_a_paused_campaign_says_nothing(world: World) -> None:
    await set_state(world, "paused")
    for moment in ("2022-12-16 08:30", "2022-12-16 09:10", "2022-12-17 12:00"):
        assert await said(world, moment) == {}
    assert await world.query("SELECT max(name) FROM period") == [("2022-12-16",)]
    await set_state(world, "running")
    # Nothing of the days of the pause is made up for.
    told = await said(world, "2022-12-18 08:30")
    assert set(told) == {"Lan", "Minh", "Bảy"}


async def test_a_paused_campaign_sends_no_digest(loaded: Path, tmp_path: Path) -> None:
    (tmp_path / "world.db").write_bytes(loaded.read_bytes())
    async with World(tmp_path, at("2022-12-16 09:40")) as world:
        await member(world, "Hùng", "TN", "leader")
        await world.tick()
        await set_state(world, "paused")
        assert await said(world, "2022-12-16 10:15") == {}
        await set_state(world, "running")
        assert set(await said(world, "2022-12-16 10:16")) == {"Hùng"}
