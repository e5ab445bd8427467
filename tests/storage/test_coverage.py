"""What is kept of closed periods is what would be counted, whatever happens to units and reports."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text, update

from reporting import register
from storage import coverage, deadlines, people, sums_below, units
from storage.tables import (
    Coverage,
    ExpectedReport,
    ExpectedState,
    Period,
    Report,
    ReportState,
    Revision,
    SumBelow,
    Total,
    UnitPlace,
)
from storage.uow import Row, UnitOfWork, table
from tests.reporting.office import Office, at, open_office
from tests.reporting.words import ZONE

OVER = datetime(2023, 2, 1, 9, 0, tzinfo=ZONE)
"""When all periods of December are closed."""
DAYS = [15, 16, 17, 30, 31]
REPORTED = [day - 14 for day in DAYS]
"""The ids of the periods of these days."""
CODES = ["province", "hoa", "go", "ben", "tan", "hiep"]
_expected, _report, _revision, _period = table(ExpectedReport), table(Report), table(Revision), table(Period)
_total, _place, _coverage, _sum = table(Total), table(UnitPlace), table(Coverage), table(SumBelow)
Draw = Callable[[Any], Any]
"""Chooses one of several."""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await _open(tmp_path)
    yield office
    await office.database.close()


async def _open(folder: Path) -> Office:
    office = await open_office(folder)
    await office.open_periods(at(31, "09:00"))
    for code, day in (("hiep", 15), ("go", 15), ("ben", 20), ("tan", 31)):
        await office.report(code, day, at(day), {"repaired": day, "road": "1.5"})
    return office


async def _told(uow: UnitOfWork) -> list[Any]:
    """All that digests ask of this, for the units that have others below them."""
    ids = [row["id"] for row in await uow.fetch(select(_period.c.id).order_by(_period.c.id))]
    found: list[Any] = []
    for unit in [unit for unit in await people.units(uow) if unit["code"] in ("province", "hoa", "go")]:
        covered = await coverage.by_period(uow, ids, unit["path"])
        found.append(sorted(covered, key=lambda row: row["period_id"]))
        found.append(await sums_below.totals_of_children(uow, unit["id"], ids))
    return found


async def _kept_is_counted(office: Office) -> None:
    async with office.work(OVER) as uow:
        told = await _told(uow)
        await coverage.forget(uow)
        await sums_below.forget(uow)
        assert await _told(uow) == told


async def _nothing_differs(office: Office) -> None:
    async with office.work(OVER) as uow:
        assert await coverage.differences(uow) == []
        assert await sums_below.differences(uow) == []


async def _rows(office: Office) -> list[int]:
    async with office.database.read() as conn:
        return [(await conn.execute(select(func.count()).select_from(t))).scalar_one() for t in (_coverage, _sum)]


async def test_only_closed_periods_are_kept_and_only_by_who_may_write(office: Office) -> None:
    async with office.database.read() as conn:
        read = await _told(UnitOfWork(conn, OVER))
    assert await _rows(office) == [0, 0]
    async with office.work(at(14)) as uow:
        assert await _told(uow) == read
    assert await _rows(office) == [0, 0]
    async with office.work(OVER) as uow:
        assert await _told(uow) == read
    # Three units, and periods in which some of them owe nothing; what three told of the first 15 is summed up, by the
    # province and by Hòa Thành, and of the last two what one of them did.
    assert await _rows(office) == [3 * 17, 2 * (3 + 1) + 2]
    async with office.database.read() as conn:
        assert await _told(UnitOfWork(conn, OVER)) == read


async def test_a_batch_that_others_may_overtake_keeps_nothing(office: Office) -> None:
    async with office.database.write(shared=True) as conn:
        if conn.dialect.name == "sqlite":
            return
        uow = UnitOfWork(conn, OVER)
        await uow.begin([("test", "1")], alone=False)
        await _told(uow)
    assert await _rows(office) == [0, 0]


async def test_what_a_path_says_that_is_no_more_is_not_kept(office: Office) -> None:
    async with office.work(OVER) as uow:
        await coverage.by_period(uow, [1, 2], "/99999/")
        await coverage.by_period(uow, [1, 2], f"/7{office.units['hoa']['path']}")
    assert await _rows(office) == [0, 0]


async def test_the_check_tells_what_somebody_changed_by_hand(office: Office) -> None:
    await _kept_is_counted(office)
    province = office.units["province"]["id"]
    async with office.work(OVER) as uow:
        changed = update(_coverage).where(_coverage.c.unit_id == province, _coverage.c.period_id == 1)
        await uow.run(changed.values(reported=5))
        await uow.run(update(_sum).where(_sum.c.block == 0).values(reports=9))
        wrong = await register.rebuild_check(uow)
        assert wrong[0] == f"unit {province}, period 1, reported: kept 5; counted 2"
        assert f"sums below unit {province}, form {office.form_id}, block 0" in wrong
        await register.rebuild(uow)
        assert await register.rebuild_check(uow) == []


async def test_no_migration_lost_a_trigger(office: Office) -> None:
    """SQLite makes a table anew to change it, and its triggers are gone: the migration has to make them again."""
    async with office.database.read() as conn:
        known = (
            "sqlite_master WHERE type = 'trigger' AND name"
            if conn.dialect.name == "sqlite"
            else "pg_trigger WHERE tgname"
        )
        name = "name" if conn.dialect.name == "sqlite" else "tgname"
        found = set((await conn.execute(text(f"SELECT {name} FROM {known} LIKE 'kept%'"))).scalars())
    changes = ("insert", "update", "delete")
    wanted = {f"kept_{t}_{change}" for t in ("expected_report", "report", "total", "unit_place") for change in changes}
    assert found == wanted | {"kept_unit_update", "kept_period_insert", "kept_period_update"}


# --- whatever happens ------------------------------------------------------------------------------


async def test_after_each_change_kept_is_counted(office: Office) -> None:
    random = Random(1)
    for change in [_reports, _by_hand, _moves, *_OF_THE_OFFICE]:
        await _kept_is_counted(office)
        await change(office, random.choice)
    await _kept_is_counted(office)
    await _nothing_differs(office)


@pytest.mark.soak
@settings(max_examples=40, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_after_any_long_sequence_kept_is_counted(data: st.DataObject) -> None:
    asyncio.run(_live(lambda items: data.draw(st.sampled_from(items)), steps=20))


async def _live(draw: Draw, steps: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = await _open(Path(folder))
        try:
            for _ in range(steps):
                await _kept_is_counted(office)
                await draw([_reports, _by_hand, _moves, *_OF_THE_OFFICE])(office, draw)
            await _kept_is_counted(office)
            await _nothing_differs(office)
        finally:
            await office.database.close()


async def _reports(office: Office, draw: Draw) -> None:
    """For the first time, anew, late, or nothing."""
    code, day = draw(CODES), draw(DAYS)
    answers = draw([None, {}, {"repaired": 2}, {"repaired": 7, "road": "0.5"}])
    if code != "province":
        await office.report(code, day, at(day, draw(["09:00", "15:00"])), answers)


async def _approves(uow: UnitOfWork, row: Row, draw: Draw) -> None:
    state = draw([ReportState.APPROVED, ReportState.RECEIVED])
    await uow.run(update(_report).where(_report.c.expected_id == row["id"]).values(state=state.value))


async def _excuses(uow: UnitOfWork, row: Row, _: Draw) -> None:
    await deadlines.turn(uow, [row["id"]], ExpectedState.OPEN, ExpectedState.EXEMPT)


async def _asks_again(uow: UnitOfWork, row: Row, _: Draw) -> None:
    await deadlines.turn(uow, [row["id"]], ExpectedState.EXEMPT, ExpectedState.OPEN)


async def _extends(uow: UnitOfWork, row: Row, _: Draw) -> None:
    until = OVER + timedelta(days=1)
    await deadlines.give_time(uow, [{"at_id": row["id"], "to_due": until, "to_closes": until}])


async def _voids(uow: UnitOfWork, row: Row, _: Draw) -> None:
    ids = select(_report.c.id).where(_report.c.expected_id == row["id"])
    await uow.run(delete(_revision).where(_revision.c.report_id.in_(ids)))
    await uow.run(delete(_report).where(_report.c.expected_id == row["id"]))
    await uow.run(update(_expected).where(_expected.c.id == row["id"]).values(state=ExpectedState.OPEN.value))


async def _owes_no_more(uow: UnitOfWork, row: Row, _: Draw) -> None:
    if row["period_id"] not in REPORTED and not await _has_report(uow, row):
        await uow.run(delete(_expected).where(_expected.c.id == row["id"]))


async def _has_report(uow: UnitOfWork, row: Row) -> bool:
    return bool(await uow.fetch(select(_report.c.id).where(_report.c.expected_id == row["id"])))


def _of_a_row(what: Any) -> Any:
    async def happens(office: Office, draw: Draw) -> None:
        async with office.work(OVER) as uow:
            found = await uow.fetch(select(_expected).order_by(_expected.c.id))
            await what(uow, draw(found), draw)

    return happens


_OF_THE_OFFICE = [_of_a_row(what) for what in (_approves, _excuses, _asks_again, _extends, _voids, _owes_no_more)]


async def _moves(office: Office, draw: Draw) -> None:
    """A unit to another place, since some time ago; the totals stay with those who had them, which is not ours."""
    code, to = draw([("hiep", "go"), ("hiep", "hoa"), ("ben", "hoa"), ("ben", "province")])
    async with office.work(OVER) as uow:
        parent = await people.unit(uow, office.units[to]["id"])
        await units.move(uow, office.units[code]["id"], parent, draw([at(16), at(31), OVER]))


async def _by_hand(office: Office, draw: Draw) -> None:
    """What the bot never does, and somebody with the file might."""
    changes = [
        update(_total).values(reports=_total.c.reports + 1),
        delete(_total).where(_total.c.period_id == 3),
        delete(_place),
        update(_place).values(until=at(20)),
        update(_period).where(_period.c.id == 2).values(due_at=OVER),
        update(_report).values(late=True),
    ]
    async with office.work(OVER) as uow:
        await uow.run(draw(changes))
