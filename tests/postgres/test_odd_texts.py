"""What no PostgreSQL keeps (NUL, half of a character) comes in from outside: it is left out, and nobody is told of a
fault."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handlers.events import Document, Photo
from tests.bot.kit import at, member
from tests.support import database
from tests.support.world import World

ODD = "ch\x00à\ud800o"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    database.use("postgres")
    async with World(tmp_path, at("2022-12-16 08:00")) as world:
        await world.load()
        await member(world, "Lan", "TN-BC")
        await world.tick()
        yield world


@pytest.mark.parametrize(
    "what",
    [
        {"text": ODD}, {"text": "\x00"}, {"text": "\udfff"}, {"text": f"/baocao {ODD}"}, {"text": "xin", "name": ODD},
        {"action": ODD}, {"action": f"r/{ODD}"}, {"photo": Photo("p/1"), "text": ODD},
        {"document": Document("f/1", f"{ODD}.pdf", "file")}, {"text": "xin", "message_id": "\x00"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("begun", [False, True])
async def test_it_is_answered_and_no_fault(world: World, what: dict[str, Any], begun: bool) -> None:
    if begun:
        await world.says("Lan", "/baocao")
        await world.presses("Lan", "📝 Báo cáo ngay")
    assert await world.happens("Lan", **what)
    assert await world.query("SELECT * FROM failed_update") == []
    assert await world.query("SELECT count(*) FROM outbox WHERE state <> 'sent'") == [(0,)]


async def test_as_an_answer_it_is_kept_without(world: World) -> None:
    await world.says("Lan", "/baocao")
    for pressed in ("📝 Báo cáo ngay", "☐ Nghĩa trang", "Xong"):
        await world.presses("Lan", pressed)
    for said in ("3\x00", "4\ud8000"):
        await world.says("Lan", said)
    await world.presses("Lan", "☐ Dư luận")
    await world.presses("Lan", "Xong")
    await world.says("Lan", f"Bà con\x00 lo {ODD}")
    await world.presses("Lan", "✅ Gửi báo cáo")
    ((answers,),) = await world.query("SELECT CAST(answers AS TEXT) FROM revision")
    assert json.loads(answers)["public_opinion"] == "Bà con lo chào"
