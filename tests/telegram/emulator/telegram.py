"""The emulator as a whole: start it, make people and groups, break things, look at what was called."""

import asyncio
import time
from collections.abc import Callable

from tests.emulating.emulator import Emulator
from tests.emulating.refusal import Json
from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.commands import CommandLists
from tests.telegram.emulator.faults import TelegramFaults
from tests.telegram.emulator.limits import RateLimits
from tests.telegram.emulator.model import Status, User
from tests.telegram.emulator.presses import Presses
from tests.telegram.emulator.server import TelegramServer
from tests.telegram.emulator.updates import Poller, UpdateQueue
from tests.telegram.emulator.webhook import WebhookSender, telegram_backoff
from tests.telegram.emulator.world import World
from tests.telegram.groups import Group
from tests.telegram.people import Person

DEFAULT_TOKEN = "6000000001:emulated-token-that-opens-nothing-else"


class TelegramEmulator(Emulator[TelegramFaults, TelegramServer]):
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
        faults = TelegramFaults()
        server = TelegramServer(token, self._backend, faults)
        self._backend.webhook.answered = server.answered
        super().__init__(server, faults, port)

    async def release(self) -> None:
        self._backend.poller.release()
        await self._backend.webhook.remove()

    @property
    def bot(self) -> User:
        """The bot as a user: its id and its username."""
        return self.world.bot

    def webhook_info(self) -> Json:
        """What getWebhookInfo says."""
        return self._backend.webhook.info()

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
