"""Units that move or end: what was due before stays where they stood."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from reporting import register
from reporting.organisation.unit_changes import carry_out
from storage import people, units
from storage.tables import Total, UnitPlace
from storage.uow import table
from tests.reporting.office import Office, at, open_office
from tests.reporting.unit_lists import fetched, planned


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Hiệp Tân (below Hòa Thành) has reported for the 15th and the 16th."""
    office = await open_office(tmp_path)
    await office.open_periods(at(16, "11:00"))
    for day, repaired in ((15, 3), (16, 5)):
        await office.report("hiep", day, at(day), {"repaired": repaired})
    yield office
    await office.database.close()


async def sums(office: Office, unit: str) -> dict[int, Decimal]:
    """The amount by day."""
    async with office.work(at(17)) as uow:
        days = {(await office.period(uow, day))["id"]: day for day in (15, 16)}
        rows = await uow.fetch(select(table(Total)).where(table(Total).c.unit_id == office.units[unit]["id"]))
        assert await register.rebuild_check(uow) == []
    return {days[row["period_id"]]: row["amount"] for row in rows}


async def move(office: Office, folder: Path, unit: str, name: str, parent: str, day: int) -> None:
    kinds = {"commune": 3, "district": 2, "province": 1}
    text = f"{unit},{name},,{'commune' if unit == 'hiep' else 'district'},{parent},,,\n"
    async with office.work(at(17)) as uow:
        await carry_out(uow, await planned(uow, folder, text, effective=date(2022, 12, day), new_kinds=kinds))


async def test_what_was_due_before_a_move_stays_where_the_unit_stood(office: Office, tmp_path: Path) -> None:
    await move(office, tmp_path, "hiep", "Đoàn xã Hiệp Tân", "go", 16)
    assert await sums(office, "hoa") == {15: 3}
    assert await sums(office, "go") == {16: 5}
    assert await sums(office, "province") == {15: 3, 16: 5}


async def test_a_unit_takes_the_places_of_all_below_it_along(office: Office, tmp_path: Path) -> None:
    await move(office, tmp_path, "hoa", "Huyện đoàn Hòa Thành", "go", 16)
    await move(office, tmp_path, "hoa", "Huyện đoàn Hòa Thành", "ben", 16)
    assert await sums(office, "hoa") == {15: 3, 16: 5}
    assert await sums(office, "go") == {}
    assert await sums(office, "ben") == {16: 5}
    assert len(await fetched(office.database, UnitPlace)) == 4
    async with office.work(at(17)) as uow:
        hiep = office.units["hiep"]
        first = (await office.period(uow, 15))["id"]
        assert await units.path_in_period(uow, hiep["id"], first) == hiep["path"]
        second = await units.path_in_period(uow, hiep["id"], (await office.period(uow, 16))["id"])
        assert second == (await people.unit(uow, hiep["id"]))["path"] != hiep["path"]


async def test_the_tree_as_it_stood_on_a_day(office: Office, tmp_path: Path) -> None:
    await move(office, tmp_path, "hiep", "Đoàn xã Hiệp Tân", "go", 16)
    async with office.work(at(17)) as uow:
        for moment, over in ((at(15), "hoa"), (at(16), "go")):
            rows = {row["code"]: row for row in await units.standing_at(uow, moment)}
            assert rows["hiep"]["parent_id"] == office.units[over]["id"]
            assert rows["hiep"]["path"].startswith(office.units[over]["path"])


async def test_a_unit_that_has_ended_owes_no_new_period(office: Office, tmp_path: Path) -> None:
    kinds = {"commune": 3}
    async with office.work(at(17)) as uow:
        text = "hiep,Đoàn xã Hiệp Tân,,commune,hoa,,2022-12-17,\n"
        await carry_out(uow, await planned(uow, tmp_path, text, new_kinds=kinds))
    await office.open_periods(at(18, "11:00"))
    async with office.work(at(18)) as uow:
        owing = {
            day: {row["unit_id"] for row in await register.register.owing(uow, (await office.period(uow, day))["id"])}
            for day in (17, 19)
        }
    assert {day: office.units["hiep"]["id"] in found for day, found in owing.items()} == {17: True, 19: False}


async def test_a_correction_after_a_move_goes_where_the_unit_stood(office: Office, tmp_path: Path) -> None:
    await move(office, tmp_path, "hiep", "Đoàn xã Hiệp Tân", "go", 16)
    await office.report("hiep", 15, at(17), {"repaired": 4})
    assert await sums(office, "hoa") == {15: 4}
    assert await sums(office, "go") == {16: 5}
