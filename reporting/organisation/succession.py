"""Old totals in the units of today: what ended units reported is told by those who took them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reporting.totals import change
from storage import people, units
from storage.uow import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class Share:
    """One indicator of one unit, summed over periods. `divided`: the unit ended and was divided among several of today,
    so it is listed by its old name; `ended`: it ended and nobody took it over."""

    unit_id: int
    name: str
    short_name: str
    kind: str
    indicator: str
    amount: Decimal
    reports: int
    inexact: int
    divided: bool = False
    ended: bool = False


async def in_todays_units(uow: UnitOfWork, form_id: int, period_ids: Sequence[int], unit: Row) -> list[Share]:
    """The sums of a form's periods (ids; those of other forms are left out) for each of today's units right below
    `unit` (id, path), by name. What the unit reported itself stands under its own name.

    A unit that ended counts with its successors, and theirs, as far as all of them are below one unit of today.
    """
    tree = _Today({row["id"]: row for row in await people.units(uow)}, await units.successors(uow), unit, uow)
    sums: dict[tuple[int, str], tuple[Decimal, int, int]] = {}
    for report in await units.reports_in(uow, form_id, period_ids):
        if (place := tree.place_of(report["unit_id"])) is None:
            continue
        for indicator, (amount, reports, inexact) in change({}, report["indicators"]).items():
            a, r, i = sums.get((place, indicator), (Decimal(0), 0, 0))
            sums[place, indicator] = (a + amount, r + reports, i + inexact)
    shares = [tree.share(place, indicator, parts) for (place, indicator), parts in sums.items()]
    return sorted(shares, key=lambda share: (tree.rows[share.unit_id]["name_plain"], share.unit_id, share.indicator))


@dataclass(slots=True)
class _Today:
    """The tree as it stands, seen from `unit`."""

    rows: Mapping[int, Row]
    successors: Mapping[int, Sequence[int]]
    unit: Row
    uow: UnitOfWork
    _places: dict[int, int | None] = field(default_factory=dict)

    def place_of(self, unit_id: int) -> int | None:
        """The unit that a report of this one is listed under; None for one that is not below `unit` today."""
        if unit_id not in self._places:
            places = {self._child_above(heir) for heir in self._heirs(unit_id)}
            # Divided among several: nobody can say which part of the sum is whose.
            self._places[unit_id] = places.pop() if len(places) == 1 else self._if_below(unit_id)
        return self._places[unit_id]

    def _heirs(self, unit_id: int) -> set[int]:
        """Who has taken a unit's place by today: itself while it goes on, and where nobody has."""
        if not self.has_ended(unit_id) or not self.successors.get(unit_id):
            return {unit_id}
        return {last for heir in self.successors[unit_id] for last in self._heirs(heir)}

    def has_ended(self, unit_id: int) -> bool:
        end = self.rows[unit_id]["valid_to"]
        return end is not None and end <= self.uow.now

    def _child_above(self, unit_id: int) -> int | None:
        """Of the units right below `unit` the one that this one is, or is below; an ended one is nobody's today."""
        path = self.rows[unit_id]["path"]
        if not path.startswith(self.unit["path"]):
            return None
        below = [int(part) for part in path.removeprefix(self.unit["path"]).split("/") if part]
        if not below:
            return unit_id
        return unit_id if self.has_ended(below[0]) else below[0]

    def _if_below(self, unit_id: int) -> int | None:
        return unit_id if self.rows[unit_id]["path"].startswith(self.unit["path"]) else None

    def share(self, unit_id: int, indicator: str, parts: tuple[Decimal, int, int]) -> Share:
        row = self.rows[unit_id]
        ended, taken_over = self.has_ended(unit_id), bool(self.successors.get(unit_id))
        return Share(
            unit_id, row["name"], row["short_name"], row["kind"], indicator, *parts,
            divided=ended and taken_over, ended=ended and not taken_over,
        )  # fmt: skip
