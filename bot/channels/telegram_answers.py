"""A reply in the webhook's own answer: Telegram then performs the call in it, and tells nobody what became of it."""

from __future__ import annotations

from typing import Protocol

import orjson
from prometheus_client import Counter

from bot.channels.telegram_calls import Call, saying
from bot.channels.telegram_render import render
from handlers.events import Reply

ANSWERED = Counter("danvan_webhook_answers_total", "Replies that went out in the answer to a webhook")


class Pacing(Protocol):
    """How fast messages may go out."""

    def is_free(self, chat: str) -> bool:
        """Whether one may go to a private chat at once."""

    def passed(self, chat: str) -> None:
        """One went there."""


class NoPacing:
    """Everything may go."""

    def is_free(self, chat: str) -> bool:
        return bool(chat)

    def passed(self, chat: str) -> None:
        return


class WebhookAnswer:
    """What is answered to one update: nothing yet, or a call."""

    def __init__(self, chat: str, pacing: Pacing) -> None:
        """`chat`: a private one."""
        self._chat, self._pacing = chat, pacing
        self._call: Call | None = None
        self.body = b""

    def takes(self, reply: Reply) -> bool:
        """One new message of text: nobody will know whether it came, so nothing may have to be done about it."""
        self._call = _call(reply, self._chat) if self._pacing.is_free(self._chat) else None
        return self._call is not None

    def give(self, reply: Reply) -> None:
        call = self._call or _call(reply, self._chat)
        if call:
            self._pacing.passed(self._chat)
            ANSWERED.inc()
            self.body = orjson.dumps(call.as_answer())


def stopping_spinner(press: str) -> bytes:
    """An answer that tells a phone that its press has arrived."""
    return orjson.dumps({"method": "answerCallbackQuery", "callback_query_id": press})


def _call(reply: Reply, chat: str) -> Call | None:
    if reply.menu or reply.replaces or reply.deletes or reply.photo or reply.photos or reply.document:
        return None
    parts = render(reply)
    return saying(parts[0], chat) if len(parts) == 1 else None
