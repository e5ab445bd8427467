"""When the time is over: no button, word or correction changes a report, and nobody else opens it again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.reporting.words import ZONE
from tests.support.secretaries import lan_minh_and_hung
from tests.support.story import world_after
from tests.support.world import Shown, World

CLOSES = datetime(2022, 12, 18, 10, 0, tzinfo=ZONE)
SECOND = timedelta(seconds=1)


async def _one_sent_and_one_about_to(world: World) -> None:
    """Of the 16th, Lan's report is in and Minh's is filled in, its card on the screen; the leader is Hùng."""
    await lan_minh_and_hung(world)
    await world.presses("Lan", "📝 Báo cáo ngay")
    await fill(world, "Lan")
    await world.presses("Lan", "✅ Gửi báo cáo")
    await world.presses("Minh", "📝 Báo cáo ngay")
    await fill(world, "Minh")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_one_sent_and_one_about_to, tmp_path, datetime(2022, 12, 16, 9, 0, tzinfo=ZONE)) as world:
        yield world


async def fill(world: World, who: str) -> None:
    for label in ("☐ Nghĩa trang", "Xong"):
        await world.presses(who, label)
    for answer in ("3", "40"):
        await world.says(who, answer)
    await world.presses(who, "Bỏ qua")


async def kept(world: World) -> list[list[tuple[Any, ...]]]:
    """All that a report is, and the answers under way (not the time at which they were looked at)."""
    queries = ("report", "revision", "total", "expected_report")
    draft = await world.query("SELECT id, expected_id, report_id, state FROM draft ORDER BY id")
    return [draft, *[await world.query(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in queries]]


async def places(world: World) -> dict[str, int]:
    """The ids that old buttons carry."""
    of_unit = "SELECT e.id FROM expected_report e JOIN unit u ON u.id = e.unit_id JOIN period p ON p.id = e.period_id"
    ((lan,),) = await world.query(f"{of_unit} WHERE u.code = 'TN-BC' AND p.name = '2022-12-16'")
    ((minh,),) = await world.query(f"{of_unit} WHERE u.code = 'TN-GD' AND p.name = '2022-12-16'")
    ((report,),) = await world.query("SELECT id FROM report")
    ((draft,),) = await world.query("SELECT id FROM draft")
    return {"lan": lan, "minh": minh, "report": report, "draft": draft}


TRIES = [
    ("Lan", "fix/{report}"), ("Lan", "void/{report}"), ("Lan", "void/{report}/sure"), ("Lan", "start/{lan}"),
    ("Lan", "restart/{lan}"), ("Lan", "nothing/{lan}/sure"), ("Lan", "same/{lan}/sure"),
    ("Minh", "start/{minh}"), ("Minh", "restart/{minh}"), ("Minh", "nothing/{minh}"), ("Minh", "nothing/{minh}/sure"),
    ("Minh", "same/{minh}"), ("Minh", "same/{minh}/sure"), ("Minh", "card/{draft}/send"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "action"), TRIES)
async def test_after_the_closing_time_no_button_changes_a_report(world: World, who: str, action: str) -> None:
    action = action.format(**await places(world))
    world.clock.turn_to(CLOSES)
    before = await kept(world)
    (said,) = [shown.text for _, shown in await world.happens(who, action=action)]
    assert await kept(world) == before
    assert "đã khoá" in said
    assert "xin gia hạn ở" in said
    assert ("vẫn được giữ" in said) == (who == "Minh")


@pytest.mark.parametrize(
    ("who", "action", "reports"),
    [("Lan", "void/{report}/sure", [(1, 2)]), ("Minh", "card/{draft}/send", [(1, 1), (2, 1)]),
     ("Minh", "nothing/{minh}/sure", [(1, 1), (2, 1)])],
)  # fmt: skip
async def test_a_second_before_it_is_still_taken(world: World, who: str, action: str, reports: list[Any]) -> None:
    action = action.format(**await places(world))
    world.clock.turn_to(CLOSES - SECOND)
    await world.happens(who, action=action)
    assert await world.query("SELECT id, revision_no FROM report ORDER BY id") == reports


async def test_a_draft_left_open_is_kept_and_cannot_be_sent_by_words_or_by_going_on(world: World) -> None:
    ids = await places(world)
    world.clock.turn_to(CLOSES)
    reports = (await kept(world))[1:]
    for text in ("gửi báo cáo", "✅ Gửi báo cáo", "2 buổi tuyên truyền, 25 em", "không phát sinh", "/baocao"):
        await world.says("Minh", text)
        assert (await kept(world))[1:] == reports
    for action in ("resume/{draft}", "card/{draft}/send"):
        heard = await world.happens("Minh", action=action.format(**ids))
        assert (await kept(world))[1:] == reports
    assert "đã khoá" in heard[0][1].text
    assert await world.query("SELECT count(*) FROM draft WHERE report_id IS NULL") != [(0,)]


async def test_a_correction_that_was_under_way_is_not_taken_either(world: World) -> None:
    await world.presses("Lan", "✏️ Sửa báo cáo này")
    world.clock.turn_to(CLOSES)
    before = await kept(world)
    heard = await world.presses("Lan", "✅ Gửi báo cáo")
    assert "vẫn được giữ" in heard[0][1].text
    assert await kept(world) == before


async def test_a_period_that_is_opened_again_is_open_for_that_unit_alone(world: World) -> None:
    ids = await places(world)
    world.clock.turn_to(CLOSES + timedelta(hours=1))
    ((form,),) = await world.query("SELECT form_id FROM period WHERE name = '2022-12-16'")
    await world.happens("Hùng", action=f"dig/{form}/missing/2022-12-16")
    for label in ("Gia hạn", "☐ Gò Dầu", "Xong", "13:00 hôm nay"):
        await world.presses("Hùng", label)
    heard = await world.presses("Hùng", "Lỗi hệ thống")
    (told,) = [shown for chat, shown in heard if chat == "Minh"]
    assert told.text.startswith("⏰ Báo cáo ngày 16/12 của Huyện đoàn Gò Dầu được gia hạn đến 13:00 hôm nay.")
    before = (await kept(world))[1:]
    assert "đã khoá" in (await world.happens("Lan", action="void/{report}/sure".format(**ids)))[0][1].text
    assert (await kept(world))[1:] == before
    world.clock.turn_to(CLOSES + timedelta(hours=3))
    heard = await world.happens("Minh", action="card/{draft}/send".format(**ids))
    assert "đúng hạn" in heard[0][1].text
    await world.totals_are_true()
    closes = CLOSES + (CLOSES + timedelta(hours=3) - datetime(2022, 12, 16, 10, tzinfo=ZONE))
    ((second,),) = await world.query("SELECT max(id) FROM report")
    for moment in (closes - SECOND, closes):
        world.clock.turn_to(moment)
        await world.happens("Minh", action=f"void/{second}/sure")
        assert await world.query(f"SELECT revision_no FROM report WHERE id = {second}") == [(2,)]


async def test_the_pushed_digest_says_how_many_have_more_time(world: World) -> None:
    ((form,),) = await world.query("SELECT form_id FROM period WHERE name = '2022-12-16'")
    await world.happens("Hùng", action=f"dig/{form}/missing/2022-12-16")
    for label in ("Gia hạn", "Tất cả (12)", "21:00 hôm nay", "Mất mạng"):
        await world.presses("Hùng", label)
    heard = await world.time_is(datetime(2022, 12, 16, 10, 15, tzinfo=ZONE))
    (text,) = [shown.text for chat, shown in heard if chat == "Hùng" and shown.text]
    assert text.endswith("12 đơn vị được gia hạn đến 21:00 hôm nay.")


@pytest.mark.parametrize("step", ["ext", "exm", "back", "ext/all", "exm/sure", "ext/at/202212161400", "ext/why/0"])
async def test_who_may_not_changes_nothing_and_is_told(world: World, step: str) -> None:
    before = await kept(world)
    for who in ("Minh", "stranger"):
        heard = await world.happens(who, action=f"dl/1/{step}")
        assert heard
    assert await kept(world) == before


@pytest.mark.parametrize(
    "action",
    ["dl", "dl/1", "dl/99/ext", "dl/1/zzz", "dl/1/ext/zzz", "dl/1/ext/t/99999", "dl/1/ext/t/x", "dl/1/ext/p/999",
     "dl/1/ext/at/x", "dl/1/ext/at/202212169999", "dl/1/ext/at/202212161400", "dl/1/ext/why/7", "dl/1/ext/sure",
     "dl/1/exm/sure", "dl/1/back/sure", "dl/1/back", "dl/1/exm/at/202212161400"],
)  # fmt: skip
async def test_made_up_buttons_change_nothing(world: World, action: str) -> None:
    before = await kept(world)
    assert await world.happens("Hùng", action=action)
    assert await kept(world) == before
    assert await world.query("SELECT traceback FROM failed_update") == []


async def test_units_of_another_branch_are_out_of_reach(world: World) -> None:
    """Tư leads Bến Cầu; his conversation is made to hold a unit of another branch."""
    await world.invite("T3AD-ER23", "TN-GD", "leader")
    await world.says("Tư", "/start T3AD-ER23")
    await world.presses("Tư", "Đúng, tham gia")
    ((period,),) = await world.query("SELECT id FROM period WHERE name = '2022-12-16'")
    ((other,),) = await world.query("SELECT id FROM unit WHERE code = 'TN-TC'")
    await world.happens("Tư", action=f"dl/{period}/ext")
    await world.happens("Tư", action=f"dl/{period}/ext/t/{other}")
    async with world.unit_of_work() as uow:
        state = {"deadline": {"period": period, "do": "ext", "units": [other]}}
        await uow.load_conversations([("test", "Tư")])
        uow.set_conversation("test", "Tư", state)
    before = await kept(world)
    shown: list[Shown] = []
    for step in ("at/202212161400", "why/0"):
        shown += [message for _, message in await world.happens("Tư", action=f"dl/{period}/ext/{step}")]
    assert all("không thuộc nhánh" in message.text for message in shown)
    assert await kept(world) == before
