"""`run` and `demo`: they serve, stop, and go on where they were."""

from __future__ import annotations

import codecs
import csv
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.__main__ import cli
from tests.bot.site import Page
from tests.cli.kit import Serving, bot, query, serving
from tests.support.database import engine_in_use

MORNING = "2022-12-16T08:00+07:00"
NEARLY_DUE = "2022-12-16T09:55+07:00"
COUNTS = "select (select count(*) from member), (select count(*) from report), (select count(*) from campaign)"


def quiet() -> list[tuple[str, str]]:
    """The log of a run in which nothing was wrong."""
    leads = ["this process leads now"] if engine_in_use() == "postgres" else []
    return [("info", event) for event in ("started", *leads, "stopped")]


@asynccontextmanager
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """A browser with its own cookies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


@asynccontextmanager
async def page(session: aiohttp.ClientSession, at: Serving, who: str = "") -> AsyncIterator[Page]:
    """Open the page as somebody: of the demo `who`, else as this browser's own session."""
    async with session.get(f"{at.address}/") as answer:
        assert answer.status == 200
    address = f"{at.address}/chat/ws" + (f"?as={who}" if who else "")
    async with session.ws_connect(address, origin=at.address) as socket:
        opened = Page(socket)
        await opened.sends({"type": "hello", "after": 0})
        yield opened


async def hears(page: Page, words: str) -> dict[str, Any]:
    """The next message with these words in it."""
    while words not in (message := await page.hears())["html"]:
        pass
    return message


async def presses(page: Page, message: dict[str, Any], label: str) -> None:
    (action,) = [choice["action"] for row in message["choices"] for choice in row if choice["label"] == label]
    key = f"{message['id']}/{action}"
    await page.sends({"type": "button", "key": key, "message": message["id"], "action": action})
    await page.acked(key)


async def joins(page: Page, code: str) -> None:
    await page.says(f"/start {code}", "join")
    await presses(page, await hears(page, "Đúng đơn vị"), "Đúng, tham gia")
    await presses(page, await hears(page, "tên gì"), "Bỏ qua")
    await hears(page, "Xong.")


def invited(office: Path, unit: str, role: str) -> str:
    return bot(office, "invite", unit, "--role", role).out.splitlines()[0]


# --- run -------------------------------------------------------------------------------------------


async def test_a_morning_from_the_command_line(office: Path) -> None:
    """Invited, joined, reported, stopped and started again at another hour: the digest comes, and the office has it."""
    codes = invited(office, "TN", "leader"), invited(office, "TN-BC", "reporter")
    async with browser() as hers, browser() as his:
        async with serving(office, "run", "--clock", MORNING) as morning:
            async with page(his, morning) as leader, page(hers, morning) as reporter:
                await joins(leader, codes[0])
                await joins(reporter, codes[1])
                await reporter.says("/baocao", "report")
                await presses(reporter, await hears(reporter, "Báo cáo ngày"), "Không phát sinh")
                assert "TN-000001" in (await hears(reporter, "Mã báo cáo"))["html"]
            ended = await morning.stopped_by(signal.SIGINT)
            assert (ended.code, ended.out, ended.events) == (0, "Stopping…\n", quiet())
        async with serving(office, "run", "--clock", NEARLY_DUE, "--speed", "600") as noon:
            async with page(his, noon) as leader:
                assert "<b>1/13</b>" in (await hears(leader, "📊"))["html"]
            ended = await noon.stopped_by(signal.SIGTERM)
            assert (ended.code, ended.events) == (0, quiet())
    the_office_has_it(office)


