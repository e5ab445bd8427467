"""Good examples beyond the conversation `stories`: what is refused, who hears what, where it is posted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from reporting.stories.texts import LONGEST, MOST_PHOTOS
from storage import people, stories
from tests.support.good_examples import GROUPS, START, TOLD, approves, office, state, tells, text
from tests.support.remembering import Shown
from tests.support.story import world_after
from tests.support.world import ZONE, World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(office, tmp_path, START) as world:
        yield world


# --- telling -----------------------------------------------------------------------------------------


async def test_what_is_too_much_is_not_taken_and_the_rest_stays(world: World) -> None:
    await world.says("Lan", "/tinhay")
    await world.says("Lan", "Chuyện đẹp")
    assert "Dài quá" in text(await world.says("Lan", "a" * LONGEST))
    for place in range(MOST_PHOTOS):
        await world.sends_photo("Lan", f"p/{place}")
    assert f"tối đa {MOST_PHOTOS} ảnh" in text(await world.sends_photo("Lan"))
    assert "Ảnh chưa đến" in text(await world.sends_photo("Lan", None))
    await world.presses("Lan", "✅ Gửi")
    assert await state(world) == [("waiting", "Chuyện đẹp", "Chuyện đẹp")]
    ((photos,),) = await world.query("SELECT json_array_length(photos) FROM story")
    assert photos == MOST_PHOTOS


async def test_pictures_without_words_are_no_story_yet(world: World) -> None:
    await world.says("Lan", "/tinhay")
    await world.sends_photo("Lan")
    assert "kể vài dòng" in text(await world.happens("Lan", action="tale/send/0"))
    assert await state(world) == []
    await world.says("Lan", "Dọn nghĩa trang")
    await world.presses("Lan", "✅ Gửi")
    assert await state(world) == [("waiting", "Dọn nghĩa trang", "Dọn nghĩa trang")]


async def test_a_story_under_way_waits_while_something_else_is_done(world: World) -> None:
    await world.says("Lan", "/tinhay")
    await world.says("Lan", "Chuyện đẹp")
    await world.says("Lan", "/tinhtrang")
    assert "“Chuyện đẹp”" in text(await world.says("Lan", "/tinhay"))
    await world.presses("Lan", "Thôi")
    assert "Chuyện đẹp" not in text(await world.says("Lan", "/tinhay"))


async def test_editors_hear_once_a_day_that_something_waits_and_not_at_night(world: World) -> None:
    first = await tells(world, "Lan", "Chuyện một")
    assert [chat for chat, _ in first] == ["Lan", "Mai", "Sáu"]
    assert [chat for chat, _ in await tells(world, "Minh", "Chuyện hai")] == ["Minh", "Tư"]
    await world.time_is(datetime(2022, 12, 15, 22, 0, tzinfo=ZONE))
    assert [chat for chat, _ in await tells(world, "Lan", "Chuyện ba")] == ["Lan"]
    morning = await world.time_is(datetime(2022, 12, 16, 6, 0, tzinfo=ZONE))
    assert sorted(chat for chat, shown in morning if "gương tốt" in shown.text) == ["Mai", "Sáu"]
    await world.time_is(datetime(2022, 12, 16, 7, 0, tzinfo=ZONE))
    assert [chat for chat, _ in await tells(world, "Lan", "Chuyện bốn")] == ["Lan"]


# --- from a report -----------------------------------------------------------------------------------


async def _reports(world: World, name: str, story: str, opinion: str) -> list[tuple[str, Shown]]:
    await world.says(name, "hỗ trợ 20 em thiếu nhi, 30 lượt đoàn viên tham gia")
    await world.presses(name, "✏️ Gửi thêm")
    for label in ("☐ 📷 Ảnh", "☐ Gương tốt", "☐ Dư luận", "Xong"):
        await world.presses(name, label)
    await world.sends_photo(name, "p/report")
    await world.presses(name, "Bỏ qua")
    await world.says(name, opinion)
    await world.says(name, story)
    return await world.presses(name, "✅ Gửi báo cáo")


async def test_a_report_s_story_goes_with_its_picture_and_without_what_leaders_read(world: World) -> None:
    heard = await _reports(world, "Lan", TOLD, "Bà con lo thiếu nước")
    assert "Gương tốt đã chuyển văn phòng" in heard[0][1].text
    assert await world.query("SELECT text, photos, question IS NOT NULL, report_id FROM story") == [
        (TOLD, '["p/report"]', 1, 1)
    ]
    posts = [shown for chat, shown in await approves(world) if chat in GROUPS]
    assert any(TOLD in shown.text and "<b>dọn" not in str(shown.reply.text) for shown in posts)
    assert "thiếu nước" not in text([("", shown) for shown in posts])
    assert [shown.reply.photo.media_id for shown in posts if shown.reply.photo] == ["p/report"] * 3


# --- editing -----------------------------------------------------------------------------------------


async def test_who_is_not_of_the_branch_or_no_editor_decides_nothing(world: World) -> None:
    await tells(world, "Lan", TOLD)
    before = await state(world)
    for name in ("Tư", "Lan", "Hùng", "stranger"):
        for action in (
            "see/1",
            "ok/1/x",
            "post/1/x",
            "edit/1",
            "ask/1",
            "no/1",
            "text/1",
            "best/1/2022-W50",
            "in/1/1/0",
        ):
            assert TOLD not in text(await world.happens(name, action=f"sto/{action}")), f"{name}: {action}"
            await world.says(name, "Lời của người lạ")
    assert "Không có gương tốt nào" in text(await world.says("Tư", "/guongtot"))
    assert await state(world) == before


async def test_words_that_changed_meanwhile_are_looked_at_again(world: World) -> None:
    await tells(world, "Lan", TOLD)
    await world.says("Mai", "/guongtot")
    await world.presses("Mai", "✅ Duyệt")
    await world.says("Sáu", "/guongtot")
    await world.presses("Sáu", "✏️ Sửa lời")
    await world.says("Sáu", "Lời của Sáu")
    heard = await world.presses("Mai", "✅ Duyệt, đăng 3 nhóm")
    assert "Bài vừa thay đổi" in text(heard)
    assert "Lời của Sáu" in text(heard)
    assert await state(world) == [("waiting", TOLD, "Lời của Sáu")]


@pytest.mark.parametrize("label", ["✏️ Sửa lời", "↩ Hỏi lại", "Không dùng"])
async def test_who_types_after_another_has_decided_is_told_so(world: World, label: str) -> None:
    await tells(world, "Lan", TOLD)
    await world.says("Sáu", "/guongtot")
    await world.presses("Sáu", label)
    await approves(world)
    assert "Mai đã duyệt" in text(await world.says("Sáu", "Lời của Sáu"))
    assert await state(world) == [("approved", TOLD, TOLD)]


async def test_a_text_that_no_post_holds_must_be_made_shorter(world: World) -> None:
    async with world.unit_of_work() as uow:
        unit = await people.unit_by_code(uow, "TN-BC")
        assert unit
        await stories.add(uow, unit_id=unit["id"], member_id=1, text="chuyện dài " * 300, photos=[])
    await world.says("Mai", "/guongtot")
    assert "viết ngắn lại" in text(await world.presses("Mai", "✅ Duyệt"))
    await world.presses("Mai", "✏️ Sửa lời")
    assert "viết ngắn lại" in text(await world.says("Mai", "a" * (LONGEST + 1)))
    await world.says("Mai", "Chuyện ngắn")
    await world.presses("Mai", "✅ Duyệt")
    await world.presses("Mai", "✅ Duyệt, đăng 3 nhóm")
    assert (await state(world))[0][::2] == ("approved", "Chuyện ngắn")


# --- posting -----------------------------------------------------------------------------------------


async def test_it_is_posted_once_where_it_is_wanted_and_chosen(world: World) -> None:
    await tells(world, "Minh", TOLD, photos=2)
    await world.says("Tư", "/guongtot")
    await world.presses("Tư", "✅ Duyệt")
    assert world.channel.chats["Tư"][-1].labels[:2] == ["☑ Nhóm -3", "✅ Duyệt, đăng 1 nhóm"], "his branch alone"
    await world.says("Mai", "/guongtot")
    await world.presses("Mai", "✅ Duyệt")
    await world.presses("Mai", "☑ Nhóm -2")
    button = world.channel.chats["Mai"][-1].action("✅ Duyệt, đăng 2 nhóm")
    heard = await world.happens("Mai", action=button)
    assert sorted(chat for chat, shown in heard if f": {TOLD}" in shown.text) == ["-1", "-3"]
    assert [len(shown.reply.photos) for chat, shown in heard if chat == "-1"] == [2, 0]
    assert "Mai đã duyệt" in text(await world.happens("Mai", action=button))
    ((groups,),) = await world.query("SELECT json_array_length(groups) FROM story")
    assert groups == 2


async def test_at_night_groups_are_left_in_peace(world: World) -> None:
    await tells(world, "Lan", TOLD)
    await world.time_is(datetime(2022, 12, 15, 23, 0, tzinfo=ZONE))
    heard = await approves(world)
    assert {chat for chat, _ in heard} == {"Mai"}
    morning = await world.time_is(datetime(2022, 12, 16, 6, 0, tzinfo=ZONE))
    assert {chat for chat, shown in morning if f": {TOLD}" in shown.text} == set(GROUPS)


async def test_the_author_hears_also_when_another_has_the_work_now(world: World) -> None:
    await tells(world, "Lan", TOLD)
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(
            "UPDATE member SET ended_at = created_at WHERE id = (SELECT member_id FROM story)"
        )
    await world.joins("Hoa", "H2QA-9TCX", "TN-BC", "reporter")
    assert "đã được duyệt và đăng ở" in text([one for one in await approves(world) if one[0] == "Hoa"])
