"""The whole bot as one object: built from settings, started and stopped in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from bot import condition, opening
from bot.backups.nightly import Nightly
from bot.care import Care
from bot.channels.base import Channel
from bot.channels.webchat import WebChat
from bot.clerk import Clerk
from bot.clock import Clock
from bot.config import CAMPAIGNS, Settings, StartError, secret_key
from bot.delivery.carrier import LONGEST_PAUSE
from bot.delivery.courier import Courier
from bot.duties import Duties
from bot.intake import Intake, begin_counting
from bot.jobs import Jobs
from bot.leading import Leading
from bot.listening import Listener
from bot.media.chosen import contents_of
from bot.media.store import MediaStore
from bot.networks import networks
from bot.rates import Rates
from bot.sentry import Sentry
from bot.tempo import Tempo
from bot.web.insiders import Insiders
from bot.web.origins import Origins
from bot.web.pages.leaders import LeadersPage
from bot.web.server import Health, Web
from bot.web.sessions import DemoPerson, Sessions
from bot.workshop import Workshop
from handlers.context import Links, Office
from handlers.organisation import web_links
from locales.translator import Translators
from reporting.library import Library
from storage.wire import OUTBOX

log = structlog.get_logger(__name__)

A_LOOK = 1.0
"""Seconds after which the leader looks at the outbox though no other process said that there is something."""
STOP_WITHIN = 20.0


class App:
    """Owns every part; each part is given what it needs and nothing else."""

    def __init__(
        self, settings: Settings, clock: Clock, *, people: Sequence[DemoPerson] = (), groups: Sequence[str] = ()
    ) -> None:
        """`people` and `groups` exist in the demo only. Raises StartError."""
        self.settings, self.clock = settings, clock
        self.sentry = Sentry(settings)
        self.db = opening.database(settings.database_url)
        self.secret = secret_key(settings, settings.state_folder)
        self.translators = Translators(settings.zone)
        self.library = Library()
        self.office = Office(
            self.library, self.translators, self.secret, Links(settings.base_url), holidays=opening.holidays(CAMPAIGNS)
        )
        self._care = Care(self.db, self.office, clock, self.wake)
        self.contents = contents_of(settings)
        workshop = Workshop(self.db, self.library, self.translators, clock, self.office.links, self.contents)
        self.media = MediaStore(self.db, self.contents, workshop, clock, self.secret)
        self.webchat = WebChat(self.db, self.media, clock, self.translators, frozenset(groups))
        self.channels: dict[str, Channel] = {self.webchat.name: self.webchat}
        webhooks = {**self._add_telegram(), **self._add_zalo()}
        clerk = Clerk(self.db, self.media, self.office, clock)
        self.channels[clerk.name] = clerk
        self.office.poor_channels.update(c.name for c in self.channels.values() if not c.capabilities.buttons)
        self.leading = Leading(
            settings.database_url if settings.has_replicas else None,
            lead=self._lead, follow=self._follow, hear=self._heard, deaf=self._deaf,
        )  # fmt: skip
        self.intake = Intake(
            self.db, self.office, clock, self.wake, Tempo(settings.take_at_once, settings.take_per_second),
            self.sentry.report,
        )  # fmt: skip
        self.jobs = Jobs(self.db, self.office, clock, self.wake, self.leading.guard, self.sentry.report)
        if settings.backup_dir:
            self.jobs.nightly = Nightly(settings, settings.backup_dir, clock, self._care.backup_failed)
        self.duties = Duties(self._hire, self.jobs, self.channels.values())
        self.sessions = Sessions(
            self.db, clock, secret=self.secret, base_url=settings.base_url, people=people,
            entered=partial(web_links.greet, self.office),
        )  # fmt: skip
        rates = Rates()
        self.web = Web(
            self.webchat, self.media, self.translators, self.sessions,
            Origins(settings.base_url, networks(settings.web_trusted_proxy)), health=self.health, webhooks=webhooks,
            rates=rates, wake=self.wake, pages=[self._leaders_page(rates)],
            insiders=Insiders(settings.metrics_token.get_secret_value() if settings.metrics_token else ""),
        )  # fmt: skip
        self._listener = Listener(self.web.app, settings.web_host, settings.web_port)
        self._tasks: list[asyncio.Task[None]] = []

    def _leaders_page(self, rates: Rates) -> LeadersPage:
        token = self.settings.telegram_token
        return LeadersPage(
            self.db, self.office, self.media, self.clock, base_url=self.settings.base_url,
            telegram_token=token.get_secret_value() if token else "", rates=rates,
        )  # fmt: skip

    def _add_telegram(self) -> dict[str, Callable[..., Awaitable[int | bytes]]]:
        """Telegram, if a token is set; returns the webhook's path, if one is to be served."""
        if self.settings.telegram_token is None:
            return {}
        # Without a token nobody waits for what it imports.
        from bot.telegram import telegram_channel

        channel, path = telegram_channel(
            self.settings, self.media, self.clock, self.translators, named=self._named_on_telegram
        )
        self.channels[channel.name] = channel
        channel.pacing = lambda: self.courier.pacer(channel.name)
        return {path: channel.webhook} if path else {}

    def _named_on_telegram(self, username: str) -> None:
        self.office.links.telegram = username

    def _add_zalo(self) -> dict[str, Callable[..., Awaitable[int]]]:
        """Zalo, if a token is set; returns the webhook's path, if one is to be served."""
        if self.settings.zalo_token is None:
            return {}
        from bot.zalo import zalo_channel

        channel, path = zalo_channel(
            self.settings, self.db, self.media, self.clock, self.translators,
            journal=self.settings.state_folder / "zalo-journal", refused=lambda: self._care.token_refused("zalo"),
        )  # fmt: skip
        self.channels[channel.name] = channel
        return {path: channel.webhook} if path else {}

    # --- one of several processes ------------------------------------------------------------

    @property
    def courier(self) -> Courier:
        return self.duties.courier

    def _hire(self) -> Courier:
        longest = A_LOOK if self.settings.has_replicas else LONGEST_PAUSE
        return Courier(
            self.db, self.channels, self.clock, guard=self.leading.guard, longest=longest, report=self.sentry.report
        )

    @property
    def leads(self) -> bool:
        """Whether it is for this process to send."""
        return self.leading.is_leader or not self.settings.has_replicas

    def wake(self) -> None:
        """There may be something to send."""
        if self.leads:
            self.courier.wake()
        else:
            self.leading.tell_of_outbox()

    async def _lead(self) -> None:
        await self.duties.begin()

    async def _follow(self) -> None:
        await self.duties.end()

    def _heard(self, what: str, text: str) -> None:
        """What one of the processes tells."""
        if what == OUTBOX:
            self.courier.wake()
        else:
            self.webchat.elsewhere.heard(text)

    async def _deaf(self) -> None:
        await self.web.come_again()

    # --- start and stop ----------------------------------------------------------------------

    async def prepare(self) -> None:
        """Open the database and bring its schema up to date. Raises StartError."""
        await opening.migrate(self.db)

    async def start(self) -> None:
        """Start what sends before what receives, and what receives before what acts by itself. Raises StartError."""
        if trouble := await self.contents.trouble():
            raise StartError(trouble)
        begin_counting(self.channels)
        await self._listener.start()
        self._tasks = [asyncio.create_task(self.intake.run(), name="intake")]
        await (self.duties.leave_to_others() if self.settings.has_replicas else self.duties.send())
        for channel in self.channels.values():
            await channel.start(self.intake.take)
        self.office.links.web = self.address
        if self.settings.has_replicas:
            self._tasks.append(asyncio.create_task(self.leading.run(), name="leading"))
        else:
            self.jobs.start()
            await self.jobs.tick()
        log.info("started", channels=sorted(self.channels), port=self.port)

    @property
    def port(self) -> int:
        """The port that is listened on (WEB_PORT may be 0: any free one)."""
        return self._listener.port

    @property
    def address(self) -> str:
        """Where a browser finds the running bot."""
        return self.settings.public_url or f"http://{self.settings.web_host}:{self.port}"

    async def stop(self) -> None:
        """Receive no more, finish what was taken, send what can be sent at once, close."""
        self.leading.retire()
        await self.jobs.stop()
        await self.web.close()
        for channel in self.channels.values():
            await channel.stop()
        self.intake.stop()
        try:
            async with asyncio.timeout(STOP_WITHIN):
                if self._tasks:
                    await self._tasks[0]
                await self.duties.finish()
                await self.leading.stop()
                await asyncio.gather(*self._tasks)
        except TimeoutError:
            log.warning("stopped before all was sent; the next start goes on")
        self.duties.cancel()
        for task in self._tasks:
            task.cancel()
        await self._listener.stop()
        await self.db.close()
        self.sentry.close()
        if self._tasks:
            log.info("stopped")

    # --- looking after it --------------------------------------------------------------------

    async def health(self) -> Health:
        """Whether the database answers, updates are taken and messages go out."""
        return await condition.of(self)

    @property
    def dead(self) -> list[str]:
        """The tasks that should be running, and are not."""
        return [task.get_name() for task in self._tasks if task.done()] + self.duties.dead
