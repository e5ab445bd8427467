"""Buttons of joining and leaving, made up by those who may not; and what is written down of what was done."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.story import world_after
from tests.support.world import ZONE, World

START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)
_LAN, BINH, MAI, _HOA = 1, 2, 3, 4
"""The memberships, in the order of joining."""


async def _all_have_joined(world: World) -> None:
    """Lan reports for Bến Cầu, Bình is its officer, Mai the province's; Hòa is an administrator of the province."""
    await world.load()
    for name, code, unit, role in (
        ("Lan", "K7QM-2XPD", "TN-BC", "reporter"),
        ("Bình", "B7QM-2XPD", "TN-BC", "officer"),
        ("Mai", "M7QM-2XPD", "TN", "officer"),
        ("Hòa", "H7QM-2XPD", "TN", "admin"),
    ):
        await world.joins(name, code, unit, role)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_all_have_joined, tmp_path, START) as world:
        yield world


async def kept(world: World) -> list[list[tuple[object, ...]]]:
    return [await world.query(f"select * from {name} order by 1") for name in ("member", "account", "invite", "audit")]


@pytest.mark.parametrize(
    ("who", "action"),
    [
        # A reporter and a stranger: nothing of it.
        *[(who, action) for who in ("Lan", "Lạ") for action in (
            "mem/show/2", "mem/end/2/sure", "mem/cut/2/2", "mem/code/2", "mem/hand/2", "inv/uses/10/reporter/1",
            "inv/open", "inv/revoke/1", "hand/code/2", "hand/stop/2", "acct/yes/1/test/Lạ", "acct/no/2/test/Lạ",
            "role/2",
        )],
        # The district's officer: not the province's people, and nobody who may more.
        *[("Bình", action) for action in (
            "mem/show/3", "mem/end/3/sure", "mem/cut/3/3", "mem/cut/1/3", "hand/code/3", "inv/uses/1/reporter/1",
            "inv/uses/10/admin/1", "inv/revoke/3", "acct/yes/2/test/Lạ",
        )],
        # The province's officer: not the administrator.
        *[("Mai", action) for action in (
            "mem/end/4/sure", "mem/cut/4/4", "mem/code/4", "hand/code/4", "inv/uses/1/admin/1", "inv/revoke/4",
            "mem/end/x", "mem/end", "mem/cut/1/99", "mem/zzz", "inv/uses/999/reporter/1", "inv/role/1/boss", "inv",
            "hand/code/99", "role/1", "role/x", "acct/yes", "acct/yes/99/test/x",
        )],
    ],
)  # fmt: skip
async def test_nobody_does_what_they_may_not(world: World, who: str, action: str) -> None:
    before = await kept(world)
    heard = await world.happens(who, action=action)
    assert heard
    assert await kept(world) == before
    assert await world.query("select traceback from failed_update") == []


@pytest.mark.parametrize(("done", "persons"), [("mem/end/1/sure", [(1,)]), ("mem/cut/1/1/sure", [(5,)])])
async def test_who_comes_back_is_known_unless_the_account_was_cut_off(
    world: World, done: str, persons: list[tuple[int]]
) -> None:
    await world.happens("Mai", action=done)
    await world.invite("A7QM-2XPD", "TN-GD", "reporter")
    await world.says("Lan", "/start A7QM-2XPD")
    await world.presses("Lan", "Đúng, tham gia")
    assert await world.query("SELECT person_id FROM account WHERE address = 'Lan'") == persons


async def test_a_person_with_a_higher_role_is_not_cut_off_from_below(world: World) -> None:
    """Mai reports for Bến Cầu as well: its officer may end that, but not take the province's officer's account."""
    await world.invite("R7QM-2XPD", "TN-BC", "reporter")
    await world.says("Mai", "/start R7QM-2XPD")
    await world.presses("Mai", "Đúng, tham gia")
    before = await kept(world)
    await world.happens("Bình", action="mem/cut/5/3")
    assert await kept(world) == before
    # A new code for her would let whoever has it act as the province's officer: it is a plain one.
    await world.happens("Bình", action="mem/code/5")
    assert await world.query("select used_by from invite order by id desc limit 1") == [(None,)]
    await world.happens("Bình", action="mem/end/5/sure")
    assert await world.query("select id from member where ended_at is not null") == [(5,)]


async def test_old_buttons_of_one_who_left_do_nothing(world: World) -> None:
    await world.presses("Lan", "📝 Báo cáo ngay")
    await world.happens("Mai", action="mem/end/1/sure")
    before = await kept(world), await world.query("select * from draft")
    for action in ("start/1", "nothing/1/sure", "card/1/send", "resume/1", "q/1/1/ok", "hand/code/1", "role/1"):
        ((_, shown),) = await world.happens("Lan", action=action)
        assert "gửi em mã tham gia" in shown.text
    assert (await kept(world), await world.query("select * from draft")) == before


async def test_one_cut_off_gets_nothing_any_more(world: World) -> None:
    async with world.unit_of_work() as uow:
        uow.send("test", "Lan", {"text": "later"}, priority=10, due_at=START + timedelta(minutes=5))
    await world.happens("Mai", action="mem/cut/1/1")
    assert await world.time_is(START + timedelta(minutes=10)) == []


async def test_the_audit_has_who_did_what_and_no_name(world: World) -> None:
    await world.happens("Mai", action="mem/code/1")
    await world.happens("Mai", action="inv/revoke/5")
    await world.happens("Bình", action="mem/cut/1/1")
    await world.happens("Mai", action="mem/end/1/sure")
    done = await world.query(
        "select a.action, a.subject, a.member_id, a.account_id, u.code, a.before, a.after from audit a "
        "join unit u on u.id = a.unit_id where a.action not like '%.load' and a.id > 4 order by a.id"
    )
    actions = [row[:5] for row in done if row[0] != "member.join"]
    assert actions[-4:] == [
        ("invite.create", "invite:5", MAI, 3, "TN-BC"),
        ("invite.revoke", "invite:5", MAI, 3, "TN-BC"),
        ("account.cut", "account:1", BINH, 2, "TN-BC"),
        ("member.end", "member:1", MAI, 3, "TN-BC"),
    ]
    assert not any(name in json.dumps(row, ensure_ascii=False) for row in done for name in ("Lan", "Bình", "Mai"))


async def test_a_code_that_expires_attaches_no_account(world: World) -> None:
    await world.says("LanWeb", "/start K7QM-2XPD")
    await world.time_is(START + timedelta(days=15))
    before = await kept(world)
    await world.presses("Lan", "Đúng là tôi")
    assert await kept(world) == before


async def test_who_has_joined_meanwhile_is_not_taken_over(world: World) -> None:
    await world.says("Khách", "/start K7QM-2XPD")
    await world.invite("N7QM-2XPD", "TN-GD", "reporter")
    await world.says("Khách", "/start N7QM-2XPD")
    await world.presses("Khách", "Đúng, tham gia")
    before = await world.query("select id, person_id from account")
    await world.presses("Lan", "Đúng là tôi")
    assert await world.query("select id, person_id from account") == before


async def test_a_hand_over_by_one_whose_role_ended_is_dead(world: World) -> None:
    heard = await world.happens("Lan", action="hand/code/1")
    code = heard[0][1].text.splitlines()[1]
    await world.happens("Mai", action="mem/end/1/sure")
    ((_, shown),) = await world.says("Khách", f"/start {code}")
    assert "không còn hiệu lực" in shown.text
