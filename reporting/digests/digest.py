"""A digest: what one form adds up to for a unit and all below it, at one moment. Data only; the words and the
picture are made from it in the reader's language (`digest_text`, `documents.chart`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from forms.model import Question
from reporting.digests.digest_changes import adjustments
from reporting.digests.digest_data import (
    Adjustment,
    Coverage,
    Digest,
    Figure,
    Laggards,
    MissingUnit,
    MoreTime,
    Point,
    Span,
    Story,
)
from reporting.digests.digest_odd import odd_values
from reporting.digests.digest_stories import stories
from reporting.digests.digest_targets import reached
from reporting.library import Library
from reporting.planning.stretches import Stretch
from reporting.questions import labels, open_indicators
from reporting.returns import asks_approval
from reporting.standing import below, newest, standing
from storage import coverage, digests, register, reports, statistics, sums_below
from storage.uow import Row, UnitOfWork

__all__ = [
    "Adjustment", "Coverage", "Digest", "Figure", "Laggards", "MissingUnit", "MoreTime", "Point", "Span", "Story",
    "build",
]  # fmt: skip

TREND_LENGTH = 15
"""Periods that the trend looks back on: what one picture can show."""

TOP_LENGTH = 5


async def build(
    uow: UnitOfWork,
    library: Library,
    form: Row,
    unit: Row,
    period: Row | None,
    *,
    whole: bool = False,
    stretch: Stretch | None = None,
    lead: str = "",
    opened: Sequence[Row] | None = None,
    now: datetime,
    zone: ZoneInfo,
) -> Digest:
    """The digest of a form (a row of `plans.live_forms`) for a unit (id, path, name) and a period.

    Numbers are as they stand now, whenever the period was; units count where they stood when it was due.
    `whole`, or no period: from the campaign's start to the period, or to now. `stretch`: of all periods due in it; the
    period is the last of them that has been opened. `lead`: the indicator to rank by, if it is not the form's.
    `opened`: `register.periods` of the form, if somebody has read them. What is for leaders only stays out.
    """
    opened = await register.periods(uow, form["id"]) if opened is None else opened
    past = [p for p in opened if period is None or p["due_at"] <= period["due_at"]]
    whole = whole or period is None
    about = _about(past, whole, stretch)
    summed = whole or stretch is not None
    read = await library.form(uow, form["version_id"])
    numbers = await _read_numbers(uow, unit, past, about, standing(read), now)
    names = {p["id"]: p["name"] for p in past}
    questions = open_indicators(read)
    before = _before(past, about, whole, stretch, now)
    figures = tuple(
        replace(_figure(question, numbers, before), stands_in=names.get(numbers.stands.get(question.indicator, 0), ""))
        for question in questions
    )
    indicators = [figure.indicator for figure in figures]
    lead = _lead(form, lead, indicators)
    missing = [] if period is None or summed else await statistics.missing_units(uow, period["id"], unit["path"])
    return Digest(
        campaign=" – ".join(filter(None, (form["campaign_name"], form["schedule"].get("title", "")))),
        demo=bool(form["demo"]),
        unit=unit["name"],
        is_top=unit["id"] == form["unit_id"],
        period=_span(past, stretch),
        whole=whole,
        cut_off=now,
        coverage=sum((numbers.covered.get(p["id"], Coverage()) for p in _counted(about, summed, now)), Coverage()),
        figures=figures,
        lead=lead,
        missing=tuple(MissingUnit(row["id"], row["short_name"], row["name"]) for row in missing),
        adjustments=() if summed else await adjustments(uow, past, unit["path"], indicators, now),
        trend=tuple(_point(p, numbers, indicators) for p in past[-TREND_LENGTH:]),
        more_time=_more_time(missing, max(now, period["due_at"]) if period else now),
        odd=() if period is None or summed else await odd_values(uow, read, period["id"], unit["path"]),
        targets=await reached(uow, form, questions, unit, past, now=now, zone=zone),
        stretch=stretch is not None,
        approval=asks_approval(form["settings"]),
        laggards=await _laggards(uow, unit, about, numbers, lead),
        stories=await stories(uow, form, unit["path"], past, whole=whole, stretch=stretch, now=now),
    )


# --- which periods ---------------------------------------------------------------------------------


def _about(past: Sequence[Row], whole: bool, stretch: Stretch | None) -> Sequence[Row]:
    """The periods that the digest is about."""
    if stretch:
        return stretch.of(past)
    return past if whole else past[-1:]


def _counted(about: Sequence[Row], summed: bool, now: datetime) -> Sequence[Row]:
    """Of several periods those that are due count in the coverage: who still has time is not missing. If none is due
    yet, all of them."""
    return [p for p in about if p["due_at"] <= now] or about if summed else about


def _before(
    past: Sequence[Row], about: Sequence[Row], whole: bool, stretch: Stretch | None, now: datetime
) -> Sequence[int] | None:
    """The periods to compare with; None where there are none, and while those of the digest are under way: a part of a
    day is always less than a day."""
    earlier = past[: len(past) - len(about)]
    if whole or not earlier or now < (stretch.last_due if stretch and stretch.last_due else about[-1]["due_at"]):
        return None
    # The week before has as many days, unless the campaign had not begun.
    return [p["id"] for p in (stretch.before(earlier) if stretch else earlier[-1:])]


def _span(past: Sequence[Row], stretch: Stretch | None) -> Span | None:
    if stretch and (about := stretch.of(past)):
        return Span(stretch.name, about[0]["covers_from"], about[-1]["covers_to"], about[-1]["due_at"])
    return Span.of(past[-1]) if past else None


# --- the numbers -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sum:
    """Over some periods. `amount` is None where no report gives the indicator."""

    amount: Decimal | None = None
    reports: int = 0
    inexact: int = 0


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Kept totals of the unit by indicator and period, coverage by period, and what each unit right below has so far,
    the one with most first. `past` and `about`: the ids of all periods, and of those that the digest is about, oldest
    first. `stands`: of the numbers that stand, the period that they are told of."""

    past: Sequence[int]
    about: Sequence[int]
    given: Mapping[str, Mapping[int, Row]]
    covered: Mapping[int, Coverage]
    ranked: Mapping[str, Sequence[Row]]
    stands: Mapping[str, int]

    def over(self, indicator: str, periods: Sequence[int]) -> _Sum:
        given = self.given.get(indicator)
        if not given:
            return _Sum()
        found = [given[p] for p in periods if p in given]
        if (stood := self.stands.get(indicator)) is not None:
            found = [given[stood]] if stood in periods else found[-1:]
        if not found:
            return _Sum()
        amount = sum((row["amount"] for row in found), Decimal(0))
        return _Sum(amount, sum(row["reports"] for row in found), sum(row["inexact"] for row in found))


