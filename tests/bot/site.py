"""The web port of a real bot on 127.0.0.1, and pages that talk to it as a browser does."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import App
from bot.config import Settings
from bot.web.sessions import DemoPerson
from storage import people
from storage.uow import UnitOfWork
from tests.bot.kit import at
from tests.channels.kit import Recorder
from tests.support.database import engine_in_use, plain, url_in
from tests.support.world import TurnedClock

PATIENCE = 10
LAN = DemoPerson("lan", "Nguyễn Thị Lan", "Bí thư Đoàn xã")
MINH = DemoPerson("minh", "Trần Văn Minh", "Bí thư Đoàn xã")
HELLO = "Chào đồng chí! Em là bot nhận báo cáo của Đoàn."
"""What the bot says to somebody who has not joined."""


def settings(folder: Path, **more: Any) -> Settings:
    """Of a bot whose files are all in `folder`, on any free port."""
    file = folder / "world.db"
    given = {
        # One that is not there is made by the bot.
        "database_url": url_in(file) if engine_in_use() == "postgres" else f"sqlite+aiosqlite:///{file}",
        "media_dir": folder / "media",
        "web_port": 0,
        "secret_key": "a key for tests only",
        **more,
    }
    return _Told(**given)


class _Told(Settings):
    """What a test says, and nothing else: to look in the environment and in a file takes longer than all the rest."""

    @classmethod
    def settings_customise_sources(cls, _of: Any, init_settings: Any, *_other: Any, **_others: Any) -> tuple[Any]:
        return (init_settings,)


class Site:
    """A running bot, seen through its port by one browser."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.base = f"http://127.0.0.1:{app.port}"
        self.browser = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Origin": self.base})

    async def get(self, path: str, **more: Any) -> tuple[aiohttp.ClientResponse, bytes]:
        """A response with its body, already read."""
        async with self.browser.get(self.base + path, **more) as response:
            return response, await response.read()

    async def post(self, path: str, data: Any, **more: Any) -> tuple[int, Any]:
        """The status and what the JSON says (None if it is none)."""
        async with self.browser.post(self.base + path, data=data, **more) as response:
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else None

    @asynccontextmanager
    async def page(self, who: str = "", after: int | None = 0, **more: Any) -> AsyncIterator[Page]:
        """A socket as the page opens it; `after`: the last message that it has, None to say no hello."""
        query = f"?as={who}" if who else ""
        async with self.browser.ws_connect(f"{self.base}/chat/ws{query}", **more) as socket:
            page = Page(socket)
            if after is not None:
                await page.sends({"type": "hello", "after": after})
            yield page

    async def joins(self, chat: str, unit: str, role: str = "reporter") -> None:
        """Make a chat of the web a member."""
        async with self.app.db.write() as conn:
            uow = UnitOfWork(conn, self.app.clock.now())
            row = await people.unit_by_code(uow, unit)
            assert row, unit
            await people.join(uow, channel="web", address=chat, name=chat, unit_id=row["id"], role=role)
            await uow.flush()

    async def is_heard(self) -> Recorder:
        """From now on nobody answers on the web; what is said is written down."""
        heard = Recorder()
        await self.app.webchat.start(heard.take)
        return heard

    async def query(self, sql: str) -> list[tuple[Any, ...]]:
        async with self.app.db.read() as conn:
            return [tuple(map(plain, row)) for row in await conn.exec_driver_sql(sql)]


class Page:
    """One open socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self._unread: list[dict[str, Any]] = []
        self._heard: list[dict[str, Any]] = []

    async def sends(self, frame: Any) -> None:
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame, ensure_ascii=False))

    async def says(self, text: str, key: str) -> None:
        """Say a line, and wait until it is acknowledged."""
        await self.sends({"type": "text", "text": text, "key": key})
        await self.acked(key)

    async def acked(self, key: str) -> None:
        assert (await self.sees("ack"))["key"] == key

    async def sees(self, kind: str, *, mine: bool | None = None) -> dict[str, Any]:
        """The next frame of a kind; those of other kinds are left for later."""
        for place, frame in enumerate(self._unread):
            if _is(frame, kind, mine):
                return self._unread.pop(place)
        while True:
            came: dict[str, Any] = await self.socket.receive_json(timeout=PATIENCE)
            if _is(came, kind, mine):
                return came
            self._unread.append(came)

    async def hears(self) -> dict[str, Any]:
        """The next message of the bot. One that is said while the page opens may come twice, as what was said before
        and as what is new; the page shows it once, by its id."""
        message = await self.sees("message", mine=False)
        while message in self._heard:
            message = await self.sees("message", mine=False)
        self._heard.append(message)
        return message

    async def closes(self) -> int | None:
        """The code with which the server closes the socket."""
        async with asyncio.timeout(PATIENCE):
            while (message := await self.socket.receive()).type is aiohttp.WSMsgType.TEXT:
                self._unread.append(json.loads(message.data))
        return self.socket.close_code

    @property
    def unread(self) -> list[str]:
        """The kinds of the frames that came and were not asked for."""
        return [frame["type"] for frame in self._unread]

    @property
    def told(self) -> list[str]:
        """What the messages say that came and were not asked for."""
        return [frame["html"] for frame in self._unread if frame["type"] == "message"]


def _is(frame: dict[str, Any], kind: str, mine: bool | None) -> bool:
    return frame["type"] == kind and (mine is None or frame["mine"] is mine)


def prepared(loaded: Path | None, folder: Path, *, people: Sequence[DemoPerson] = (), **more: Any) -> App:
    """A bot that is not started, on the database of `folder` (a copy of `loaded` if there is none, empty without)."""
    if loaded and not (folder / "world.db").exists():
        shutil.copy(loaded, folder / "world.db")
    return App(settings(folder, **more), TurnedClock(at("2022-12-16 08:18")), people=people)


@asynccontextmanager
async def running(
    loaded: Path | None, folder: Path, *, people: Sequence[DemoPerson] = (), **more: Any
) -> AsyncIterator[Site]:
    """A bot at work; stopped at the end."""
    app = prepared(loaded, folder, people=people, **more)
    await app.prepare()
    await app.start()
    # Until this process hears of the others, and then once, it has open pages come again.
    async with asyncio.timeout(20):
        while not app.leads:
            await asyncio.sleep(0.002)
    if app.settings.has_replicas:
        # Where nobody has to compete for the lead, the start waits for the first look at what is due.
        await app.jobs.tick()
    site = Site(app)
    try:
        yield site
    finally:
        await site.browser.close()
        await app.stop()
