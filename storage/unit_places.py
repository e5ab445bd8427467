"""Where a unit stood when a period was due: conditions for queries that have both tables, unit and period.

The same as `units.place_at`, in SQL: of the places that a unit had before, the first that it left after that time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from storage.tables import Period, Unit, UnitPlace
from storage.uow import table

_unit, _place, _period = table(Unit), table(UnitPlace), table(Period)


def path_then() -> ColumnElement[str]:
    """The path that a unit had when a period was due."""
    return func.coalesce(_first_after_due(_place.c.path), _unit.c.path)


def stood_below(under: str) -> ColumnElement[bool]:
    """Whether a unit was the one of a path of today, or below it, when a period was due. The upper unit is known by its
    id, for it may have been moved since, too."""
    if under == "/":
        return true()
    is_below = _unit.c.path.startswith(under, autoescape=True)
    was_below = path_then().contains(f"/{_last_of(under)}/", autoescape=True)
    return or_(and_(_never_moved(), is_below), and_(~_never_moved(), was_below))


def stood_right_below(parent_id: int) -> ColumnElement[bool]:
    """Whether a unit's parent was this one when a period was due."""
    # A root's parent is null, which must not be taken for "was never moved".
    then = func.coalesce(_first_after_due(func.coalesce(_place.c.parent_id, 0)), _unit.c.parent_id)
    now = select(_unit.c.id).where(_unit.c.parent_id == parent_id)
    # First by what an index may know: without it each unit of the country would be asked for its former places.
    ever = now.union(select(_place.c.unit_id).where(_place.c.parent_id == parent_id))
    return and_(_unit.c.id.in_(ever), or_(_never_moved(), then == parent_id))


def _never_moved() -> ColumnElement[bool]:
    """Most never are, and of those nobody need be asked for each period anew."""
    return _unit.c.id.not_in(select(_place.c.unit_id))


def as_seen_from(path: str, under: str) -> str:
    """A path of former times below that of a unit today, as far as it is below that unit."""
    return path if under == "/" else under + path.partition(f"/{_last_of(under)}/")[2]


def existed_in_period() -> ColumnElement[bool]:
    """Whether a unit existed at any time that a period covers."""
    return and_(
        or_(_unit.c.valid_from.is_(None), _unit.c.valid_from < _period.c.covers_to),
        or_(_unit.c.valid_to.is_(None), _unit.c.valid_to > _period.c.covers_from),
    )


def _first_after_due(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Of the former place that a unit had when a period was due; null where it stood as it stands now."""
    query = select(column).where(_place.c.unit_id == _unit.c.id, _place.c.until > _period.c.due_at)
    return query.order_by(_place.c.until, _place.c.id).limit(1).correlate(_unit, _period).scalar_subquery()


def _last_of(path: str) -> str:
    return path.strip("/").rpartition("/")[2]
