"""The ladder: who is reminded when, what a report ends, what an outage leaves of it, and “Nhắc ngay”."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.base import TryLater
from handlers.events import Priority
from storage import people
from storage.tables import GroupChat
from tests.bot.kit import CHANNEL, at, heard, member
from tests.support.story import world_after
from tests.support.world import World

PACK = Path(__file__).parents[1] / "conversations" / "packs" / "ladder"
MEMBERS = [
    ("Lan", "LT", "reporter"), ("Hoa", "LT", "reporter"), ("Minh", "TT", "reporter"), ("Bảy", "HT", "reporter"),
    ("Bảy", "GD", "reporter"), ("An", "LT", "leader"), ("Tư", "BC", "leader"), ("Sáu", "BC", "officer"),
    ("Hùng", "TN", "leader"), ("Mai", "TN", "officer"),
]  # fmt: skip
STEPS = ("first", "second", "leader", "above")
OPINION = "Bà con lo thiếu nước"


async def _joined(world: World) -> None:
    """Communes are due at nine, districts at ten; nobody leads Gò Dầu, nobody reports for Long Chữ or Phước Đông."""
    await world.load(PACK)
    for chat, unit, role in MEMBERS:
        await member(world, chat, unit, role)
    async with world.unit_of_work() as uow:
        root = await people.unit_by_code(uow, "TN")
        assert root
        await uow.insert(GroupChat, channel=CHANNEL, chat="-100", title="Tin nhanh", unit_id=root["id"])


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_joined, tmp_path, at("2022-12-15 10:00")) as world:
        await world.time_is(at("2022-12-16 07:00"))
        yield world


async def said(world: World, moment: str) -> dict[str, list[str]]:
    """What is said at a moment, by chat."""
    found: dict[str, list[str]] = {}
    for chat, shown in await world.time_is(at(moment)):
        found.setdefault(chat, []).append(shown.text)
    return found


async def owed(world: World, unit: str, period: str = "2022-12-16") -> int:
    """The register row of a unit."""
    ((found,),) = await world.query(
        "SELECT e.id FROM expected_report e JOIN unit u ON u.id = e.unit_id JOIN period p ON p.id = e.period_id"
        f" WHERE u.code = '{unit}' AND p.name = '{period}'"
    )
    return int(found)


async def reports_nothing(world: World, chat: str, unit: str) -> None:
    await world.happens(chat, action=f"nothing/{await owed(world, unit)}")


async def set_state(world: World, state: str) -> None:
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(f"UPDATE campaign SET state = '{state}'")


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


# --- “Nhắc ngay” -----------------------------------------------------------------------------------


async def nudge(world: World, chat: str, unit: str) -> dict[str, str]:
    """What is said after the button, by chat; the last to each."""
    ((unit_id,),) = await world.query(f"SELECT id FROM unit WHERE code = '{unit}'")
    return {chat: shown.text for chat, shown in await world.happens(chat, action=f"nudge/1/{unit_id}")}


async def test_an_officer_reminds_the_own_branch_and_no_other(world: World) -> None:
    assert set(await nudge(world, "Sáu", "GD")) == {"Sáu"}
    told = await nudge(world, "Sáu", "BC")
    assert set(told) == {"Sáu", "Lan", "Hoa", "Minh"}
    assert "2 đơn vị" in told["Sáu"]
    assert "(3 người): Long Thuận, Tiên Thuận." in told["Sáu"]
    assert "Em không nhắn được cho ai ở: Long Chữ, Bến Cầu." in told["Sáu"]


async def test_a_branch_is_reminded_once_an_hour(world: World) -> None:
    await nudge(world, "Tư", "BC")
    await world.time_is(at("2022-12-16 07:59"))
    # Another of the same branch, another branch within it, and all of the province: each only what was not.
    assert "từ 08:00" in (await nudge(world, "Sáu", "BC"))["Sáu"]
    assert set(await nudge(world, "An", "LT")) == {"An"}
    told = await nudge(world, "Hùng", "TN")
    assert set(told) == {"Hùng", "Bảy"}
    assert "2 đơn vị vừa được lãnh đạo của mình nhắc" in told["Hùng"]
    await world.time_is(at("2022-12-16 08:59"))
    assert "Lan" in await nudge(world, "Tư", "BC")


async def test_nobody_is_reminded_in_quiet_hours(world: World) -> None:
    await world.time_is(at("2022-12-16 22:00"))
    assert "đến 06:00 em sẽ nhắc" in (await nudge(world, "Tư", "BC"))["Tư"]
    await world.time_is(at("2022-12-16 23:30"))
    assert "lúc 06:00 ngày mai" in (await nudge(world, "Tư", "BC"))["Tư"]
    await reports_nothing(world, "Minh", "TT")
    assert set(await said(world, "2022-12-17 05:59")) == set()
    # The bot had been away all day: the province hears of its districts, due at ten; nine o'clock's lists are too old.
    assert set(await said(world, "2022-12-17 06:00")) == {"Lan", "Hoa", "Mai", "Hùng"}


async def test_nothing_to_remind_of(world: World) -> None:
    await reports_nothing(world, "Lan", "LT")
    assert "không còn đơn vị nào" in (await nudge(world, "An", "LT"))["An"]
    await set_state(world, "closed")
    assert "không thu báo cáo" in (await nudge(world, "Tư", "BC"))["Tư"]
    assert set(await nudge(world, "Lan", "LT")) == {"Lan"}
    for action in ("nudge/99/1", "nudge/1/99", "nudge/1", "nudge/x/y"):
        assert [chat for chat, _ in await world.happens("Hùng", action=action)] == ["Hùng"]
    assert await world.query("SELECT traceback FROM failed_update") == []


# --- what leaders must know at once ----------------------------------------------------------------


async def reports(world: World, chat: str, unit: str, *answers: str) -> set[str]:
    """Somebody answers all questions; returns to whom anything was said on sending."""
    await world.happens(chat, action=f"start/{await owed(world, unit)}")
    for answer in answers:
        await world.says(chat, answer)
    return {chat for chat, _ in await world.presses(chat, "✅ Gửi báo cáo")}


async def test_leaders_know_at_once_also_at_night(world: World) -> None:
    await world.time_is(at("2022-12-16 23:40"))
    assert await reports(world, "Lan", "LT", "80", f"{OPINION} <b>&") == {"Lan", "An", "Tư", "Hùng"}
    for chat in ("An", "Tư", "Hùng"):
        shown = world.channel.chats[chat][-1]
        assert f"{OPINION} <b>&" in shown.text
        assert "TC-000001" in shown.text
        assert "Long Thuận" in shown.text
        assert OPINION in (await world.presses(chat, "Xem báo cáo"))[0][1].text
    assert all(OPINION not in text for chat in ("Sáu", "Mai", "-100", "Hoa") for text in heard(world, chat))


async def test_it_overtakes_what_else_waits(world: World) -> None:
    await reports(world, "Lan", "LT", "80", OPINION)
    found = await world.query("SELECT DISTINCT priority FROM outbox WHERE key LIKE 'urgent/%'")
    assert found == [(Priority.URGENT,)]
    assert Priority.REPLY < Priority.URGENT < Priority.DUTY


async def test_a_report_that_says_nothing_there_is_no_news(world: World) -> None:
    assert await reports(world, "Lan", "LT", "80", "Bỏ qua") == {"Lan"}
    await reports_nothing(world, "Minh", "TT")
    assert await world.query("SELECT * FROM outbox WHERE key LIKE 'urgent/%'") == []


async def test_a_correction_is_news_where_it_says_something_new(world: World) -> None:
    await reports(world, "Lan", "LT", "80", "Bỏ qua")

    async def corrects(line: str, answer: str) -> set[str]:
        await world.presses("Lan", "✏️ Sửa báo cáo này")
        await world.presses("Lan", line)
        await world.says("Lan", answer)
        return {chat for chat, _ in await world.presses("Lan", "✅ Gửi báo cáo")}

    assert await corrects("✏️ Cần báo ngay", OPINION) == {"Lan", "An", "Tư", "Hùng"}
    assert await corrects("✏️ Cây trồng mới", "90") == {"Lan"}
    assert await corrects("✏️ Cần báo ngay", f"{OPINION}, 200 hộ") == {"Lan", "An", "Tư", "Hùng"}
    assert await corrects("✏️ Cần báo ngay", "Bỏ qua") == {"Lan"}


async def test_an_answer_to_a_line_asked_back_is_news_too(world: World) -> None:
    await reports(world, "Lan", "LT", "80", OPINION)
    await world.presses("Tư", "Xem báo cáo")
    await world.presses("Tư", "🔁 Hỏi lại một mục")
    await world.presses("Tư", f"Cần báo ngay: {OPINION}")
    await world.says("Tư", "Bao nhiêu hộ?")
    await world.presses("Lan", "✏️ Sửa mục này")
    told = {chat for chat, _ in await world.says("Lan", f"{OPINION}, 200 hộ")}
    told |= {chat for chat, _ in await world.send()}
    assert {"An", "Tư", "Hùng"} <= told


async def test_who_leads_and_reports_is_not_told_what_they_wrote(world: World) -> None:
    await member(world, "An", "LT")
    assert await reports(world, "An", "LT", "80", OPINION) == {"An", "Tư", "Hùng"}
    assert [text for text in heard(world, "An") if text.startswith("❗")] == []
