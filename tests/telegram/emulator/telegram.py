"""The emulator as a whole: start it, make people and groups, break things, look at what was called."""

import asyncio
import time
from collections.abc import Callable
from typing import Self

from aiohttp import web

from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.commands import CommandLists
from tests.telegram.emulator.faults import Faults
from tests.telegram.emulator.journal import Journal
from tests.telegram.emulator.limits import RateLimits
from tests.telegram.emulator.model import Status, User
from tests.telegram.emulator.presses import Presses
from tests.telegram.emulator.server import ApiServer
from tests.telegram.emulator.updates import Poller, UpdateQueue
from tests.telegram.emulator.webhook import WebhookSender, telegram_backoff
from tests.telegram.emulator.world import World
from tests.telegram.groups import Group
from tests.telegram.people import Person

DEFAULT_TOKEN = "6000000001:emulated-token-that-opens-nothing-else"
_HOST = "127.0.0.1"


class TelegramEmulator:
    """One bot's Telegram on 127.0.0.1, while the context is open.

    `clock` gives seconds since 1970 and dates messages, updates and presses; `monotonic` gives the seconds of the
    rate limits (off until ``limits.enabled``); `webhook_backoff` gives the seconds to wait after so many failed
    deliveries; `port` 0 takes a free one. An error of the emulator's own is answered with 500 and raised at
    the end.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        webhook_backoff: Callable[[int], float] = telegram_backoff,
        privacy_mode: bool = True,
        token: str = DEFAULT_TOKEN,
        port: int = 0,
    ) -> None:
        self.token = token
        self._port = port
        bot = User(int(token.partition(":")[0]), "Dân vận", "danvan_emulated_bot", is_bot=True)
        updates = UpdateQueue(clock)
        self.world = World(bot, updates, clock, privacy_mode)
        self.world.users[bot.id] = bot
        self.limits = RateLimits(monotonic=monotonic)
        self._backend = Backend(
            world=self.world,
            updates=updates,
            poller=Poller(updates),
            webhook=WebhookSender(updates, clock, webhook_backoff),
            commands=CommandLists(),
            presses=Presses(clock),
            limits=self.limits,
        )
        self.faults = Faults()
        self.calls = Journal()
        self._server = ApiServer(token, self._backend, self.faults, self.calls)
        self._runner = web.AppRunner(self._server.application(), access_log=None, shutdown_timeout=0.5)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, _HOST, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_raised: object) -> None:
        self.faults.clear()
        self._backend.poller.release()
        await self._backend.webhook.remove()
        await self._runner.cleanup()
        if self._server.broken:
            raise AssertionError("the emulator itself failed:\n" + "\n".join(self._server.broken))

    @property
    def base_url(self) -> str:
        """Where the Bot API stands, such as ``http://127.0.0.1:40123``, without a slash at the end."""
        return f"http://{_HOST}:{self._port}"

    @property
    def bot(self) -> User:
        """The bot as a user: its id and its username."""
        return self.world.bot

    @property
    def pending_updates(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._backend.updates)

    async def polled(self, timeout: float = 5.0) -> None:
        """Wait until the bot waits in getUpdates with nothing left to fetch; TimeoutError after `timeout` seconds."""
        await asyncio.wait_for(self._backend.poller.asked(), timeout)

    def person(self, name: str, *, username: str = "", language_code: str = "vi") -> Person:
        """A new person with a phone, who has not written to the bot yet."""
        chat = self.world.add_person(name, username, language_code)
        return Person(self.world, self._backend.presses, self._backend.commands, chat)

    def group(self, title: str, *members: Person, supergroup: bool = False) -> Group:
        """A new group of `members`, the first of whom owns it; the bot is not in it yet."""
        statuses: dict[int, Status] = {person.user.id: "member" for person in members}
        if members:
            statuses[members[0].user.id] = "creator"
        chat = self.world.add_group(title, statuses, supergroup)
        return Group(self.world, chat, members)
