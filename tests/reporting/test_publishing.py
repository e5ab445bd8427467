"""A campaign that runs is loaded again: what changed is told, what would make reports lie is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from reporting.campaigns.pack import PackError
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import Saved, save_pack
from reporting.library import Library
from storage import plans, register, reports, snapshots
from storage.engine import Database
from storage.tables import Draft, FormRecord, FormVersion, Member, Unit
from storage.uow import UnitOfWork, table
from tests.reporting.packs import NOW, SOUND, reported, work, written

PICTURE = b"\x89PNG\r\n\x1a\n a picture"
SURVEY = """
| settings |
| | version |
| | 7 |
| survey |
| | type | name | label | indicator | unit |
| | integer | houses | Bao nhiêu căn nhà? | houses | căn |
| | integer | money | Trị giá? | money | đồng |
| | text | note | Ghi chú? | | |
"""
OLD = SOUND["daily.md"].partition("| survey |")[0] + SURVEY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "mau", {**SOUND, "daily.md": OLD})


async def loaded(database: Database, folder: Path, *edits: tuple[str, str], media: Mapping[Path, str] = {}) -> Saved:
    """Load the pack with its sheet edited."""
    text = OLD
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    written(folder, {"daily.md": text})
    async with work(database) as uow:
        return await save_pack(uow, read_pack(folder), media=media)


async def refused(database: Database, folder: Path, *edits: tuple[str, str]) -> list[str]:
    before = await live(database)
    with pytest.raises(PackError) as caught:
        await loaded(database, folder, *edits)
    assert await live(database) == before
    return caught.value.problems


async def live(database: Database) -> list[tuple[int, int]]:
    """The version in use, and how many there are."""
    async with work(database) as uow:
        found = await uow.fetch(select(table(FormRecord).c.version_id))
        return [(row["version_id"], len(await uow.fetch(select(table(FormVersion).c.id)))) for row in found]


async def reports_come_in(database: Database) -> None:
    async with work(database) as uow:
        await reported(uow, "H", "5")


MONEY_IN_MILLIONS = ("| đồng |", "| triệu đồng |")
NOTE_IS_A_DATE = ("| text | note |", "| date | note |")
NO_HOUSES = ("| houses | căn |", "| | căn |")


async def test_what_changed_is_told(database: Database, folder: Path) -> None:
    first = await loaded(database, folder)
    assert [(form.slug, form.version, form.is_first, form.changes) for form in first.forms] == [
        ("daily", "7", True, ())
    ]
    again = await loaded(database, folder)
    assert [(form.is_new, form.changes, form.other_parts) for form in again.forms] == [(False, (), ())]
    (form,) = (await loaded(database, folder, NOTE_IS_A_DATE, MONEY_IN_MILLIONS, ("| 10:15 |", "| 10:30 |"))).forms
    assert [change.code for change in form.changes] == ["kind_changed", "indicator_unit"]
    assert form.other_parts == ("schedule",)
    (form,) = (await loaded(database, folder, NOTE_IS_A_DATE, MONEY_IN_MILLIONS, ("| 7 |", "| 8 |"))).forms
    assert (form.version, form.changes, form.other_parts) == ("8", (), ("schedule",))
    (form,) = (await loaded(database, folder, NOTE_IS_A_DATE, MONEY_IN_MILLIONS, ("| 7 |", "| 9 |"))).forms
    assert (form.is_new, form.changes, form.other_parts) == (True, (), ("details",))


async def test_reports_forbid_what_would_make_them_lie(database: Database, folder: Path) -> None:
    await loaded(database, folder)
    await reports_come_in(database)
    assert await refused(database, folder, NO_HOUSES, NOTE_IS_A_DATE) == [
        "daily.md: survey, row 2: reports add up in the indicator “houses”: keep the row of “houses” with it, and if "
        "it is to be asked no more, write false() in the column relevant",
        "daily.md: survey, row 4: reports have answered “note” as text: it cannot become date, so give this one a new "
        "name",
    ]


async def test_what_no_report_has_answered_may_change(database: Database, folder: Path) -> None:
    """The one report left the money out, so nothing adds up in it yet."""
    await loaded(database, folder)
    await reports_come_in(database)
    (form,) = (await loaded(database, folder, MONEY_IN_MILLIONS)).forms
    assert [change.code for change in form.changes] == ["indicator_unit"]


async def test_the_advice_can_be_followed(database: Database, folder: Path) -> None:
    await loaded(database, folder)
    await reports_come_in(database)
    more = ("| indicator | unit |", "| indicator | unit | relevant |")
    ended = ("| houses | căn |", "| houses | căn | false() |\n| | integer | homes | Mấy hộ? | homes | hộ | |")
    assert [form.is_new for form in (await loaded(database, folder, more, ended)).forms] == [True]


async def test_a_name_that_comes_back_is_held_against_the_reports_that_used_it(
    database: Database, folder: Path
) -> None:
    await loaded(database, folder)
    await reports_come_in(database)
    await loaded(database, folder, ("| | text | note | Ghi chú? | | |\n", ""))
    assert len(await refused(database, folder, NOTE_IS_A_DATE)) == 1


async def test_a_draft_that_can_still_be_sent_counts_as_a_report(database: Database, folder: Path) -> None:
    await loaded(database, folder)
    await reports_come_in(database)
    async with work(database) as uow:
        (version,) = await uow.fetch(select(table(FormVersion)))
        (form,) = await plans.live_forms(uow)
        period = (await register.periods(uow, form["id"]))[0]
        (report,) = await reports.of_form(uow, form["id"], "/")
        (member,) = await uow.fetch(select(table(Member).c.id))
        values = {"member_id": member["id"], "expected_id": report["expected_id"], "version_id": version["id"]}
        await uow.run(insert(table(Draft)).values(**values, report_id=report["id"], state={}, updated_at=NOW))
    assert len(await refused(database, folder, MONEY_IN_MILLIONS)) == 1
    async with database.write() as conn:
        uow = UnitOfWork(conn, period["closes_at"] + timedelta(seconds=1))
        assert (await save_pack(uow, read_pack(folder))).new_versions == ("daily",)


async def test_one_refused_form_holds_back_the_whole_pack(database: Database, folder: Path) -> None:
    await loaded(database, folder)
    await reports_come_in(database)
    written(folder, {"weekly.md": SOUND["daily.md"], "units.csv": SOUND["units.csv"].replace("Hòa Mẫu", "Hòa Khác")})
    assert len(await refused(database, folder, NO_HOUSES)) == 1
    async with work(database) as uow:
        assert [row["slug"] for row in await uow.fetch(select(table(FormRecord)))] == ["daily"]
        assert [row["short_name"] for row in await uow.fetch(select(table(Unit)).order_by(table(Unit).c.id))] == [
            "Mẫu",
            "Hòa Mẫu",
        ]


# --- what labels show ------------------------------------------------------------------------------


SHOWN = (
    ("| indicator | unit |", "| indicator | unit | media::image |"),
    ("| houses | căn |", "| houses | căn | nhà.png |"),
)


async def kept(database: Database, media_id: str, content: bytes) -> str:
    """As the bot's store notes a file that it keeps."""
    row = {"id": media_id, "sha256": hashlib.sha256(content).hexdigest(), "mime": "image/png", "size": 1, "name": ""}
    async with work(database) as uow:
        await snapshots.keep_media(uow, row)
    return media_id


