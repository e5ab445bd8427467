"""The page for leaders: the digest's numbers, the table of units, a report."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.web.sessions import COOKIE
from handlers.context import Links
from handlers.office.board_link import board_links
from tests.bot.board_site import Answer, BoardSite, board_of
from tests.bot.board_story import PACK, UNITS, report_of, reported, told_of
from tests.campaigns.story import Story
from tests.reporting import test_four_agree as four
from tests.reporting.documents import word
from tests.support.world import LINKS


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[BoardSite]:
    async with reported(tmp_path) as site:
        yield site


# --- the numbers -----------------------------------------------------------------------------------


async def test_page_digest_and_files_agree(tmp_path: Path) -> None:
    async with told_of(tmp_path, four.PACK, four.UNITS) as story:
        for name, unit in (("Lan", "BC"), ("Minh", "GD"), ("Bay", "HT"), ("Hoa", "TC")):
            await story.joins(name, unit)
        await story.joins("Hùng", "TN", "leader")
        async with board_of(story.world) as site:
            await _agree(site, story, "2022-12-16", await four.the_first_day(story))
            await _agree(site, story, "2022-12-17", await four.the_second_day(story))


async def _agree(site: BoardSite, story: Story, day: str, pushed: str) -> None:
    wanted = {name: four.Told(four.said(now), four.said(so_far)) for name, (now, so_far) in four.BY_HAND[day].items()}
    page = await site.sees("Hùng", ngay=day)
    assert _on(await _behind_the_link(site, story)) == _on(page)
    assert four.in_message(pushed) == _on(page) == _on(await site.sees("Hùng")) == wanted
    assert four.in_paper((await site.sees("Hùng", "/bang/word", ngay=day)).body) == wanted
    book = four.in_workbook((await site.sees("Hùng", "/bang/excel")).body)
    assert book == {name: four.Told(None, one.so_far) for name, one in wanted.items()}
    done = re.search(r"<b>(\d+/\d+)</b> đơn vị đã báo cáo", pushed) or re.search(r"(\d+/\d+) đơn vị", pushed)
    assert done and f"{done[1]} đơn vị đã báo cáo" in page.text
    # The table's last line is the digest's, and the lines above it add up to it.
    rows = [page.row(unit)[1:] for unit in page.units()]
    sums = [str(sum(Decimal(four.number_of(row[at]) or 0) for row in rows)) for at in (0, 1)]
    assert sums == [four.number_of(cell) for cell in page.row("Cộng tất cả")[1:]]
    assert sums == [wanted["houses"].day, wanted["houses"].so_far]


async def _behind_the_link(site: BoardSite, story: Story) -> Answer:
    """What the pushed digest's link opens."""
    (link,) = story.last("Hùng").reply.links
    assert link.url.startswith(LINKS.web)
    return await site.get(link.url.removeprefix(LINKS.web), {COOKIE: await site.cookie("Hùng")})


def _on(page: Answer) -> dict[str, four.Told]:
    found = {}
    for name, shown in four.LABELS.items():
        row = re.search(rf'rowheader">{shown}</th>(.*?)</tr>', page.html)
        assert row, shown
        now, so_far = (re.search(rf'data-of="{of}"[^>]*>(?:<b>)?([^<]*)', row[1]) for of in ("now", "so-far"))
        assert now and so_far
        found[name] = four.Told(four.number_of(now[1]), four.number_of(so_far[1]))
    return found


async def test_more_than_the_target_is_not_cut_off(site: BoardSite) -> None:
    page = await site.sees("Hùng")
    assert "🎯 Sửa nhà: 5/4 căn (125 %) · ✅ đã đạt" in page.text
    assert '<rect class="reached" width="100.0" height="8"/>' in page.html
    assert '<rect class="goal" x="79.5"' in page.html


async def test_weeks_months_and_the_whole(site: BoardSite) -> None:
    await site.world.time_is(site.world.clock.now().replace(day=17, hour=10, minute=15))
    assert "2/6 báo cáo đã nhận" in (await site.sees("Hùng", ngay="whole")).text
    assert "2/6 báo cáo đã nhận" in (await site.sees("Hùng", ngay="week")).text
    page = await site.sees("Hùng", ngay="2022-12-16")
    assert "2/3 đơn vị đã báo cáo" in page.text
    assert "/bang?ngay=2022-12-17" in page.links
    assert (await site.sees("Hùng", ngay="2031-01-01")).status == 404


