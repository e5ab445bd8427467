"""The channel `telegram`.

Updates are confirmed to Telegram (the offset moves, the webhook answers 200) only once the intake has committed
them; what is not confirmed comes again, under the same key.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence

import structlog

from bot.channels.base import Capabilities, Intake, NotTaken, Pace, Turn, at_once
from bot.channels.calling import Failure, Trouble, describe
from bot.channels.pushing import BODY_LIMIT, Webhook
from bot.channels.telegram_answers import NoPacing, Pacing
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_errors import ApiError, NoAnswer, is_bad_request
from bot.channels.telegram_handing import Handing
from bot.channels.telegram_render import CAPTION_LIMIT, TEXT_LIMIT
from bot.channels.telegram_sending import Commands, Sender
from bot.channels.telegram_setup import CALL_SECONDS, be_asked, be_pushed, name_of_bot
from bot.channels.telegram_updates import ALLOWED, CHANNEL, Reader, Update, parse
from bot.clock import Clock
from bot.config import StartError
from bot.media.store import MediaStore
from handlers.events import Reply

log = structlog.get_logger(__name__)

POLL_SECONDS = 25
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the name of a header)


def patience(failures: int) -> float:
    """Seconds to wait after so many failures in a row: 0.5 doubling to 30."""
    return min(30.0, 0.5 * 2.0 ** (min(failures, 10) - 1))


class TelegramChannel:
    """Polls, or is pushed to if there is a webhook."""

    name = CHANNEL
    capabilities = Capabilities(TEXT_LIMIT, CAPTION_LIMIT, buttons=True, edits=True, files=True)

    def __init__(
        self,
        *,
        token: str,
        api_base: str,
        media: MediaStore,
        clock: Clock,
        pace: Pace,
        webhook: Webhook | None,
        commands: Commands = (),
        named: Callable[[str], None] = lambda _name: None,
        backoff: Callable[[int], float] = patience,
    ) -> None:
        """`commands`: the menu of a private chat that has none of its own. `named` is told the bot's name, without
        the @, once Telegram was asked. `backoff`: failures -> seconds."""
        self._named = named
        self.pace = pace
        self._api = TelegramApi(token, api_base)
        self._reader = Reader(self._api, media, clock)
        self._sender = Sender(self._api, media)
        self._webhook, self._commands, self._backoff = webhook, commands, backoff
        self._intake: Intake | None = None
        self._leads = True
        self.state = "starting"
        """For whoever looks after the bot: starting, works, away, or updates not taken."""
        self._stopped = False
        self._sending = 0
        self._handing = Handing(self._api, self._reader)
        # Held while updates are handed over, so that a stop does not come between.
        self._whole = asyncio.Lock()
        self._receiving: asyncio.Task[None] | None = None
        self.pacing: Callable[[], Pacing] = NoPacing
        """Who is asked whether a reply may go out in a webhook's answer, and told that it did."""

    def is_group(self, chat: str) -> bool:
        return chat.startswith("-")

    # --- start and stop ----------------------------------------------------------------------

    async def start(self, intake: Intake) -> None:
        """Begin to receive. Raises StartError for a wrong token or webhook address; a Telegram that is away is
        waited for in the background, for the other channels can do without it."""
        self._intake = intake
        trouble = Trouble("telegram", "is not reached", self._backoff)
        try:
            await self._set_up()
        except StartError:
            await self._api.close()
            raise
        except Failure as error:
            self._is_away(error, trouble)
        work = self._receive(intake, trouble)
        self._receiving = asyncio.create_task(work, name="telegram receiving")

    async def lead(self) -> None:
        self._leads = True
        if self._intake is not None:
            await self._end_receiving()
            trouble = Trouble("telegram", "is not reached", self._backoff)
            work = self._receive(self._intake, trouble, anew=True)
            self._receiving = asyncio.create_task(work, name="telegram receiving")

    async def follow(self) -> None:
        self._leads = False
        await self._end_receiving()

    async def _end_receiving(self) -> None:
        if self._receiving:
            async with self._whole:
                self._receiving.cancel()
            await asyncio.wait([self._receiving])

    async def stop(self) -> None:
        self._intake = None
        await self._end_receiving()
        await self._handing.finish()
        self._stopped = True
        await self._close_if_idle()

    async def _close_if_idle(self) -> None:
        """Replies to what came last may still be on their way, or yet to be sent: the last one closes the door."""
        if self._stopped and not self._sending:
            await self._api.close()

    async def _receive(self, intake: Intake, trouble: Trouble, *, anew: bool = False) -> None:
        while anew or trouble.failures:
            await asyncio.sleep(0 if anew else trouble.pause)
            anew = False
            try:
                await self._set_up()
                trouble.over()
            except (Failure, StartError) as error:
                self._is_away(error, trouble)
        if self._webhook is None and self._leads:
            await self._poll(intake)

    def _is_away(self, error: Exception, trouble: Trouble) -> None:
        self.state = "away" if isinstance(error, (Failure, StartError)) else "updates not taken"
        trouble.met(error)

    async def _set_up(self) -> None:
        self._reader.username = await name_of_bot(self._api)
        self._named(self._reader.username)
        if not self._leads:
            return
        if self._commands:
            try:
                await self._sender.show_menu_to_all(self._commands)
            except ApiError as error:
                if not is_bad_request(error):
                    raise
                log.warning("menu not set", error=describe(error))
        await (be_pushed(self._api, self._webhook) if self._webhook else be_asked(self._api))
        self.state = "works"

    # --- from the people: polling ------------------------------------------------------------

    async def _poll(self, intake: Intake) -> None:
        trouble = Trouble("telegram", "updates not taken", self._backoff)
        offset: int | None = None
        while True:
            try:
                updates = await self._fetch(offset)
                async with self._whole:
                    await self._handing.fetched(updates, intake)
            except Exception as error:
                # Whatever it is, the bot must not go deaf; what was not taken is fetched again.
                self._is_away(error, trouble)
                await asyncio.sleep(trouble.pause)
                continue
            trouble.over()
            self.state = "works"
            # An empty answer means that all is confirmed. Telegram may choose its next number anew after a quiet
            # week, so an old offset is not kept.
            offset = max(update["update_id"] for update in updates) + 1 if updates else None

    async def _fetch(self, offset: int | None) -> Sequence[Update]:
        found = await self._api.call(
            "getUpdates", seconds=POLL_SECONDS + CALL_SECONDS, offset=offset, timeout=POLL_SECONDS,
            allowed_updates=ALLOWED,
        )  # fmt: skip
        if not isinstance(found, list):
            raise NoAnswer("no list of updates")
        return [parse(raw) for raw in found]

    # --- from the people: the webhook --------------------------------------------------------

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> int | bytes:
        """Take what was pushed; returns the HTTP status of the answer: 200 once it is committed, 503 if it was not,
        403 for a stranger, 413 for more than 1 MiB, 400 for what is no update. In place of 200 it may be the body of
        the answer, which is JSON: a call that Telegram is to perform."""
        if self._webhook is None or not self._webhook.knows(headers.get(SECRET_HEADER, "")):
            return 403
        if len(body) > BODY_LIMIT:
            return 413
        try:
            update = parse(json.loads(body))
        except (ValueError, RecursionError):
            return 400
        if self._intake is None:
            return 503
        try:
            return await self._handing.pushed(update, self._intake, self.pacing) or 200
        except NotTaken:
            return 503

    # --- to the people -----------------------------------------------------------------------

    async def send(self, chat: str, reply: Reply, *, key: str, turn: Turn = at_once) -> str:
        self._sending += 1
        try:
            return await self._sender.send(chat, reply, key, turn)
        finally:
            self._sending -= 1
            await self._close_if_idle()
