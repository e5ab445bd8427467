"""Groups that went silent, moved or can be heard again: found out by sending, and written down once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from markupsafe import Markup
from sqlalchemy import insert

from bot.channels.base import CannotChange, Moved, Silenced
from handlers.events import Priority, Reply
from storage import people
from storage.tables import Conversation, GroupChat
from storage.uow import Row, UnitOfWork, table
from tests.bot.kit import CHANNEL, heard, post, states
from tests.support.world import World

OLD, NEW = "-100", "-1002000"


@pytest.fixture
async def group(world: World) -> int:
    """A linked group; its id."""
    async with world.unit_of_work() as uow:
        unit = await people.unit_by_code(uow, "TN")
        assert unit
        return await linked(uow, OLD, unit["id"])


async def linked(uow: UnitOfWork, chat: str, unit_id: int | None) -> int:
    return await uow.insert(GroupChat, channel=CHANNEL, chat=chat, title="Tin nhanh", unit_id=unit_id)


async def rows(world: World) -> list[tuple[object, ...]]:
    columns = "id, chat, unit_id IS NOT NULL, silent_at IS NOT NULL, blocked_at IS NOT NULL"
    return await world.query(f"SELECT {columns} FROM group_chat ORDER BY id")


async def leave(world: World, reply: Reply, chat: str = OLD) -> None:
    """Something for the group, a minute from now."""
    due = world.clock.now() + timedelta(minutes=1)
    async with world.unit_of_work() as uow:
        uow.send(CHANNEL, chat, reply.to_json(), priority=Priority.NEWS, due_at=due)


async def test_a_silent_group_gets_nothing_more_and_is_marked_once(world: World, group: int) -> None:
    world.channel.trouble = [Silenced("not enough rights to send text messages to the chat")]
    for text in ("một", "hai"):
        await post(world, OLD, text)
    await leave(world, Reply(Markup("ba")))
    await world.send()
    assert await states(world) == ["blocked"] * 3
    assert await rows(world) == [(group, OLD, True, True, False)]
    since = await world.query("SELECT silent_at FROM group_chat")
    world.clock.turn_to(world.clock.now() + timedelta(hours=1))
    world.channel.trouble = [Silenced("still")]
    await post(world, OLD, "bốn")
    await world.send()
    assert await world.query("SELECT silent_at FROM group_chat") == since


async def test_a_message_that_is_taken_again_ends_the_silence(world: World, group: int) -> None:
    async with world.unit_of_work() as uow:
        await people.silenced(uow, CHANNEL, OLD)
    await post(world, OLD, "nghe không?")
    await world.send()
    assert heard(world, OLD) == ["nghe không?"]
    assert await rows(world) == [(group, OLD, True, False, False)]


async def test_what_waits_for_a_group_that_moved_arrives_there_in_order(world: World, group: int) -> None:
    world.channel.trouble = [Moved(NEW)]
    for text in ("một", "hai"):
        await post(world, OLD, text)
    async with world.unit_of_work() as uow:
        await uow.run(
            insert(table(Conversation)).values(channel=CHANNEL, chat=OLD, state={"said": {}}, updated_at=uow.now)
        )
    await leave(world, Reply(Markup("ba")))
    await world.send()
    assert (heard(world, OLD), heard(world, NEW)) == ([], ["một", "hai"])
    world.clock.turn_to(world.clock.now() + timedelta(minutes=1))
    await world.send()
    assert heard(world, NEW) == ["một", "hai", "ba"]
    assert await states(world) == ["sent"] * 3
    assert await rows(world) == [(group, NEW, True, False, False)]
    assert await world.query("SELECT chat FROM conversation") == [(NEW,)]


async def test_nothing_of_before_the_move_is_edited_or_taken_back_after_it(world: World, group: int) -> None:
    await leave(world, Reply(Markup("sửa"), replaces="5", only_edit=True))
    await leave(world, Reply(Markup(""), deletes="5,6"))
    await leave(world, Reply(Markup("thay"), replaces="5"))
    async with world.unit_of_work() as uow:
        await people.moved(uow, CHANNEL, OLD, NEW)
    world.clock.turn_to(world.clock.now() + timedelta(minutes=1))
    await post(world, NEW, "tin của nhóm mới")
    await world.send()
    assert heard(world, NEW) == ["tin của nhóm mới", "thay"]
    assert await states(world) == ["failed", "failed", "sent", "sent"]
    assert await world.query("SELECT chat, json_extract(reply, '$.replaces') FROM outbox WHERE id = 3") == [(NEW, None)]


@pytest.mark.parametrize("is_linked", [False, True])
async def test_a_new_group_that_is_known_already(world: World, group: int, is_linked: bool) -> None:
    """Telegram tells that the bot came into it, before it tells that the old one moved."""
    async with world.unit_of_work() as uow:
        unit: Row | None = await people.unit_by_code(uow, "TN-BC")
        assert unit
        there = await linked(uow, NEW, unit["id"] if is_linked else None)
        await people.blocked(uow, CHANNEL, OLD)
        for _ in range(2):
            await people.moved(uow, CHANNEL, OLD, NEW)
    # Linked anew, the new one is what counts, and nothing goes to both.
    one, two = (group, OLD, True, False, True), (there, NEW, True, False, False)
    assert await rows(world) == ([one, two] if is_linked else [(group, NEW, True, False, False)])


async def test_what_cannot_be_changed_is_a_failed_message_and_no_alarm(world: World, group: int) -> None:
    world.channel.trouble = [CannotChange("cannot be edited")]
    await post(world, OLD, "sửa")
    await post(world, OLD, "sau")
    await world.send()
    assert await states(world) == ["failed", "sent"]
    assert await world.query("SELECT error FROM outbox WHERE id = 1") == [("cannot be edited",)]
