"""What the web port keeps out: other sites, floods, guesses, people whom nobody chose; and how it says so."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from markupsafe import Markup

from bot import app as whole
from bot.config import Settings
from bot.networks import networks
from bot.rates import LIMITS, Limit, Rates
from bot.web import talk, uploads
from bot.web.origins import Origins
from bot.web.sessions import COOKIE
from bot.web.talk import TOO_MANY
from handlers.events import Reply
from tests.bot.kit import photo
from tests.bot.links import another_browser, enters, person, token_for
from tests.bot.site import HELLO, LAN, Page, Site, prepared, running
from tests.bot.test_web import refused


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test reaches. For `usefixtures`: it has to come before the bot."""
    small = {
        "message": Limit(3, 3), "upload": Limit(2, 3), "files": Limit(4, 86400), "enter": Limit(2, 60),
        "enter/ip": Limit(4, 60),
    }  # fmt: skip
    monkeypatch.setattr(whole, "Rates", lambda: Rates({**LIMITS, **small}))


# --- other sites -----------------------------------------------------------------------------------


async def test_what_says_no_origin_is_no_page_of_ours(real: Site) -> None:
    """Every browser tells it with a socket and with a post."""
    await real.get("/")
    del real.browser.headers["Origin"]
    assert await refused(real, "/chat/ws") == 403
    assert (await real.post("/chat/upload", photo()))[0] == 403
    assert (await enters(real, "A" * 32))[0] == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_site_cannot_bind_a_link(real: Site, origin: str) -> None:
    token = await token_for(real, await person(real))
    said = json.dumps({"token": token})
    assert (await real.post("/chat/enter", said, headers={"Origin": origin}))[0] == 403
    assert (await enters(real, token))[0] == 200


async def test_the_cookie_of_a_link_is_kept_from_scripts_and_other_sites(loaded: Path, tmp_path: Path) -> None:
    async with running(loaded, tmp_path, public_url="https://bot.example.vn") as site:
        token = await token_for(site, await person(site))
        said = json.dumps({"token": token})
        async with site.browser.post(f"{site.base}/chat/enter", data=said) as response:
            cookie = response.cookies[COOKIE]
            assert response.headers["Cache-Control"] == "no-store"
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (True, "Lax", True, "/")


async def test_our_public_address_is_ours_behind_a_proxy(loaded: Path, tmp_path: Path) -> None:
    """Which may ask us under a name of its own."""
    async with running(loaded, tmp_path, public_url="https://bot.example.vn") as site:
        said, ours = json.dumps({"token": "A" * 32}), {"Origin": "https://bot.example.vn"}
        assert (await site.post("/chat/enter", said, headers=ours))[0] == 403
        status, answer = await site.post("/chat/enter", said, headers=ours)
        assert (status, "error" in answer) == (403, True), "the link is refused, not the page"


