"""For `bench.digest`: days on which communes report, written straight into the tables, as the register would have
written them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bench.bulk import pour, unwatched
from storage.engine import Database
from storage.tables import ExpectedReport, Period, PeriodStep, Report, Revision, Total
from storage.uow import Row, UnitOfWork, table

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = datetime(2022, 1, 3, 10, 0, tzinfo=ZONE)
GIVEN = {
    "publicity_sessions": (1, 4),
    "publicity_people": (30, 200),
    "gifts_given": (5, 40),
    "charity_houses_repaired": (0, 2),
}
WRITTEN = (ExpectedReport, Report, Revision, Total)


@dataclass
class Nation:
    """The units, as the tables know them: id, id of the province, of each commune; and of the root."""

    root: Row
    communes: list[tuple[int, int]]
    form: Row
    member: int
    random: Random = field(default_factory=lambda: Random(1))
    reports: int = 0
    days: int = 0

    @property
    def due(self) -> datetime:
        """When the next day's reports are."""
        return FIRST + timedelta(days=self.days)


async def report(db: Database, nation: Nation, until: int) -> None:
    """Days on which all communes report, the last one only as many as are wanted. One full day is thought out, and its
    reports are those of all full days after it."""
    async with db.write() as conn, unwatched(conn, WRITTEN):
        uow = UnitOfWork(conn, nation.due)
        full_days, rest = divmod(until - nation.reports, len(nation.communes))
        if full_days:
            first, period = nation.reports + 1, await _day(uow, nation, nation.communes)
            await _again(uow, nation, period, first, full_days - 1)
        if rest:
            await _day(uow, nation, nation.communes[:rest])


# --- one day ---------------------------------------------------------------------------------------


async def _day(uow: UnitOfWork, nation: Nation, reporting: list[tuple[int, int]]) -> int:
    """Returns the id of its period."""
    period, due = await _period(uow, nation), nation.due
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    tables: dict[Any, list[Row]] = {model: [] for model in WRITTEN}
    for number, (unit, province) in enumerate(reporting, nation.reports + 1):
        values = {name: nation.random.randint(*span) for name, span in GIVEN.items()}
        ids = {"id": number, "unit_id": unit, "period_id": period}
        tables[ExpectedReport].append({**ids, "form_id": nation.form["id"], "state": "reported"})
        tables[Report].append({
            **ids, "code": f"TN-{number:07}", "expected_id": number, "member_id": nation.member, "received_at": due,
            "late": False, "is_nothing": False, "revision_no": 1, "demo": False, "state": "received",
        })  # fmt: skip
        tables[Revision].append({
            "id": number, "report_id": number, "number": 1, "version_id": nation.form["version_id"], "odd": [],
            "answers": {"activities": "publicity gifts", **{name: str(n) for name, n in values.items()}}, "marks": {},
            "indicators": {name: [str(n), False] for name, n in values.items()}, "reason": "",
            "member_id": nation.member, "created_at": due,
        })  # fmt: skip
        for name, amount in values.items():
            for one in (unit, province, nation.root["id"]):
                sums[one, name][0] += amount
                sums[one, name][1] += 1
    tables[ExpectedReport] += [
        {"id": 10**8 + nation.days * 10_000 + place, "unit_id": unit, "period_id": period,
         "form_id": nation.form["id"], "state": "open"}
        for place, (unit, _) in enumerate(nation.communes[len(reporting) :])
    ]  # fmt: skip
    tables[Total] += [
        {"unit_id": unit, "period_id": period, "indicator": name, "amount": amount, "reports": count, "inexact": 0}
        for (unit, name), (amount, count) in sums.items()
    ]
    for model, rows in tables.items():
        await pour(uow.conn, model, rows)
    nation.reports += len(reporting)
    nation.days += 1
    return period


async def _period(uow: UnitOfWork, nation: Nation) -> int:
    due, begins = nation.due, nation.due - timedelta(days=1)
    period = await uow.insert(
        Period, form_id=nation.form["id"], name=f"{due:%Y-%m-%d}", covers_from=begins, covers_to=due, opens_at=begins,
        due_at=due, closes_at=due + timedelta(days=2),
    )  # fmt: skip
    await uow.insert(PeriodStep, period_id=period, step="digest", done_at=due + timedelta(minutes=15))
    return period


# --- the same again --------------------------------------------------------------------------------

_LATER = "one.{} + (period.id - :day) * :reports"
_NUMBER = _LATER.format("id")
CHANGED: dict[Any, dict[str, str]] = {
    ExpectedReport: {"id": _NUMBER, "period_id": "period.id"},
    Report: {
        "id": _NUMBER, "expected_id": _LATER.format("expected_id"), "period_id": "period.id",
        "received_at": "period.due_at", "code": f"'TN-' || substr(CAST(10000000 + {_NUMBER} AS TEXT), 2)",
    },
    Revision: {"id": _NUMBER, "report_id": _LATER.format("report_id"), "created_at": "period.due_at"},
    Total: {"period_id": "period.id"},
}  # fmt: skip
"""What is another on another day."""


async def _again(uow: UnitOfWork, nation: Nation, day: int, first: int, days: int) -> None:
    """What the day of a period says, of which this is the first report, on so many days after it as well."""
    for ahead in range(1, days + 1):
        assert await _period(uow, nation) == day + ahead
        nation.days += 1
    given = {"day": day, "last": day + days, "first": first, "reports": len(nation.communes)}
    for model, changed in CHANGED.items():
        names = [column.name for column in table(model).columns]
        values = ", ".join(changed.get(name, f"one.{name}") for name in names)
        ours = "one.id >= :first AND one.id < :first + :reports" if "id" in names else "one.period_id = :day"
        statement = (
            f"INSERT INTO {table(model).name} ({', '.join(names)}) SELECT {values} "
            f"FROM period JOIN {table(model).name} one ON {ours} "
            f"WHERE period.id > :day AND period.id <= :last ORDER BY period.id"
        )
        used = {name: value for name, value in given.items() if f":{name}" in statement}
        await uow.conn.execute(text(statement), used)
    nation.reports += days * len(nation.communes)
