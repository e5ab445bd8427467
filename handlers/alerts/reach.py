"""Who is told of an urgent matter: the leaders nearest to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from handlers.events import Priority, Reply
from storage import alerts, people
from storage.uow import Row, UnitOfWork

NEAR = 2
"""Units whose leaders are told at once: the own one and the one above."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Leaders who can be reached, a person once, and the highest unit among theirs."""

    unit_id: int
    leaders: tuple[Row, ...]


async def first(uow: UnitOfWork, path: str, without: Collection[int]) -> Reach | None:
    """The leaders of the unit at `path` and of the one above; if neither has one, those next above. `without`: the ids
    of people who are left out. None where nobody can be reached."""
    ids = _ids(path)
    return await _of(uow, ids[-NEAR:], without) or await _nearest(uow, ids[:-NEAR], without)


async def above(uow: UnitOfWork, path: str, reached_id: int, without: Collection[int]) -> Reach | None:
    """The leaders next above a unit that was reached, on the way up from `path`."""
    ids = _ids(path)
    # A unit that was moved meanwhile may not stand on the way any more: then all of it is looked at again.
    return await _nearest(uow, ids[: ids.index(reached_id)] if reached_id in ids else ids, without)


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/")]


async def _nearest(uow: UnitOfWork, ids: Sequence[int], without: Collection[int]) -> Reach | None:
    for unit_id in reversed(ids):
        if found := await _of(uow, [unit_id], without):
            return found
    return None


async def _of(uow: UnitOfWork, ids: Sequence[int], without: Collection[int]) -> Reach | None:
    found = await people.accounts(uow, ["leader"], ids)
    leaders = once(sorted(found, key=lambda row: (-len(row["path"]), row["person_name"])), without)
    return Reach(min(leaders, key=lambda row: len(row["path"]))["unit_id"], tuple(leaders)) if leaders else None


def once(accounts: Sequence[Row], without: Collection[int]) -> list[Row]:
    """Each person once, in the first of their roles, without some."""
    by_person: dict[int, Row] = {}
    for row in accounts:
        by_person.setdefault(row["person_id"], row)
    return [row for person_id, row in by_person.items() if person_id not in without]


def push(uow: UnitOfWork, alert_id: int, account: Row, reply: Reply, name: str) -> None:
    """A message about an urgent matter, now, also in quiet hours. `name`: which message it is, for its key."""
    key = alerts.key(alert_id, account["person_id"], name)
    uow.send(account["channel"], account["address"], reply.to_json(), priority=Priority.URGENT, key=key)


def push_author(uow: UnitOfWork, alert: Row, reply: Reply, name: str) -> None:
    """To where it was raised; nothing, if that chat was cut off or its author erased."""
    if alert["account_id"] is not None:
        push(uow, alert["id"], {**alert, "address": alert["chat"]}, reply, name)
