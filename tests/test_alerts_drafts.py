"""Urgent matters before they go: what was typed is kept, what was left is shown again, of two one is asked about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.story import world_after
from tests.support.world import World
from tests.test_alerts import SEND, START, _people, _raise, _text


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_people, tmp_path, START) as world:
        yield world


async def _texts(world: World) -> list[str]:
    return [text for (text,) in await world.query("SELECT text FROM alert ORDER BY id")]


# --- what was typed --------------------------------------------------------------------------------


async def test_the_command_once_more_keeps_what_was_typed(world: World) -> None:
    await world.says("Lan", "/khan")
    await world.sends_photo("Lan")
    heard = await world.says("Lan", "/khan Cháy chợ")
    assert "Ảnh: 1" in _text(heard, "Lan")
    heard = await world.says("Lan", "/khan")
    assert "Cháy chợ" in _text(heard, "Lan")
    await world.says("Lan", "/khan 5 người kẹt bên trong")
    await world.says("Lan", "/khan Cháy chợ\n5 người kẹt bên trong")
    await world.presses("Lan", SEND)
    assert await _texts(world) == ["Cháy chợ\n5 người kẹt bên trong"]


async def test_a_leader_with_a_draft_sees_it_below_what_waits(world: World) -> None:
    await _raise(world)
    await world.says("Hùng", "/khan Sạt lở")
    heard = await world.says("Hùng", "/khan")
    assert "1 tin khẩn chưa ai nhận" in heard[0][1].text
    assert "Sạt lở" in heard[1][1].text
    await world.says("Hùng", "ở ấp Bến")
    await world.presses("Hùng", SEND)
    assert await _texts(world) == ["Cháy kho lúa", "Sạt lở\nở ấp Bến"]


async def test_a_matter_of_hours_ago_is_not_mixed_with_a_new_one(world: World) -> None:
    await world.says("Lan", "/khan Cháy chợ")
    await world.time_is(START + timedelta(minutes=10))
    assert "Cháy chợ" in _text(await world.says("Lan", "/khan"), "Lan")
    await world.time_is(START + timedelta(minutes=20))
    assert "Cháy chợ" not in _text(await world.says("Lan", "/khan Nước ngập"), "Lan")
    await world.time_is(START + timedelta(hours=2))
    assert "Việc gì, ở đâu" in _text(await world.says("Lan", "/khan"), "Lan")


# --- what was left ---------------------------------------------------------------------------------


async def test_the_words_of_a_button_send_what_was_just_shown_and_not_what_was_left(world: World) -> None:
    await world.says("Lan", "/khan Cháy chợ")
    await world.says("Lan", "/xeploai")
    await world.time_is(START + timedelta(minutes=6))
    heard = await world.says("Lan", "gửi ngay")
    assert "Cháy chợ" in _text(heard, "Lan")
    assert "Em chưa gửi" in _text(heard, "Lan")
    assert await _texts(world) == []
    assert "Sơn" in {chat for chat, _ in await world.says("Lan", "gửi ngay")}


async def test_a_button_that_is_pressed_sends_within_the_hour(world: World) -> None:
    await world.says("Lan", "/khan Cháy chợ")
    await world.time_is(START + timedelta(minutes=6))
    assert "Sơn" in {chat for chat, _ in await world.presses("Lan", SEND)}


async def test_a_button_of_a_draft_that_was_left_does_not_say_that_it_was_sent(world: World) -> None:
    old = (await world.says("Lan", "/khan Cháy chợ"))[-1][1].action(SEND)
    await world.says("Lan", "/huy")
    await world.time_is(START + timedelta(minutes=1))
    await _raise(world, text="Nước ngập")
    assert "Không có tin khẩn nào" in _text(await world.happens("Lan", action=old), "Lan")


async def test_an_older_button_of_a_draft_shows_the_one_that_waits(world: World) -> None:
    old = (await world.says("Lan", "/khan Cháy chợ"))[-1][1].action(SEND)
    await world.time_is(START + timedelta(hours=2))
    await world.happens("Lan", action=old)
    assert "Em chưa gửi" in _text(await world.happens("Lan", action=old), "Lan")
    assert await _texts(world) == []


# --- a brake ---------------------------------------------------------------------------------------


async def test_two_within_a_minute_are_asked_about_once(world: World) -> None:
    await _raise(world)
    await world.time_is(START + timedelta(seconds=50))
    heard = await _raise(world, text="Nước ngập")
    assert [chat for chat, _ in heard] == ["Lan"]
    assert "vừa gửi một tin khẩn lúc 22:40. Gửi thêm tin nữa?" in _text(heard, "Lan")
    assert await _texts(world) == ["Cháy kho lúa"]
    assert "Sơn" in {chat for chat, _ in await world.presses("Lan", SEND)}
    assert "em đã gửi lúc 22:40" in _text(await world.presses("Lan", SEND), "Lan")
    assert await _texts(world) == ["Cháy kho lúa", "Nước ngập"]


async def test_a_minute_later_nothing_is_asked(world: World) -> None:
    await _raise(world)
    await world.time_is(START + timedelta(minutes=1))
    assert "Sơn" in {chat for chat, _ in await _raise(world, text="Nước ngập")}


# --- what is promised ------------------------------------------------------------------------------


async def test_who_has_nobody_above_is_told_of_another_word_only(world: World) -> None:
    assert "em báo lên cấp trên" in _text(await _raise(world), "Lan")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE account SET blocked_at = created_at WHERE address = 'An'")
    await world.time_is(START + timedelta(minutes=2))
    heard = await _raise(world, text="Nước ngập")
    assert "em nhắc lại" in _text(heard, "Lan")
    assert "cấp trên" not in _text(heard, "Lan")


async def test_where_all_near_have_it_that_is_said(world: World) -> None:
    await _raise(world)
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(
            "INSERT INTO alert_told (alert_id, person_id, member_id, told_at)"
            " SELECT 1, person_id, member_id, created_at FROM account WHERE address IN ('An', 'Mai', 'Tú')"
        )
    assert "đều đã có tin này" in _text(await world.presses("Hùng", "↪ Chuyển tiếp"), "Hùng")
