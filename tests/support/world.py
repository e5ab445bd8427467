"""A whole bot on a real SQLite file, with a clock that the test turns and a channel that remembers.

Nothing of ours is replaced: intake, handlers, register, outbox, courier and jobs are the real ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.clerk import Clerk
from bot.delivery.courier import Courier
from bot.intake import Intake
from bot.jobs import Jobs
from bot.media.store import MediaStore
from bot.workshop import Workshop
from handlers.context import Links, Office
from handlers.events import Document, Incoming, Photo, Reply
from handlers.numbering import TYPED, are_numbered, meant
from locales.translator import Translators
from reporting.campaigns.pack import Pack
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from reporting.library import Library
from reporting.organisation.invites import hash_code
from reporting.register import rebuild_check
from storage import people
from storage.uow import UnitOfWork
from tests.support.database import database_in, plain
from tests.support.remembering import RememberingChannel, Shown

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ROOT = Path(__file__).parents[2]
CAMPAIGNS = ROOT / "campaigns"
TAY_NINH = CAMPAIGNS / "tay-ninh-2022"
SECRET = b"only for tests"
LINKS = Links("https://bot.example.vn", "danvan_thu_bot")


class TurnedClock:
    """Stands still until the test turns it."""

    speed = 1.0

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def turn_to(self, moment: datetime) -> None:
        assert moment >= self._now, "the clock only goes forward"
        self._now = moment


TRANSLATORS = Translators(ZONE)
"""Read once: nothing changes them."""


@cache
def _pack_of_ours(path: Path) -> Pack:
    """A pack of this repository, which no test changes."""
    return read_pack(path)


class World:
    """Drives the bot: people say, press and send; time passes."""

    FILE = "world.db"

    def __init__(self, folder: Path, start: datetime, keys: int = 0) -> None:
        """`folder`: where its database is, or is made. `keys`: how many updates have come in before."""
        self.clock = TurnedClock(start)
        self.file = folder / self.FILE
        self.db = database_in(self.file)
        self.office = Office(Library(), TRANSLATORS, SECRET, LINKS)
        self.channel = RememberingChannel()
        workshop = Workshop(self.db, self.office.library, TRANSLATORS, self.clock, LINKS)
        self.media = MediaStore(self.db, folder / "media", workshop, self.clock, SECRET)
        clerk = Clerk(self.db, self.media, self.office, self.clock)
        self.courier = Courier(self.db, {self.channel.name: self.channel, clerk.name: clerk}, self.clock)
        self.intake = Intake(self.db, self.office, self.clock, lambda: None)
        self.jobs = Jobs(self.db, self.office, self.clock, lambda: None)
        self.keys = keys
        self.numbered = False
        """Whether the channel has no buttons, and counts messages: choices are numbered lines, answered by typing."""
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> World:
        self._running = asyncio.create_task(self.intake.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.intake.stop()
        assert self._running is not None
        await self._running
        await self.db.close()

    async def load(self, pack: Pack | Path = TAY_NINH) -> None:
        if isinstance(pack, Path):
            pack = _pack_of_ours(pack) if pack.is_relative_to(ROOT) else read_pack(pack)
        async with self.unit_of_work() as uow:
            await save_pack(uow, pack)
        await self.tick()

    def unit_of_work(self) -> _Work:
        return _Work(self)

    async def joins(self, name: str, code: str, unit: str, role: str) -> None:
        """Somebody is invited, gives the code, and says that it is right."""
        await self.invite(code, unit, role)
        await self.says(name, f"/start {code}")
        await self.presses(name, "Đúng, tham gia")

    async def invite(self, code: str, unit: str, role: str, uses: int = 1, days: int = 14) -> None:
        async with self.unit_of_work() as uow:
            row = await people.unit_by_code(uow, unit)
            assert row, f"no unit {unit}"
            await people.add_invite(
                uow, code_hash=hash_code(code, SECRET), unit_id=row["id"], role=role, uses=uses,
                expires_at=self.clock.now() + timedelta(days=days),
            )  # fmt: skip

    # --- what happens ------------------------------------------------------------------------

    async def happens(self, chat: str, **what: Any) -> list[tuple[str, Shown]]:
        """One update, whole: taken in, answered, sent. Returns what went out, to whom."""
        incoming = self.incoming(chat, **what)
        await self.intake.take(incoming)
        return await self.send()

    async def all_at_once(self, chats: Iterable[str], **what: Any) -> dict[str, list[Shown]]:
        """The same update from many chats at one moment. Returns what each chat got."""
        updates = [self.incoming(chat, **what) for chat in chats]
        await asyncio.gather(*map(self.intake.take, updates))
        heard: dict[str, list[Shown]] = {update.chat: [] for update in updates}
        for chat, shown in await self.send():
            heard.setdefault(chat, []).append(shown)
        return heard

    def incoming(self, chat: str, *, name: str = "", sender: str = "", **what: Any) -> Incoming:
        self.keys += 1
        group = chat.startswith("-")
        if self.numbered and "text" in what:
            what |= self._typed(chat, what["text"], group=group)
        return Incoming(
            channel=self.channel.name, chat=chat, sender=sender or chat, key=what.pop("key", f"u{self.keys}"),
            at=self.clock.now(), sender_name=name or chat, is_group=group, **what,
        )  # fmt: skip

    def without_buttons(self) -> None:
        """From now on the channel is one where choices are typed, and messages are spared."""
        self.numbered = True
        self.office.poor_channels.add(self.channel.name)

    def _typed(self, chat: str, text: str, *, group: bool) -> dict[str, Any]:
        """What such a channel tells with a line: the choices that were put last, as Zalo's does."""
        said = [one.reply for one in reversed(self.channel.chats[chat])]
        reply = next((one for one in said if one.choices or one.wants in TYPED), Reply(Markup("")))
        choices = tuple(choice for row in reply.choices for choice in row)
        told: dict[str, Any] = {"shown": choices, "numbered": are_numbered(choices, reply.wants)}
        action = meant(Incoming("", chat, chat, "", self.clock.now(), text=text, **told), {}) if group else None
        return told | ({"action": action, "text": None} if action else {})

    async def says(self, chat: str, text: str, **more: Any) -> list[tuple[str, Shown]]:
        return await self.happens(chat, text=text, **more)

    async def presses(self, chat: str, label: str) -> list[tuple[str, Shown]]:
        """Press the button of the newest message that has one with this label."""
        for shown in reversed(self.channel.chats[chat]):
            if label in shown.labels:
                return await self.happens(chat, action=shown.action(label), message_id=shown.id)
        last = [s.labels for s in self.channel.chats[chat][-3:]]
        raise AssertionError(f"{chat} sees no button {label!r}; the last messages have {last}")

    async def sends_photo(self, chat: str, media_id: str | None = "p/test") -> list[tuple[str, Shown]]:
        return await self.happens(chat, photo=Photo(media_id))

    async def time_is(self, moment: datetime) -> list[tuple[str, Shown]]:
        """Turn the clock and let the jobs look. Returns what went out."""
        self.clock.turn_to(moment)
        return await self.tick()

    async def tick(self) -> list[tuple[str, Shown]]:
        await self.jobs.tick()
        return await self.send()

    async def send(self) -> list[tuple[str, Shown]]:
        """Let the courier send all that is due."""
        before = len(self.channel.log)
        await self.courier.drain()
        return self.channel.log[before:]

    async def sends_file(self, chat: str, data: bytes, name: str) -> list[tuple[str, Shown]]:
        """A file, kept as a channel keeps it."""
        kept = await self.media.keep_file(data, name, f"{self.channel.name}:{chat}")
        return await self.happens(chat, document=Document(kept.media_id, kept.name, kept.kind))

    # --- what is true ------------------------------------------------------------------------

    async def totals_are_true(self) -> None:
        async with self.unit_of_work() as uow:
            assert await rebuild_check(uow) == []

    async def query(self, sql: str) -> list[tuple[Any, ...]]:
        """What the engine says, in the words of SQLite."""
        async with self.db.read() as conn:
            return [tuple(map(plain, row)) for row in await conn.exec_driver_sql(sql)]


class _Work:
    """`async with world.unit_of_work() as uow`: flushed and committed at the end."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __aenter__(self) -> UnitOfWork:
        self._context = self._world.db.write()
        self._uow = UnitOfWork(await self._context.__aenter__(), self._world.clock.now())
        return self._uow

    async def __aexit__(self, *error: Any) -> None:
        if error[0] is None:
            await self._uow.flush()
        await self._context.__aexit__(*error)
