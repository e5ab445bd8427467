"""What the tests of broadcasts share: people to write to, a broadcast that is ready to go, what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from handlers.events import Reply
from storage import people
from storage.tables import Account, Broadcast, BroadcastState, Member, Person
from storage.uow import UnitOfWork, table
from tests.bot.kit import CHANNEL
from tests.support.world import World

AUTHOR = "An"
TICK = timedelta(seconds=15)
TEXT = "Mời <b>{họ tên}</b> họp lúc 14:00."


async def crowd(uow: UnitOfWork, chats: Sequence[str], *, channel: str = CHANNEL, unit: str = "TN") -> None:
    """A reporter of a unit for each chat, with an account there."""
    row = await people.unit_by_code(uow, unit)
    assert row
    now = uow.now
    named = [{"name": f"Người {chat}", "language": "vi", "created_at": now} for chat in chats]
    persons = await _numbers(uow, Person, named)
    base = {"unit_id": row["id"], "role": "reporter", "created_at": now}
    members = await _numbers(uow, Member, [{"person_id": person, **base} for person in persons])
    accounts = [
        {"channel": channel, "address": chat, "person_id": person, "member_id": member, "created_at": now}
        for chat, person, member in zip(chats, persons, members, strict=True)
    ]
    await uow.run(insert(table(Account)), accounts)


async def _numbers(uow: UnitOfWork, model: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
    """The ids that rows are given, which nobody else inserts meanwhile, in their order."""
    key = table(model).c.id
    before = (await uow.fetch(select(func.coalesce(func.max(key), 0).label("id"))))[0]["id"]
    await uow.run(insert(table(model)), rows)
    return [row["id"] for row in await uow.fetch(select(key).where(key > before).order_by(key))]


async def author(uow: UnitOfWork, *, channel: str = CHANNEL, chat: str = AUTHOR) -> int:
    """An officer of the province; returns the membership."""
    unit = await people.unit_by_code(uow, "TN")
    assert unit
    held = await people.join(uow, channel=channel, address=chat, name=AUTHOR, unit_id=unit["id"], role="officer")
    member: int = held["member_id"]
    return member


async def broadcast(
    uow: UnitOfWork,
    member_id: int,
    *,
    channel: str = CHANNEL,
    chat: str = AUTHOR,
    html: str = TEXT,
    send_at: datetime | None = None,
    roles: Sequence[str] = ("reporter",),
    **content: Any,
) -> int:
    """News to all reporters of the province, agreed to and waiting for their moment."""
    unit = await people.unit_by_code(uow, "TN")
    assert unit
    return await uow.insert(
        Broadcast, member_id=member_id, unit_id=unit["id"], state=BroadcastState.WAITING.value, topic="general",
        content={"text": html, "html": html, **content}, audience={"roles": list(roles), "unit": unit["id"]},
        channel=channel, chat=chat, created_at=uow.now, updated_at=uow.now, send_at=send_at or uow.now,
        edition=0, counts={},
    )  # fmt: skip


async def ready(world: World, count: int, **more: Any) -> int:
    """A broadcast of An's to so many people, `n0`, `n1` …; returns its id."""
    async with world.unit_of_work() as uow:
        await crowd(uow, [f"n{number}" for number in range(count)])
        return await broadcast(uow, await author(uow), **more)


async def became(world: World, broadcast_id: int = 1) -> dict[str, int]:
    """How many recipients are in each state."""
    query = f"SELECT state, count(*) FROM broadcast_recipient WHERE broadcast_id = {broadcast_id} GROUP BY state"
    return dict(await world.query(query))  # type: ignore[arg-type]


async def stands(world: World, broadcast_id: int = 1) -> str:
    ((state,),) = await world.query(f"SELECT state FROM broadcast WHERE id = {broadcast_id}")
    return str(state)


async def later(world: World, ticks: int = 1) -> None:
    for _ in range(ticks):
        await world.time_is(world.clock.now() + TICK)


def refusing(world: World, errors: Mapping[str, Exception]) -> Callable[[], None]:
    """Some chats do not take what is sent to them; the answer makes them well again."""
    send = world.channel.send

    async def stubborn(chat: str, reply: Reply, **more: Any) -> str:
        if chat in errors:
            raise errors[chat]
        return await send(chat, reply, **more)

    world.channel.send = stubborn  # type: ignore[method-assign]
    return lambda: setattr(world.channel, "send", send)
