"""Updates that cannot be done, and a database that is held or away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.channels.base import NotTaken
from handlers import takers
from handlers.context import Context
from handlers.events import Incoming, Reply
from storage import people
from storage.tables import Member
from storage.uow import table
from tests.bot.intake_kit import CODE, HELLO, count, counted, take_all
from tests.bot.kit import CHANNEL, heard, member
from tests.support.beside import Hold, path_of
from tests.support.world import World


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> str:
    """A command whose handler writes, and fails then; returns what to say."""

    async def fail(ctx: Context, incoming: Incoming) -> list[Reply]:
        ctx.state["poisoned"] = True
        ctx.uow.audit("poison", "chat:1", member_id=None)
        unit = await ctx.uow.fetch(table(Member).select())
        await people.add_member(ctx.uow, await people.add_person(ctx.uow, "Ma"), unit[0]["unit_id"], "reporter")
        raise LookupError("poison")

    monkeypatch.setitem(takers.COMMANDS, "tinhtrang", fail)
    return "/tinhtrang"


async def test_a_handler_that_raises_leaves_nothing_but_a_note_and_an_apology(world: World, poison: str) -> None:
    await member(world, "Lan", "TN-BC")
    ((_, shown),) = await world.says("Lan", poison, key="bad")
    (code,) = CODE.findall(shown.text)
    assert "chưa được ghi" in shown.text
    ((kept, channel, key, trace),) = await world.query("SELECT code, channel, key, traceback FROM failed_update")
    assert (kept, channel, key) == (code, CHANNEL, "bad")
    assert "LookupError: poison" in trace
    assert await count(world, "member") == 1
    assert await count(world, "audit WHERE action = 'poison'") == 0
    assert await count(world, "conversation WHERE CAST(state AS text) LIKE '%poisoned%'") == 0


async def test_an_update_that_failed_counts_as_done(world: World, poison: str) -> None:
    await member(world, "Lan", "TN-BC")
    await world.says("Lan", poison, key="bad")
    assert await world.says("Lan", poison, key="bad") == []
    assert await count(world, "failed_update") == 1


@pytest.mark.parametrize("place", [0, 2, 4])
async def test_the_others_of_its_batch_are_done_once(world: World, poison: str, place: int) -> None:
    await member(world, "Lan", "TN-BC")
    before = counted("done"), counted("failed")
    updates = [world.incoming(f"người {number}", text="xin chào") for number in range(4)]
    updates.insert(place, world.incoming("Lan", text=poison))
    assert await take_all(world, updates) == [None] * 5
    await world.send()
    assert [len(heard(world, f"người {number}")) for number in range(4)] == [1] * 4
    assert CODE.search(heard(world, "Lan")[0])
    assert (counted("done") - before[0], counted("failed") - before[1]) == (4, 1)


async def test_a_draft_that_cannot_be_read_spoils_nobody_elses_report(world: World) -> None:
    await world.tick()
    for chat, unit in (("Lan", "TN-BC"), ("Minh", "TN-GD")):
        await member(world, chat, unit)
        await world.says(chat, "/baocao")
        await world.presses(chat, "📝 Báo cáo ngay")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE draft SET state = '[\"torn\"]' WHERE id = 1")
    both = [world.incoming("Lan", text="tuyên truyền"), world.incoming("Minh", text="tuyên truyền")]
    assert await take_all(world, both) == [None, None]
    await world.send()
    assert CODE.search(heard(world, "Lan")[-1])
    assert "☑ Tuyên truyền" in world.channel.chats["Minh"][-1].labels
    assert await world.query("SELECT state FROM draft WHERE id = 1") == [('["torn"]',)]


async def test_what_cannot_be_written_down_is_the_fault_of_its_own_update_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handler returns; the flush of the whole batch fails."""
    await member(world, "Lan", "TN-BC")

    async def unwritable(ctx: Context, incoming: Incoming) -> list[Reply]:
        ctx.state["thing"] = object()
        return []

    monkeypatch.setitem(takers.COMMANDS, "tinhtrang", unwritable)
    both = [world.incoming("Lan", text="/tinhtrang"), world.incoming("Minh", text="xin chào")]
    assert await take_all(world, both) == [None, None]
    await world.send()
    assert CODE.search(heard(world, "Lan")[0])
    assert heard(world, "Minh")[0].startswith(HELLO)


async def held(world: World) -> Callable[[], None]:
    hold = Hold(world.db)
    await hold.take()
    return hold.release


async def moved(world: World) -> Callable[[], None]:
    await world.db.close()
    path = path_of(world.db)
    aside = path.rename(path.with_suffix(".aside"))
    path.mkdir()

    def back() -> None:
        path.rmdir()
        aside.rename(path)

    return back


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "trouble", [held, pytest.param(moved, marks=pytest.mark.sqlite("it is a file that is moved away"))]
)
async def test_without_the_database_nothing_is_acknowledged(
    world: World, trouble: Callable[[World], Awaitable[Callable[[], None]]]
) -> None:
    end = await trouble(world)
    update = world.incoming("Lan", text="xin chào")
    with pytest.raises(NotTaken):
        await world.intake.take(update)
    end()
    assert await count(world, "seen_update") == 0
    assert await count(world, "outbox") == 0
    assert await count(world, "failed_update") == 0
    await world.intake.take(update)
    assert [chat for chat, _ in await world.send()] == ["Lan"]


@pytest.mark.usefixtures("impatient")
async def test_after_one_that_was_not_taken_none_of_its_batch_overtakes_it(world: World) -> None:
    """The database comes back in the middle of the batch; what is said second must not be done first."""
    hold = Hold(world.db)
    await hold.take()

    async def first() -> None:
        try:
            await world.intake.take(world.incoming("Lan", text="/ngonngu"))
        finally:
            hold.release()

    second = world.intake.take(world.incoming("Lan", text="xin chào"))
    told = await asyncio.gather(first(), second, return_exceptions=True)
    assert [type(one) for one in told] == [NotTaken, NotTaken]
