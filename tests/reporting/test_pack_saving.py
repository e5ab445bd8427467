"""A pack is saved: what is new, what changed, what moves along."""

from __future__ import annotations

import csv
import shutil
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from forms.xlsform import read_workbook
from reporting.campaigns.pack import Pack, PackError
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import Saved, save_pack
from reporting.planning.periods import Schedule
from reporting.register import rebuild_check
from storage.engine import Database
from storage.tables import Campaign, FormRecord, FormVersion, Total, Unit
from storage.uow import table
from tests.reporting.packs import SOUND, TAY_NINH, UNITS, reported, work, workbook_of, written
from tests.support.world import CAMPAIGNS


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
