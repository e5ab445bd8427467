"""How much of a month's quota the channels have used: as gauges, for `doctor`, and told to the administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot import metrics
from handlers.context import Office
from handlers.office import channel_care
from handlers.office.channel_care import NAMES, QUOTAS, STEPS, month_of
from storage import message_counts
from storage.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Used:
    """What one channel has used of its quota in a month."""

    channel: str
    received: int
    sent: int
    people: int

    @property
    def is_short(self) -> bool:
        """Whether it will hardly do until the end of the month."""
        most, most_people = QUOTAS[self.channel]
        share = max((self.received + self.sent) / most, self.people / most_people)
        return share * 100 >= max(STEPS)

    @property
    def line(self) -> str:
        most, most_people = QUOTAS[self.channel]
        messages = f"{self.received + self.sent}/{most} messages ({self.received} in, {self.sent} out)"
        return f"{NAMES[self.channel]}: {messages} this month, {self.people}/{most_people} people"


async def read(office: Office, uow: UnitOfWork, now: datetime) -> list[Used]:
    """Of each channel that has a quota and carried something this month."""
    rows = [row for row in await message_counts.of_month(uow, month_of(office, now)) if row["channel"] in QUOTAS]
    people = [await message_counts.people(uow, row["channel"]) for row in rows]
    return [Used(r["channel"], r["received"], r["sent"], n) for r, n in zip(rows, people, strict=True)]


async def watch(office: Office, uow: UnitOfWork, now: datetime) -> None:
    """A job: show what is used, and warn those who can do something about it."""
    for used in await read(office, uow, now):
        metrics.MESSAGES.labels(used.channel, "in").set(used.received)
        metrics.MESSAGES.labels(used.channel, "out").set(used.sent)
        metrics.PEOPLE.labels(used.channel).set(used.people)
        counted = {"messages": used.received + used.sent, "people": used.people}
        await channel_care.warn_of_quota(office, uow, now, used.channel, counted)
