"""Campaign packs: all that is wrong is said at once, and saving changes only what is new."""

from __future__ import annotations

import csv
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from forms.sheets import read_sheets
from forms.xlsform import read_workbook
from reporting import register as ledger
from reporting.campaigns.pack import Pack, PackError
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import Saved, save_pack
from reporting.library import Library
from reporting.planning.periods import Schedule
from reporting.register import rebuild_check
from storage import people, register
from storage.engine import Database
from storage.tables import Campaign, FormRecord, FormVersion, Total, Unit
from storage.uow import UnitOfWork, table
from tests.support.world import CAMPAIGNS, ZONE

TAY_NINH = CAMPAIGNS / "tay-ninh-2022"
NOW = datetime(2022, 12, 14, tzinfo=UTC)

UNITS = """code,name,short_name,kind,parent
P,Tỉnh đoàn Mẫu,Mẫu,tỉnh,
H,Huyện đoàn Hòa Mẫu,Hòa Mẫu,huyện,P
"""
CAMPAIGN = """
| campaign |
| | key | value |
| | name | Đợt mẫu |
| | prefix | M |
| | unit | P |
"""
SCHEDULE = """
| deadlines |
| | repeat | from | until | due | covers | closes | kinds |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | huyện |

| reminders |
| | step | when |
| | late | 5m |
| | early | -30m |

| digest |
| | at | to |
| | 10:15 | leader |
"""
SURVEY = """
| survey |
| | type | name | label | indicator |
| | integer | houses | Bao nhiêu căn nhà? | houses |
"""
SOUND = {"units.csv": UNITS, "daily.md": CAMPAIGN + SCHEDULE + SURVEY}


