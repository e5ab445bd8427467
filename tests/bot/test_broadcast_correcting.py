"""A correction of news that needed a second person's yes needs one again."""

from __future__ import annotations

import pytest

from handlers.news import running
from reporting.news import consent
from tests.bot.kit import heard, member
from tests.bot.newsdesk import AUTHOR, became, later, ready, stands
from tests.support.world import World

NEW = "Họp lúc 15:00, {họ tên}."


async def sent(world: World, *, agreed: bool = True) -> None:
    """News that two have read, of An, whom Bình can say yes to."""
    await ready(world, 2)
    await member(world, "Bình", "TN", "officer")
    if agreed:
        async with world.unit_of_work() as uow:
            second = (await uow.people([("test", "Bình")]))["test", "Bình"]["member_id"]
            await uow.conn.exec_driver_sql(f"UPDATE broadcast SET approved_by = {second}, counts = '{{\"asked\": 1}}'")
    await later(world, 2)


async def corrects(world: World, who: str = AUTHOR, text: str = NEW) -> None:
    await world.happens(who, action="run/edit/1")
    await world.says(who, text)
    await world.happens(who, action="run/edit/1/sure")
    await later(world, 3)


def shown(world: World) -> list[str]:
    return [heard(world, f"n{n}")[-1] for n in range(2)]


OLD = ["Mời Người n0 họp lúc 14:00.", "Mời Người n1 họp lúc 14:00."]
CORRECTED = ["Họp lúc 15:00, Người n0.", "Họp lúc 15:00, Người n1."]


async def test_nothing_changes_before_the_second_yes(world: World) -> None:
    await sent(world)
    await corrects(world)
    assert shown(world) == OLD
    assert "Bình" in heard(world, AUTHOR)[-1]
    assert any("Họp lúc 15:00" in text for text in heard(world, "Bình"))
    await world.presses("Bình", "Đồng ý sửa")
    await later(world, 3)
    assert shown(world) == CORRECTED
    assert await stands(world) == "done"
    assert any("đã đồng ý" in text for text in heard(world, AUTHOR))
    actions = [action for (action,) in await world.query("SELECT action FROM audit WHERE action LIKE 'broadcast.%'")]
    assert actions == ["broadcast.start", "broadcast.ask", "broadcast.approve", "broadcast.edit"]


async def test_a_no_leaves_it_as_it_is(world: World) -> None:
    await sent(world)
    await corrects(world)
    await world.presses("Bình", "Không sửa")
    await world.says("Bình", "Giờ cũ mới đúng.")
    await later(world, 3)
    assert shown(world) == OLD
    assert "Giờ cũ mới đúng." in heard(world, AUTHOR)[-1]
    await world.happens("Bình", action="tin/yes/1/2")
    await later(world, 3)
    assert shown(world) == OLD


async def test_who_asks_for_it_cannot_agree(world: World) -> None:
    await sent(world)
    await corrects(world, "Bình")
    await world.happens("Bình", action="tin/yes/1/2")
    await later(world, 3)
    assert shown(world) == OLD
    # The author did not write these words: theirs is a second person's yes.
    await world.presses(AUTHOR, "Đồng ý sửa")
    await later(world, 3)
    assert shown(world) == CORRECTED


async def test_the_yes_is_to_the_words_that_were_read(world: World) -> None:
    await sent(world)
    await corrects(world)
    await corrects(world, text="Hoãn họp.")
    await world.happens("Bình", action="tin/yes/1/2")
    await later(world, 3)
    assert shown(world) == OLD
    await world.presses("Bình", "Đồng ý sửa")
    await later(world, 3)
    assert shown(world) == ["Hoãn họp."] * 2


async def test_it_is_taken_back_by_whoever_asked(world: World) -> None:
    await sent(world)
    await corrects(world)
    await world.presses(AUTHOR, "Để nguyên như cũ")
    await world.happens("Bình", action="tin/yes/1/2")
    await later(world, 3)
    assert shown(world) == OLD


async def test_withdrawn_meanwhile_nobody_is_asked_any_more(world: World) -> None:
    await sent(world)
    await corrects(world)
    await world.happens(AUTHOR, action="run/withdraw/1/sure")
    await later(world, 3)
    await world.happens("Bình", action="tin/yes/1/2")
    assert "không còn chờ ý kiến" in heard(world, "Bình")[-1]


async def test_it_stands_among_what_waits_for_ones_yes(world: World) -> None:
    await sent(world)
    await corrects(world)
    await world.says("Bình", "/tin")
    assert any("Chờ đồng chí đồng ý" in label for label in world.channel.chats["Bình"][-1].labels)
    await world.says(AUTHOR, "/tin")
    assert not any("Chờ đồng chí đồng ý" in label for label in world.channel.chats[AUTHOR][-1].labels)


async def test_many_readers_need_it_though_nobody_was_asked_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consent, "MANY", 1)
    await sent(world, agreed=False)
    await corrects(world)
    assert shown(world) == OLD


