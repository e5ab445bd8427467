"""Updates of Telegram on their way to the intake: each chat's in order, chats side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import structlog

from bot.channels.base import Intake
from bot.channels.calling import Failure, describe
from bot.channels.telegram_answers import Pacing, WebhookAnswer, stopping_spinner
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_setup import CALL_SECONDS
from bot.channels.telegram_updates import Reader, Update, chat_of, press_of

log = structlog.get_logger(__name__)

T = TypeVar("T")

STOP_SECONDS = 10.0


class Handing:
    """Hands updates over, and stops the spinners of presses once they are taken."""

    def __init__(self, api: TelegramApi, reader: Reader) -> None:
        self._api, self._reader = api, reader
        self._tasks: set[asyncio.Task[Any]] = set()

    async def fetched(self, updates: Iterable[Update], intake: Intake) -> None:
        """Chats side by side, so that they land in one transaction; each chat's updates in their order. Raises what
        the first that was not taken raised."""
        lanes: dict[int, list[Update]] = {}
        for update in updates:
            lanes.setdefault(chat_of(update), []).append(update)
        work = (self._lane(lane, intake) for lane in lanes.values())
        # All are waited for before one error counts: none may go on behind the next try.
        for outcome in await asyncio.gather(*work, return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def _lane(self, updates: Sequence[Update], intake: Intake) -> None:
        incomings = await asyncio.gather(*(self._reader.read(update) for update in updates))
        for update, incoming in zip(updates, incomings, strict=True):
            if incoming is not None:
                await intake(incoming)
            if press := press_of(update):
                self._spawn(self._stop_spinner(press), "telegram spinner")

    async def pushed(self, update: Update, intake: Intake, pacing: Callable[[], Pacing]) -> bytes:
        """The body of the answer: the reply if it may travel so, else what stops the spinner, b"" for neither. It is
        done to its end though whoever pushed go away."""
        return await self._spawn(self._pushed(update, intake, pacing), "telegram push")

    async def _pushed(self, update: Update, intake: Intake, pacing: Callable[[], Pacing]) -> bytes:
        body, press = b"", press_of(update)
        if incoming := await self._reader.read(update):
            answer = WebhookAnswer(incoming.chat, pacing())
            await intake(incoming if incoming.is_group else replace(incoming, answer=answer))
            body = answer.body
        if press and not body:
            return stopping_spinner(press)
        if press:
            self._spawn(self._stop_spinner(press), "telegram spinner")
        return body

    async def _stop_spinner(self, press_id: str) -> None:
        try:
            await self._api.call("answerCallbackQuery", seconds=CALL_SECONDS, callback_query_id=press_id)
        except Failure as error:
            log.debug("press not acknowledged", error=describe(error))

    def _spawn(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Run something that `finish` waits for."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self) -> None:
        """Wait for what is under way, so long as it takes no more than `STOP_SECONDS`."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
