"""Lines asked back and reports approved: who may, what becomes of the report, and what happens when two act at once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from handlers.events import place_of
from storage.tables import ExpectedReport
from storage.uow import table
from tests.support.story import world_after
from tests.support.world import ZONE, Shown, World

START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)
PACKS = Path(__file__).parent / "conversations" / "packs"
CHILDREN = place_of("/data/children/children_supported")


async def _join(world: World, *people: tuple[str, str, str, str]) -> None:
    for name, code, unit, role in people:
        await world.joins(name, code, unit, role)


async def _lan_has_reported(world: World) -> None:
    """Lan of Bến Cầu has sent 1.200 em; Hoa reports for the same unit; Hùng and Minh lead the province."""
    await world.load()
    await _join(
        world,
        ("Lan", "K7QM-2XPD", "TN-BC", "reporter"),
        ("Hoa", "H2QA-9TCX", "TN-BC", "reporter"),
        ("Hùng", "HEAD-ER23", "TN", "leader"),
        ("Minh", "M3NH-4GDA", "TN", "leader"),
    )
    await world.says("Lan", "hỗ trợ 1200 em thiếu nhi, 40 lượt đoàn viên tham gia")
    await world.presses("Lan", "✅ Gửi báo cáo")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_lan_has_reported, tmp_path, START) as world:
        yield world
        assert await world.query("select traceback from failed_update") == []
        await world.totals_are_true()


async def _ask_back(world: World, who: str = "Hùng", line: str = "Thiếu nhi được hỗ trợ: 1.200 em",
                    reason: str = "Có nhầm 120 không?") -> str:  # fmt: skip
    """Returns what the sender is told."""
    await world.happens(who, action="back/lines/1/0")
    await world.presses(who, line)
    heard = await world.says(who, reason)
    return "\n".join(shown.text for chat, shown in heard if chat != who)


async def _report(world: World) -> tuple[object, ...]:
    ((state, revision, approved_by),) = await world.query("select state, revision_no, approved_by from report")
    return state, revision, approved_by


async def _children(world: World) -> list[int]:
    rows = await world.query("select answers from revision order by number")
    return [json.loads(str(answers)).get("children_supported") for (answers,) in rows]


def _texts(heard: list[tuple[str, Shown]], chat: str) -> str:
    return "\n".join(shown.text for to, shown in heard if to == chat)


# --- asked back and answered -----------------------------------------------------------------------


async def test_an_answer_makes_a_version_and_all_of_it_stays(world: World) -> None:
    assert "1.200 em: “Có nhầm 120 không?”" in await _ask_back(world)
    assert await _report(world) == ("returned", 1, None)
    heard = await world.presses("Lan", "120 em")
    assert "1.200 em → 120 em (TN-000001, bản 2)" in _texts(heard, "Hùng")
    assert _texts(heard, "Minh") == _texts(heard, "Hoa") == ""
    assert await _report(world) == ("corrected", 2, None)
    assert await _children(world) == [1200, 120]
    assert await world.query("select reason from revision order by number") == [("",), ("Có nhầm 120 không?",)]
    assert await world.query("select revision_before, revision_after, answered_at is null from report_return") == [
        (1, 2, 0)
    ]


async def test_each_step_is_in_the_audit_with_unit_and_reason(world: World) -> None:
    await _ask_back(world)
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
    await _ask_back(world)
    heard = await world.presses("Lan", "Đúng là 1.200 em")
    assert "xác nhận đúng: Thiếu nhi được hỗ trợ: 1.200 em" in _texts(heard, "Hùng")
    assert await _report(world) == ("received", 1, None)
    assert await world.query("select answered_at is null, revision_after from report_return") == [(0, None)]
    assert "đã được trả lời" in _texts(await world.presses("Lan", "120 em"), "Lan")
    assert await _report(world) == ("received", 1, None)


async def test_the_same_answer_again_is_no_new_version(world: World) -> None:
    await _ask_back(world)
    await world.presses("Lan", "✏️ Sửa mục này")
    heard = await world.says("Lan", "1200")
    assert "Giữ nguyên" in _texts(heard, "Lan")
    assert await _report(world) == ("received", 1, None)
    assert await world.query("select count(*) from draft") == [(0,)]


async def test_what_was_under_way_before_goes_on_afterwards(world: World) -> None:
    await _ask_back(world)
    await world.time_is(START + timedelta(hours=3))
    await world.says("Lan", "/baocao")
    await world.presses("Lan", "📝 Báo cáo ngay")
    await world.presses("Lan", "✏️ Sửa mục này")
    heard = await world.says("Lan", "115")
    assert "1.200 em → 115 em" in _texts(heard, "Lan")
    await world.presses("Lan", "Làm tiếp")
    await world.presses("Lan", "☐ Nghĩa trang")
    assert await _children(world) == [1200, 115]
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
    await _ask_back(world, reason=reason)
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
    assert await _children(world) == [1200, 120]


# --- at once ---------------------------------------------------------------------------------------


async def test_two_leaders_ask_the_same_line_back(world: World) -> None:
    for who in ("Hùng", "Minh"):
        await world.happens(who, action="back/lines/1/0")
        await world.presses(who, "Thiếu nhi được hỗ trợ: 1.200 em")
    await world.says("Hùng", "Có nhầm 120 không?")
    heard = await world.says("Minh", "Sao nhiều thế?")
    assert "Hùng đã hỏi lại mục này" in _texts(heard, "Minh")
    assert _texts(heard, "Lan") == ""
    assert await world.query("select count(*) from report_return") == [(1,)]


async def test_the_sender_corrects_by_himself_while_the_leader_writes(world: World) -> None:
    await world.happens("Hùng", action="back/lines/1/0")
    await world.presses("Hùng", "Thiếu nhi được hỗ trợ: 1.200 em")
    await _correct(world, "Thiếu nhi được hỗ trợ", "120")
    heard = await world.says("Hùng", "Có nhầm 120 không?")
    assert "Báo cáo vừa được sửa" in _texts(heard, "Hùng")
    assert "120 em" in _texts(heard, "Hùng")
    assert await world.query("select count(*) from report_return") == [(0,)]


async def test_another_line_corrected_meanwhile_does_not_matter(world: World) -> None:
    await world.happens("Hùng", action="back/lines/1/0")
    await world.presses("Hùng", "Thiếu nhi được hỗ trợ: 1.200 em")
    await _correct(world, "Đoàn viên tham gia", "41")
    await world.says("Hùng", "Có nhầm 120 không?")
    assert await _report(world) == ("returned", 2, None)


async def test_the_sender_corrects_the_report_as_a_whole(world: World) -> None:
    await _ask_back(world)
    await _correct(world, "Đoàn viên tham gia", "41")
    assert await _report(world) == ("returned", 2, None)
    heard = await _correct(world, "Thiếu nhi được hỗ trợ", "120")
    assert "1.200 em → 120 em (TN-000001, bản 3)" in heard
    assert await _report(world) == ("corrected", 3, None)


async def _correct(world: World, line: str, number: str) -> str:
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", f"✏️ {line}")
    await world.says("Lan", number)
    return _texts(await world.presses("Lan", "✅ Gửi báo cáo"), "Hùng")


async def test_the_report_becomes_nothing(world: World) -> None:
    await _ask_back(world)
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "Không phát sinh")
    heard = await world.presses("Lan", "Đúng, không phát sinh")
    assert "1.200 em → không phát sinh" in _texts(heard, "Hùng")
    assert await _report(world) == ("corrected", 2, None)
    # And that nothing took place can be asked back, too.
    await world.happens("Hùng", action="back/lines/1/0")
    heard = await world.says("Hùng", "Hôm qua có 120 em mà?")
    assert "mục không phát sinh: “Hôm qua" in _texts(heard, "Lan")
    await world.presses("Lan", "Đúng là không phát sinh")
    assert await _report(world) == ("corrected", 2, None)


async def test_a_correction_under_way_is_not_lost_and_not_sent_by_itself(world: World) -> None:
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "✏️ Đoàn viên tham gia")
    await world.says("Lan", "45")
    await _ask_back(world)
    heard = await world.presses("Lan", "120 em")
    assert "đang sửa dở" in _texts(heard, "Lan")
    assert "120 em" in _texts(heard, "Lan")
    assert await _report(world) == ("returned", 1, None)
    heard = await world.presses("Lan", "✅ Gửi báo cáo")
    assert "1.200 em → 120 em" in _texts(heard, "Hùng")
    assert await _report(world) == ("corrected", 2, None)
    ((answers,),) = await world.query("select answers from revision where number = 2")
    assert json.loads(str(answers))["participants"] == 45


async def test_the_colleagues_stale_draft_does_not_undo_the_answer(world: World) -> None:
    await world.happens("Hoa", action="fix/1")
    await world.presses("Hoa", "✏️ Đoàn viên tham gia")
    await world.says("Hoa", "45")
    await _ask_back(world)
    await world.time_is(START + timedelta(minutes=5))
    await world.presses("Lan", "120 em")
    heard = await world.presses("Hoa", "✅ Gửi báo cáo")
    assert "vừa được sửa" in _texts(heard, "Hoa")
    assert await _children(world) == [1200, 120]


# --- who may, and until when -----------------------------------------------------------------------


async def test_after_the_closing_time_nothing_moves_unless_the_unit_has_more_time(world: World) -> None:
    await _ask_back(world)
    closes = datetime(2022, 12, 18, 10, 0, tzinfo=ZONE)
    await world.time_is(closes)
    before = await world.query("select * from report_return")
    for action in ("back/lines/1/0", f"back/ask/1/1/{CHILDREN}"):
        assert "đã khoá" in _texts(await world.happens("Hùng", action=action), "Hùng")
    for verb in ("keep", "v", "edit"):
        assert "khoá" in _texts(await world.happens("Lan", action=f"ret/1/{verb}"), "Lan")
    assert await world.query("select * from report_return") == before
    async with world.unit_of_work() as uow:
        await uow.run(update(table(ExpectedReport)).values(closes_at=closes + timedelta(days=1)))
    await world.presses("Lan", "120 em")
    assert await _children(world) == [1200, 120]


OTHERS = ["rv/report/1", "rv/file/1/1", "rv/version/1/1", "back/lines/1/0", f"back/ask/1/1/{CHILDREN}", "appr/one/1/1",
          "appr/reopen/1", "appr/all/1/0", "appr/sure", "ret/1/show", "ret/1/keep", "ret/1/v", "ret/1/edit",
          "rv/down/1/1", "rv/none/1/10", "rv/units/1/1/0", "rv/top/1"]  # fmt: skip


async def test_nobody_of_another_branch_sees_or_does_anything(world: World) -> None:
    await _join(world, ("Nga", "2FFC-ER23", "TN-GD", "leader"), ("Tâm", "2FFC-ER24", "TN-GD", "reporter"))
    await _ask_back(world)
    before = await _kept(world)
    for who in ("Nga", "Tâm", "stranger"):
        for action in OTHERS:
            heard = await world.happens(who, action=action)
            assert heard, action
            assert "1.200" not in _texts(heard, who), action
            assert "120 không" not in _texts(heard, who), action
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
    await _join(world, ("Mai", "2FFC-ER23", "TN", "officer"))
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "✏️ Gửi thêm")
    await world.presses("Lan", "☐ Dư luận")
    await world.presses("Lan", "Xong")
    await world.says("Lan", "Bà con lo thiếu nước sinh hoạt")
    await world.presses("Lan", "✅ Gửi báo cáo")
    assert "thiếu nước" in _texts(await world.happens("Hùng", action="rv/report/1"), "Hùng")
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
            assert "thiếu" not in (_texts(heard, "Mai") + " ".join(labels)).replace("thiếu nhi", "")
    assert await _report(world) == ("corrected", 3, None)


async def test_a_reason_is_bounded_and_escaped(world: World) -> None:
    await world.happens("Hùng", action="back/lines/1/0")
    await world.presses("Hùng", "Thiếu nhi được hỗ trợ: 1.200 em")
    assert "Lý do hơi dài" in _texts(await world.says("Hùng", "a" * 301), "Hùng")
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
        await _join(world, ("Lan", "K7QM-2XPD", "TN-BC", "reporter"), ("Hùng", "HEAD-ER23", "TN", "leader"))
        await world.presses("Lan", "📝 Báo cáo ngay")
        for owner, cost in (("Bà Sáu", "50tr"), ("Ông Bảy", "600tr")):
            await world.says("Lan", owner)
            await world.presses("Lan", "Khởi công")
            await world.says("Lan", cost)
            await world.presses("Lan", "➕ Thêm nữa" if owner == "Bà Sáu" else "Hết rồi, tiếp tục")
        await world.presses("Lan", "✅ Gửi báo cáo")
        if "sure" in world.channel.chats["Lan"][-1].reply.choices[0][0].action:
            await world.happens("Lan", action=world.channel.chats["Lan"][-1].reply.choices[0][0].action)
        told = await _ask_back(world, line="Căn nhà 2 › Kinh phí: 600.000.000 đ", reason="Hay là 60 triệu?")
        assert "Căn nhà 2 › Kinh phí: 600.000.000 đ" in told
        heard = await world.presses("Lan", "60.000.000 đ")
        assert "Căn nhà 2 › Kinh phí: 600.000.000 đ → 60.000.000 đ" in _texts(heard, "Hùng")
        assert await world.query("select amount from total where indicator = 'house_cost' group by 1") == [
            (110000000000,)
        ]
        await world.totals_are_true()


# --- approval --------------------------------------------------------------------------------------


async def _lan_waits_for_approval(world: World) -> None:
    """A campaign that asks for approval: Lan of a commune has sent 25 em; Hùng leads the province."""
    await world.load(PACKS / "approved")
    await _join(world, ("Lan", "K7QM-2XPD", "TN-BC-LT", "reporter"), ("Hùng", "HEAD-ER23", "TN", "leader"))
    await world.presses("Lan", "📝 Báo cáo ngay")
    await world.says("Lan", "25")
    await world.presses("Lan", "Bỏ qua")
    await world.presses("Lan", "✅ Gửi báo cáo")


@pytest.fixture
async def approving(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_lan_waits_for_approval, tmp_path, START) as world:
        yield world
        assert await world.query("select traceback from failed_update") == []
        await world.totals_are_true()


async def test_an_approved_report_takes_no_change(approving: World) -> None:
    world = approving
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "✏️ Thiếu nhi")
    await world.says("Lan", "30")
    await world.happens("Hùng", action="appr/one/1/1")
    state, *_, approved_by = await _report(world)
    assert (state, approved_by) == ("approved", 2)
    before = await world.query("select * from revision")
    for heard in (
        await world.presses("Lan", "✅ Gửi báo cáo"),
        await world.happens("Lan", action="void/1/sure"),
        await world.happens("Lan", action="fix/1"),
    ):
        assert "đã duyệt" in _texts(heard, "Lan")
    assert "đã duyệt" in _texts(await world.happens("Hùng", action="back/lines/1/0"), "Hùng")
    assert await world.query("select * from revision") == before
    assert (await _report(world))[0] == "approved"


async def test_opened_again_with_a_reason_and_approved_once_more(approving: World) -> None:
    world = approving
    await world.happens("Hùng", action="appr/one/1/1")
    await world.happens("Hùng", action="appr/reopen/1")
    assert "lý do" in _texts(await world.sends_photo("Hùng"), "Hùng")
    assert (await _report(world))[0] == "approved"
    heard = await world.says("Hùng", "Sổ ghi 30 em")
    assert "Sổ ghi 30 em" in _texts(heard, "Lan")
    assert await _report(world) == ("received", 1, None)
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "✏️ Thiếu nhi")
    await world.says("Lan", "30")
    await world.presses("Lan", "✅ Gửi báo cáo")
    assert await _report(world) == ("corrected", 2, None)
    assert "Báo cáo vừa được sửa" in _texts(await world.happens("Hùng", action="appr/one/1/1"), "Hùng")
    await world.happens("Hùng", action="appr/one/1/2")
    assert await _report(world) == ("approved", 2, 2)
    assert "Sổ ghi 30 em" in _texts(await world.happens("Hùng", action="rv/report/1"), "Hùng")
    audited = await world.query("select action, reason from audit where action in ('report.approve', 'report.reopen')")
    assert audited == [("report.approve", ""), ("report.reopen", "Sổ ghi 30 em"), ("report.approve", "")]


async def test_nobody_approves_what_they_sent_themselves(approving: World) -> None:
    world = approving
    await world.invite("2FFC-ER23", "TN-BC-LT", "leader")
    await world.says("Lan", "/start 2FFC-ER23")
    await world.happens("Lan", action=world.channel.chats["Lan"][-1].reply.choices[0][0].action)
    assert await world.query("select count(*) from member where person_id = 1") == [(2,)]
    assert "chính đồng chí gửi" in _texts(await world.happens("Lan", action="appr/one/1/1"), "Lan")
    assert "Không có báo cáo nào" in _texts(await world.says("Lan", "/duyet"), "Lan")
    assert (await _report(world))[0] == "received"


async def test_what_was_asked_back_waits_for_its_answer(approving: World) -> None:
    world = approving
    await _ask_back(world, line="Thiếu nhi: 25 em", reason="Hay là 15?")
    assert "đang có mục hỏi lại" in _texts(await world.happens("Hùng", action="appr/one/1/1"), "Hùng")
    assert "Không có báo cáo nào" in _texts(await world.says("Hùng", "/duyet"), "Hùng")
    await world.presses("Lan", "15 em")
    assert "1 báo cáo" in _texts(await world.says("Hùng", "/duyet"), "Hùng")


async def test_a_campaign_that_does_not_ask_for_approval_has_none(world: World) -> None:
    assert "không cần duyệt" in _texts(await world.happens("Hùng", action="appr/one/1/1"), "Hùng")
    assert "✔ Duyệt" not in world.channel.chats["Hùng"][-1].labels
