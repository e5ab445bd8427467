"""The rush before ten o'clock, small: everybody reports while news go out and the digest is made. The whole of it is
`python -m bench.rush`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.rush import measure


@pytest.mark.soak
async def test_everybody_reports_within_minutes(tmp_path: Path) -> None:
    figures = await measure(12, 10, 30, tmp_path)
    print("\n".join(figures.lines()))
    assert sorted(figures.received.values()) == [1] * 12
    assert (figures.wrong_totals, figures.wrong_reminders, figures.failed) == ([], [], 0)
    assert figures.reminders["half-hour"] == 12
    assert "/12 đơn vị" in figures.digest
    assert figures.got_news == 30
    # It may have a busy machine for itself; alone it is within a second.
    assert len(figures.took) == 24
    assert max(figures.took) < 10
