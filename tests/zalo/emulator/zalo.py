"""The emulator as a whole: start it, make people and groups, break things, look at what was called."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Final, Self

from tests.emulating.emulator import Emulator
from tests.zalo.emulator.backend import Backend
from tests.zalo.emulator.errors import Json
from tests.zalo.emulator.faults import ZaloFaults
from tests.zalo.emulator.hosts import Internet
from tests.zalo.emulator.limits import Burst, Quota
from tests.zalo.emulator.media import MediaServer
from tests.zalo.emulator.model import Bot
from tests.zalo.emulator.server import BadToken, ZaloServer
from tests.zalo.emulator.updates import UpdateQueue
from tests.zalo.emulator.webhook import Webhook
from tests.zalo.emulator.world import World
from tests.zalo.people import Group, Person

DEFAULT_TOKEN: Final = "1459232241454765289:emulated-token-that-opens-nothing-else"


class ZaloEmulator(Emulator[ZaloFaults, ZaloServer]):
    """One bot's Zalo on 127.0.0.1, while the context is open.

    `clock` gives seconds since 1970 for dates, daily caps and the month of the quota; `monotonic` those of bursts
    (``burst.enabled``); `second` is how long one second of a long poll lasts. An error of the emulator's own is
    answered with 500 and raised at the end.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        second: float = 1.0,
        token: str = DEFAULT_TOKEN,
        seed: int = 0,
    ) -> None:
        self.internet = Internet()
        self.media = MediaServer()
        self.quota = Quota(clock)
        self.burst = Burst(monotonic=monotonic)
        self.webhook = Webhook(self.internet, clock)
        self.updates = UpdateQueue(random.Random(seed))
        bot = Bot(token.partition(":")[0], "Bot Dân vận", "bot.VDKyGxQvc")
        self.world = World(bot, self.updates, self.quota, clock)
        backend = Backend(self.world, self.updates, self.webhook, self.internet, self.quota, self.burst, second)
        faults = ZaloFaults()
        super().__init__(ZaloServer(token, backend, faults), faults)

    async def __aenter__(self) -> Self:
        await self.media.start()
        return await super().__aenter__()

    async def __aexit__(self, *raised: object) -> None:
        try:
            await super().__aexit__(*raised)
        finally:
            await self.media.stop()
            await self.internet.close()

    async def release(self) -> None:
        self.updates.time_out()
        await self.webhook.stop()

    @property
    def bot(self) -> Bot:
        """The bot: its id and names."""
        return self.world.bot

    @property
    def token(self) -> str:
        """What opens the API; setting another one is the reset in Zalo Bot Creator."""
        return self._server.token

    @token.setter
    def token(self, token: str) -> None:
        self._server.token = token

    @property
    def errors_in_200(self) -> bool:
        """Whether refusals come in an HTTP 200, as measured, or with a status of their own."""
        return self._server.errors_in_200

    @errors_in_200.setter
    def errors_in_200(self, wanted: bool) -> None:
        self._server.errors_in_200 = wanted

    @property
    def bad_token(self) -> BadToken:
        """How a wrong token is refused: a 401 by HTTP, a 401 in a 200 (``ok``), or no JSON at all (``text``)."""
        return self._server.bad_token

    @bad_token.setter
    def bad_token(self, how: BadToken) -> None:
        self._server.bad_token = how

    @property
    def pending_updates(self) -> int:
        """How many updates nobody has fetched."""
        return len(self.updates)

    async def polled(self, timeout: float = 5.0) -> None:
        """Wait until the bot waits in getUpdates with nothing left to fetch; TimeoutError after `timeout` seconds."""
        await asyncio.wait_for(self.updates.asked(), timeout)

    def times_out(self) -> None:
        """The time that the waiting polls asked for is over: they get their 408."""
        self.updates.time_out()

    def knows(self, origin: str, real: str = "") -> None:
        """Put an origin such as ``https://bot.example.vn`` on the map: it stands at `real`, or at itself."""
        self.internet.knows(origin, real)

    def delivers(self, update: Json) -> None:
        """Send the bot an update as it is; it counts for nothing."""
        self.updates.add(update)

    def person(self, name: str) -> Person:
        """A new person with a phone, who has not written to the bot yet."""
        return Person(self.world, self.media, self.internet, self.world.add_chat("PRIVATE", name))

    def group(self, title: str, *members: Person) -> Group:
        """A new group of `members`; the bot is not in it yet."""
        chat = self.world.add_chat("GROUP", title)
        chat.members |= {member.id for member in members}
        return Group(self.world, self.internet, chat)
