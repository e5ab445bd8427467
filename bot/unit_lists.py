"""Lists of units that were sent for a broadcast: read in a process of their own, and taken among its recipients."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bot.apart.reading import read_units
from bot.channels.base import Refused
from bot.clock import Clock
from bot.media.store import MediaStore
from handlers.campaigns.errands import Errand
from handlers.context import Context, Office, Person
from handlers.events import Attachment, Priority, Reply
from handlers.news import audience_units, card, unit_list
from locales.translator import Translator
from reporting.news.unit_files import Line
from storage.engine import Database
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)


class UnitLists:
    """What the clerk does with them. `reading`: held while a file is read, one at a time."""

    def __init__(self, db: Database, media: MediaStore, office: Office, clock: Clock, reading: asyncio.Lock) -> None:
        self._db, self._media, self._office, self._clock, self._reading = db, media, office, clock, reading

    async def take(self, errand: Errand, key: str) -> None:
        """Read a list, write down what it means, and answer; `key`: of the answer. Raises Refused for who may not."""
        lines = await self._lines(errand)
        async with self._db.write() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            ctx = await self._context(uow, errand)
            reply, unclear = await _answer(ctx, errand, lines)
            _send(uow, errand, key, reply)
            await uow.flush()
        log.info("list of units read", lines=len(lines or ()))
        if unclear:
            await self._tell_unclear(errand, f"{key}/unclear", unclear, ctx.tr)

    async def _lines(self, errand: Errand) -> list[Line] | None:
        """None for what cannot be read."""
        try:
            kept = await self._media.resolve(Attachment(errand.media_id, errand.name))
            data = await asyncio.to_thread(kept.path.read_bytes)
            async with self._reading:
                return await asyncio.to_thread(read_units, data, kept.mime, errand.name)
        except (LookupError, FileNotFoundError, ValueError) as error:
            log.info("list of units not read", error=str(error)[:200])
            return None

    async def _tell_unclear(self, errand: Errand, key: str, unclear: str, tr: Translator) -> None:
        """All that is not clear, as a file: the answer had no room for it."""
        name = tr.plain("unclear.txt")
        # With a mark in front: the editors of Windows take a text without one for another encoding.
        data = unclear.encode("utf-8-sig")
        kept = await self._media.keep_file(data, name, f"{errand.channel}:{errand.chat}")
        text = tr.t("All lines that are not clear, each with its row. Mend them here and send me this file.")
        async with self._db.write() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            _send(uow, errand, key, Reply(text, document=Attachment(kept.media_id, name)))
            await uow.flush()

    async def _context(self, uow: UnitOfWork, errand: Errand) -> Context:
        sender = (errand.channel, errand.sender)
        row = (await uow.people([sender])).get(sender)
        if row is None:
            raise Refused("nobody who may do this")
        return Context(self._office, uow, self._clock.now(), Person.from_row(row))


async def _answer(ctx: Context, errand: Errand, lines: Sequence[Line] | None) -> tuple[Reply, str]:
    """The answer, and the lines that are not clear where it has no room for them."""
    row = await card.own(ctx, errand.about)
    if isinstance(row, Reply):
        return row, ""
    if not lines:
        return audience_units.unread(ctx, row, errand.name, is_empty=lines is not None), ""
    read = await unit_list.read_lines(ctx, row, lines, audience_units.MOST_UNITS)
    return await audience_units.taken(ctx, row, read), unit_list.rest(read, ctx.tr)


def _send(uow: UnitOfWork, errand: Errand, key: str, reply: Reply) -> None:
    uow.send(errand.channel, errand.chat, reply.to_json(), priority=Priority.REPLY, key=key)
