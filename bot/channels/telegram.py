"""The channel `telegram`: aiogram's client and types, without its dispatcher.

Updates are confirmed to Telegram (the offset moves, the webhook answers 200) only once the intake has committed
them; what is not confirmed comes again, under the same key.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.types import Update

from bot.channels.base import Capabilities, Intake, NotTaken, Pace, Turn, at_once
from bot.channels.telegram_errors import FAILURES, Trouble, describe
from bot.channels.telegram_render import CAPTION_LIMIT, TEXT_LIMIT
from bot.channels.telegram_sending import Commands, Sender
from bot.channels.telegram_updates import ALLOWED, CHANNEL, Reader, chat_of, parse
from bot.clock import Clock
from bot.config import StartError
from bot.media import MediaStore
from handlers.events import Reply

log = structlog.get_logger(__name__)

POLL_SECONDS = 25
CALL_SECONDS = 10
STOP_SECONDS = 10.0
BODY_LIMIT = 1024 * 1024
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the name of a header)


def patience(failures: int) -> float:
    """Seconds to wait after so many failures in a row: 0.5 doubling to 30."""
    return min(30.0, 0.5 * 2.0 ** (min(failures, 10) - 1))


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram is to push updates, and the word by which it is known there."""

    url: str
    secret: str = field(repr=False)


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
        self._bot = _client(token, api_base)
        self._reader = Reader(self._bot, media, clock)
        self._sender = Sender(self._bot, media)
        self._webhook, self._commands, self._backoff = webhook, commands, backoff
        self._intake: Intake | None = None
        self._stopped = False
        self._sending = 0
        # Held while updates are handed over, so that a stop does not come between.
        self._handing = asyncio.Lock()
        self._receiving: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def is_group(self, chat: str) -> bool:
        return chat.startswith("-")

    # --- start and stop ----------------------------------------------------------------------

    async def start(self, intake: Intake) -> None:
        """Begin to receive. Raises StartError for a wrong token or webhook address; a Telegram that is away is
        waited for in the background, for the other channels can do without it."""
        self._intake = intake
        trouble = Trouble("telegram is not reached", self._backoff)
        try:
            await self._set_up()
        except StartError:
            await self._bot.session.close()
            raise
        except FAILURES as error:
            trouble.met(error)
        work = self._receive(intake, trouble)
        self._receiving = asyncio.create_task(work, name="telegram receiving")

    async def stop(self) -> None:
        self._intake = None
        if self._receiving:
            async with self._handing:
                self._receiving.cancel()
            await asyncio.wait([self._receiving])
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
        self._stopped = True
        await self._close_if_idle()

    async def _close_if_idle(self) -> None:
        """Replies to what came last may still be on their way, or yet to be sent: the last one closes the door."""
        if self._stopped and not self._sending:
            await self._bot.session.close()

    async def _receive(self, intake: Intake, trouble: Trouble) -> None:
        while trouble.failures:
            await asyncio.sleep(trouble.pause)
            try:
                await self._set_up()
                trouble.over()
            except (*FAILURES, StartError) as error:
                trouble.met(error)
        if self._webhook is None:
            await self._poll(intake)

    async def _set_up(self) -> None:
        try:
            self._reader.username = (await self._bot.get_me(request_timeout=CALL_SECONDS)).username or ""
            self._named(self._reader.username)
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise StartError(f"TELEGRAM_TOKEN is refused by Telegram ({error.message})") from None
        if self._commands:
            try:
                await self._sender.show_menu_to_all(self._commands)
            except TelegramBadRequest as error:
                log.warning("menu not set", error=describe(error))
        await (self._be_pushed(self._webhook) if self._webhook else self._be_asked())

    async def _be_pushed(self, webhook: Webhook) -> None:
        # Each time, though the address be the same: Telegram does not tell whether it knows the secret of today.
        try:
            await self._bot.set_webhook(
                webhook.url, secret_token=webhook.secret, allowed_updates=ALLOWED, drop_pending_updates=False
            )
        except TelegramBadRequest as error:
            raise StartError(f"WEBHOOK_URL is refused by Telegram ({error.message})") from None

    async def _be_asked(self) -> None:
        info = await self._bot.get_webhook_info(request_timeout=CALL_SECONDS)
        if info.url:
            log.warning("webhook removed: updates are polled from now on", host=urlsplit(info.url).hostname)
            await self._bot.delete_webhook(drop_pending_updates=False)

    # --- from the people: polling ------------------------------------------------------------

    async def _poll(self, intake: Intake) -> None:
        trouble = Trouble("telegram updates not taken", self._backoff)
        offset: int | None = None
        while True:
            try:
                updates = await self._fetch(offset)
                async with self._handing:
                    await self._hand_over(updates, intake)
            except Exception as error:
                # Whatever it is, the bot must not go deaf; what was not taken is fetched again.
                trouble.met(error)
                await asyncio.sleep(trouble.pause)
                continue
            trouble.over()
            # An empty answer means that all is confirmed. Telegram may choose its next number anew after a quiet
            # week, so an old offset is not kept.
            offset = max(update.update_id for update in updates) + 1 if updates else None

    async def _fetch(self, offset: int | None) -> Sequence[Update]:
        try:
            return await self._bot.get_updates(
                offset=offset,
                timeout=POLL_SECONDS,
                allowed_updates=ALLOWED,
                request_timeout=POLL_SECONDS + CALL_SECONDS,
            )
        except ClientDecodeError as error:
            # One update that our types do not know must not hold up the others.
            if isinstance(error.data, dict) and isinstance(error.data.get("result"), list):
                return [parse(raw) for raw in error.data["result"]]
            raise

    async def _hand_over(self, updates: Iterable[Update], intake: Intake) -> None:
        """Chats side by side, so that they land in one transaction; each chat's updates in their order."""
        lanes: dict[int, list[Update]] = {}
        for update in updates:
            lanes.setdefault(chat_of(update), []).append(update)
        work = (self._hand_lane(lane, intake) for lane in lanes.values())
        # All are waited for before one error counts: none may go on behind the next try.
        for outcome in await asyncio.gather(*work, return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def _hand_lane(self, updates: Sequence[Update], intake: Intake) -> None:
        incomings = await asyncio.gather(*(self._reader.read(update) for update in updates))
        for update, incoming in zip(updates, incomings, strict=True):
            if incoming is not None:
                await intake(incoming)
            if update.callback_query:
                self._spawn(self._stop_spinner(update.callback_query.id), "telegram spinner")

    # --- from the people: the webhook --------------------------------------------------------

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> int:
        """Take what was pushed; returns the HTTP status of the answer: 200 once it is committed, 503 if it was not,
        403 for a stranger, 413 for more than 1 MiB, 400 for what is no update."""
        if self._webhook is None or not _same(headers.get(SECRET_HEADER, ""), self._webhook.secret):
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
            await self._spawn(self._hand_lane([update], self._intake), "telegram push")
        except NotTaken:
            return 503
        return 200

    async def _stop_spinner(self, press_id: str) -> None:
        try:
            await self._bot.answer_callback_query(press_id, request_timeout=CALL_SECONDS)
        except FAILURES as error:
            log.debug("press not acknowledged", error=describe(error))

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run something that `stop` waits for."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # --- to the people -----------------------------------------------------------------------

    async def send(self, chat: str, reply: Reply, *, key: str, turn: Turn = at_once) -> str:
        self._sending += 1
        try:
            return await self._sender.send(chat, reply, key, turn)
        finally:
            self._sending -= 1
            await self._close_if_idle()


async def username(token: str, api_base: str) -> str | None:
    """The bot's name on Telegram, without the @; None if Telegram is away or refuses the token."""
    async with _client(token, api_base) as bot:
        try:
            return (await bot.get_me(request_timeout=CALL_SECONDS)).username
        except FAILURES:
            return None


def _client(token: str, api_base: str) -> Bot:
    return Bot(
        token,
        session=AiohttpSession(api=TelegramAPIServer.from_base(api_base)),
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )


def _same(given: str, secret: str) -> bool:
    # A header may hold bytes that are no text; they come as lone surrogates.
    return hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode())
