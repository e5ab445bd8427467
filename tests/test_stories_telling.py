"""Telling good examples: several that are begun at once, who approves one's own, what is said of which."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.good_examples import START, TOLD, approves, office, state, tells, text
from tests.support.story import world_after
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(office, tmp_path, START) as world:
        yield world


async def _asked_back(world: World, told: str = TOLD) -> None:
    await tells(world, "Lan", told, photos=1)
    await world.says("Mai", "/guongtot")
    await world.presses("Mai", "↩ Hỏi lại")
    await world.says("Mai", "Ai làm?")


async def test_a_new_story_is_no_answer_to_what_was_asked(world: World) -> None:
    await _asked_back(world)
    await world.happens("Lan", action="tale/again/1")
    await world.says("Lan", "/tinhay")
    await world.says("Lan", "Chuyện mới")
    assert "chuyển cho người hỏi" not in text(await world.presses("Lan", "✅ Gửi"))
    assert await state(world) == [("returned", TOLD, TOLD), ("waiting", "Chuyện mới", "Chuyện mới")]
    assert await world.query("SELECT json_array_length(photos) FROM story") == [(1,), (0,)]


async def _answers_while_she_writes(world: World) -> str:
    """Lan has begun a new story when she answers what was asked; what the button under the new one does."""
    await _asked_back(world)
    await world.says("Lan", "/tinhay")
    await world.says("Lan", "Chuyện đang viết")
    send_new = world.channel.chats["Lan"][-1].action("✅ Gửi")
    await world.happens("Lan", action="tale/again/1")
    await world.says("Lan", "Chi đoàn ấp 3 làm")
    return send_new


async def test_an_answer_leaves_the_story_that_is_being_written(world: World) -> None:
    send_new = await _answers_while_she_writes(world)
    send_answer = world.channel.chats["Lan"][-1].action("✅ Gửi")
    assert "/tinhay" in text(await world.happens("Lan", action=send_answer)), "that the other is kept"
    assert "Chưa có gì" in text(await world.happens("Lan", action=send_answer))
    assert await state(world) == [("waiting", "Chi đoàn ấp 3 làm", "Chi đoàn ấp 3 làm")]
    assert "“Chuyện đang viết”" in text(await world.says("Lan", "/tinhay"))
    await world.happens("Lan", action=send_new)
    assert (await state(world))[1][0] == "waiting"


async def test_a_button_sends_the_story_that_it_stood_under(world: World) -> None:
    send_new = await _answers_while_she_writes(world)
    await world.happens("Lan", action=send_new)
    assert await state(world) == [("returned", TOLD, TOLD), ("waiting", "Chuyện đang viết", "Chuyện đang viết")]
    assert "“Chi đoàn ấp 3 làm”" in text(await world.happens("Lan", action="tale/again/1"))


async def test_what_is_typed_behind_the_command_is_taken(world: World) -> None:
    assert "“Bạn Hòa trả ví”" in text(await world.says("Lan", "/tinhay Bạn Hòa trả ví"))
    assert "“Bạn Hòa trả ví\nở chợ”" in text(await world.says("Lan", "/tinhay ở chợ"))
    await world.presses("Lan", "✅ Gửi")
    assert (await state(world))[0][1] == "Bạn Hòa trả ví\nở chợ"


async def test_no_pictures_are_not_counted(world: World) -> None:
    assert "Ảnh:" not in text(await world.says("Lan", "/tinhay Bạn Hòa trả ví"))


async def test_the_report_under_way_is_one_tap_away(world: World) -> None:
    await world.says("Lan", "hỗ trợ 20 em thiếu nhi, 30 lượt đoàn viên tham gia")
    await world.says("Lan", "/tinhay Bạn Hòa trả ví")
    await world.presses("Lan", "✅ Gửi")
    assert "Làm tiếp báo cáo" in world.channel.chats["Lan"][-1].labels
    await world.says("Lan", "/tinhay Bạn Hòa trả ví")
    await world.presses("Lan", "Thôi")
    assert "Làm tiếp báo cáo" in world.channel.chats["Lan"][-1].labels


async def test_where_nobody_can_approve_it_that_is_said(world: World) -> None:
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE member SET ended_at = created_at WHERE role = 'officer'")
    heard = text(await tells(world, "Lan", TOLD))
    assert "Văn phòng đọc" not in heard
    assert "chưa có cán bộ văn phòng nào" in heard


async def test_one_s_own_story_is_approved_by_another_if_there_is_one(world: World) -> None:
    await tells(world, "Sáu", TOLD)
    await world.says("Sáu", "/guongtot")
    assert "Mai duyệt" in text(await world.presses("Sáu", "✅ Duyệt"))
    card = world.channel.chats["Mai"]
    await world.says("Mai", "/guongtot")
    await world.presses("Mai", "✅ Duyệt")
    post = next(c.action for row in card[-1].reply.choices for c in row if c.action.startswith("sto/post"))
    assert "Mai duyệt" in text(await world.happens("Sáu", action=post))
    assert (await state(world))[0][0] == "waiting"
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(
            "UPDATE member SET ended_at = created_at WHERE id IN "
            "(SELECT m.id FROM member m JOIN account a ON a.person_id = m.person_id WHERE a.address = 'Mai')"
        )
    await approves(world, "Sáu")
    assert (await state(world))[0][0] == "approved", "nobody else could"


async def test_the_author_hears_which_story_it_is(world: World) -> None:
    await tells(world, "Lan", TOLD)
    assert "“Chi đoàn ấp 3" in text([one for one in await approves(world) if one[0] == "Lan"])
    heard = await world.happens("Mai", action="sto/best/1/2022-W50")
    assert "“Chi đoàn ấp 3" in text([one for one in heard if one[0] == "Lan"])
    await tells(world, "Lan", "Một chuyện rất dài " * 20)
    await world.says("Mai", "/guongtot")
    await world.presses("Mai", "Không dùng")
    (said,) = [shown.text for chat, shown in await world.says("Mai", "không") if chat == "Lan"]
    assert "“Một chuyện rất dài" in said
    assert len(said) < 250


async def test_an_editor_hears_that_another_has_changed_the_words_meanwhile(world: World) -> None:
    await tells(world, "Lan", TOLD)
    for name in ("Mai", "Sáu"):
        await world.says(name, "/guongtot")
        await world.presses(name, "✏️ Sửa lời")
    await world.says("Sáu", "Lời của Sáu")
    heard = text(await world.says("Mai", "Lời của Mai"))
    assert "Sáu" in heard
    assert "Lời của Sáu" in heard
    assert (await state(world))[0][2] == "Lời của Sáu"
    await world.says("Mai", "Lời của Mai, sau khi đọc Sáu")
    assert (await state(world))[0][2] == "Lời của Mai, sau khi đọc Sáu"


async def test_no_group_is_not_called_nought_groups(world: World) -> None:
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE group_chat SET topics = '[]'")
    await tells(world, "Lan", TOLD)
    heard = text(await approves(world))
    for action in ("sto/star/1/2022-W50", "sto/best/1/2022-W50", "sto/month/2022-12"):
        heard += text(await world.happens("Mai", action=action))
    assert "0 nhóm" not in heard
