"""A broadcast up to the moment it is handed over: whose it is, what it keeps, when it goes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from handlers.events import Photo
from storage import erasing, members, people, privacy
from storage.tables import Media
from storage.uow import table
from tests.support.drafting import START, TEXT, alone, kept, said, state
from tests.support.story import world_after
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(alone, tmp_path, START) as world:
        yield world


async def _no_failures(world: World) -> None:
    assert await world.query("SELECT traceback FROM failed_update") == []


# --- what is in it -----------------------------------------------------------------------------------


async def test_a_text_that_cannot_be_used_leaves_the_one_before(world: World) -> None:
    for bad in ("<b>hở", "Gửi {tên xã}", "x" * 4001):
        await world.happens("Bình", action="tin/text/1")
        ((_, shown),) = await world.says("Bình", bad)
        assert "Bản nháp vẫn được giữ (tin số 1)" in shown.text
        assert await kept(world) == {"text": TEXT, "html": TEXT}


async def test_too_long_says_by_how_much_with_the_longest_names_filled_in(world: World) -> None:
    await world.happens("Bình", action="tin/text/1")
    ((_, shown),) = await world.says("Bình", "😀" * 2001)
    assert "quá 2 chữ cái (tối đa 4.000" in shown.text
    # "Huyện đoàn Bến Cầu" is the longest name of a unit below her own.
    ((_, shown),) = await world.says("Bình", "{đơn vị}" + "x" * 3990)
    assert "quá 8 chữ cái" in shown.text
    ((_, shown),) = await world.says("Bình", "<b>{đơn vị}</b>" + "x" * 3982)
    assert "Tin số 1" in shown.text


async def test_what_was_formatted_in_the_channel_is_kept_as_it_was(world: World) -> None:
    await world.happens("Bình", action="tin/text/1")
    await world.says("Bình", "Mai *họp*", markup="<b>Mai</b> *họp* &lt;17h&gt;")
    assert await kept(world) == {"text": "Mai *họp*", "html": "<b>Mai</b> *họp* &lt;17h&gt;"}
    heard = await world.happens("Bình", action="tin/see/1")
    assert str(heard[1][1].reply.text) == "<b>Mai</b> *họp* &lt;17h&gt;"


async def test_ten_pictures_and_no_more_and_one_that_was_lost(world: World) -> None:
    await world.happens("Bình", action="tin/photo/1")
    ((_, shown),) = await world.happens("Bình", photo=Photo(None))
    assert "chưa tới em" in shown.text
    for number in range(11):
        ((_, shown),) = await world.sends_photo("Bình", f"p/{number}")
    assert "Đã đủ 10 ảnh" in shown.text
    photos = (await kept(world))["photos"]
    assert isinstance(photos, list)
    assert [one[0] for one in photos] == [f"p/{number}" for number in range(10)]


async def test_a_picture_that_has_gone_is_told_at_preview_and_at_sending(world: World) -> None:
    await world.happens("Bình", action="tin/photo/1")
    await world.sends_photo("Bình", "p/there")
    async with world.unit_of_work() as uow:
        values = {"sha256": "0" * 64, "mime": "image/png", "size": 1, "name": "", "owner": "", "created_at": START}
        await uow.insert(Media, id="p/there", **values)
    assert "ngay bây giờ" in await said(world, "Bình", "tin/send/1")
    async with world.unit_of_work() as uow:
        await uow.run(delete(table(Media)))
    for action in ("tin/see/1", "tin/send/1", "tin/sure/1/5/0"):
        assert "Ảnh thứ 1 không còn trong kho" in await said(world, "Bình", action)
    assert await state(world) == "draft"


# --- whose it is -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["Mai", "Hùng", "Tú", "Lan", "Ai đó"])
async def test_a_draft_is_its_authors_alone(world: World, who: str) -> None:
    before = await world.query("SELECT * FROM broadcast")
    for step in (
        "show",
        "text",
        "see",
        "send",
        "sure",
        "drop",
        "all",
        "to",
        "names",
        "time",
        "back",
        "yes",
        "no",
        "look",
    ):
        for rest in ("", "/sure", "/5/0", "/0"):
            assert TEXT not in await said(world, who, f"tin/{step}/1{rest}")
    assert await world.query("SELECT * FROM broadcast") == before
    await _no_failures(world)


async def test_who_has_lost_the_role_has_lost_the_draft(world: World) -> None:
    async with world.unit_of_work() as uow:
        await members.end(uow, 1)
    await world.joins("Bình", "XXXX-2345", "TN-BC-LT", "officer")
    assert "không còn" in await said(world, "Bình", "tin/show/1")
    await world.happens("Bình", action="tin/sure/1/5/0")
    assert await state(world) == "draft"


async def test_nobody_is_chosen_outside_ones_branch(world: World) -> None:
    async with world.unit_of_work() as uow:
        province = await people.unit_by_code(uow, "TN")
    assert province
    for action in (f"tin/unit/1/{province['id']}", f"tin/add/1/{province['id']}"):
        assert "Đơn vị này không" in await said(world, "Bình", action)
    ((audience,),) = await world.query("SELECT audience FROM broadcast")
    assert province["id"] not in json.loads(audience).values()
    await world.happens("Bình", action="tin/camp/1/999")
    await world.happens("Bình", action="tin/owe/1/999")
    assert await world.query("SELECT campaign_id FROM broadcast") == [(None,)]
    await _no_failures(world)


async def test_what_is_kept_goes_with_its_author(world: World) -> None:
    async with world.unit_of_work() as uow:
        author = (await uow.people([("test", "Bình")]))["test", "Bình"]["person_id"]
        assert [row["text"] for row in (await privacy.collect(uow, author))["news"]] == [TEXT]
        await erasing.erase(uow, author)
    assert await world.query("SELECT * FROM broadcast") == []


# --- when it goes ------------------------------------------------------------------------------------


async def test_at_night_now_is_in_the_morning(world: World) -> None:
    await world.time_is(START.replace(hour=22))
    assert "lúc 06:00 ngày mai" in await said(world, "Bình", "tin/send/1")
    assert "06:00 ngày mai" in await said(world, "Bình", "tin/sure/1/4/0")
    assert await world.query("SELECT state, send_at FROM broadcast") == [("waiting", "2022-12-16 23:00:00.000000")]


async def test_a_time_that_has_passed_meanwhile_is_chosen_again(world: World) -> None:
    await world.happens("Bình", action="tin/at/1/202212160830")
    await world.time_is(START + timedelta(hours=1))
    assert "Giờ đó đã qua" in await said(world, "Bình", "tin/sure/1/5/0")
    await world.happens("Bình", action="tin/now/1")
    assert "ngay bây giờ" in await said(world, "Bình", "tin/send/1")


async def test_other_numbers_than_were_agreed_to_are_asked_about_again(world: World) -> None:
    assert "Gửi cho 4 người" in await said(world, "Bình", "tin/send/1")
    await world.joins("Hoa", "H2QA-9TCX", "TN-BC-LK", "reporter")
    await world.presses("Bình", "✅ Đúng, gửi")
    assert "vừa thay đổi" in world.channel.chats["Bình"][-1].text
    assert await state(world) == "draft"
    await world.presses("Bình", "✅ Đúng, gửi")
    assert await state(world) == "waiting"
    entries = await world.query("SELECT action, subject, after FROM audit WHERE action LIKE 'broadcast.%'")
    assert [(a, s, json.loads(after)) for a, s, after in entries] == [
        ("broadcast.send", "broadcast:1", {"people": 5, "groups": 0})
    ]


async def test_what_is_handed_over_changes_no_more(world: World) -> None:
    await world.happens("Bình", action="tin/sure/1/4/0")
    before = await world.query("SELECT * FROM broadcast")
    for step in ("show", "text", "all", "role", "photo", "now", "drop", "send"):
        assert "đang gửi" in await said(world, "Bình", f"tin/{step}/1")
    await world.happens("Bình", action="tin/drop/1/sure")
    assert await world.query("SELECT * FROM broadcast") == before
