"""The units of a pack take the road of an import: checked against the tree, told in the audit, with a past."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from reporting.campaigns.pack import PackError
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from reporting.organisation.unit_changes import Asked, carry_out, plan
from reporting.organisation.units import UnitLine, UnitList
from storage.engine import Database
from storage.tables import Audit, Campaign, Unit, UnitPlace
from storage.uow import Row, UnitOfWork, table
from tests.reporting.packs import CAMPAIGN, SCHEDULE, SURVEY, UNITS, written
from tests.reporting.words import ZONE

NOW = datetime(2022, 12, 14, 20, tzinfo=UTC)
"""The 15th has begun where the units are."""

G = "G,Huyện đoàn Gò Mẫu,Gò Mẫu,huyện,P\n"
X = "X,Đoàn xã Hiệp Mẫu,Hiệp Mẫu,xã,H\n"


@pytest.fixture
async def database(database: Database, tmp_path: Path) -> Database:
    """A pack with P, below it H and G, below H the commune X is loaded."""
    await loaded(database, tmp_path, UNITS + G + X)
    return database


async def loaded(database: Database, folder: Path, units: str) -> None:
    files = {"units.csv": units, "daily.md": CAMPAIGN + SCHEDULE + SURVEY}
    async with database.write() as conn:
        uow = UnitOfWork(conn, NOW)
        await save_pack(uow, read_pack(written(folder / "mau", files)), zone=ZONE)
        await uow.flush()


async def refused(database: Database, folder: Path, units: str) -> list[str]:
    """What is said of a pack that is refused; makes sure that it changed nothing."""
    before = [await fetched(database, model) for model in (Unit, UnitPlace, Audit, Campaign)]
    with pytest.raises(PackError) as caught:
        await loaded(database, folder, units)
    assert [await fetched(database, model) for model in (Unit, UnitPlace, Audit, Campaign)] == before
    return caught.value.problems


async def fetched(database: Database, model: type) -> list[Row]:
    async with database.read() as conn:
        return await UnitOfWork(conn, NOW).fetch(select(table(model)).order_by("id"))


async def told(database: Database) -> list[tuple[str, str]]:
    """The acts on units in the audit, with the unit's code."""
    codes = {unit["id"]: unit["code"] for unit in await fetched(database, Unit)}
    rows = [row for row in await fetched(database, Audit) if row["action"].startswith("unit.")]
    return [(row["action"], codes[row["unit_id"]]) for row in rows]


async def test_every_change_stands_in_the_audit_and_the_former_place_is_kept(
    database: Database, tmp_path: Path
) -> None:
    assert await told(database) == [("unit.add", code) for code in ("P", "H", "G", "X")]
    await loaded(database, tmp_path, UNITS + G + X.replace("Hiệp Mẫu,xã,H", "Hiệp Mới,xã,G"))
    assert (await told(database))[4:] == [("unit.rename", "X"), ("unit.move", "X")]
    units = {unit["code"]: unit for unit in await fetched(database, Unit)}
    assert units["X"]["path"] == f"{units['G']['path']}{units['X']['id']}/"
    (place,) = await fetched(database, UnitPlace)
    assert (place["unit_id"], place["parent_id"]) == (units["X"]["id"], units["H"]["id"])
    assert place["until"] == datetime(2022, 12, 15, tzinfo=ZONE)


async def test_the_same_pack_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    before = [await fetched(database, model) for model in (Unit, UnitPlace, Audit)]
    await loaded(database, tmp_path, UNITS + G + X)
    assert [await fetched(database, model) for model in (Unit, UnitPlace, Audit)] == before


async def test_a_pack_ends_nothing_and_opens_nothing_again(database: Database, tmp_path: Path) -> None:
    async with database.write() as conn:
        uow = UnitOfWork(conn, NOW)
        line = UnitLine("X", "Đoàn xã Hiệp Mẫu", "", "xã", "H", valid_to=date(2022, 12, 15), row=2)
        ended = UnitList("list.csv", (line,), frozenset({"valid_to"}))
        await carry_out(uow, await plan(uow, ended, Asked(ZONE, date(2022, 12, 15))))
        await uow.flush()
    before = await fetched(database, Unit)
    # G is left out; X is listed, without a word on when it ended.
    await loaded(database, tmp_path, UNITS + X)
    assert await fetched(database, Unit) == before


async def test_a_pack_may_say_when_a_unit_ended(database: Database, tmp_path: Path) -> None:
    rows = (UNITS + X).strip().splitlines()
    dated = "\n".join([f"{rows[0]},valid_to", *(f"{row}," for row in rows[1:-1]), f"{rows[-1]},2022-12-15"])
    await loaded(database, tmp_path, dated)
    assert (await told(database))[4:] == [("unit.end", "X")]


@pytest.mark.parametrize(
    ("units", "problem"),
    [
        (UNITS + X + "N,Chi đoàn N,,ấp,X\n", "units.csv, row 5: the kind 'ấp' is not known (known: trung ương, "),
        (UNITS + X + "N,Đoàn xã Hiệp Mẫu,,xã,H\n", "units.csv, row 5: Đoàn xã Hiệp Mẫu stands below H already, as X"),
        (UNITS + "N,Huyện đoàn Gò Mẫu,,huyện,P\n", "units.csv, row 4: Huyện đoàn Gò Mẫu stands below P already, as G"),
    ],
)
async def test_what_the_tree_does_not_allow_is_refused_by_its_row(
    database: Database, tmp_path: Path, units: str, problem: str
) -> None:
    # The rows before it would change something.
    found = await refused(database, tmp_path, units.replace("Tỉnh đoàn Mẫu", "Tỉnh đoàn Khác"))
    assert any(line.startswith(problem) for line in found), found


async def test_a_circle_is_refused_by_its_rows(database: Database, tmp_path: Path) -> None:
    circle = UNITS.replace("huyện,P", "huyện,X") + X
    assert await refused(database, tmp_path, circle) == [
        "units.csv, row 3: H is, through its parents, above itself",
        "units.csv, row 4: X is, through its parents, above itself",
    ]


async def test_a_unit_that_is_turned_over_with_its_parent_makes_no_circle(database: Database, tmp_path: Path) -> None:
    """What they are to be is looked at, not what they are."""
    turned = UNITS.replace("huyện,P", "huyện,X") + X.replace("xã,H", "xã,P")
    await loaded(database, tmp_path, turned)
    units = {unit["code"]: unit for unit in await fetched(database, Unit)}
    assert units["H"]["path"] == f"{units['P']['path']}{units['X']['id']}/{units['H']['id']}/"
