"""The page for leaders: the digest's numbers, the own branch and nothing else, whatever stands in the address."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from bot.web.sessions import COOKIE
from handlers.context import Links
from handlers.office.board_link import board_links
from storage.tables import Account, Member, Unit
from storage.uow import table
from tests.bot.board_site import Answer, BoardSite, board_of
from tests.bot.kit import photo
from tests.campaigns.story import Story, told
from tests.reporting import test_four_agree as four
from tests.reporting.documents import word
from tests.support.world import LINKS

PACK = """
| campaign |
| | key | value |
| | name | Dân vận |
| | prefix | DV |
| | unit | TN |
| targets |
| | target | kind | indicator | amount | label |
| | repaired | tổng | houses | 4 | Sửa nhà |
| deadlines |
| | repeat | from | until | due | covers | closes | kinds | nothing |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | huyện, xã | yes |
| survey |
| | type | name | label | short | indicator | unit | audience | required |
| | integer | houses | Bao nhiêu nhà? | Nhà sửa | houses | căn | | |
| | image | picture | Gửi ảnh | Ảnh | | | | |
| | text | opinion | Dư luận thế nào? | Dư luận | | | leaders | |
"""
UNITS = """code,name,short_name,kind,parent
TN,Tỉnh đoàn Tây Ninh,Tây Ninh,tỉnh,
BC,Huyện đoàn Bến Cầu,Bến Cầu,huyện,TN
GD,Huyện đoàn Gò Dầu,Gò Dầu,huyện,TN
PT,Đoàn xã Phước Thạnh,Phước Thạnh,xã,GD
"""

PEOPLE = (
    ("Lan", "BC", "reporter"), ("Bay", "PT", "reporter"), ("Hùng", "TN", "leader"), ("Mai", "TN", "officer"),
    ("Dung", "GD", "leader"),
)  # fmt: skip


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[BoardSite]:
    """Lan (Bến Cầu) has reported 5 houses, a picture and an opinion; Bay (Phước Thạnh) nothing took place."""
    async with told_of(tmp_path, PACK, UNITS) as story:
        await morning(story)
        async with board_of(story.world) as site:
            yield site


async def morning(story: Story) -> None:
    """Until a quarter past ten."""
    for name, unit, role in PEOPLE:
        await story.joins(name, unit, role)
    await story.time_is("2022-12-16 08:00")
    await story.does("Lan", "/baocao", "[📝 Báo cáo ngay]", "5")
    await story.world.sends_photo("Lan", await story.world.media.keep_photo(photo(), "lan"))
    await story.sends("Lan", "Dân <b>ủng hộ</b> & vui")
    await story.does("Bay", "/baocao", "[Không phát sinh]")
    await story.time_is("2022-12-16 10:15")


def told_of(folder: Path, pack: str, units: str) -> AbstractAsyncContextManager[Story]:
    """The story of a pack that is written here."""
    (folder / "pack").mkdir()
    (folder / "pack/form.md").write_text(pack, encoding="utf-8")
    (folder / "pack/units.csv").write_text(units, encoding="utf-8")
    return told(str(folder / "pack"), folder, "2022-12-15 11:00")


async def report_of(site: BoardSite, name: str = "Bến Cầu") -> str:
    """The path of a unit's report, as the board links it."""
    found = await site.sees("Hùng")
    return re.findall(rf'<a href="(/bang/bao-cao/\d+)">{name}</a>', found.html)[0]


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


# --- who may see what ------------------------------------------------------------------------------


async def test_strangers_and_reporters_are_told_where_to_go(site: BoardSite) -> None:
    stranger = await site.sees("")
    assert stranger.status == 403
    assert "gõ /bang" in stranger.text
    reporter = await site.sees("Lan")
    assert reporter.status == 403
    assert "Đồng chí báo cáo trong khung trò chuyện" in reporter.text
    assert "/" in reporter.links
    for page in (stranger, reporter):
        assert "Bến Cầu" not in page.text
        assert page.headers["Cache-Control"] == "no-store"


async def test_a_forged_cookie_is_nobody(site: BoardSite) -> None:
    real = await site.cookie("Hùng")
    for forged in (real[:-2] + "xx", "x", real.partition(".")[0]):
        assert (await site.get("/bang", {"danvan": forged})).status == 403
        assert (await site.get("/bang", {"danvan_bang": forged})).status == 403


