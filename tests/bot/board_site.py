"""The leaders' page of a story's world on 127.0.0.1, and browsers that are let in as its people."""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.rates import Rates
from bot.web.origins import Origins
from bot.web.pages.leaders import LeadersPage
from bot.web.server import HEADERS
from bot.web.sessions import COOKIE, Session, Sessions
from bot.web.shell import Shell
from storage import people
from tests.support.world import SECRET, World

TOKEN = "123456:a-token-for-tests-only"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def html(self) -> str:
        return self.body.decode()

    @property
    def text(self) -> str:
        """What one reads, a line for each row and paragraph; a | between the cells of a row."""
        inside = self.html.partition("<body>")[2]
        lines = re.sub(r"</(t[hd])>", " | ", re.sub(r"\n", " ", inside))
        lines = re.sub(r"</(tr|p|h1|h2|li|label|option)>", "\n", lines)
        return "\n".join(" ".join(line.split()) for line in html.unescape(re.sub(r"<[^>]*>", "", lines)).splitlines())

    def row(self, name: str) -> list[str]:
        """The cells of the row that begins with this name, without it."""
        found = [line.split(" | ") for line in self.text.splitlines() if line.startswith(f"{name} | ")]
        assert found, f"no row {name!r} in {self.text}"
        return [cell.strip(" |") for cell in found[0][1:] if cell.strip(" |")]

    @property
    def links(self) -> list[str]:
        return [html.unescape(href) for href in re.findall(r'href="([^"]+)"', self.html)]

    def units(self) -> list[str]:
        """The units that are shown, in their order."""
        rows = re.findall(r"<tr data-n=[^>]*?( hidden)?><th scope=\"row\">(.*?)</th>", self.html)
        return [html.unescape(re.sub(r"<[^>]*>", "", name)) for hidden, name in rows if not hidden]


class BoardSite:
    """The page, and who asks for it."""

    def __init__(self, world: World, server: TestServer, sessions: Sessions, browser: aiohttp.ClientSession) -> None:
        self.world, self._server, self.sessions, self.browser = world, server, sessions, browser
        self.base = str(server.make_url("")).rstrip("/")

    async def cookie(self, name: str) -> str:
        """Give a person of the story a browser; returns its cookie."""
        channel = self.world.channel.name
        async with self.world.unit_of_work() as uow:
            row = (await uow.people([(channel, name)]))[channel, name]
            await people.add_account(uow, "web", f"web-{name}", row["person_id"], row["member_id"])
        response = web.Response()
        self.sessions.keep(response, Session(f"web-{name}", "a browser"))
        return response.cookies[COOKIE].value

    async def on_telegram(self, name: str, number: int) -> None:
        """A person of the story is on Telegram, too."""
        channel = self.world.channel.name
        async with self.world.unit_of_work() as uow:
            row = (await uow.people([(channel, name)]))[channel, name]
            await people.add_account(uow, "telegram", str(number), row["person_id"], row["member_id"])

    async def sees(self, name: str, path: str = "/bang", **query: Any) -> Answer:
        """What a person of the story is shown."""
        return await self.get(path, {COOKIE: await self.cookie(name)} if name else {}, **query)

    async def get(self, path: str, cookies: dict[str, str], **query: Any) -> Answer:
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items())} if cookies else {}
        async with self.browser.get(self.base + path, params=query, headers=headers, allow_redirects=False) as response:
            return Answer(response.status, response.headers, await response.read())

    async def posts(self, data: Any, *, origin: str = "") -> Answer:
        """Hand over what Telegram has said."""
        headers = {"Origin": origin or self.base}
        async with self.browser.post(f"{self.base}/bang/telegram", data=data, headers=headers) as response:
            return Answer(response.status, response.headers, await response.read())


@asynccontextmanager
async def board_of(world: World, *, token: str = TOKEN) -> AsyncIterator[BoardSite]:
    """The page of a world."""
    sessions = Sessions(world.db, world.clock, secret=SECRET, base_url="http://127.0.0.1")
    app = web.Application()
    page = LeadersPage(
        world.db, world.office, world.media, world.clock, base_url="http://127.0.0.1", telegram_token=token,
        # Seconds of the machine, of which a slow one has many: here none goes by.
        rates=Rates(now=lambda: 0.0),
    )  # fmt: skip
    page.add_to(app.router, sessions, Origins("http://127.0.0.1"))
    Shell(is_demo=False).add_to(app.router)
    app.on_response_prepare.append(_add_headers)
    async with TestServer(app) as server, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        yield BoardSite(world, server, sessions, browser)


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def init_data(user_id: int, at: datetime, *, token: str = TOKEN, **more: str) -> str:
    """What Telegram tells a Mini App, signed as Telegram signs it."""
    user = json.dumps({"id": user_id, "first_name": "Hùng", "language_code": "vi"}, ensure_ascii=False)
    fields = {"query_id": "AAH", "user": user, "auth_date": str(int(at.timestamp())), "signature": "of-others", **more}
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return urlencode({**fields, "hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()})
