"""Tây Ninh on the morning of a deadline."""

from __future__ import annotations

from pathlib import Path

from storage import people
from storage.tables import GroupChat
from tests.bot.kit import CHANNEL, at, member
from tests.support.world import World

PACK = Path(__file__).parents[1] / "conversations" / "packs" / "ladder"
MEMBERS = [
    ("Lan", "LT", "reporter"), ("Hoa", "LT", "reporter"), ("Minh", "TT", "reporter"), ("Bảy", "HT", "reporter"),
    ("Bảy", "GD", "reporter"), ("An", "LT", "leader"), ("Tư", "BC", "leader"), ("Sáu", "BC", "officer"),
    ("Hùng", "TN", "leader"), ("Mai", "TN", "officer"),
]  # fmt: skip


async def joined(world: World) -> None:
    """Communes are due at nine, districts at ten; nobody leads Gò Dầu, nobody reports for Long Chữ or Phước Đông."""
    await world.load(PACK)
    for chat, unit, role in MEMBERS:
        await member(world, chat, unit, role)
    async with world.unit_of_work() as uow:
        root = await people.unit_by_code(uow, "TN")
        assert root
        await uow.insert(GroupChat, channel=CHANNEL, chat="-100", title="Tin nhanh", unit_id=root["id"])


async def said(world: World, moment: str) -> dict[str, list[str]]:
    """What is said at a moment, by chat."""
    found: dict[str, list[str]] = {}
    for chat, shown in await world.time_is(at(moment)):
        found.setdefault(chat, []).append(shown.text)
    return found


async def owed(world: World, unit: str, period: str = "2022-12-16") -> int:
    """The register row of a unit."""
    ((found,),) = await world.query(
        "SELECT e.id FROM expected_report e JOIN unit u ON u.id = e.unit_id JOIN period p ON p.id = e.period_id"
        f" WHERE u.code = '{unit}' AND p.name = '{period}'"
    )
    return int(found)


async def reports_nothing(world: World, chat: str, unit: str) -> None:
    await world.happens(chat, action=f"nothing/{await owed(world, unit)}")


async def set_state(world: World, state: str) -> None:
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(f"UPDATE campaign SET state = '{state}'")
