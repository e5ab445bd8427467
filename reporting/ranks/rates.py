"""How a row of the register stands, as a person sees it, and how regularly is reported: the reporting rate and the
on-time rate as DHIS2 defines them (see `docs/reporting.md`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from math import floor

from locales.translator import Translator
from reporting.digests.digest_data import Coverage
from storage import coverage, rates
from storage.tables import ExpectedState, ReportState
from storage.uow import Row, UnitOfWork

# --- states ----------------------------------------------------------------------------------------


class State(StrEnum):
    """What a row of the register is in one word; of several that fit, the first that `Standing.state` finds."""

    OPEN = "open"
    REPORTED = "reported"
    NOTHING = "nothing"
    LATE = "late"
    MISSING = "missing"
    EXEMPT = "exempt"
    RETURNED = "returned"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a row of the register stands at a moment. `late`: received after its time. `returned`: a line is asked back
    and still to be answered. `locked`: it takes no change, for it is approved, or its period is closed."""

    came: State
    late: bool = False
    returned: bool = False
    locked: bool = False

    @property
    def state(self) -> State:
        """The one word. Without a report it is open, missing or exempt, however long ago that was; with one, what is to
        be done comes before how it came."""
        if self.came in (State.OPEN, State.MISSING, State.EXEMPT):
            return self.came
        if self.returned:
            return State.RETURNED
        if self.locked:
            return State.LOCKED
        return State.LATE if self.late else self.came


def standing(row: Row, now: datetime) -> Standing:
    """Of a register row: `state`, the unit's own `due_at` and `closes_at`, and of its report `late` (None: there is
    none) and, if it is known, `report_state`."""
    locked = now >= row["closes_at"]
    if row["state"] == ExpectedState.EXEMPT:
        return Standing(State.EXEMPT, locked=locked)
    if row["state"] == ExpectedState.OPEN:
        return Standing(State.OPEN if now <= row["due_at"] else State.MISSING, locked=locked)
    report_state = row.get("report_state")
    return Standing(
        State.NOTHING if row["state"] == ExpectedState.NOTHING else State.REPORTED,
        late=bool(row["late"]),
        returned=report_state == ReportState.RETURNED and not locked,
        locked=locked or report_state == ReportState.APPROVED,
    )


def words(found: Standing, tr: Translator, *, more: bool = True) -> str:
    """How it stands, for a list or a cell; `more`: also that it is asked back or takes no change."""
    match found.came:
        case State.OPEN:
            return tr.plain("Not due yet")
        case State.MISSING:
            return tr.plain("Not reported")
        case State.EXEMPT:
            return tr.plain("Exempt")
        case State.NOTHING:
            said = tr.plain("Nothing to report, late") if found.late else tr.plain("Nothing to report")
        case _:
            said = tr.plain("Late") if found.late else tr.plain("On time")
    if more and found.returned:
        return tr.plain("{state}, asked back", state=said)
    return tr.plain("{state}, locked", state=said) if more and found.locked else said


# --- rates -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of what was expected."""

    part: int
    whole: int

    @property
    def share(self) -> Fraction | None:
        """None where nothing was expected: that is no rate of zero."""
        return Fraction(self.part, self.whole) if self.whole else None

    @property
    def percent(self) -> int | None:
        """Rounded, but never 100 while something is missing."""
        if self.share is None:
            return None
        rounded = floor(self.share * 100 + Fraction(1, 2))
        return rounded if self.part >= self.whole else min(rounded, 99)

    def __str__(self) -> str:
        """13/15 (87 %)"""
        return f"{self.part}/{self.whole}" + ("" if self.percent is None else f" ({self.percent} %)")


def reporting_rate(covered: Coverage) -> Rate:
    """Reports received / reports expected."""
    return Rate(covered.reported, covered.expected)


def on_time_rate(covered: Coverage) -> Rate:
    """Reports received in time / reports expected."""
    return Rate(covered.on_time, covered.expected)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of rates: of a unit with all below it, a period or a form. `below`: the unit has others
    below it that owe; `itself`: what a unit that others stand below owes on its own. `code`: of a unit."""

    key: int | str
    name: str
    covered: Coverage
    below: bool = False
    itself: bool = False
    code: str = ""


async def overall(uow: UnitOfWork, periods: Sequence[Row], under: str) -> Coverage:
    """Of a subtree over periods (rows of `storage.rates.due_periods`): as in the digest of the whole campaign."""
    return sum((line.covered for line in await by_period(uow, periods, under)), Coverage())


async def by_period(uow: UnitOfWork, periods: Sequence[Row], under: str) -> list[Line]:
    """A line for each period in which somebody there owed a report, in their order. Its `name` is the period's."""
    counted = {r["period_id"]: r for r in await coverage.by_period(uow, [p["id"] for p in periods], under)}
    return [Line(p["id"], p["name"], coverage_of(counted[p["id"]])) for p in periods if p["id"] in counted]


async def by_form(uow: UnitOfWork, periods: Sequence[Row], under: str) -> list[Line]:
    """A line for each form; its `name` is the form's slug."""
    found: dict[str, Coverage] = defaultdict(Coverage)
    forms = {period["id"]: period["form"] for period in periods}
    for line in await by_period(uow, periods, under):
        found[forms[int(line.key)]] += line.covered
    return [Line(form, form, covered) for form, covered in found.items()]


async def by_unit(uow: UnitOfWork, periods: Sequence[Row], unit: Row) -> list[Line]:
    """A line for each unit that stood right below `unit` (id, path, name) when the periods were due, by name, and
    before them one of what the unit owes itself."""
    counted = await rates.counts_by_place(uow, [p["id"] for p in periods], unit["path"])
    tops = [(_right_below(row["path"], unit["path"]) or unit["id"], row) for row in counted]
    lower = {top for top, row in tops if row["unit_id"] != top} - {unit["id"]}
    found = grouped(tops)
    units = await rates.named(uow, found.keys())
    lines = [
        Line(u["id"], u["name"], found[u["id"]], u["id"] in lower, u["id"] == unit["id"], u["code"]) for u in units
    ]
    return sorted(lines, key=lambda line: not line.itself)


def grouped(rows: Iterable[tuple[int, Row]]) -> Mapping[int, Coverage]:
    """The sums of counted rows, by what they belong to."""
    found: dict[int, Coverage] = defaultdict(Coverage)
    for key, row in rows:
        found[key] += coverage_of(row)
    return found


def coverage_of(row: Row) -> Coverage:
    """What a query has counted."""
    return Coverage(row["expected"], row["reported"], row["on_time"], row["with_nothing"], row["late_nothing"])


def _right_below(path: str, under: str) -> int | None:
    """The first unit of a path below another one; None for that one itself."""
    first = path.removeprefix(under).partition("/")[0]
    return int(first) if first else None
