"""Queries on the tree of units through time: kinds, places, successors, what is below and above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, func, insert, or_, select, update

from storage.lists import among
from storage.prepared import Prepared
from storage.tables import Member, Period, Report, Revision, Unit, UnitKind, UnitPlace, UnitSuccessor
from storage.uow import Row, UnitOfWork, table

_unit, _kind, _place, _successor = table(Unit), table(UnitKind), table(UnitPlace), table(UnitSuccessor)
_member, _period, _report, _revision = table(Member), table(Period), table(Report), table(Revision)


async def kinds(uow: UnitOfWork) -> dict[str, int]:
    """The kinds of unit with their level, from the top."""
    found = await uow.fetch(select(_kind).order_by(_kind.c.level, _kind.c.name))
    return {row["name"]: row["level"] for row in found}


async def add_kinds(uow: UnitOfWork, levels: Mapping[str, int]) -> None:
    """Kinds that are there already keep their level."""
    if levels:
        rows = [{"name": name, "level": level} for name, level in levels.items()]
        await uow.run(uow.upsert(UnitKind).on_conflict_do_nothing(), rows)


async def find(uow: UnitOfWork, unit_id: int) -> Row | None:
    """A unit with the name and path of its parent."""
    parent = _unit.alias("parent")
    query = (
        select(
            _unit, parent.c.code.label("parent_code"), parent.c.name.label("parent_name"),
            parent.c.path.label("parent_path"),
        )
        .outerjoin(parent, parent.c.id == _unit.c.parent_id)
        .where(_unit.c.id == unit_id)
    )  # fmt: skip
    found = await uow.fetch(query)
    return found[0] if found else None


async def branch(uow: UnitOfWork, path: str) -> list[Row]:
    """A unit and all that have ever stood below it and were not moved away, with the parent's name, by name."""
    parent = _unit.alias("parent")
    query = (
        select(_unit, parent.c.code.label("parent_code"), parent.c.name.label("parent_name"))
        .outerjoin(parent, parent.c.id == _unit.c.parent_id)
        .where(_unit.c.path.startswith(path, autoescape=True))
        .order_by(_unit.c.name_plain, _unit.c.id)
    )
    return await uow.fetch(query)


async def below(uow: UnitOfWork, unit_id: int, at: datetime) -> list[Row]:
    """The units right below one that exist at a moment, by name."""
    query = select(_unit).where(_unit.c.parent_id == unit_id, _exists_at(at))
    return await uow.fetch(query.order_by(_unit.c.name_plain, _unit.c.id))


def _exists_at(at: datetime) -> ColumnElement[bool]:
    return and_(
        or_(_unit.c.valid_from.is_(None), _unit.c.valid_from <= at),
        or_(_unit.c.valid_to.is_(None), _unit.c.valid_to > at),
    )


async def standing_at(uow: UnitOfWork, at: datetime) -> list[Row]:
    """All units that existed at a moment, with the parent and path that they had then."""
    places = await places_until(uow)
    found = await uow.fetch(select(_unit).where(_exists_at(at)).order_by(_unit.c.name_plain, _unit.c.id))
    for row in found:
        if then := place_at(places.get(row["id"], ()), at):
            row.update(parent_id=then["parent_id"], path=then["path"])
    return found


async def free_code(uow: UnitOfWork, parent_code: str) -> str:
    """The first code that is free of those made of a parent's code and a number: TN-BC-01."""
    start = f"{parent_code}-"
    query = select(_unit.c.code).where(_unit.c.code.startswith(start, autoescape=True))
    taken = {row["code"] for row in await uow.fetch(query)}
    return next(code for n in range(1, len(taken) + 2) if (code := f"{start}{n:02}") not in taken)


async def members_count(uow: UnitOfWork, unit_id: int) -> int:
    """How many roles are held in a unit."""
    query = select(func.count().label("n")).where(_member.c.unit_id == unit_id, _member.c.ended_at.is_(None))
    count: int = (await uow.fetch(query))[0]["n"]
    return count


# --- places ----------------------------------------------------------------------------------------


async def places_until(uow: UnitOfWork) -> dict[int, list[Row]]:
    """By unit: where it stood before, the oldest first; units that were never moved are absent."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in await uow.fetch(select(_place).order_by(_place.c.until, _place.c.id)):
        found[row["unit_id"]].append(row)
    return found


def place_at(places: Sequence[Row], at: datetime) -> Row | None:
    """Of a unit's former places the one that it had at a moment; None when it stood where it stands now."""
    return next((place for place in places if place["until"] > at), None)


async def path_in_period(uow: UnitOfWork, unit_id: int, period_id: int) -> str:
    """The path that a unit had when a period was due: the units whose totals its report belongs to."""
    path: str = (await uow.find(_PATH_IN_PERIOD, of=unit_id, period=period_id))[0]["path"]
    return path


def _path_in_period(_: object) -> Select[Any]:
    due = select(_period.c.due_at).where(_period.c.id == bindparam("period")).scalar_subquery()
    then = select(_place.c.path).where(_place.c.unit_id == bindparam("of"), _place.c.until > due)
    then = then.order_by(_place.c.until, _place.c.id).limit(1)
    path = func.coalesce(then.scalar_subquery(), _unit.c.path).label("path")
    return select(path).where(_unit.c.id == bindparam("of"))


