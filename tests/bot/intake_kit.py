"""Updates that are handed to an intake, and what became of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from prometheus_client import REGISTRY

from handlers.events import Incoming
from tests.bot.kit import CHANNEL
from tests.support.world import World

CODE = re.compile(r"E-[0-9A-F]{4}")
HELLO = "Chào đồng chí! Em là bot nhận báo cáo của Đoàn."


async def take_all(world: World, updates: Iterable[Incoming]) -> list[BaseException | None]:
    """Hand over what arrived at the same moment; returns what each channel was told (None: it is taken)."""
    async with asyncio.timeout(10):
        return await asyncio.gather(*(world.intake.take(update) for update in updates), return_exceptions=True)


def counted(outcome: str) -> float:
    """How many updates came to this end so far."""
    labels = {"channel": CHANNEL, "outcome": outcome}
    return REGISTRY.get_sample_value("danvan_updates_total", labels) or 0


async def count(world: World, what: str) -> int:
    ((number,),) = await world.query(f"SELECT count(*) FROM {what}")
    return int(number)