# --- where people come from ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "counted"),
    [
        ("", "203.0.113.7", "198.51.100.9", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7", "198.51.100.9", "203.0.113.7"),
        ("127.0.0.1", "127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("127.0.0.1", "127.0.0.1", "1.2.3.4, 198.51.100.9", "198.51.100.9"),
        ("127.0.0.1 10.0.0.0/8", "127.0.0.1", "1.2.3.4, 198.51.100.9, 10.1.2.3", "198.51.100.9"),
        ("127.0.0.1", "127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", "nobody", ""),
        ("", "2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::/64"),
        ("", "::ffff:203.0.113.7", "", "203.0.113.7"),
        ("", "", "", ""),
    ],
)
def test_a_forwarded_address_counts_from_our_own_proxy_only(
    trusted: str, remote: str, forwarded: str, counted: str
) -> None:
    class Wire:
        def get_extra_info(self, name: str, default: object = None) -> object:
            return (remote, 4711) if name == "peername" else default

    request = make_mocked_request("GET", "/", {"X-Forwarded-For": forwarded} if forwarded else {}, transport=Wire())
    assert Origins("", networks(trusted)).of(request) == counted


# --- floods ----------------------------------------------------------------------------------------


async def waited(page: Page) -> dict[str, Any]:
    return await page.sees("wait")


@pytest.mark.usefixtures("few")
async def test_a_flood_waits_and_nothing_of_it_is_lost(loaded: Path, tmp_path: Path) -> None:
    async with running(loaded, tmp_path, people=[LAN]) as site, site.page("lan") as page:
        for number in range(3):
            await page.says("xin chào", f"k{number}")
        await page.sends({"type": "text", "text": "một dòng nữa", "key": "k3"})
        wait = await waited(page)
        assert wait["seconds"] >= 1
        assert "Không tin nào mất" in wait["text"]
        assert "ack" not in page.unread
        assert await site.query("SELECT count(*) FROM web_message WHERE key = 'me/k3'") == [(0,)]


@pytest.mark.usefixtures("few")
async def test_many_files_wait_and_a_day_has_its_measure(loaded: Path, tmp_path: Path) -> None:
    async with running(loaded, tmp_path, people=[LAN]) as site:
        answers = [await site.post("/chat/upload?as=lan", photo()) for _ in range(3)]
        assert [status for status, _ in answers] == [200, 200, 429]
        assert answers[2][1]["wait"] >= 1
        assert "Không tệp nào mất" in answers[2][1]["error"]
    async with running(loaded, tmp_path, people=[LAN]) as site:
        for _ in range(4):
            site.app.web.rates.owe("files", "lan", 1)
        status, answer = await site.post("/chat/upload?as=lan", photo())
        assert status == 422, "the page must not keep it: tomorrow is far"
        assert "ngày mai" in answer["error"]


async def test_a_days_bytes_are_counted(demo: Site) -> None:
    most = LIMITS["bytes"].holds
    demo.app.web.rates.owe("bytes", "lan", most * 0.95)
    assert (await demo.post("/chat/upload?as=lan", photo()))[0] == 200
    demo.app.web.rates.owe("bytes", "lan", most * 0.05)
    assert (await demo.post("/chat/upload?as=lan", photo()))[0] == 422
    assert (await demo.post("/chat/upload?as=minh", photo()))[0] == 200


@pytest.mark.usefixtures("few")
async def test_who_tries_links_is_slowed_down(loaded: Path, tmp_path: Path) -> None:
    async with running(loaded, tmp_path) as site:
        assert [(await enters(site, "A" * 32))[0] for _ in range(3)] == [403, 403, 429]
        status, answer = [await enters(site, f"{'B' * 31}{n}") for n in range(3)][-1]
        assert (status, answer["wait"] > 0) == (429, True)
        assert "Chờ một phút" in answer["error"]


async def test_of_too_many_windows_the_oldest_is_closed(demo: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "SOCKETS", 2)
    async with demo.page("lan") as one, demo.page("lan") as two, demo.page("minh") as other:
        await two.says("xin chào", "k0")
        closes = asyncio.create_task(one.closes())
        async with demo.page("lan") as three:
            await three.says("xin chào", "k1")
            assert await closes == TOO_MANY
            await two.says("vẫn ở đây", "k2")
            await other.says("xin chào", "k3")


async def test_windows_from_one_place_have_a_number(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk, "SOCKETS_OF_ONE_PLACE", 1)
    async with running(loaded, tmp_path, people=[LAN]) as site:
        async with site.page("lan") as page:
            await page.says("xin chào", "k0")
            assert await refused(site, "/chat/ws?as=lan", origin=site.base) == 429
        async with site.page("lan") as page:
            await page.says("xin chào", "k1")


async def test_uploads_under_way_at_the_same_time_have_a_number(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "UPLOADS", 0)
    async with running(loaded, tmp_path, people=[LAN]) as site:
        assert (await site.post("/chat/upload?as=lan", photo()))[0] == 429


# --- guessing --------------------------------------------------------------------------------------


async def test_nobody_names_the_chat_that_they_are_shown(real: Site) -> None:
    """Neither in the address, nor in a frame, nor by the numbers of messages."""
    token = await token_for(real, await person(real))
    async with another_browser(real) as lan:
        await enters(lan, token)
        async with lan.page() as page:
            await page.says("bí mật của Lan", "k1")
    [(chat,)] = await real.query("SELECT DISTINCT chat FROM web_message")
    [(last,)] = await real.query("SELECT max(id) FROM web_message")
    await real.get("/")
    async with real.page(after=None) as page:
        for after in (0, last - 1, -last):
            await page.sends({"type": "hello", "after": after, "chat": chat, "address": chat, "as": chat})
        await page.sends({"type": "text", "text": "xin chào", "key": "k1", "chat": chat, "sender": chat})
        # The first thing that is shown is what one said oneself.
        assert (await page.sees("message"))["html"] == "xin chào"
        assert (await page.hears())["html"].startswith(HELLO)
        assert "message" not in page.unread
    assert await refused(real, f"/chat/ws?as={chat}", origin="https://evil.example") == 403
    spoken = await real.query("SELECT chat FROM web_message WHERE mine ORDER BY id")
    assert [owner == chat for (owner,) in spoken] == [True, False]


async def test_a_press_on_anothers_message_changes_nothing_of_theirs(demo: Site) -> None:
    sent = await demo.app.webchat.send("minh", Reply(Markup("Chỉ Minh đọc.")), key="1")
    async with demo.page("lan") as page:
        await page.sends({"type": "button", "action": "cmd/trogiup", "message": int(sent), "key": "k1"})
        await page.acked("k1")
        await page.hears()
        assert "edit" not in page.unread
    [(body,)] = await demo.query("SELECT body FROM web_message WHERE chat = 'minh'")
    assert json.loads(body)["text"] == "Chỉ Minh đọc."


@pytest.mark.parametrize(
    "cookie", ["", "x", "e30.AAAA", '"lan"', "eyJhIjoibGFuIiwiYiI6IngifQ.AAAAAAAAAAAAAAAAAAAAAAAAAAA"]
)
async def test_a_cookie_that_was_made_up_speaks_for_nobody(real: Site, cookie: str) -> None:
    await real.joins("lan", "TN-BC")
    real.browser.cookie_jar.update_cookies({COOKIE: cookie})
    assert await refused(real, "/chat/ws", origin=real.base) == 403
    assert (await real.post("/chat/upload", photo()))[0] == 403


async def test_a_webhooks_path_is_only_for_the_one_who_knows_its_secret(loaded: Path, tmp_path: Path) -> None:
    app = prepared(
        loaded, tmp_path, zalo_token="1:abc", zalo_webhook_url="https://bot.example.vn/hooks/zalo",
        zalo_webhook_secret="long-enough", telegram_token="123456:" + "A" * 30, webhook_secret="a-secret",
        webhook_url="https://bot.example.vn/hooks/telegram",
    )  # fmt: skip
    async with TestClient(TestServer(app.web.app)) as stranger:
        for path, header in (
            ("/hooks/zalo", "X-Bot-Api-Secret-Token"), ("/hooks/telegram", "X-Telegram-Bot-Api-Secret-Token"),
        ):  # fmt: skip
            assert (await stranger.get(path)).status == 405, path
            for headers in ({}, {header: ""}, {header: "long-enougH"}):
                assert (await stranger.post(path, data=b"{}", headers=headers)).status in (401, 403), (path, headers)
        assert (await stranger.post("/hooks/other", data=b"{}")).status == 404
    await app.db.close()


# --- the demonstration's people --------------------------------------------------------------------


async def test_no_setting_makes_a_real_installation_a_demonstration(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DEMO", "PEOPLE", "DEMO_PEOPLE", "PERSONAS", "AS"):
        monkeypatch.setenv(name, '[{"id": "lan"}]')
    assert not {"demo", "people", "personas"} & set(Settings.model_fields)
    async with running(loaded, tmp_path) as site:
        await site.joins("lan", "TN-BC")
        for path in ("/chat/people", "/chat/people?as=lan", "/chat/people?demo=1"):
            assert json.loads((await site.get(path))[1]) == {"demo": False, "people": []}
        await site.get("/?as=lan&demo=1")
        async with site.page("lan") as page:
            await page.says("/tinhtrang", "k1")
            assert (await page.hears())["html"].startswith(HELLO), "a stranger of their own"
