"""Who takes part in the rush of `bench.rush`: communes with their secretaries, the leader, the people of the news."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.digest import FIRST, pack_in, units
from bot.config import Settings
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from reporting.organisation.units import UnitLine
from storage import people
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.bot.newsdesk import author, broadcast, crowd
from tests.days.town import settings
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person

BEGINS, ENDS = FIRST - timedelta(minutes=32), FIRST + timedelta(minutes=17)


@dataclass
class Figures:
    """What was measured; times in seconds."""

    communes: int
    recipients: int
    took: list[float] = field(default_factory=list)
    """From each thing that a secretary did to its answer."""
    received: Counter[str] = field(default_factory=Counter)
    """By unit, how many reports there are."""
    wrong_totals: list[str] = field(default_factory=list)
    wrong_reminders: list[str] = field(default_factory=list)
    reminders: Counter[str] = field(default_factory=Counter)
    digest: str = ""
    got_news: int = 0
    refused: int = 0
    failed: int = 0
    cpu: float = 0.0
    seconds: float = 0.0

    def lines(self) -> list[str]:
        took = sorted(self.took)
        return [
            f"reports: {len(self.received)} units of {self.communes}, "
            f"{sum(n > 1 for n in self.received.values())} of them more than one; "
            f"totals that differ: {self.wrong_totals}",
            f"replies: {len(took)}, median {median(took):.3f} s, p99 {took[len(took) * 99 // 100]:.3f} s, "
            f"longest {took[-1]:.3f} s",
            f"reminders: {dict(self.reminders)}, wrong: {self.wrong_reminders[:5]}",
            f"digest: {self.digest}",
            f"news: {self.got_news} of {self.recipients} got them in {self.seconds:.0f} s",
            f"processor time of the bot: {self.cpu:.1f} s; 429 seen: {self.refused}; failed updates: {self.failed}",
        ]


@dataclass
class Rush:
    emulator: TelegramEmulator
    folder: Path
    secretaries: list[Person]
    leader: Person
    crowd: list[Person]
    seconds: float
    figures: Figures


def _some(count: int) -> tuple[UnitLine, ...]:
    """So many communes, with their provinces."""
    lines = list(units())
    communes = [line for line in lines if line.kind not in ("tỉnh", "trung ương")][:count]
    above = {line.parent for line in communes} | {"TN"}
    return (*(line for line in lines if line.code in above), *communes)


async def furnish(folder: Path, emulator: TelegramEmulator, count: int, recipients: int, seconds: float) -> Rush:
    """Everybody has joined, and the broadcast is agreed to."""
    lines = _some(count)
    everybody = [emulator.person(f"Người {number}") for number in range(max(count, recipients) + 2)]
    for person in everybody:
        emulator.world.chats[person.id].started = True
    leader, writer, *rest = everybody
    # The news are for all reporters, the secretaries among them.
    secretaries, listeners = rest[:count], rest[count:]
    db = Database(settings_of(folder, emulator, 0).database_url)
    await db.migrate()
    async with db.write() as conn:
        uow = UnitOfWork(conn, BEGINS)
        await save_pack(uow, replace(read_pack(pack_in(folder)), units=lines))
        top = await people.unit_by_code(uow, "TN")
        assert top
        who: dict[str, Any] = {"channel": "telegram", "unit_id": top["id"]}
        await people.join(uow, **who, address=str(leader.id), name="Hùng", role="leader")
        for line, person in zip(lines[-count:], secretaries, strict=True):
            await crowd(uow, [str(person.id)], channel="telegram", unit=line.code)
        await crowd(uow, [str(person.id) for person in listeners], channel="telegram")
        member = await author(uow, channel="telegram", chat=str(writer.id))
        await broadcast(uow, member, channel="telegram", chat=str(writer.id), send_at=BEGINS + timedelta(minutes=5))
        await uow.flush()
    await db.close()
    return Rush(emulator, folder, secretaries, leader, rest, seconds, Figures(count, len(rest)))


def settings_of(folder: Path, emulator: Any, port: int) -> Settings:
    limits = {"send_per_second": 30, "send_chat_per_second": 1, "send_group_per_minute": 20}
    return settings(folder, emulator, port=port, webhook=True).model_copy(update=limits)
