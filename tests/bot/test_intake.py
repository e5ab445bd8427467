"""An update is done once, whole, and committed before anybody is told so."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.base import NotTaken
from bot.intake import BATCH, Intake
from handlers.events import Incoming, Membership
from storage import groups, people
from storage.tables import GroupChat
from tests.bot.intake_kit import count, take_all
from tests.bot.kit import CHANNEL, counting_commits, heard, member
from tests.support.beside import looking
from tests.support.world import World


async def test_what_no_database_keeps_is_left_out(world: World) -> None:
    for text in ("xin\x00 ch\ud800ào", "\x00", "\udfff"):
        assert await world.says("Lan", text, name="La\ud800n\x00")
    assert await count(world, "failed_update") == 0
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
    assert await count(world, "outbox") == 2 * BATCH + 1


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


# --- the end ---------------------------------------------------------------------------------------


async def test_what_waits_at_the_stop_is_done(world: World) -> None:
    intake = Intake(world.db, world.office, world.clock, lambda: None)
    updates = [world.incoming(f"người {number}", text="xin chào") for number in range(BATCH + 3)]
    waiting = [asyncio.create_task(intake.take(update)) for update in updates]
    await asyncio.sleep(0)
    intake.stop()
    await intake.run()
    assert await asyncio.gather(*waiting) == [None] * len(updates)
    assert await count(world, "seen_update") == len(updates)


async def test_after_the_stop_nothing_is_taken(world: World) -> None:
    world.intake.stop()
    with pytest.raises(NotTaken):
        async with asyncio.timeout(10):
            await world.intake.take(world.incoming("Lan", text="xin chào"))
    assert await count(world, "seen_update") == 0
