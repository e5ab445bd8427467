"""Groups in tests: who is there, what is said in one, one that is linked already."""

from __future__ import annotations

from storage import groups
from storage.tables import GroupChat
from tests.bot.kit import CHANNEL, member
from tests.support.world import World

GROUP = "-100"


async def joined(world: World) -> None:
    """Mai is in the province's office, Bình in that of Bến Cầu, Tư leads Gò Dầu, Lan reports for Bến Cầu."""
    await world.load()
    for chat, unit, role in (
        ("Mai", "TN", "officer"),
        ("Bình", "TN-BC", "officer"),
        ("Tư", "TN-GD", "leader"),
        ("Lan", "TN-BC", "reporter"),
    ):
        await member(world, chat, unit, role)


async def unit(world: World, code: str) -> int:
    ((found,),) = await world.query(f"SELECT id FROM unit WHERE code = '{code}'")
    return int(found)


async def in_group(world: World, who: str, text: str, title: str = "Tin nhanh") -> list[str]:
    """What somebody says in the group. Returns who was answered."""
    return [chat for chat, _ in await world.says(GROUP, text, sender=who, title=title)]


async def linked(world: World, code: str, *wanted: str, chat: str = GROUP) -> None:
    """The group is a unit's already."""
    async with world.unit_of_work() as uow:
        await uow.insert(
            GroupChat, channel=CHANNEL, chat=chat, title="Tin nhanh", unit_id=await unit(world, code),
            topics=list(wanted or (groups.NEWS, groups.DIGEST)),
        )  # fmt: skip


async def rows(world: World) -> list[tuple[object, ...]]:
    return await world.query("SELECT id, unit_id, topics, asked_by FROM group_chat ORDER BY id")
