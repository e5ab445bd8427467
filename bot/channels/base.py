"""What every channel is: a name, what it can do, how it starts, how it sends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from handlers.events import Incoming, Reply

Turn = Callable[[], Awaitable[None]]
"""Returns when the pace allows another message to the same chat."""

Intake = Callable[[Incoming], Awaitable[None]]
"""Takes one update; returns once it is committed. Raises `NotTaken` when it could not be: do not acknowledge."""


class NotTaken(Exception):
    """The update was not committed (the database is away, or we are stopping): let it come again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a channel takes. Zero means no limit."""

    per_second: float = 0
    chat_per_second: float = 0
    group_per_minute: float = 0

    def times(self, factor: float) -> Pace:
        """So many times as fast. For a chat a quarter of the margin: who asks right after a push has to wait for it."""
        chat = self.chat_per_second * (1 - (1 - factor) / 4)
        return Pace(self.per_second * factor, chat, self.group_per_minute * factor)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can render: text length in UTF-16 units, and whether it has buttons, edits and files."""

    text_limit: int
    caption_limit: int
    buttons: bool
    edits: bool
    files: bool


class SendError(Exception):
    """A message did not go out; the subclass says what to do about it."""


class Blocked(SendError):
    """The person blocked the bot, or the chat is gone: send no more there."""


class Silenced(SendError):
    """The bot is in that group, and may not write there: send no more until it may."""


class Moved(SendError):
    """The group goes on under another id, `to`; the message was surely not taken."""

    def __init__(self, to: str) -> None:
        super().__init__(f"moved to {to}")
        self.to = to


class Refused(SendError):
    """The platform will never take this message."""


class CannotChange(Refused):
    """What was to be edited or taken back stands as it was: it is too old, or gone, or the channel cannot."""


class TryLater(SendError):
    """The platform asks to wait `after` seconds; the message was surely not taken."""

    def __init__(self, after: float, why: str = "") -> None:
        super().__init__(why or f"retry after {after} s")
        self.after = after


class InDoubt(SendError):
    """The connection broke after the message was handed over: it may or may not have arrived."""


def ids_in(told: str) -> list[int]:
    """The numbers of messages as `Channel.send` tells them; what is no number from 1 to 2**63 is passed over."""
    numbers = [int(one) for one in told.split(",") if one.isascii() and one.isdigit() and len(one) < 20]
    return [number for number in numbers if 0 < number < 2**63]


async def at_once() -> None:
    """No turn to wait for."""


class Channel(Protocol):
    """One road to people."""

    name: str
    capabilities: Capabilities
    pace: Pace

    async def start(self, intake: Intake) -> None:
        """Begin to receive. Raises `config.StartError` when that cannot be, naming the setting."""

    async def stop(self) -> None:
        """Receive no more; return when what was received has been handed to the intake."""

    async def send(self, chat: str, reply: Reply, *, key: str, turn: Turn = at_once) -> str:
        """Send and return the platform's message ids, in order, with a comma between (an album, or a text that was cut,
        is several messages); those that stand, after an edit, and none after taking back. `key` is the same for every
        try. `turn` is waited for before each further call that a reply takes, where the channel has a pace. Raises a
        `SendError`; `CannotChange` where `only_edit` or `deletes` cannot be done."""

    def is_group(self, chat: str) -> bool:
        """Whether a chat is a group, by its id."""


@runtime_checkable
class Led(Protocol):
    """A channel part of whose work only one process may do, where there are several: to ask the platform for updates,
    and to tell it where to push them. Without a word it does that part."""

    async def lead(self) -> None:
        """Do it, from the start of the channel on."""

    async def follow(self) -> None:
        """Leave it to another process."""


@runtime_checkable
class Watched(Protocol):
    """A channel that can tell how it is."""

    state: str
    """In a word or a line, for whoever looks after the bot; "works" when all is well."""
