"""Digests of weeks, months and the whole, pushed once each; and those that were sent, opened again as they were."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import update

from reporting.campaigns.pack import Pack
from reporting.campaigns.packs import read_pack
from reporting.planning.digest_times import read_digest
from storage import people
from storage.tables import Campaign, GroupChat
from storage.uow import table
from tests.bot.kit import CHANNEL, at, heard, member
from tests.support.world import TAY_NINH, World

ROWS = (
    {"repeat": "weekly", "at": "17:00", "on": "sunday", "to": "leader", "kinds": "tỉnh", "groups": "yes"},
    {"repeat": "monthly", "at": "08:00"},
    {"repeat": "end", "at": "10:30"},
)


@cache
def pack() -> Pack:
    read = read_pack(TAY_NINH)
    (form,) = read.forms
    summaries = tuple(read_digest(row, form.schedule.due) for row in ROWS)
    return replace(read, forms=(replace(form, schedule=replace(form.schedule, summaries=summaries)),))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The day before the campaign: a secretary, the committee, the office, a district's leader and the group are in."""
    async with World(tmp_path, at("2022-12-15 09:00")) as world:
        await world.load(pack())
        await member(world, "Lan", "TN-BC")
        await member(world, "Hùng", "TN", "leader")
        await member(world, "Mai", "TN", "officer")
        await member(world, "Tư", "TN-BC", "leader")
        async with world.unit_of_work() as uow:
            root = await people.unit_by_code(uow, "TN")
            assert root
            await uow.insert(GroupChat, channel=CHANNEL, chat="-100", title="Tin nhanh", unit_id=root["id"])
        yield world
        assert await world.query("select traceback from failed_update") == []


async def reports(world: World, text: str, who: str = "Lan") -> None:
    await world.says(who, text)
    await world.presses(who, "✅ Gửi báo cáo")


async def pushed(world: World, moment: str) -> dict[str, str]:
    """The digests that go out at a moment, by chat; each has its picture before it."""
    found = {}
    sent = [(chat, shown) for chat, shown in await world.time_is(at(moment)) if not shown.text.startswith("⏰")]
    for (chat, picture), (same, text) in zip(sent[::2], sent[1::2], strict=True):
        assert chat == same
        assert picture.reply.photo
        found[chat] = text.text
    return found


async def test_the_week_goes_to_those_who_want_it_once(world: World) -> None:
    for day in (16, 17, 18):
        await world.time_is(at(f"2022-12-{day} 09:00"))
        await reports(world, f"hỗ trợ {day} em thiếu nhi, 40 lượt đoàn viên tham gia")
        await world.time_is(at(f"2022-12-{day} 10:20"))
    week = await pushed(world, "2022-12-18 17:00")
    # The row is for leaders of the province alone; the district's and the office do not get it.
    assert set(week) == {"Hùng", "-100"}
    assert week["Hùng"].startswith("📊 Dân vận đợt 2 năm 2022 – tuần 50 (12/12 – 18/12) (chốt 17:00 ngày 18/12)")
    assert "3/39 lượt báo cáo đã nhận (8 %), 3 đúng hạn" in week["Hùng"]
    assert "Thiếu nhi được hỗ trợ · trong tuần 51 em · cả đợt 51 em" in week["Hùng"]
    assert await pushed(world, "2022-12-18 17:01") == {}
    steps = await world.query("SELECT step FROM period_step WHERE step LIKE 'digest/%'")
    assert steps == [("digest/weekly/2022-W50",)]


async def test_after_an_outage_the_week_is_caught_up_once(world: World) -> None:
    await world.time_is(at("2022-12-16 09:00"))
    await reports(world, "hỗ trợ 16 em thiếu nhi, 40 lượt đoàn viên tham gia")
    assert set(await pushed(world, "2022-12-21 09:00")) == {"Hùng", "-100"}
    assert await pushed(world, "2022-12-21 09:01") == {}
    # Two weeks away: of the two that were missed the newest is made.
    await world.time_is(at("2022-12-21 09:30"))
    late = await pushed(world, "2023-01-04 09:00")
    headings = [text.splitlines()[0] for text in heard(world, "Hùng") if text.startswith("📊")]
    assert [h.split(" – ", 1)[1].split(" (")[0] for h in headings] == ["tuần 50", "tuần 52", "tháng 12/2022", "cả đợt"]
    assert set(late) == {"Hùng", "Tư", "-100"}


async def test_a_campaign_that_is_paused_or_closed_tells_nothing(world: World) -> None:
    await world.time_is(at("2022-12-16 09:00"))
    for state in ("paused", "closed"):
        async with world.unit_of_work() as uow:
            await uow.run(update(table(Campaign)).values(state=state))
        assert await pushed(world, "2022-12-16 10:15") == {}
    assert await pushed(world, "2022-12-18 17:00") == {}
    assert await world.query("SELECT count(*) FROM snapshot") == [(0,)]


# --- kept ------------------------------------------------------------------------------------------


