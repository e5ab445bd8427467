"""What happens by the clock: periods, reminders and digests, in time, once, and caught up after an outage."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from bot.channels.base import TryLater
from bot.clock import SimulatedClock
from bot.jobs import Jobs
from storage import people
from storage.tables import GroupChat
from tests.bot.kit import CHANNEL, at, heard, member, post, states
from tests.support.poison import cure, poison
from tests.support.world import World

UNITS_THAT_REPORT = 13
CHATS = {"Lan": "TN-BC", "Minh": "TN-GD", "Hoa": "TN-TC"}


@pytest.fixture
async def world(loaded: Path, tmp_path: Path) -> AsyncIterator[World]:
    """The day before the campaign: three secretaries, the committee, the office and the group have joined."""
    shutil.copy(loaded, tmp_path / "world.db")
    async with World(tmp_path, at("2022-12-15 09:00")) as world:
        for chat, unit in CHATS.items():
            await member(world, chat, unit)
        await member(world, "Hùng", "TN", "leader")
        await member(world, "Mai", "TN", "officer")
        await member(world, "Tư", "TN-BC", "leader")
        async with world.unit_of_work() as uow:
            root = await people.unit_by_code(uow, "TN")
            assert root
            await uow.insert(GroupChat, channel=CHANNEL, chat="-100", title="Tin nhanh", unit_id=root["id"])
        yield world


async def chats_at(world: World, moment: datetime) -> list[str]:
    """Who is written to at a moment."""
    return [chat for chat, _ in await world.time_is(moment)]


async def periods(world: World) -> list[str]:
    return [name for (name,) in await world.query("SELECT name FROM period ORDER BY due_at")]


async def reports_nothing(world: World, chat: str) -> None:
    await world.says(chat, "/baocao")
    await world.presses(chat, "Không phát sinh")


# --- periods ---------------------------------------------------------------------------------------


async def test_a_period_opens_at_its_start_for_every_unit(world: World) -> None:
    await world.time_is(at("2022-12-15 09:59"))
    assert await periods(world) == []
    await world.time_is(at("2022-12-15 10:00"))
    assert await periods(world) == ["2022-12-16"]
    assert await world.query("SELECT state, count(*) FROM expected_report GROUP BY state") == [
        ("open", UNITS_THAT_REPORT)
    ]


async def test_a_job_that_runs_twice_opens_nothing_twice(world: World) -> None:
    for _ in range(3):
        await world.time_is(at("2022-12-15 10:00"))
    assert await world.query("SELECT count(*) FROM expected_report") == [(UNITS_THAT_REPORT,)]


async def test_periods_missed_in_an_outage_are_opened_after_it(world: World) -> None:
    await world.time_is(at("2022-12-15 10:00"))
    await world.time_is(at("2022-12-18 12:00"))
    assert await periods(world) == ["2022-12-16", "2022-12-17", "2022-12-18", "2022-12-19"]


async def test_after_its_last_day_a_campaign_opens_nothing(world: World) -> None:
    await world.time_is(at("2023-02-01 12:00"))
    assert (await periods(world))[-1] == "2022-12-30"
    assert len(await periods(world)) == 15


# --- reminders -------------------------------------------------------------------------------------


async def test_only_those_who_owe_are_reminded_at_each_step(world: World) -> None:
    await world.time_is(at("2022-12-16 07:59"))
    assert await chats_at(world, at("2022-12-16 08:00")) == list(CHATS)
    assert heard(world, "Lan")[0].startswith("⏰ Còn 2 giờ")
    await reports_nothing(world, "Lan")
    assert await chats_at(world, at("2022-12-16 09:30")) == ["Minh", "Hoa"]
    assert heard(world, "Minh")[-1].startswith("⏰ Còn 30 phút")
    await reports_nothing(world, "Minh")
    assert await chats_at(world, at("2022-12-16 10:05")) == ["Hoa"]
    assert "10:00" in heard(world, "Hoa")[-1]
    assert await chats_at(world, at("2022-12-16 10:14")) == []


async def test_a_reminder_is_sent_once_though_its_job_runs_often(world: World) -> None:
    assert len(await world.time_is(at("2022-12-16 08:00"))) == 3
    for minute in range(1, 5):
        assert await world.time_is(at(f"2022-12-16 08:0{minute}")) == []


async def test_two_runs_of_the_job_at_once_remind_once(world: World) -> None:
    world.clock.turn_to(at("2022-12-16 08:00"))
    other = Jobs(world.db, world.office, world.clock, lambda: None)
    await asyncio.gather(world.jobs.tick(), other.tick())
    assert [chat for chat, _ in await world.send()] == list(CHATS)


@pytest.mark.parametrize(
    ("back", "said"),
    [
        ("08:59", "⏰ Còn 1 giờ 1 phút"),
        ("09:29", None),
        ("09:31", "⏰ Còn 29 phút"),
        ("10:10", "⏰ Báo cáo ngày 16/12 đã quá hạn"),
        ("12:00", None),
    ],
)
async def test_after_an_outage_one_reminder_comes_if_it_still_has_a_point(
    world: World, back: str, said: str | None
) -> None:
    await world.time_is(at("2022-12-16 07:59"))
    await world.time_is(at(f"2022-12-16 {back}"))
    reminders = [text for text in heard(world, "Lan") if text.startswith("⏰")]
    assert len(reminders) == (1 if said else 0)
    if said:
        assert reminders[0].startswith(said)


async def test_a_reminder_that_waits_is_withdrawn_by_the_report(world: World) -> None:
    world.clock.turn_to(at("2022-12-16 08:00"))
    await world.jobs.tick()
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE outbox SET due_at = '2022-12-16 02:00:00'")
    await reports_nothing(world, "Lan")
    assert await chats_at(world, at("2022-12-16 09:00")) == ["Minh", "Hoa"]


async def test_a_reminder_that_could_not_be_sent_gives_way_to_the_next(world: World) -> None:
    """The network is away from eight to a quarter to ten: nobody gets two reminders then, one of them untrue."""
    world.channel.trouble = [TryLater(105 * 60)] * 3
    assert await world.time_is(at("2022-12-16 08:00")) == []
    assert await world.time_is(at("2022-12-16 09:30")) == []
    await world.time_is(at("2022-12-16 09:45"))
    for chat in CHATS:
        (text,) = heard(world, chat)
        assert text.startswith("⏰ Còn 30 phút")


async def test_nobody_is_reminded_in_a_chat_that_blocked_the_bot(world: World) -> None:
    async with world.unit_of_work() as uow:
        await people.blocked(uow, CHANNEL, "Lan")
    assert await chats_at(world, at("2022-12-16 08:00")) == ["Minh", "Hoa"]


# --- the digest ------------------------------------------------------------------------------------


async def digest_at(world: World, moment: datetime) -> dict[str, list[str]]:
    """The texts of the digests that go out at a moment, by chat."""
    found: dict[str, list[str]] = {}
    for chat, shown in await world.time_is(moment):
        if shown.text.startswith("📊") or shown.reply.photo:
            found.setdefault(chat, []).append(shown.text)
    return found


async def test_the_digest_goes_out_at_its_time_to_leaders_office_and_group(world: World) -> None:
    await world.time_is(at("2022-12-16 09:00"))
    await reports_nothing(world, "Lan")
    assert await digest_at(world, at("2022-12-16 10:14")) == {}
    digests = await digest_at(world, at("2022-12-16 10:15"))
    assert set(digests) == {"Hùng", "Mai", "Tư", "-100"}
    assert all(picture == "" and text.startswith("📊") for picture, text in digests.values())
    assert "1/13 đơn vị" in digests["Hùng"][1]
    assert "1/1 đơn vị" in digests["Tư"][1]
    assert digests["Hùng"] == digests["Mai"]


async def test_the_group_reads_numbers_and_no_names(world: World) -> None:
    await world.time_is(at("2022-12-16 09:00"))
    digests = await digest_at(world, at("2022-12-16 10:15"))
    names = [name for (name,) in await world.query("SELECT short_name FROM unit WHERE parent_id IS NOT NULL")]
    assert [name for name in names if name in digests["Hùng"][1]]
    assert [name for name in names if name in digests["-100"][1]] == []
    assert len(digests["-100"][1]) < len(digests["Hùng"][1])
    group = world.channel.chats["-100"][-1]
    assert group.labels == []


async def test_the_digest_goes_out_once(world: World) -> None:
    assert await digest_at(world, at("2022-12-16 10:15"))
    for minute in (16, 20, 40):
        assert await digest_at(world, at(f"2022-12-16 10:{minute}")) == {}
    assert await world.query("SELECT count(*) FROM snapshot") == [(2,)]


@pytest.mark.parametrize(("back", "chats"), [("2022-12-16 15:00", 4), ("2022-12-17 06:00", 4), ("2022-12-17 07:00", 0)])
async def test_a_digest_missed_by_a_short_outage_is_made_up_for(world: World, back: str, chats: int) -> None:
    await world.time_is(at("2022-12-16 10:00"))
    assert len(await digest_at(world, at(back))) == chats
    steps = await world.query("SELECT step FROM period_step WHERE step LIKE 'digest%'")
    assert steps == [("digest" if chats else "digest/left out",)]


async def test_each_day_has_its_digest(world: World) -> None:
    for day in (16, 17, 18):
        assert "Hùng" in await digest_at(world, at(f"2022-12-{day} 10:15"))
    headings = [text.splitlines()[0] for text in heard(world, "Hùng") if text.startswith("📊")]
    assert [f"{day}/12" in heading for day, heading in zip((16, 17, 18), headings, strict=True)] == [True] * 3


# --- the jobs beside each other --------------------------------------------------------------------


def runs(job: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("danvan_jobs_total", {"job": job, "outcome": outcome}) or 0


async def test_a_job_that_fails_stops_no_other_and_leaves_nothing(world: World) -> None:
    await world.time_is(at("2022-12-16 09:45"))
    async with world.unit_of_work() as uow:
        await poison(uow.conn, "outbox", "NEW.key LIKE 'digest/%/1'")
        uow.mark_seen(CHANNEL, "old")
        await uow.flush()
        await uow.conn.exec_driver_sql("UPDATE seen_update SET at = '2022-11-01 00:00:00' WHERE key = 'old'")
    before = runs("digest", "failed"), runs("remind", "done"), runs("prune", "done")
    assert await chats_at(world, at("2022-12-16 10:15")) == list(CHATS)
    assert (runs("digest", "failed"), runs("remind", "done"), runs("prune", "done")) == tuple(n + 1 for n in before)
    assert await world.query("SELECT count(*) FROM snapshot") == [(0,)]
    assert await world.query("SELECT count(*) FROM seen_update WHERE key = 'old'") == [(0,)]
    async with world.unit_of_work() as uow:
        await cure(uow.conn, "outbox")
    assert set(await digest_at(world, at("2022-12-16 10:16"))) == {"Hùng", "Mai", "Tư", "-100"}


async def test_what_is_old_and_done_is_pruned_but_no_key_of_a_push(world: World) -> None:
    await post(world, "Lan", "trả lời")
    await post(world, "Lan", "nhắc", key="remind/1/1/test:Lan/first")
    await post(world, "Lan", "tin", key="news/1/1")
    await world.says("Lan", "/trogiup", key="old")
    assert await states(world) == ["sent"] * 4
    await world.time_is(at("2022-12-29 08:59"))
    assert await world.query("SELECT key FROM seen_update") == [("old",)]
    await world.time_is(at("2022-12-29 09:14"))
    assert await world.query("SELECT key FROM seen_update") == []
    await world.time_is(at("2023-02-14 09:00"))
    kept = await world.query("SELECT key FROM outbox WHERE created_at < '2022-12-16'")
    assert kept == [("remind/1/1/test:Lan/first",)]


async def test_the_jobs_run_by_themselves(world: World) -> None:
    ran = asyncio.Event()
    clock = SimulatedClock(at("2022-12-15 10:00"), speed=1000)
    jobs = Jobs(world.db, world.office, clock, ran.set)
    jobs.start()
    async with asyncio.timeout(10):
        await ran.wait()
    await jobs.stop()
    assert await periods(world) == ["2022-12-16"]
