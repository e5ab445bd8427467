"""The leaders' page: who sees what, whatever stands in the address."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.tables import Account, Member, Unit
from storage.uow import table
from tests.bot.board_site import BoardSite
from tests.bot.board_story import report_of, reported


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[BoardSite]:
    async with reported(tmp_path) as site:
        yield site


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
