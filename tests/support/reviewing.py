"""Lan's report, and what leaders do with it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from handlers.events import place_of
from tests.support.story import Story, world_after
from tests.support.world import ZONE, Shown, World

START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)
CHILDREN = place_of("/data/children/children_supported")


async def join(world: World, *people: tuple[str, str, str, str]) -> None:
    for name, code, unit, role in people:
        await world.joins(name, code, unit, role)


async def lan_has_reported(world: World) -> None:
    """Lan of Bến Cầu has sent 1.200 em; Hoa reports for the same unit; Hùng and Minh lead the province."""
    await world.load()
    await join(
        world,
        ("Lan", "K7QM-2XPD", "TN-BC", "reporter"),
        ("Hoa", "H2QA-9TCX", "TN-BC", "reporter"),
        ("Hùng", "HEAD-ER23", "TN", "leader"),
        ("Minh", "M3NH-4GDA", "TN", "leader"),
    )
    await world.says("Lan", "hỗ trợ 1200 em thiếu nhi, 40 lượt đoàn viên tham gia")
    await world.presses("Lan", "✅ Gửi báo cáo")


@asynccontextmanager
async def sound_after(story: Story, folder: Path) -> AsyncIterator[World]:
    """A world after a story; no handler may have failed at the end, and totals are what they should be."""
    async with world_after(story, folder, START) as world:
        yield world
        assert await world.query("select traceback from failed_update") == []
        await world.totals_are_true()


async def ask_back(world: World, who: str = "Hùng", line: str = "Thiếu nhi được hỗ trợ: 1.200 em",
                    reason: str = "Có nhầm 120 không?") -> str:  # fmt: skip
    """Returns what the sender is told."""
    await world.happens(who, action="back/lines/1/0")
    await world.presses(who, line)
    heard = await world.says(who, reason)
    return "\n".join(shown.text for chat, shown in heard if chat != who)


async def report(world: World) -> tuple[object, ...]:
    ((state, revision, approved_by),) = await world.query("select state, revision_no, approved_by from report")
    return state, revision, approved_by


async def children(world: World) -> list[int]:
    rows = await world.query("select answers from revision order by number")
    return [json.loads(str(answers)).get("children_supported") for (answers,) in rows]


def texts(heard: list[tuple[str, Shown]], chat: str) -> str:
    return "\n".join(shown.text for to, shown in heard if to == chat)
