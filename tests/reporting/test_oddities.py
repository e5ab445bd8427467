"""What is odd about a report, on a database that the ledger wrote; and what finding it out costs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from forms.sheets import read_sheets
from reporting import register
from reporting.campaigns.pack import PackError
from reporting.campaigns.packs import read_pack
from reporting.doubts import oddities
from reporting.doubts.oddity_rules import Code, Finding
from reporting.doubts.sanity import Ratio, read_ratios, to_settings
from storage import people, reports
from storage import register as queries
from storage.tables import Campaign, ExpectedReport, Media, Period
from storage.uow import Row, table
from tests.reporting.office import COLUMNS, SURVEY, Office, add_version, at, open_office

HOUSE = Ratio.from_cells(
    {
        "name": "house", "of": "houses_value", "per": "charity_houses_repaired", "min": "5000000",
        "max": "200000000", "unit": "đồng", "label::vi": "Giá trị một căn nhà",
    },
    ["houses_value", "charity_houses_repaired"],
)  # fmt: skip
MORE_QUESTIONS = [
    {"type": "image", "name": "photo", "label": "Ảnh"},
    {"type": "begin_repeat", "name": "house", "label": "Căn nhà"},
    {"type": "text", "name": "owner", "label": "Nhà của ai?"},
    {"type": "text", "name": "commune", "label": "Xã nào?"},
    {"type": "geopoint", "name": "place", "label": "Nhà ở đâu?"},
    {"type": "integer", "name": "beds", "label": "Mấy giường?"},
    {"type": "end_repeat"},
]
MORE_COLUMNS = {
    "owner": {"same": "yes"}, "commune": {"same": "yes"}, "beds": {"indicator": "beds", "unit": "giường"},
}  # fmt: skip
LOOKS = "f0f0f0f00f0f0f0f"
LOOKS_NEAR = "f0f0f0f00f0f0f00"
LOOKS_FAR = "f0f0f0f00f0f0000"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """With pictures and houses in the form, a ratio, and a reporter in each of two districts."""
    opened = await open_office(tmp_path)
    async with opened.work(at(14)) as uow:
        schedule = (await opened.form(uow))["schedule"]
        opened.version_id = await add_version(
            uow, opened.form_id, [*SURVEY, *MORE_QUESTIONS], schedule, {**COLUMNS, **MORE_COLUMNS}
        )
        await uow.run(update(table(Campaign)).values(settings=to_settings({"daily": [HOUSE]})))
        for code in ("go", "hoa"):
            unit = opened.units[code]["id"]
            await people.join(uow, channel="web", address=code, name="Lê Văn Mẫu", unit_id=unit, role="reporter")
    await opened.open_periods(at(31))
    yield opened
    await opened.database.close()


async def owed(office: Office, uow: Any, unit: str, day: int) -> Row:
    t, p = table(ExpectedReport), table(Period)
    query = select(t.c.id).join(p, p.c.id == t.c.period_id).where(
        t.c.unit_id == office.units[unit]["id"], p.c.name == f"2022-12-{day:02}"
    )  # fmt: skip
    found = await queries.expected(uow, (await uow.fetch(query))[0]["id"])
    assert found is not None
    return found


async def odd(office: Office, unit: str, day: int, answers: Mapping[str, Any]) -> list[Finding]:
    """What is found when the unit is about to send these answers for a day."""
    async with office.work(at(day)) as uow:
        form = await office.library.form(uow, office.version_id)
        return await oddities.find(uow, form, await owed(office, uow, unit, day), answers, {})


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


# --- ratios ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("repaired", "value", "found"),
    [
        (2, 80_000_000, []),
        (2, 800_000_000, ["400000000"]),
        (1, 40_000, ["40000"]),
        (0, 40_000_000, []),
        (None, 40_000_000_000, []),
        (3, None, []),
        (1, 200_000_000, []),
    ],
)
async def test_a_ratio_outside_its_range(
    office: Office, repaired: int | None, value: int | None, found: list[str]
) -> None:
    given = {"repaired": repaired, "value": value}
    seen = await odd(office, "go", 16, {name: number for name, number in given.items() if number is not None})
    assert [(f.code, f.value) for f in seen] == [(Code.RATIO, value) for value in found]
    assert all(f.than["paths"] == ["/data/value", "/data/repaired"] for f in seen)


SANITY = """
| sanity |
| | name | of | per | min | max | unit | label::Tiếng Việt (vi) |
"""


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("| | a | value | houses | 5 | 9 | đồng | |", "column of: 'value' is not an indicator of the form"),
        ("| | a | houses | roads + nothing | 5 | | | |", "column per: 'nothing' is not an indicator"),
        ("| | a | houses | roads | five | | | |", "column min: 'five' is not a number such as"),
        ("| | a | houses | roads | 5 | -1 | | |", "column max: '-1' is not a number"),
        ("| | a | houses | roads | NaN | | | |", "column min: 'NaN' is not a number"),
        ("| | a | houses | roads | 9 | 5 | | |", "column min: '9' is not below the max '5'"),
        ("| | a | houses | roads | | | | |", "is not given, nor is max"),
        ("| | | houses | roads | 1 | | | |", "column name: '' is not a name"),
        ("| | good | houses | roads | 1 | | | |", "column name: 'good' is not new"),
    ],
)
def test_a_bad_row_is_named_by_sheet_and_row(tmp_path: Path, row: str, problem: str) -> None:
    file = tmp_path / "form.md"
    file.write_text(f"{SANITY}| | good | houses | roads | 1 | 2.5 | km | Nhà |\n{row}\n", encoding="utf-8")
    problems: list[str] = []
    found = read_ratios("form.md", read_sheets(file), ["houses", "roads"], problems)
    assert [(ratio.name, str(ratio.high), ratio.label) for ratio in found] == [("good", "2.5", {"vi": "Nhà"})]
    assert len(problems) == 1
    assert problems[0].startswith("form.md: sanity, row 3: ")
    assert problem in problems[0]


DUE = """
| deadlines |
| | repeat | from | until | due | covers | closes | kinds |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | huyện |
"""
CAMPAIGN = """
| campaign |
| | key | value |
| | name | Đợt mẫu |
| | prefix | M |
| | unit | P |
"""


def _form(indicator: str) -> str:
    return f"""
