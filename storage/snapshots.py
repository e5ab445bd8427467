"""Digests as they were shown, and kept files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from storage.tables import Media, Snapshot
from storage.uow import Row, UnitOfWork, table

_snapshot, _media = table(Snapshot), table(Media)


async def save(uow: UnitOfWork, key: str, numbers: dict[str, Any]) -> int:
    """Keep a digest under its key; the first one of a key stays. Returns its id."""
    statement = uow.upsert(Snapshot).values(key=key, cut_off=uow.now, numbers=numbers)
    await uow.run(statement.on_conflict_do_nothing(index_elements=["key"]))
    snapshot_id: int = (await uow.fetch(select(_snapshot.c.id).where(_snapshot.c.key == key)))[0]["id"]
    return snapshot_id


async def load(uow: UnitOfWork, snapshot_id: int) -> Row | None:
    found = await uow.fetch(select(_snapshot).where(_snapshot.c.id == snapshot_id))
    return found[0] if found else None


async def sent(uow: UnitOfWork, prefix: str, unit_id: int, *, limit: int, offset: int) -> list[Row]:
    """The digests whose keys begin so and end with a unit's id, the newest first: id, cut_off, the name of the `period`
    (None: none was open), and whether they are about the `whole`."""
    query = (
        select(
            _snapshot.c.id,
            _snapshot.c.cut_off,
            _snapshot.c.numbers["period"]["name"].as_string().label("period"),
            _snapshot.c.numbers["whole"].as_boolean().label("whole"),
        )
        .where(_snapshot.c.key.startswith(prefix, autoescape=True), _snapshot.c.key.endswith(f"/{unit_id}"))
        .order_by(_snapshot.c.cut_off.desc(), _snapshot.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return await uow.fetch(query)


async def keep_media(uow: UnitOfWork, values: Row) -> None:
    """Note a kept file; one that is there already stays."""
    await uow.run(uow.upsert(Media).values(**values, created_at=uow.now).on_conflict_do_nothing())


async def has_content(uow: UnitOfWork, sha256: str) -> bool:
    """Whether a kept file has this content."""
    return bool(await uow.fetch(select(_media.c.id).where(_media.c.sha256 == sha256).limit(1)))


async def media(uow: UnitOfWork, media_id: str) -> Row | None:
    found = await uow.fetch(select(_media).where(_media.c.id == media_id))
    return found[0] if found else None
