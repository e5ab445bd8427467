"""The audit, and what is read of it: it names nobody, and each reads of the own branch."""

from __future__ import annotations

import ast
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handlers.events import Membership
from reporting import log_book
from storage.tables import GroupChat
from tests.support.story import world_after
from tests.support.well_known import CHAT, NAME, OPINION, PHONE, START, lan_has_told_much, where
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(lan_has_told_much, tmp_path, START) as world:
        yield world


ROOT = Path(__file__).parent.parent


async def test_the_audit_names_nobody_and_repeats_nothing(world: World) -> None:
    await world.happens(CHAT, action="mine/ask")
    for text in (NAME, "Lan", OPINION, "nước", PHONE, CHAT, "Hùng"):
        assert "audit" not in await where(world, text), text
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
