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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from bench.rush_town import BEGINS, ENDS, Figures, Rush, furnish, settings_of
from bot.app import App
from bot.clock import SimulatedClock
from reporting.register import rebuild_check
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.days.town import free_port
from tests.days.zalo_town import FULL
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person
from tests.telegram.phone import Shown

COMMUNES, SECONDS, RECIPIENTS = 3_321, 600.0, 10_000
CPU = "cpu.txt"
SEND = "✅ Gửi báo cáo"
DIGEST = "đơn vị đã báo cáo"
_PATIENCE = 120.0
_LOOK = 0.05
"""Seconds."""


# --- the bot, a process of its own -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Where:
    """What settings need to know of the emulator."""

    token: str
    base_url: str


async def be_the_bot(folder: Path, token: str, base_url: str, port: int, speed: float) -> None:
    app = App(settings_of(folder, _Where(token, base_url), port), SimulatedClock(BEGINS, speed))
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
        rush = await furnish(folder, emulator, count, recipients, seconds)
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
    db, figures = Database(settings_of(rush.folder, rush.emulator, 0).database_url), rush.figures
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
