"""One besieged bot for all attacks on it: to found a world anew for each would take most of the time."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.security.kit import FUZZ, TRIED, Besieged
from tests.support.world import ZONE, World
from tests.test_permissions import PACK, UNITS

START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)
ALL_ROLES = ("reporter", "leader", "officer", "admin")


@pytest.fixture(scope="module")
def besieged() -> Iterator[Besieged]:
    """A campaign that has begun, with Lan who reports, and Đức who may do everything."""
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as folder:
        stack = AsyncExitStack()
        world = runner.run(stack.enter_async_context(World(Path(folder), START)))
        runner.run(_settle(world, Path(folder)))
        yield Besieged(runner, world)
        runner.run(stack.aclose())


async def _settle(world: World, folder: Path) -> None:
    pack = folder / "dan-van"
    pack.mkdir()
    (pack / "form.md").write_text(PACK, encoding="utf-8")
    (pack / "units.csv").write_text(UNITS, encoding="utf-8")
    await world.load(pack)
    await world.joins("Lan", "K7QM-2XPD", "LT", "reporter")
    for number, role in enumerate(ALL_ROLES):
        await world.joins("Đức", f"HEAD-ER2{number + 2}", "TN" if role != "reporter" else "TT", role)
    await world.time_is(world.clock.now() + timedelta(minutes=30))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FUZZ > 1:
        for kind, number in sorted(TRIED.items()):
            terminalreporter.write_line(f"tried: {number:>8} {kind}")
