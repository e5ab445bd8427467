"""News that a second person must agree to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from storage import people
from storage.tables import Account, Member, Person
from storage.uow import table
from tests.support.drafting import START, TEXT, alone, kept, said, state, there
from tests.support.story import world_after
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(alone, tmp_path, START) as world:
        yield world


_with_a_second = there("news")


@pytest.fixture
async def asking(tmp_path: Path) -> AsyncIterator[World]:
    """The campaign wants a second person's yes, and Bình has asked for it."""
    async with world_after(_with_a_second, tmp_path, START) as world:
        await world.happens("Bình", action="tin/camp/1/1")
        await world.happens("Bình", action="tin/send/1")
        await world.presses("Bình", "Xin ý kiến")
        yield world


async def test_who_is_asked(asking: World) -> None:
    """Those of the unit and above who lead or are of the office: not the author, nobody below."""
    assert await state(asking) == "asking"
    heard = {who for who in ("Bình", "Hùng", "Mai", "Lan", "Tú")
             if any("Đồng ý gửi" in shown.labels for shown in asking.channel.chats[who])}  # fmt: skip
    assert heard == {"Hùng", "Mai"}


async def test_nobody_agrees_to_their_own_and_nobody_from_below(asking: World) -> None:
    for who in ("Bình", "Tú", "Lan"):
        await asking.happens(who, action="tin/yes/1/1")
        await asking.happens(who, action="tin/no/1/1")
        await asking.says(who, "vì thế")
    assert await state(asking) == "asking"
    assert "phải để một đồng chí khác" in await said(asking, "Bình", "tin/yes/1/1")


async def test_the_first_answer_counts(asking: World) -> None:
    await asking.presses("Mai", "Đồng ý gửi")
    assert await asking.query("SELECT state, approved_by FROM broadcast") == [("waiting", 3)]
    await asking.presses("Hùng", "Không gửi")
    assert "không còn chờ ý kiến" in asking.channel.chats["Hùng"][-1].text
    assert await state(asking) == "waiting"


async def test_a_yes_is_to_what_was_seen(asking: World) -> None:
    await asking.happens("Bình", action="tin/back/1")
    await asking.presses("Hùng", "Đồng ý gửi")
    assert await state(asking) == "draft"
    await asking.happens("Bình", action="tin/text/1")
    await asking.says("Bình", "Nội dung khác")
    await asking.happens("Bình", action="tin/sure/1/4/0")
    assert await state(asking) == "asking"
    heard = await asking.happens("Hùng", action="tin/yes/1/1")
    assert [shown.text for _, shown in heard][2] == "Nội dung khác"
    assert await state(asking) == "asking"
    await asking.happens("Hùng", action="tin/yes/1/2")
    assert await state(asking) == "waiting"


async def test_a_no_needs_a_reason_and_keeps_the_draft(asking: World) -> None:
    await asking.presses("Hùng", "Không gửi")
    await asking.says("Hùng", "ừ")
    assert await state(asking) == "asking"
    await asking.says("Hùng", "Chưa đúng lúc")
    assert await state(asking) == "refused"
    assert await kept(asking) == {"text": TEXT, "html": TEXT}
    assert "Chưa đúng lúc" in await said(asking, "Bình", "tin/show/1")
    codes = await asking.query("SELECT action, reason FROM audit WHERE action LIKE 'broadcast.%' ORDER BY id")
    assert codes == [("broadcast.ask", ""), ("broadcast.refuse", "Chưa đúng lúc")]


async def test_a_late_yes_sends_at_once(tmp_path: Path) -> None:
    async with world_after(_with_a_second, tmp_path, START) as world:
        await world.happens("Bình", action="tin/camp/1/1")
        await world.happens("Bình", action="tin/at/1/202212160900")
        await world.happens("Bình", action="tin/sure/1/4/0")
        await world.time_is(START + timedelta(hours=2))
        assert await state(world) == "asking"
        assert "bắt đầu gửi" in await said(world, "Mai", "tin/yes/1/1")


async def test_more_than_500_people_need_it_whatever_the_campaign(world: World) -> None:
    async with world.unit_of_work() as uow:
        unit = await people.unit_by_code(uow, "TN-BC-LK")
        assert unit
        many = range(1001, 1498)
        base = {"created_at": START}
        await uow.run(insert(table(Person)), [{"id": n, "name": "Đoàn viên", **base} for n in many])
        held = {"unit_id": unit["id"], "role": "reporter", **base}
        await uow.run(insert(table(Member)), [{"id": n, "person_id": n, **held} for n in many])
        accounts = [{"channel": "web", "address": f"w{n}", "person_id": n, "member_id": n, **base} for n in many]
        await uow.run(insert(table(Account)), accounts)
    assert "Gửi cho 501 người ngay bây giờ ạ?\nTin này cần người thứ hai" in await said(world, "Bình", "tin/send/1")
    async with world.unit_of_work() as uow:
        await people.blocked(uow, "web", "w1001")
    assert "thứ hai" not in await said(world, "Bình", "tin/send/1")
