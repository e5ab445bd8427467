"""A period of before a unit was moved is told in the units of its time: figures, names, corrections, sheets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from reporting import register
from reporting.digests.digest import Coverage, Digest
from reporting.organisation.unit_changes import Asked, carry_out, plan
from reporting.organisation.units import UnitLine, UnitList
from storage import people, reports, statistics, sums_below
from storage.tables import Unit, UnitKind
from storage.uow import table
from tests.reporting.office import Office, at, open_office
from tests.reporting.words import ZONE

HOUSES = "charity_houses_repaired"
KINDS = {"province": 1, "district": 2, "commune": 3}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Hiệp Tân (below Hòa Thành) reports for the 15th, and has stood below Gò Dầu since the 16th began. It owes the
    16th."""
    office = await open_office(tmp_path)
    await office.open_periods(at(15, "09:00"))
    await office.report("hiep", 15, at(15), {"repaired": 3})
    await office.digest_sent(15, at(15, "10:15"))
    await move(office, "hiep", "go", 16)
    await office.open_periods(at(16, "09:00"))
    yield office
    async with office.work(at(20)) as uow:
        assert await register.rebuild_check(uow) == []
    await office.database.close()


async def move(office: Office, code: str, parent: str, day: int) -> None:
    """From the start of a day."""
    async with office.work(at(day, "08:00")) as uow:
        row = await people.unit_by_code(uow, code)
        assert row
        line = UnitLine(code, row["name"], row["short_name"], row["kind"], parent, row=2)
        wanted = Asked(ZONE, date(2022, 12, day), new_kinds=KINDS)
        await carry_out(uow, await plan(uow, UnitList("list.csv", (line,)), wanted))
        # As the office knows its units: by their place of today.
        for known in office.units.values():
            known["path"] = (await people.unit(uow, known["id"]))["path"]


def top(digest: Digest) -> tuple[tuple[str, Decimal], ...]:
    return digest.figure(HOUSES).top


def missing(digest: Digest) -> list[str]:
    return [unit.short_name for unit in digest.missing]


async def test_the_top_list(office: Office) -> None:
    await office.report("hiep", 16, at(16), {"repaired": 5})
    now = at(16, "11:00")
    assert top(await office.digest(15, now, unit="hoa")) == (("Hiệp Tân", Decimal(3)),)
    assert top(await office.digest(15, now, unit="go")) == ()
    # So far: what each saw of it.
    assert top(await office.digest(16, now, unit="hoa")) == (("Hiệp Tân", Decimal(3)),)
    assert top(await office.digest(16, now, unit="go")) == (("Hiệp Tân", Decimal(5)),)
    assert (await office.digest(16, now, unit="hoa")).figure(HOUSES).amount is None
    assert (await office.digest(16, now, unit="go")).figure(HOUSES).amount == 5


async def test_the_coverage(office: Office) -> None:
    now = at(16, "11:00")
    for day, hoa, go in ((15, Coverage(2, 1, 1), Coverage(1)), (16, Coverage(1), Coverage(2))):
        assert (await office.digest(day, now, unit="hoa")).coverage == hoa
        assert (await office.digest(day, now, unit="go")).coverage == go
        assert (await office.digest(day, now)).coverage.expected == 5
    assert [p.coverage for p in (await office.digest(16, now, unit="hoa")).trend] == [Coverage(2, 1, 1), Coverage(1)]
    assert (await office.digest(16, now, unit="go", whole=True)).coverage == Coverage(3)


async def test_the_names_of_those_that_are_missing(office: Office) -> None:
    now = at(16, "11:00")
    assert missing(await office.digest(16, now, unit="hoa")) == ["Hòa Thành"]
    assert missing(await office.digest(16, now, unit="go")) == ["Hiệp Tân", "Gò Dầu"]
    await move(office, "hiep", "ben", 17)
    assert missing(await office.digest(16, now, unit="go")) == ["Hiệp Tân", "Gò Dầu"]
    assert missing(await office.digest(16, now, unit="ben")) == ["Bến Cầu"]


