"""Does what takes too long for a conversation: reads workbooks that were sent, and loads them.

It is a channel to the courier: an errand waits in the outbox like a message, so a crash loses none; and it answers by
a message in the outbox, whose key lets it be there once however often the errand is done.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from bot.apart.reading import read_sent
from bot.channels.base import Capabilities, Intake, Pace, Refused, SendError, TryLater, Turn, at_once
from bot.clock import Clock
from bot.media.store import MediaStore
from bot.unit_lists import UnitLists
from handlers.campaigns import finding_words
from handlers.campaigns.campaigns import ACTION
from handlers.campaigns.errands import CLERK, Errand, What
from handlers.context import Office, Person
from handlers.events import Attachment, Priority, Reply
from handlers.permissions import may
from locales.translator import Translator
from reporting.campaigns.pack import Pack, PackError
from reporting.campaigns.publishing import Loader
from reporting.campaigns.sent_packs import Findings, MayReach, load_sent
from reporting.organisation.unit_changes import known_parents
from storage.engine import Database, is_passing
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

_AGAIN = 5.0
"""Seconds until an errand is tried again when the database could not be reached."""


class _OutdatedError(Exception):
    """What loading would change is not what was agreed to."""


class _GoneError(Exception):
    """The workbook is not kept any more."""


class Clerk:
    """The channel of errands (see `handlers.campaigns.errands`)."""

    name = CLERK
    capabilities = Capabilities(text_limit=4096, caption_limit=1024, buttons=True, edits=False, files=False)
    pace = Pace()

    def __init__(self, db: Database, media: MediaStore, office: Office, clock: Clock) -> None:
        self._db, self._media, self._translators, self._clock = db, media, office.translators, clock
        # Reading keeps a processor busy: one workbook at a time, whoever sends how many.
        self._reading = asyncio.Lock()
        self._unit_lists = UnitLists(db, media, office, clock, self._reading)

    async def start(self, intake: Intake) -> None:
        """Nothing comes from here but what was asked for."""

    async def stop(self) -> None:
        """What is under way the courier waits for."""

    def is_group(self, chat: str) -> bool:
        return False

    async def send(self, chat: str, reply: Reply, *, key: str, turn: Turn = at_once) -> str:
        """Do an errand and answer it. Raises TryLater when the database is away."""
        errand = Errand.from_reply(reply)
        try:
            await self._do(errand, f"{CLERK}/done/{key}")
        except SendError:
            raise
        except Exception as error:
            if is_passing(error):
                raise TryLater(_AGAIN, type(error).__name__) from error
            # Whoever waits is told; the courier writes down that it failed, and logs why.
            await self._answer(errand, f"{CLERK}/failed/{key}", finding_words.failed(self._translators["vi"]))
            raise
        return key

    async def _do(self, errand: Errand, key: str) -> None:
        if errand.what is What.UNITS:
            await self._unit_lists.take(errand, key)
            return
        person = await self._person(errand)
        if person is None:
            raise Refused("nobody who may do this")
        tr = self._translators[person.language]
        try:
            pack = await self._read(errand)
            try:
                await self._load(errand, key, pack, tr, agreed=errand.what is What.APPLY)
            except _OutdatedError:
                await self._load(errand, key, pack, tr, agreed=False, outdated=True)
        except PackError as error:
            await self._answer(errand, key, await self._problems(errand, error, tr))
        except _GoneError:
            await self._answer(errand, key, finding_words.lost(tr))

    async def _person(self, errand: Errand) -> Person | None:
        """Who sent it, if they still may manage campaigns."""
        async with self._db.read() as conn:
            return await _who(UnitOfWork(conn, self._clock.now()), errand)

    async def _read(self, errand: Errand) -> Pack:
        """Raises PackError; _GoneError when the file is not there any more."""
        try:
            kept = await self._media.resolve(Attachment(errand.media_id, errand.name))
            data = await asyncio.to_thread(kept.path.read_bytes)
        except (LookupError, FileNotFoundError) as error:
            raise _GoneError from error
        async with self._db.read() as conn:
            known = await known_parents(UnitOfWork(conn, self._clock.now()))
        async with self._reading:
            return await asyncio.to_thread(read_sent, data, errand.name, known)

    async def _load(
        self, errand: Errand, key: str, pack: Pack, tr: Translator, *, agreed: bool, outdated: bool = False
    ) -> None:
        """Find out what loading changes, and tell; what was agreed to is written, and so is that it was told.

        Raises PackError, and _OutdatedError where it is not what was agreed to.
        """
        async with self._db.write() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            person = await _who(uow, errand)
            if person is None:
                raise Refused("nobody who may do this")
            by, reach = _acting(person)
            found = await load_sent(uow, pack, by, reach, tr.timezone)
            if agreed and found.fingerprint != errand.seen:
                raise _OutdatedError
            if agreed:
                _send(uow, errand, key, finding_words.loaded(found, tr))
                await uow.flush()
            else:
                await conn.rollback()
        if not agreed:
            await self._answer(errand, key, await self._told(errand, found, tr, outdated=outdated))
        log.info("workbook loaded" if agreed else "workbook read", campaign=found.slug)

    async def _told(self, errand: Errand, found: Findings, tr: Translator, *, outdated: bool) -> Reply:
        reply, rest = finding_words.findings(found, errand.media_id, tr, outdated=outdated)
        return await self._with_file(errand, reply, rest, tr)

    async def _problems(self, errand: Errand, error: PackError, tr: Translator) -> Reply:
        reply, rest = finding_words.problems(error.problems, errand.name, tr)
        return await self._with_file(errand, reply, rest, tr)

    async def _with_file(self, errand: Errand, reply: Reply, whole: str, tr: Translator) -> Reply:
        """What a message has no room for, as a text file beside it."""
        if not whole:
            return reply
        name = finding_words.file_name(tr)
        # With a mark in front: the editors of Windows take a text without one for another encoding.
        data = whole.encode("utf-8-sig")
        kept = await self._media.keep_file(data, name, f"{errand.channel}:{errand.chat}")
        return Reply(reply.text, reply.choices, document=Attachment(kept.media_id, name))

    async def _answer(self, errand: Errand, key: str, reply: Reply) -> None:
        async with self._db.write() as conn:
            uow = UnitOfWork(conn, self._now())
            _send(uow, errand, key, reply)
            await uow.flush()

    def _now(self) -> datetime:
        return self._clock.now()


def _send(uow: UnitOfWork, errand: Errand, key: str, reply: Reply) -> None:
    uow.send(errand.channel, errand.chat, reply.to_json(), priority=Priority.REPLY, key=key)


async def _who(uow: UnitOfWork, errand: Errand) -> Person | None:
    sender = (errand.channel, errand.sender)
    row = (await uow.people([sender])).get(sender)
    person = Person.from_row(row) if row else None
    return person if person and any(may(held, ACTION) for held in person.roles) else None


def _acting(person: Person) -> tuple[Loader, MayReach]:
    """As whom the person loads, and how far they reach in all their roles."""
    able = [held for held in person.roles if may(held, ACTION)]
    # Of several roles the one that stands highest: its reach has the others' in it, or is beside theirs.
    acting = min(able, key=lambda held: held.unit.path.count("/"))
    return Loader(acting.member_id, person.account_id), lambda path: any(may(held, ACTION, path) for held in able)