async def test_nobody_else_gets_any_of_it(site: BoardSite) -> None:
    report = await report_of(site)
    for path in (report, f"{report}/tep/1", "/bang/excel", "/bang/word"):
        assert [(await site.sees(who, path)).status for who in ("", "Lan")] == [403, 403]


async def test_a_leader_sees_the_own_branch_alone(site: BoardSite) -> None:
    own = await site.sees("Dung")
    assert own.units() == ["Gò Dầu (cơ quan)", "Phước Thạnh"]
    assert "Bến Cầu" not in own.text
    report = await report_of(site)
    for path in (report, f"{report}/tep/1"):
        assert (await site.sees("Dung", path)).status == 404
    ids = await _ids(site)
    for unit in ("TN", "BC"):
        for path in ("/bang", "/bang/excel", "/bang/word"):
            assert (await site.sees("Dung", path, dv=ids[unit])).status == 404
    assert (await site.sees("Dung", dv=ids["PT"])).status == 200


async def test_other_ids_say_no_more_than_ids_of_others(site: BoardSite) -> None:
    report, ids = await report_of(site), await _ids(site)
    there, nowhere = await site.sees("Dung", report), await site.sees("Dung", "/bang/bao-cao/987654")
    assert there.body == nowhere.body
    assert (await site.sees("Dung", dv=ids["BC"])).body == (await site.sees("Dung", dv=987654)).body


async def _ids(site: BoardSite) -> dict[str, int]:
    async with site.world.unit_of_work() as uow:
        t = table(Unit)
        return {row["code"]: row["id"] for row in await uow.fetch(t.select())}


async def test_who_was_cut_off_or_has_no_role_any_more_is_out_at_once(site: BoardSite) -> None:
    cookie = {"danvan": await site.cookie("Hùng")}
    assert (await site.get("/bang", cookie)).status == 200
    t = table(Account)
    async with site.world.unit_of_work() as uow:
        await uow.run(update(t).where(t.c.address == "web-Hùng").values(cut_at=uow.now))
    assert (await site.get("/bang", cookie)).status == 403
    cookie, m = {"danvan": await site.cookie("Mai")}, table(Member)
    async with site.world.unit_of_work() as uow:
        await uow.run(update(m).where(m.c.role == "officer").values(ended_at=uow.now))
    assert (await site.get("/bang", cookie)).status == 403


# --- at the edges ----------------------------------------------------------------------------------


ODD = [
    {"dv": "-1"}, {"dv": "9" * 40}, {"dv": "٣"}, {"bieu": "1 or 1=1"}, {"bieu": "77"}, {"ngay": "../../etc"},
    {"ngay": "2022-13-45"}, {"ngay": "0000-00-00"}, {"so": "'; drop table unit"}, {"tt": "x"}, {"xep": "x" * 500},
    {"loc": "\x00%"}, {"as": "Hùng"}, {"ngay": "2022-W99"},
]  # fmt: skip


async def test_whatever_stands_in_the_address(site: BoardSite) -> None:
    for query in ODD:
        assert (await site.sees("Hùng", **query)).status in (200, 404), query
    for path in ("x", "-1", "1/tep/x", "٣", "9" * 40):
        assert (await site.sees("Hùng", f"/bang/bao-cao/{path}")).status == 404


async def test_nothing_foreign_becomes_markup(site: BoardSite) -> None:
    t = table(Unit)
    async with site.world.unit_of_work() as uow:
        await uow.run(update(t).where(t.c.code == "BC").values(short_name='<img src=x onerror="alert(1)">'))
    page = await site.sees("Hùng", loc='"><script>alert(2)</script>', so='"><i>')
    for bad in ("<img", "<script>", "<i>"):
        assert bad not in page.html
    assert "&lt;img src=x" in page.html
    assert 'value="&#34;&gt;&lt;script&gt;' in page.html


async def test_pages_run_nothing_of_others_and_are_not_kept(site: BoardSite) -> None:
    pages = [await site.sees("Hùng"), await site.sees("Hùng", await report_of(site)), await site.sees(""),
             await site.get("/bang/telegram", {})]  # fmt: skip
    for page in pages:
        policy = page.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|//(?!www\.w3)", page.html)
