"""This bot beside its peers, in one run: `python -m bench.chat [--rounds 3] [--people 1500] [--paced 15]`.

The same form (three numbers, one choice of four, one text, send), pushed by webhook, on this bot, on a bare aiogram
bot with its state in memory, and on a python-telegram-bot ConversationHandler with PicklePersistence. Each bot has one
core, Telegram and the people the other. Figures: docs/performance.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.chat import bots, people

IN_FLIGHT = 64
PACE = 150
WARM_UP = 100
DRAFTS = 10_000
HOLDS_MANY = (bots.OURS, "aiogram")
"""Those of which the memory with so many drafts is measured: python-telegram-bot's persistence writes all conversations
out again and again, and with thousands of them gets nowhere."""


@dataclass
class Round:
    """One bot, once."""

    cpu: float
    """Milliseconds of the processor for an update, at saturation; `paced_cpu` at 150 a second."""
    rate: float
    p50: float
    p99: float
    paced_cpu: float = 0.0
    paced_p50: float = 0.0
    paced_p99: float = 0.0
    memory: float = 0.0
    started: float = 0.0
    answers: float = 0.0
    """Of a hundred updates, those whose reply travelled in the webhook's own answer."""


async def measure(name: str, folder: Path, walkers: int, paced: float) -> Round:
    """One bot from its start: warmed up, saturated, then at a pace."""
    reserve = walkers + WARM_UP + 1 + int(paced * PACE / people.UPDATES) + 3 * PACE
    async with bots.running(name, folder, reserve) as bot:
        await people.at_once(bot.telegram, bot.take(WARM_UP), IN_FLIGHT)
        await asyncio.sleep(0.5)
        before, answers = bot.cpu, bot.telegram.answers
        walked = await people.at_once(bot.telegram, bot.take(walkers), IN_FLIGHT)
        await asyncio.sleep(0.3)
        count = len(walked.took)
        found = Round(
            1000 * (bot.cpu - before) / count, walked.rate, walked.percentile(50), walked.percentile(99),
            started=bot.started, answers=100 * (bot.telegram.answers - answers) / count,
        )  # fmt: skip
        if paced:
            before = bot.cpu
            slow = await people.at_pace(bot.telegram, bot.chats, PACE, paced)
            found.paced_cpu = 1000 * (bot.cpu - before) / (len(slow.took) + slow.before)
            found.paced_p50, found.paced_p99 = slow.percentile(50), slow.percentile(99)
        found.memory = bot.memory
        return found


async def with_drafts(name: str, folder: Path, drafts: int) -> float:
    """MB with so many reports begun and not sent."""
    async with bots.running(name, folder, drafts + 1) as bot:
        await people.at_once(bot.telegram, bot.take(drafts), IN_FLIGHT, people.FORM[:2])
        return bot.memory


def prepare(folder: Path, count: int) -> None:
    """Make this bot's database in a process of its own: this one shall stay small."""
    subprocess.run([sys.executable, "-W", "ignore", "-m", "bench.chat.world", str(folder), str(count)], check=True)


def table(rounds: dict[str, list[Round]], memory: dict[str, float]) -> str:
    """In Markdown: medians, with the least of the rounds behind the CPU time."""
    lines = [
        "| | CPU an update, ms: median (least) | at 150/s | updates a second | p50, ms | p99 | at 150/s: p50 | p99 "
        "| memory, MB | with drafts | start, s |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, found in rounds.items():

        def mid(field: str, found: Sequence[Round] = found) -> float:
            return median(getattr(one, field) for one in found)

        times = [mid("p50"), mid("p99"), mid("paced_p50"), mid("paced_p99")]
        cells = [
            f"{mid('cpu'):.3f} ({min(one.cpu for one in found):.3f})", f"{mid('paced_cpu'):.3f}", f"{mid('rate'):.0f}",
            *(f"{time:.1f}" for time in times),
            f"{mid('memory'):.0f}", f"{memory.get(name, 0):.0f}", f"{mid('started'):.2f}",
        ]  # fmt: skip
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def ratios(rounds: dict[str, list[Round]]) -> list[float]:
    """Round by round, this bot's CPU for an update by the bare aiogram bot's."""
    return [ours.cpu / theirs.cpu for ours, theirs in zip(rounds[bots.OURS], rounds["aiogram"], strict=True)]


async def compare(folder: Path, names: Sequence[str], count: int, walkers: int, paced: float) -> dict[str, list[Round]]:
    """So many rounds, the bots in turn."""
    rounds: dict[str, list[Round]] = {name: [] for name in names}
    for turn in range(count):
        for name in names:
            found = await measure(name, folder / f"{name}-{turn}", walkers, paced)
            print(f"  {turn + 1}. {name}: {found}", file=sys.stderr, flush=True)
            rounds[name].append(found)
    return rounds


def main() -> None:
    read = argparse.ArgumentParser(description="This bot beside its peers.")
    read.add_argument("--rounds", type=int, default=3)
    read.add_argument("--people", type=int, default=1500)
    read.add_argument("--paced", type=float, default=15.0, help="seconds at 150 updates a second")
    read.add_argument("--drafts", type=int, default=DRAFTS)
    read.add_argument("--only", choices=[*bots.MODULES], action="append")
    read.add_argument("--world", type=Path, help="a folder that was prepared before, with enough people")
    options = read.parse_args()
    names = options.only or [*bots.MODULES]
    os.sched_setaffinity(0, {bots.OTHERS_CORE})
    with TemporaryDirectory() as place:
        folder = Path(place)
        if options.world:
            (folder / bots.DATABASE).symlink_to(options.world / bots.DATABASE)
        else:
            prepare(folder, max(options.drafts, 3 * options.people) + 1000)
        rounds = asyncio.run(compare(folder, names, options.rounds, options.people, options.paced))
        memory = {}
        if options.drafts:
            memory = {
                name: asyncio.run(with_drafts(name, folder / f"{name}-drafts", options.drafts))
                for name in names
                if name in HOLDS_MANY
            }
    print(table(rounds, memory))
    if {bots.OURS, "aiogram"} <= rounds.keys():
        shares = ratios(rounds)
        print(f"\nCPU an update, this bot by aiogram: least {min(shares):.2f}, median {median(shares):.2f}")


if __name__ == "__main__":
    main()
