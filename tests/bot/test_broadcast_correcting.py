"""A correction of news that needed a second person's yes needs one again."""

from __future__ import annotations

import pytest

from reporting.news import consent
from tests.bot.kit import heard, member
from tests.bot.newsdesk import AUTHOR, later, ready, stands
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


async def test_few_readers_and_no_yes_before_are_corrected_at_once(world: World) -> None:
    await sent(world, agreed=False)
    await corrects(world)
    assert shown(world) == CORRECTED