def the_office_has_it(office: Path) -> None:
    printed = bot(office, "digest", "tay-ninh-2022", "--at", "2022-12-16T10:15").out
    assert printed.startswith("📊 Dân vận đợt 2 năm 2022")
    assert "1/13 đơn vị đã báo cáo" in printed
    assert "</" not in printed
    assert bot(office, "export", "tay-ninh-2022", "-o", "r.csv", "--format", "csv").out == "✔ r.csv: 1 reports\n"
    raw = (office / "r.csv").read_bytes()
    assert raw.startswith(codecs.BOM_UTF8)
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert [row["Mã báo cáo"] for row in rows] == ["TN-000001"]
    assert bot(office, "export", "tay-ninh-2022", "-o", "r.xlsx").out == "✔ r.xlsx: 1 reports\n"
    book = load_workbook(office / "r.xlsx")
    assert any(cell.value == "TN-000001" for sheet in book for row in sheet for cell in row)


async def test_whatever_is_set_nobody_is_offered_to_be(office: Path) -> None:
    """That is the demonstration's alone."""
    people = '[{"id": "lan", "name": "Lan", "role": "x"}]'
    wanted = {"demo": "1", "people": people, "personas": people, "demo_people": people}
    async with serving(office, "run", "--clock", MORNING, anew=True, **wanted) as real, browser() as any_browser:
        for query_ in ("", "?as=lan", "?demo=1"):
            async with any_browser.get(f"{real.address}/chat/people{query_}") as answer:
                assert await answer.json() == {"demo": False, "people": []}
        async with any_browser.post(f"{real.address}/chat/upload?as=lan", headers={"Origin": real.address}) as answer:
            assert answer.status == 403


# --- demo ------------------------------------------------------------------------------------------


async def test_the_demo_stops_in_the_middle_and_goes_on(tmp_path: Path) -> None:
    async with browser() as session:
        async with serving(tmp_path, "demo") as first:
            async with session.get(f"{first.address}/healthz") as health:
                assert (health.status, (await health.json())["ok"]) == (200, True)
            the_port_is_taken(tmp_path, first.port)
            async with page(session, first, "phuoc-vinh") as secretary:
                await presses(secretary, await hears(secretary, "Xong."), "📝 Báo cáo ngay")
                question = await hears(secretary, "Câu 1/")
                await presses(secretary, question, "☐ Tặng quà")
                await secretary.sees("edit")
                await presses(secretary, question, "Xong")
                await hears(secretary, "Câu 2/")
            ended = await first.stopped_by(signal.SIGINT)
            assert (ended.code, ended.out, ended.events) == (0, "Stopping…\n", quiet())
        counts = query(tmp_path, COUNTS)
        async with serving(tmp_path, "demo", anew=True) as second:
            async with page(session, second, "phuoc-vinh") as secretary:
                await hears(secretary, "Câu 2/")
                await secretary.says("ba chục", "answer")
                assert "Câu 3/" in (await hears(secretary, "30 suất"))["html"]
            assert (await second.stopped_by(signal.SIGINT)).events == quiet()
    assert query(tmp_path, COUNTS) == counts


def the_port_is_taken(folder: Path, port: int) -> None:
    other = folder / "other"
    other.mkdir()
    assert bot(other, "run", WEB_PORT=port).complaint == (
        f"✘ WEB_PORT: 127.0.0.1:{port} cannot be used (address already in use); "
        "stop the other program or set another port"
    )


def test_the_demo_keeps_off_a_real_campaign(office: Path) -> None:
    before = query(office, COUNTS)
    complaint = bot(office, "demo").complaint
    assert complaint == "✘ DATABASE_URL: this database holds a real campaign; give the demo another one"
    assert query(office, COUNTS) == before


# --- the clock -------------------------------------------------------------------------------------


def test_a_clock_that_cannot_be_read(tmp_path: Path) -> None:
    complaint = bot(tmp_path, "run", "--clock", "[tomorrow]").complaint
    assert complaint == "✘ '[tomorrow]' is not a time such as 2022-12-16T08:00"


@pytest.mark.parametrize("speed", ["0", "-1", "100001", "fast"])
def test_a_clock_that_cannot_run_so(speed: str) -> None:
    """In this process: it ends before it has opened anything."""
    done = CliRunner().invoke(cli, ["run", "--speed", speed])
    assert done.exit_code == 2
    assert "Invalid value for '--speed'" in done.stderr
