"""The people who fill in the form, each step after the answer to the one before, and Telegram between them."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.chat.wire import FakeTelegram, Hook, Markup

_BACK_OFF = 0.05
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does: types a text, or presses the first button whose data fits."""

    text: str = ""
    button: str = ""


FORM = (
    Step(button="^start"),
    *(Step("12"), Step("345"), Step("67")),
    Step(button=r"c/1$"),
    Step("Giúp bà con thu hoạch lúa, sửa đường vào xóm"),
    Step(button="send$"),
)
"""Begin by the button under the reminder, three numbers, one choice of four, one text, send."""

UPDATES = len(FORM)


@dataclass
class Telegram:
    """Pushes what people do, and tells them what the bot says."""

    hook: Hook
    starts: dict[int, str]
    """By chat, the data of the button with which a report begins."""
    updates: Iterator[int] = field(default_factory=lambda: iter(range(1, 1 << 31)))
    calls: int = 0
    answers: int = 0
    """Replies that travelled in the webhook's own answer."""
    again: int = 0
    _waiting: dict[int, asyncio.Future[Markup]] = field(default_factory=dict)

    async def does(self, chat: int, step: Step, shown: Markup) -> tuple[Markup, float]:
        """One update, to its reply: the buttons of that, and the seconds it took."""
        body = json.dumps(self._update(chat, step, shown)).encode()
        heard = self._waiting[chat] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        await self._push(body)
        async with asyncio.timeout(_PATIENCE):
            buttons = await heard
        return buttons, time.perf_counter() - began

    async def _push(self, body: bytes) -> None:
        while True:
            status, answer = await self.hook.push(body)
            if status == 200:
                break
            self.again += 1
            await asyncio.sleep(_BACK_OFF)
        if answer.startswith(b"{") and (call := json.loads(answer)).get("method"):
            self.answers += 1
            self.heard(call["method"], int(call.get("chat_id", 0)), call.get("reply_markup"))

    def heard(self, method: str, chat: int, markup: Markup) -> None:
        """The bot called a method."""
        self.calls += 1
        if method in ("sendMessage", "editMessageText") and (waits := self._waiting.pop(chat, None)):
            waits.set_result(markup)

    def _update(self, chat: int, step: Step, shown: Markup) -> dict[str, Any]:
        person = {"id": chat, "is_bot": False, "first_name": "Lan", "last_name": "Nguyễn", "language_code": "vi"}
        message = {
            "message_id": chat % 1000 + 1, "date": 1_700_000_000,
            "chat": {"id": chat, "first_name": "Lan", "last_name": "Nguyễn", "type": "private"},
        }  # fmt: skip
        update: dict[str, Any] = {"update_id": next(self.updates)}
        if step.text:
            # Not everybody has the same to tell.
            text = str(int(step.text) + chat % 97) if step.text.isdecimal() else f"{step.text}, {chat % 971} người"
            return {**update, "message": {**message, "from": person, "text": text}}
        bot = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bench_bot"}
        pressed = {
            **message,
            "from": bot,
            "text": "Đồng chí chọn giúp em.",
            **({"reply_markup": shown} if shown else {}),
        }
        press = {
            "id": str(update["update_id"]), "from": person, "chat_instance": "1", "message": pressed,
            "data": self._data(chat, step, shown),
        }  # fmt: skip
        return {**update, "callback_query": press}

    def _data(self, chat: int, step: Step, shown: Markup) -> str:
        if step.button == FORM[0].button:
            return self.starts[chat]
        buttons = [one["callback_data"] for row in (shown or {})["inline_keyboard"] for one in row]
        return next(str(data) for data in buttons if re.search(step.button, data))


@dataclass
class Walked:
    """What was measured: how many updates, over how long, and the seconds from each update to its reply."""

    seconds: float
    took: list[float]
    before: int = 0
    """Updates that came before it was measured."""

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which so many of a hundred replies came."""
        ordered = sorted(self.took)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


async def at_once(telegram: Telegram, chats: Iterable[int], many: int, steps: tuple[Step, ...] = FORM) -> Walked:
    """So many people at a time walk through the form without a pause, until all chats have."""
    waiting, took = iter(chats), []

    async def somebody() -> None:
        for chat in waiting:
            shown: Markup = None
            for step in steps:
                shown, seconds = await telegram.does(chat, step, shown)
                took.append(seconds)

    began = time.perf_counter()
    await asyncio.gather(*(somebody() for _ in range(many)))
    return Walked(time.perf_counter() - began, took)


async def at_pace(telegram: Telegram, chats: Iterable[int], per_second: int, seconds: float) -> Walked:
    """Each of `per_second` people does a step a second, at moments of their own. They come one after the other, until
    some are at each step of the form; from then on it is measured."""
    waiting, took, before = iter(chats), [], 0
    begins = time.perf_counter() + UPDATES
    ends = begins + seconds

    async def somebody() -> None:
        nonlocal before
        moment = time.perf_counter() + UPDATES * random.random()
        for chat in waiting:
            shown: Markup = None
            for step in FORM:
                await asyncio.sleep(moment - time.perf_counter())
                if time.perf_counter() > ends:
                    return
                shown, lasted = await telegram.does(chat, step, shown)
                if moment >= begins:
                    took.append(lasted)
                else:
                    before += 1
                moment += 1

    await asyncio.gather(*(somebody() for _ in range(per_second)))
    return Walked(seconds, took, before)


async def listen(heard: Callable[[str, int, Markup], None]) -> tuple[asyncio.Server, str]:
    """The Bot API on a free port; the server and its address."""
    server = await asyncio.get_running_loop().create_server(lambda: FakeTelegram(heard), "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
