"""A lost link, a lost phone: who is let in no more is out at once, is told so, and finds a way on."""

from __future__ import annotations

import aiohttp
import pytest
from markupsafe import Markup
from sqlalchemy.exc import OperationalError

from bot.web import talk
from handlers.events import Reply
from storage import erasing, members, privacy
from tests.bot.links import WELCOME, another_browser, ended, enters, person, refused, token_for, working
from tests.bot.site import HELLO, Site


async def test_a_link_given_anew_goes_on_with_the_chat_and_ends_the_old_one(real: Site) -> None:
    who = await person(real)
    first = await token_for(real, who)
    await enters(real, first)
    async with another_browser(real) as phone, real.page() as old:
        await old.says("trước khi mất máy", "k1")
        second = await token_for(real, who)
        await old.sends({"type": "text", "text": "/tinhtrang", "key": "k2"})
        assert "liên kết mới" in await ended(old)
        assert "đã được thay" in await refused(real, first)
        assert (await enters(phone, second))[0] == 200
        async with phone.page() as new:
            assert (await new.sees("message", mine=True))["html"] == "trước khi mất máy"
    assert await real.query("SELECT count(*) FROM web_message WHERE key = 'me/k2'") == [(0,)]


async def test_who_may_be_there_no_more_is_shown_nothing_more(real: Site) -> None:
    who = await person(real)
    await enters(real, await token_for(real, who))
    async with real.page() as page:
        await page.hears()
        await token_for(real, who)
        [(address,)] = await real.query("SELECT address FROM account WHERE channel = 'web'")
        await real.app.webchat.send(address, Reply(Markup("chỉ cho Lan")), key="after")
        await ended(page)
        assert "chỉ cho Lan" not in page.told
    async with real.page(after=None) as page:
        await ended(page)
    assert (await real.post("/chat/upload", b"x"))[0] == 403


async def test_an_account_that_is_cut_off_is_out_at_once(real: Site) -> None:
    who = await person(real)
    token = await token_for(real, who)
    await enters(real, token)
    async with real.page() as page:
        await page.hears()
        async with working(real) as uow:
            [account] = await members.accounts_of(uow, who)
            await members.cut(uow, account)
        await real.app.webchat.send(account["address"], Reply(Markup("chỉ cho Lan")), key="after")
        await page.sends({"type": "hello", "after": 0})
        await ended(page)
        assert "chỉ cho Lan" not in page.told
    assert "đã được thay" in await refused(real, token)


async def test_an_idle_page_is_put_out_too(real: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "CLOCK_EVERY", 0.02)
    who = await person(real)
    await enters(real, await token_for(real, who))
    async with real.page() as page:
        await page.hears()
        await token_for(real, who)
        await ended(page)


async def test_after_a_lock_a_link_begins_a_chat_of_its_own(real: Site) -> None:
    """The locked phone must not come back by it."""
    who = await person(real)
    await enters(real, await token_for(real, who))
    async with working(real) as uow:
        [account] = await members.accounts_of(uow, who)
        await members.cut(uow, account)
    token = await token_for(real, who)
    async with another_browser(real) as phone:
        assert (await enters(phone, token))[0] == 200
        async with phone.page() as page:
            assert (await page.hears())["html"].startswith(WELCOME)
    async with real.page(after=None) as page:
        await ended(page)


async def test_a_database_that_is_away_loses_no_message_of_the_bot(real: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> bool:
        raise OperationalError("select", {}, Exception("unable to open"))

    await enters(real, await token_for(real, await person(real)))
    [(address,)] = await real.query("SELECT address FROM account WHERE channel = 'web'")
    async with real.page() as page:
        await page.hears()
        with monkeypatch.context() as broken:
            broken.setattr(real.app.sessions, "still", away)
            await real.app.webchat.send(address, Reply(Markup("tin mới")), key="new")
            assert await page.closes() == aiohttp.WSCloseCode.TRY_AGAIN_LATER
    async with real.page() as page:
        assert [(await page.hears())["html"] for _ in range(2)][1] == "tin mới"


async def test_one_who_is_put_out_begins_anew_with_a_code(real: Site) -> None:
    who = await person(real)
    await enters(real, await token_for(real, who))
    await token_for(real, who)
    await real.get("/")
    async with real.page(after=None) as page:
        assert (await page.sees("ended"))["link"]["url"] == "/?moi"
    await real.get("/?moi")
    async with real.page() as page:
        await page.says("xin chào", "k1")
        assert (await page.hears())["html"].startswith(HELLO)


async def test_who_came_by_a_code_stays_until_the_office_gives_a_link(real: Site) -> None:
    await real.get("/")
    async with real.page() as page:
        await page.says("xin chào", "k1")
        [(address,)] = await real.query("SELECT DISTINCT chat FROM web_message")
        await real.joins(address, "TN-BC")
        [(who, account)] = await real.query("SELECT person_id, id FROM account")
        added = await token_for(real, who, sent_to=account)
        await page.says("/tinhtrang", "k2")
        async with another_browser(real) as phone:
            assert (await enters(phone, added))[0] == 200
            await page.says("/tinhtrang", "k3")
        await token_for(real, who)
        await page.sends({"type": "text", "text": "/tinhtrang", "key": "k4"})
        await ended(page)


async def test_an_erased_person_leaves_no_link(real: Site) -> None:
    who = await person(real, "Nguyễn Thị Lan")
    token = await token_for(real, who)
    await enters(real, token)
    async with working(real) as uow:
        assert len((await privacy.collect(uow, who))["links"]) == 1
        await erasing.erase(uow, who)
    assert await real.query("SELECT count(*) FROM web_link") == [(0,)]
    assert "chưa nhận ra" in await refused(real, token)
