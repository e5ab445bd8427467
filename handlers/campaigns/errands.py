"""What takes too long for a conversation: asked for in the outbox, done by the clerk (`bot.clerk`) once it is
committed. The clerk's answer comes to the chat as a message of its own."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from markupsafe import escape

from handlers.events import Priority, Reply
from storage.uow import UnitOfWork

CLERK = "clerk"
"""The channel of errands."""


class What(StrEnum):
    READ = "read"
    APPLY = "apply"
    UNITS = "units"


@dataclass(frozen=True, slots=True)
class Errand:
    """To read a workbook and tell what it would change, or to load it; or to read a list of units for the broadcast
    that it is `about`. `channel`, `chat` and `sender`: who asked, from where. `seen`: the fingerprint of the findings
    that they agreed to."""

    what: What
    media_id: str
    name: str
    channel: str
    chat: str
    sender: str
    seen: str = ""
    about: int = 0

    def leave(self, uow: UnitOfWork) -> None:
        """Have it done once this transaction is committed, those of one chat one after the other."""
        reply = Reply(escape(json.dumps(asdict(self))))
        uow.send(CLERK, f"{self.channel}/{self.chat}", reply.to_json(), priority=Priority.REPLY)

    @classmethod
    def from_reply(cls, reply: Reply) -> Errand:
        data: dict[str, Any] = json.loads(reply.text.unescape())
        return cls(**{**data, "what": What(data["what"])})
