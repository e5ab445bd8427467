"""What the tests of the channels share: an intake that only writes down, and a clock that stands still."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.test_utils import TestServer
from markupsafe import Markup

from bot.channels.base import NotTaken, Pace
from bot.channels.pushing import Webhook
from bot.channels.telegram import TelegramChannel
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_api import ZaloApi
from bot.media.store import MediaStore
from bot.web.files import shown_or_saved
from handlers.events import Attachment, Choice, Incoming, Reply
from locales.translator import Translators
from storage import message_counts
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.zalo.emulator import ZaloEmulator

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2022, 12, 16, 2, 41, tzinfo=UTC)
HOSTILE = "<b>&\"'</b> <script>alert(1)</script> &amp; &lt;"
SECRET = "a-long-random-word"
COMMANDS = (("baocao", "Gửi báo cáo"), ("trogiup", "Trợ giúp"))


class StillClock:
    """It is always the same moment."""

    speed = 1.0

    def now(self) -> datetime:
        return NOW


class NoMaker:
    """Nothing is made when it is sent: the tests keep their files beforehand."""

    async def make(self, reference: str) -> tuple[bytes, str]:
        raise LookupError(reference)


class Recorder:
    """An intake that writes down what it is offered, and refuses as often as it is told."""

    def __init__(self) -> None:
        self.offered: list[Incoming] = []
        self._refusals: dict[str, int] = defaultdict(int)
        self._taken: asyncio.Queue[Incoming] = asyncio.Queue()
        self._came = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    def refuses(self, times: int, chat: str = "") -> None:
        """Take nothing (of `chat`) so many times."""
        self._refusals[chat] = times

    async def take(self, incoming: Incoming) -> None:
        self.offered.append(incoming)
        self._came.set()
        for chat in ("", incoming.chat):
            if self._refusals[chat]:
                self._refusals[chat] -= 1
                raise NotTaken("on purpose")
        await self.open.wait()
        self._taken.put_nowait(incoming)

    async def next(self) -> Incoming:
        """The next update that was taken."""
        return await asyncio.wait_for(self._taken.get(), 5)

    async def was_offered(self, count: int) -> None:
        """Wait until so many were offered in all, taken or not."""
        async with asyncio.timeout(5):
            while len(self.offered) < count:
                self._came.clear()
                await self._came.wait()

    @property
    def unheard(self) -> int:
        """How many were taken that `next` has not given out."""
        return self._taken.qsize()


async def idly() -> None:
    """Give everything that can go on without the test the time to do so."""
    for _ in range(50):
        await asyncio.sleep(0)


def telegram(
    api_base: str,
    token: str,
    media: MediaStore,
    *,
    webhook: Webhook | None = None,
    commands: tuple[tuple[str, str], ...] = (),
    backoff: Callable[[int], float] = lambda _failures: 0.0,
) -> TelegramChannel:
    """A channel that is not started yet, and that never waits before it tries again."""
    return TelegramChannel(
        token=token,
        api_base=api_base,
        media=media,
        clock=StillClock(),
        pace=Pace(),
        webhook=webhook,
        commands=commands,
        backoff=backoff,
    )


def say(
    text: str,
    *rows: tuple[str, ...],
    photo: Attachment | None = None,
    document: Attachment | None = None,
    replaces: str | None = None,
) -> Reply:
    """A reply whose text is taken literally, with rows of buttons named `label=action`."""
    choices = tuple(tuple(Choice(*button.split("=")) for button in row) for row in rows)
    return Reply(Markup("{}").format(text), choices, photo=photo, document=document, replaces=replaces)


PUBLIC = "https://bot.example.vn"
"""Where the bot's files are on Zalo's internet."""


@asynccontextmanager
async def served(media: MediaStore) -> AsyncIterator[str]:
    """Signed links of `media` work at this address, as on the web port."""

    async def give(request: web.Request) -> web.StreamResponse:
        try:
            media_id = media.linked(request.match_info["token"])
            return shown_or_saved(await media.resolve(Attachment(media_id, request.match_info["name"])))
        except LookupError as error:
            raise web.HTTPNotFound from error

    app = web.Application()
    app.router.add_get("/media/{token}/{name}", give)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@dataclass
class ZaloSet:
    """What a Zalo channel of the tests is made of; `refusals` counts how often it told that its token is refused."""

    emulator: ZaloEmulator
    db: Database
    media: MediaStore
    folder: Path
    refusals: int = 0

    def channel(self, *, public_url: str = PUBLIC, webhook: Webhook | None = None, token: str = "") -> ZaloChannel:
        """A channel that is not started yet, and that hardly waits before it tries again."""
        api = ZaloApi(token or self.emulator.token, self.emulator.base_url, ("127.0.0.1",))
        return ZaloChannel(
            api=api, db=self.db, media=self.media, clock=StillClock(), translators=Translators(ZONE), pace=Pace(),
            journal=self.journal, public_url=public_url, webhook=webhook, refused=self._refused, poll_seconds=1,
            backoff=lambda _failures: 0.001,
        )  # fmt: skip

    @property
    def journal(self) -> Path:
        return self.folder / "zalo-journal"

    @property
    def journalled(self) -> int:
        """How many updates are on disk."""
        return len(list(self.journal.glob("*.json")))

    async def _refused(self) -> None:
        self.refusals += 1

    async def counted(self) -> tuple[int, int]:
        """Messages of the month: received, sent."""
        async with self.db.read() as conn:
            rows = await message_counts.of_month(UnitOfWork(conn, NOW), "2022-12")
        return (rows[0]["received"], rows[0]["sent"]) if rows else (0, 0)