async def test_before_the_first_day_there_is_nothing(tmp_path: Path) -> None:
    async with told_of(tmp_path, PACK, UNITS) as story:
        await story.joins("Hùng", "TN", "leader")
        async with board_of(story.world) as site:
            page = await site.sees("Hùng")
    assert (page.status, "Chưa có số liệu" in page.text) == (200, True)


# --- the table -------------------------------------------------------------------------------------


async def test_filter_and_order_without_a_script(site: BoardSite) -> None:
    assert (await site.sees("Hùng")).units() == ["Bến Cầu", "Gò Dầu"]
    assert (await site.sees("Hùng", loc="ben cau")).units() == ["Bến Cầu"]
    assert (await site.sees("Hùng", tt="khong")).units() == ["Gò Dầu"]
    assert (await site.sees("Hùng", xep="tt")).units() == ["Gò Dầu", "Bến Cầu"]
    nobody = await site.sees("Hùng", loc="Cà Mau")
    assert nobody.units() == []
    assert '<p id="none" role="status">' in nobody.html


async def test_down_to_a_branch_and_up_again(site: BoardSite) -> None:
    board = await site.sees("Hùng")
    down = next(link for link in board.links if "dv=" in link)
    branch = await site.get(down, {"danvan": await site.cookie("Hùng")})
    assert "Huyện đoàn Gò Dầu" in branch.text
    assert "1/2 đơn vị đã báo cáo" in branch.text
    assert branch.units() == ["Gò Dầu (cơ quan)", "Phước Thạnh"]
    assert "⬆ Đơn vị cấp trên" in branch.text


# --- a report --------------------------------------------------------------------------------------


async def test_a_report_with_its_picture(site: BoardSite) -> None:
    report = await report_of(site)
    page = await site.sees("Hùng", report)
    assert "• Nhà sửa: 5 căn" in page.text
    picture = await site.sees("Hùng", f"{report}/tep/1")
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/png")
    assert picture.headers["Cache-Control"] == "private, no-cache"
    assert f'<img src="{report}/tep/1" alt="" loading="lazy">' in page.html
    assert (await site.sees("Hùng", f"{report}/tep/2")).status == 404


async def test_what_is_for_leaders_is_for_leaders(site: BoardSite) -> None:
    report = await report_of(site)
    assert "• Dư luận: Dân <b>ủng hộ</b> & vui" in (await site.sees("Hùng", report)).text
    of_office = await site.sees("Mai", report)
    assert of_office.status == 200
    assert "Dư luận" not in of_office.text
    # So in the workbook.
    assert "Dư luận" in _cells((await site.sees("Hùng", "/bang/excel")).body)
    assert "Dư luận" not in _cells((await site.sees("Mai", "/bang/excel")).body)


def _cells(content: bytes) -> str:
    book = load_workbook(BytesIO(content), read_only=True)
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


async def test_files_have_their_names(site: BoardSite) -> None:
    excel = await site.sees("Hùng", "/bang/excel")
    assert re.fullmatch(r'attachment; filename="pack-20221216-1015\.xlsx"', excel.headers["Content-Disposition"])
    paper = await site.sees("Hùng", "/bang/word")
    assert paper.headers["Content-Disposition"].endswith('.docx"')
    assert "Huyện đoàn Bến Cầu" in "\n".join(word(paper.body))


async def test_who_may_not_see_the_page_is_shown_no_way_there(site: BoardSite) -> None:
    """Nor is Telegram given an address that it would refuse."""
    for name, links in (("Hùng", 1), ("Lan", 0)):
        await site.world.says(name, "/tonghop")
        assert len(site.world.channel.chats[name][-1].reply.links) == links
    office, tr = site.world.office, site.world.office.translators["vi"]
    for web, telegram, links in (("", "", 0), ("http://127.0.0.1:8080", "", 1), ("http://127.0.0.1:8080", "a_bot", 0)):
        assert len(board_links(replace(office, links=Links(web, telegram)), tr, 1, "today")) == links
