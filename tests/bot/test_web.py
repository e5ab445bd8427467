"""The web port of a running bot: who gets in, what is shown, what is refused."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from markupsafe import Markup
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.webchat import SHOWN, WebChat
from bot.media import PHOTO_LIMIT
from bot.web import COOKIE, FRAME_LIMIT, STATIC, DemoPerson
from handlers.events import Reply
from locales.translator import Translators
from storage.engine import Database
from tests.bot.kit import Hold
from tests.bot.site import Page, Site, prepared, running
from tests.support.world import World

LAN = DemoPerson("lan", "Nguyễn Thị Lan", "Bí thư Đoàn xã")
MINH = DemoPerson("minh", "Trần Văn Minh", "Bí thư Đoàn xã")
HELLO = "Chào đồng chí! Em là bot nhận báo cáo của Đoàn."


@pytest.fixture
async def demo(loaded: Path, tmp_path: Path) -> AsyncIterator[Site]:
    """A demonstration with two people to be."""
    async with running(loaded, tmp_path, people=[LAN, MINH]) as site:
        yield site


@pytest.fixture
async def real(loaded: Path, tmp_path: Path) -> AsyncIterator[Site]:
    """A real installation, as nobody yet."""
    async with running(loaded, tmp_path) as site:
        yield site


def photo(size: tuple[int, int] = (40, 30)) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "red").save(content, "PNG")
    return content.getvalue()


# --- the page --------------------------------------------------------------------------------------


class Inline(HTMLParser):
    """Finds what the content security policy forbids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in = tag if tag in ("script", "style") else ""
        self.found += [f"{tag} {name}" for name, _ in attrs if name == "style" or name.startswith("on")]
        self.found += [f"{tag} {name}" for name, value in attrs if (value or "").startswith(("http", "//", "javascript"))]

    def handle_data(self, data: str) -> None:
        if self._in and data.strip():
            self.found.append(self._in)

    def handle_endtag(self, tag: str) -> None:
        self._in = ""


async def test_the_page_runs_only_what_comes_from_here(real: Site) -> None:
    response, body = await real.get("/")
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"], policy["connect-src"]) == ("'self'", "'self'", "'self'")
    assert policy["frame-ancestors"] == "'none'"
    assert (response.status, response.content_type) == (200, "text/html")
    assert Inline(body.decode()).found == []


async def test_every_answer_has_the_headers(real: Site) -> None:
    for path in ("/", "/static/chat.js", "/chat/people", "/healthz", "/media/x/y", "/nowhere"):
        response, _ = await real.get(path)
        assert response.headers["X-Content-Type-Options"] == "nosniff", path
        assert response.headers["Referrer-Policy"] == "no-referrer", path
        assert "default-src 'none'" in response.headers["Content-Security-Policy"], path


def test_the_scripts_make_no_html_of_text() -> None:
    forbidden = re.compile(r"\.(innerHTML|outerHTML)\s*[+]?=|insertAdjacentHTML|document\.write|\beval\(|new Function")
    for script in STATIC.glob("*.js"):
        assert not forbidden.search(script.read_text()), script.name


async def test_what_the_page_loads_is_there(real: Site) -> None:
    _, body = await real.get("/")
    for path in re.findall(r'(?:href|src)="(/[^"]+)"', body.decode()):
        response, _ = await real.get(path)
        assert response.status == 200, path


async def test_the_session_is_kept_from_scripts_and_other_sites(loaded: Path, tmp_path: Path) -> None:
    async with running(loaded, tmp_path, public_url="https://bot.example.vn") as site:
        response, _ = await site.get("/")
    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)


async def test_a_session_stays_the_same(real: Site) -> None:
    first, _ = await real.get("/")
    again, _ = await real.get("/")
    assert COOKIE in first.cookies
    assert COOKIE not in again.cookies


# --- who gets in -----------------------------------------------------------------------------------


async def test_the_demonstration_lists_who_one_can_be(demo: Site) -> None:
    response, body = await demo.get("/chat/people")
    listed = [{"id": p.id, "name": p.name, "role": p.role} for p in (LAN, MINH)]
    assert json.loads(body) == {"demo": True, "people": listed}
    page, _ = await demo.get("/")
    assert COOKIE not in page.cookies


