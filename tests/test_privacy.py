"""Who somebody was: it is in no audit, in no log, and once they are erased nowhere at all."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql
from sqlmodel import SQLModel

from bot.channels.webchat import WebChat
from bot.media.store import MediaStore
from bot.workshop import Workshop
from handlers.events import Attachment, Membership
from reporting import log_book
from storage import chain, erasing, people, privacy
from storage.tables import GroupChat
from tests.support.story import world_after
from tests.support.world import ZONE, World

ROOT = Path(__file__).parent.parent
START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)
NAME, OPINION, PHONE = "Nguyễn Thị Ngọc Lan", "Bà con lo thiếu nước sinh hoạt", "0912345678"
CHAT = "chat-of-lan-7731"


async def _lan_has_told_much(world: World) -> None:
    """Lan of Bến Cầu has a full name and a phone number, has reported, with an opinion, and is correcting the report;
    Hùng and Mai lead the province and have read of her."""
    await world.load()
    for chat, name, code, unit, role in (
        (CHAT, "Lan", "K7QM-2XPD", "TN-BC", "reporter"),
        ("minh", "Trần Văn Minh", "M3NH-4GDA", "TN-GD", "reporter"),
        ("hung", "Phạm Quốc Hùng", "HEAD-ER23", "TN", "leader"),
        ("mai", "Võ Thị Mai", "2FFC-ER23", "TN", "officer"),
    ):
        await world.invite(code, unit, role)
        await world.says(chat, f"/start {code}", name=name)
        await world.happens(chat, name=name, action=world.channel.chats[chat][-1].action("Đúng, tham gia"))
    await _gives_name_and_phone(world)
    await _reports(world)
    for chat in ("hung", "mai"):
        await world.says(chat, "/nhatky")
        await world.presses(chat, "🔍 Lọc nhật ký")
        await world.presses(chat, "Theo người")
        await world.says(chat, "n")
    await world.says(CHAT, "/lichsu")
    await world.happens(CHAT, action="dig/1/today")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_lan_has_told_much, tmp_path, START) as world:
        yield world


async def _gives_name_and_phone(world: World) -> None:
    await world.happens(CHAT, action="mine/name")
    await world.says(CHAT, NAME)
    await world.presses(CHAT, "Đúng, sửa")
    await world.happens(CHAT, action="mine/phone")
    await world.says(CHAT, PHONE)


async def _reports(world: World) -> None:
    await world.says(CHAT, "/baocao")
    await world.presses(CHAT, "📝 Báo cáo ngay")
    for label in ("☐ Nghĩa trang", "Xong"):
        await world.presses(CHAT, label)
    await world.says(CHAT, "3")
    await world.says(CHAT, "40")
    await world.presses(CHAT, "☐ Dư luận")
    await world.presses(CHAT, "Xong")
    await world.says(CHAT, OPINION)
    await world.presses(CHAT, "✅ Gửi báo cáo")
    await world.presses(CHAT, "✏️ Sửa báo cáo này")


async def _texts(world: World, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Every value of every table, JSON with its letters as they are: (table, text)."""
    found = {name: await world.query(f"SELECT * FROM {name}") for name in SQLModel.metadata.tables}
    return [
        (name, _readable(str(value)))
        for name, rows in found.items()
        if name not in without
        for row in rows
        for value in row
    ]


