"""An office that edits good examples: who is there, and what they do in most tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import people
from storage.tables import GroupChat
from tests.support.remembering import Shown
from tests.support.world import ZONE, World

START = datetime(2022, 12, 15, 14, 0, tzinfo=ZONE)
TOLD = "Chi đoàn ấp 3 <b>dọn</b> & quét vôi nghĩa trang liệt sĩ."
GROUPS = ("-1", "-2", "-3")


async def office(world: World) -> None:
    """Lan reports for Bến Cầu, Minh for Gò Dầu; Mai and Sáu edit for the province, Tư for Gò Dầu, Hùng leads. Of three
    groups that want good examples one is Gò Dầu's; a fourth wants none, and a fifth may not be written to."""
    await world.load()
    for name, code, unit, role in (
        ("Lan", "K7QM-2XPD", "TN-BC", "reporter"),
        ("Minh", "M3NH-4GDA", "TN-GD", "reporter"),
        ("Mai", "2FFC-ER23", "TN", "officer"),
        ("Sáu", "2FFC-ER24", "TN", "officer"),
        ("Tư", "W4RM-CDE7", "TN-GD", "officer"),
        ("Hùng", "HEAD-ER23", "TN", "leader"),
    ):
        await world.joins(name, code, unit, role)
    for chat, unit, topics, silent in (
        ("-1", "TN", ["stories"], None),
        ("-2", "TN", ["news", "stories"], None),
        ("-3", "TN-GD", ["stories"], None),
        ("-4", "TN", ["news"], None),
        ("-5", "TN", ["stories"], START - timedelta(days=30)),
    ):
        async with world.unit_of_work() as uow:
            row = await people.unit_by_code(uow, unit)
            assert row
            await uow.insert(
                GroupChat, channel="test", chat=chat, title=f"Nhóm {chat}", unit_id=row["id"], topics=topics,
                silent_at=silent,
            )  # fmt: skip


def text(heard: list[tuple[str, Shown]]) -> str:
    return "\n".join(shown.text for _, shown in heard)


async def tells(world: World, name: str, told: str, photos: int = 0) -> list[tuple[str, Shown]]:
    await world.says(name, "/tinhay")
    await world.says(name, told)
    for place in range(photos):
        await world.sends_photo(name, f"p/{place}")
    return await world.presses(name, "✅ Gửi")


async def approves(world: World, name: str = "Mai") -> list[tuple[str, Shown]]:
    await world.says(name, "/guongtot")
    await world.presses(name, "✅ Duyệt")
    label = next(one for one in world.channel.chats[name][-1].labels if one.startswith("✅ Duyệt, "))
    return await world.presses(name, label)


async def state(world: World) -> list[tuple[object, ...]]:
    return await world.query("SELECT state, text, told FROM story ORDER BY id")
