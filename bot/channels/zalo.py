"""The channel `zalo`: a bot of the Zalo Bot Platform, which hands out each update once and is told of nothing.

So an update is written to disk before anything else (`zalo_journal`), and stays there until the intake has committed
it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Capabilities, Intake, Pace, TryLater, Turn, at_once
from bot.channels.calling import Failure, Trouble
from bot.channels.pushing import BODY_LIMIT, Webhook
from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_errors import REFUSED, ApiError, patience
from bot.channels.zalo_handing import Handing
from bot.channels.zalo_journal import Journal
from bot.channels.zalo_offered import Offers
from bot.channels.zalo_polling import poll
from bot.channels.zalo_render import TEXT_LIMIT
from bot.channels.zalo_sending import Sender
from bot.channels.zalo_setup import hindrance, names
from bot.channels.zalo_updates import CHANNEL, Reader, normalised
from bot.clock import Clock
from bot.config import StartError
from bot.media.store import MediaStore
from handlers.events import Reply
from locales.translator import Translators
from storage import chats, message_counts
from storage.engine import Database
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

POLL_SECONDS = 5
"""Of one poll. One that is broken off may take an update with it, so a stop waits for its end."""
SECRET_HEADER = "X-Bot-Api-Secret-Token"  # noqa: S105  (the name of a header)

_STOP_SECONDS = 10.0
_LOOK_AGAIN_SECONDS = 60.0
_REFUSED_SECONDS = 300.0
_NOTED = "webhook.set"
REFUSAL = "ZALO_TOKEN is refused"


class ZaloChannel:
    """Polls, or is pushed to if there is a webhook."""

    name = CHANNEL
    capabilities = Capabilities(TEXT_LIMIT, TEXT_LIMIT, buttons=False, edits=False, files=False)

    def __init__(
        self,
        *,
        api: ZaloApi,
        db: Database,
        media: MediaStore,
        clock: Clock,
        translators: Translators,
        pace: Pace,
        journal: Path,
        public_url: str,
        webhook: Webhook | None = None,
        refused: Callable[[], Awaitable[None]],
        poll_seconds: int = POLL_SECONDS,
        backoff: Callable[[int], float] = patience,
    ) -> None:
        """`journal`: the folder of updates that are not committed yet. `public_url`: where Zalo reaches the bot's
        files, "" if nowhere. `refused`: told when Zalo refuses the token. `backoff`: failures in a row -> seconds."""
        self.pace, self._api, self._db, self._clock = pace, api, db, clock
        self._zone, self._journal, self._webhook, self._refused = translators.timezone, journal, webhook, refused
        self._poll_seconds, self._backoff = poll_seconds, backoff
        self._offers = Offers(db, clock)
        self._reader = Reader(api.fetch, self._offers.of, media, clock)
        self._sender = Sender(
            api, media, self._offers, translators["vi"], public_url=public_url,
            sent=lambda: self._count(sent=1), refused=self._be_refused,
        )  # fmt: skip
        self._handing = Handing(Journal(journal), self._reader, lambda: self._count(received=1), backoff)
        self.state = "starting"
        """For whoever looks after the bot: starting, works, away, or what keeps it from working."""
        self._leads, self._sending = True, 0
        self._stopping, self._stopped = asyncio.Event(), False
        self._receiving: asyncio.Task[None] | None = None

    def is_group(self, chat: str) -> bool:
        """By what is known of it: an id does not tell."""
        return chat in self._reader.groups

    # --- start and stop ----------------------------------------------------------------------

    async def start(self, intake: Intake) -> None:
        """Begin to receive. Raises StartError if updates cannot be kept; a Zalo that is away, or refuses the token, is
        no reason for the other channels not to start."""
        async with self._db.read() as conn:
            self._reader.groups |= await chats.groups(UnitOfWork(conn, self._clock.now()), CHANNEL)
        try:
            await self._handing.begin(intake)
        except OSError as error:
            raise StartError(f"Zalo's updates cannot be kept in {self._journal}: {error.strerror}") from None
        trouble = Trouble("zalo", "is not reached", self._backoff)
        pause = await self._try_set_up(trouble)
        self._receiving = asyncio.create_task(self._receive(trouble, pause), name="zalo receiving")

    async def lead(self) -> None:
        self._leads = True
        self._offers.lead()
        if self._handing.is_begun and not self._stopping.is_set():
            # One that is under way yet goes on: broken off, a poll may take an update with it.
            before, work = self._receiving, Trouble("zalo", "is not reached", self._backoff)
            self._receiving = asyncio.create_task(self._receive_after(before, work), name="zalo receiving")

    async def follow(self) -> None:
        self._leads = False
        self._offers.follow()

    async def _receive_after(self, before: asyncio.Task[None] | None, trouble: Trouble) -> None:
        if before:
            await asyncio.wait([before])
        await self._receive(trouble, await self._try_set_up(trouble))

    async def stop(self) -> None:
        self._stopping.set()
        self._handing.keep_nobody()
        if self._receiving:
            _, late = await asyncio.wait([self._receiving], timeout=self._poll_seconds + _STOP_SECONDS)
            for task in late:
                task.cancel()
        await self._handing.stop(_STOP_SECONDS)
        self._stopped = True
        await self._close_if_idle()

    async def _close_if_idle(self) -> None:
        """Replies to what came last may still be on their way, or yet to be sent: the last one closes the door."""
        if self._stopped and not self._sending:
            await self._api.close()

    async def _receive(self, trouble: Trouble, pause: float) -> None:
        while pause and not self._stopping.is_set() and self.state != REFUSAL:
            await self._rest(pause)
            pause = await self._try_set_up(trouble)
        if not pause and self._webhook is None and self._leads:
            await self._poll()

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    # --- set-up ------------------------------------------------------------------------------

    async def _try_set_up(self, trouble: Trouble) -> float:
        """Zero if updates can be received now, else the seconds until the next try."""
        try:
            in_the_way = await self._set_up()
        except Failure as error:
            return max(0.001, await self._met(error, trouble))
        trouble.over()
        if in_the_way and self.state != in_the_way:
            log.error("zalo is not set up", why=in_the_way)
        self.state = in_the_way or "works"
        # Pushes may come though Zalo's own look at the address failed.
        return _LOOK_AGAIN_SECONDS if in_the_way and self._webhook is None else 0

    async def _set_up(self) -> str:
        """ "" or what is wrong, and is for somebody to mend. Raises Failure."""
        self._reader.names = await names(self._api)
        if not self._leads:
            return ""
        return await hindrance(self._api, self._webhook, self._journal / _NOTED)

    async def _met(self, error: Exception, trouble: Trouble) -> float:
        """Take note of a failure; returns the seconds to wait."""
        if isinstance(error, ApiError) and error.code == REFUSED:
            await self._be_refused()
        else:
            self.state = "away"
        return trouble.met(error)

    async def _be_refused(self) -> None:
        """The token was reset, or is wrong: a person has to act, and is told where they can hear it."""
        if self.state != REFUSAL:
            self.state = REFUSAL
            log.error("ZALO_TOKEN is refused by Zalo: the channel stops; set the new token and start the bot again")
            try:
                await self._refused()
            except SQLAlchemyError as error:
                log.error("admins not told", error=type(error).__name__)

    # --- from the people ---------------------------------------------------------------------

    async def _poll(self) -> None:
        trouble = Trouble("zalo", "updates not fetched", self._backoff)

        async def met(error: Exception) -> float | None:
            pause = await self._met(error, trouble)
            return None if self.state == REFUSAL else pause

        def works() -> None:
            trouble.over()
            self.state = "works"

        def goes_on() -> bool:
            return self._leads and not self._stopping.is_set()

        await poll(self._api, self._handing, self._poll_seconds, goes_on=goes_on, works=works, met=met, rest=self._rest)

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> int:
        """Take what was pushed; returns the HTTP status of the answer: 200 once it is committed (or for an empty
        probe), 503 if it was not, 403 for a stranger, 413 for more than 1 MiB, 400 for what is no JSON."""
        if not body:
            return 200
        if self._webhook is None or not self._webhook.knows(headers.get(SECRET_HEADER, "")):
            return 403
        if len(body) > BODY_LIMIT:
            return 413
        try:
            update = normalised(json.loads(body))
        except (ValueError, RecursionError):
            return 400
        committed = await self._handing.take(update)
        return 200 if committed is None or await asyncio.shield(committed) else 503

    async def _count(self, *, received: int = 0, sent: int = 0) -> None:
        """What Zalo counts against the month's quota. A count that is lost is no reason to lose a message."""
        month = f"{self._clock.now().astimezone(self._zone):%Y-%m}"
        try:
            async with self._db.write(shared=True) as conn:
                uow = UnitOfWork(conn, self._clock.now())
                await message_counts.add(uow, CHANNEL, month, received=received, sent=sent)
                # Another process may have heard of a group.
                self._reader.groups |= await chats.groups(uow, CHANNEL)
        except SQLAlchemyError as error:
            log.warning("messages not counted", error=type(error).__name__)

    # --- to the people -----------------------------------------------------------------------

    async def send(self, chat: str, reply: Reply, *, key: str, turn: Turn = at_once) -> str:
        if self.state == REFUSAL:
            raise TryLater(_REFUSED_SECONDS, REFUSAL)
        self._sending += 1
        try:
            return await self._sender.send(chat, reply, key)
        finally:
            self._sending -= 1
            await self._close_if_idle()
