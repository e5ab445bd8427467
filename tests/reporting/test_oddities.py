"""What is odd about a report, on a database that the ledger wrote; and what finding it out costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from reporting import register
from reporting.doubts import oddities
from reporting.doubts.oddity_rules import Code, Finding
from storage import reports
from storage.tables import Media
from storage.uow import UnitOfWork
from tests.reporting.office import Office, at
from tests.reporting.watching import odd, owed, watched

LOOKS = "f0f0f0f00f0f0f0f"
LOOKS_NEAR = "f0f0f0f00f0f0f00"
LOOKS_FAR = "f0f0f0f00f0f0000"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with watched(tmp_path) as office:
        yield office


async def days(office: Office, *children: int, unit: str = "go", **other: list[int]) -> None:
    """Reports from the 15th on, one a day."""
    for day, number in enumerate(children, 15):
        more = {name: numbers[day - 15] for name, numbers in other.items()}
        await office.report(unit, day, at(day), {"children": number, **more})


async def picture(office: Office, media_id: str, chat: str, sha: str, looks: str | None, day: int = 15) -> str:
    async with office.work(at(day, "08:00")) as uow:
        values = {"sha256": sha, "mime": "image/jpeg", "size": 1, "name": "", "owner": f"web:{chat}"}
        statement = uow.upsert(Media).values(id=media_id, looks=looks, created_at=uow.now, **values)
        await uow.run(statement)
    return media_id


# --- the habit -------------------------------------------------------------------------------------


async def test_ten_times_the_habit_is_odd(office: Office) -> None:
    await days(office, 100, 120, 150)
    assert await odd(office, "go", 20, {"children": 1200}) == [
        Finding(Code.MORE, "/data/children", "1200", {"usual": "120", "times": "10"})
    ]
    assert await odd(office, "go", 20, {"children": 1199}) == []


async def test_two_reports_are_no_habit_nor_are_zeros_and_days_without_activity(office: Office) -> None:
    await days(office, 100, 120, 0)
    await office.report("go", 18, at(18))
    assert await odd(office, "go", 20, {"children": 5000}) == []
    await office.report("go", 19, at(19), {"children": 110})
    assert [f.than["usual"] for f in await odd(office, "go", 20, {"children": 5000})] == ["110"]


async def test_less_than_ten_is_never_too_many(office: Office) -> None:
    await days(office, 0, 0, 0, road=[1, 1, 1])
    for value in ("9.9", "10"):
        found = await odd(office, "go", 20, {"road": value})
        assert [f.value for f in found] == ([] if value == "9.9" else ["10"])


async def test_only_the_last_ten_numbers_are_the_habit_and_other_units_have_their_own(office: Office) -> None:
    await days(office, *[9000] * 2, *[10] * 10)
    assert [f.than["usual"] for f in await odd(office, "go", 28, {"children": 100})] == ["10"]
    assert await odd(office, "hoa", 28, {"children": 100}) == []


async def test_money_a_thousandth_of_the_habit_lacks_its_unit(office: Office) -> None:
    await days(office, 0, 0, 0, value=[300_000_000, 400_000_000, 500_000_000])
    assert await odd(office, "go", 20, {"value": 400}) == [
        Finding(Code.LESS, "/data/value", "400", {"usual": "400000000"})
    ]
    assert await odd(office, "go", 20, {"value": 0}) == []
    assert await odd(office, "go", 20, {"value": 400_001}) == []


async def test_a_correction_is_not_compared_with_what_it_corrects(office: Office) -> None:
    await days(office, 100, 120)
    await office.report("go", 17, at(17), {"children": 1300})
    assert await odd(office, "go", 17, {"children": 1300}) == []


async def test_of_a_list_the_sum_is_compared_and_the_largest_shown(office: Office) -> None:
    for day in (15, 16, 17):
        await office.report("go", day, at(day), {"house": [{"owner": f"ông {day}", "beds": 2}]})
    found = await odd(office, "go", 20, {"house": [{"owner": "bà A", "beds": 2}, {"owner": "bà B", "beds": 18}]})
    assert [(f.path, f.value, f.than["times"]) for f in found] == [("/data/house[2]/beds", "20", "10")]


# --- pictures --------------------------------------------------------------------------------------


async def test_the_same_file_in_a_report_of_another_unit(office: Office) -> None:
    await picture(office, "p/old", "hoa", "aa", None)
    await office.report("hoa", 15, at(15), {"photo": "p/old"})
    await picture(office, "p/new", "go", "aa", None, 20)
    found = await odd(office, "go", 20, {"photo": "p/new"})
    assert [(f.code, f.path, f.than["report"], f.than["unit_id"], f.than["exact"]) for f in found] == [
        (Code.PICTURE, "/data/photo", "TM-000001", office.units["hoa"]["id"], True)
    ]


async def test_a_picture_that_went_with_no_report_is_new(office: Office) -> None:
    await picture(office, "p/old", "hoa", "aa", LOOKS)
    await picture(office, "p/new", "go", "aa", LOOKS, 20)
    assert await odd(office, "go", 20, {"photo": "p/new"}) == []


async def test_twice_in_one_report_or_in_its_correction_is_no_matter(office: Office) -> None:
    await picture(office, "p/old", "go", "aa", LOOKS)
    await office.report("go", 15, at(15), {"photo": "p/old"})
    await picture(office, "p/new", "go", "aa", LOOKS)
    assert await odd(office, "go", 15, {"photo": "p/new"}) == []
    assert [f.code for f in await odd(office, "go", 16, {"photo": "p/new"})] == [Code.PICTURE]


async def test_what_was_taken_out_by_a_correction_counts_no_more(office: Office) -> None:
    await picture(office, "p/old", "go", "aa", LOOKS)
    await office.report("go", 15, at(15), {"photo": "p/old"})
    await office.report("go", 15, at(15), {"children": 3})
    await picture(office, "p/new", "go", "aa", LOOKS, 16)
    assert await odd(office, "go", 16, {"photo": "p/new"}) == []


@pytest.mark.parametrize(("looks", "is_odd"), [(LOOKS, True), (LOOKS_NEAR, True), (LOOKS_FAR, False), (None, False)])
@pytest.mark.parametrize("unit", ["go", "hoa"])
async def test_a_picture_that_looks_alike(office: Office, unit: str, looks: str | None, is_odd: bool) -> None:
    await picture(office, "p/old", unit, "aa", LOOKS)
    await office.report(unit, 15, at(15), {"photo": "p/old"})
    await picture(office, "p/new", "go", "bb", looks, 16)
    found = await odd(office, "go", 16, {"photo": "p/new"})
    assert [f.than["exact"] for f in found] == ([False] if is_odd else [])


# --- the same thing --------------------------------------------------------------------------------

AT_HOME = "11.3100000 106.1000000 0 0"
NEXT_DOOR = "11.3103000 106.1000000 0 0"
FURTHER = "11.3110000 106.1000000 0 0"


@pytest.mark.parametrize(
    ("mine", "theirs", "is_odd"),
    [
        ({"owner": "Bà Tư", "place": AT_HOME}, {"owner": "BA  TU", "place": NEXT_DOOR}, True),
        ({"owner": "Bà Tư", "place": AT_HOME}, {"owner": "Bà Tư", "place": FURTHER}, False),
        ({"owner": "Bà Tư", "place": AT_HOME}, {"owner": "Bà Năm", "place": AT_HOME}, False),
        ({"owner": "Bà Tư", "commune": "Phước Vinh"}, {"owner": "bà tư", "commune": "phuoc vinh"}, True),
        ({"owner": "Bà Tư", "commune": "Phước Vinh"}, {"owner": "bà tư", "commune": "Hảo Đước"}, False),
        ({"owner": "Bà Tư"}, {"owner": "Bà Tư"}, False),
        ({"owner": "Bà Tư", "commune": "A", "place": AT_HOME}, {"owner": "Bà Tư", "commune": "A"}, True),
    ],
)
async def test_the_same_house_by_two_units(
    office: Office, mine: dict[str, str], theirs: dict[str, str], is_odd: bool
) -> None:
    await office.report("hoa", 15, at(15), {"house": [{"owner": "ông Sáu"}, theirs]})
    found = await odd(office, "go", 16, {"house": [{"owner": "ông Bảy"}, mine]})
    assert [(f.code, f.path, f.than["report"]) for f in found] == (
        [(Code.TWICE, "/data/house[2]/owner", "TM-000001")] if is_odd else []
    )
    assert await odd(office, "hoa", 16, {"house": [theirs]}) == [], "its own house may be told day by day"


# --- what is kept ----------------------------------------------------------------------------------


async def test_it_is_kept_with_the_revision_and_shown_to_leaders(office: Office) -> None:
    await days(office, 100, 120, 150)
    answers = {"children": 1200, "complaints": 3}
    found = await odd(office, "go", 20, answers)
    hidden = Finding(Code.MORE, "/data/complaints", "300", {"usual": "3", "times": "100"})
    async with office.work(at(20)) as uow:
        row = await owed(office, uow, "go", 20)
        receipt = await register.submit(
            uow, await office.library.form(uow, office.version_id), row, version_id=office.version_id,
            member_id=office.member_id, account_id=None, result=answers, marks={},
            odd=oddities.kept([*found, hidden]),
        )  # fmt: skip
    async with office.work(at(20)) as uow:
        kept = await reports.current(uow, receipt.report_id)
    assert kept is not None
    assert kept["odd"][0] == {**found[0].to_json(), "confirmed": True}
    assert oddities.of_revision(kept)["/data/children"] == found[0]
    digest = await office.digest(20, at(20, "10:15"))
    assert [(o.unit, o.finding.path) for o in digest.odd] == [("Gò Dầu", "/data/children")]
    assert (await office.digest(20, at(20, "10:15"), unit="hoa")).odd == ()
    assert type(digest).from_json(digest.to_json()) == digest


# --- what it costs ---------------------------------------------------------------------------------

MUCH = {"children": 5, "photo": "p/new", "house": [{"owner": "x"}]}


@pytest.fixture
async def long(office: Office) -> Office:
    """With more than a week of reports, and pictures that are alike."""
    await days(office, *[5] * 8)
    await picture(office, "p/old", "go", "aa", LOOKS)
    await office.report("go", 15, at(15), {"photo": "p/old"})
    await picture(office, "p/new", "go", "aa", LOOKS, 20)
    return office


async def asked(office: Office, uow: UnitOfWork, answers: dict[str, Any]) -> list[tuple[str, Any]]:
    """The statements by which what is odd about these answers is found, with their values."""
    said: list[tuple[str, Any]] = []
    form, row = await office.library.form(uow, office.version_id), await owed(office, uow, "go", 20)
    event.listen(
        office.database.engine.sync_engine, "before_cursor_execute",
        lambda _conn, _cursor, sql, given, *_: said.append((sql, given)),
    )  # fmt: skip
    await oddities.find(uow, form, row, answers, {})
    return list(said)


@pytest.mark.parametrize(("answers", "most"), [({"children": 5}, 1), (MUCH, 6)])
async def test_it_takes_a_handful_of_statements(long: Office, answers: dict[str, Any], most: int) -> None:
    async with long.work(at(20)) as uow:
        assert len(await asked(long, uow, answers)) == most


@pytest.mark.sqlite("it is SQLite's plan that is read; PostgreSQL has one for few rows, and another for many")
async def test_none_of_them_reads_all_reports(long: Office) -> None:
    async with long.work(at(20)) as uow:
        for sql, given in await asked(long, uow, MUCH):
            plan = await uow.conn.exec_driver_sql(f"explain query plan {sql}", given)
            steps = [str(step[3]) for step in plan]
            scanned = {step.split()[1] for step in steps if step.startswith("SCAN")}
            assert scanned <= {"newest", "CONSTANT"}, steps
            assert "newest" not in scanned or "SEARCH report USING INTEGER PRIMARY KEY (rowid=?)" in steps, steps
            assert "newest" not in sql or "newest" in scanned, steps
