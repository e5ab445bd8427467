"""Lines asked back: who may, until when, and what becomes of the report."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.tables import ExpectedReport
from storage.uow import table
from tests.conversations.script import PACKS
from tests.support.reviewing import (
    CHILDREN,
    START,
    ask_back,
    children,
    join,
    lan_has_reported,
    report,
    sound_after,
    texts,
)
from tests.support.world import ZONE, World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with sound_after(lan_has_reported, tmp_path) as world:
        yield world


# --- asked back and answered -----------------------------------------------------------------------


async def test_an_answer_makes_a_version_and_all_of_it_stays(world: World) -> None:
    assert "1.200 em: “Có nhầm 120 không?”" in await ask_back(world)
    assert await report(world) == ("returned", 1, None)
    heard = await world.presses("Lan", "120 em")
    assert "1.200 em → 120 em (TN-000001, bản 2)" in texts(heard, "Hùng")
    assert texts(heard, "Minh") == texts(heard, "Hoa") == ""
    assert await report(world) == ("corrected", 2, None)
    assert await children(world) == [1200, 120]
    assert await world.query("select reason from revision order by number") == [("",), ("Có nhầm 120 không?",)]
    assert await world.query("select revision_before, revision_after, answered_at is null from report_return") == [
        (1, 2, 0)
    ]


async def test_each_step_is_in_the_audit_with_unit_and_reason(world: World) -> None:
    await ask_back(world)
    await world.presses("Lan", "120 em")
    rows = await world.query(
        "select action, a.reason, code from audit a join unit u on u.id = a.unit_id where a.subject = 'report:1'"
        " and action != 'report.submit' order by a.id"
    )
    reason = "Có nhầm 120 không?"
    assert rows == [
        ("report.return", reason, "TN-BC"), ("report.answer_return", reason, "TN-BC"),
        ("report.revise", reason, "TN-BC"),
    ]  # fmt: skip


async def test_right_as_it_stands_changes_nothing_and_is_told(world: World) -> None:
    await ask_back(world)
    heard = await world.presses("Lan", "Đúng là 1.200 em")
    assert "xác nhận đúng: Thiếu nhi được hỗ trợ: 1.200 em" in texts(heard, "Hùng")
    assert await report(world) == ("received", 1, None)
    assert await world.query("select answered_at is null, revision_after from report_return") == [(0, None)]
    assert "đã được trả lời" in texts(await world.presses("Lan", "120 em"), "Lan")
    assert await report(world) == ("received", 1, None)


async def test_the_same_answer_again_is_no_new_version(world: World) -> None:
    await ask_back(world)
    await world.presses("Lan", "✏️ Sửa mục này")
    heard = await world.says("Lan", "1200")
    assert "Giữ nguyên" in texts(heard, "Lan")
    assert await report(world) == ("received", 1, None)
    assert await world.query("select count(*) from draft") == [(0,)]


async def test_what_was_under_way_before_goes_on_afterwards(world: World) -> None:
    await ask_back(world)
    await world.time_is(START + timedelta(hours=3))
    await world.says("Lan", "/baocao")
    await world.presses("Lan", "📝 Báo cáo ngay")
    await world.presses("Lan", "✏️ Sửa mục này")
    heard = await world.says("Lan", "115")
    assert "1.200 em → 115 em" in texts(heard, "Lan")
    await world.presses("Lan", "Làm tiếp")
    await world.presses("Lan", "☐ Nghĩa trang")
    assert await children(world) == [1200, 115]
    assert await world.query("select count(*) from draft") == [(1,)]


@pytest.mark.parametrize(
    ("reason", "offered"),
    [
        ("Có nhầm 120 không?", ["120 em"]),
        ("1200 hay là 120?", ["120 em"]),
        ("120 hay 125?", []),
        ("Số này lớn quá", []),
        ("Tăng 1,5 lần?", []),
        ("Cả tỉnh mới 1.200 mà", []),
    ],
)
async def test_the_one_other_number_of_the_reason_is_a_button(world: World, reason: str, offered: list[str]) -> None:
    await ask_back(world, reason=reason)
    labels = world.channel.chats["Lan"][-1].labels
    assert labels == ["Đúng là 1.200 em", *offered, "✏️ Sửa mục này"]


async def test_a_colleague_answers_when_the_sender_is_gone(world: World) -> None:
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(
            "update member set ended_at = created_at where id = (select member_id from report where id = 1)"
        )
    await world.happens("Hùng", action="back/lines/1/0")
    await world.presses("Hùng", "Thiếu nhi được hỗ trợ: 1.200 em")
    heard = await world.says("Hùng", "Có nhầm 120 không?")
    assert [chat for chat, _ in heard] == ["Hùng", "Hoa"]
    await world.presses("Hoa", "120 em")
    assert await children(world) == [1200, 120]


# --- who may, and until when -----------------------------------------------------------------------


async def test_after_the_closing_time_nothing_moves_unless_the_unit_has_more_time(world: World) -> None:
    await ask_back(world)
    closes = datetime(2022, 12, 18, 10, 0, tzinfo=ZONE)
    await world.time_is(closes)
    before = await world.query("select * from report_return")
    for action in ("back/lines/1/0", f"back/ask/1/1/{CHILDREN}"):
        assert "đã khoá" in texts(await world.happens("Hùng", action=action), "Hùng")
    for verb in ("keep", "v", "edit"):
        assert "khoá" in texts(await world.happens("Lan", action=f"ret/1/{verb}"), "Lan")
    assert await world.query("select * from report_return") == before
    async with world.unit_of_work() as uow:
        await uow.run(update(table(ExpectedReport)).values(closes_at=closes + timedelta(days=1)))
    await world.presses("Lan", "120 em")
    assert await children(world) == [1200, 120]


OTHERS = ["rv/report/1", "rv/file/1/1", "rv/version/1/1", "back/lines/1/0", f"back/ask/1/1/{CHILDREN}", "appr/one/1/1",
          "appr/reopen/1", "appr/all/1/0", "appr/sure", "ret/1/show", "ret/1/keep", "ret/1/v", "ret/1/edit",
          "rv/down/1/1", "rv/none/1/10", "rv/units/1/1/0", "rv/top/1"]  # fmt: skip


async def test_nobody_of_another_branch_sees_or_does_anything(world: World) -> None:
    await join(world, ("Nga", "2FFC-ER23", "TN-GD", "leader"), ("Tâm", "2FFC-ER24", "TN-GD", "reporter"))
    await ask_back(world)
    before = await _kept(world)
    for who in ("Nga", "Tâm", "stranger"):
        for action in OTHERS:
            heard = await world.happens(who, action=action)
            assert heard, action
            assert "1.200" not in texts(heard, who), action
            assert "120 không" not in texts(heard, who), action
        assert await _kept(world) == before, who


async def _kept(world: World) -> list[list[tuple[object, ...]]]:
    tables = ("report", "revision", "report_return", "draft", "total", "audit", "expected_report")
    return [await world.query(f"select * from {table} order by 1, 2, 3") for table in tables]


MADE_UP = ["rv", "rv/x", "rv/report", "rv/report/99", "rv/report/x", "rv/file/1/0", "rv/file/1/99", "rv/version/1/99",
           "rv/units/1/1", "rv/units/1/1/999", "rv/units/9/1/0", "rv/down/1/99", "rv/top/x", "back", "back/lines/99/0",
           "back/lines/1/999", "back/lines/1/x", "back/ask/1/1/zz", f"back/ask/1/9/{CHILDREN}", "back/ask/1/1/whole",
           "appr", "appr/x", "appr/one/1/1", "appr/one/1/9", "appr/one/99/1", "appr/reopen/1", "appr/all/0/0",
           "appr/all/9/zz", "ret", "ret/1", "ret/99/keep", "ret/x/v", "cmd/duyet"]  # fmt: skip


async def test_made_up_buttons_are_answered_kindly(world: World) -> None:
    before = await _kept(world)
    for who in ("Hùng", "Lan"):
        for action in MADE_UP:
            assert await world.happens(who, action=action), action
        assert await _kept(world) == before, who


async def test_what_is_for_leaders_is_not_for_the_office(world: World) -> None:
    await join(world, ("Mai", "2FFC-ER23", "TN", "officer"))
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "✏️ Gửi thêm")
    await world.presses("Lan", "☐ Dư luận")
    await world.presses("Lan", "Xong")
    await world.says("Lan", "Bà con lo thiếu nước sinh hoạt")
    await world.presses("Lan", "✅ Gửi báo cáo")
    assert "thiếu nước" in texts(await world.happens("Hùng", action="rv/report/1"), "Hùng")
    await world.happens("Hùng", action="back/lines/1/0")
    await world.presses("Hùng", "Dư luận (chỉ lãnh đạo đọc): Bà con lo thiếu…")
    await world.says("Hùng", "Ở ấp nào thiếu nước?")
    for again in (False, True):
        if again:
            await world.presses("Lan", "✏️ Sửa mục này")
            await world.says("Lan", "Ấp Long Hưng thiếu nước")
        for action in ("rv/report/1", "rv/version/1/2", "rv/version/1/3", "back/lines/1/0"):
            heard = await world.happens("Mai", action=action)
            labels = [label for _, shown in heard for label in shown.labels]
            assert "thiếu" not in (texts(heard, "Mai") + " ".join(labels)).replace("thiếu nhi", "")
    assert await report(world) == ("corrected", 3, None)


async def test_a_reason_is_bounded_and_escaped(world: World) -> None:
    await world.happens("Hùng", action="back/lines/1/0")
    await world.presses("Hùng", "Thiếu nhi được hỗ trợ: 1.200 em")
    assert "Lý do hơi dài" in texts(await world.says("Hùng", "a" * 301), "Hùng")
    heard = await world.says("Hùng", "<b>120</b> & thôi?")
    assert "&lt;b&gt;120" in str(next(shown.reply.text for chat, shown in heard if chat == "Lan"))


async def test_another_command_leaves_the_question_unasked(world: World) -> None:
    await world.happens("Hùng", action="back/lines/1/0")
    await world.presses("Hùng", "Thiếu nhi được hỗ trợ: 1.200 em")
    await world.says("Hùng", "/tinhtrang")
    await world.says("Hùng", "Có nhầm 120 không?")
    assert await world.query("select count(*) from report_return") == [(0,)]


# --- repeats ---------------------------------------------------------------------------------------


async def test_a_line_within_a_repeat(tmp_path: Path) -> None:
    async with World(tmp_path, START) as world:
        await world.load(PACKS / "houses")
        await join(world, ("Lan", "K7QM-2XPD", "TN-BC", "reporter"), ("Hùng", "HEAD-ER23", "TN", "leader"))
        await world.presses("Lan", "📝 Báo cáo ngay")
        for owner, cost in (("Bà Sáu", "50tr"), ("Ông Bảy", "600tr")):
            await world.says("Lan", owner)
            await world.presses("Lan", "Khởi công")
            await world.says("Lan", cost)
            await world.presses("Lan", "➕ Thêm nữa" if owner == "Bà Sáu" else "Hết rồi, tiếp tục")
        await world.presses("Lan", "✅ Gửi báo cáo")
        if "sure" in world.channel.chats["Lan"][-1].reply.choices[0][0].action:
            await world.happens("Lan", action=world.channel.chats["Lan"][-1].reply.choices[0][0].action)
        told = await ask_back(world, line="Căn nhà 2 › Kinh phí: 600.000.000 đ", reason="Hay là 60 triệu?")
        assert "Căn nhà 2 › Kinh phí: 600.000.000 đ" in told
        heard = await world.presses("Lan", "60.000.000 đ")
        assert "Căn nhà 2 › Kinh phí: 600.000.000 đ → 60.000.000 đ" in texts(heard, "Hùng")
        assert await world.query("select amount from total where indicator = 'house_cost' group by 1") == [
            (110000000000,)
        ]
        await world.totals_are_true()
