"""A list of units against the tree: what it would change, what it cannot, and that it is all or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from reporting.organisation import unit_search
from reporting.organisation.unit_changes import Asked, Plan, carry_out, known_parents, plan
from reporting.organisation.unit_states import Act
from reporting.organisation.units import UnitListError, read_list
from storage import units
from storage.engine import Database
from storage.tables import Audit, Unit
from storage.uow import Row, UnitOfWork
from tests.reporting.unit_lists import HEADER, NOW, fetched, planned
from tests.reporting.words import ZONE
from tests.support.database import database_in

TREE = """P,Tỉnh đoàn Mẫu,Mẫu,tỉnh,,,,
A,Huyện đoàn An Hòa,An Hòa,huyện,P,,,
B,Huyện đoàn Bình Minh,Bình Minh,huyện,P,,,
A1,Đoàn xã Tân Thành,Tân Thành,xã,A,,,
A2,Đoàn xã Hòa Lợi,Hòa Lợi,xã,A,,,
B1,Đoàn xã Tân Thạnh,Tân Thạnh,xã,B,,,
"""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = database_in(tmp_path / "units.db")
    await changed(database, tmp_path, TREE)
    yield database
    await database.close()


async def changed(database: Database, folder: Path, text: str, **how: Any) -> Plan:
    async with database.write() as conn:
        uow = UnitOfWork(conn, NOW)
        wanted = await planned(uow, folder, text, **how)
        await carry_out(uow, wanted)
        await uow.flush()
    return wanted


async def problems(database: Database, folder: Path, text: str, **how: Any) -> list[str]:
    before = await tree(database)
    with pytest.raises(UnitListError) as caught:
        await changed(database, folder, text, **how)
    assert await tree(database) == before
    return list(caught.value.problems)


async def tree(database: Database) -> dict[str, Row]:
    return {row["code"]: row for row in await fetched(database, Unit)}


def codes(wanted: Plan, act: Act) -> list[str]:
    return [change.code for change in wanted.those(act)]


# --- what a list changes ---------------------------------------------------------------------------


async def test_the_same_list_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    wanted = await changed(database, tmp_path, TREE)
    assert (wanted.changes, wanted.unchanged) == ((), 6)


async def test_added_renamed_moved_ended_and_open_again(database: Database, tmp_path: Path) -> None:
    wanted = await changed(
        database, tmp_path,
        "A2,Đoàn phường Hòa Lợi,Hòa Lợi,phường,B,,,\n"
        "N,Đoàn xã Mới,,xã,P,,,\n"
        "A,Huyện đoàn An Hòa,An Hòa,huyện,P,,1/7/2025,\"N; B\"\n"
        "A1,Đoàn xã Tân Thành,Tân Thành,xã,A,,2025-07-01,N\n",
    )  # fmt: skip
    acts = {act: codes(wanted, act) for act in Act}
    assert acts == {"add": ["N"], "rename": ["A2"], "move": ["A2"], "date": [], "end": ["A", "A1"], "reopen": []}
    rows = await tree(database)
    assert rows["N"]["short_name"] == "Đoàn xã Mới"
    assert rows["N"]["name_plain"] == "doan xa moi"
    assert rows["A2"]["path"] == f"{rows['B']['path']}{rows['A2']['id']}/"
    assert rows["A"]["valid_to"] == datetime(2025, 7, 1, tzinfo=ZONE)
    async with database.read() as conn:
        found = await units.successors_of(UnitOfWork(conn, NOW), rows["A"]["id"])
    assert [row["code"] for row in found] == ["N", "B"]
    again = await changed(database, tmp_path, "A,Huyện đoàn An Hòa,An Hòa,huyện,P,,,\n")
    assert codes(again, Act.REOPEN) == ["A"]
    assert (await tree(database))["A"]["valid_to"] is None


async def test_every_change_stands_in_the_audit(database: Database, tmp_path: Path) -> None:
    await changed(database, tmp_path, "A1,Đoàn xã Tân Thành Mới,,xã,B,,,\nB1,Đoàn xã Tân Thạnh,,xã,B,,2025-07-01,A1\n")
    unit_id = (await tree(database))["A1"]["id"]
    rows = [row for row in await fetched(database, Audit) if row["action"] != "unit.add"]
    assert [(row["action"], row["after"]) for row in rows] == [
        ("unit.rename", {"name": "Đoàn xã Tân Thành Mới", "short_name": "Tân Thành", "kind": "xã"}),
        ("unit.move", {"parent": "B"}),
        ("unit.end", {"valid_to": "2025-07-01T00:00:00+07:00", "successors": ["A1"]}),
    ]
    assert {row["unit_id"] for row in rows[:2]} == {unit_id}


async def test_what_a_list_has_no_column_for_stays(database: Database, tmp_path: Path) -> None:
    await changed(database, tmp_path, "A1,Đoàn xã Tân Thành,,xã,A,2020-01-01,2025-07-01,A2\n")
    path = tmp_path / "short.csv"
    path.write_text("code,name,short_name,kind,parent\nA1,Đoàn xã Tân Thành,,xã,A\n", encoding="utf-8")
    async with database.read() as conn:
        uow = UnitOfWork(conn, NOW)
        wanted = await plan(uow, read_list(path, await known_parents(uow)), Asked(ZONE, NOW.date()))
    assert wanted.changes == ()


async def test_a_complete_list_ends_what_it_leaves_out_in_its_own_branch_only(
    database: Database, tmp_path: Path
) -> None:
    wanted = await changed(database, tmp_path, "A1,Đoàn xã Tân Thành,Tân Thành,xã,A,,,\n", complete=True)
    assert codes(wanted, Act.END) == ["A2"]
    whole = "P,Tỉnh đoàn Mẫu,Mẫu,tỉnh,,,,\nA,Huyện đoàn An Hòa,An Hòa,huyện,P,,,\n"
    assert codes(await changed(database, tmp_path, whole, complete=True), Act.END) == ["B", "A1", "B1"]


async def test_a_new_unit_begins_on_the_day_that_is_said(database: Database, tmp_path: Path) -> None:
    await changed(database, tmp_path, "N,Đoàn xã Mới,,xã,P,,,\n", begins=date(2025, 7, 1))
    await changed(database, tmp_path, "M,Đoàn xã Xưa,,xã,P,,,\n")
    rows = await tree(database)
    assert rows["N"]["valid_from"] == datetime(2025, 7, 1, tzinfo=ZONE)
    assert rows["M"]["valid_from"] is None


async def test_a_workbook_is_read_as_a_text_is(database: Database, tmp_path: Path) -> None:
    workbook = Workbook()
    assert workbook.active is not None
    for row in (HEADER.strip().split(","), ["N", "Đoàn xã Mới", None, "xã", "P", None, date(2025, 12, 1), "A1;A2"]):
        workbook.active.append(row)
    workbook.save(tmp_path / "list.xlsx")
    (line,) = read_list(tmp_path / "list.xlsx", {"P": ""}).lines
    assert (line.row, line.name, line.valid_to, line.successors) == (2, "Đoàn xã Mới", date(2025, 12, 1), ("A1", "A2"))


async def test_a_parent_and_its_child_change_places(database: Database, tmp_path: Path) -> None:
    await changed(database, tmp_path, "A1,Đoàn xã Tân Thành,,xã,P,,,\nA,Huyện đoàn An Hòa,,huyện,A1,,,\n")
    rows = await tree(database)
    place = f"{rows['P']['path']}{rows['A1']['id']}/"
    assert rows["A1"]["path"] == place
    assert rows["A"]["path"] == f"{place}{rows['A']['id']}/"
    assert rows["A2"]["path"] == f"{place}{rows['A']['id']}/{rows['A2']['id']}/"


# --- what cannot be --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("X,Đoàn xã X,,xã,Q,,,\n", "row 2: the parent Q is neither in the list nor known"),
        ("P,Tỉnh đoàn Mẫu,,tỉnh,A1,,,\n", "row 2: P is, through its parents, above itself"),
        ("X,Đoàn xã X,,xã,P,,,\nX,Đoàn xã Y,,xã,P,,,\n", "row 2: the code X stands more than once"),
        ("X,Đoàn ấp X,,ấp,P,,,\n", "row 2: the kind 'ấp' is not known (known: trung ương, "),
        ("X,Đoàn xã X,,xã,P,,ngày mai,\n", "row 2: valid_to: 'ngày mai' is no day such as 2025-07-01 or 1/7/2025"),
        ("X,Đoàn xã X,,xã,P,2025-07-01,2025-07-01,\n", "row 2: X ends before it begins"),
        ("A1,Đoàn xã Tân Thành,,xã,A,,2025-07-01,Q\n", "row 2: the successor Q is neither in the list nor known"),
        ("A1,Đoàn xã Tân Thành,,xã,A,,,A2\n", "row 2: A1 has successors but no valid_to"),
        ("A1,Đoàn xã Tân Thành,,xã,A,,2025-07-01,A1\n", "row 2: the successor A1 ends no later than A1"),
        (
            "A1,Đoàn xã Tân Thành,,xã,A,,2025-07-01,A2\nA2,Đoàn xã Hòa Lợi,,xã,A,,2025-06-01,\n",
            "row 2: the successor A2 ends no later than A1",
        ),
        (
            "A,Huyện đoàn An Hòa,,huyện,P,,2025-07-01,B\n",
            "row 2: A ends while A1, A2 below it goes on: move or end that too",
        ),
        (
            "A1,Đoàn xã Tân Thành,,xã,A,,2025-07-01,\nX,Đoàn xã X,,xã,A1,,,\n",
            "row 2: A1 ends while X below it goes on: move or end that too",
        ),
        ("X,Đoàn xã Hòa Lợi,,xã,A,,,\n", "row 2: Đoàn xã Hòa Lợi stands below A already, as A2"),
    ],
)
async def test_a_broken_row_is_named_and_nothing_is_changed(
    database: Database, tmp_path: Path, text: str, problem: str
) -> None:
    found = await problems(database, tmp_path, "N,Đoàn xã Mới,,xã,P,,,\n" + text)
    # The sound row stands before it.
    assert found[0].startswith(f"list.csv, {problem.replace('row 2', 'row 3')}")


async def test_a_new_kind_that_is_said_to_be_one(database: Database, tmp_path: Path) -> None:
    await changed(database, tmp_path, "X,Chi đoàn ấp X,,ấp,A1,,,\n", new_kinds={"ấp": 4})
    async with database.read() as conn:
        assert (await units.kinds(UnitOfWork(conn, NOW)))["ấp"] == 4


async def test_no_move_from_a_day_to_come_nor_before_the_last_one(database: Database, tmp_path: Path) -> None:
    text = "A1,Đoàn xã Tân Thành,,xã,B,,,\n"
    (problem,) = await problems(database, tmp_path, text, effective=date(2025, 8, 1))
    assert problem.endswith("A1 cannot be moved or renamed from 2025-08-01: that day is still to come")
    await changed(database, tmp_path, text)
    (problem,) = await problems(database, tmp_path, "A1,Đoàn xã Tân Thành,,xã,A,,,\n", effective=date(2025, 6, 1))
    assert problem.endswith("A1, or a unit below it, was moved on 2025-07-01: it cannot be moved before that")


# --- searching -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [("tan thanh", ["A1", "B1"]), ("thạnh", ["B1", "A1"]), ("x. hoa loi", ["A2"]), ("An Hoà", ["A"]), ("b1", ["B1"]),
     ("binh mihn", ["B"]), ("không có", [])],
)  # fmt: skip
async def test_names_are_found_without_diacritics_and_by_parts(database: Database, text: str, found: list[str]) -> None:
    async with database.read() as conn:
        rows = await unit_search.search(UnitOfWork(conn, NOW), text)
    assert [row["code"] for row in rows] == found
    if text == "tan thanh":
        assert unit_search.look_alikes(rows) == {row["id"] for row in rows}
        assert [row["parent_name"] for row in rows] == ["Huyện đoàn An Hòa", "Huyện đoàn Bình Minh"]
