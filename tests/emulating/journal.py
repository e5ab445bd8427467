"""What the bot called: for tests that count calls or wait for one."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

P = TypeVar("P")


@dataclass(frozen=True)
class Call(Generic[P]):
    """One finished call. `code`: 200, or that of the refusal; 0 when the connection was cut. `status`: of HTTP."""

    method: str
    params: P
    code: int
    status: int
    description: str = ""


@dataclass
class Journal(Generic[P]):
    """All calls in the order they were answered. `spelled`: what a name of a method is for the platform."""

    spelled: Callable[[str], str] = str
    _calls: list[Call[P]] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __iter__(self) -> Iterator[Call[P]]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def of(self, method: str) -> list[Call[P]]:
        """The calls of one method."""
        return [call for call in self._calls if self.spelled(call.method) == self.spelled(method)]

    def add(self, call: Call[P]) -> None:
        """Write a call down and wake those who wait for it."""
        self._calls.append(call)
        self._changed.set()

    async def wait_for(self, method: str, count: int = 1, timeout: float = 5.0) -> list[Call[P]]:
        """Wait until `method` was answered `count` times in all; TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while len(self.of(method)) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.of(method)
