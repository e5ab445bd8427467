"""The good examples of a month, as a list on paper."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from textwrap import wrap

import pytest
from openpyxl import load_workbook

from reporting.documents.stories import write_xlsx
from reporting.stories import monthly
from reporting.stories.texts import LONGEST
from storage import story_posts
from storage.tables import GroupChat
from tests.reporting.good_examples import approve, told
from tests.reporting.office import Office, at
from tests.reporting.offices import office_until
from tests.reporting.words import ZONE
from tests.support.world import TRANSLATORS

TOLD = "Trả lại ví tiền cho cụ già"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_until(tmp_path, at(16, "11:00")) as office:
        yield office


async def _december(office: Office) -> monthly.Month:
    async with office.work(at(31, "17:00")) as uow:
        await uow.insert(GroupChat, channel="test", chat="-1", title="Đoàn Bến Cầu")
    await told(office, "ben", at(15, "09:00"), '=HYPERLINK("http://x") kể chuyện', ["p/1", "p/2"])
    await told(office, "tan", at(16, "23:30"), TOLD * 20)
    await told(office, "go", at(17, "09:00"), "Chưa ai duyệt")
    first = await approve(office, at(15, "10:00"), '=HYPERLINK("http://x") kể chuyện', groups=[1, 7], week="2022-W50")
    await approve(office, at(31, "23:59"), TOLD * 20)
    async with office.work(at(16, "12:00")) as uow:
        await story_posts.tap(uow, first, "test", "a")
        return await monthly.of_month(uow, office.units["province"]["id"], "2022-12", ZONE)


async def test_the_list_of_a_month(office: Office) -> None:
    found = await _december(office)
    assert [(one.unit, one.pictures, one.reactions, one.week, one.groups) for one in found.stories] == [
        ("Huyện đoàn Bến Cầu", 2, 1, "2022-W50", ("Đoàn Bến Cầu",)),
        ("Huyện đoàn Tân <Châu> & con", 0, 0, None, ()),
    ]
    async with office.work(at(31)) as uow:
        assert (await monthly.of_month(uow, office.units["go"]["id"], "2022-12", ZONE)).stories == []
        january = await monthly.of_month(uow, office.units["province"]["id"], "2023-01", ZONE)
        assert january.stories == []
        for unit, month in ((999, "2022-12"), (1, "2022-W50"), (1, "tháng 12"), (1, "2022-13")):
            with pytest.raises(LookupError):
                await monthly.of_month(uow, unit, month, ZONE)


async def test_the_file_is_for_paper_and_runs_nothing(office: Office) -> None:
    found = await _december(office)
    page = load_workbook(BytesIO(write_xlsx(found, TRANSLATORS["en"]))).active
    assert page
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0] == [
        "No.", "Unit", "Told by", "Date", "Story", "Pictures", "Reactions", "Story of the week", "Posted in",
    ]  # fmt: skip
    assert rows[1] == [
        1, "Huyện đoàn Bến Cầu", "Nguyễn Thị Mẫu", datetime(2022, 12, 15),  # noqa: DTZ001
        '=HYPERLINK("http://x") kể chuyện', 2, 1,
        "week 50", "Đoàn Bến Cầu",
    ]  # fmt: skip
    assert rows[2][3] == datetime(2022, 12, 16)  # noqa: DTZ001
    assert page.cell(2, 5).data_type == "s"
    assert (page.page_setup.orientation, page.page_setup.paperSize, page.print_title_rows) == ("landscape", 9, "$1:$1")
    assert page.oddHeader
    assert "month 12/2022" in str(page.oddHeader.center.text)


async def test_the_longest_story_stands_whole_on_paper(office: Office) -> None:
    longest = ("Chi đoàn ấp Bàu Tràm dọn đường, trồng hoa.\n" * 60)[:LONGEST]
    await told(office, "ben", at(15, "09:00"), longest)
    await approve(office, at(15, "10:00"), longest, groups=[1])
    async with office.work(at(31, "17:00")) as uow:
        found = await monthly.of_month(uow, office.units["province"]["id"], "2022-12", ZONE)
    page = load_workbook(BytesIO(write_xlsx(found, TRANSLATORS["vi"]))).active
    assert page
    lines = wrap(str(page.cell(2, 5).value), int(page.column_dimensions["E"].width) - 2)
    assert "".join(lines).replace(" ", "") == "".join(longest.split())
    height = page.row_dimensions[2].height
    assert height
    assert 15 * len(lines) <= height < 409
    assert sum(page.column_dimensions[letter].width for letter in "ABCDEFGHI") < 220, "or it is too small to be read"


async def test_nothing_is_told_of_before_and_after_a_month(office: Office) -> None:
    await told(office, "ben", at(1), TOLD)
    await approve(office, at(1, "00:00"), TOLD)
    await told(office, "ben", at(1), "Chuyện tháng trước")
    await approve(office, at(1, "00:00") - timedelta(seconds=1), "Chuyện tháng trước")
    async with office.work(at(31)) as uow:
        december = await monthly.of_month(uow, office.units["province"]["id"], "2022-12", ZONE)
    assert [one.text for one in december.stories] == [TOLD]
