"""Groups: what is pressed by those who may not, what befalls a group, and what goes into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.base import Blocked
from handlers.events import BadAction, Membership
from handlers.groups import topics
from handlers.groups.manners import LONGEST_TITLE
from storage import groups, people, privacy
from storage.tables import GroupChat
from tests.bot.kit import CHANNEL, at, heard, member, post
from tests.support.story import world_after
from tests.support.world import World

GROUP = "-100"


async def _joined(world: World) -> None:
    """Mai is in the province's office, Bình in that of Bến Cầu, Tư leads Gò Dầu, Lan reports for Bến Cầu."""
    await world.load()
    for chat, unit, role in (
        ("Mai", "TN", "officer"),
        ("Bình", "TN-BC", "officer"),
        ("Tư", "TN-GD", "leader"),
        ("Lan", "TN-BC", "reporter"),
    ):
        await member(world, chat, unit, role)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_joined, tmp_path, at("2022-12-15 14:00")) as world:
        yield world


async def unit(world: World, code: str) -> int:
    ((found,),) = await world.query(f"SELECT id FROM unit WHERE code = '{code}'")
    return int(found)


async def in_group(world: World, who: str, text: str, title: str = "Tin nhanh") -> list[str]:
    """What somebody says in the group. Returns who was answered."""
    return [chat for chat, _ in await world.says(GROUP, text, sender=who, title=title)]


async def linked(world: World, code: str, *wanted: str, chat: str = GROUP) -> None:
    """The group is a unit's already."""
    async with world.unit_of_work() as uow:
        await uow.insert(
            GroupChat, channel=CHANNEL, chat=chat, title="Tin nhanh", unit_id=await unit(world, code),
            topics=list(wanted or (groups.NEWS, groups.DIGEST)),
        )  # fmt: skip


async def rows(world: World) -> list[tuple[object, ...]]:
    return await world.query("SELECT id, unit_id, topics, asked_by FROM group_chat ORDER BY id")


# --- whose it is ---------------------------------------------------------------------------------------


