"""What became of earlier periods since they were last told: by corrections, and by reports that came late."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from reporting.digests.digest_data import Adjustment, Span
from reporting.totals import change
from storage import digests, reports
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
    before = past[:-1]
    since = await digests.last_made(uow, [p["id"] for p in before], STEP) or before[-1]["due_at"]
    spans = {p["name"]: Span.of(p) for p in before}
    moved: dict[tuple[int, str, str], Adjustment] = {}
    for row in await reports.changed_after_due(uow, past[-1]["form_id"], under, since, now):
        if row["period"] not in spans:
            continue
        for indicator, (difference, _, _) in change(row["before"] or {}, row["indicators"]).items():
            place = (row["unit_id"], row["period"], indicator)
            earlier = moved.get(place)
            moved[place] = Adjustment(
                indicator=indicator,
                period=spans[row["period"]],
                unit=row["short_name"],
                difference=difference + (earlier.difference if earlier else 0),
                late=row["number"] == 1 or bool(earlier and earlier.late),
            )
    return tuple(a for a in moved.values() if a.difference and a.indicator in known)
