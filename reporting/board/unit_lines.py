"""The units of a branch, each with what it owes, has reported and adds up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from forms.answers.naming import flat
from forms.model import Form
from reporting.digests.digest_data import Coverage, Digest
from reporting.ranks import rates
from reporting.standing import below, newest, standing
from storage import rates as places
from storage import reports, returns, sums_below
from storage.tables import ExpectedState
from storage.uow import Row, UnitOfWork

Amounts = Mapping[str, Decimal]
"""By indicator. An indicator that no report gives is absent: that is not zero."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit with all below it. `itself`: what the unit that the board is of reports on its own. `below`: others stand
    below it that owe. `report_id` and `report_state`: of one that stands alone, in a board of one period. `amounts` are
    of the board's periods, `so_far` of all until then."""

    unit_id: int
    name: str
    short_name: str
    itself: bool = False
    below: bool = False
    covered: Coverage = field(default_factory=Coverage)
    exempt: bool = False
    report_id: int | None = None
    report_state: str | None = None
    amounts: Amounts = field(default_factory=dict)
    so_far: Amounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stretched:
    """The periods that a board is `about`, the last of all the `past` ones. `is_summed`: it is about several, and those
    that are due count."""

    past: Sequence[Row]
    about: Sequence[Row]
    is_summed: bool

    def counted(self, now: datetime) -> Sequence[Row]:
        """Those that the coverage is of: as in the digest, who still has time is not missing."""
        return [p for p in self.about if p["due_at"] <= now] or self.about if self.is_summed else self.about


async def unit_lines(uow: UnitOfWork, read: Form, unit: Row, about: Stretched, digest: Digest) -> list[UnitLine]:
    """The unit's own line first, then those right below it, by their short names, which are what is shown."""
    now, names = digest.cut_off, standing(read)
    covered = {int(line.key): line for line in await rates.by_unit(uow, about.counted(now), unit)}
    # Of several periods there is not one report to open.
    single = {} if about.is_summed else await _of_register(uow, about.about[-1], unit)
    amounts = await _amounts(uow, unit, about.about, names, now)
    so_far = await _amounts(uow, unit, about.past, names, now)
    ids = covered.keys() | single.keys() | amounts.keys() | so_far.keys()
    found = []
    for row in await places.named(uow, ids):
        one, line = row["id"], covered.get(row["id"])
        itself = one == unit["id"]
        # Its totals hold those below it, too: alone it is all that the digest says, else nobody has its own.
        own = _of_digest(digest) if itself and len(ids) == 1 else ({}, {})
        found.append(
            UnitLine(
                one, row["name"], row["short_name"], itself, bool(line and line.below),
                line.covered if line else Coverage(), **_report(single.get(one)),
                amounts=own[0] if itself else amounts.get(one, {}), so_far=own[1] if itself else so_far.get(one, {}),
            )
        )  # fmt: skip
    return sorted(found, key=lambda line: (not line.itself, flat(line.short_name)))


async def _of_register(uow: UnitOfWork, period: Row, unit: Row) -> dict[int, Row]:
    return {row["id"]: row for row in await returns.units_below(uow, period["id"], unit["id"])}


def _report(row: Row | None) -> Row:
    if row is None or not row["alone"]:
        return {}
    exempt = row["report_id"] is None and row["owing"] == ExpectedState.EXEMPT
    return {"exempt": exempt, "report_id": row["report_id"], "report_state": row["state"]}


async def _amounts(
    uow: UnitOfWork, unit: Row, periods: Sequence[Row], names: Collection[str], now: datetime
) -> dict[int, dict[str, Decimal]]:
    """Of each unit right below, over some periods; a number that stands of the newest of them."""
    ids = [period["id"] for period in periods]
    last = newest(await reports.totals(uow, unit["id"], ids), periods, names, now)
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for row in await below(sums_below.totals_of_children, uow, unit["id"], ids, last):
        # A total that corrections have emptied is silence again.
        if row["reports"]:
            found[row["unit_id"]][row["indicator"]] = row["amount"]
    return found


def _of_digest(digest: Digest) -> tuple[Amounts, Amounts]:
    of_now = {f.indicator: f.amount for f in digest.figures if f.amount is not None}
    return of_now, {f.indicator: f.so_far for f in digest.figures if f.so_far is not None}