async def test_a_sent_digest_is_opened_as_it_was_though_a_report_came_late(world: World) -> None:
    await world.time_is(at("2022-12-16 10:15"))
    (then,) = (text for text in heard(world, "Hùng") if text.startswith("📊"))
    await world.time_is(at("2022-12-16 11:00"))
    await reports(world, "hỗ trợ 25 em thiếu nhi, 40 lượt đoàn viên tham gia")
    await world.says("Hùng", "/tonghop")
    assert "1/13 đơn vị" in heard(world, "Hùng")[-1]
    await world.presses("Hùng", "Bản đã gửi")
    await world.presses("Hùng", "16/12 (10:15)")
    told, kept = heard(world, "Hùng")[-1].split("\n", 1)
    assert told.startswith("🗂 Bản đã gửi lúc 10:15 hôm nay, giữ nguyên")
    assert kept == then
    picture = world.channel.chats["Hùng"][-2].reply.photo
    assert picture == world.channel.chats["Hùng"][0].reply.photo
    await world.presses("Hùng", "Số liệu lúc này")
    assert "1/13 đơn vị" in heard(world, "Hùng")[-1]


async def test_only_one_s_own_unit_s_are_listed_and_opened(world: World) -> None:
    await world.time_is(at("2022-12-16 10:15"))
    by_unit = {key: number for number, key in await world.query("SELECT id, key FROM snapshot")}
    of_province, of_district = (by_unit[key] for key in sorted(by_unit, key=lambda key: int(key.rsplit("/", 1)[1])))
    form = (await world.query("SELECT id FROM form"))[0][0]
    await world.happens("Tư", action=f"dig/{form}/sent/0")
    assert [c.action for row in world.channel.chats["Tư"][-1].reply.choices for c in row] == [
        f"dig/{form}/kept/{of_district}"
    ]
    await world.happens("Tư", action=f"dig/{form}/kept/{of_province}")
    assert heard(world, "Tư")[-1].startswith("Bản tổng hợp này không phải của đơn vị đồng chí")
    # What somebody asked for is not what was sent.
    await world.says("Tư", "/tonghop")
    asked = (await world.query("SELECT max(id) FROM snapshot"))[0][0]
    await world.happens("Tư", action=f"dig/{form}/kept/{asked}")
    assert heard(world, "Tư")[-1].startswith("Bản tổng hợp này không phải của đơn vị đồng chí")


async def test_before_anything_was_sent_the_list_says_so(world: World) -> None:
    await world.time_is(at("2022-12-16 09:00"))
    await world.says("Hùng", "/tonghop")
    await world.presses("Hùng", "Bản đã gửi")
    assert heard(world, "Hùng")[-1].startswith("Em chưa gửi bản tổng hợp nào cho Tỉnh đoàn Tây Ninh")


# --- views -----------------------------------------------------------------------------------------


async def test_week_and_month_are_a_tap_away_and_go_back(world: World) -> None:
    for day in (16, 17, 18, 19):
        await world.time_is(at(f"2022-12-{day} 09:00"))
        await reports(world, f"hỗ trợ {day} em thiếu nhi, 40 lượt đoàn viên tham gia")
    await world.says("Hùng", "/tonghop")
    await world.presses("Hùng", "Tuần này")
    assert "Thiếu nhi được hỗ trợ · trong tuần 19 em · cả đợt 70 em" in heard(world, "Hùng")[-1]
    # Half past nine on Monday: nothing is due yet, so the week is not compared.
    assert "▼" not in heard(world, "Hùng")[-1]
    await world.presses("Hùng", "◀ T50")
    assert "Thiếu nhi được hỗ trợ · trong tuần 51 em · cả đợt 51 em" in heard(world, "Hùng")[-1]
    await world.presses("Hùng", "T51 ▶")
    await world.presses("Hùng", "Tháng này")
    assert "tháng 12/2022" in heard(world, "Hùng")[-1]
    assert "Thiếu nhi được hỗ trợ · trong tháng 70 em · cả đợt 70 em" in heard(world, "Hùng")[-1]


async def test_the_buttons_fit_a_phone(world: World) -> None:
    await world.time_is(at("2022-12-17 10:15"))
    for shown in (s for s in world.channel.chats["Hùng"] if s.reply.choices):
        rows = shown.reply.choices
        assert len(rows) <= 7
        assert all(len(row) <= 2 for row in rows)
        assert all(len(choice.label) <= 16 for row in rows for choice in row if len(row) == 2)


async def test_the_week_of_nothing_and_made_up_names_do_no_harm(world: World) -> None:
    form = (await world.query("SELECT id FROM form"))[0][0]
    await world.time_is(at("2022-12-16 09:00"))
    for view in ("2022-W10", "2022-99", "0000-W99", "x", "full/2022-W10", "full/nothing", "kept/999", "sent/999999"):
        await world.happens("Hùng", action=f"dig/{form}/{view}")
    assert await world.query("select traceback from failed_update") == []
