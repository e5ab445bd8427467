"""What is kept on a person: all of it is in their file, which nobody else gets, and the name is theirs to change."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.story import world_after
from tests.support.well_known import CHAT, NAME, OPINION, PHONE, START, her, lan_has_told_much, workshop
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(lan_has_told_much, tmp_path, START) as world:
        yield world


async def test_the_file_holds_all_that_is_kept(world: World) -> None:
    ((_, shown),) = await world.happens(CHAT, action="mine/file")
    assert shown.reply.document
    data, mime = await workshop(world).make(shown.reply.document.media_id)
    kept = json.loads(data)
    assert mime == "application/json"
    assert (kept["person"]["name"], kept["person"]["phone"]) == (NAME, PHONE)
    assert [account["address"] for account in kept["accounts"]] == [CHAT]
    assert [(role["role"], role["code"]) for role in kept["roles"]] == [("reporter", "TN-BC")]
    assert [report["code"] for report in kept["reports"]] == ["TN-000001"]
    assert len(kept["drafts"]) == 1
    assert OPINION in json.dumps(kept["drafts"], ensure_ascii=False)
    assert {"person.rename", "report.submit"} <= {change["action"] for change in kept["changes"]}


@pytest.mark.parametrize("reference", ["{her}/{his}", "{him}/{hers}", "99/{hers}", "{her}", "{her}/99"])
async def test_the_file_is_made_for_nobody_elses_chat(world: World, reference: str) -> None:
    query = "SELECT person_id, id FROM account WHERE address IN ('hung', '{CHAT}') ORDER BY address = '{CHAT}'"
    (him, his), (her, hers) = await world.query(query.format(CHAT=CHAT))
    assert await workshop(world).make(f"mydata/{her}/{hers}")
    with pytest.raises(LookupError):
        await workshop(world).make("mydata/" + reference.format(him=him, his=his, her=her, hers=hers))


async def test_a_chat_that_was_cut_off_gets_no_file_any_more(world: World) -> None:
    ((_, shown),) = await world.happens(CHAT, action="mine/file")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE account SET cut_at = created_at WHERE address = '" + CHAT + "'")
    assert shown.reply.document
    with pytest.raises(LookupError):
        await workshop(world).make(shown.reply.document.media_id)


@pytest.mark.parametrize("typed", ["x", "12", "", "a" * 61, "\u202e\u200b"])
async def test_what_is_no_name_is_not_taken(world: World, typed: str) -> None:
    await world.happens(CHAT, action="mine/name")
    if typed:
        ((_, shown),) = await world.says(CHAT, typed)
        assert "Tên dài từ 2 đến 60" in shown.text or "Đồng chí" in shown.text
    await world.happens(CHAT, action="mine/yes")
    assert await world.query(f"SELECT name FROM person WHERE id = {await her(world)}") == [(NAME,)]


async def test_a_made_up_yes_changes_no_name(world: World) -> None:
    before = await world.query("SELECT name FROM person ORDER BY id")
    for action in ("mine/yes", "mine/yes/Tên", "mine/zzz"):
        await world.happens("minh", action=action)
    assert await world.query("SELECT name FROM person ORDER BY id") == before
