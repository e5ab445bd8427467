"""What the bot says in a group, and what it does not hear there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event

from handlers.events import Membership
from handlers.groups.manners import LONGEST_TITLE
from tests.bot.kit import at, heard
from tests.support.group_talk import GROUP, in_group, joined, linked, unit
from tests.support.story import world_after
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(joined, tmp_path, at("2022-12-15 14:00")) as world:
        yield world


async def test_a_title_is_escaped_and_cut(world: World) -> None:
    await in_group(world, "Mai", "/lienket", title="<b>A & B</b>\n" + "x" * 300)
    reply = world.channel.chats["Mai"][-1].reply
    assert "&lt;b&gt;A &amp; B&lt;/b&gt; xxx" in reply.text
    assert await world.query("SELECT length(title) FROM group_chat") == [(LONGEST_TITLE,)]


async def test_nothing_said_in_a_group_is_an_answer(world: World) -> None:
    await world.happens("Lan", action="cmd/baocao")
    await world.presses("Lan", "📝 Báo cáo ngay")
    before = await world.query("SELECT state FROM draft")
    for text in ("25 em", "Xong", "huỷ", "2 buổi tuyên truyền 120 lượt người", "K7QM-2XPD"):
        assert await in_group(world, "Lan", text) == []
    await world.happens(GROUP, sender="Lan", action="q/1/0/v/9")
    assert await world.query("SELECT state FROM draft") == before
    assert await world.query("SELECT count(*) FROM report") == [(0,)]


async def test_commands_are_answered_at_most_once_a_minute(world: World) -> None:
    assert [await in_group(world, "Lan", text) for text in ("/baocao", "/tinhtrang")] == [[GROUP], []]
    await world.time_is(at("2022-12-15 14:01"))
    assert await in_group(world, "Lan", "/baocao") == [GROUP]
    await world.time_is(at("2022-12-15 14:05"))
    await world.happens(GROUP, membership=Membership.ADDED)
    assert await in_group(world, "Lan", "/start@danvan_thu_bot") == []


async def test_an_administrator_who_hides_is_told_to_show_up(world: World) -> None:
    assert await in_group(world, "1087968824", "/lienket") == [GROUP]
    shown = world.channel.chats[GROUP][-1]
    assert "tắt ẩn danh, rồi gõ lại /lienket" in shown.text
    assert "mã mời" not in shown.text
    assert not shown.reply.links


async def test_a_group_that_is_linked_is_not_asked_for_it_any_more(world: World) -> None:
    await world.happens(GROUP, membership=Membership.ADDED, title="Tin nhanh")
    await in_group(world, "Mai", "/lienket")
    await world.happens("Mai", action=f"grp/1/ok/{await unit(world, 'TN')}/n")
    await world.time_is(at("2022-12-15 14:05"))
    assert not [text for text in heard(world, GROUP) if "gõ /lienket tại đây" in text]
    assert [text for text in heard(world, GROUP) if "đã liên kết với" in text]


@pytest.mark.parametrize("told_first", [Membership.ADDED, Membership.MOVED])
async def test_a_group_that_grew_is_not_greeted_again(world: World, told_first: Membership) -> None:
    await linked(world, "TN-BC")
    for what in sorted([Membership.ADDED, Membership.MOVED], key=lambda one: one != told_first):
        chat, to = ("-200", None) if what is Membership.ADDED else (GROUP, "-200")
        await world.happens(chat, membership=what, moved_to=to, title="Tin nhanh")
    await world.time_is(at("2022-12-15 14:05"))
    assert heard(world, "-200") == []
    assert await world.query("SELECT chat, unit_id FROM group_chat") == [("-200", await unit(world, "TN-BC"))]


async def test_told_of_both_at_once_it_is_not_done_anew(world: World) -> None:
    """As Telegram tells it: both in one answer to getUpdates, and so in one transaction."""
    await linked(world, "TN-BC")
    assert await in_group(world, "Tư", "@danvan_thu_bot ơi") == [GROUP]
    rolled_back: list[object] = []
    event.listen(world.db.engine.sync_engine, "rollback", rolled_back.append)
    came = world.incoming("-200", membership=Membership.ADDED, title="Tin nhanh")
    went = world.incoming(GROUP, membership=Membership.MOVED, moved_to="-200")
    await asyncio.gather(world.intake.take(came), world.intake.take(went))
    assert rolled_back == []


async def test_a_button_in_a_group_leads_to_the_private_chat(world: World) -> None:
    ((_, shown),) = await world.happens(GROUP, sender="Bình", action="grp/list/0")
    assert [link.url for link in shown.reply.links] == ["https://t.me/danvan_thu_bot"]
    assert not shown.reply.choices


async def test_who_names_the_bot_is_answered_once_in_five_minutes(world: World) -> None:
    assert await in_group(world, "Lan", "chào cả nhà") == []
    ((chat, shown),) = await world.says(GROUP, "@Danvan_thu_bot hôm nay ai chưa nộp?", sender="Lan", title="Tin nhanh")
    assert chat == GROUP
    assert "nhắn riêng" in shown.text
    assert "/lienket" in shown.text, "nobody has linked it"
    assert shown.links == {"Mở chat riêng": "https://t.me/danvan_thu_bot"}
    assert await in_group(world, "Tư", "@danvan_thu_bot ơi") == []
    world.clock.turn_to(at("2022-12-15 14:06"))
    assert await in_group(world, "Tư", "@danvan_thu_bot_khac ơi") == []
    assert await in_group(world, "Tư", "@danvan_thu_bot ơi") == [GROUP]


async def test_where_only_mentions_are_heard_each_is_one(world: World) -> None:
    world.without_buttons()
    assert await in_group(world, "Lan", "hôm nay ai chưa nộp?") == [GROUP]
    assert await in_group(world, "Lan", "alo") == []
