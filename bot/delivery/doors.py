"""What a send tells of the chat behind it: the door is shut, is somewhere else now, or is open."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.channels.base import Blocked, Moved, SendError, Silenced
from storage import outbox, people
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """What one send told. `error`: None if the message was taken."""

    channel: str
    chat: str
    is_group: bool
    error: SendError | None = None

    @property
    def matters(self) -> bool:
        """Whether there is something to write down."""
        return self.is_group if self.error is None else isinstance(self.error, Blocked | Silenced | Moved)

    async def write_down(self, uow: UnitOfWork) -> None:
        """Note it, after the outcomes of the messages: what waits behind a shut door is given up, what waits before
        one that moved goes to the new one."""
        match self.error:
            case None:
                await people.heard_again(uow, self.channel, self.chat)
            case Moved(to=to):
                log.warning("a group goes on under another id", chat=self.chat, now=to)
                await people.moved(uow, self.channel, self.chat, to)
            case Silenced():
                await people.silenced(uow, self.channel, self.chat)
                await outbox.give_up(uow, self.channel, self.chat)
            case Blocked():
                await people.blocked(uow, self.channel, self.chat)
                await outbox.give_up(uow, self.channel, self.chat)
