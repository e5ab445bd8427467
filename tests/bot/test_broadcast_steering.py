"""A broadcast held, stopped, corrected, taken back, looked up: at once, by its author and by another of the branch."""

from __future__ import annotations

import pytest

from bot.channels.base import Refused
from handlers.news import running
from storage import outbox
from tests.bot.kit import CHANNEL, heard, member
from tests.bot.newsdesk import AUTHOR, became, later, ready, refusing, stands
from tests.support.world import World


async def test_a_pause_holds_what_waits_at_once_and_continue_sends_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AHEAD", 10)
    await ready(world, 30)
    await later(world)
    await world.jobs.tick()
    # Ten have gone out, ten more wait in the outbox.
    await world.presses(AUTHOR, "⏸ Tạm dừng")
    assert (await stands(world), await became(world)) == ("paused", {"sent": 10, "waiting": 20})
    await later(world, 2)
    assert await became(world) == {"sent": 10, "waiting": 20}
    assert "tạm dừng" in heard(world, AUTHOR)[0]
    await world.presses(AUTHOR, "▶ Tiếp tục")
    await later(world, 4)
    assert await became(world) == {"sent": 30}
    assert all(len(heard(world, f"n{n}")) == 1 for n in range(30))
    assert await actions(world) == ["broadcast.start", "broadcast.pause", "broadcast.continue"]


async def test_the_rest_is_stopped_for_good_also_by_another_officer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AHEAD", 10)
    await ready(world, 30)
    await member(world, "Bình", "TN", "officer")
    await later(world)
    await world.jobs.tick()
    await world.happens("Bình", action="run/stop/1")
    assert (await stands(world), await became(world)) == ("stopped", {"sent": 10, "stopped": 20})
    await later(world, 2)
    assert sum(len(heard(world, f"n{n}")) for n in range(30)) == 10
    assert "phần còn lại không gửi nữa" in heard(world, AUTHOR)[-1]
    await world.happens("Bình", action="run/go/1")
    assert await stands(world) == "stopped"


@pytest.mark.parametrize("verb", ["pause", "stop", "show", "list", "edit", "withdraw"])
async def test_an_officer_of_another_branch_has_no_hand_in_it(world: World, verb: str) -> None:
    await ready(world, 3)
    await member(world, "Chi", "TN-BC", "officer")
    await world.jobs.tick()
    await world.happens("Chi", action=f"run/{verb}/1")
    assert "không thuộc quyền" in heard(world, "Chi")[-1]
    assert await stands(world) == "running"


async def test_what_is_on_its_way_at_the_pause_is_taken_over(world: World) -> None:
    await ready(world, 3)
    await world.jobs.tick()
    async with world.unit_of_work() as uow:
        assert [row["key"] for row in await outbox.claim(uow, 2, [CHANNEL], [])] == ["run/1/1", "news/1/1"]
    await world.happens(AUTHOR, action="run/pause/1")
    assert await became(world) == {"queued": 1, "waiting": 2}
    async with world.unit_of_work() as uow:
        await outbox.recover(uow)
    await later(world)
    assert await became(world) == {"queued": 1, "waiting": 2}
    await world.happens(AUTHOR, action="run/stop/1")
    await later(world, 2)
    assert await became(world) == {"sent": 1, "stopped": 2}