async def test_a_real_installation_lists_nobody(real: Site) -> None:
    await real.joins("lan", "TN-BC")
    _, body = await real.get("/chat/people")
    assert json.loads(body) == {"demo": False, "people": []}


async def refused(site: Site, path: str, **more: object) -> int:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await site.browser.ws_connect(site.base + path, **more)  # type: ignore[arg-type]
    return caught.value.status


async def test_without_a_session_nobody_gets_in(real: Site) -> None:
    assert await refused(real, "/chat/ws") == 403
    assert await refused(real, "/chat/ws?as=lan") == 403
    assert (await real.post("/chat/upload", photo()))[0] == 403


async def test_a_session_that_was_not_signed_here_is_none(real: Site) -> None:
    real.browser.cookie_jar.update_cookies({COOKIE: "ImxhbiI.AAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    assert await refused(real, "/chat/ws") == 403


async def test_in_the_demonstration_one_is_somebody(demo: Site) -> None:
    assert await refused(demo, "/chat/ws") == 403
    assert await refused(demo, "/chat/ws?as=nobody") == 403
    assert (await demo.post("/chat/upload?as=nobody", photo()))[0] == 403


async def test_in_a_real_installation_nobody_chooses_who_to_be(real: Site) -> None:
    await real.joins("lan", "TN-BC")
    await real.app.webchat.send("lan", Reply(Markup("Chỉ Lan đọc.")), key="1")
    await real.get("/")
    async with real.page("lan") as page:
        await page.says("/tinhtrang", "k1")
        first = await page.hears()
    assert first["html"].startswith(HELLO)
    assert await real.query("SELECT DISTINCT chat FROM web_message WHERE chat = 'lan' AND mine") == []


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://[", "https://"])
async def test_another_site_cannot_speak_for_a_person(real: Site, origin: str) -> None:
    await real.get("/")
    assert await refused(real, "/chat/ws", origin=origin) == 403
    assert (await real.post("/chat/upload", photo(), headers={"Origin": origin}))[0] == 403


async def test_the_page_itself_gets_in(real: Site) -> None:
    await real.get("/")
    async with real.page(origin=real.base) as page:
        await page.says("xin chào", "k1")
    assert (await real.post("/chat/upload", photo(), headers={"Origin": real.base}))[0] == 200


# --- the conversation ------------------------------------------------------------------------------


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
    ('{"type": "shout", "text": "a", "key": "k"}', "k"),
    ('{"type": "text", "text": "a", "key": 7}', None),
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


async def test_a_line_is_cut_at_a_length_that_can_be_kept(demo: Site) -> None:
    async with demo.page("lan") as page:
        await page.says("ô" * 5000, "k1")
        assert len((await page.sees("message", mine=True))["html"]) == 4000


async def test_a_frame_beyond_the_limit_closes_the_socket(demo: Site) -> None:
    async with demo.page("lan") as page:
        await page.sends({"type": "text", "text": "a" * FRAME_LIMIT, "key": "k1"})
        assert await page.closes() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    assert await demo.query("SELECT count(*) FROM seen_update") == [(0,)]


@pytest.mark.usefixtures("impatient")
async def test_what_was_not_taken_is_not_acknowledged(demo: Site) -> None:
    async with demo.page("lan") as page:
        await page.says("xin chào", "k1")
        with Hold(demo.app.db):
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


async def test_at_the_stop_the_pages_are_told_to_come_back(loaded: Path, tmp_path: Path) -> None:
    async with running(loaded, tmp_path, people=[LAN]) as site, site.page("lan") as page:
        await page.says("xin chào", "k1")
        await site.app.web.close()
        assert await page.closes() == aiohttp.WSCloseCode.GOING_AWAY


# --- files -----------------------------------------------------------------------------------------


async def upload(site: Site, who: str, content: bytes) -> str:
    status, answer = await site.post(f"/chat/upload?as={who}", content)
    assert status == 200, answer
    return str(answer["media"])


async def shown_photo(page: Page, media: str) -> str:
    await page.sends({"type": "photo", "media": media, "key": media})
    frame = await page.sees("message", mine=True)
    await page.acked(media)
    return str(frame["photo"]["url"])


async def test_a_picture_is_uploaded_said_and_shown(demo: Site) -> None:
    content = photo()
    async with demo.page("lan") as page:
        url = await shown_photo(page, await upload(demo, "lan", content))
    response, body = await demo.get(url)
    assert (response.status, response.content_type, body) == (200, "image/png", content)
    assert "private" in response.headers["Cache-Control"]


async def test_a_picture_of_another_chat_cannot_be_said(demo: Site) -> None:
    media = await upload(demo, "minh", photo())
    async with demo.page("lan") as page:
        await page.sends({"type": "photo", "media": media, "key": "k1"})
        await page.sees("error")
        await page.acked("k1")
    assert await demo.query("SELECT count(*) FROM web_message") == [(0,)]
    assert await demo.query("SELECT count(*) FROM seen_update") == [(0,)]


@pytest.mark.parametrize(
    "content",
    [b"<svg onload='alert(1)'/>", b"", b"GIF89a", photo()[:40], bytes(PHOTO_LIMIT + 1), bytes(PHOTO_LIMIT + 5000)],
    ids=["svg", "empty", "gif", "cut", "large", "beyond the body limit"],
)
async def test_an_upload_that_is_no_picture_is_refused_in_words(demo: Site, content: bytes) -> None:
    status, answer = await demo.post("/chat/upload?as=lan", BytesIO(content))
    assert status == 422
    assert "10 MB" in answer["error"]
    assert await demo.query("SELECT count(*) FROM media") == [(0,)]


async def test_a_link_that_was_not_signed_here_leads_nowhere(demo: Site) -> None:
    media = await upload(demo, "lan", photo())
    link = demo.app.media.link(media, "ảnh 1/2.png")
    assert (await demo.get(link))[0].status == 200
    token = link.split("/")[2]
    for forged in (media.replace("/", "%2F"), token[:-2] + "AA", "x", "..%2F..%2Fworld.db"):
        assert (await demo.get(f"/media/{forged}/a.png"))[0].status == 404, forged
    assert (await demo.get(demo.app.media.link("p/gone", "a.png")))[0].status == 404


async def test_a_workbook_is_saved_and_never_opened_in_the_page(demo: Site) -> None:
    await demo.joins("lan", "TN", "leader")
    async with demo.page("lan") as page:
        await page.sends({"type": "button", "action": "dig/1/xlsx", "key": "k1"})
        document = (await page.hears())["document"]
    assert document["name"] == "tay-ninh-2022-20221216-0818.xlsx"
    response, body = await demo.get(document["url"])
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert body[:2] == b"PK"


# --- looking after it ------------------------------------------------------------------------------


async def test_health_is_well_while_the_database_answers(real: Site) -> None:
    response, body = await real.get("/healthz")
    facts = json.loads(body)
    assert response.status == 200
    assert (facts["ok"], facts["database"], facts["waiting"], facts["dead"]) == (True, "ok", 0, [])


async def test_health_is_ill_when_the_database_is_away(loaded: Path, tmp_path: Path) -> None:
    app, file, aside = prepared(loaded, tmp_path), tmp_path / "world.db", tmp_path / "aside.db"
    async with TestClient(TestServer(app.web.app)) as browser:
        file.rename(aside)
        file.mkdir()
        response = await browser.get("/healthz")
        assert response.status == 503
        assert await response.json() == {"ok": False, "database": "OperationalError"}
        file.rmdir()
        aside.rename(file)
        assert (await browser.get("/healthz")).status == 200
    await app.db.close()


async def test_health_is_ill_when_messages_wait_too_long(real: Site) -> None:
    async with real.app.db.write() as conn:
        await conn.exec_driver_sql(
            "INSERT INTO outbox (channel, chat, priority, reply, state, attempts, created_at, due_at)"
            " VALUES ('web', 'lan', 0, '{}', 'waiting', 0, '2022-12-16 00:00:00', '2022-12-16 00:00:00')"
        )
    assert (await real.get("/healthz"))[0].status == 503


async def test_metrics_count(demo: Site) -> None:
    name = 'danvan_updates_total{channel="web",outcome="done"}'

    async def value() -> float:
        response, body = await demo.get("/metrics")
        assert response.content_type == "text/plain"
        return next((float(x.split()[-1]) for x in body.decode().splitlines() if x.startswith(name)), 0)

    before = await value()
    async with demo.page("lan") as page:
        await page.says("xin chào", "k1")
    assert await value() == before + 1
