"""Everything that one form has gathered below a unit, as plain data: reports, kept totals, the register, and how far
the targets are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from forms.model import Form
from forms.tree import plain
from reporting.digests.digest import Span, build
from reporting.documents.columns import Column, columns_of, place_of
from reporting.library import Library
from reporting.models import entity_lists
from reporting.standing import below as below_of
from reporting.standing import standing
from reporting.standing import totals as kept_totals
from reporting.targets.target_progress import Progress
from storage import register, reports, statistics
from storage.uow import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of a repeat: its number, after those of the instances that it is in, and its answers.

    `place` stands before the names of its questions in the marks of the report: "house[2]/room[1]/".
    """

    numbers: tuple[int, ...]
    answers: Mapping[str, Any]
    place: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A report as it stands: `answers` as `Interview.result` gave them, of its current revision.

    `marks` by the name of the question, after the place of its instance in a repeat: "house[2]/rooms".
    """

    code: str
    unit: str
    period: Span
    received_at: datetime
    late: bool
    is_nothing: bool
    revision: int
    revised_at: datetime
    demo: bool
    answers: Mapping[str, Any]
    marks: Mapping[str, str]

    def instances(self, repeats: Sequence[str]) -> Iterator[Instance]:
        """All instances of the innermost of these repeats (keys, outermost first); the report itself for none."""
        return _instances(self.answers, repeats, Instance((), self.answers, ""))


def _instances(answers: Mapping[str, Any], repeats: Sequence[str], here: Instance) -> Iterator[Instance]:
    if not repeats:
        yield here
        return
    rows = answers.get(repeats[0])
    for number, row in enumerate(rows if isinstance(rows, list) else (), start=1):
        if isinstance(row, dict):
            inner = Instance((*here.numbers, number), row, f"{here.place}{repeats[0]}[{number}]/")
            yield from _instances(row, repeats[1:], inner)


@dataclass(frozen=True, slots=True)
class Sum:
    """A total over all periods. With no report in it, it is silence and not zero."""

    amount: Decimal
    reports: int
    inexact: int


@dataclass(frozen=True, slots=True)
class Duty:
    """What became of one expected report; `late` is None where there is no report, `due_at` where the
    period's own holds."""

    state: str
    late: bool | None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnitSums:
    """What a unit with all below it adds to the totals, by indicator."""

    unit_id: int
    name: str
    sums: Mapping[str, Sum]


@dataclass(frozen=True, slots=True)
class UnitDuties:
    """What became of what a unit owes, by the name of the period."""

    unit_id: int
    name: str
    duties: Mapping[str, Duty]


@dataclass(frozen=True, slots=True)
class Export:
    """`totals`: for each unit right below (and the unit itself, if it reports too); `total` is the unit's own kept
    total over all of them. `targets`: as a digest of the whole campaign has them, with what each indicator counts in
    `units`."""

    campaign: str
    title: str
    unit: str
    demo: bool
    made_at: datetime
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    totals: tuple[UnitSums, ...]
    total: Mapping[str, Sum]
    periods: tuple[Span, ...]
    duties: tuple[UnitDuties, ...]
    targets: tuple[Progress, ...] = ()
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def without_leaders_only(self) -> Export:
        """What may be read by people other than leaders."""
        return replace(self, columns=tuple(c for c in self.columns if not c.for_leaders))

    @property
    def indicators(self) -> tuple[Column, ...]:
        """The columns that add up, one for each indicator (versions of a form may name its question differently)."""
        found: dict[str, Column] = {}
        for column in self.columns:
            if column.indicator:
                found.setdefault(column.indicator, column)
        return tuple(found.values())