def written(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems_of(path: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        read_pack(path)
    return caught.value.problems


def workbook_of(path: Path, source: Path) -> Path:
    """The same sheets as an Excel file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, sheet in read_sheets(source).items():
        grid = book.create_sheet(name)
        for place, header in enumerate(sheet.headers, 1):
            grid.cell(1, place, header)
            for row in sheet.rows:
                grid.cell(row.number, place, row.cells.get(header))
    book.save(path)
    return path


# --- reading ---------------------------------------------------------------------------------------


def test_a_folder(tmp_path: Path) -> None:
    pack = read_pack(written(tmp_path / "mau", {**SOUND, "README.md": "# not a form", "~$daily.xlsx": "a lock"}))
    assert (pack.slug, pack.campaign["name"]) == ("mau", "Đợt mẫu")
    assert [line.code for line in pack.units] == ["P", "H"]
    (form,) = pack.forms
    assert form.slug == "daily"
    assert [step.name for step in form.schedule.reminders] == ["early", "late"]
    assert form.schedule.digest is not None
    assert form.schedule.digest.after == 15 * 60


def test_several_forms_share_one_campaign_sheet(tmp_path: Path) -> None:
    folder = written(tmp_path / "mau", {**SOUND, "weekly.md": SCHEDULE + SURVEY})
    assert [form.slug for form in read_pack(folder).forms] == ["daily", "weekly"]


def test_the_name_is_the_folder_s_however_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path / "dan-van.2", SOUND)
    monkeypatch.chdir(folder)
    assert [read_pack(path).slug for path in (folder, Path(), Path("../dan-van.2/"))] == ["dan-van.2"] * 3


def test_one_excel_workbook_is_a_pack(tmp_path: Path) -> None:
    book = workbook_of(tmp_path / "ngay.xlsx", TAY_NINH / "daily.md")
    alone, folder = read_pack(book), read_pack(TAY_NINH)
    assert (alone.slug, alone.units, alone.forms[0].slug) == ("ngay", (), "ngay")
    assert alone.campaign == folder.campaign
    assert alone.forms[0].schedule == folder.forms[0].schedule
    assert alone.forms[0].workbook.columns == folder.forms[0].workbook.columns


def test_beginning_on_another_day(tmp_path: Path) -> None:
    schedule = read_pack(written(tmp_path / "mau", SOUND)).moved_to(date(2026, 3, 1)).forms[0].schedule
    assert (schedule.first, schedule.last) == (date(2026, 3, 1), date(2026, 3, 15))


# --- problems --------------------------------------------------------------------------------------


def test_every_problem_of_every_file_at_once(tmp_path: Path) -> None:
    schedule = SCHEDULE.replace("10:00", "mười giờ").replace("| late | 5m |", "| late | soon |")
    survey = SURVEY.replace("| integer |", "| start-geopoint |")
    folder = written(
        tmp_path / "mau",
        {
            "units.csv": UNITS.replace(",huyện,P", ",huyện,Q"),
            "daily.md": CAMPAIGN.replace("| | prefix | M |", "| |  | M |") + schedule + survey,
            "weekly.md": SCHEDULE.replace("leader", "everybody"),
            "yearly.xlsx": "no workbook",
        },
    )
    assert problems_of(folder) == [
        "units.csv, row 3: the parent Q is not in the list",
        "daily.md: campaign, row 3: the key is missing",
        "daily.md: deadlines, row 2: column due: 'mười giờ' is not a time such as 10:00",
        "daily.md: reminders, row 2: column when: 'soon' is not a length of time such as 24h, -30m or 2d",
        "daily.md: survey, row 2: questions of the type “start-geopoint” cannot be asked here",
        "daily.md: survey, row 2: an indicator must stand on an integer, decimal or calculate, not on “start-geopoint”",
        "weekly.md: digest, row 2: column to: 'everybody' is not one of leader, officer, admin",
        "weekly.md: the workbook has no sheet named survey",
        "yearly.xlsx: the file cannot be read as a form: File is not a zip file",
    ]


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ("", "daily.md: deadlines: one row at least is needed, none is there"),
        (
            SCHEDULE.replace("huyện |", "huyện |\n| | once | 2022-12-31 | | 10:00 | 24h | 48h | huyện |"),
            "daily.md: deadlines, row 3: column kinds: 'huyện' is not in one row only",
        ),
        (
            SCHEDULE.replace("| early |", "| late |"),
            "daily.md: reminders, row 3: the step 'late' stands more than once",
        ),
        (SCHEDULE + "| | 11:00 | officer |", "daily.md: digest: 2 rows are of each period; one can stand here"),
        (
            SCHEDULE.replace("| 10:15 |", "| 09:45 |"),
            "daily.md: digest, row 2: column at: '09:45' is not a time at or after the due time 10:00",
        ),
    ],
)
def test_a_schedule_that_cannot_be(tmp_path: Path, schedule: str, problem: str) -> None:
    assert problems_of(written(tmp_path / "mau", {**SOUND, "daily.md": CAMPAIGN + schedule + SURVEY})) == [problem]


def test_a_campaign_needs_name_prefix_and_unit(tmp_path: Path) -> None:
    folder = written(tmp_path / "mau", {**SOUND, "daily.md": SCHEDULE + SURVEY})
    assert problems_of(folder) == [
        f"mau: no `campaign` sheet gives {key!r}" for key in ("name", "prefix", "unit")
    ]  # fmt: skip


def test_nothing_to_read(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "nowhere") == [f"{tmp_path}/nowhere: there is no such file or folder"]
    empty = written(tmp_path / "empty", {"units.csv": UNITS})
    assert problems_of(empty) == [f"{empty}: there is no workbook (.md, .xlsx, .xls) in this folder"]


# --- saving ----------------------------------------------------------------------------------------


@asynccontextmanager
async def work(database: Database) -> AsyncIterator[UnitOfWork]:
    async with database.write() as conn:
        uow = UnitOfWork(conn, NOW)
        yield uow
        await uow.flush()


async def saved(database: Database, pack: Pack) -> Saved:
    async with work(database) as uow:
        return await save_pack(uow, pack)


async def counted(database: Database) -> list[int]:
    """How many units, campaigns, forms and versions there are."""
    async with work(database) as uow:
        models = (Unit, Campaign, FormRecord, FormVersion)
        return [(await uow.fetch(select(func.count().label("n")).select_from(table(m))))[0]["n"] for m in models]


async def test_saving_again_changes_nothing(database: Database) -> None:
    first = await saved(database, read_pack(TAY_NINH))
    assert (first.units, first.new_versions) == (14, ("daily",))
    before = await counted(database)
    again = await saved(database, read_pack(TAY_NINH))
    assert (again.campaign_id, again.units, again.new_versions) == (first.campaign_id, 14, ())
    assert await counted(database) == before == [14, 1, 1, 1]


async def live_version(database: Database) -> int:
    async with work(database) as uow:
        found = await uow.fetch(select(table(FormRecord).c.version_id))
        version_id: int = found[0]["version_id"]
        return version_id


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Bao nhiêu căn nhà?", "Mấy căn nhà?"),
        ("| houses |\n", "| homes |\n"),
        ("| 10:15 |", "| 10:30 |"),
        ("| 48h |", "| 72h |"),
    ],
)
async def test_a_change_makes_a_version_and_going_back_none(
    tmp_path: Path, database: Database, old: str, new: str
) -> None:
    folder = written(tmp_path / "mau", SOUND)
    await saved(database, read_pack(folder))
    first = await live_version(database)
    written(folder, {"daily.md": SOUND["daily.md"].replace(old, new)})
    assert (await saved(database, read_pack(folder))).new_versions == ("daily",)
    assert await live_version(database) != first
    written(folder, SOUND)
    assert (await saved(database, read_pack(folder))).new_versions == ("daily",)
    assert await live_version(database) == first
    assert await counted(database) == [2, 1, 1, 2]


async def test_what_is_no_form_makes_no_version(tmp_path: Path, database: Database) -> None:
    folder = written(tmp_path / "mau", SOUND)
    await saved(database, read_pack(folder))
    written(
        folder,
        {
            "units.csv": UNITS.replace("Hòa Mẫu", "Hòa Khác") + "G,Huyện đoàn Gò Mẫu,,huyện,P\n",
            "daily.md": SOUND["daily.md"].replace("Đợt mẫu", "Đợt hai"),
        },
    )
    assert (await saved(database, read_pack(folder))).new_versions == ()
    async with work(database) as uow:
        units = await uow.fetch(select(table(Unit)).order_by(table(Unit).c.id))
        campaign = (await uow.fetch(select(table(Campaign))))[0]
    assert [u["short_name"] for u in units] == ["Mẫu", "Hòa Khác", "Huyện đoàn Gò Mẫu"]
    assert [u["path"] for u in units] == ["/1/", "/1/2/", "/1/3/"]
    assert units[1]["name_plain"] == "huyen doan hoa khac"
    assert campaign["name"] == "Đợt hai"


async def test_a_unit_that_moves_takes_its_reports_along(tmp_path: Path, database: Database) -> None:
    """Below it may stand units of another pack, and above it are totals that no longer hold its reports."""
    below = UNITS + "G,Huyện đoàn Gò Mẫu,,huyện,P\nX,Đoàn xã Hiệp Mẫu,,huyện,H\n"
    await saved(database, read_pack(written(tmp_path / "mau", {**SOUND, "units.csv": below})))
    async with work(database) as uow:
        await reported(uow, "X", "5")
        await reported(uow, "G", "2")
    assert await kept_totals(database) == {"P": 7, "H": 5, "X": 5, "G": 2}
    moved = UNITS.replace(",huyện,P", ",huyện,G") + "G,Huyện đoàn Gò Mẫu,,huyện,P\n"
    await saved(database, read_pack(written(tmp_path / "mau", {**SOUND, "units.csv": moved})))
    assert await kept_totals(database) == {"P": 7, "G": 7, "H": 5, "X": 5}
    async with work(database) as uow:
        assert await rebuild_check(uow) == []


async def reported(uow: UnitOfWork, code: str, houses: str) -> None:
    unit = await people.unit_by_code(uow, code)
    assert unit
    await ledger.open_periods(uow, ZONE, NOW + timedelta(days=2))
    member = await people.add_member(uow, await people.add_person(uow, "Nguyễn Thị Mẫu"), unit["id"], "reporter")
    owed = (await register.owed(uow, unit["id"], NOW + timedelta(days=2)))[0]
    form = await Library().form(uow, owed["version_id"])
    await ledger.submit(
        uow, form, owed, version_id=owed["version_id"], member_id=member, account_id=None,
        result={"houses": houses}, marks={},
    )  # fmt: skip


async def kept_totals(database: Database) -> dict[str, int]:
    async with work(database) as uow:
        query = select(table(Unit).c.code, table(Total).c.amount).join(table(Unit), table(Unit).c.id == Total.unit_id)
        return {row["code"]: int(row["amount"]) for row in await uow.fetch(query)}


async def test_a_campaign_of_a_unit_that_nobody_knows(tmp_path: Path, database: Database) -> None:
    folder = written(tmp_path / "mau", {"daily.md": SOUND["daily.md"]})
    with pytest.raises(PackError, match=r"mau: campaign: the unit 'P' is neither in units\.csv nor known"):
        await saved(database, read_pack(folder))


async def test_a_workbook_may_lean_on_units_that_are_known(tmp_path: Path, database: Database) -> None:
    await saved(database, read_pack(TAY_NINH))
    await saved(database, read_pack(workbook_of(tmp_path / "ngay.xlsx", TAY_NINH / "daily.md")))
    assert await counted(database) == [14, 2, 2, 2]


def test_the_list_of_units_may_be_saved_by_excel(tmp_path: Path) -> None:
    folder = tmp_path / "mau"
    shutil.copytree(TAY_NINH, folder)
    with (TAY_NINH / "units.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    with (folder / "units.csv").open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target, delimiter=";").writerows(rows)
    assert read_pack(folder).units == read_pack(TAY_NINH).units


def test_forms_from_elsewhere_share_the_deadlines_of_the_campaign(tmp_path: Path) -> None:
    """As Kobo gives them out: a workbook, a CSV file, an XForm; none of them knows of a campaign."""
    form = "| survey |\n| | type | name | label |\n| | integer | homes | Homes? |\n"
    (tmp_path / "kobo.md").write_text(form, encoding="utf-8")
    (tmp_path / "raw.xml").write_text(read_workbook(tmp_path / "kobo.md").xform_xml, encoding="utf-8")
    (tmp_path / "sheet.csv").write_text("survey,,,\n,type,name,label\n,integer,homes,Homes?\n", encoding="utf-8")
    (tmp_path / "towns.csv").write_text("name,label\na,A\n", encoding="utf-8")
    (tmp_path / "campaign.md").write_text(
        "| campaign |\n| | key | value |\n| | name | Homes |\n| | prefix | H |\n| | unit | TN |\n"
        "| deadlines |\n| | repeat | from | until | due | covers | closes | kinds |\n"
        "| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | huyện |\n",
        encoding="utf-8",
    )
    pack = read_pack(tmp_path)
    assert [form.slug for form in pack.forms] == ["kobo", "raw", "sheet"]
    assert {form.schedule.due for form in pack.forms} == {time(10)}
    assert pack.campaign["name"] == "Homes"


def test_forms_have_names_where_a_campaign_has_several_and_what_registers_is_not_repeated() -> None:
    several = {form.slug: form.schedule for form in read_pack(CAMPAIGNS / "bao-yen-2022-2025").forms}
    assert {slug: schedule.again for slug, schedule in several.items()} == {
        "annual": True, "commendation": False, "registration": False, "review": False,
    }  # fmt: skip
    assert all(schedule.title for schedule in several.values())
    (only,) = read_pack(TAY_NINH).forms
    assert (only.schedule.title, only.schedule.again) == ("", True)
    assert Schedule.from_json(several["review"].to_json()) == several["review"]