async def shown(database: Database, library: Library) -> Mapping[str, str]:
    async with work(database) as uow:
        (row,) = await uow.fetch(select(table(FormRecord).c.version_id))
        return await library.media(uow, row["version_id"])


async def test_a_picture_is_wanted_once_and_remembered(database: Database, folder: Path) -> None:
    picture = folder / "nhà.png"
    picture.write_bytes(PICTURE)
    assert (await loaded(database, folder, *SHOWN)).unkept == (picture,)
    assert await shown(database, Library()) == {}
    ids = {picture: await kept(database, "p/1", PICTURE)}
    again = await loaded(database, folder, *SHOWN, media=ids)
    assert (again.unkept, again.new_versions) == ((), ())
    assert await shown(database, Library()) == {"images/nhà.png": "p/1"}
    # The next version shows the same file: nobody has to keep it twice.
    assert (await loaded(database, folder, *SHOWN, ("| 7 |", "| 8 |"))).unkept == ()
    assert await shown(database, Library()) == {"images/nhà.png": "p/1"}


async def test_another_picture_of_the_same_name_is_another_version(database: Database, folder: Path) -> None:
    picture = folder / "nhà.png"
    picture.write_bytes(PICTURE)
    await loaded(database, folder, *SHOWN, media={picture: await kept(database, "p/1", PICTURE)})
    picture.write_bytes(PICTURE + b" of a house")
    ids = {picture: await kept(database, "p/2", PICTURE + b" of a house")}
    (form,) = (await loaded(database, folder, *SHOWN, media=ids)).forms
    assert (form.is_new, form.changes, form.other_parts, form.unkept) == (True, (), ("media",), ())
    assert await shown(database, Library()) == {"images/nhà.png": "p/2"}
    picture.write_bytes(PICTURE)
    assert (await loaded(database, folder, *SHOWN)).unkept == ()
    assert await shown(database, Library()) == {"images/nhà.png": "p/1"}


async def test_a_version_without_files_and_one_that_is_not(database: Database, folder: Path) -> None:
    await loaded(database, folder)
    assert await shown(database, Library()) == {}
    async with work(database) as uow:
        with pytest.raises(LookupError):
            await Library().media(uow, 99)
