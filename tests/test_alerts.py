"""Urgent matters: who is told and who is not, limits, buttons pressed twice or by others, what stays of the author."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.base import Blocked, TryLater
from handlers.events import Document, Priority
from storage import erasing
from tests.support.story import world_after
from tests.support.world import ZONE, Shown, World

PACK = Path(__file__).parent / "conversations" / "packs" / "ladder"
START = datetime(2022, 12, 16, 22, 40, tzinfo=ZONE)
SEND = "🚨 Gửi ngay"


async def _people(world: World) -> None:
    """Lan reports for the commune Long Thuận; leaders: Sơn there, Hùng of the district, An of the province; Mai is an
    officer of the district, Tú leads another commune of it, Yến another district."""
    await world.load(PACK)
    for name, code, unit, role in (
        ("Lan", "K7QM-2XPD", "LT", "reporter"), ("Sơn", "W4RM-CDE7", "LT", "leader"),
        ("Hùng", "HEAD-BC23", "BC", "leader"), ("An", "HEAD-ER23", "TN", "leader"),
        ("Mai", "2FFC-BC23", "BC", "officer"), ("Tú", "HEAD-TT23", "TT", "leader"),
        ("Yến", "HEAD-GD23", "GD", "leader"),
    ):  # fmt: skip
        await world.joins(name, code, unit, role)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_people, tmp_path, START) as world:
        yield world


async def _raise(world: World, who: str = "Lan", text: str = "Cháy kho lúa") -> list[tuple[str, Shown]]:
    await world.says(who, f"/khan {text}")
    return await world.presses(who, SEND)


def _text(heard: list[tuple[str, Shown]], chat: str) -> str:
    return "\n".join(shown.text for to, shown in heard if to == chat)


# --- who is told -----------------------------------------------------------------------------------


async def test_it_is_urgent_at_night_too(world: World) -> None:
    heard = await _raise(world)
    assert {chat for chat, _ in heard} == {"Lan", "Sơn", "Hùng"}
    rows = await world.query("SELECT key, priority, due_at = created_at FROM outbox WHERE key LIKE 'alert/%'")
    assert len(rows) == 2
    assert all((priority, at_once) == (Priority.URGENT, 1) for _, priority, at_once in rows)


async def test_where_the_near_ones_have_no_leader_the_next_above_is_told(world: World) -> None:
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE account SET blocked_at = created_at WHERE address IN ('Sơn', 'Hùng')")
    assert {chat for chat, _ in await _raise(world)} == {"Lan", "An"}


async def test_a_leader_does_not_tell_herself(world: World) -> None:
    assert {chat for chat, _ in await _raise(world, "Sơn")} == {"Sơn", "Hùng"}


async def test_at_the_top_there_is_nobody_and_what_was_typed_is_kept(world: World) -> None:
    heard = await world.says("An", "/khan Bão vào")
    assert "Em chưa gửi được" in _text(heard, "An")
    assert "113, 114, 115" in _text(heard, "An")
    assert heard[-1][1].labels == ["Không gửi"]
    assert await world.query("SELECT count(*) FROM alert") == [(0,)]


async def test_of_several_units_one_is_chosen(world: World) -> None:
    await world.joins("Lan", "M3NH-4GDA", "HT", "reporter")
    heard = await world.says("Lan", "/khan Sạt lở")
    assert "Huyện đoàn Gò Dầu (1)" in _text(heard, "Lan")
    heard = await world.presses("Lan", "Việc ở Long Thuận")
    assert "Đoàn xã Long Thuận (1), Huyện đoàn Bến Cầu (1)" in _text(heard, "Lan")
    assert {chat for chat, _ in await world.presses("Lan", SEND)} == {"Lan", "Sơn", "Hùng"}


async def test_when_every_message_is_refused_it_climbs_at_once(world: World) -> None:
    await world.says("Lan", "/khan Cháy kho lúa")
    # The first to go out is the answer to Lan.
    world.channel.trouble += [TryLater(0), Blocked("blocked"), Blocked("blocked")]
    await world.presses("Lan", SEND)
    assert {chat for chat, _ in await world.time_is(START + timedelta(seconds=15))} == {"An", "Lan"}
    assert await world.time_is(START + timedelta(seconds=30)) == []


async def test_when_nobody_is_left_to_climb_to_the_author_hears_it(world: World) -> None:
    await world.says("Sơn", "/khan Cháy kho lúa")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE account SET blocked_at = created_at WHERE address = 'An'")
    world.channel.trouble += [TryLater(0), Blocked("blocked")]
    await world.presses("Sơn", SEND)
    heard = await world.time_is(START + timedelta(seconds=15))
    assert [chat for chat, _ in heard] == ["Sơn"]
    assert "chưa đến được ai" in _text(heard, "Sơn")
    assert await world.time_is(START + timedelta(hours=1)) == []


# --- how it is made --------------------------------------------------------------------------------


async def test_what_is_too_long_is_not_taken_and_the_rest_is_kept(world: World) -> None:
    await world.says("Lan", "/khan Cháy kho lúa")
    heard = await world.says("Lan", "a" * 3000)
    assert "nhiều nhất là 3.000" in _text(heard, "Lan")
    await world.presses("Lan", SEND)
    assert await world.query("SELECT text FROM alert") == [("Cháy kho lúa",)]


async def test_ten_pictures_go_with_it(world: World) -> None:
    await world.says("Lan", "/khan Cháy kho lúa")
    for n in range(10):
        await world.sends_photo("Lan", f"p/{n}")
    await world.sends_photo("Lan", "p/9")
    assert "nhiều nhất 10 ảnh" in _text(await world.sends_photo("Lan", "p/10"), "Lan")
    assert "chưa nhận được ảnh" in _text(await world.sends_photo("Lan", None), "Lan")
    assert "Tin khẩn chỉ kèm được" in _text(
        await world.happens("Lan", document=Document("f/1", "a.pdf", "file")), "Lan"
    )
    heard = await world.presses("Lan", SEND)
    (letter,) = [shown.reply for chat, shown in heard if chat == "Sơn"]
    assert [photo.media_id for photo in letter.photos] == [f"p/{n}" for n in range(10)]


async def test_five_in_an_hour(world: World) -> None:
    for n in range(5):
        await _raise(world, text=f"Việc {n}")
        await world.time_is(world.clock.now() + timedelta(minutes=1))
    heard = await world.says("Lan", "/khan Việc nữa")
    assert "từ 23:40 em gửi tiếp được" in _text(heard, "Lan")
    await world.time_is(START + timedelta(hours=1))
    assert "Sơn" in {chat for chat, _ in await _raise(world)}


async def test_pressed_twice_it_goes_once(world: World) -> None:
    await world.says("Lan", "/khan Cháy kho lúa")
    send = world.channel.chats["Lan"][-1].action(SEND)
    await world.all_at_once(["Lan", "Lan"], action=send)
    assert await world.query("SELECT count(*) FROM alert") == [(1,)]
    assert len(world.channel.chats["Sơn"][2:]) == 1


async def test_an_old_button_shows_it_once_more(world: World) -> None:
    await world.says("Lan", "/khan Cháy kho lúa")
    await world.time_is(START + timedelta(hours=2))
    heard = await world.presses("Lan", SEND)
    assert "Em chưa gửi" in _text(heard, "Lan")
    assert await world.query("SELECT count(*) FROM alert") == [(0,)]
    assert {chat for chat, _ in await world.presses("Lan", SEND)} == {"Lan", "Sơn", "Hùng"}


async def test_a_report_under_way_goes_on_afterwards(world: World) -> None:
    await world.says("Lan", "/baocao")
    await world.presses("Lan", "📝 Báo cáo ngay")
    heard = await _raise(world)
    assert "Làm tiếp báo cáo" in [label for chat, shown in heard if chat == "Lan" for label in shown.labels]


@pytest.mark.parametrize("typed", ["/khan Cháy kho lúa", "/khan"])
async def test_never_in_a_group(world: World, typed: str) -> None:
    await world.says("-Nhóm", typed, sender="Lan")
    assert await world.query("SELECT count(*) FROM alert") == [(0,)]
    ((state,),) = await world.query(
        "SELECT count(*) FROM conversation WHERE chat = '-Nhóm' AND CAST(state AS text) LIKE '%alert%'"
    )
    assert state == 0


# --- who has it ------------------------------------------------------------------------------------


async def test_who_was_not_told_and_leads_no_unit_above_sees_nothing(world: World) -> None:
    await _raise(world)
    for who in ("Tú", "Yến", "Mai", "Lan"):
        for action in ("al/see/1", "al/take/1", "al/pass/1", "al/to/1/2", "al/oops/2/sure"):
            heard = await world.happens(who, action=action)
            assert "Cháy kho lúa" not in _text(heard, who), (who, action)
            assert [chat for chat, _ in heard] == [who]
    assert await world.query("SELECT taken_at FROM alert") == [(None,)]
    assert len(await world.query("SELECT person_id FROM alert_told")) == 2


async def test_a_leader_above_takes_what_the_list_shows(world: World) -> None:
    await _raise(world)
    await world.says("An", "/khan")
    await world.presses("An", "22:40 Long Thuận: Cháy kho lúa")
    heard = await world.presses("An", "✅ Đã nhận")
    assert {chat for chat, _ in heard} == {"Lan", "Sơn", "Hùng", "An"}
    assert await world.time_is(START + timedelta(minutes=20)) == []
    heard = await world.happens("Hùng", action="al/see/1")
    assert "An (Tỉnh đoàn Tây Ninh) đã nhận tin này lúc 22:40" in _text(heard, "Hùng")


async def test_it_is_passed_on_to_the_one_who_was_chosen_only(world: World) -> None:
    await _raise(world)
    heard = await world.presses("Hùng", "↪ Chuyển tiếp")
    assert heard[-1][1].labels == ["An · Tây Ninh", "Mai · Bến Cầu", "Tú · Tiên Thuận"]
    heard = await world.presses("Hùng", "Tú · Tiên Thuận")
    assert {chat for chat, _ in heard} == {"Hùng", "Tú", "Lan"}
    assert await world.query("SELECT count(*) FROM alert_told WHERE by_id IS NOT NULL") == [(1,)]
    again = await world.presses("Hùng", "Tú · Tiên Thuận")
    assert [chat for chat, _ in again] == ["Hùng"]
    (yen,) = await world.query("SELECT member_id FROM account WHERE address = 'Yến'")
    assert [chat for chat, _ in await world.happens("Hùng", action=f"al/to/1/{yen[0]}")] == ["Hùng"]
    await world.presses("Tú", "✅ Đã nhận")
    assert await world.query("SELECT taken_by IS NOT NULL FROM alert") == [(1,)]


async def test_a_mistake_climbs_no_more_and_stays_on_record(world: World) -> None:
    await _raise(world)
    await world.presses("Lan", "Báo nhầm")
    heard = await world.presses("Lan", "Đúng, báo nhầm")
    assert {chat for chat, _ in heard} == {"Lan", "Sơn", "Hùng"}
    assert [chat for chat, _ in await world.presses("Lan", "Đúng, báo nhầm")] == ["Lan"]
    assert "báo đây là tin nhầm" in _text(await world.presses("Sơn", "✅ Đã nhận"), "Sơn")
    assert "báo đây là tin nhầm" in _text(await world.happens("An", action="al/see/1"), "An")
    assert await world.time_is(START + timedelta(hours=1)) == []
    assert await world.query("SELECT text, climbs_at FROM alert") == [("Cháy kho lúa", None)]
    assert await world.query("SELECT count(*) FROM audit WHERE action = 'alert.recall'") == [(1,)]


@pytest.mark.parametrize(
    "action", ["al", "al/x", "al/take", "al/take/x", "al/to/1", "al/send/99999999999999", "al/x/1"]
)
async def test_made_up_buttons_are_answered(world: World, action: str) -> None:
    assert [chat for chat, _ in await world.happens("Lan", action=action)] == ["Lan"]
    assert await world.query("SELECT count(*) FROM failed_update") == [(0,)]


# --- what is kept ----------------------------------------------------------------------------------


async def test_the_audit_tells_who_and_not_what(world: World) -> None:
    await _raise(world)
    await world.presses("Hùng", "✅ Đã nhận")
    rows = await world.query("SELECT action, subject, after FROM audit WHERE action LIKE 'alert.%'")
    assert [(action, subject) for action, subject, _ in rows] == [("alert.raise", "alert:1"), ("alert.take", "alert:1")]
    assert "Cháy" not in str(rows)


async def test_a_chat_that_was_cut_off_hears_nothing(world: World) -> None:
    await _raise(world)
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE account SET cut_at = created_at WHERE address = 'Lan'")
    assert {chat for chat, _ in await world.presses("Hùng", "✅ Đã nhận")} == {"Hùng", "Sơn"}


async def test_of_an_author_who_was_erased_the_matter_stays(world: World) -> None:
    await _raise(world)
    ((author,),) = await world.query("SELECT person_id FROM member JOIN alert ON alert.member_id = member.id")
    async with world.unit_of_work() as uow:
        await erasing.erase(uow, author)
    heard = await world.presses("Hùng", "✅ Đã nhận")
    assert {chat for chat, _ in heard} == {"Hùng", "Sơn"}
    assert await world.query("SELECT text, chat FROM alert") == [("Cháy kho lúa", "")]