def _readable(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


async def _where(world: World, text: str, **more: Any) -> set[str]:
    return {table for table, value in await _texts(world, **more) if text in value}


# --- the audit -------------------------------------------------------------------------------------


async def test_the_audit_names_nobody_and_repeats_nothing(world: World) -> None:
    await world.happens(CHAT, action="mine/ask")
    for text in (NAME, "Lan", OPINION, "nước", PHONE, CHAT, "Hùng"):
        assert "audit" not in await _where(world, text), text
    assert await world.query("SELECT count(*) FROM audit WHERE unit_id IS NULL") == [(0,)]
    assert await world.query("SELECT count(*) FROM audit WHERE member_id IS NOT NULL AND account_id IS NULL") == [(0,)]


async def test_a_group_that_comes_and_goes_is_in_the_audit(world: World) -> None:
    async with world.unit_of_work() as uow:
        await uow.insert(GroupChat, channel="test", chat="-1", title="Nhóm", unit_id=1)
    await world.happens("-1", sender="hung", membership=Membership.REMOVED)
    await world.happens("-1", sender="hung", membership=Membership.ADDED)
    await world.happens("-2", sender="hung", membership=Membership.ADDED)
    entries = await world.query("SELECT action, subject, unit_id FROM audit WHERE action LIKE 'group.%' ORDER BY id")
    assert entries == [("group.leave", "group:1", 1), ("group.join", "group:1", 1)]


def _codes() -> dict[str, str]:
    """The actions that the code writes into the audit, each with its file: texts such as "report.submit" that are given
    to `audit` or to a function of the same file that calls it."""
    found = {}
    for room in ("bot", "handlers", "reporting", "storage"):
        for file in (ROOT / room).rglob("*.py"):
            tree = ast.parse(file.read_text())
            functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
            writers = {"audit", *(f.name for f in functions if any(_called(call) == "audit" for call in _calls(f)))}
            for call in _calls(tree):
                if _called(call) in writers:
                    found |= dict.fromkeys(_codes_in(call), str(file.relative_to(ROOT)))
    return found


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _codes_in(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(node.value)):
                yield str(node.value)


def test_every_action_of_the_code_has_words() -> None:
    codes = _codes()
    assert {"report.submit", "report.revise", "person.rename", "invite.create", "campaign.load"} <= codes.keys()
    assert {code: file for code, file in codes.items() if code not in log_book.ACTIONS} == {}


def test_every_change_of_a_unit_has_words() -> None:
    from reporting.organisation.unit_states import Act

    assert {f"unit.{act}" for act in Act} <= log_book.ACTIONS


async def test_an_unknown_action_is_shown_as_it_is(world: World) -> None:
    async with world.unit_of_work() as uow:
        uow.audit(
            "tower.paint", "tower:7", member_id=None, unit_id=1, before={"colour": "red"}, after={"colour": "blue"}
        )
    ((_, shown),) = await world.says("hung", "/nhatky")
    assert "Văn phòng (dòng lệnh): tower.paint (tower:7)" in shown.text
    ((_, shown),) = await world.presses("hung", "Dòng 1")
    assert "• colour red → blue" in shown.text


async def test_what_is_for_leaders_is_not_told_by_the_log(world: World) -> None:
    form = await _form(world)
    hidden = tuple(replace(q, audience="leaders") if q.indicator == "memorials_cared" else q for q in form.questions)
    row = {"action": "report.revise", "before": {"memorials_cared": ["3", ""]}, "after": {"memorials_cared": ["2", ""]}}
    tr = world.office.translators["vi"]
    assert list(log_book.differences(log_book.Entry(row, {}, form), tr)) == ["Nghĩa trang, đài tưởng niệm 3 → 2"]
    assert list(log_book.differences(log_book.Entry(row, {}, replace(form, questions=hidden)), tr)) == []


async def _form(world: World) -> Any:
    async with world.unit_of_work() as uow:
        return await world.office.library.form(uow, 1)


async def test_a_leader_of_one_district_reads_nothing_of_another(world: World) -> None:
    await world.invite("HEAD-GD23", "TN-GD", "leader")
    await world.says("hoa", "/start HEAD-GD23", name="Lê Thị Hoa")
    await world.presses("hoa", "Đúng, tham gia")
    ((_, shown),) = await world.says("hoa", "/nhatky")
    assert "Gò Dầu" in shown.text
    assert "Bến Cầu" not in shown.text
    (theirs,) = await world.query("SELECT max(id) FROM audit WHERE action = 'report.submit'")
    ((_, shown),) = await world.happens("hoa", action=f"log/e/{theirs[0]}")
    assert "không thấy dòng này" in shown.text
    for action in ("log/w/1", "log/u/2", "log/u/1"):
        ((_, shown),) = await world.happens("hoa", action=action)
        assert NAME not in shown.text
        assert "Bến Cầu" not in shown.text
    ((_, shown),) = await world.happens("minh", action="log")
    assert "không dành cho đồng chí" in shown.text or "dành cho lãnh đạo" in shown.text


# --- one's own data --------------------------------------------------------------------------------


def _workshop(world: World) -> Workshop:
    return Workshop(world.db, world.office.library, world.office.translators, world.clock)


async def test_the_file_holds_all_that_is_kept(world: World) -> None:
    ((_, shown),) = await world.happens(CHAT, action="mine/file")
    assert shown.reply.document
    data, mime = await _workshop(world).make(shown.reply.document.media_id)
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
    assert await _workshop(world).make(f"mydata/{her}/{hers}")
    with pytest.raises(LookupError):
        await _workshop(world).make("mydata/" + reference.format(him=him, his=his, her=her, hers=hers))


async def test_a_chat_that_was_cut_off_gets_no_file_any_more(world: World) -> None:
    ((_, shown),) = await world.happens(CHAT, action="mine/file")
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE account SET cut_at = created_at WHERE address = '" + CHAT + "'")
    assert shown.reply.document
    with pytest.raises(LookupError):
        await _workshop(world).make(shown.reply.document.media_id)


@pytest.mark.parametrize("typed", ["x", "12", "", "a" * 61, "\u202e\u200b"])
async def test_what_is_no_name_is_not_taken(world: World, typed: str) -> None:
    await world.happens(CHAT, action="mine/name")
    if typed:
        ((_, shown),) = await world.says(CHAT, typed)
        assert "Tên dài từ 2 đến 60" in shown.text or "Đồng chí" in shown.text
    await world.happens(CHAT, action="mine/yes")
    assert await world.query(f"SELECT name FROM person WHERE id = {await _her(world)}") == [(NAME,)]


async def test_a_made_up_yes_changes_no_name(world: World) -> None:
    before = await world.query("SELECT name FROM person ORDER BY id")
    for action in ("mine/yes", "mine/yes/Tên", "mine/zzz"):
        await world.happens("minh", action=action)
    assert await world.query("SELECT name FROM person ORDER BY id") == before


# --- erasing ---------------------------------------------------------------------------------------


async def _her(world: World) -> int:
    """The id of Lan's person, also when she is erased."""
    accounts = f"SELECT person_id FROM account WHERE address = '{CHAT}'"
    ((number,),) = await world.query(f"SELECT id FROM person WHERE erased_at IS NOT NULL OR id IN ({accounts})")
    return int(number)


async def _erase(world: World, person_id: int = 0) -> list[str]:
    person_id = person_id or await _her(world)
    async with world.unit_of_work() as uow:
        gone = await erasing.erase(uow, person_id)
        uow.audit("member.erase", f"person:{person_id}", member_id=None, unit_id=1)
    return gone


async def _chat_on_the_web(world: World, tmp_path: Path) -> MediaStore:
    """Her web chat too, with a picture, a failed update and her own file."""
    media = MediaStore(world.db, tmp_path / "media", _workshop(world), world.clock, b"secret")
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
    assert {"person", "web_message", "outbox", "media"} <= await _where(world, NAME)
    assert "conversation" in await _where(world, "nguyen thi ngoc lan")
    assert {"account", "seen_update", "snapshot", "media"} <= await _where(world, CHAT)
    files = await _erase(world)
    assert len(files) == 1
    await media.forget(files)
    for text in (NAME, PHONE, CHAT, "nguyen thi ngoc lan"):
        assert await _where(world, text) == set(), text
    # What she answered in the report is her unit's, and stays; the leader was told of it at once.
    assert await _where(world, OPINION) == {"revision", "outbox"}
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


async def test_what_an_older_version_wrote_is_found_too(world: World) -> None:
    """It wrote each letter that is not English as a number, in all JSON."""
    async with world.unit_of_work() as uow:
        for row in (await uow.conn.exec_driver_sql("SELECT id, reply FROM outbox")).all():
            words = json.dumps(json.loads(row.reply) if isinstance(row.reply, str) else row.reply)
            await uow.conn.execute(
                sql("UPDATE outbox SET reply = :words WHERE id = :id"), {"words": words, "id": row.id}
            )
    assert "outbox" in await _where(world, NAME)
    await _erase(world)
    assert await _where(world, NAME) == set()


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
    assert await world.query(f"SELECT name, phone FROM person WHERE id = {await _her(world)}") == [
        (erasing.ERASED, None)
    ]
    assert await world.query(
        f"SELECT count(*) FROM member WHERE person_id = {await _her(world)} AND ended_at IS NULL"
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
        await privacy.rename(uow, await _her(world), "Lan")
    await world.says("hung", "/nhatky")
    await world.says("minh", "/baocao")
    before = await world.query("SELECT reply FROM outbox WHERE chat <> 'chat-of-lan-7731' ORDER BY id")
    await _erase(world)
    assert await world.query("SELECT reply FROM outbox WHERE chat <> 'chat-of-lan-7731' ORDER BY id") == before
