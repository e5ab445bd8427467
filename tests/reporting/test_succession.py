"""On 1 July districts end and communes merge: an old period in the units of its time, and in those of today."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reporting import register
from reporting.organisation.succession import Share, in_todays_units
from reporting.organisation.unit_changes import Asked, carry_out, known_parents, plan
from reporting.organisation.units import read_list
from storage import people
from tests.reporting.office import Office, at, open_office
from tests.reporting.words import ZONE

REPAIRED, ROAD = "charity_houses_repaired", "rural_road_km"
HEADER = "code,name,short_name,kind,parent,valid_from,valid_to,successors\n"
KINDS = {"province": 1, "district": 2, "commune": 3}
# Two districts of three communes each, on top of the office's own units.
BEFORE = """D1,Huyện đoàn Một,Một,district,province,,,
D2,Huyện đoàn Hai,Hai,district,province,,,
""" + "".join(f"C{n},Đoàn xã {n},Xã {n},commune,D{1 if n <= 3 else 2},,,\n" for n in range(1, 7))
# On the 18th the districts end; of two communes each is made one, and two of these were in different districts.
AFTER = """D1,Huyện đoàn Một,Một,district,province,,2022-12-18,"N1;N2"
D2,Huyện đoàn Hai,Hai,district,province,,2022-12-18,"N2;N3"
C1,Đoàn xã 1,Xã 1,commune,D1,,2022-12-18,N1
C2,Đoàn xã 2,Xã 2,commune,D1,,2022-12-18,N1
C3,Đoàn xã 3,Xã 3,commune,D1,,2022-12-18,N2
C4,Đoàn xã 4,Xã 4,commune,D2,,2022-12-18,N2
C5,Đoàn xã 5,Xã 5,commune,D2,,2022-12-18,N3
C6,Đoàn xã 6,Xã 6,commune,D2,,2022-12-18,N3
N1,Đoàn xã Mới Một,Mới Một,commune,province,2022-12-18,,
N2,Đoàn xã Mới Hai,Mới Hai,commune,province,2022-12-18,,
N3,Đoàn xã Mới Ba,Mới Ba,commune,province,2022-12-18,,
"""


async def listed(office: Office, folder: Path, text: str, day: int) -> None:
    path = folder / "list.csv"
    path.write_text(HEADER + text, encoding="utf-8")
    async with office.work(at(day)) as uow:
        asked = Asked(ZONE, date(2022, 12, day), new_kinds=KINDS)
        await carry_out(uow, await plan(uow, read_list(path, await known_parents(uow)), asked))
        office.units |= {row["code"]: row for row in await people.units(uow)}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Commune n repaired n houses; the first district mended a road by itself."""
    office = await open_office(tmp_path)
    await listed(office, tmp_path, BEFORE, 14)
    await office.open_periods(at(15, "11:00"))
    for n in range(1, 7):
        await office.report(f"C{n}", 15, at(15), {"repaired": n}, {"repaired": "about"} if n == 1 else None)
    await office.report("D1", 15, at(15), {"road": "1.5"})
    await listed(office, tmp_path, AFTER, 18)
    await office.open_periods(at(20, "11:00"))
    yield office
    await office.database.close()


async def today(office: Office, unit: str = "province", days: Sequence[int] = (15,), now: int = 20) -> list[Share]:
    async with office.work(at(now)) as uow:
        periods = [(await office.period(uow, day))["id"] for day in days]
        assert await register.rebuild_check(uow) == []
        return await in_todays_units(uow, office.form_id, periods, await people.unit(uow, office.units[unit]["id"]))


def amounts(shares: Sequence[Share], indicator: str = REPAIRED) -> dict[str, Decimal]:
    return {share.name: share.amount for share in shares if share.indicator == indicator}


async def test_an_old_period_is_told_in_the_units_of_its_time(office: Office) -> None:
    digest = await office.digest(15, at(20))
    assert dict(digest.figure(REPAIRED).top) == {"Một": 6, "Hai": 15}
    assert digest.figure(REPAIRED).amount == 21
    # The six communes and two districts of the time, the office's own five; none of the new ones.
    assert digest.coverage.expected == 13


async def test_and_can_be_told_in_those_of_today(office: Office) -> None:
    shares = await today(office)
    assert amounts(shares) == {"Đoàn xã Mới Một": 3, "Đoàn xã Mới Hai": 7, "Đoàn xã Mới Ba": 11}
    assert sum(amounts(shares).values()) == (await office.digest(15, at(20))).figure(REPAIRED).amount
    assert {share.name: (share.reports, share.inexact) for share in shares if share.indicator == REPAIRED} == {
        "Đoàn xã Mới Một": (2, 1), "Đoàn xã Mới Hai": (2, 0), "Đoàn xã Mới Ba": (2, 0),
    }  # fmt: skip


async def test_what_was_divided_keeps_its_old_name_and_says_so(office: Office) -> None:
    (share,) = [share for share in await today(office) if share.indicator == ROAD]
    assert (share.name, share.amount, share.divided, share.ended) == ("Huyện đoàn Một", Decimal("1.5"), True, False)


async def test_before_the_day_itself_today_is_still_the_old_tree(office: Office) -> None:
    shares = await today(office, now=17)
    assert amounts(shares) == {"Huyện đoàn Một": 6, "Huyện đoàn Hai": 15}
    assert amounts(shares, ROAD) == {"Huyện đoàn Một": Decimal("1.5")}


async def test_old_and_new_periods_add_up_in_one_unit(office: Office) -> None:
    await office.report("N1", 20, at(20), {"repaired": 100})
    assert amounts(await today(office, days=(15, 20)))["Đoàn xã Mới Một"] == 103


async def test_a_new_unit_alone_has_the_sums_of_those_it_came_from(office: Office) -> None:
    assert amounts(await today(office, "N2")) == {"Đoàn xã Mới Hai": 7}
    assert amounts(await today(office, "go")) == {}


async def test_chains_are_followed_and_an_end_without_successor_is_told(office: Office, tmp_path: Path) -> None:
    await listed(
        office, tmp_path,
        "N1,Đoàn xã Mới Một,,commune,province,2022-12-18,2022-12-19,N3\n"
        "N2,Đoàn xã Mới Hai,,commune,province,2022-12-18,2022-12-19,\n", 20,
    )  # fmt: skip
    shares = [share for share in await today(office) if share.indicator == REPAIRED]
    assert amounts(shares) == {"Đoàn xã Mới Ba": 14, "Đoàn xã Mới Hai": 7}
    assert [share.name for share in shares if share.ended] == ["Đoàn xã Mới Hai"]
