"""Windows of a web chat that are open on another process than the one that changed it: each tells the others what it
has kept, and shows what they tell."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.wire import WEB, announce

log = structlog.get_logger(__name__)

MOST_WAITING = 10_000
"""Changes that are heard and not shown yet. More means that something is stuck: the pages fetch the rest anew."""

_IDS = 200


class Elsewhere:
    """What this process tells the others of web chats, and hears from them."""

    def __init__(self, is_open: Callable[[str], bool], show: Callable[[str, int, bool], Awaitable[None]],
                 gone: Callable[[str, list[int]], Awaitable[None]]) -> None:  # fmt: skip
        """`is_open`: whether a window of that chat is here. `show`: show (chat, line's id, whether it was edited).
        `gone`: show that these lines are taken back."""
        self._is_open, self._show, self._gone = is_open, show, gone
        self._us = secrets.token_hex(8)
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_WAITING)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = self._task or asyncio.create_task(self._work(), name="web lines of others")

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task:
            task.cancel()
            await asyncio.wait([task])

    async def tell(self, conn: AsyncConnection, chat: str, number: int, *, edited: bool = False) -> None:
        """With this transaction a line was kept, or edited."""
        await announce(conn, WEB, {"by": self._us, "chat": chat, "id": number, "edited": edited})

    async def tell_gone(self, conn: AsyncConnection, chat: str, numbers: Sequence[int]) -> None:
        """With this transaction lines were taken back."""
        for first in range(0, len(numbers), _IDS):
            await announce(conn, WEB, {"by": self._us, "chat": chat, "gone": list(numbers[first : first + _IDS])})

    def heard(self, text: str) -> None:
        """What a process told, as JSON."""
        told = json.loads(text)
        if told["by"] == self._us or not self._is_open(told["chat"]):
            return
        try:
            self._heard.put_nowait(told)
        except asyncio.QueueFull:
            log.error("a line of another process is not shown", waiting=MOST_WAITING)

    async def _work(self) -> None:
        while True:
            told = await self._heard.get()
            try:
                if "gone" in told:
                    await self._gone(told["chat"], told["gone"])
                else:
                    await self._show(told["chat"], told["id"], told["edited"])
            except SQLAlchemyError as error:
                # The page has what it missed when it comes back, and it comes back when the database is.
                log.warning("a line of another process is not shown", error=type(error).__name__)
