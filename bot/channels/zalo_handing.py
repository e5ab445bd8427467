"""From Zalo's hands to the intake's: each update is on disk before anything else, and until it is committed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Intake, NotTaken
from bot.channels.calling import Trouble
from bot.channels.zalo_journal import Journal
from bot.channels.zalo_updates import Reader, Update, parse
from storage.engine import is_passing

log = structlog.get_logger(__name__)

MOST_WAITING = 500
"""Updates that are held at once; no more are fetched until some have been taken."""

_REMEMBERED = 1000


@dataclass(slots=True, eq=False)
class _Entry:
    update: Update
    name: str
    """In the journal; "" if the disk did not take it."""
    tried: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """Whether it was committed at the first try."""


class Handing:
    """Hands updates over chat by chat, side by side, each chat's in their order; one that is not taken is tried again
    until it is. What is left at a stop, or a crash, is handed over first the next time."""

    def __init__(
        self,
        journal: Journal,
        reader: Reader,
        received: Callable[[], Awaitable[None]],
        backoff: Callable[[int], float],
    ) -> None:
        """`received`: told of each update once it is dealt with. `backoff`: failures in a row -> seconds to wait."""
        self._journal, self._reader, self._received, self._backoff = journal, reader, received, backoff
        self._intake: Intake | None = None
        self._lanes: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, _Entry] = {}
        self._done: OrderedDict[str, None] = OrderedDict()
        self._room, self._stopping = asyncio.Event(), asyncio.Event()
        self._room.set()
        # One after the other, so that their names tell the order in which they came.
        self._writing = asyncio.Lock()

    @property
    def is_begun(self) -> bool:
        return self._intake is not None

    async def begin(self, intake: Intake) -> None:
        """Hand over what was left. Raises OSError when the journal cannot be opened."""
        left = await asyncio.to_thread(self._journal.open)
        self._intake = intake
        if left:
            log.info("updates of before are handed over first", count=len(left))
        for name, raw in left:
            if (update := parse(raw)) is None or update.key in self._held:
                await asyncio.to_thread(self._forget, name)
            else:
                self._queue(_Entry(update, name))

    async def take(self, raw: Any) -> asyncio.Future[bool] | None:
        """Write an update down and see to it; the result comes true once it is committed, and false if that did not
        happen at the first try. None for what concerns nobody, and for what was committed before."""
        update = parse(raw)
        if update is None:
            log.info("update passed over: nobody's")
            return None
        if held := self._held.get(update.key):
            return held.tried
        if update.key in self._done:
            return None
        # Before the disk is waited for: a repeat must find it.
        entry = self._held[update.key] = _Entry(update, "")
        entry.name = await self._kept(raw)
        self._queue(entry)
        return entry.tried

    async def room(self) -> None:
        """Return when more may be taken."""
        await self._room.wait()

    def keep_nobody(self) -> None:
        """The channel stops: nobody is to wait for room any more."""
        self._room.set()

    async def stop(self, seconds: float) -> None:
        """Hand over no more; what is under way gets so many seconds to be committed."""
        self._intake = None
        self._stopping.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=seconds)
            for task in late:
                task.cancel()

    async def _kept(self, raw: Any) -> str:
        try:
            async with self._writing:
                return await asyncio.to_thread(self._journal.keep, raw)
        except OSError as error:
            # Zalo does not give it out again: it lives as long as we do.
            log.error("update not written down", error=error.strerror)
            return ""

    def _queue(self, entry: _Entry) -> None:
        self._held[entry.update.key] = entry
        if len(self._held) >= MOST_WAITING:
            self._room.clear()
        chat = entry.update.chat
        self._lanes[chat].append(entry)
        if chat not in self._tasks:
            self._tasks[chat] = asyncio.create_task(self._work(chat), name="zalo lane")

    async def _work(self, chat: str) -> None:
        """One chat's updates, one after the other, until there are none left or the channel stops."""
        lane = self._lanes[chat]
        trouble = Trouble("zalo", "update not taken", self._backoff)
        try:
            while lane and (intake := self._intake):
                try:
                    await self._hand(lane[0], intake)
                except NotTaken as error:
                    _tell(lane[0], committed=False)
                    await self._rest(trouble.met(error))
                else:
                    trouble.over()
                    await self._finish(lane.pop(0))
        finally:
            del self._tasks[chat], self._lanes[chat]
            for entry in lane:
                _tell(entry, committed=False)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _hand(self, entry: _Entry, intake: Intake) -> None:
        """Raises NotTaken."""
        try:
            incoming = await self._reader.read(entry.update)
            if incoming is not None:
                await intake(incoming)
        except NotTaken:
            raise
        except Exception as error:
            if is_passing(error) or isinstance(error, SQLAlchemyError):
                raise NotTaken(type(error).__name__) from error
            # A fault of ours: tried again for ever, it would hold up all that this chat says.
            log.exception("update given up", kind=entry.update.event)

    async def _finish(self, entry: _Entry) -> None:
        key = entry.update.key
        self._held.pop(key, None)
        self._done[key] = None
        if len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)
        if len(self._held) < MOST_WAITING:
            self._room.set()
        _tell(entry, committed=True)
        await asyncio.to_thread(self._forget, entry.name)
        await self._received()

    def _forget(self, name: str) -> None:
        try:
            if name:
                self._journal.remove(name)
        except OSError as error:
            # It is handed over once more at the next start, and known there by its key.
            log.error("update not taken out of the journal", error=error.strerror)


def _tell(entry: _Entry, *, committed: bool) -> None:
    if not entry.tried.done():
        entry.tried.set_result(committed)
