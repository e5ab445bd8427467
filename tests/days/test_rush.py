"""A broadcast to many keeps nobody waiting who talks to the bot, and does not go faster than Telegram takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.days.rush import measure


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.soak)])
async def test_a_broadcast_keeps_nobody_waiting(count: int, tmp_path: Path) -> None:
    figures = await measure(count, tmp_path)
    print("\n".join(figures.lines()))
    assert figures.got == [1] * count
    assert max(figures.busy) <= max(figures.quiet) + 1.0
    # On a busy machine messages arrive closer to each other than they left.
    assert figures.refused <= count / 100
    assert max(figures.writes) < 1.0
