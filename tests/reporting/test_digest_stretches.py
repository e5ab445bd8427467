"""Digests of weeks and months, what an outage leaves to be told, and what leaders read more of: worked out by hand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from reporting.digests import digest
from reporting.digests.digest import Coverage, Digest, Laggards
from reporting.planning.periods import Schedule
from reporting.planning.stretches import named
from storage import register as ledger
from storage.tables import Campaign, Report
from storage.uow import UnitOfWork, table
from tests.reporting.office import Office, at, open_office, two_days
from tests.reporting.words import ZONE

HOUSES = "charity_houses_repaired"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await open_office(tmp_path)
    yield opened
    await opened.database.close()


async def stretch(
    office: Office, name: str, until: int, clock: str = "10:15", *, unit: str = "province", lead: str = ""
) -> Digest:
    """The digest of a week or month, as it is on a day of December."""
    now = at(until, clock)
    async with office.database.read() as conn:
        uow = UnitOfWork(conn, now)
        form = await office.form(uow)
        found = named(Schedule.from_json(form["schedule"]), name, ZONE)
        assert found is not None
        due = [p for p in found.of(await ledger.periods(uow, form["id"])) if p["due_at"] <= now]
        return await digest.build(
            uow, office.library, form, office.units[unit], due[-1], stretch=found, lead=lead, now=now, zone=ZONE
        )


async def three_weeks(office: Office) -> None:
    """15–31 December: W50 ends on Sunday 18, W51 on 25. Hòa Thành repairs as many houses as the day has, Gò Dầu one."""
    await office.open_periods(at(30, "11:00"))
    for day in range(15, 32):
        await office.report("hoa", day, at(day, "09:00"), {"repaired": day})
        await office.report("go", day, at(day, "10:30" if day == 20 else "09:00"), {"repaired": 1})


async def test_a_week_sums_the_periods_that_are_due_in_it(office: Office) -> None:
    await three_weeks(office)
    week = await stretch(office, "2022-W51", 25)
    houses = week.figure(HOUSES)
    assert houses.amount == sum(range(19, 26)) + 7
    assert houses.reports == 14
    assert houses.before == sum(range(15, 19)) + 4
    assert houses.so_far == sum(range(15, 26)) + 11
    assert week.coverage == Coverage(expected=7 * 5, reported=14, on_time=13)
    assert week.period
    assert (week.period.name, week.period.covers_from, week.period.due_at) == (
        "2022-W51",
        at(18, "10:00"),
        at(25, "10:00"),
    )
    assert (week.missing, week.adjustments, week.is_summed, week.whole) == ((), (), True, False)
    assert len(week.trend) == 11


async def test_a_month_and_its_week_that_has_nothing_before_it(office: Office) -> None:
    await three_weeks(office)
    month = await stretch(office, "2022-12", 31)
    assert month.figure(HOUSES).amount == sum(range(15, 32)) + 17
    assert month.figure(HOUSES).before is None
    first = await stretch(office, "2022-W50", 18)
    assert (first.figure(HOUSES).amount, first.figure(HOUSES).before) == (sum(range(15, 19)) + 4, None)


async def test_a_week_under_way_is_not_compared_with_a_whole_one(office: Office) -> None:
    await three_weeks(office)
    week = await stretch(office, "2022-W51", 21)
    assert week.figure(HOUSES).amount == 19 + 20 + 21 + 3
    assert week.figure(HOUSES).change is None
    assert week.coverage.expected == 3 * 5


async def test_a_branch_has_its_own_week(office: Office) -> None:
    await three_weeks(office)
    week = await stretch(office, "2022-W51", 25, unit="go")
    assert (week.figure(HOUSES).amount, week.coverage) == (7, Coverage(7, 7, 6))


async def test_a_week_may_rank_by_another_indicator_than_the_day(office: Office) -> None:
    await three_weeks(office)
    assert (await stretch(office, "2022-W51", 25)).lead == HOUSES
    assert (await stretch(office, "2022-W51", 25, lead="rural_road_km")).lead == "rural_road_km"
    # What is for leaders, or not there, ranks nobody.
    assert (await stretch(office, "2022-W51", 25, lead="complaints_heard")).lead == HOUSES


async def test_a_week_survives_json(office: Office) -> None:
    await three_weeks(office)
    week = await stretch(office, "2022-W51", 25)
    assert Digest.from_json(json.loads(json.dumps(week.to_json()))) == week


async def test_before_the_deadline_nothing_is_compared(office: Office) -> None:
    await two_days(office)
    running = await office.digest(16, at(16, "09:59"))
    assert (running.figure(HOUSES).amount, running.figure(HOUSES).change) == (6, None)
    assert (await office.digest(16, at(16, "10:00"))).figure(HOUSES).change == 6 - 22


# --- adjustments, after an outage ------------------------------------------------------------------


async def test_a_digest_that_was_left_out_leaves_its_adjustments_to_the_next(office: Office) -> None:
    """The 15th was told; the bot was away from the 15th at noon to the 17th, so the 16th was not."""
    await two_days(office)
    await office.open_periods(at(17, "09:00"))
    async with office.work(at(17, "09:00")) as uow:
        await ledger.step_done(uow, (await office.period(uow, 16))["id"], "digest/left out")
    await office.report("go", 16, at(17, "09:30"), {"repaired": 1})
    found = (await office.digest(17, at(17, "10:15"))).adjustments
    # What nobody was told of the 16th is no adjustment of it.
    assert [(a.unit, a.period.name, a.indicator, a.difference) for a in found] == [
        ("Hòa Thành", "2022-12-15", HOUSES, 2),
        ("Bến Cầu", "2022-12-15", "children_supported", 12),
    ]


# --- for leaders -----------------------------------------------------------------------------------


async def test_who_has_none_or_least_of_the_leading_indicator(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three is too few to be last; Tân is let off on the 16th, so four right below owe: three of them districts."""
    await two_days(office)
    assert (await office.digest(16, at(16, "10:15"))).laggards == Laggards()
    monkeypatch.setattr(digest, "TOP_LENGTH", 2)
    # On the 15th Tân owes, too: of four, two may be named.
    assert (await office.digest(15, at(15, "10:15"))).laggards.silent == ("Bến Cầu", "Tân <Châu> & con")
    assert (await office.digest(16, at(16, "10:15"))).laggards == Laggards(silent=("Bến Cầu",))
    await office.report("ben", 16, at(16, "11:00"), {"repaired": 2})
    assert (await office.digest(16, at(16, "11:15"))).laggards == Laggards(least=(("Bến Cầu", Decimal(2)),))


async def test_how_many_are_approved(office: Office) -> None:
    await two_days(office)
    async with office.work(at(16, "10:00")) as uow:
        period = await office.period(uow, 16)
        reports = table(Report)
        approved = update(reports).where(
            reports.c.period_id == period["id"], reports.c.unit_id == office.units["hoa"]["id"]
        )
        await uow.run(approved.values(state="approved"))
        await uow.run(update(table(Campaign)).values(settings={"approval": "yes"}))
    found = await office.digest(16, at(16, "10:15"))
    assert (found.approval, found.coverage.approved) == (True, 1)
