"""A courier at work, and a channel that holds what it sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.delivery.courier import Courier
from handlers.events import Reply
from tests.bot.kit import StubbornChannel, states
from tests.support.world import World


class Gate(StubbornChannel):
    """Holds each message until its gate is opened."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.sent: list[str] = []
        self.open = asyncio.Event()
        self.most = self._now = 0

    async def send(self, chat: str, reply: Reply, *, key: str, turn: Any = None) -> str:
        self.begun.append(str(reply.text))
        self._now += 1
        self.most = max(self.most, self._now)
        await self.open.wait()
        self._now -= 1
        self.sent.append(str(reply.text))
        return key


@asynccontextmanager
async def running(courier: Courier) -> Any:
    """A courier at work; stopped at the end."""
    task = asyncio.create_task(courier.run())
    try:
        yield
    finally:
        courier.stop()
        async with asyncio.timeout(5):
            await task


async def until(happened: Callable[[], object]) -> None:
    """Wait for something that another task does."""
    async with asyncio.timeout(5):
        while not happened():
            await asyncio.sleep(0.005)


async def become(world: World, wanted: list[str]) -> None:
    async with asyncio.timeout(5):
        while await states(world) != wanted:
            await asyncio.sleep(0.005)