async def test_a_correction_goes_to_those_above_in_the_period(office: Office) -> None:
    await office.report("hiep", 15, at(16), {"repaired": 7})
    now = at(16, "11:00")
    (found,) = (await office.digest(16, now, unit="hoa")).adjustments
    assert (found.unit, found.period.name, found.difference) == ("Hiệp Tân", "2022-12-15", 4)
    assert (await office.digest(16, now, unit="go")).adjustments == ()
    assert (await office.digest(15, now, unit="hoa")).figure(HOUSES).amount == 7
    assert (await office.digest(15, now, unit="go")).figure(HOUSES).amount is None


async def test_the_unit_that_looks_may_have_been_moved_itself(office: Office) -> None:
    """What stood below it then did so under another path."""
    await move(office, "hoa", "ben", 17)
    found = await office.digest(15, at(17), unit="hoa")
    assert (found.coverage, top(found)) == (Coverage(2, 1, 1), (("Hiệp Tân", Decimal(3)),))
    assert missing(found) == ["Hòa Thành"]
    assert (await office.digest(15, at(17), unit="ben")).coverage == Coverage(1)


async def test_a_root_that_was_put_below_another_unit(office: Office) -> None:
    async with office.work(at(17)) as uow:
        await uow.run(insert(table(UnitKind)), [{"name": "country", "level": 0}])
        line = UnitLine("vn", "Trung ương Đoàn", "", "country", "", row=2)
        await carry_out(uow, await plan(uow, UnitList("list.csv", (line,)), Asked(ZONE, date(2022, 12, 17))))
        country = await people.unit_by_code(uow, "vn")
        assert country
    await move(office, "province", "vn", 17)
    assert (await office.digest(15, at(17))).coverage.expected == 5
    async with office.work(at(17)) as uow:
        period = (await office.period(uow, 15))["id"]
        assert await sums_below.totals_of_children(uow, country["id"], [period]) == []
        assert await statistics.totals_of_units_below(uow, country["id"], [period]) == []


async def test_exports_are_of_the_same_units(office: Office) -> None:
    await office.report("hiep", 16, at(16), {"repaired": 5})
    hiep = office.units["hiep"]["id"]
    async with office.work(at(16)) as uow:
        for unit, day in (("hoa", "2022-12-15"), ("go", "2022-12-16")):
            under = office.units[unit]["path"]
            assert [row["period"] for row in await reports.of_form(uow, office.form_id, under)] == [day]
            rows = await statistics.register_rows(uow, office.form_id, under)
            owed = [row for row in rows if row["unit_id"] == hiep]
            assert [(row["due_at"].date().isoformat(), row["path"]) for row in owed] == [(day, f"{under}{hiep}/")]


async def test_a_sheet_has_no_line_for_units_of_another_time(office: Office) -> None:
    async with office.work(at(16)) as uow:
        first, second = [(await office.period(uow, day))["id"] for day in (15, 16)]
        t = table(Unit)
        for code, dates in (("tan", {"valid_to": at(15, "10:00")}), ("ben", {"valid_from": at(16, "10:00")})):
            await uow.run(update(t).where(t.c.id == office.units[code]["id"]).values(**dates))

        async def lines(unit: str, *periods: int) -> list[tuple[str, str | None]]:
            found = await statistics.totals_of_units_below(uow, office.units[unit]["id"], periods)
            return [(row["name"].rpartition(" ")[2], row["indicator"]) for row in found]

        assert await lines("hoa", first) == [("Tân", HOUSES)]
        assert await lines("hoa", second) == []
        assert await lines("hoa", first, second) == [("Tân", HOUSES)]
        assert await lines("go", first) == []
        assert await lines("go", second) == [("Tân", None)]
        assert await lines("province", first) == [("Dầu", None), ("Thành", HOUSES), ("con", None)]
        assert await lines("province", second) == [("Dầu", None), ("Thành", None)]
