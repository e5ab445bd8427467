"""A digest: what one form adds up to for a unit and all below it, at one moment. Data only; the words and the
picture are made from it in the reader's language (`digest_text`, `documents.chart`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from pydantic import TypeAdapter

from forms.model import Question
from reporting.digest_odd import Odd, odd_values
from reporting.library import Library
from reporting.questions import labels, open_indicators
from reporting.totals import change
from storage import register, reports, statistics
from storage.uow import Row, UnitOfWork

TREND_LENGTH = 15
"""Periods that the trend looks back on: what one picture can show."""

TOP_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Span:
    """A period: its name, what it covers and when it was due."""

    name: str
    covers_from: datetime
    covers_to: datetime
    due_at: datetime

    @classmethod
    def of(cls, period: Row) -> Self:
        return cls(period["name"], period["covers_from"], period["covers_to"], period["due_at"])

    @property
    def is_day(self) -> bool:
        """Whether it is about one day, so that "today" is the word for it."""
        return self.covers_to - self.covers_from <= timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many owe, and have reported; `on_time` and `nothing` are among the reported, `late_nothing` among these."""

    expected: int = 0
    reported: int = 0
    on_time: int = 0
    nothing: int = 0
    late_nothing: int = 0

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(
            self.expected + other.expected,
            self.reported + other.reported,
            self.on_time + other.on_time,
            self.nothing + other.nothing,
            self.late_nothing + other.late_nothing,
        )

    @property
    def late(self) -> int:
        return self.reported - self.on_time

    @property
    def missing(self) -> int:
        return self.expected - self.reported


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator. None is silence: no report gives a number, which is not the number zero.

    `amount` is of the digest's period, `before` of the one before it (None: there was none), `so_far` from the
    campaign's start. `top`: the units right below with most so far.
    """

    indicator: str
    labels: Mapping[str, str]
    unit: Mapping[str, str]
    is_money: bool
    amount: Decimal | None
    before: Decimal | None
    so_far: Decimal | None
    inexact: int
    inexact_so_far: int
    top: tuple[tuple[str, Decimal], ...]

    @property
    def change(self) -> Decimal | None:
        """Against the period before; None when there is nothing to compare: silence is no number to subtract from."""
        return None if self.amount is None or self.before is None else self.amount - self.before


@dataclass(frozen=True, slots=True)
class MissingUnit:
    unit_id: int
    short_name: str
    name: str


@dataclass(frozen=True, slots=True)
class MoreTime:
    """How many of the units that have not reported were given more time, and until when."""

    until: datetime
    units: int


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What became of an earlier period since it was last told: by a correction, or by a report that came late."""

    indicator: str
    period: Span
    unit: str
    difference: Decimal
    late: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One period of the trend; an indicator that no report gives is absent."""

    period: Span
    coverage: Coverage
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Digest:
    """`is_top`: the unit is the one that runs the campaign. `period` is None when nothing has been opened yet.

    `whole`: about the whole campaign, so `coverage` counts reports over all periods, `missing` is empty and a
    figure's `amount` is its `so_far`. `more_time`: a digest waits for nobody; of the missing ones these still have time
    (see `reporting.extensions`). `odd` is for leaders.
    """

    campaign: str
    demo: bool
    unit: str
    is_top: bool
    period: Span | None
    whole: bool
    cut_off: datetime
    coverage: Coverage
    figures: tuple[Figure, ...]
    lead: str
    missing: tuple[MissingUnit, ...]
    adjustments: tuple[Adjustment, ...]
    trend: tuple[Point, ...]
    more_time: tuple[MoreTime, ...] = ()
    odd: tuple[Odd, ...] = ()

    @property
    def leading(self) -> Figure | None:
        """The figure that units are ranked by; None for a form that adds nothing up."""
        return next((f for f in self.figures if f.indicator == self.lead), None)

    def figure(self, indicator: str) -> Figure:
        """The figure of an indicator that the digest has."""
        return next(f for f in self.figures if f.indicator == indicator)

    def to_json(self) -> dict[str, Any]:
        """Amounts as strings, instants as ISO 8601."""
        data: dict[str, Any] = TypeAdapter(Digest).dump_python(self, mode="json")
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Digest:
        return TypeAdapter(Digest).validate_python(data)


async def build(
    uow: UnitOfWork,
    library: Library,
    form: Row,
    unit: Row,
    period: Row | None,
    *,
    whole: bool = False,
    now: datetime,
) -> Digest:
    """The digest of a form (a row of `register.live_forms`) for a unit (id, path, name) and a period.

    Numbers are as they stand now, whenever the period was. `whole`, or no period: from the campaign's start to
    the period, or to now. What is for leaders only stays out.
    """
    past = await _periods_until(uow, form["id"], period)
    whole = whole or period is None
    ids = [p["id"] for p in past]
    covered = await _coverage(uow, ids if whole else ids[-TREND_LENGTH:], unit["path"])
    numbers = await _read_numbers(uow, unit["id"], ids)
    read = await library.form(uow, form["version_id"])
    questions = open_indicators(read)
    figures = tuple(_figure(question, numbers, whole) for question in questions)
    indicators = [figure.indicator for figure in figures]
    missing = [] if period is None or whole else await register.missing_units(uow, period["id"], unit["path"])
    return Digest(
        campaign=form["campaign_name"],
        demo=bool(form["demo"]),
        unit=unit["name"],
        is_top=unit["id"] == form["unit_id"],
        period=Span.of(past[-1]) if past else None,
        whole=whole,
        cut_off=now,
        coverage=sum(covered.values(), Coverage()) if whole else covered.get(ids[-1], Coverage()),
        figures=figures,
        lead=_lead(form, indicators),
        missing=tuple(MissingUnit(row["id"], row["short_name"], row["name"]) for row in missing),
        adjustments=() if whole else await _adjustments(uow, past, unit["path"], indicators, now),
        trend=tuple(_point(p, covered, numbers, indicators) for p in past[-TREND_LENGTH:]),
        more_time=_more_time(missing, now),
        odd=() if period is None or whole else await odd_values(uow, read, period["id"], unit["path"]),
    )


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Kept totals of the unit by period and indicator, and the ranking of the units right below it."""

    periods: Sequence[int]
    by_period: Mapping[int, Mapping[str, Row]]
    tops: Mapping[str, Sequence[tuple[str, Decimal]]]

    def over(self, indicator: str, periods: Sequence[int]) -> tuple[Decimal | None, int]:
        """The sum over some periods (None: no report gives the indicator) and how many reports are inexact."""
        found = [self.by_period[p][indicator] for p in periods if indicator in self.by_period.get(p, {})]
        if not found:
            return None, 0
        return sum((row["amount"] for row in found), Decimal(0)), sum(row["inexact"] for row in found)


