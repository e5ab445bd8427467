"""What is old goes, by the rules of `storage.updates`, and nothing else; no transaction holds the writer long."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage import updates
from storage.updates import BATCH, LINES_KEPT, RULES
from tests.bot.kit import at, member, timing_writes
from tests.support.world import World

KEEP = {rule.name: rule.keep for rule in RULES}
BEGIN = at("2022-12-16 08:18")


async def rows(world: World, sql: str) -> list[Any]:
    return [row[0] if len(row) == 1 else row for row in await world.query(sql)]


async def write(world: World, *statements: str) -> None:
    async with world.unit_of_work() as uow:
        for statement in statements:
            await uow.conn.exec_driver_sql(statement)


def many(insert: str, count: int) -> str:
    """Rows 1 to `count`, where the statement says n.i."""
    head, _, tail = insert.partition(" SELECT ")
    table = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    return f"{table} {head} SELECT {tail} FROM n"


async def just_before_and_after(world: World, rule: str, counted: str) -> tuple[list[Any], list[Any]]:
    """What is counted right before the rows of now are old, and right after."""
    await world.time_is(BEGIN + KEEP[rule] - timedelta(minutes=20))
    before = await rows(world, counted)
    await world.time_is(BEGIN + KEEP[rule] + timedelta(minutes=1))
    return before, await rows(world, counted)


@pytest.fixture
async def world(world: World) -> AsyncIterator[World]:
    """The campaign is over when the rows are old: nothing else comes."""
    await member(world, "Lan", "TN-BC")
    await world.tick()
    yield world


async def test_failed_updates(world: World) -> None:
    await write(world, f"INSERT INTO failed_update VALUES ('E-1', 'x', 'k', '{utc()}', 'trace')")
    assert await just_before_and_after(world, "failed updates", "SELECT code FROM failed_update") == (["E-1"], [])


def utc(after: timedelta = timedelta(0)) -> str:
    """A moment as SQLite keeps it."""
    return (BEGIN + after).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.000000")


async def test_a_draft_stays_as_long_as_it_can_be_sent(world: World) -> None:
    """Its period closes in time; of another the closing is far ahead: it is somebody's work, however old."""
    await member(world, "Minh", "TN-GD")
    for chat in ("Lan", "Minh"):
        await world.says(chat, "/baocao")
        await world.presses(chat, "📝 Báo cáo ngay")
    query = "SELECT unit_id FROM draft JOIN expected_report AS e ON e.id = expected_id ORDER BY draft.id"
    units = await rows(world, query)
    assert len(units) == 2
    await write(
        world,
        f"UPDATE expected_report SET closes_at = '2030-01-01 00:00:00.000000' WHERE unit_id = {units[1]}",
    )
    before, after = await just_before_and_after(world, "drafts of closed periods", query)
    assert (before, after) == (units, units)
    await world.time_is(BEGIN + KEEP["drafts of closed periods"] + timedelta(days=3))
    assert await rows(world, query) == [units[1]]


async def test_the_newest_lines_of_a_web_chat_stay(world: World) -> None:
    lines = f"INSERT INTO web_message (chat, key, mine, body, at) SELECT 'a', 'k' || n.i, '0', '{{}}', '{utc()}'"
    few = f"INSERT INTO web_message (chat, key, mine, body, at) SELECT 'b', 'k' || n.i, '0', '{{}}', '{utc()}'"
    await write(world, many(lines, LINES_KEPT + 5), many(few, 3))
    count = "SELECT count(*) FROM web_message GROUP BY chat ORDER BY chat"
    before, after = await just_before_and_after(world, "lines of web chats", count)
    assert (before, after) == ([LINES_KEPT + 5, 3], [LINES_KEPT, 3])