async def test_only_who_asked_in_the_group_links_it(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    before = await rows(world)
    binh = await unit(world, "TN-BC")
    for action in ("grp/1", "grp/1/unit", f"grp/1/to/{binh}/nd", f"grp/1/ok/{binh}/nd", "grp/1/off/sure", "grp/2"):
        ((chat, shown),) = await world.happens("Bình", action=action)
        assert (chat, "Tin nhanh" in shown.text) == ("Bình", False)
    assert await rows(world) == before


async def test_nobody_links_a_group_to_a_unit_of_others(world: World) -> None:
    await in_group(world, "Bình", "/lienket")
    for code in ("TN", "TN-GD"):
        await world.happens("Bình", action=f"grp/1/ok/{await unit(world, code)}/nd")
    assert await world.query("SELECT unit_id FROM group_chat") == [(None,)]
    await world.happens("Bình", action=f"grp/1/ok/{await unit(world, 'TN-BC')}/nd")
    assert await world.query("SELECT unit_id, asked_by FROM group_chat") == [(await unit(world, "TN-BC"), None)]


async def test_of_two_who_link_one_group_the_first_hears_who_the_other_is(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    await in_group(world, "Tư", "/lienket")
    ((_, shown),) = await world.presses("Mai", "Tỉnh đoàn Tây Ninh")
    assert "Tư (Huyện đoàn Gò Dầu) đang liên kết nhóm này" in shown.text
    await in_group(world, "Mai", "/lienket")
    await world.presses("Mai", "Tỉnh đoàn Tây Ninh")
    await world.presses("Mai", "✅ Liên kết")
    ((_, shown),) = await world.presses("Tư", "Huyện đoàn Gò Dầu")
    assert "không thuộc đơn vị đồng chí phụ trách" in shown.text
    assert await world.query("SELECT unit_id FROM group_chat") == [(await unit(world, "TN"),)]


async def test_who_has_no_role_any_more_is_linking_nothing(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    await in_group(world, "Tư", "/lienket")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE member SET ended_at = created_at WHERE role = 'leader'")
    ((_, shown),) = await world.presses("Mai", "Tỉnh đoàn Tây Ninh")
    assert "không thuộc đơn vị đồng chí phụ trách" in shown.text


async def test_only_the_branch_that_has_a_group_moves_it(world: World) -> None:
    await linked(world, "TN-GD")
    before, binh = await rows(world), await unit(world, "TN-BC")
    assert await in_group(world, "Bình", "/lienket") == ["Bình", GROUP]
    assert "Huyện đoàn Gò Dầu" in heard(world, "Bình")[-1]
    await world.happens("Bình", action=f"grp/1/ok/{binh}/nd")
    assert await rows(world) == before
    await world.happens("Mai", action=f"grp/1/ok/{binh}/nd")
    assert await world.query("SELECT unit_id FROM group_chat") == [(binh,)]


async def test_a_unit_that_has_ended_gets_no_group(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    gone = await unit(world, "TN-GD")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(f"UPDATE unit SET valid_to = '2022-12-01 00:00:00' WHERE id = {gone}")
    await world.happens("Mai", action=f"grp/1/ok/{gone}/nd")
    assert await world.query("SELECT unit_id FROM group_chat") == [(None,)]


async def test_a_unit_that_ends_is_shown_at_its_group(world: World) -> None:
    await linked(world, "TN-GD")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE unit SET valid_to = '2022-12-15 01:00:00' WHERE code = 'TN-GD'")
    await world.says("Mai", "/nhom")
    assert "Tin nhanh – Gò Dầu: ⚠ đơn vị đã kết thúc" in heard(world, "Mai")[-1]
    await world.presses("Mai", "Tin nhanh")
    assert "⚠ Đơn vị này đã kết thúc" in heard(world, "Mai")[-1]


async def test_a_double_press_links_once(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    for _ in range(2):
        await world.happens("Mai", action=f"grp/1/ok/{await unit(world, 'TN')}/ns")
    assert len([text for text in heard(world, GROUP) if "Nhóm nhận: tin tức, gương tốt" in text]) == 1
    assert await world.query("SELECT count(*) FROM audit WHERE action = 'group.link'") == [(1,)]
    assert await world.query("SELECT title, language FROM group_chat WHERE linked_by NOT NULL") == [("Tin nhanh", "vi")]


async def test_what_a_group_gets_is_changed_and_noted(world: World) -> None:
    await linked(world, "TN-BC")
    await world.happens("Bình", action="grp/1/set/do")
    assert await world.query("SELECT topics FROM group_chat") == [('["digest", "owing_names"]',)]
    for bad in ("ou", "nn", "x", "n-", ""):
        await world.happens("Bình", action=f"grp/1/set/{bad}")
    assert await world.query("SELECT topics FROM group_chat") == [('["digest", "owing_names"]',)]
    assert await world.query("SELECT action FROM audit WHERE action LIKE 'group.%'") == [("group.topics",)]
    assert await world.query("SELECT traceback FROM failed_update") == []


@pytest.mark.parametrize("text", ["ou", "nn", "x", "nx", ""])
def test_topics_that_are_none(text: str) -> None:
    with pytest.raises(BadAction):
        topics.read(text)


def test_topics_stand_in_a_button_and_come_back() -> None:
    for wanted in ([], ["news"], ["news", "stories", "digest", "owing_number"]):
        assert topics.read(topics.written(wanted)) == wanted
    assert topics.toggled(["news", "owing_names"], "owing_number") == ["news", "owing_number"]


async def test_a_person_erased_is_nobody_who_asked(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    ((person,),) = await world.query("SELECT asked_by FROM group_chat")
    async with world.unit_of_work() as uow:
        await privacy.erase(uow, int(person))
    assert await world.query("SELECT asked_by FROM group_chat") == [(None,)]


# --- manners -------------------------------------------------------------------------------------------


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


async def test_a_button_in_a_group_leads_to_the_private_chat(world: World) -> None:
    ((_, shown),) = await world.happens(GROUP, sender="Bình", action="grp/list/0")
    assert [link.url for link in shown.reply.links] == ["https://t.me/danvan_thu_bot"]
    assert not shown.reply.choices


# --- what befalls a group ------------------------------------------------------------------------------


async def told(world: World, moment: str) -> dict[str, str]:
    """What is said of groups at a moment, by chat."""
    return {chat: shown.text for chat, shown in await world.time_is(at(moment)) if "👥 Nhóm" in shown.text}


async def test_a_group_found_gone_by_the_courier_is_told_once(world: World) -> None:
    await linked(world, "TN-BC")
    world.channel.trouble = [Blocked("bot was kicked from the group chat")]
    await post(world, GROUP, "tin")
    await world.send()
    assert set(await told(world, "2022-12-15 14:01")) == {"Bình"}
    assert await told(world, "2022-12-15 14:02") == {}
    await world.happens(GROUP, membership=Membership.ADDED)
    await world.time_is(at("2022-12-15 14:03"))
    await world.happens(GROUP, membership=Membership.REMOVED)
    assert set(await told(world, "2022-12-15 14:04")) == {"Bình"}


async def test_the_nearest_office_is_told(world: World) -> None:
    await linked(world, "TN-GD")
    await world.happens(GROUP, membership=Membership.SILENCED)
    assert set(await told(world, "2022-12-15 14:01")) == {"Mai"}


async def test_what_is_over_by_the_morning_is_not_told(world: World) -> None:
    await linked(world, "TN-BC")
    await world.time_is(at("2022-12-15 22:00"))
    await world.happens(GROUP, membership=Membership.SILENCED)
    assert await told(world, "2022-12-15 22:01") == {}
    await world.happens(GROUP, membership=Membership.ALLOWED)
    assert await told(world, "2022-12-16 06:30") == {}


async def test_a_group_of_nobody_is_nobodys_trouble(world: World) -> None:
    await in_group(world, "Mai", "/lienket")
    for what in (Membership.SILENCED, Membership.ALLOWED, Membership.REMOVED):
        await world.happens(GROUP, membership=what)
    await world.happens(GROUP, membership=Membership.MOVED, moved_to="-200")
    assert await told(world, "2022-12-15 14:01") == {}
    assert await world.query("SELECT count(*) FROM audit WHERE action LIKE 'group.%'") == [(0,)]


# --- what goes into it ---------------------------------------------------------------------------------


async def test_which_groups_want_a_topic(world: World) -> None:
    await linked(world, "TN", groups.NEWS, chat="-1")
    await linked(world, "TN-BC", groups.NEWS, groups.STORIES, chat="-2")
    await linked(world, "TN-GD", chat="-3")
    await linked(world, "TN-GD", groups.STORIES, chat="-4")
    for chat, what in (("-3", Membership.SILENCED), ("-4", Membership.REMOVED)):
        await world.happens(chat, membership=what)
    async with world.unit_of_work() as uow:
        root, bc = await people.unit_by_code(uow, "TN"), await people.unit_by_code(uow, "TN-BC")
        assert root and bc
        news = await groups.for_topic(uow, groups.NEWS, root["path"])
        assert {row["chat"]: row["unit_name"] for row in news} == {"-1": root["name"], "-2": bc["name"]}
        assert [row["chat"] for row in await groups.for_topic(uow, groups.STORIES, root["path"])] == ["-2"]
        assert [row["chat"] for row in await groups.for_topic(uow, groups.NEWS, bc["path"])] == ["-2"]
        assert len(await groups.of_branch(uow, root["path"])) == 4


async def test_each_group_gets_the_digest_of_its_unit(world: World) -> None:
    await linked(world, "TN", chat="-1")
    await linked(world, "TN-GD", chat="-2")
    await linked(world, "TN-BC", groups.NEWS, chat="-3")
    found = {chat: shown.text for chat, shown in await world.time_is(at("2022-12-16 10:15")) if "📊" in shown.text}
    assert set(found) == {"Mai", "Bình", "Tư", "-1", "-2"}
    assert "0/13 đơn vị" in found["-1"]
    assert "0/1 đơn vị" in found["-2"]
    assert "Gò Dầu." not in found["-2"]
