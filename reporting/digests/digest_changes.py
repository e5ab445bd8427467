"""What became of earlier periods since they were last told: by corrections, and by reports that came late."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from reporting.digests.digest_data import Adjustment, Span
from reporting.totals import change
from storage import reports
from storage.uow import Row, UnitOfWork

STEP = "digest"
"""The step of a period whose digest was made. One that was left out after an outage has told nobody anything."""


async def adjustments(
    uow: UnitOfWork, past: Sequence[Row], under: str, known: Collection[str], now: datetime
) -> tuple[Adjustment, ...]:
    """What changed in the periods before the last of `past` after they were last told, one for each unit, period and
    indicator of those `known`."""
    if len(past) < 2:
        return ()
    before = {p["name"]: p for p in past[:-1]}
    moved: dict[tuple[int, str, str], Adjustment] = {}
    for row in await reports.changed_after_told(uow, under, past, STEP, now):
        if row["period"] not in before:
            continue
        for indicator, (difference, _, _) in change(row["before"] or {}, row["indicators"]).items():
            place = (row["unit_id"], row["period"], indicator)
            earlier = moved.get(place)
            moved[place] = Adjustment(
                indicator=indicator,
                period=Span.of(before[row["period"]]),
                unit=row["short_name"],
                difference=difference + (earlier.difference if earlier else 0),
                late=row["number"] == 1 or bool(earlier and earlier.late),
            )
    return tuple(a for a in moved.values() if a.difference and a.indicator in known)
