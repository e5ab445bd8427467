"""Broadcasts to groups: no button below, and one that took the bot's right to write is no group that blocked it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.base import Blocked, Silenced
from storage import people
from storage.tables import GroupChat
from tests.bot.kit import CHANNEL, heard
from tests.bot.newsdesk import AUTHOR, author, became, broadcast, later, refusing
from tests.support.world import World


async def to_groups(world: World, chats: Sequence[str]) -> None:
    """News to these groups alone."""
    async with world.unit_of_work() as uow:
        unit = await people.unit_by_code(uow, "TN-BC")
        assert unit
        for chat in chats:
            await uow.insert(
                GroupChat, channel=CHANNEL, chat=chat, title=f"Nhóm {chat}", unit_id=unit["id"], topics=["news"],
                linked_at=uow.now,
            )  # fmt: skip
        number = await broadcast(uow, await author(uow))
        await uow.conn.exec_driver_sql(
            f"UPDATE broadcast SET audience = json_set(audience, '$.groups', 'only') WHERE id = {number}"
        )


async def test_a_group_is_a_recipient_and_gets_no_button(world: World) -> None:
    await to_groups(world, ["-100"])
    await later(world, 2)
    assert heard(world, "-100") == ["Mời các đồng chí họp lúc 14:00."]
    assert world.channel.chats["-100"][0].labels == []


REFUSALS = {
    "-1": Blocked("Forbidden: bot was kicked from the supergroup chat"),
    "-2": Silenced("Bad Request: not enough rights to send text messages to the chat"),
    "-3": Silenced("Bad Request: CHAT_WRITE_FORBIDDEN"),
}


async def test_a_group_without_the_right_to_write_has_not_blocked_the_bot(world: World) -> None:
    await to_groups(world, ["-1", "-2", "-3", "-4"])
    refusing(world, REFUSALS)
    await later(world, 2)
    assert await became(world) == {"sent": 1, "blocked": 1, "failed": 2}
    said = heard(world, AUTHOR)[-1].splitlines()
    assert said[2:] == ["• Đã gửi: 1", "• Chặn bot: 1", "• Không gửi được: 2 (nhóm không cho bot viết)"]


async def test_a_letter_given_up_behind_another_names_the_same_reason(world: World) -> None:
    """Another message to the group came first, was refused, and took the letter behind it along."""
    await to_groups(world, ["-2"])
    await world.jobs.tick()
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE outbox SET state = 'blocked' WHERE chat = '-2'")
        await people.silenced(uow, CHANNEL, "-2")
    await later(world, 2)
    assert await became(world) == {"failed": 1}
    assert "nhóm không cho bot viết" in heard(world, AUTHOR)[-1]


async def test_a_group_that_may_be_written_to_again_is_tried_again(world: World) -> None:
    await to_groups(world, ["-2"])
    well = refusing(world, REFUSALS)
    await later(world, 2)
    well()
    async with world.unit_of_work() as uow:
        await people.heard_again(uow, CHANNEL, "-2")
    await world.presses(AUTHOR, "🔁 Gửi lại cho nơi chưa nhận")
    await later(world, 2)
    assert await became(world) == {"sent": 1}
