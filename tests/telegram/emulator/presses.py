"""Presses of inline buttons, from the finger to the answer of the bot."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.telegram.emulator.errors import Json, bad_request
from tests.telegram.emulator.model import Message, User

# After this many seconds the phone gives up, and so does Telegram. Not documented; seen by many bots.
ANSWER_WITHIN: Final = 15.0
_LONGEST_ANSWER: Final = 200
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True)
class PressAnswer:
    """What answerCallbackQuery showed: a toast, an alert or (with no text) only the end of the spinner."""

    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(eq=False)
class Press:
    """One press. It stays open until the bot answers it or it gets too old."""

    id: str
    person: User
    message: Message
    data: str
    at: float
    _answer: asyncio.Future[PressAnswer] = field(repr=False)

    async def answer(self, timeout: float = 5.0) -> PressAnswer:
        """Wait for the bot's answer; TimeoutError after `timeout` seconds."""
        return await asyncio.wait_for(asyncio.shield(self._answer), timeout)

    @property
    def answered(self) -> bool:
        """Whether the spinner on the button has stopped."""
        return self._answer.done()

    def give(self, answer: PressAnswer) -> None:
        """The bot answered (the emulator calls this)."""
        self._answer.set_result(answer)

    def json(self) -> Json:
        """A CallbackQuery, with the message as it now stands."""
        message = self.message.inaccessible_json() if self.message.deleted else self.message.json()
        chat_instance = str(self.message.chat.id * 7919)
        whole = {"id": self.id, "from": self.person.json(), "message": message}
        return whole | {"chat_instance": chat_instance, "data": self.data}


@dataclass
class Presses:
    """Every press by its id. `clock` in seconds."""

    clock: Callable[[], float]
    _by_id: dict[str, Press] = field(default_factory=dict)

    def add(self, person: User, message: Message, data: str) -> Press:
        """A finger came down."""
        number = (person.id << 20) + len(self._by_id) + 1
        waiting = asyncio.get_running_loop().create_future()
        press = Press(str(number), person, message, data, self.clock(), waiting)
        self._by_id[press.id] = press
        return press

    def answer(self, press_id: str, answer: PressAnswer) -> None:
        """Stop the spinner; 400 if the press is unknown, too old or already answered."""
        press = self._by_id.get(press_id)
        if press is None or press.answered or self.clock() - press.at > ANSWER_WITHIN:
            raise bad_request(_TOO_OLD)
        if len(answer.text) > _LONGEST_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        press.give(answer)