_PATH_IN_PERIOD = Prepared(_path_in_period)


async def due_times(uow: UnitOfWork) -> dict[int, datetime]:
    """When each period was due."""
    return {row["id"]: row["due_at"] for row in await uow.fetch(select(_period.c.id, _period.c.due_at))}


async def last_move(uow: UnitOfWork, path: str) -> datetime | None:
    """When a unit, or one below it, was last moved."""
    query = select(_place.c.until).join(_unit, _unit.c.id == _place.c.unit_id)
    query = query.where(_unit.c.path.startswith(path, autoescape=True)).order_by(_place.c.until.desc()).limit(1)
    found = await uow.fetch(query)
    return found[0]["until"] if found else None


async def reports_in(uow: UnitOfWork, form_id: int, period_ids: Sequence[int]) -> list[Row]:
    """The current revision's indicators of each report of these periods of a form, with its unit's id."""
    current = (_revision.c.report_id == _report.c.id) & (_revision.c.number == _report.c.revision_no)
    query = select(_report.c.unit_id, _revision.c.indicators).join(_revision, current)
    query = query.join(_period, _period.c.id == _report.c.period_id)
    return await uow.fetch(query.where(_period.c.form_id == form_id, among(_period.c.id, period_ids)))


# --- successors ------------------------------------------------------------------------------------


async def successors(uow: UnitOfWork) -> dict[int, list[int]]:
    """Who took over the units that ended; those whom nobody did are absent."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in await uow.fetch(select(_successor).order_by(_successor.c.unit_id, _successor.c.successor_id)):
        found[row["unit_id"]].append(row["successor_id"])
    return found


async def successors_of(uow: UnitOfWork, unit_id: int) -> list[Row]:
    """The units that took over one, by name."""
    query = select(_unit).join(_successor, _successor.c.successor_id == _unit.c.id)
    return await uow.fetch(query.where(_successor.c.unit_id == unit_id).order_by(_unit.c.name_plain, _unit.c.id))


async def set_successors(uow: UnitOfWork, unit_id: int, successor_ids: Sequence[int]) -> None:
    """These and no others."""
    await uow.run(delete(_successor).where(_successor.c.unit_id == unit_id))
    if successor_ids:
        rows = [{"unit_id": unit_id, "successor_id": successor_id} for successor_id in successor_ids]
        await uow.run(insert(_successor), rows)


# --- changes ---------------------------------------------------------------------------------------


async def add(uow: UnitOfWork, values: Row, parent: Row | None) -> Row:
    """A new unit below a parent (id, path), or a root; returns its id and path."""
    unit_id = await uow.insert(Unit, **values, parent_id=parent["id"] if parent else None, path="")
    path = f"{parent['path'] if parent else '/'}{unit_id}/"
    await uow.run(update(_unit).where(_unit.c.id == unit_id).values(path=path))
    return {"id": unit_id, "path": path}


async def change(uow: UnitOfWork, unit_id: int, values: Row) -> None:
    """Anything but the place: that is `move`'s."""
    await uow.run(update(_unit).where(_unit.c.id == unit_id).values(**values))


async def move(uow: UnitOfWork, unit_id: int, parent: Row | None, until: datetime) -> None:
    """Put a unit with all below it under another parent (id, path). Where they stood until then is kept; the totals
    are to be made anew. The caller has made sure that the parent is not below the unit."""
    old: str = (await uow.fetch(select(_unit.c.path).where(_unit.c.id == unit_id)))[0]["path"]
    new = f"{parent['path'] if parent else '/'}{unit_id}/"
    is_below = _unit.c.path.startswith(old, autoescape=True)
    moved = await uow.fetch(select(_unit.c.id, _unit.c.parent_id, _unit.c.path).where(is_below))
    rows = [{"unit_id": u["id"], "parent_id": u["parent_id"], "path": u["path"], "until": until} for u in moved]
    await uow.run(insert(_place), rows)
    await uow.run(update(_unit).where(is_below).values(path=new + func.substr(_unit.c.path, len(old) + 1)))
    await uow.run(update(_unit).where(_unit.c.id == unit_id).values(parent_id=parent["id"] if parent else None))


async def changed_since(uow: UnitOfWork, under: str, moment: datetime) -> bool:
    """Whether a unit below a path has ended, begun or moved since a moment."""
    since = or_(
        and_(_unit.c.valid_to.is_not(None), _unit.c.valid_to > moment, _unit.c.valid_to <= uow.now),
        and_(_unit.c.valid_from.is_not(None), _unit.c.valid_from > moment, _unit.c.valid_from <= uow.now),
        exists(select(_place.c.id).where(_place.c.unit_id == _unit.c.id, _place.c.until > moment)),
    )
    query = select(_unit.c.id).where(_unit.c.path.startswith(under, autoescape=True), since).limit(1)
    return bool(await uow.fetch(query))