async def test_digests_that_were_asked_for_go_and_those_sent_stay(world: World) -> None:
    keys = ("asked/test/Lan/u1/1/1", "erased/2", "digest/1/2022-12-16/1", "asked/test/Lan/u2/1/1")
    await write(
        world,
        *(f"INSERT INTO snapshot (key, cut_off, numbers) VALUES ('{key}', '{utc()}', '{{}}')" for key in keys),
    )
    ours = f"SELECT key FROM snapshot WHERE cut_off = '{utc()}' ORDER BY id"
    before, after = await just_before_and_after(world, "digests asked for", ours)
    # The last one is the newest of all: its number must not come again.
    newest = [key for key in keys if key == before[-1] and (await rows(world, "SELECT max(id) FROM snapshot"))]
    assert before == list(keys)
    assert "digest/1/2022-12-16/1" in after
    assert set(after) <= {"digest/1/2022-12-16/1", *newest}
    assert "erased/2" not in after


async def test_recipients_of_a_broadcast_go_long_after_it_has_ended(world: World) -> None:
    columns = "member_id, unit_id, state, topic, content, audience, channel, chat, edition, counts"
    for number, state in ((1, "done"), (2, "paused"), (3, "done")):
        await write(
            world,
            f"INSERT INTO broadcast (id, {columns}, created_at, updated_at, ended_at) VALUES ({number}, 1, 1,"
            f" '{state}', 't', '{{}}', '{{}}', 'test', 'Lan', 0, '{{}}', '{utc()}', '{utc()}', '{utc()}')",
            "INSERT INTO broadcast_recipient (broadcast_id, channel, chat, unit_id, language, state, edition)"
            f" VALUES ({number}, 'test', 'x', 1, 'vi', 'sent', 0)",
        )
    before, after = await just_before_and_after(
        world, "recipients of broadcasts", "SELECT broadcast_id FROM broadcast_recipient ORDER BY id"
    )
    # The last row is the newest one.
    assert (before, after) == ([1, 2, 3], [2, 3])


async def test_pushes_keep_their_key_longer_than_replies(world: World) -> None:
    columns = "key, channel, chat, priority, reply, state, attempts, created_at, due_at, sent_at"
    keyed = [(f"'{key}'", "sent") for key in ("remind/1", "story/1", "news/1")]
    for key, state in (("NULL", "sent"), ("NULL", "failed"), ("NULL", "waiting"), *keyed):
        sent = f"'{utc()}'" if state == "sent" else "NULL"
        await write(
            world,
            f"INSERT INTO outbox ({columns}) VALUES ({key}, 'nowhere', 'x', 1, '{{}}', '{state}', 0, '{utc()}',"
            f" '{utc()}', {sent})",
        )
    ours = "SELECT coalesce(key, state) FROM outbox WHERE channel = 'nowhere' ORDER BY id"
    replies = await just_before_and_after(world, "replies and news sent", ours)
    all_ = ["sent", "failed", "waiting", "remind/1", "story/1", "news/1"]
    assert replies == (all_, ["waiting", "remind/1", "story/1"])
    periods = await just_before_and_after(world, "reminders and digests sent", ours)
    assert periods == (["waiting", "remind/1", "story/1"], ["waiting", "story/1"])
    assert await just_before_and_after(world, "other pushes sent", ours) == (["waiting", "story/1"], ["waiting"])


async def test_much_that_is_old_goes_in_small_pieces(world: World) -> None:
    await write(world, many(f"INSERT INTO seen_update SELECT 'x', n.i, '{utc()}'", 4 * BATCH))
    world.clock.turn_to(BEGIN + timedelta(days=15))
    with timing_writes(world.db) as took:
        await world.jobs.tick()
    assert await rows(world, "SELECT count(*) FROM seen_update WHERE channel = 'x'") == [0]
    assert len(took) >= 4
    assert max(took) < 1


async def test_a_look_takes_no_more_than_its_share(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "BATCH", 2)
    await write(world, many(f"INSERT INTO seen_update SELECT 'x', n.i, '{utc()}'", 100))
    await world.time_is(BEGIN + timedelta(days=15))
    assert await rows(world, "SELECT count(*) FROM seen_update WHERE channel = 'x'") == [60]
    await world.time_is(BEGIN + timedelta(days=15, minutes=16))
    assert await rows(world, "SELECT count(*) FROM seen_update WHERE channel = 'x'") == [20]


def test_every_rule_has_its_reason_in_the_documents() -> None:
    told = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    for rule in RULES:
        assert f"| {rule.name} | {rule.keep.days} days |" in told
