"""An update is done once, whole, and committed before anybody is told so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable

import pytest
from prometheus_client import REGISTRY

from bot.channels.base import NotTaken
from bot.intake import BATCH, Intake
from handlers import takers
from handlers.context import Context
from handlers.events import Incoming, Membership, Reply
from storage import groups, people
from storage.tables import GroupChat, Member
from storage.uow import table
from tests.bot.kit import CHANNEL, counting_commits, heard, member
from tests.support.beside import Hold, looking, path_of
from tests.support.world import World

CODE = re.compile(r"E-[0-9A-F]{4}")
HELLO = "Chào đồng chí! Em là bot nhận báo cáo của Đoàn."


async def take_all(world: World, updates: Iterable[Incoming]) -> list[BaseException | None]:
    """Hand over what arrived at the same moment; returns what each channel was told (None: it is taken)."""
    async with asyncio.timeout(10):
        return await asyncio.gather(*(world.intake.take(update) for update in updates), return_exceptions=True)


def counted(outcome: str) -> float:
    """How many updates came to this end so far."""
    labels = {"channel": CHANNEL, "outcome": outcome}
    return REGISTRY.get_sample_value("danvan_updates_total", labels) or 0


async def _count(world: World, what: str) -> int:
    ((number,),) = await world.query(f"SELECT count(*) FROM {what}")
    return int(number)


async def test_what_no_database_keeps_is_left_out(world: World) -> None:
    for text in ("xin\x00 ch\ud800ào", "\x00", "\udfff"):
        assert await world.says("Lan", text, name="La\ud800n\x00")
    assert await _count(world, "failed_update") == 0
    incoming = Incoming("test", "Lan", "Lan", "k", world.clock.now(), sender_name="La\ud800n", text="ch\x00ào")
    assert (incoming.text, incoming.sender_name) == ("chào", "Lan")


# --- once, and in one transaction ------------------------------------------------------------------


async def test_a_repeated_update_is_done_once(world: World) -> None:
    assert len(await world.says("Lan", "xin chào", key="same")) == 1
    assert await world.says("Lan", "xin chào", key="same") == []
    assert len(await world.says("Lan", "xin chào", key="other")) == 1


async def test_an_update_that_comes_twice_at_once_is_done_once(world: World) -> None:
    updates = [world.incoming("Lan", text="xin chào", key="same") for _ in range(3)]
    with counting_commits(world.db) as commits:
        assert await take_all(world, updates) == [None] * 3
    assert len(commits) == 1
    assert len(await world.send()) == 1


async def test_the_same_key_of_another_channel_is_another_update(world: World) -> None:
    async with world.unit_of_work() as uow:
        uow.mark_seen("elsewhere", "same")
    assert len(await world.says("Lan", "xin chào", key="same")) == 1


async def test_what_waits_is_done_in_one_transaction(world: World) -> None:
    everybody = [f"người {number}" for number in range(20)]
    with counting_commits(world.db) as commits:
        await take_all(world, [world.incoming(person, text="xin chào") for person in everybody])
    assert len(commits) == 1
    await world.send()
    assert [len(heard(world, person)) for person in everybody] == [1] * 20


async def test_a_long_queue_is_done_in_batches(world: World) -> None:
    with counting_commits(world.db) as commits:
        await take_all(world, [world.incoming(f"người {number}", text="xin chào") for number in range(2 * BATCH + 1)])
    assert len(commits) == 3
    assert await _count(world, "outbox") == 2 * BATCH + 1


async def test_within_a_batch_an_update_sees_what_the_one_before_it_did(world: World) -> None:
    await world.invite("K7QM-2XPD", "TN-BC", "reporter")
    await world.says("Lan", "K7QM-2XPD")
    join = world.channel.chats["Lan"][-1].action("Đúng, tham gia")
    with counting_commits(world.db) as commits:
        both = [world.incoming("Lan", action=join), world.incoming("Lan", text="/tinhtrang")]
        assert await take_all(world, both) == [None, None]
    assert len(commits) == 1
    await world.send()
    welcome, status = heard(world, "Lan")[-2:]
    assert welcome.startswith("Xong.")
    assert status.startswith("Huyện đoàn Bến Cầu")


async def test_a_person_who_had_blocked_the_bot_and_writes_again_is_reached_again(world: World) -> None:
    await member(world, "Lan", "TN-BC")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE account SET blocked_at = '2022-12-15 08:00:00'")
    await world.says("Lan", "/tinhtrang")
    assert await world.query("SELECT blocked_at FROM account") == [(None,)]


async def test_a_group_that_takes_the_bot_in_again_is_reached_again(world: World) -> None:
    async with world.unit_of_work() as uow:
        root = await people.unit_by_code(uow, "TN")
        assert root
        await uow.insert(GroupChat, channel=CHANNEL, chat="-100", title="Tin nhanh", unit_id=root["id"])
    for membership, reached in ((Membership.REMOVED, 0), (Membership.ADDED, 1)):
        await world.happens("-100", membership=membership)
        async with world.unit_of_work() as uow:
            assert len(await groups.of_units(uow, groups.NEWS, [root["id"]])) == reached


# --- committed, then acknowledged ------------------------------------------------------------------


async def test_an_update_is_committed_when_its_channel_is_told(world: World) -> None:
    with looking(world.db) as ask:
        await world.intake.take(world.incoming("Lan", text="xin chào", key="mine"))
        assert ask("SELECT key FROM seen_update") == [("mine",)]
        assert ask("SELECT chat, state FROM outbox") == [("Lan", "waiting")]


async def test_the_courier_is_woken_after_the_commit(world: World) -> None:
    visible: list[int] = []
    with looking(world.db) as ask:
        intake = Intake(
            world.db, world.office, world.clock,
            lambda: visible.append(ask("SELECT count(*) FROM outbox")[0][0]),
        )  # fmt: skip
        running = asyncio.create_task(intake.run())
        await intake.take(world.incoming("Lan", text="xin chào"))
        intake.stop()
        await running
    assert visible == [1]


# --- an update that cannot be done -----------------------------------------------------------------


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
    assert await _count(world, "member") == 1
    assert await _count(world, "audit WHERE action = 'poison'") == 0
    assert await _count(world, "conversation WHERE CAST(state AS text) LIKE '%poisoned%'") == 0


async def test_an_update_that_failed_counts_as_done(world: World, poison: str) -> None:
    await member(world, "Lan", "TN-BC")
    await world.says("Lan", poison, key="bad")
    assert await world.says("Lan", poison, key="bad") == []
    assert await _count(world, "failed_update") == 1


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


# --- a database that is held or away ---------------------------------------------------------------


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
    assert await _count(world, "seen_update") == 0
    assert await _count(world, "outbox") == 0
    assert await _count(world, "failed_update") == 0
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


# --- the end ---------------------------------------------------------------------------------------


async def test_what_waits_at_the_stop_is_done(world: World) -> None:
    intake = Intake(world.db, world.office, world.clock, lambda: None)
    updates = [world.incoming(f"người {number}", text="xin chào") for number in range(BATCH + 3)]
    waiting = [asyncio.create_task(intake.take(update)) for update in updates]
    await asyncio.sleep(0)
    intake.stop()
    await intake.run()
    assert await asyncio.gather(*waiting) == [None] * len(updates)
    assert await _count(world, "seen_update") == len(updates)


async def test_after_the_stop_nothing_is_taken(world: World) -> None:
    world.intake.stop()
    with pytest.raises(NotTaken):
        async with asyncio.timeout(10):
            await world.intake.take(world.incoming("Lan", text="xin chào"))
    assert await _count(world, "seen_update") == 0
