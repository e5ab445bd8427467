"""Queries on urgent matters: what was raised, who was told, who has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select, update

from storage import people
from storage.tables import Account, Alert, AlertTold, Member, Outbox, OutboxState, Person, Role, Unit
from storage.uow import Row, UnitOfWork, table

_alert, _told = table(Alert), table(AlertTold)
_member, _person, _unit, _outbox = table(Member), table(Person), table(Unit), table(Outbox)
_account = table(Account)

OPEN_FOR = timedelta(days=3)
"""How long one that nobody has taken stands in the list of those that wait."""


def key(alert_id: int, person_id: int, name: str) -> str:
    """The outbox key of a message about an urgent matter to somebody; `name`: which message."""
    return f"alert/{alert_id}/{person_id}/{name}"


async def add(uow: UnitOfWork, **values: Any) -> int:
    """One that is raised now; `values` are the other columns of `Alert`. Returns its id."""
    return await uow.insert(Alert, created_at=uow.now, **values)


def _all() -> Select[Any]:
    return (
        select(
            _alert, _unit.c.name.label("unit_name"), _unit.c.short_name, _unit.c.path, _person.c.language,
            _person.c.id.label("person_id"), _person.c.name.label("person_name"), _account.c.id.label("account_id"),
        )
        .join(_unit, _unit.c.id == _alert.c.unit_id)
        .join(_member, _member.c.id == _alert.c.member_id)
        .join(_person, _person.c.id == _member.c.person_id)
        .outerjoin(
            _account,
            (_account.c.channel == _alert.c.channel) & (_account.c.address == _alert.c.chat)
            & (_account.c.person_id == _person.c.id) & _account.c.cut_at.is_(None),
        )
    )  # fmt: skip


async def get(uow: UnitOfWork, alert_id: int) -> Row | None:
    """One with its unit and its author (`person_id`, `person_name`, `language`, and `account_id`: None once the chat
    that it was raised in is not the author's any more)."""
    found = await uow.fetch(_all().where(_alert.c.id == alert_id))
    return found[0] if found else None


async def since(uow: UnitOfWork, person_id: int, moment: datetime) -> list[Row]:
    """Those that a person has raised from a moment on, oldest first."""
    mine = _person.c.id == person_id, _alert.c.created_at >= moment
    return await uow.fetch(_all().where(*mine).order_by(_alert.c.created_at, _alert.c.id))


async def waiting(uow: UnitOfWork, person_id: int, paths: Collection[str], limit: int) -> list[Row]:
    """Those of these branches, or told to this person, that nobody has taken, newest first."""
    to_me = select(_told.c.alert_id).where(_told.c.person_id == person_id)
    for_me = [_alert.c.id.in_(to_me), *(_unit.c.path.startswith(path, autoescape=True) for path in paths)]
    open_ = _alert.c.taken_at.is_(None), _alert.c.created_at >= uow.now - OPEN_FOR, _person.c.id != person_id
    return await uow.fetch(_all().where(or_(*for_me), *open_).order_by(_alert.c.id.desc()).limit(limit))


# --- climbing --------------------------------------------------------------------------------------


async def due(uow: UnitOfWork) -> list[Row]:
    """Those that nobody has taken and that climb now: their time is over, or no message of theirs can arrive."""
    open_ = _alert.c.taken_at.is_(None), _alert.c.climbs_at.is_not(None)
    found = await uow.fetch(_all().where(*open_).order_by(_alert.c.id))
    return [row for row in found if row["climbs_at"] <= uow.now or await _is_lost(uow, row["id"])]


async def _is_lost(uow: UnitOfWork, alert_id: int) -> bool:
    """Whether every message to the leaders of one was refused: they blocked the bot, or the channel did not take it."""
    letters = _outbox.c.key.startswith(f"alert/{alert_id}/", autoescape=True), _outbox.c.key.endswith("/told")
    lost = _outbox.c.state.in_([OutboxState.BLOCKED, OutboxState.FAILED])
    query = select(func.count().label("all"), func.count().filter(lost).label("lost")).where(*letters)
    (row,) = await uow.fetch(query)
    return bool(row["all"]) and row["all"] == row["lost"]


async def climb(uow: UnitOfWork, alert_id: int, reached_id: int, climbs_at: datetime | None) -> None:
    await uow.run(update(_alert).where(_alert.c.id == alert_id).values(reached_id=reached_id, climbs_at=climbs_at))


# --- who was told, who has it ----------------------------------------------------------------------


async def tell(uow: UnitOfWork, alert_id: int, accounts: Sequence[Row], by_id: int | None = None) -> None:
    """Note that these people (`person_id`, `member_id`) are told now; `by_id`: the member who passed it on."""
    for account in accounts:
        row = uow.upsert(AlertTold).values(
            alert_id=alert_id, person_id=account["person_id"], member_id=account["member_id"], told_at=uow.now,
            by_id=by_id,
        )  # fmt: skip
        await uow.run(row.on_conflict_do_nothing(index_elements=["alert_id", "person_id"]))


async def told(uow: UnitOfWork, alert_id: int) -> list[Row]:
    """Who was told, in that order, each with their name and unit."""
    query = (
        select(_told, _person.c.name.label("person_name"), _unit.c.name, _unit.c.id.label("unit_id"))
        .join(_person, _person.c.id == _told.c.person_id)
        .join(_member, _member.c.id == _told.c.member_id)
        .join(_unit, _unit.c.id == _member.c.unit_id)
        .where(_told.c.alert_id == alert_id)
        .order_by(_told.c.told_at, _told.c.person_id)
    )
    return await uow.fetch(query)


async def reachable(uow: UnitOfWork, alert_id: int) -> list[Row]:
    """The accounts of those who were told and can be reached now."""
    rows = await told(uow, alert_id)
    members = {row["member_id"] for row in rows}
    found = await people.accounts(uow, list(Role), list({row["unit_id"] for row in rows}))
    return [account for account in found if account["member_id"] in members]


async def take(uow: UnitOfWork, alert_id: int, person_id: int, member_id: int) -> bool:
    """Somebody who was told has it; returns whether they are the first."""
    mine = _told.c.alert_id == alert_id, _told.c.person_id == person_id
    await uow.run(update(_told).where(*mine).values(taken_at=uow.now))
    open_ = _alert.c.id == alert_id, _alert.c.taken_at.is_(None)
    values = {"taken_at": uow.now, "taken_by": member_id, "climbs_at": None}
    return bool((await uow.run(update(_alert).where(*open_).values(**values))).rowcount)


async def recall(uow: UnitOfWork, alert: Row) -> bool:
    """Its author said that it was a mistake: it counts as taken by its author. False if that was said before."""
    mine = {"taken_by": alert["member_id"], "taken_at": alert["taken_at"] or uow.now, "climbs_at": None}
    still = _alert.c.taken_by.is_(None) | (_alert.c.taken_by != alert["member_id"])
    return bool((await uow.run(update(_alert).where(_alert.c.id == alert["id"], still).values(**mine))).rowcount)


def was_mistake(alert: Row) -> bool:
    return bool(alert["taken_by"] == alert["member_id"])


async def taker(uow: UnitOfWork, member_id: int) -> Row:
    """The person and the unit of who has one: `person_name`, `unit_name`."""
    query = select(_person.c.name.label("person_name"), _unit.c.name.label("unit_name"))
    query = query.join(_person, _person.c.id == _member.c.person_id).join(_unit, _unit.c.id == _member.c.unit_id)
    return (await uow.fetch(query.select_from(_member).where(_member.c.id == member_id)))[0]
