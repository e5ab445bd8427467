"""The register rows that count: of some periods, of the units that stood below a path in them, without the exempt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func

from storage import unit_places
from storage.lists import among
from storage.tables import ExpectedReport, ExpectedState, Period, Report, Unit
from storage.uow import table

_expected, _report, _period, _unit = table(ExpectedReport), table(Report), table(Period), table(Unit)

RECEIVED: ColumnElement[bool] = _expected.c.state.in_([ExpectedState.REPORTED, ExpectedState.NOTHING])
_nothing = _expected.c.state == ExpectedState.NOTHING

COUNTS: tuple[ColumnElement[Any], ...] = (
    func.count().label("expected"),
    func.count().filter(RECEIVED).label("reported"),
    func.count().filter(and_(RECEIVED, _report.c.late.is_(False))).label("on_time"),
    func.count().filter(_nothing).label("with_nothing"),
    func.count().filter(and_(_nothing, _report.c.late.is_(True))).label("late_nothing"),
)
"""How many there are, and how many of them were received, in time, with nothing to report."""


def counted(query: Select[Any], period_ids: Sequence[int], under: str) -> Select[Any]:
    """A query on the register rows that count, each with its unit, its period, and its report if there is one."""
    # A report's period is known from its row; said again, PostgreSQL reads those of a period at once, not one by one.
    its_report = and_(_report.c.expected_id == _expected.c.id, among(_report.c.period_id, period_ids))
    return (
        query.select_from(_expected)
        .join(_unit, _unit.c.id == _expected.c.unit_id)
        .join(_period, _period.c.id == _expected.c.period_id)
        .outerjoin(_report, its_report)
        .where(
            among(_expected.c.period_id, period_ids),
            _expected.c.state != ExpectedState.EXEMPT,
            unit_places.stood_below(under),
        )
    )
