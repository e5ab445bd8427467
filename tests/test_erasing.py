"""A person erased: nothing tells any more who they were, and what is the unit's stays."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from bot.channels.webchat import WebChat
from bot.media.store import MediaStore
from handlers.events import Attachment
from storage import chain, erasing, people, privacy
from tests.support.story import world_after
from tests.support.well_known import CHAT, NAME, OPINION, PHONE, START, her, lan_has_told_much, where, workshop
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(lan_has_told_much, tmp_path, START) as world:
        yield world


async def _erase(world: World, person_id: int = 0) -> list[str]:
    person_id = person_id or await her(world)
    async with world.unit_of_work() as uow:
        gone = await erasing.erase(uow, person_id)
        uow.audit("member.erase", f"person:{person_id}", member_id=None, unit_id=1)
    return gone


async def _chat_on_the_web(world: World, tmp_path: Path) -> MediaStore:
    """Her web chat too, with a picture, a failed update and her own file."""
    media = MediaStore(world.db, tmp_path / "media", workshop(world), world.clock, b"secret")
    ((her, member),) = await world.query(f"SELECT person_id, member_id FROM account WHERE address = '{CHAT}'")
    web = WebChat(world.db, media, world.clock, world.office.translators, frozenset())
    async with world.unit_of_work() as uow:
        await people.add_account(uow, "web", f"web-{CHAT}", her, member)
    await web.start(world.intake.take)
    await web.received(f"web-{CHAT}", NAME, {"type": "text", "key": "k1", "text": OPINION})
    await web.send(f"web-{CHAT}", (await world.says(CHAT, "/dulieucuatoi"))[-1][1].reply, key="1")
    await web.send("hung-web", (await world.says("hung", "/nhatky"))[-1][1].reply, key="2")
    account = (await world.query("SELECT id FROM account WHERE channel = 'web'"))[0][0]
    await media.resolve(Attachment(f"mydata/{her}/{account}", "du-lieu-cua-toi.json"))
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(
            "INSERT INTO media (id, sha256, mime, size, name, owner, created_at) "
            f"VALUES ('p/1', 'ab', 'image/png', 1, 'ảnh {NAME}.png', 'test:{CHAT}', '2022-12-16 01:00:00')"
        )
    return media


async def test_nothing_tells_any_more_who_they_were(world: World, tmp_path: Path) -> None:
    media = await _chat_on_the_web(world, tmp_path)
    assert {"person", "web_message", "outbox", "media"} <= await where(world, NAME)
    assert "conversation" in await where(world, "nguyen thi ngoc lan")
    assert {"account", "seen_update", "snapshot", "media"} <= await where(world, CHAT)
    files = await _erase(world)
    assert len(files) == 1
    await media.forget(files)
    for text in (NAME, PHONE, CHAT, "nguyen thi ngoc lan"):
        assert await where(world, text) == set(), text
    # What she answered in the report is her unit's, and stays; the leader was told of it at once.
    assert await where(world, OPINION) == {"revision", "outbox"}
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


async def test_what_an_older_version_wrote_is_found_too(world: World) -> None:
    """It wrote each letter that is not English as a number, in all JSON."""
    async with world.unit_of_work() as uow:
        for row in (await uow.conn.exec_driver_sql("SELECT id, reply FROM outbox")).all():
            words = json.dumps(json.loads(row.reply) if isinstance(row.reply, str) else row.reply)
            await uow.conn.execute(
                sql("UPDATE outbox SET reply = :words WHERE id = :id"), {"words": words, "id": row.id}
            )
    assert "outbox" in await where(world, NAME)
    await _erase(world)
    assert await where(world, NAME) == set()


async def test_reports_totals_and_audit_stay(world: World) -> None:
    kept = ["report", "revision", "total", "expected_report"]
    before = [await world.query(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in kept]
    entries = await world.query("SELECT * FROM audit ORDER BY id")
    await _erase(world)
    assert [await world.query(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in kept] == before
    assert (await world.query("SELECT * FROM audit ORDER BY id"))[:-1] == entries
    await world.totals_are_true()
    async with world.db.read() as conn:
        assert (await chain.verify(conn)).broken is None
        if conn.dialect.name == "sqlite":
            assert (await conn.exec_driver_sql("PRAGMA foreign_key_check")).fetchall() == []
    assert await world.query(f"SELECT name, phone FROM person WHERE id = {await her(world)}") == [
        (erasing.ERASED, None)
    ]
    assert await world.query(
        f"SELECT count(*) FROM member WHERE person_id = {await her(world)} AND ended_at IS NULL"
    ) == [(0,)]
    assert await world.query("SELECT count(*) FROM draft") == [(0,)]


async def test_others_are_as_they_were(world: World) -> None:
    await world.says("minh", "/baocao")
    await world.presses("minh", "📝 Báo cáo ngay")
    before = await world.query("SELECT * FROM conversation WHERE chat = 'minh'")
    await _erase(world)
    assert await world.query("SELECT * FROM conversation WHERE chat = 'minh'") == before
    assert await world.query("SELECT count(*) FROM person WHERE erased_at IS NULL") == [(3,)]
    heard = await world.says("minh", "2")
    assert heard


async def test_the_erased_is_a_stranger_and_the_log_says_so(world: World) -> None:
    await _erase(world)
    ((_, shown),) = await world.says(CHAT, "/dulieucuatoi")
    assert "Đồng chí gửi em mã tham gia" in shown.text
    ((_, shown),) = await world.happens(CHAT, action="card/2/send")
    assert "Đồng chí gửi em mã tham gia" in shown.text
    await world.says("hung", "/nhatky")
    assert await world.query("SELECT traceback FROM failed_update") == []
    assert "(đã xoá): gửi báo cáo TN-000001" in world.channel.chats["hung"][-1].text


async def test_nobody_is_erased_twice(world: World) -> None:
    await _erase(world)
    with pytest.raises(LookupError):
        await _erase(world)
    with pytest.raises(LookupError):
        await _erase(world, 99)


async def test_a_name_of_one_word_is_left_in_other_words(world: World) -> None:
    async with world.unit_of_work() as uow:
        await privacy.rename(uow, await her(world), "Lan")
    await world.says("hung", "/nhatky")
    await world.says("minh", "/baocao")
    before = await world.query("SELECT reply FROM outbox WHERE chat <> 'chat-of-lan-7731' ORDER BY id")
    await _erase(world)
    assert await world.query("SELECT reply FROM outbox WHERE chat <> 'chat-of-lan-7731' ORDER BY id") == before