async def test_a_correction_changes_what_was_sent_and_what_is_to_come(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AHEAD", 10)
    await ready(world, 25)
    await later(world)
    await world.happens(AUTHOR, action="run/edit/1")
    await world.says(AUTHOR, "Họp lúc *15:00*, {họ tên}.")
    # These wait while the old text is called back.
    await world.jobs.tick()
    assert heard(world, "n0") == ["Mời Người n0 họp lúc 14:00."]
    await world.presses(AUTHOR, "✅ Đúng, sửa tin")
    await later(world, 5)
    assert all(heard(world, f"n{n}") == [f"Họp lúc 15:00, Người n{n}."] for n in range(25))
    assert any("Em đã sửa tin" in text and "ở 10 cuộc trò chuyện" in text for text in heard(world, AUTHOR))
    assert "Đã gửi: 25" in "".join(heard(world, AUTHOR))


async def test_a_correction_that_does_not_parse_is_asked_for_again(world: World) -> None:
    await ready(world, 2)
    await later(world, 2)
    await world.happens(AUTHOR, action="run/edit/1")
    await world.says(AUTHOR, "Họp <b>lúc 15:00")
    assert "gõ lại" in heard(world, AUTHOR)[-1]
    await world.says(AUTHOR, "Họp lúc 15:00")
    await world.presses(AUTHOR, "✅ Đúng, sửa tin")
    await later(world, 2)
    assert heard(world, "n0") == ["Họp lúc 15:00"]


async def test_news_are_taken_back_where_the_channel_can(world: World) -> None:
    await ready(world, 4)
    await later(world, 2)
    await world.happens(AUTHOR, action="run/withdraw/1")
    refusing(world, {"n1": Refused("Bad Request: message can't be deleted")})
    await world.presses(AUTHOR, "🗑 Đúng, thu hồi")
    await later(world, 3)
    assert [len(heard(world, f"n{n}")) for n in range(4)] == [0, 1, 0, 0]
    said = heard(world, AUTHOR)[-1]
    assert "Em đã thu hồi" in said
    assert "ở 3 cuộc trò chuyện" in said
    assert "Ở 1 cuộc trò chuyện em không làm được" in said
    await world.happens(AUTHOR, action="run/edit/1")
    assert "không có gì để sửa" in heard(world, AUTHOR)[-1]


async def test_taken_back_while_it_runs_nobody_else_gets_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AHEAD", 10)
    await ready(world, 30)
    await later(world)
    await world.jobs.tick()
    await world.happens(AUTHOR, action="run/withdraw/1/sure")
    await later(world, 3)
    assert await became(world) == {"sent": 10, "stopped": 20}
    assert all(heard(world, f"n{n}") == [] for n in range(30))


async def test_taken_back_it_is_listed_as_that(world: World) -> None:
    await ready(world, 2)
    await later(world, 2)
    await world.happens(AUTHOR, action="run/withdraw/1/sure")
    await later(world, 2)
    await world.says(AUTHOR, "/tin")
    labels = world.channel.chats[AUTHOR][-1].labels
    assert any(label.startswith("🗑 ") and label.endswith("· đã thu hồi") for label in labels)


async def test_whom_it_was_not_sent_to_is_not_counted_as_done(world: World) -> None:
    await ready(world, 4)
    await world.jobs.tick()
    await world.happens(AUTHOR, action="run/stop/1")
    said = [text.splitlines() for text in heard(world, AUTHOR)]
    assert ["⏹ Đã dừng hẳn: Mời {họ tên} họp lúc 14:00.", "0/4", "không gửi: 4"] in said


async def test_with_no_reader_yet_no_number_is_told(world: World) -> None:
    await ready(world, 4)
    await world.jobs.tick()
    await world.happens(AUTHOR, action="run/pause/1")
    await world.happens(AUTHOR, action="run/edit/1")
    await world.says(AUTHOR, "Hoãn họp.")
    assert "Chưa ai nhận tin này" in heard(world, AUTHOR)[-1]
    await world.happens(AUTHOR, action="run/edit/1/sure")
    await world.happens(AUTHOR, action="run/withdraw/1")
    assert "Chưa ai nhận tin này" in heard(world, AUTHOR)[-1]
    await world.happens(AUTHOR, action="run/withdraw/1/sure")
    await later(world, 3)
    said = "\n".join(heard(world, AUTHOR))
    assert "Em đã thu hồi tin:" in said
    assert "ở 0" not in said


async def test_a_correction_is_shown_as_it_will_be_read(world: World) -> None:
    """The deadline filled in; and a text that speaks of one is not taken where nothing is due."""
    await ready(world, 2)
    await later(world, 2)
    await world.happens(AUTHOR, action="run/edit/1")
    await world.says(AUTHOR, "Hạn nộp: {hạn}.")
    assert "chưa có hạn nào" in heard(world, AUTHOR)[-1]
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE broadcast SET campaign_id = 1")
    await world.says(AUTHOR, "Hạn nộp: {hạn}.")
    assert heard(world, AUTHOR)[-2] == "Hạn nộp: 10:00 hôm nay."


async def test_the_card_of_what_was_sent_names_its_pictures_and_its_link(world: World) -> None:
    link = ["Đăng ký", "https://example.vn"]
    await ready(world, 2, photos=[["p/1", "a.jpg"], ["p/2", "b.jpg"]], document=["d/1", "kế hoạch.pdf"], link=link)
    await world.happens(AUTHOR, action="run/show/1")
    assert "📷 2 ảnh · 📎 kế hoạch.pdf · 🔗 Đăng ký (https://example.vn)" in heard(world, AUTHOR)[-1]


async def test_how_it_went_can_be_looked_up(world: World) -> None:
    await ready(world, 3)
    await later(world, 2)
    await world.happens(AUTHOR, action="run/all")
    await world.presses(AUTHOR, "1. Mời {họ tên} họp lúc 14:00.")
    said = heard(world, AUTHOR)[-1]
    assert "Tin số 1" in said
    assert "Đã gửi: 3" in said
    await world.presses(AUTHOR, "📄 Danh sách (Excel)")
    file = world.channel.chats[AUTHOR][-1].reply.document
    assert file is not None
    assert file.media_id == "news/1/vi"


async def actions(world: World) -> list[str]:
    return [action for (action,) in await world.query("SELECT action FROM audit WHERE action LIKE 'broadcast.%'")]


async def test_what_was_sent_long_ago_is_some_pages_on(world: World) -> None:
    number = await ready(world, 1)
    await later(world, 2)
    async with world.unit_of_work() as uow:
        columns = "member_id, unit_id, state, topic, content, audience, channel, chat, created_at, updated_at, edition"
        columns += ", counts"
        for n in range(2, 13):
            await uow.conn.exec_driver_sql(
                f"INSERT INTO broadcast (id, started_at, {columns}) SELECT {n}, started_at, {columns}"
                f" FROM broadcast WHERE id = {number}"
            )
    for way, verb in (("run/all", "run/show"), ("tin/list", "run/show")):
        opened: list[str] = []
        ((_, shown),) = await world.happens(AUTHOR, action=way)
        opened += [choice.action for row in shown.reply.choices for choice in row if verb in choice.action]
        ((_, shown),) = await world.presses(AUTHOR, "Tiếp ▶")
        opened += [choice.action for row in shown.reply.choices for choice in row if verb in choice.action]
        assert sorted(opened) == sorted(f"run/show/{n}" for n in range(1, 13))
        assert "Tiếp ▶" not in shown.labels
    for page in ("99", "999999999999999999"):
        assert await world.happens(AUTHOR, action=f"run/all/{page}")
