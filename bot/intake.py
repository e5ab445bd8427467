"""From what the channels received to committed rows: one transaction for all that is waiting."""

from __future__ import annotations

import asyncio
import secrets
import traceback
from collections import Counter as Counted
from collections.abc import Callable, Iterable, Sequence

import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy import insert

from bot.channels.base import NotTaken
from bot.clock import Clock
from bot.delivery.answers import Answers
from bot.foresight import Foresight
from bot.sentry import Report, unreported
from bot.tempo import NO_TEMPO, Tempo
from handlers import routing
from handlers.context import Context, Office, Person
from handlers.events import Incoming, Membership, Priority
from storage import people
from storage.engine import Database, is_passing, told
from storage.locks import Overtaken
from storage.tables import FailedUpdate
from storage.uow import UnitOfWork, table

log = structlog.get_logger(__name__)

BATCH = 32

UPDATES = Counter("danvan_updates_total", "Updates taken in, by what became of them", ["channel", "outcome"])
OVERTAKEN = Counter("danvan_batches_overtaken_total", "Batches done anew: another process had changed the office")
OUTCOMES = ("done", "repeated", "not_taken", "failed")
BATCHES = Histogram("danvan_batch_seconds", "Time from the start of a batch to its commit")

_Waiting = tuple[Incoming, "asyncio.Future[None]"]


class HandlerFailed(Exception):
    """A handler raised; the batch is rolled back and its updates are done one by one."""


