"""What the bot called: for tests that count calls or wait for one."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.zalo.emulator.params import Params


@dataclass(frozen=True)
class Call:
    """One finished call. `code`: 200, or the ``error_code``; 0 when the connection was cut. `status`: of HTTP."""

    method: str
    params: Params
    code: int
    status: int
    description: str = ""


@dataclass
class Journal:
    """All calls in the order they were answered."""

    _calls: list[Call] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def of(self, method: str) -> list[Call]:
        """The calls of one method, as it is spelled."""
        return [call for call in self._calls if call.method == method]

    def add(self, call: Call) -> None:
        """Write a call down and wake those who wait for it."""
        self._calls.append(call)
        self._changed.set()

    async def wait_for(self, method: str, count: int = 1, timeout: float = 5.0) -> list[Call]:
        """Wait until `method` was answered `count` times in all; TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while len(self.of(method)) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.of(method)