async def _periods_until(uow: UnitOfWork, form_id: int, period: Row | None) -> list[Row]:
    opened = await register.periods(uow, form_id)
    return [p for p in opened if period is None or p["due_at"] <= period["due_at"]]


async def _read_numbers(uow: UnitOfWork, unit_id: int, periods: Sequence[int]) -> _Numbers:
    by_period: dict[int, dict[str, Row]] = defaultdict(dict)
    for row in await reports.totals(uow, unit_id, periods):
        # A total that corrections have emptied is silence again.
        if row["reports"]:
            by_period[row["period_id"]][row["indicator"]] = row
    tops: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for row in await reports.totals_of_children(uow, unit_id, periods):
        if row["amount"] > 0:
            tops[row["indicator"]].append((row["short_name"], row["amount"]))
    ranked = {name: sorted(units, key=lambda u: (-u[1], u[0]))[:TOP_LENGTH] for name, units in tops.items()}
    return _Numbers(periods, by_period, ranked)


async def _coverage(uow: UnitOfWork, periods: Sequence[int], under: str) -> dict[int, Coverage]:
    return {
        row["period_id"]: Coverage(
            row["expected"], row["reported"], row["on_time"], row["with_nothing"], row["late_nothing"]
        )
        for row in await statistics.coverage_by_period(uow, periods, under)
    }


def _figure(question: Question, numbers: _Numbers, whole: bool) -> Figure:
    name = question.indicator
    so_far, inexact_so_far = numbers.over(name, numbers.periods)
    amount, inexact = (so_far, inexact_so_far) if whole else numbers.over(name, numbers.periods[-1:])
    has_before = not whole and len(numbers.periods) > 1
    return Figure(
        indicator=name,
        labels=labels(question),
        unit=dict(question.unit),
        is_money=question.is_money,
        amount=amount,
        before=(numbers.over(name, numbers.periods[-2:-1])[0] or Decimal(0)) if has_before else None,
        so_far=so_far,
        inexact=inexact,
        inexact_so_far=inexact_so_far,
        top=tuple(numbers.tops.get(name, ())),
    )


def _lead(form: Row, names: Sequence[str]) -> str:
    wanted = (form["schedule"].get("digest") or {}).get("lead", "")
    return wanted if wanted in names else next(iter(names), "")


def _more_time(missing: Sequence[Row], now: datetime) -> tuple[MoreTime, ...]:
    given = Counter(row["own_due_at"] for row in missing if row["own_due_at"] and row["own_due_at"] > now)
    return tuple(MoreTime(until, units) for until, units in sorted(given.items()))


async def _adjustments(
    uow: UnitOfWork, past: Sequence[Row], under: str, known: Collection[str], now: datetime
) -> tuple[Adjustment, ...]:
    """What changed in earlier periods after they were last told, one for each unit, period and indicator."""
    if len(past) < 2:
        return ()
    before = past[-2]
    since = await statistics.step_time(uow, before["id"], "digest") or before["due_at"]
    spans = {p["name"]: Span.of(p) for p in past[:-1]}
    moved: dict[tuple[int, str, str], Adjustment] = {}
    for row in await reports.changed_after_due(uow, before["form_id"], since, now):
        if row["period"] not in spans or not row["path"].startswith(under):
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


def _point(period: Row, covered: Mapping[int, Coverage], numbers: _Numbers, known: Sequence[str]) -> Point:
    found = numbers.by_period.get(period["id"], {})
    amounts = {name: found[name]["amount"] for name in known if name in found}
    return Point(Span.of(period), covered.get(period["id"], Coverage()), amounts)
