"""/huy: whatever is under way ends, and what is said of it is true."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from handlers import leaving
from tests.support.story import world_after
from tests.support.world import ROOT, World
from tests.test_alerts import SEND, START, _people, _text

GO_ON = "Làm tiếp báo cáo"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_people, tmp_path, START) as world:
        yield world


# --- drafts of messages ----------------------------------------------------------------------------


async def test_an_urgent_message_that_was_left_is_not_sent(world: World) -> None:
    heard = await world.says("Lan", "/khan Cháy chợ")
    send = heard[-1][1].action(SEND)
    assert "tin khẩn đang soạn, chưa gửi đi" in _text(await world.says("Lan", "/huy"), "Lan")
    await world.says("Lan", "gửi ngay")
    heard = await world.happens("Lan", action=send)
    assert "Không có tin khẩn nào đang chờ gửi" in _text(heard, "Lan")
    assert await world.query("SELECT count(*) FROM alert") == [(0,)]
    assert "Không có việc nào đang làm dở" in _text(await world.says("Lan", "/huy"), "Lan")


@pytest.mark.parametrize("typed", ["gửi ngay", "1"])
async def test_nor_where_choices_are_typed(world: World, typed: str) -> None:
    world.without_buttons()
    await world.says("Lan", "/khan Cháy chợ")
    await world.says("Lan", "/huy")
    await world.says("Lan", typed)
    assert await world.query("SELECT count(*) FROM alert") == [(0,)]


@pytest.mark.parametrize("again", ["gửi", "tale/send"])
async def test_a_good_example_that_was_left_is_not_sent(world: World, again: str) -> None:
    await world.says("Lan", "/tinhay")
    await world.says("Lan", "Thanh niên giúp dân gặt lúa")
    assert "gương tốt đang kể, chưa gửi đi" in _text(await world.says("Lan", "/huy"), "Lan")
    await (world.happens("Lan", action=again) if "/" in again else world.says("Lan", again))
    assert await world.query("SELECT count(*) FROM story") == [(0,)]


async def test_both_are_left_and_said(world: World) -> None:
    await world.says("Lan", "/tinhay")
    await world.says("Lan", "Thanh niên giúp dân gặt lúa")
    await world.says("Lan", "/khan Cháy chợ")
    assert "em bỏ tin khẩn đang soạn, gương tốt đang kể" in _text(await world.says("Lan", "/huy"), "Lan")
    assert "Không có việc nào đang làm dở" in _text(await world.says("Lan", "/huy"), "Lan")


# --- beside a report -------------------------------------------------------------------------------


async def test_a_report_that_waits_behind_it_goes_on(world: World) -> None:
    await world.happens("Lan", action="cmd/baocao")
    await world.presses("Lan", "📝 Báo cáo ngay")
    for typed in ("/khan Cháy chợ", "/tinhay"):
        await world.says("Lan", typed)
        ((_, shown),) = await world.says("Lan", "/huy")
        assert "chưa gửi đi" in shown.text
        assert shown.labels == [GO_ON]
    assert await world.query("SELECT count(*) FROM draft") == [(1,)]
    ((_, shown),) = await world.presses("Lan", GO_ON)
    assert shown.labels


async def test_a_report_in_front_is_asked_about_and_what_stands_behind_it_is_left(world: World) -> None:
    await world.says("Lan", "/khan Cháy chợ")
    await world.happens("Lan", action="cmd/baocao")
    await world.presses("Lan", "📝 Báo cáo ngay")
    left, asked = [shown for _, shown in await world.says("Lan", "/huy")]
    assert "tin khẩn đang soạn" in left.text
    assert len(asked.labels) > 1
    ((_, shown),) = await world.says("Lan", "/huy")
    assert shown.text == asked.text


async def test_what_else_was_waited_for_ends_in_a_few_words(world: World) -> None:
    await world.says("Lan", "/dulieucuatoi")
    await world.presses("Lan", "Sửa tên")
    assert "Chưa có gì thay đổi" in _text(await world.says("Lan", "/huy"), "Lan")


async def test_news_that_were_begun_are_kept_and_it_says_so(world: World) -> None:
    await world.says("Mai", "/tin")
    await world.presses("Mai", "✍️ Soạn tin mới")
    await world.says("Mai", "Mời các đồng chí họp lúc 8 giờ")
    await world.presses("Mai", "📷 Ảnh")
    assert "bản nháp vẫn còn: /tin" in _text(await world.says("Mai", "/huy"), "Mai")
    assert await world.query("SELECT count(*) FROM broadcast") == [(1,)]


# --- no key is forgotten ---------------------------------------------------------------------------


def _written() -> Iterator[tuple[str, str]]:
    """The keys of `ctx.state` that handlers write, each with its file."""
    for path in sorted((ROOT / "handlers").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for key in map(_key, ast.walk(tree)):
            if key is not None:
                yield str(constants[key.id] if isinstance(key, ast.Name) else ast.literal_eval(key)), path.name


def _key(node: ast.AST) -> ast.expr | None:
    """What is written by `….state[key] = …` or `….state.setdefault(key, …)`."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _is_state(node.value):
        return node.slice
    call = node.func if isinstance(node, ast.Call) else None
    if isinstance(call, ast.Attribute) and call.attr == "setdefault" and _is_state(call.value):
        return node.args[0] if isinstance(node, ast.Call) else None
    return None


def _is_state(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "state"


def test_what_becomes_of_every_key_is_written_down() -> None:
    known = [*leaving.MESSAGES, *leaving.QUESTIONS, *leaving.OF_A_REPORT, *leaving.LASTING]
    assert len(known) == len(set(known))
    written = dict(_written())
    assert set(written) - set(known) == set(), "say in handlers/leaving.py what /huy does to it"
    assert set(known) - set(written) == set(), "nobody writes it any more"
