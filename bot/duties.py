"""What only one process may do (see `bot.leading`): send, receive what is asked for, and work by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from bot.channels.base import Channel, Led
from bot.delivery.courier import Courier
from bot.jobs import Jobs


class Duties:
    """Begun and ended any number of times."""

    def __init__(self, hire: Callable[[], Courier], jobs: Jobs, channels: Iterable[Channel]) -> None:
        """`hire`: makes a courier, who serves until the lead is lost. `channels`: as they are when the duties begin."""
        self._hire, self._jobs = hire, jobs
        self._channels = channels
        self.courier = hire()
        self._sending: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None

    async def send(self) -> None:
        """Begin to send, and to ask for what people say."""
        if self._sending is not None:
            # What the last one remembers of messages on their way is not true any more; what it sent, was sent.
            before, self.courier = self.courier, self._hire()
            self.courier.take_over(before)
        self._sending = asyncio.create_task(self.courier.run(), name="courier")
        for channel in self._led():
            await channel.lead()

    async def begin(self) -> None:
        """All of it; what is due by now is done beside."""
        await self.send()
        self._jobs.start()
        self._looking = asyncio.create_task(self._jobs.tick(), name="the first look")

    async def end(self) -> None:
        """At once: another process may be at it already. What is on its way is in doubt, and the other sends it."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        await self.leave_to_others()
        if self._looking is not None:
            self._looking.cancel()
        await self._jobs.stop()

    async def leave_to_others(self) -> None:
        """Ask nobody for what people say."""
        for channel in self._led():
            await channel.follow()

    async def finish(self) -> None:
        """Send what can be sent at once, write it down, and stop."""
        self.courier.stop()
        if self._sending is not None:
            await asyncio.gather(self._sending, return_exceptions=True)

    def cancel(self) -> None:
        """There is no more time for `finish`."""
        for task in (self._sending, self._looking):
            if task is not None:
                task.cancel()

    @property
    def dead(self) -> list[str]:
        """What should be running, and is not."""
        return [self._sending.get_name()] if self._sending is not None and self._sending.done() else []

    def _led(self) -> list[Led]:
        return [channel for channel in self._channels if isinstance(channel, Led)]
