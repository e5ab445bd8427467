"""Which topics of news a person does not want."""

from __future__ import annotations

from sqlalchemy import delete, select

from storage.tables import OptOut
from storage.uow import UnitOfWork, table

_out = table(OptOut)


async def wanting_not(uow: UnitOfWork, topic: str) -> set[int]:
    """The ids of the people who do not want this topic."""
    return {row["person_id"] for row in await uow.fetch(select(_out.c.person_id).where(_out.c.topic == topic))}


async def of_person(uow: UnitOfWork, person_id: int) -> set[str]:
    """The topics that a person does not want."""
    return {row["topic"] for row in await uow.fetch(select(_out.c.topic).where(_out.c.person_id == person_id))}


async def set_wanted(uow: UnitOfWork, person_id: int, topic: str, *, wanted: bool) -> bool:
    """Give a person this topic, or no more of it; returns whether that changed anything."""
    mine = _out.c.person_id == person_id, _out.c.topic == topic
    if wanted:
        return bool((await uow.run(delete(_out).where(*mine))).rowcount)
    row = uow.upsert(OptOut).values(person_id=person_id, topic=topic, at=uow.now)
    nothing = row.on_conflict_do_nothing(index_elements=["person_id", "topic"])
    return bool((await uow.run(nothing)).rowcount)
