"""Updates on their way to the bot: one for each call, and gone with the answer."""

import asyncio
import contextlib
import json
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from tests.zalo.emulator.errors import Json


@dataclass(eq=False)
class _Poll:
    answer: asyncio.Future[Json | None]
    gone: Callable[[], bool]


class UpdateQueue:
    """What nobody has fetched, and the polls that wait.

    Several polls share the updates at random. `keeps_unpolled` False loses what comes while nobody waits: operators
    contradict each other here. `ghost_polls` True lets a poll whose caller hung up take an update along. `push`, when
    set, takes every new update, and polls stay silent.
    """

    def __init__(self, chance: random.Random) -> None:
        self.keeps_unpolled = True
        self.ghost_polls = False
        self.push: Callable[[Json], None] | None = None
        self._chance = chance
        self._pending: deque[Json] = deque()
        self._polls: list[_Poll] = []
        self._asked = asyncio.Event()

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def waiting(self) -> int:
        """How many polls wait with somebody at the other end."""
        return sum(not poll.gone() for poll in self._polls)

    def add(self, update: Json) -> None:
        """Pass an update on, as it is now."""
        frozen: Json = json.loads(json.dumps(update))
        if self.push is not None:
            self.push(frozen)
        elif waiting := [poll for poll in self._polls if self._takes(poll)]:
            self._chance.choice(waiting).answer.set_result(frozen)
        elif self.keeps_unpolled:
            self._pending.append(frozen)

    async def poll(self, patience: float, gone: Callable[[], bool]) -> Json | None:
        """The next update, at once or within `patience` seconds; None if there was none."""
        if self._pending and self.push is None:
            return self._pending.popleft()
        poll = _Poll(asyncio.get_running_loop().create_future(), gone)
        self._polls.append(poll)
        self._asked.set()
        try:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(poll.answer, patience)
            return None
        finally:
            self._polls.remove(poll)
            if not self._polls:
                self._asked.clear()

    async def asked(self) -> None:
        """Wait until a poll waits: the bot has fetched everything and listens."""
        await self._asked.wait()

    def time_out(self) -> None:
        """End the polls that wait, as if their time were over."""
        for poll in self._polls:
            if not poll.answer.done():
                poll.answer.set_result(None)

    def _takes(self, poll: _Poll) -> bool:
        return not poll.answer.done() and (self.ghost_polls or not poll.gone())