async def _read_numbers(
    uow: UnitOfWork, unit: Row, past: Sequence[Row], about: Sequence[Row], standing: Collection[str], now: datetime
) -> _Numbers:
    ids = [p["id"] for p in past]
    given: dict[str, dict[int, Row]] = defaultdict(dict)
    kept = await reports.totals(uow, unit["id"], ids)
    for row in kept:
        # A total that corrections have emptied is silence again.
        if row["reports"]:
            given[row["indicator"]][row["period_id"]] = row
    ranked: dict[str, list[Row]] = defaultdict(list)
    stands = newest(kept, past, standing, now) if standing else {}
    for row in await below(sums_below.totals_of_children, uow, unit["id"], ids, stands):
        ranked[row["indicator"]].append(row)
    for rows in ranked.values():
        rows.sort(key=lambda row: (-row["amount"], row["short_name"]))
    told = {p["id"] for p in about} | set(ids[-TREND_LENGTH:])
    covered = await _coverage(uow, [period_id for period_id in ids if period_id in told], unit["path"])
    return _Numbers(ids, [p["id"] for p in about], given, covered, ranked, stands)


async def _coverage(uow: UnitOfWork, periods: Sequence[int], under: str) -> dict[int, Coverage]:
    return {
        row["period_id"]: Coverage(
            row["expected"], row["reported"], row["on_time"], row["with_nothing"], row["late_nothing"], row["approved"]
        )
        for row in await coverage.by_period(uow, periods, under)
    }


def _figure(question: Question, numbers: _Numbers, before: Sequence[int] | None) -> Figure:
    name = question.indicator
    now, so_far = numbers.over(name, numbers.about), numbers.over(name, numbers.past)
    top = [(row["short_name"], row["amount"]) for row in numbers.ranked.get(name, ()) if row["amount"] > 0]
    return Figure(
        indicator=name,
        labels=labels(question),
        unit=dict(question.unit),
        is_money=question.is_money,
        amount=now.amount,
        before=None if before is None else numbers.over(name, before).amount or Decimal(0),
        so_far=so_far.amount,
        inexact=now.inexact,
        inexact_so_far=so_far.inexact,
        top=tuple(top[:TOP_LENGTH]),
        reports=now.reports,
    )


def _lead(form: Row, asked: str, names: Sequence[str]) -> str:
    """The first that is named by the sheet and known, else the form's first."""
    schedule = form["schedule"]
    rows = [schedule.get("digest") or {}, *schedule.get("summaries", ())]
    wanted = [asked, *(row.get("lead", "") for row in rows)]
    return next((name for name in wanted if name in names), next(iter(names), ""))


async def _laggards(uow: UnitOfWork, unit: Row, about: Sequence[Row], numbers: _Numbers, lead: str) -> Laggards:
    """Nobody is last of a handful, nobody while no number has come, and none are who are most."""
    ranked = numbers.ranked.get(lead, ())
    if not ranked or not about:
        return Laggards()
    owing = await digests.branches_that_owe(uow, [about[-1]["id"]], unit)
    if len(owing) <= TOP_LENGTH:
        return Laggards()
    given = {row["unit_id"]: row["amount"] for row in ranked if row["amount"] > 0}
    silent = tuple(row["short_name"] for row in owing if row["id"] not in given)
    if 2 * len(silent) > len(owing):
        return Laggards()
    there = {row["id"] for row in owing}
    last = [(row["short_name"], row["amount"]) for row in reversed(ranked) if row["unit_id"] in there]
    return Laggards(silent, () if silent else tuple(last[: min(3, len(owing) - TOP_LENGTH)]))


def _more_time(missing: Sequence[Row], after: datetime) -> tuple[MoreTime, ...]:
    # A kind of units may be due before the period is, too: that is no more time.
    given = Counter(row["own_due_at"] for row in missing if row["own_due_at"] and row["own_due_at"] > after)
    return tuple(MoreTime(until, units) for until, units in sorted(given.items()))


def _point(period: Row, numbers: _Numbers, known: Sequence[str]) -> Point:
    given = {name: numbers.given.get(name, {}).get(period["id"]) for name in known}
    amounts = {name: row["amount"] for name, row in given.items() if row}
    return Point(Span.of(period), numbers.covered.get(period["id"], Coverage()), amounts)
