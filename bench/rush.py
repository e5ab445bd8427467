"""The rush before ten o'clock: every commune sends a full report within ten minutes, while a broadcast goes out and the
digest is made. Through the Telegram emulator with its limits on; figures: docs/performance.md.

Run as `python -m bench.rush [units [seconds [recipients]]]`; without numbers 3,321 communes, 600 seconds, 10,000 people
of the broadcast. The bot is a process of its own on one core, the people and Telegram are on the other. Its clock goes
from 9:28 to 10:17 meanwhile: the half-hour reminder, the deadline, the reminder of what is overdue and the digest.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from bench.digest import FIRST, pack_in, units
from bot.app import App
from bot.clock import SimulatedClock
from bot.config import Settings
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from reporting.organisation.units import UnitLine
from reporting.register import rebuild_check
from storage import people
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.bot.newsdesk import author, broadcast, crowd
from tests.days.town import free_port, settings
from tests.days.zalo_town import FULL
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person
from tests.telegram.phone import Shown

COMMUNES, SECONDS, RECIPIENTS = 3_321, 600.0, 10_000
CPU = "cpu.txt"
BEGINS, ENDS = FIRST - timedelta(minutes=32), FIRST + timedelta(minutes=17)
SEND = "✅ Gửi báo cáo"
DIGEST = "đơn vị đã báo cáo"
_PATIENCE = 120.0
_LOOK = 0.05
"""Seconds."""


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


# --- the town --------------------------------------------------------------------------------------


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


async def _furnish(folder: Path, emulator: TelegramEmulator, count: int, recipients: int, seconds: float) -> Rush:
    """Everybody has joined, and the broadcast is agreed to."""
    lines = _some(count)
    everybody = [emulator.person(f"Người {number}") for number in range(max(count, recipients) + 2)]
    for person in everybody:
        emulator.world.chats[person.id].started = True
    leader, writer, *rest = everybody
    # The news are for all reporters, the secretaries among them.
    secretaries, listeners = rest[:count], rest[count:]
    db = Database(_settings(folder, emulator, 0).database_url)
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


def _settings(folder: Path, emulator: Any, port: int) -> Settings:
    limits = {"send_per_second": 30, "send_chat_per_second": 1, "send_group_per_minute": 20}
    return settings(folder, emulator, port=port, webhook=True).model_copy(update=limits)


# --- the bot, a process of its own -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Where:
    """What settings need to know of the emulator."""

    token: str
    base_url: str


async def be_the_bot(folder: Path, token: str, base_url: str, port: int, speed: float) -> None:
    app = App(_settings(folder, _Where(token, base_url), port), SimulatedClock(BEGINS, speed))
    await app.prepare()
    await app.start()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await app.stop()
    (folder / CPU).write_text(str(time.process_time()), encoding="ascii")


def _start(rush: Rush) -> subprocess.Popen[str]:
    speed = (ENDS - BEGINS).total_seconds() / rush.seconds
    words = [rush.folder, rush.emulator.token, rush.emulator.base_url, free_port(), speed]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.rush", "--bot", *map(str, words)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(process.pid, {cores[0]})
    os.sched_setaffinity(0, {cores[-1]})
    return process


# --- the rush --------------------------------------------------------------------------------------


async def measure(count: int, seconds: float, recipients: int, folder: Path) -> Figures:
    cores = os.sched_getaffinity(0)
    async with TelegramEmulator() as emulator:
        rush = await _furnish(folder, emulator, count, recipients, seconds)
        emulator.limits.enabled = True
        process = await asyncio.to_thread(_start, rush)
        try:
            await _until(lambda: bool(emulator.webhook_info().get("url")))
            await _run(rush)
            await asyncio.to_thread(process.communicate, "")
            rush.figures.cpu = float((folder / CPU).read_text(encoding="ascii"))
        finally:
            process.kill()
            os.sched_setaffinity(0, cores)
    await _look(rush)
    return rush.figures


async def _run(rush: Rush) -> None:
    began, random = time.monotonic(), Random(1)
    # Few at first, most just before ten, some too late: the clock of the bot shows ten after two thirds.
    moments = [random.triangular(0.05, 0.85, 0.62) * rush.seconds for _ in rush.secretaries]
    reports = [
        asyncio.create_task(_reports(person, moment, min(2.0, rush.seconds / 20), rush.figures.took))
        for person, moment in zip(rush.secretaries, moments, strict=True)
    ]
    await asyncio.gather(*reports)
    await asyncio.sleep(max(0.0, began + rush.seconds - time.monotonic()))
    rush.figures.digest = await _digest(rush.leader)
    with suppress(TimeoutError):
        await _until(lambda: all(map(_has_news, rush.crowd)))
    rush.figures.seconds = time.monotonic() - began
    rush.figures.got_news = sum(map(_has_news, rush.crowd))
    rush.figures.refused = sum(call.code == 429 for call in rush.emulator.calls)


def _has_news(person: Person) -> bool:
    return any("14:00" in shown.text for shown in person.messages)


async def _digest(leader: Person) -> str:
    """How it begins."""
    await _until(lambda: any(DIGEST in shown.text for shown in leader.messages))
    return " ".join(next(shown.text for shown in leader.messages if DIGEST in shown.text).split())[:200]


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not is_so():  # noqa: ASYNC110  (what is looked at is the phone of somebody)
            await asyncio.sleep(_LOOK)


async def _reports(person: Person, moment: float, looks: float, took: list[float]) -> None:
    """Says the whole report in one message, looks at the card, sends it."""
    await asyncio.sleep(moment)
    card = await _answered(person, person.says(FULL), lambda shown: SEND in shown.labels, took)
    await asyncio.sleep(looks)
    await _answered(person, person.presses(SEND, of=card), lambda shown: "TN-" in shown.text, took)


async def _answered(person: Person, does: Any, is_it: Callable[[Shown], bool], took: list[float]) -> Shown:
    """The answer to what somebody does, whatever else comes between."""
    while person.unheard:
        await person.hears()
    began = time.monotonic()
    await does
    while not is_it(shown := await person.hears(_PATIENCE)):
        pass
    took.append(time.monotonic() - began)
    return shown


# --- what is in the tables afterwards --------------------------------------------------------------


async def _look(rush: Rush) -> None:
    db, figures = Database(_settings(rush.folder, rush.emulator, 0).database_url), rush.figures
    async with db.read() as conn:
        figures.wrong_totals = await rebuild_check(UnitOfWork(conn, datetime.now(UTC)))
        reported = (await conn.execute(text("SELECT unit_id, received_at FROM report"))).all()
        figures.received = Counter(str(unit) for unit, _ in reported)
        figures.failed = (await conn.execute(text("SELECT count(*) FROM failed_update"))).scalar_one()
        query = "SELECT key, coalesce(sent_at, due_at) FROM outbox WHERE key LIKE 'remind/%'"
        letters = [(key.split("/"), at) for key, at in (await conn.execute(text(query))).all()]
        made = (await conn.execute(text("SELECT step, done_at FROM period_step"))).all()
    await db.close()
    asked: dict[str, dict[str, str]] = defaultdict(dict)
    for parts, sent_at in letters:
        asked[parts[4]][parts[3]] = sent_at
    figures.reminders = Counter({step: len(them) for step, them in asked.items()})
    begun = {step.removeprefix("remind/"): at for step, at in made}
    figures.wrong_reminders = [line for step in asked for line in _wrong(step, begun[step], asked[step], reported)]


def _wrong(step: str, begun: str, asked: dict[str, str], reported: Sequence[Any]) -> list[str]:
    """Who was reminded and had reported by then, and who was not and had not: a reminder that still waits for its turn
    is withdrawn by the report, so that one of those that came before the last was sent may be missing."""
    last = max(asked.values())
    return [
        f"{step}: unit {unit} {'was' if str(unit) in asked else 'was not'} reminded since {begun}, reported at {at}"
        for unit, at in reported
        if (at <= begun if str(unit) in asked else at > last)
    ]


def main() -> None:
    if sys.argv[1:2] == ["--bot"]:
        folder, token, base_url, port, speed = sys.argv[2:]
        asyncio.run(be_the_bot(Path(folder), token, base_url, int(port), float(speed)))
        return
    numbers = [float(word) for word in sys.argv[1:]]
    communes, seconds, recipients = [*numbers, *(float(COMMUNES), SECONDS, float(RECIPIENTS))[len(numbers) :]]
    with TemporaryDirectory() as folder:
        figures = asyncio.run(measure(int(communes), seconds, int(recipients), Path(folder)))
    print("\n".join(figures.lines()))


if __name__ == "__main__":
    main()
