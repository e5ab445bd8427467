"""A conversation on the web port: what is said is shown, done once and acknowledged; what is broken is refused."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.webchat import SHOWN, WebChat
from bot.channels.webchat_frames import TEXT_LIMIT
from bot.web.talk import FRAME_LIMIT
from handlers.events import Location, Reply
from locales.translator import Translators
from storage.engine import Database
from tests.bot.site import HELLO, LAN, Site, running
from tests.support.beside import Hold
from tests.support.database import database_in
from tests.support.world import World


async def test_a_line_is_shown_done_and_acknowledged(demo: Site) -> None:
    async with demo.page("lan") as page:
        await page.sends({"type": "text", "text": "<b>xin</b> & chào", "key": "k1"})
        mine = await page.sees("message", mine=True)
        await page.acked("k1")
        answer = await page.hears()
    assert (mine["html"], mine["key"], mine["time"]) == ("&lt;b&gt;xin&lt;/b&gt; &amp; chào", "k1", "08:18")
    assert answer["html"].startswith(HELLO)
    assert mine["id"] < answer["id"]


async def test_a_line_that_is_said_again_is_done_once(demo: Site) -> None:
    """The acknowledgement was lost: the page says the line again on its next socket."""
    for _ in range(2):
        async with demo.page("lan", after=None) as page:
            await page.says("xin chào", "same")
    async with demo.page("lan") as page:
        await page.says("và nữa", "other")
        await page.hears()
        await page.hears()
    assert await demo.query("SELECT count(*) FROM web_message WHERE mine") == [(2,)]
    assert await demo.query("SELECT count(*) FROM outbox") == [(2,)]


async def test_the_same_key_of_another_person_is_another_line(demo: Site) -> None:
    for who in ("lan", "minh"):
        async with demo.page(who) as page:
            await page.says("xin chào", "same")
            assert (await page.hears())["html"].startswith(HELLO)


async def test_a_page_that_comes_back_sees_what_it_missed(demo: Site) -> None:
    for number in range(SHOWN + 5):
        await demo.app.webchat.send("lan", Reply(Markup(f"tin {number}")), key=str(number))
    async with demo.page("lan") as page:
        shown = [await page.hears() for _ in range(SHOWN)]
    assert [frame["html"] for frame in shown] == [f"tin {number}" for number in range(5, SHOWN + 5)]
    async with demo.page("lan", after=shown[-3]["id"]) as page:
        missed = [await page.hears() for _ in range(2)]
    assert missed == shown[-2:]


async def test_what_comes_while_a_page_opens_is_shown(world: World) -> None:
    """Between the look at the history and the moment when the window is known, a message arrives."""

    class Busy(Database):
        arrives = True

        @asynccontextmanager
        async def read(self) -> AsyncIterator[AsyncConnection]:
            async with super().read() as conn:
                yield conn
            if self.arrives:
                self.arrives = False
                await chat.send("lan", Reply(Markup("mới")), key="2")

    db = Busy(str(world.db.engine.url))
    chat = WebChat(db, None, world.clock, Translators(ZoneInfo("UTC")), frozenset())  # type: ignore[arg-type]
    await chat.send("lan", Reply(Markup("cũ")), key="1")
    seen: set[str] = set()

    async def window(frame: dict[str, str]) -> None:
        seen.add(frame["html"])

    await chat.opened("lan", window, 0)
    assert seen == {"cũ", "mới"}
    await db.close()


async def test_all_windows_of_a_person_show_it_and_nobody_elses(demo: Site) -> None:
    async with demo.page("lan") as one, demo.page("lan") as two, demo.page("minh") as other:
        await two.says("xin chào", "k0")
        await one.says("xin chào", "k1")
        for page in (one, two):
            assert [(await page.sees("message", mine=True))["key"] for _ in range(2)] == ["k0", "k1"]
        await other.says("tôi là Minh", "k2")
        assert (await other.sees("message", mine=True))["key"] == "k2"


async def test_a_press_is_answered_in_its_place(demo: Site) -> None:
    await demo.joins("lan", "TN-BC")
    async with demo.page("lan") as page:
        await page.says("/ngonngu", "k1")
        asked = await page.hears()
        action = asked["choices"][0][1]["action"]
        await page.sends({"type": "button", "action": action, "label": "English", "message": asked["id"], "key": "k2"})
        await page.acked("k2")
        assert (await page.hears())["html"].startswith("From now on I speak English.")
    assert await demo.query("SELECT count(*) FROM web_message WHERE mine") == [(1,)]


BROKEN = [
    ("no json", None),
    ("[]", None),
    ('"text"', None),
    ("[" * 10_000, None),
    ("{}", None),
    ('{"type": "text", "text": "a"}', None),
    ('{"type": "text", "text": "", "key": "k"}', "k"),
    ('{"type": "text", "text": 5, "key": "k"}', "k"),
    ('{"type": "button", "key": "k"}', "k"),
    ('{"type": "photo", "media": ["p/1"], "key": "k"}', "k"),
    ('{"type": "file", "media": "u/of-somebody-else", "key": "k"}', "k"),
    ('{"type": "file", "media": {"id": 1}, "key": "k"}', "k"),
    ('{"type": "file", "key": "k"}', "k"),
    ('{"type": "location", "key": "k"}', "k"),
    ('{"type": "location", "lat": 11.3, "key": "k"}', "k"),
    ('{"type": "location", "lat": 90.01, "lon": 106, "key": "k"}', "k"),
    ('{"type": "location", "lat": 11.3, "lon": -180.5, "key": "k"}', "k"),
    ('{"type": "location", "lat": NaN, "lon": 106, "key": "k"}', "k"),
    ('{"type": "location", "lat": 1e999, "lon": 106, "key": "k"}', "k"),
    ('{"type": "location", "lat": ' + "9" * 400 + ', "lon": 106, "key": "k"}', "k"),
    ('{"type": "location", "lat": true, "lon": 106, "key": "k"}', "k"),
    ('{"type": "location", "lat": "11.3", "lon": "106", "key": "k"}', "k"),
    ('{"type": "location", "lat": 11.3, "lon": 106, "accuracy": -1, "key": "k"}', "k"),
    ('{"type": "location", "lat": 11.3, "lon": 106, "accuracy": Infinity, "key": "k"}', "k"),
    ('{"type": "location", "lat": 11.3, "lon": 106, "accuracy": null, "key": "k"}', "k"),
    ('{"type": "shout", "text": "a", "key": "k"}', "k"),
    ('{"type": "text", "text": "a", "key": 7}', None),
    (r'{"type": "text", "text": "a", "key": "k\u0000"}', None),
    (r'{"type": "text", "text": "a", "key": "\ud800"}', None),
    (r'{"type": "text", "text": "\u0000\udfff", "key": "k"}', "k"),
    (r'{"type": "photo", "media": "p/\u0000\ud800", "key": "k"}', "k"),
    ('{"type": "text", "text": "a", "key": "' + "k" * 65 + '"}', None),
    ('{"type": "photo", "media": "p/of-somebody-else", "key": "k"}', "k"),
]


@pytest.mark.parametrize(("frame", "key"), BROKEN)
async def test_a_frame_that_cannot_be_read_is_refused_for_good(demo: Site, frame: str, key: str | None) -> None:
    async with demo.page("lan") as page:
        await page.sends(frame)
        assert (await page.sees("error"))["text"]
        if key:
            await page.acked(key)
        await page.says("xin chào", "after")
        await page.hears()
    assert await demo.query("SELECT count(*) FROM web_message WHERE mine") == [(1,)]


@pytest.mark.parametrize(
    ("said", "taken", "shown"),
    [
        ({"lat": 11.310424, "lon": 106.098712, "accuracy": 12.4}, (11.310424, 106.098712, 12.4),
         "📍 11.31042, 106.09871 (±12 m)"),
        ({"lat": -90, "lon": 180}, (-90, 180, 0), "📍 -90.00000, 180.00000"),
    ],
)  # fmt: skip
async def test_a_place_is_shown_and_taken(
    demo: Site, said: dict[str, float], taken: tuple[float, ...], shown: str
) -> None:
    heard = await demo.is_heard()
    async with demo.page("lan") as page:
        await page.sends({"type": "location", "key": "k1", **said})
        assert (await page.sees("message", mine=True))["html"] == shown
        await page.acked("k1")
    assert (await heard.next()).location == Location(*taken)


async def test_what_a_message_wants_is_told_until_it_is_edited_away(demo: Site) -> None:
    sent = await demo.app.webchat.send("lan", Reply(Markup("Ở đâu ạ?"), wants="place"), key="1")
    await demo.app.webchat.send("lan", Reply(Markup("Cảm ơn.")), key="2")
    async with demo.page("lan") as page:
        assert (await page.hears())["wants"] == "place"
        assert "wants" not in await page.hears()
        await demo.app.webchat.send("lan", Reply(Markup("Xong."), replaces=sent), key="3")
        assert "wants" not in await page.sees("edit")


@pytest.mark.parametrize("after", [10**30, -(10**30), -1, True, "5", None, [1]])
async def test_a_hello_with_any_number_is_a_hello(demo: Site, after: object) -> None:
    async with demo.page("lan", after=None) as page:
        await page.sends({"type": "hello", "after": after})
        await page.says("xin chào", "k1")
        assert (await page.hears())["html"].startswith(HELLO)


async def test_a_press_on_a_message_that_cannot_be_is_answered(demo: Site) -> None:
    await demo.joins("lan", "TN-BC")
    async with demo.page("lan") as page:
        await page.says("/baocao", "k1")
        start = (await page.hears())["choices"][0][0]["action"]
        await page.sends({"type": "button", "action": start, "key": "k2"})
        tick = (await page.hears())["choices"][0][0]["action"]
        await page.sends({"type": "button", "action": tick, "message": 10**30, "key": "k3"})
        answer = await page.hears()
    assert answer["choices"][0][0]["label"].startswith("☑")


async def test_a_long_line_is_kept_whole_and_one_that_is_too_long_is_refused(demo: Site) -> None:
    async with demo.page("lan") as page:
        await page.says("ế" * TEXT_LIMIT, "k1")
        assert len((await page.sees("message", mine=True))["html"]) == TEXT_LIMIT
        await page.says("ế" * (TEXT_LIMIT + 1), "k2")
        assert (await page.sees("error"))["text"] == "Em chưa đọc được tin này. Đồng chí gửi lại giúp em."


async def test_a_frame_beyond_the_limit_closes_the_socket(demo: Site) -> None:
    async with demo.page("lan") as page:
        await page.sends({"type": "text", "text": "a" * FRAME_LIMIT, "key": "k1"})
        assert await page.closes() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    assert await demo.query("SELECT count(*) FROM seen_update") == [(0,)]


@pytest.mark.usefixtures("impatient")
async def test_what_was_not_taken_is_not_acknowledged(demo: Site) -> None:
    async with demo.page("lan") as page:
        await page.says("xin chào", "k1")
        async with Hold(demo.app.db):
            await page.sends({"type": "text", "text": "lần nữa", "key": "k2"})
            assert await page.closes() == aiohttp.WSCloseCode.TRY_AGAIN_LATER
    assert "ack" not in page.unread
    async with demo.page("lan") as page:
        await page.says("lần nữa", "k2")
    assert await demo.query("SELECT key FROM seen_update ORDER BY key") == [("lan/k1",), ("lan/k2",)]


async def test_who_leaves_without_waiting_is_no_error(demo: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with demo.page("lan") as page:
        for number in range(3):
            await page.sends({"type": "text", "text": "xin chào", "key": f"k{number}"})
        page.socket.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
    await _until(demo, "SELECT count(*) > 0 FROM seen_update", [(1,)])
    await asyncio.sleep(0.05)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("aiohttp")] == []


async def _until(site: Site, sql: str, wanted: list[tuple[int]]) -> None:
    async with asyncio.timeout(5):
        while await site.query(sql) != wanted:
            await asyncio.sleep(0.01)


async def test_at_the_stop_what_was_said_is_answered(loaded: Path, tmp_path: Path) -> None:
    async with running(loaded, tmp_path, people=[LAN]) as site, site.page("lan") as page:
        await page.says("xin chào", "k1")
    db = database_in(tmp_path / "world.db")
    async with db.read() as conn:
        assert (await conn.exec_driver_sql("SELECT state FROM outbox")).all() == [("sent",)]
    await db.close()


async def test_at_the_stop_the_pages_are_told_to_come_back(loaded: Path, tmp_path: Path) -> None:
    async with running(loaded, tmp_path, people=[LAN]) as site, site.page("lan") as page:
        await page.says("xin chào", "k1")
        await site.app.web.close()
        assert await page.closes() == aiohttp.WSCloseCode.GOING_AWAY