class Intake:
    """Takes updates from all channels, in order within a chat, and has each done exactly once."""

    def __init__(
        self, db: Database, office: Office, clock: Clock, committed: Callable[[], None], tempo: Tempo = NO_TEMPO,
        report: Report = unreported,
    ) -> None:  # fmt: skip
        """`committed` is called after each commit: there may be something to send. `tempo`: how fast people may be.
        `report`: who is told of a handler that raised."""
        self._report = report
        self._db, self._office, self._clock, self._committed = db, office, clock, committed
        self._tempo = tempo
        self._foresight = Foresight()
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue()
        self._stopped = False
        self.trouble = ""
        """Why the last updates were not taken; "" if they were."""

    async def take(self, incoming: Incoming) -> None:
        """Return once the update is committed. Raises NotTaken if it could not be: it must come again."""
        if self._stopped:
            raise NotTaken("stopping")
        if (passed := self._tempo.passed(incoming)) is None:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((passed, future))
        try:
            await future
        except NotTaken:
            self._tempo.not_taken(passed)
            raise

    async def run(self) -> None:
        """Work until `stop`."""
        while (first := await self._queue.get()) is not None:
            batch, ended = self._gather(first)
            for part, alone in self._parts(batch):
                await self._settle(part, alone=alone)
            if ended:
                return

    def stop(self) -> None:
        """Take no more; `run` returns after what is waiting is done."""
        self._stopped = True
        self._queue.put_nowait(None)

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch = [first]
        while len(batch) < BATCH and not self._queue.empty():
            following = self._queue.get_nowait()
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _parts(self, batch: list[_Waiting]) -> list[tuple[list[_Waiting], bool]]:
        """A batch, or where others write at the same time what of it leaves the office alone, and then the rest; with
        whether it is to have the office from its start."""
        if self._db.has_one_writer:
            return [(batch, False)]
        quiet, changing = self._foresight.parted(batch, lambda one: one[0])
        return [(part, alone) for part, alone in ((quiet, False), (changing, True)) if part]

    async def _settle(self, batch: list[_Waiting], *, alone: bool) -> None:
        """Do a batch and tell those who wait for it how it went. `alone`: it has the office from its start."""
        updates = [incoming for incoming, _ in batch]
        try:
            with BATCHES.time():
                await self._do_together(updates, alone=alone)
        except Exception:
            await self._settle_alone(batch)
            return
        self.trouble = ""
        for _, future in batch:
            _resolve(future, None)

    async def _settle_alone(self, batch: list[_Waiting]) -> None:
        """One by one. After one that was not taken none is: what comes again must not be overtaken in its chat."""
        taken = True
        for incoming, future in batch:
            taken = taken and await self._do_alone(incoming)
            if not taken:
                UPDATES.labels(incoming.channel, "not_taken").inc()
            _resolve(future, None if taken else NotTaken("the database is away"))

    async def _do_together(self, updates: Sequence[Incoming], *, alone: bool) -> None:
        try:
            await self._do(updates, alone=alone)
        except Overtaken:
            OVERTAKEN.inc()
            await self._do(updates, alone=True)

    async def _do(self, updates: Sequence[Incoming], *, alone: bool = False) -> None:
        outcomes: list[tuple[str, str]] = []
        repeated: list[Incoming] = []
        async with self._db.write(shared=True, quick=True) as conn:
            uow = UnitOfWork(conn, self._clock.now())
            await uow.begin({(u.channel, u.chat) for u in updates}, alone=alone)
            seen = await uow.seen((u.channel, u.key) for u in updates)
            await uow.load_conversations({(u.channel, u.chat) for u in updates})
            known = await uow.people({(u.channel, u.sender) for u in updates})
            await uow.load_drafts(_drafts_in(uow, updates))
            answers = await Answers.of(uow, updates)
            for update in updates:
                key = (update.channel, update.key)
                if key in seen:
                    outcomes.append((update.channel, "repeated"))
                    repeated.append(update)
                    continue
                seen.add(key)
                if not uow.membership_is_fresh:
                    known = await uow.people({(u.channel, u.sender) for u in updates})
                    uow.membership_is_fresh = True
                row = known.get((update.channel, update.sender))
                if row and row["blocked_at"] and update.membership is not Membership.REMOVED:
                    await people.unblocked(uow, row["account_id"])
                await self._handle(uow, update, Person.from_row(row) if row else None, answers)
                outcomes.append((update.channel, "done"))
            if repeated:
                await answers.again(uow, repeated)
            await uow.flush()
        for (channel, outcome), count in Counted(outcomes).items():
            UPDATES.labels(channel, outcome).inc(count)
        answers.give()
        if uow.mailed or uow.touched_outbox:
            self._committed()

    async def _handle(self, uow: UnitOfWork, update: Incoming, person: Person | None, answers: Answers) -> None:
        before = uow.conversation(update.channel, update.chat)
        sparing = update.channel in self._office.poor_channels
        ctx = Context(self._office, uow, uow.now, person, dict(before), sparing)
        try:
            replies = await routing.handle(ctx, update)
        except Overtaken:
            raise
        except Exception as error:
            raise HandlerFailed from error
        if ctx.state != before:
            uow.set_conversation(update.channel, update.chat, ctx.state)
        answers.leave(uow, update, replies)
        uow.mark_seen(update.channel, update.key)
        self._foresight.learn(update, uow.changed_office)
        uow.changed_office = False

    async def _do_alone(self, incoming: Incoming) -> bool:
        """One update in a transaction of its own; returns whether something was committed."""
        try:
            await self._do_or_apologise(incoming)
        except Exception as error:
            self.trouble = told(error)
            log.error("update not taken", channel=incoming.channel, error=type(error).__name__)
            return False
        self.trouble = ""
        self._committed()
        return True

    async def _do_or_apologise(self, incoming: Incoming) -> None:
        try:
            await self._do([incoming], alone=True)
        except Exception as error:
            cause = error.__cause__ or error if isinstance(error, HandlerFailed) else error
            # A database that is locked, full or away is no fault of this update: it shall come again.
            if is_passing(cause):
                raise cause from None
            await self._apologise(incoming, cause)

    async def _apologise(self, incoming: Incoming, error: BaseException) -> None:
        """Keep what went wrong, and tell the person a code to pass on; the update counts as done."""
        code = f"E-{secrets.token_hex(2).upper()}"
        # An error may quote what no database takes: half a pair of surrogates, a zero byte.
        trace = "".join(traceback.format_exception(error)).encode(errors="backslashreplace").decode().replace("\0", "")
        log.error("handler failed", code=code, channel=incoming.channel, error=type(error).__name__)
        self._report(error, code=code, channel=incoming.channel)
        UPDATES.labels(incoming.channel, "failed").inc()
        async with self._db.write() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            known = await uow.people([(incoming.channel, incoming.sender)])
            row = known.get((incoming.channel, incoming.sender))
            translator = self._office.translators[row["language"] if row else "vi"]
            await uow.run(
                insert(table(FailedUpdate)).values(
                    code=code, channel=incoming.channel, key=incoming.key, at=uow.now, traceback=trace
                )
            )
            uow.mark_seen(incoming.channel, incoming.key)
            reply = routing.apology(translator, code)
            uow.send(incoming.channel, incoming.chat, reply.to_json(), priority=Priority.REPLY)
            await uow.flush()


def begin_counting(channels: Iterable[str]) -> None:
    """Show zeros of what has not happened yet: a first failure is seen as an increase only then."""
    for channel in channels:
        for outcome in OUTCOMES:
            UPDATES.labels(channel, outcome)


def _drafts_in(uow: UnitOfWork, updates: Sequence[Incoming]) -> list[int]:
    states = (uow.conversation(u.channel, u.chat) for u in updates)
    return [draft for state in states if (draft := state.get("draft"))]


def _resolve(future: asyncio.Future[None], error: Exception | None) -> None:
    if future.done():
        return
    if error:
        future.set_exception(error)
    else:
        future.set_result(None)