async def test_with_nobody_to_ask_it_stays(world: World) -> None:
    await ready(world, 2)
    await later(world, 2)
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE broadcast SET approved_by = member_id")
    await corrects(world)
    assert shown(world) == OLD
    assert "không có ai khác" in heard(world, AUTHOR)[-1] or "chưa có ai" in heard(world, AUTHOR)[-1]
    # What was typed is kept until there is somebody.
    await member(world, "Bình", "TN", "officer")
    await world.presses(AUTHOR, "✅ Đúng, sửa tin")
    await world.presses("Bình", "Đồng ý sửa")
    await later(world, 3)
    assert shown(world) == CORRECTED


async def test_few_readers_and_no_yes_before_are_corrected_at_once(world: World) -> None:
    await sent(world, agreed=False)
    await corrects(world)
    assert shown(world) == CORRECTED


async def test_what_was_left_is_not_made_and_that_is_what_is_said(world: World) -> None:
    await sent(world, agreed=False)
    await world.happens(AUTHOR, action="run/edit/1")
    await world.says(AUTHOR, NEW)
    await world.says(AUTHOR, "/huy")
    await world.happens(AUTHOR, action="run/edit/1/sure")
    await later(world, 3)
    assert shown(world) == OLD
    last = world.channel.chats[AUTHOR][-1]
    assert "không còn giữ nội dung mới" in last.text
    await world.happens(AUTHOR, action=last.action("✏️ Sửa tin đã gửi"))
    await world.says(AUTHOR, NEW)
    await world.happens(AUTHOR, action="run/edit/1/sure")
    await later(world, 3)
    assert shown(world) == CORRECTED


@pytest.mark.parametrize(
    ("text", "html", "shown_as"),
    [
        ("Họp *gấp*", "Họp <b>gấp</b>", "Họp *gấp*"),
        ("Họp gấp", "Họp <b>gấp</b>", "Họp <b>gấp</b>"),
        ("a < b", "a &lt; b", "a &lt; b"),
        ("", "Họp <i>gấp</i>", "Họp <i>gấp</i>"),
    ],
)
async def test_what_is_to_be_corrected_is_shown_with_its_formatting(
    world: World, text: str, html: str, shown_as: str
) -> None:
    """As it was typed; what was made bold by the phone is bold, so that a copy of it is, too."""
    await ready(world, 1, html=html)
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(f"UPDATE broadcast SET content = json_set(content, '$.text', '{text}')")
    await later(world, 2)
    ((_, asked),) = await world.happens(AUTHOR, action="run/edit/1")
    assert str(asked.reply.text).endswith(shown_as)


# --- while it is being sent ------------------------------------------------------------------------


async def half_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """News that one of three has, of An, who would like to correct it; Bình is asked."""
    monkeypatch.setattr(running, "AHEAD", 1)
    await ready(world, 3)
    await member(world, "Bình", "TN", "officer")
    async with world.unit_of_work() as uow:
        second = (await uow.people([("test", "Bình")]))["test", "Bình"]["member_id"]
        await uow.conn.exec_driver_sql(f"UPDATE broadcast SET approved_by = {second}, counts = '{{\"asked\": 1}}'")
    await later(world)
    await world.happens(AUTHOR, action="run/edit/1")
    await world.says(AUTHOR, NEW)
    # A letter waits in the outbox when the correction is asked for.
    await world.jobs.tick()
    await world.intake.take(world.incoming(AUTHOR, action="run/edit/1/sure"))
    await world.send()


async def test_nobody_else_gets_the_old_text_while_a_yes_is_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await half_sent(world, monkeypatch)
    await later(world, 5)
    assert (await stands(world), await became(world)) == ("running", {"sent": 1, "waiting": 2})
    assert "chưa gửi tiếp" in heard(world, AUTHOR)[0]
    ((_, looked_up),) = await world.happens(AUTHOR, action="run/show/1")
    assert "chưa gửi tiếp" in looked_up.text
    await world.presses("Bình", "Đồng ý sửa")
    await later(world, 5)
    assert [heard(world, f"n{n}") for n in range(3)] == [[f"Họp lúc 15:00, Người n{n}."] for n in range(3)]
    assert await stands(world) == "done"


async def test_after_a_no_it_goes_on_as_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await half_sent(world, monkeypatch)
    await world.presses("Bình", "Không sửa")
    await world.says("Bình", "Giờ cũ mới đúng.")
    await later(world, 5)
    assert [heard(world, f"n{n}") for n in range(3)] == [[f"Mời Người n{n} họp lúc 14:00."] for n in range(3)]
    assert await stands(world) == "done"
    assert "chưa gửi tiếp" not in heard(world, AUTHOR)[0]


async def test_who_asked_lets_it_go_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await half_sent(world, monkeypatch)
    await world.presses(AUTHOR, "Để nguyên như cũ")
    await later(world, 5)
    assert await became(world) == {"sent": 3}
