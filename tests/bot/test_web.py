"""The web port of a running bot: who gets in, what is shown, what is refused."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from markupsafe import Markup

from bot.web.sessions import COOKIE
from bot.web.shell import STATIC
from handlers.events import Priority, Reply
from storage.uow import UnitOfWork
from tests.bot.kit import photo
from tests.bot.site import HELLO, LAN, MINH, Site, prepared, running

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
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").startswith(("http", "//", "javascript")):
                self.found.append(f"{tag} {name}")

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
        assert response.headers["Permissions-Policy"].startswith("geolocation=(self),"), path
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


async def test_the_page_is_small(real: Site) -> None:
    """People pay for it by the byte, on a thin line."""
    _, page = await real.get("/")
    parts = set(re.findall(rb'"(/[^"]+[.](?:js|css|svg|webmanifest))"', page))
    bodies = [(await real.get(part.decode()))[1] for part in (*parts, b"/worker.js")]
    assert len(page) + sum(map(len, bodies)) < 60_000


async def test_the_session_is_kept_from_scripts_and_other_sites(loaded: Path, tmp_path: Path) -> None:
    async with running(loaded, tmp_path, public_url="https://bot.example.vn") as site:
        response, _ = await site.get("/")
    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)


async def test_a_session_stays_the_same_and_lives_on_with_each_visit(real: Site) -> None:
    first, _ = await real.get("/")
    again, _ = await real.get("/")
    assert first.cookies[COOKIE].value == again.cookies[COOKIE].value
    assert int(again.cookies[COOKIE]["max-age"]) > 300 * 86400


# --- who gets in -----------------------------------------------------------------------------------


async def test_the_demonstration_lists_who_one_can_be(demo: Site) -> None:
    _, body = await demo.get("/chat/people")
    listed = [{"id": p.id, "name": p.name, "role": p.role} for p in (LAN, MINH)]
    assert json.loads(body) == {"demo": True, "people": listed}
    page, _ = await demo.get("/")
    assert COOKIE not in page.cookies


async def test_a_real_installation_lists_nobody(real: Site) -> None:
    await real.joins("lan", "TN-BC")
    _, body = await real.get("/chat/people")
    assert json.loads(body) == {"demo": False, "people": []}


async def refused(site: Site, path: str, origin: str | None = None) -> int:
    """The status with which a socket is not opened."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await site.browser.ws_connect(site.base + path, origin=origin)
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


# --- looking after it ------------------------------------------------------------------------------


async def test_health_is_well_while_the_database_answers(real: Site) -> None:
    response, body = await real.get("/healthz")
    facts = json.loads(body)
    assert response.status == 200
    assert (facts["ok"], facts["database"], facts["waiting"], facts["dead"]) == (True, "ok", 0, [])


@pytest.mark.sqlite("it is a file that is moved away; a server that is gone: tests/faults/test_postgres.py")
async def test_health_is_ill_when_the_database_is_away(loaded: Path, tmp_path: Path) -> None:
    app, file, aside = prepared(loaded, tmp_path), tmp_path / "world.db", tmp_path / "aside.db"
    async with TestClient(TestServer(app.web.app)) as browser:
        file.rename(aside)
        file.mkdir()
        response = await browser.get("/healthz")
        assert response.status == 503
        assert await response.json() == {"ok": False, "database": "OperationalError: unable to open database file"}
        file.rmdir()
        aside.rename(file)
        assert (await browser.get("/healthz")).status == 200
    await app.db.close()


@pytest.mark.parametrize(("channel", "status"), [("web", 503), ("telegram", 200)])
async def test_health_is_ill_when_messages_wait_too_long(
    loaded: Path, tmp_path: Path, channel: str, status: int
) -> None:
    """But not when they wait for a channel that is not set up any more."""
    app = prepared(loaded, tmp_path)
    # It is not started, and so does not compete for the lead.
    app.leading.is_leader = True
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now() - timedelta(minutes=11))
        uow.send(channel, "lan", {"text": "tin"}, priority=Priority.REPLY)
        await uow.flush()
    async with TestClient(TestServer(app.web.app)) as browser:
        assert (await browser.get("/healthz")).status == status
    await app.db.close()


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
