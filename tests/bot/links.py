"""People with personal links to the web chat, and browsers that come by them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.web.talk import ENDED
from handlers.organisation.web_links import personal_link
from storage import people
from storage.uow import UnitOfWork
from tests.bot.site import Page, Site

WELCOME = "Xong. Từ nay đồng chí gửi báo cáo ngay tại đây."


@asynccontextmanager
async def working(site: Site) -> AsyncIterator[UnitOfWork]:
    async with site.app.db.write() as conn:
        uow = UnitOfWork(conn, site.app.clock.now())
        yield uow
        await uow.flush()


@asynccontextmanager
async def another_browser(site: Site) -> AsyncIterator[Site]:
    """The same bot, seen by a browser with cookies of its own."""
    other = Site(site.app)
    yield other
    await other.browser.close()


async def person(site: Site, name: str = "Lan", role: str = "reporter") -> int:
    """Somebody of Bến Cầu, known on no channel; returns the person's id."""
    async with working(site) as uow:
        unit = await people.unit_by_code(uow, "TN-BC")
        assert unit
        person_id = await people.add_person(uow, name)
        await people.add_member(uow, person_id, unit["id"], role)
    return person_id


async def token_for(site: Site, person_id: int, **more: Any) -> str:
    """The secret of a new link of theirs."""
    async with working(site) as uow:
        url = await personal_link(site.app.office, uow, person_id, **{"days": 14, **more})
    base, _, token = url.rpartition("/")
    assert base == f"{site.app.address}/vao"
    return token


async def enters(site: Site, token: str) -> tuple[int, Any]:
    return await site.post("/chat/enter", json.dumps({"token": token}))


async def refused(site: Site, token: str) -> str:
    status, said = await enters(site, token)
    assert status == 403
    return str(said["error"])


async def ended(page: Page) -> str:
    """The words with which the page is told that it is let in no more."""
    text = str((await page.sees("ended"))["text"])
    assert await page.closes() == ENDED
    return text
