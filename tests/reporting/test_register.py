"""The ledger: who owes what, and totals that move with every revision, all the way up the tree."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from reporting import register
from storage import register as ledger
from storage.tables import Campaign, CampaignState, ExpectedReport, Period, Report, Revision, Total, Unit
from storage.uow import Row, UnitOfWork, table
from tests.reporting.office import Office, at, open_office
from tests.reporting.words import ZONE

REPAIRED = "charity_houses_repaired"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path)
    yield office
    await office.database.close()


async def opened(office: Office, now: datetime) -> int:
    async with office.work(now) as uow:
        return await register.open_periods(uow, ZONE, now)


async def rows(office: Office, model: Any, **where: Any) -> list[Row]:
    t = table(model)
    async with office.database.read() as conn:
        query = select(t).where(*(t.c[name] == value for name, value in where.items()))
        return await UnitOfWork(conn, at(31)).fetch(query)


async def totals(office: Office, indicator: str = REPAIRED, day: int = 15) -> dict[str, tuple[Decimal | int, int, int]]:
    """By unit: the amount, the number of reports, and of those the inexact ones."""
    (period,) = await rows(office, Period, name=f"2022-12-{day:02}")
    found = {r["unit_id"]: r for r in await rows(office, Total, period_id=period["id"], indicator=indicator)}
    kept = {code: found[unit["id"]] for code, unit in office.units.items() if unit["id"] in found}
    return {code: (r["amount"], r["reports"], r["inexact"]) for code, r in kept.items()}


async def differences(office: Office) -> list[str]:
    async with office.work(at(31)) as uow:
        return await register.rebuild_check(uow)


# --- periods ---------------------------------------------------------------------------------------


async def test_opening_periods_again_opens_none(office: Office) -> None:
    assert await opened(office, at(15)) == 1
    before = await rows(office, ExpectedReport)
    assert await opened(office, at(15)) == 0
    assert await opened(office, at(15, "09:59")) == 0
    assert await rows(office, ExpectedReport) == before


async def test_what_was_missed_is_caught_up(office: Office) -> None:
    assert await opened(office, at(17, "10:00")) == 4
    assert [p["name"] for p in await rows(office, Period)] == [f"2022-12-{day}" for day in (15, 16, 17, 18)]
    assert await opened(office, at(18, "10:00")) == 1


async def test_nothing_opens_before_the_campaign_and_nothing_after_it(office: Office) -> None:
    assert await opened(office, at(14, "09:59")) == 0
    assert await opened(office, at(31, "23:59") + timedelta(days=30)) == 17


async def test_exactly_the_units_of_the_kinds_owe(office: Office) -> None:
    async with office.work(at(14)) as uow:
        common = {"short_name": "", "name_plain": "", "kind": "district"}
        stranger = await uow.insert(Unit, code="other", name="Huyện đoàn Nơi Khác", path="", **common)
        await uow.run(update(table(Unit)).where(table(Unit).c.id == stranger).values(path=f"/{stranger}/"))
        await uow.run(update(table(Unit)).where(table(Unit).c.code == "tan").values(valid_to=at(16)))
        await uow.run(update(table(Unit)).where(table(Unit).c.code == "ben").values(valid_from=at(15, "12:00")))
    await opened(office, at(17, "09:00"))
    codes = {unit["id"]: code for code, unit in office.units.items()}
    owing: dict[str, list[str]] = {}
    for period in await rows(office, Period):
        owed = await rows(office, ExpectedReport, period_id=period["id"])
        owing[period["name"][-2:]] = sorted(codes[row["unit_id"]] for row in owed)
        assert {row["state"] for row in owed} == {"open"}
    assert owing == {
        "15": ["go", "hiep", "hoa", "tan"],
        "16": ["go", "hiep", "hoa", "tan"],
        "17": ["ben", "go", "hiep", "hoa"],
    }


# --- reports ---------------------------------------------------------------------------------------


async def test_a_report_counts_in_its_unit_and_in_all_above(office: Office) -> None:
    await opened(office, at(15))
    await office.report("hiep", 15, at(15), {"repaired": 3, "road": "1.125"}, {"repaired": "about"})
    await office.report("hoa", 15, at(15), {"repaired": 2})
    assert await totals(office) == {"province": (5, 2, 1), "hoa": (5, 2, 1), "hiep": (3, 1, 1)}
    exactly = (Decimal("1.125"), 1, 0)
    assert await totals(office, "rural_road_km") == {"province": exactly, "hoa": exactly, "hiep": exactly}
    assert await differences(office) == []


async def test_a_correction_moves_the_totals_by_the_difference(office: Office) -> None:
    await opened(office, at(15))
    await office.report("hoa", 15, at(15), {"repaired": 2, "children": 5})
    await office.report("hiep", 15, at(15), {"repaired": 30, "children": 7}, {"repaired": "over"})
    await office.report("hiep", 15, at(15, "09:30"), {"repaired": 3, "memorials": 0})
    assert await totals(office) == {"province": (5, 2, 0), "hoa": (5, 2, 0), "hiep": (3, 1, 0)}
    assert await totals(office, "children_supported") == {"province": (5, 1, 0), "hoa": (5, 1, 0), "hiep": (0, 0, 0)}
    assert await totals(office, "memorials_cared") == {"province": (0, 1, 0), "hoa": (0, 1, 0), "hiep": (0, 1, 0)}
    assert await differences(office) == []


async def test_a_correction_keeps_code_and_time_and_the_version_before(office: Office) -> None:
    await opened(office, at(15))
    await office.report("hoa", 15, at(15), {"repaired": 2})
    first = (await rows(office, Report))[0]
    await office.report("hoa", 15, at(15, "11:00"), {"repaired": 4})
    (report,) = await rows(office, Report)
    assert report == {**first, "revision_no": 2, "state": "corrected"}
    assert (report["code"], report["late"], report["received_at"]) == ("TM-000001", False, at(15))
    kept = [(r["number"], r["answers"], r["created_at"]) for r in await rows(office, Revision)]
    assert kept == [(1, {"repaired": 2}, at(15)), (2, {"repaired": 4}, at(15, "11:00"))]


async def test_zero_and_nothing_and_silence_differ(office: Office) -> None:
    await opened(office, at(15))
    await office.report("hoa", 15, at(15), {"repaired": 0})
    await office.report("go", 15, at(15))
    assert await totals(office) == {"province": (0, 1, 0), "hoa": (0, 1, 0)}
    assert await states(office) == {"hoa": "reported", "go": "nothing", "ben": "open", "tan": "open", "hiep": "open"}


async def states(office: Office) -> dict[str, str]:
    codes = {unit["id"]: code for code, unit in office.units.items()}
    (period,) = await rows(office, Period, name="2022-12-15")
    return {codes[r["unit_id"]]: r["state"] for r in await rows(office, ExpectedReport, period_id=period["id"])}


async def test_a_report_taken_back_to_nothing_and_filled_again(office: Office) -> None:
    await opened(office, at(15))
    await office.report("hoa", 15, at(15), {"repaired": 7}, {"repaired": "about"})
    await office.report("hoa", 15, at(15, "09:30"))
    assert (await states(office))["hoa"] == "nothing"
    assert await totals(office) == {"province": (0, 0, 0), "hoa": (0, 0, 0)}
    await office.report("hoa", 15, at(15, "09:45"), {"repaired": 2})
    assert (await states(office))["hoa"] == "reported"
    assert await totals(office) == {"province": (2, 1, 0), "hoa": (2, 1, 0)}
    assert await differences(office) == []


@pytest.mark.parametrize(
    ("after", "late"),
    [
        (timedelta(seconds=-1), False),
        (timedelta(0), False),
        (timedelta(microseconds=1), True),
        (timedelta(seconds=1), True),
    ],
)
async def test_late_at_the_second(office: Office, after: timedelta, late: bool) -> None:
    await opened(office, at(15))
    await office.report("hoa", 15, at(15, "10:00") + after, {"repaired": 1})
    assert [report["late"] for report in await rows(office, Report)] == [late]


async def test_closed_at_the_second(office: Office) -> None:
    await opened(office, at(15))
    (row,) = await rows(office, Period, name="2022-12-15")
    period = {**row, "campaign_state": CampaignState.RUNNING}
    assert not register.is_closed(period, at(18, "10:00") - timedelta(seconds=1))
    assert register.is_closed(period, at(18, "10:00"))


async def test_codes_go_on_from_the_last(office: Office) -> None:
    await opened(office, at(15))
    async with office.work(at(15)) as uow:
        await uow.run(update(table(Campaign)).values(next_number=999_999))
    for unit in ("hoa", "go", "hiep"):
        await office.report(unit, 15, at(15), {"repaired": 1})
    assert [report["code"] for report in await rows(office, Report)] == ["TM-999999", "TM-1000000", "TM-1000001"]


# --- the check -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tampered", "found"),
    [
        ({"amount": Decimal(6)}, "kept 6 of 2 reports, 1 inexact; summed 5 of 2 reports, 1 inexact"),
        ({"reports": 3}, "kept 5 of 3 reports, 1 inexact; summed 5 of 2 reports, 1 inexact"),
        ({"inexact": 0}, "kept 5 of 2 reports, 0 inexact; summed 5 of 2 reports, 1 inexact"),
    ],
)
async def test_a_tampered_total_is_found(office: Office, tampered: Mapping[str, Any], found: str) -> None:
    await two_reports(office)
    t = table(Total)
    province = office.units["province"]["id"]
    async with office.work(at(16)) as uow:
        await uow.run(update(t).where(t.c.unit_id == province, t.c.indicator == REPAIRED).values(**tampered))
    assert await differences(office) == [f"unit {province}, period 1, {REPAIRED}: {found}"]


async def two_reports(office: Office) -> None:
    await opened(office, at(15))
    await office.report("hiep", 15, at(15), {"repaired": 3}, {"repaired": "about"})
    await office.report("hoa", 15, at(15), {"repaired": 2})


async def test_a_total_that_is_missing_or_too_many_is_found(office: Office) -> None:
    await two_reports(office)
    t = table(Total)
    hiep, go = office.units["hiep"]["id"], office.units["go"]["id"]
    extra = {"unit_id": go, "period_id": 1, "indicator": REPAIRED, "amount": 1, "reports": 1, "inexact": 0}
    async with office.work(at(16)) as uow:
        await uow.run(delete(t).where(t.c.unit_id == hiep))
        await uow.run(insert(t).values(**extra))
    assert await differences(office) == [
        f"unit {go}, period 1, {REPAIRED}: kept 1 of 1 reports, 0 inexact; summed 0 of 0 reports, 0 inexact",
        f"unit {hiep}, period 1, {REPAIRED}: kept 0 of 0 reports, 0 inexact; summed 3 of 1 reports, 1 inexact",
    ]


async def test_a_tampered_revision_is_found(office: Office) -> None:
    await two_reports(office)
    async with office.work(at(16)) as uow:
        await uow.run(update(table(Revision)).values(indicators={REPAIRED: ["100", ""]}))
    assert len(await differences(office)) == 3


async def test_a_unit_owes_what_is_open(office: Office) -> None:
    await opened(office, at(15))
    async with office.work(at(15)) as uow:
        owed = await ledger.owed(uow, office.units["hoa"]["id"], at(15))
    assert [row["period"] for row in owed] == ["2022-12-15"]
