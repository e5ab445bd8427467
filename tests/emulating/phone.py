"""A phone in the hands of somebody whom a test plays: waiting for what the bot says next."""

import asyncio
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

Shown = TypeVar("Shown")
"""A message of the bot as it stands on the platform's screen."""


class Silence(AssertionError):
    """Nothing was heard in time; the message shows the conversation so far."""


class Screen(ABC, Generic[Shown]):
    """One chat on a phone: what the bot says there stands in a queue until it is heard."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unheard: asyncio.Queue[Shown] = asyncio.Queue()

    @property
    def unheard(self) -> int:
        """How many messages `hears` has not given out yet."""
        return self._unheard.qsize()

    async def hears(self, timeout: float) -> Shown:
        """The next message of the bot, in order, none left out; Silence after `timeout` seconds."""
        if not self._unheard.empty():  # with a timeout of 0 a task that waits would not even begin
            return self._unheard.get_nowait()
        try:
            return await asyncio.wait_for(self._unheard.get(), timeout)
        except TimeoutError:
            reason = f"{self._name} heard nothing for {timeout:g} s. So far:\n{self.transcript()}"
            raise Silence(reason) from None

    def forgets(self) -> None:
        """Listen only to what comes from now on."""
        while not self._unheard.empty():
            self._unheard.get_nowait()

    @abstractmethod
    def transcript(self) -> str:
        """The whole conversation: ``>`` what people said, ``-`` what the bot said."""


class Listener(Generic[Shown]):
    """A person, or all in a group, in front of a `screen`."""

    screen: Screen[Shown]

    @property
    def unheard(self) -> int:
        """How many messages `hears` has not given out yet."""
        return self.screen.unheard

    def transcript(self) -> str:
        """The chat as text."""
        return self.screen.transcript()

    async def hears(self, timeout: float = 5.0) -> Shown:
        """The next message of the bot in the chat, an edited one too; Silence after `timeout` seconds."""
        return await self.screen.hears(timeout)

    def forgets(self) -> None:
        """Pass over what `hears` has not given out yet."""
        self.screen.forgets()