| survey |
| | type | name | label | indicator |
| | integer | n1 | Bao nhiêu? | {indicator} |
| | integer | n2 | Bao nhiêu tiền? | {indicator}_value |
"""


def _folder(folder: Path, shared: str, own: str = "") -> Path:
    files = {"campaign": CAMPAIGN + DUE + SANITY + shared, "gifts": _form("gifts") + own, "roads": _form("roads")}
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def test_ratios_of_the_campaign_are_those_of_the_forms_that_have_the_numbers(tmp_path: Path) -> None:
    shared = "| | a | gifts_value | gifts | 5 | | | |\n| | b | roads_value | roads | 5 | | | |\n"
    own = SANITY + "| | c | gifts_value | gifts | | 9 | | |\n"
    pack = read_pack(_folder(tmp_path, shared, own))
    assert [(form.slug, [ratio.name for ratio in form.sanity]) for form in pack.forms] == [
        ("gifts", ["c", "a"]),
        ("roads", ["b"]),
    ]


def test_a_pack_with_a_bad_ratio_is_not_loaded(tmp_path: Path) -> None:
    shared = "| | a | gifts_value | houses | 5 | | | |\n"
    own = SANITY + "| | c | roads | gifts | | 9 | | |\n"
    with pytest.raises(PackError) as error:
        read_pack(_folder(tmp_path, shared, own))
    assert [problem.partition(": column")[0] for problem in error.value.problems] == [
        "gifts.md: sanity, row 2",
        "campaign.md: sanity, row 2",
    ]


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


async def test_it_takes_a_handful_of_statements_none_of_which_reads_all_reports(office: Office) -> None:
    await days(office, *[5] * 8)
    await picture(office, "p/old", "go", "aa", LOOKS)
    await office.report("go", 15, at(15), {"photo": "p/old"})
    await picture(office, "p/new", "go", "aa", LOOKS, 20)
    said: list[tuple[str, Any]] = []
    async with office.work(at(20)) as uow:
        form, row = await office.library.form(uow, office.version_id), await owed(office, uow, "go", 20)
        event.listen(
            office.database.engine.sync_engine, "before_cursor_execute",
            lambda _conn, _cursor, sql, given, *_: said.append((sql, given)),
        )  # fmt: skip
        for answers, most in (({"children": 5}, 1), ({"children": 5, "photo": "p/new", "house": [{"owner": "x"}]}, 6)):
            said.clear()
            await oddities.find(uow, form, row, answers, {})
            assert len(said) == most
        for sql, given in list(said):
            plan = await uow.conn.exec_driver_sql(f"explain query plan {sql}", given)
            steps = [str(step[3]) for step in plan]
            scanned = {step.split()[1] for step in steps if step.startswith("SCAN")}
            assert scanned <= {"newest", "CONSTANT"}, steps
            assert "newest" not in scanned or "SEARCH report USING INTEGER PRIMARY KEY (rowid=?)" in steps, steps
            assert "newest" not in sql or "newest" in scanned, steps
