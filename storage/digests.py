"""Queries behind a digest: what was told when, what was told for the news, and which branches owe."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, func, literal, or_, select

from storage import unit_places
from storage.json_text import spellings
from storage.lists import among
from storage.owed import counted
from storage.tables import ExpectedReport, Period, PeriodStep, Report, Revision, Unit
from storage.types import Instant
from storage.uow import Row, UnitOfWork, table

_expected, _report, _revision = table(ExpectedReport), table(Report), table(Revision)
_period, _unit, _step = table(Period), table(Unit), table(PeriodStep)


def last_made(step: str, otherwise: datetime, *of: ColumnElement[bool]) -> ColumnElement[datetime]:
    """When a push was last made of a period that all of this is true of, in a statement; `otherwise`, where it never
    was."""
    made = select(func.max(_step.c.done_at)).join(_period, _period.c.id == _step.c.period_id)
    return func.coalesce(made.where(_step.c.step == step, *of).scalar_subquery(), literal(otherwise, Instant))


def before(last: Row) -> tuple[ColumnElement[bool], ...]:
    """Of a period: it is one of the same form that was due before this one (a row)."""
    # Told by when they are due: a list of all of them would be as long as the campaign.
    return (
        _period.c.form_id == last["form_id"],
        _period.c.due_at <= last["due_at"],
        _period.c.id != last["id"],
    )


async def branches_that_owe(uow: UnitOfWork, period_ids: Sequence[int], parent: Row) -> list[Row]:
    """The units (id, short_name) that stood right below `parent` (id, path) in these periods, by name, and owe reports
    or have somebody below them who does; those that are let off do not."""
    then = unit_places.path_then().label("path")
    query = counted(select(then), period_ids, parent["path"]).distinct()
    paths = [row["path"].partition(f"/{parent['id']}/")[2] for row in await uow.fetch(query)]
    below = {int(path.partition("/")[0]) for path in paths if path}
    named = select(_unit.c.id, _unit.c.short_name).where(among(_unit.c.id, below))
    return await uow.fetch(named.order_by(_unit.c.name_plain, _unit.c.id)) if below else []


async def reports_with(
    uow: UnitOfWork, period_ids: Sequence[int], under: str, names: Collection[str], *, limit: int
) -> list[Row]:
    """The newest reports of these periods, by the units that stood below a path in them, that may answer one of these
    questions, by name: short_name, answers."""
    text = cast(_revision.c.answers, String)
    query = (
        select(_unit.c.short_name, _revision.c.answers)
        .select_from(_report)
        .join(_revision, (_revision.c.report_id == _report.c.id) & (_revision.c.number == _report.c.revision_no))
        .join(_unit, _unit.c.id == _report.c.unit_id)
        .join(_period, _period.c.id == _report.c.period_id)
        .where(
            among(_report.c.period_id, period_ids),
            unit_places.stood_below(under),
            # A report is a page of answers: only those that have one of them are read.
            or_(*(text.contains(f'"{one}"', autoescape=True) for name in names for one in spellings(name))),
        )
        .order_by(_revision.c.created_at.desc())
        .limit(limit)
    )
    return await uow.fetch(query)


async def units_of_kinds(uow: UnitOfWork, under: str, kinds: Collection[str]) -> list[int]:
    """The unit at a path and those below it, by their ids; of no kinds, of all."""
    query = select(_unit.c.id).where(_unit.c.path.startswith(under, autoescape=True)).order_by(_unit.c.id)
    found = await uow.fetch(query.where(among(_unit.c.kind, kinds)) if kinds else query)
    return [row["id"] for row in found]
