"""What stands before many tests is told once a process: each test begins with a copy of the world it left."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.support.database import Engine, engine_in_use, kept_bytes
from tests.support.world import Shown, World

Story = Callable[[World], Awaitable[None]]


@dataclass(frozen=True)
class _Left:
    """All of a world that outlives its story: the file, the time, and what the chats show."""

    file: bytes
    now: datetime
    log: list[tuple[str, Shown]]
    chats: dict[str, list[Shown]]
    keys: int


_told: dict[tuple[Story, datetime, Engine], _Left] = {}


@asynccontextmanager
async def world_after(story: Story, folder: Path, start: datetime) -> AsyncIterator[World]:
    """A world of its own for every caller, in `folder`, in which `story` has been told from `start` on."""
    told = (story, start, engine_in_use())
    left = _told[told] = _told.get(told) or await _tell(story, start)
    (folder / World.FILE).write_bytes(left.file)
    async with World(folder, left.now, keys=left.keys) as world:
        world.channel.log.extend(left.log)
        world.channel.chats.update({chat: list(shown) for chat, shown in left.chats.items()})
        yield world


async def _tell(story: Story, start: datetime) -> _Left:
    with tempfile.TemporaryDirectory() as folder:
        async with World(Path(folder), start) as world:
            await story(world)
        channel = world.channel
        return _Left(kept_bytes(world.file), world.clock.now(), channel.log, dict(channel.chats), world.keys)
