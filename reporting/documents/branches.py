"""The appendix of a kept digest: what each branch gave to its numbers, and which units were silent.

From the kept totals, less what has changed since the digest was made: so the lines add up to what the digest says,
whatever came in between the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reporting.digests.digest import Digest
from reporting.standing import below as below_of
from reporting.totals import change
from storage import papers, register, reports, statistics
from storage.uow import Row, UnitOfWork

Amounts = Mapping[str, Decimal]
"""By indicator; one that no report gives is absent."""


@dataclass(frozen=True, slots=True)
class Silent:
    """A unit with fewer reports than it owed."""

    name: str
    expected: int
    received: int


@dataclass(frozen=True, slots=True)
class Branches:
    """`lines`: the unit itself, where it reports too, and each unit right below that owes reports; `total`: all of
    them, which is what the digest says."""

    lines: tuple[tuple[str, Amounts], ...]
    total: Amounts
    silent: tuple[Silent, ...]


@dataclass(slots=True)
class _Sum:
    amount: Decimal = Decimal(0)
    reports: int = 0

    def add(self, amount: Decimal, reports: int) -> None:
        self.amount += amount
        self.reports += reports


_Sums = dict[str, _Sum]


async def branches(uow: UnitOfWork, digest: Digest, form_id: int, unit: Row) -> Branches:
    """What belongs to a digest of this form and unit (id, path, name), as things stood when it was made."""
    periods = await _periods(uow, digest, form_id)
    period_ids = list(periods)
    last = {f.indicator: p for f in digest.figures for p, name in periods.items() if f.stands_in == name}
    sums, names = await _kept(uow, unit, period_ids, last)
    for row in await papers.revisions_since(uow, period_ids, unit["path"], digest.cut_off):
        child = _branch_of(row["path"], unit["path"])
        for indicator, (amount, count, _) in change(row["before"] or {}, row["indicators"]).items():
            if last.get(indicator, row["period_id"]) != row["period_id"]:
                continue
            for place in {0, child}:
                sums.setdefault(place, {}).setdefault(indicator, _Sum()).add(-amount, -count)
    owing = await papers.received_by(uow, await _due(uow, digest, form_id, period_ids), unit["path"], digest.cut_off)
    return Branches(
        lines=tuple((name, _amounts(sums.get(place, {}))) for place, name in _lines(unit, names, sums)),
        total=_amounts(sums.get(0, {})),
        silent=tuple(
            Silent(row["name"], row["expected"], row["received"]) for row in owing if row["received"] < row["expected"]
        ),
    )


async def _periods(uow: UnitOfWork, digest: Digest, form_id: int) -> dict[int, str]:
    """The periods that the digest is about, by their ids, with their names."""
    if digest.period is None:
        return {}
    opened = await register.periods(uow, form_id)
    begun = [p for p in opened if p["due_at"] <= digest.period.due_at]
    if digest.stretch:
        begun = [p for p in begun if p["covers_from"] >= digest.period.covers_from]
    return {p["id"]: p["name"] for p in begun if digest.is_summed or p["name"] == digest.period.name}


async def _due(uow: UnitOfWork, digest: Digest, form_id: int, period_ids: Sequence[int]) -> list[int]:
    """The periods whose reports the digest counts: of several only those that were due."""
    due = {p["id"] for p in await register.periods(uow, form_id) if p["due_at"] <= digest.cut_off}
    return [p for p in period_ids if p in due] or list(period_ids) if digest.is_summed else list(period_ids)


async def _kept(
    uow: UnitOfWork, unit: Row, period_ids: Sequence[int], last: Mapping[str, int]
) -> tuple[dict[int, _Sums], dict[int, str]]:
    """Today's totals by the unit right below (0: all of them, the unit's id: its own reports), and the names."""
    sums: dict[int, _Sums] = {0: {}}
    for row in await reports.totals(uow, unit["id"], period_ids):
        if last.get(row["indicator"], row["period_id"]) != row["period_id"]:
            continue
        sums[0].setdefault(row["indicator"], _Sum()).add(row["amount"], row["reports"])
    owing = {_branch_of(path, unit["path"]) for path in await papers.owing_paths(uow, period_ids, unit["path"])}
    below = await below_of(statistics.totals_of_units_below, uow, unit["id"], period_ids, last)
    # A branch in which nobody owes this form has no line; one that owes and is silent has an empty one.
    names = {row["unit_id"]: row["name"] for row in below if row["unit_id"] in owing}
    for row in below:
        if row["indicator"] and row["unit_id"] in names:
            sums.setdefault(row["unit_id"], {}).setdefault(row["indicator"], _Sum()).add(row["amount"], row["reports"])
    sums[unit["id"]] = _rest(sums)
    return sums, names


def _branch_of(path: str, under: str) -> int:
    """The id of the unit right below that a path leads through; that of the upper unit itself for its own path."""
    below = path.removeprefix(under).strip("/")
    return int((below or under.strip("/")).split("/")[0 if below else -1])


def _rest(sums: Mapping[int, _Sums]) -> _Sums:
    """What the unit adds by reports of its own: all, less what the branches have."""
    own: _Sums = {name: _Sum(found.amount, found.reports) for name, found in sums[0].items()}
    for place, branch in sums.items():
        for name, found in branch.items() if place else ():
            own[name].add(-found.amount, -found.reports)
    return own


def _lines(unit: Row, names: Mapping[int, str], sums: Mapping[int, _Sums]) -> list[tuple[int, str]]:
    own = [(unit["id"], unit["name"])] if _amounts(sums.get(unit["id"], {})) else []
    return [*own, *names.items()]


def _amounts(sums: _Sums) -> Amounts:
    return {name: found.amount for name, found in sums.items() if found.reports}