async def sheet_data(uow: UnitOfWork, library: Library, form: Row, unit: Row, zone: ZoneInfo) -> Export:
    """The export of a form (a row of `plans.live_forms`) for a unit (id, path, name) and all below it. `zone`: where
    the days of the targets begin.

    It holds what is for leaders only, too; the writers leave that out unless they are told otherwise.
    """
    found = await reports.of_form(uow, form["id"], unit["path"])
    versions = sorted({row["version_id"] for row in found} - {form["version_id"]}, reverse=True)
    used = {
        version: await entity_lists.with_all(uow, await library.form(uow, version), form["campaign_id"])
        for version in (form["version_id"], *versions)
    }
    periods = await register.periods(uow, form["id"])
    owing = await statistics.register_rows(uow, form["id"], unit["path"])
    stands = frozenset[str]().union(*(standing(version) for version in used.values()))
    totals, total = await _totals(uow, unit, periods, owing, stands)
    digest = await build(uow, library, form, unit, None, now=uow.now, zone=zone)
    return Export(
        campaign=form["campaign_name"],
        title=used[form["version_id"]].title,
        unit=unit["name"],
        demo=bool(form["demo"]),
        made_at=uow.now,
        columns=columns_of(list(used.values())),
        entries=tuple(_entry(row, used[row["version_id"]]) for row in found),
        totals=totals,
        total=total,
        periods=tuple(Span.of(p) for p in periods),
        duties=_duties(owing, periods),
        targets=digest.targets,
        units={figure.indicator: figure.unit for figure in digest.figures},
    )


def _entry(row: Row, form: Form) -> Entry:
    return Entry(
        code=row["code"],
        unit=row["unit_name"],
        period=Span(row["period"], row["covers_from"], row["covers_to"], row["due_at"]),
        received_at=row["received_at"],
        late=row["late"],
        is_nothing=row["is_nothing"],
        revision=row["revision_no"],
        revised_at=row["revised_at"],
        demo=row["demo"],
        answers=row["answers"],
        marks={
            place_of(form, path): mark for path, mark in row["marks"].items() if mark and plain(path) in form.by_path
        },
    )


async def _totals(
    uow: UnitOfWork, unit: Row, periods: Sequence[Row], owing: Iterable[Row], stands: Collection[str]
) -> tuple[tuple[UnitSums, ...], Mapping[str, Sum]]:
    kept, last = await kept_totals(uow, unit["id"], periods, stands)
    total = _added(kept)
    branches = {branch for row in owing if (branch := row["path"].removeprefix(unit["path"]).partition("/")[0])}
    below: dict[int, list[Row]] = {}
    ids = [p["id"] for p in periods]
    for row in await below_of(statistics.totals_of_units_below, uow, unit["id"], ids, last):
        # A branch in which nobody owes this form has no line; one that owes and is silent has an empty one.
        if str(row["unit_id"]) in branches:
            below.setdefault(row["unit_id"], []).append(row)
    lines = [
        UnitSums(unit_id, found[0]["name"], _added(row for row in found if row["indicator"]))
        for unit_id, found in below.items()
    ]
    if own := _rest(total, [line.sums for line in lines]):
        lines.insert(0, UnitSums(unit["id"], unit["name"], own))
    return tuple(lines), total


def _added(rows: Iterable[Row]) -> dict[str, Sum]:
    sums: dict[str, Sum] = {}
    for row in rows:
        before = sums.get(row["indicator"], Sum(Decimal(0), 0, 0))
        sums[row["indicator"]] = Sum(
            before.amount + row["amount"], before.reports + row["reports"], before.inexact + row["inexact"]
        )
    return {indicator: found for indicator, found in sums.items() if found.reports}


def _rest(total: Mapping[str, Sum], parts: Sequence[Mapping[str, Sum]]) -> dict[str, Sum]:
    """What a unit adds to its total by reports of its own."""
    left: dict[str, Sum] = {}
    for indicator, whole in total.items():
        given = [part[indicator] for part in parts if indicator in part]
        rest = Sum(
            whole.amount - sum((g.amount for g in given), Decimal(0)),
            whole.reports - sum(g.reports for g in given),
            whole.inexact - sum(g.inexact for g in given),
        )
        if rest.reports:
            left[indicator] = rest
    return left


def _duties(owing: Iterable[Row], periods: Sequence[Row]) -> tuple[UnitDuties, ...]:
    names = {period["id"]: period["name"] for period in periods}
    units: dict[int, tuple[str, dict[str, Duty]]] = {}
    for row in owing:
        _, duties = units.setdefault(row["unit_id"], (row["unit_name"], {}))
        duties[names[row["period_id"]]] = Duty(row["state"], row["late"], row["due_at"])
    return tuple(UnitDuties(unit_id, name, duties) for unit_id, (name, duties) in units.items())
