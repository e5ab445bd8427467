"""Bình's draft of news."""

from __future__ import annotations

import json
from datetime import datetime

from tests.conversations.script import PACKS
from tests.support.story import Story
from tests.support.world import ZONE, World

START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)
TEXT = "Kính gửi {đơn vị}"
WHO = (
    ("Bình", "2FFC-ER23", "TN-BC", "officer"), ("Hùng", "HEAD-ER23", "TN", "leader"),
    ("Mai", "M4MA-7TTT", "TN-BC", "leader"), ("Lan", "K7QM-2XPD", "TN-BC-LT", "reporter"),
    ("Tú", "TTT7-K2XP", "TN-BC-LT", "officer"),
)  # fmt: skip


def there(pack: str) -> Story:
    """Everybody has joined the campaign of that pack, and Bình has a draft for all."""

    async def told(world: World) -> None:
        await world.load(PACKS / pack)
        for name, code, unit, role in WHO:
            await world.joins(name, code, unit, role)
        await world.says("Bình", "/tin")
        await world.presses("Bình", "✍️ Soạn tin mới")
        await world.says("Bình", TEXT)
        await world.happens("Bình", action="tin/all/1")

    return told


alone = there("approved")


async def said(world: World, who: str, action: str) -> str:
    return "\n".join(shown.text for chat, shown in await world.happens(who, action=action) if chat == who)


async def kept(world: World) -> dict[str, object]:
    ((content,),) = await world.query("SELECT content FROM broadcast")
    kept: dict[str, object] = json.loads(content)
    return kept


async def state(world: World) -> str:
    ((state,),) = await world.query("SELECT state FROM broadcast")
    return str(state)
