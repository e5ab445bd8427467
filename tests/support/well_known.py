"""Lan, of whom much is known."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from bot.workshop import Workshop
from tests.support.world import ZONE, World

START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)
NAME, OPINION, PHONE = "Nguyễn Thị Ngọc Lan", "Bà con lo thiếu nước sinh hoạt", "0912345678"
CHAT = "chat-of-lan-7731"


async def lan_has_told_much(world: World) -> None:
    """Lan of Bến Cầu has a full name and a phone number, has reported, with an opinion, and is correcting the report;
    Hùng and Mai lead the province and have read of her."""
    await world.load()
    for chat, name, code, unit, role in (
        (CHAT, "Lan", "K7QM-2XPD", "TN-BC", "reporter"),
        ("minh", "Trần Văn Minh", "M3NH-4GDA", "TN-GD", "reporter"),
        ("hung", "Phạm Quốc Hùng", "HEAD-ER23", "TN", "leader"),
        ("mai", "Võ Thị Mai", "2FFC-ER23", "TN", "officer"),
    ):
        await world.invite(code, unit, role)
        await world.says(chat, f"/start {code}", name=name)
        await world.happens(chat, name=name, action=world.channel.chats[chat][-1].action("Đúng, tham gia"))
    await gives_name_and_phone(world)
    await reports(world)
    for chat in ("hung", "mai"):
        await world.says(chat, "/nhatky")
        await world.presses(chat, "🔍 Lọc nhật ký")
        await world.presses(chat, "Theo người")
        await world.says(chat, "n")
    await world.says(CHAT, "/lichsu")
    await world.happens(CHAT, action="dig/1/today")


async def gives_name_and_phone(world: World) -> None:
    await world.happens(CHAT, action="mine/name")
    await world.says(CHAT, NAME)
    await world.presses(CHAT, "Đúng, sửa")
    await world.happens(CHAT, action="mine/phone")
    await world.says(CHAT, PHONE)


async def reports(world: World) -> None:
    await world.says(CHAT, "/baocao")
    await world.presses(CHAT, "📝 Báo cáo ngay")
    for label in ("☐ Nghĩa trang", "Xong"):
        await world.presses(CHAT, label)
    await world.says(CHAT, "3")
    await world.says(CHAT, "40")
    await world.presses(CHAT, "☐ Dư luận")
    await world.presses(CHAT, "Xong")
    await world.says(CHAT, OPINION)
    await world.presses(CHAT, "✅ Gửi báo cáo")
    await world.presses(CHAT, "✏️ Sửa báo cáo này")


async def texts(world: World, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Every value of every table, JSON with its letters as they are: (table, text)."""
    found = {name: await world.query(f"SELECT * FROM {name}") for name in SQLModel.metadata.tables}
    return [
        (name, readable(str(value)))
        for name, rows in found.items()
        if name not in without
        for row in rows
        for value in row
    ]


def readable(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


async def where(world: World, text: str, **more: Any) -> set[str]:
    return {table for table, value in await texts(world, **more) if text in value}


def workshop(world: World) -> Workshop:
    return Workshop(world.db, world.office.library, world.office.translators, world.clock)


async def her(world: World) -> int:
    """The id of Lan's person, also when she is erased."""
    accounts = f"SELECT person_id FROM account WHERE address = '{CHAT}'"
    ((number,),) = await world.query(f"SELECT id FROM person WHERE erased_at IS NOT NULL OR id IN ({accounts})")
    return int(number)
