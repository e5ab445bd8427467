"""Personal links to the web chat, through a running bot's port: which browser gets in by one, and for how long."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer

from bot.web.sessions import COOKIE
from handlers.organisation.web_links import personal_link
from reporting.organisation.web_links import hash_token
from storage import people
from tests.bot.links import WELCOME, another_browser, enters, person, refused, token_for, working
from tests.bot.site import LAN, Site
from tests.support.world import TurnedClock

# --- getting in ------------------------------------------------------------------------------------


async def test_a_link_opens_the_chat_as_that_person(real: Site) -> None:
    token = await token_for(real, await person(real))
    assert await enters(real, token) == (200, {"go": "/", "changed": False})
    async with real.page() as page:
        welcome = await page.hears()
        assert welcome["html"].startswith(WELCOME)
        await page.says("/tinhtrang", "k1")
        assert "Bến Cầu" in (await page.hears())["html"]


async def test_looking_at_a_link_uses_nothing(real: Site) -> None:
    """The apps in which it is sent fetch it to show what it leads to."""
    token = await token_for(real, await person(real))
    async with another_browser(real) as preview:
        response, body = await preview.get(f"/vao/{token}")
        assert (response.status, COOKIE in response.cookies) == (200, False)
        assert response.headers["Cache-Control"] == "no-store"
        assert token not in body.decode()
    assert (await enters(real, token))[0] == 200


async def test_a_link_belongs_to_the_browser_that_used_it_first(real: Site) -> None:
    token = await token_for(real, await person(real))
    assert (await enters(real, token))[0] == 200
    async with another_browser(real) as other:
        assert "trình duyệt khác" in await refused(other, token)
        assert COOKIE not in {cookie.key for cookie in other.browser.cookie_jar}
    assert (await enters(real, token))[0] == 200
    assert await real.query("SELECT count(*) FROM audit WHERE action = 'weblink.bind'") == [(1,)]


async def test_only_hashes_are_kept(real: Site) -> None:
    token = await token_for(real, await person(real))
    await enters(real, token)
    [(kept, browser)] = await real.query("SELECT token_hash, browser_hash FROM web_link")
    assert kept == hash_token(token, real.app.secret) != hash_token(token, b"another key")
    cookie = next(c.value for c in real.browser.cookie_jar if c.key == COOKIE)
    said = URLSafeSerializer(real.app.secret, salt="web session").loads(cookie)
    assert said["b"]
    assert said["b"] not in browser


async def test_a_link_is_for_a_while(real: Site) -> None:
    clock = real.app.clock
    assert isinstance(clock, TurnedClock)
    who = await person(real)
    late, used = await token_for(real, who, days=1), await token_for(real, await person(real, "Minh"), days=1)
    async with another_browser(real) as minh:
        assert (await enters(minh, used))[0] == 200
        clock.turn_to(clock.now() + timedelta(days=1))
        assert "hết hạn" in await refused(real, late)
        assert (await enters(minh, used))[0] == 200, "whoever is in comes back by the link too"


@pytest.mark.parametrize("token", ["x", "A" * 32, "' OR 1=1 --", "../../vao", "ô" * 40])
async def test_a_link_that_was_made_up_opens_nothing(real: Site, token: str) -> None:
    await token_for(real, await person(real))
    assert "chưa nhận ra liên kết" in await refused(real, token)


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '{"token": 5}', '{"token": ""}', "[" * 900, '{"token": "%s"}' % ("a" * 101)]
)
async def test_what_is_no_token_is_no_request(real: Site, body: str) -> None:
    assert (await real.post("/chat/enter", body))[0] == 400


async def test_a_body_of_any_size_is_not_read(real: Site) -> None:
    assert (await real.post("/chat/enter", json.dumps({"token": "a" * 100_000})))[0] == 400


async def test_somebody_without_a_role_or_an_office_without_web_has_no_link(real: Site) -> None:
    async with working(real) as uow:
        stranger = await people.add_person(uow, "Ai đó")
        assert await personal_link(real.app.office, uow, stranger, days=1) == ""
    who = await person(real)
    real.app.office.links.web = ""
    async with working(real) as uow:
        assert await personal_link(real.app.office, uow, who, days=1) == ""


# --- one browser, several people -------------------------------------------------------------------


async def test_a_browser_that_becomes_somebody_else_is_told_so(real: Site) -> None:
    """What the one before left unsent is not sent as theirs."""
    lan, minh = await person(real), await person(real, "Minh")
    assert (await enters(real, await token_for(real, lan)))[1]["changed"] is False
    link_of_minh = await token_for(real, minh)
    status, said = await enters(real, link_of_minh)
    assert (status, said["ask"]) == (200, True)
    assert said["error"].startswith("Trình duyệt này đang mở cho Lan")
    assert await real.query("SELECT count(*) FROM web_link WHERE browser_hash IS NOT NULL") == [(1,)]
    async with real.page() as page:
        await page.says("vẫn là Lan", "k0")
    sure = json.dumps({"token": link_of_minh, "sure": True})
    assert await real.post("/chat/enter", sure) == (200, {"go": "/", "changed": True})
    async with real.page() as page:
        await page.says("của Minh", "k1")
    [(owner,)] = await real.query(
        "SELECT person_id FROM account JOIN web_message ON chat = address WHERE web_message.key = 'me/k1'"
    )
    assert owner == minh


async def test_a_session_of_before_links_is_still_one(real: Site) -> None:
    """Its cookie named the address alone."""
    old = URLSafeSerializer(real.app.secret, salt="web session").dumps("an-address-of-before")
    real.browser.cookie_jar.update_cookies({COOKIE: str(old)})
    await real.joins("an-address-of-before", "TN-BC")
    response, _ = await real.get("/")
    assert COOKIE in response.cookies
    async with real.page() as page:
        await page.says("/tinhtrang", "k1")
        assert "Bến Cầu" in (await page.hears())["html"]


async def test_in_the_demonstration_a_link_leads_to_its_person(demo: Site) -> None:
    await demo.joins(LAN.id, "TN-BC")
    [(who,)] = await demo.query("SELECT person_id FROM account")
    assert (await enters(demo, await token_for(demo, who)))[1]["go"] == f"/#{LAN.id}"
