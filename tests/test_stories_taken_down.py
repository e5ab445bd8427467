"""Good examples after they were approved: taken down again, another for the week, words that the report has no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.good_examples import GROUPS, START, TOLD, approves, office, state, tells, text
from tests.support.remembering import Shown
from tests.support.story import world_after
from tests.support.world import ZONE, World

WHY = "Có tên một em nhỏ"
ANEW = "Chi đoàn ấp 3 dọn nghĩa trang, mười lăm bạn"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(office, tmp_path, START) as world:
        yield world


async def takes_down(world: World, name: str = "Mai", why: str = WHY) -> list[tuple[str, Shown]]:
    await world.says(name, "/guongtot")
    await world.presses(name, "🗂 Đã duyệt")
    await world.presses(name, "1")
    await world.presses(name, "🗑 Gỡ xuống")
    await world.says(name, why)
    return await world.presses(name, "🗑 Đúng, gỡ xuống")


def standing(world: World, chat: str) -> str:
    return "\n".join(shown.text for shown in world.channel.chats[chat])


async def test_one_that_is_taken_down_is_gone_from_the_groups_and_its_author_hears_why(world: World) -> None:
    await tells(world, "Lan", TOLD, photos=2)
    await approves(world)
    await tells(world, "Minh", "Chuyện khác")
    await approves(world)
    await world.happens("Mai", action="sto/best/1/2022-W50")
    assert all(TOLD in standing(world, chat) for chat in GROUPS)
    await world.says("Mai", "/guongtot")
    await world.presses("Mai", "🗂 Đã duyệt")
    await world.presses("Mai", "2")
    await world.presses("Mai", "🗑 Gỡ xuống")
    assert "3 nhóm" in text(await world.says("Mai", WHY))
    heard = await world.presses("Mai", "🗑 Đúng, gỡ xuống")
    assert any(chat == "Lan" and WHY in shown.text for chat, shown in heard)
    for chat in GROUPS:
        assert TOLD not in standing(world, chat)
        assert "Chuyện khác" in standing(world, chat)
        assert not any(shown.reply.photos for shown in world.channel.chats[chat])
    assert [row[0] for row in await state(world)] == ["refused", "approved"]
    assert await world.query("SELECT count(*) FROM story_of_week") == [(0,)]
    assert await world.query("SELECT reason FROM audit WHERE action = 'story.down'") == [(WHY,)]
    assert "Mai đã quyết định không dùng" in text(await world.happens("Sáu", action="sto/down/1/sure"))


async def test_the_week_can_have_another_story_then(world: World) -> None:
    for told in (TOLD, "Chuyện hai"):
        await tells(world, "Lan", told)
        await approves(world)
    await world.happens("Mai", action="sto/best/2/2022-W50")
    await takes_down(world)
    heard = await world.happens("Mai", action="sto/best/1/2022-W50")
    posted = {chat for chat, shown in heard if "Câu chuyện đẹp trong tuần" in shown.text and TOLD in shown.text}
    assert posted >= set(GROUPS)


async def test_the_week_s_story_can_be_changed_until_the_week_is_over(world: World) -> None:
    for told in (TOLD, "Chuyện hai"):
        await tells(world, "Lan", told)
        await approves(world)
    await world.happens("Mai", action="sto/best/2/2022-W50")
    await world.happens("Mai", action="sto/week/2022-W50")
    await world.presses("Mai", "Chọn bài khác")
    await world.presses("Mai", "Đúng, chọn bài khác")
    assert all("Câu chuyện đẹp trong tuần" not in standing(world, chat) for chat in GROUPS)
    assert await world.query("SELECT count(*) FROM story_of_week") == [(0,)]
    heard = await world.happens("Mai", action="sto/best/1/2022-W50")
    assert {chat for chat, shown in heard if "Câu chuyện đẹp" in shown.text and TOLD in shown.text} == set(GROUPS)
    await world.time_is(datetime(2022, 12, 19, 8, 0, tzinfo=ZONE))
    shown = await world.happens("Mai", action="sto/week/2022-W50")
    assert "Chọn bài khác" not in [label for _, one in shown for label in one.labels]
    await world.happens("Mai", action="sto/other/2022-W50/sure")
    assert await world.query("SELECT story_id FROM story_of_week") == [(1,)]


async def test_what_waits_for_the_morning_is_never_posted(world: World) -> None:
    await tells(world, "Lan", TOLD, photos=1)
    await world.time_is(datetime(2022, 12, 15, 23, 0, tzinfo=ZONE))
    await approves(world)
    await takes_down(world)
    morning = await world.time_is(datetime(2022, 12, 16, 6, 0, tzinfo=ZONE))
    assert not [chat for chat, _ in morning if chat in GROUPS]
    assert "đã được duyệt" not in text(morning)
    assert WHY in text([one for one in morning if one[0] == "Lan"])


async def test_a_post_that_is_too_old_to_be_deleted_says_that_it_was_taken_down(world: World) -> None:
    await tells(world, "Lan", TOLD)
    await approves(world)
    await world.time_is(world.clock.now() + timedelta(days=3))
    heard = await takes_down(world)
    edits = {chat: shown.text for chat, shown in heard if shown.reply.only_edit}
    assert set(edits) == set(GROUPS)
    assert all("đã gỡ" in said and TOLD not in said for said in edits.values())


async def test_the_number_under_it_does_not_bring_its_words_back(world: World) -> None:
    await tells(world, "Lan", TOLD)
    await approves(world)
    await world.happens("-1", sender="Lan", action="sto/like/1")
    await takes_down(world)
    async with world.unit_of_work() as uow:
        # As when somebody who liked it is erased.
        await uow.conn.exec_driver_sql("UPDATE story SET tapped_at = decided_at")
    await world.time_is(world.clock.now() + timedelta(minutes=5))
    assert await world.query("SELECT key FROM outbox WHERE key LIKE 'story/1/%/h'") == []
    assert await world.query("SELECT tapped_at FROM story") == [(None,)]


async def test_taking_down_asks_for_a_reason_and_is_for_the_branch_s_editors(world: World) -> None:
    await tells(world, "Lan", TOLD)
    await approves(world)
    for name in ("Tư", "Lan", "Hùng", "stranger"):
        for action in ("told/1", "down/1", "down/1/sure", "past/0", "other/2022-W50/sure"):
            assert TOLD not in text(await world.happens(name, action=f"sto/{action}")), f"{name}: {action}"
            await world.says(name, WHY)
    await world.happens("Mai", action="sto/down/1/sure")
    assert (await state(world))[0][0] == "approved", "no reason was given"
    await world.happens("Mai", action="sto/down/1")
    await world.says("Mai", WHY)
    await world.presses("Mai", "Thôi")
    assert (await state(world))[0][0] == "approved"
    assert await world.query("SELECT traceback FROM failed_update") == []


# --- the report says something else now --------------------------------------------------------------


async def _reports(world: World, story: str) -> None:
    await world.says("Lan", "hỗ trợ 20 em thiếu nhi, 30 lượt đoàn viên tham gia")
    await world.presses("Lan", "✏️ Gửi thêm")
    await world.presses("Lan", "☐ Gương tốt")
    await world.presses("Lan", "Xong")
    await world.says("Lan", story)
    await world.presses("Lan", "✅ Gửi báo cáo")


async def _corrects(world: World, story: str) -> list[tuple[str, Shown]]:
    await world.happens("Lan", action="fix/1")
    await world.presses("Lan", "✏️ Gương tốt")
    await world.says("Lan", story)
    return await world.presses("Lan", "✅ Gửi báo cáo")


async def test_a_correction_of_what_was_posted_is_told_to_both(world: World) -> None:
    await _reports(world, TOLD)
    await approves(world)
    heard = await _corrects(world, "Bạn Hòa trả lại ví")
    assert "vẫn là lời cũ" in text([one for one in heard if one[0] == "Lan"])
    (mai,) = [shown for chat, shown in heard if chat == "Mai"]
    assert "vẫn là lời cũ" in mai.text
    assert "Bạn Hòa trả lại ví" in mai.text
    assert await state(world) == [("approved", "Bạn Hòa trả lại ví", TOLD)]
    assert not [one for one in heard if one[0] == "Sáu"], "the one who approved it is enough"
    await world.presses("Mai", "Xem bài đã đăng")
    assert "🗑 Gỡ xuống" in world.channel.chats["Mai"][-1].labels


async def test_one_that_was_told_anew_is_not_corrected_by_a_report_that_says_the_same(world: World) -> None:
    await _reports(world, TOLD)
    await world.says("Mai", "/guongtot")
    await world.presses("Mai", "↩ Hỏi lại")
    await world.says("Mai", "Ai làm?")
    await world.happens("Lan", action="tale/again/1")
    await world.says("Lan", ANEW)
    await world.presses("Lan", "✅ Gửi")
    await _corrects_a_number(world, "21")
    assert await state(world) == [("waiting", ANEW, ANEW)], "the answer is not lost"
    await approves(world)
    heard = await _corrects_a_number(world, "22")
    assert "gương tốt" not in text(heard).lower()
    assert await state(world) == [("approved", ANEW, ANEW)]
    heard = await _corrects(world, "Bạn Hòa trả lại ví")
    assert "vẫn là lời cũ" in text(heard)
    assert await state(world) == [("approved", "Bạn Hòa trả lại ví", ANEW)]


async def _corrects_a_number(world: World, number: str) -> list[tuple[str, Shown]]:
    await world.happens("Lan", action="fix/1")
    label = next(one for one in world.channel.chats["Lan"][-1].labels if "hiếu nhi" in one)
    await world.presses("Lan", label)
    await world.says("Lan", number)
    return await world.presses("Lan", "✅ Gửi báo cáo")


# --- a digest that told it ---------------------------------------------------------------------------


async def test_a_digest_that_is_opened_again_does_not_tell_it_any_more(world: World) -> None:
    for told in (TOLD, "Chuyện hai"):
        await tells(world, "Lan", told)
        await approves(world)
    await world.time_is(datetime(2022, 12, 16, 10, 15, tzinfo=ZONE))
    await world.says("Mai", "/tonghop")
    sent = await _opens_the_last(world)
    assert "quét vôi" in sent
    await world.says("Mai", "/guongtot")
    await world.presses("Mai", "🗂 Đã duyệt")
    await world.presses("Mai", "2")
    await world.presses("Mai", "🗑 Gỡ xuống")
    await world.says("Mai", WHY)
    await world.presses("Mai", "🗑 Đúng, gỡ xuống")
    now = await _opens_the_last(world)
    assert "quét vôi" not in now
    assert "đã gỡ" in now
    other = [line for line in sent.splitlines() if "quét vôi" not in line]
    assert [line for line in now.splitlines() if "đã gỡ" not in line] == other, "all else is as it was"
    numbers = "SELECT numbers FROM snapshot WHERE key LIKE 'digest/%'"
    assert TOLD.split()[0] in str(await world.query(numbers)), "what was kept is not written anew"


async def _opens_the_last(world: World) -> str:
    await world.says("Mai", "/tonghop")
    await world.presses("Mai", "Bản đã gửi")
    heard = await world.presses("Mai", world.channel.chats["Mai"][-1].labels[0])
    return text(heard)
