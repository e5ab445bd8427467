"""What always holds of targets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reporting.targets.target_numbers import Measure, Numbers
from reporting.targets.target_progress import DAYS, Every, progress
from reporting.targets.targets import Kind, Take, Target

amounts = st.decimals(min_value=0, max_value=10**12, places=3)
goals = st.decimals(min_value=Decimal("0.001"), max_value=10**12, places=3)
days = st.dates(date(2020, 1, 1), date(2026, 12, 31))
measures = st.sampled_from(Measure)
of_numbers = st.sampled_from([Kind.SUM, Kind.ABOUT, Kind.DONE, Kind.QUOTA])


@st.composite
def targets(draw: st.DrawFn) -> Target:
    first = draw(st.none() | days)
    last = draw(st.none() | days.map(lambda day: max(day, first or day)))
    return Target("t", draw(of_numbers), ("a",), draw(goals), first=first, last=last)


@given(targets(), amounts, amounts, days)
def test_more_is_never_less(target: Target, value: Decimal, more: Decimal, today: date) -> None:
    low, high = (progress(target, Numbers(v), today) for v in sorted((value, more)))
    assert low.share is not None and high.share is not None and low.share <= high.share
    assert low.percent is not None and high.percent is not None and low.percent <= high.percent
    assert bool(low.reached) <= bool(high.reached)
    assert low.missing is not None and high.missing is not None and low.missing >= high.missing


@given(targets(), st.none() | amounts, days, measures, st.booleans())
def test_the_pace_that_is_needed_is_enough(
    target: Target, value: Decimal | None, today: date, measure: Measure, is_day_over: bool
) -> None:
    found = progress(target, Numbers(value, measure=measure), today, is_day_over=is_day_over)
    assert found.missing is not None and found.missing >= 0
    for every in Every:
        needed, present = found.needed(every), found.present(every)
        assert present is None or present >= 0
        if needed is not None:
            assert found.days_left and needed > 0
            assert needed * found.days_left >= found.missing * DAYS[every]


@given(targets(), days, st.booleans())
def test_no_day_is_lost(target: Target, today: date, is_day_over: bool) -> None:
    found = progress(target, Numbers(Decimal(1)), today, is_day_over=is_day_over)
    if target.first and target.last:
        assert found.days_gone is not None and found.days_left is not None
        assert found.days_gone + found.days_left == (target.last - target.first).days + 1


@given(goals, amounts)
def test_whole_is_said_of_what_is_reached_only(goal: Decimal, value: Decimal) -> None:
    found = progress(Target("t", Kind.SUM, ("a",), goal), Numbers(value), date(2021, 1, 1))
    assert found.percent is not None and (found.percent >= 100) == bool(found.reached)


@given(st.sampled_from([Kind.RATIO, Kind.UNITS, Kind.EACH]), amounts, st.sampled_from([None, Decimal(0)]), days)
def test_a_ratio_to_nothing_is_unknown(kind: Kind, value: Decimal, whole: Decimal | None, today: date) -> None:
    target = Target("t", kind, ("a",), Decimal(1), per=("b",), last=date(2022, 1, 1), per_take=Take.LAST)
    found = progress(target, Numbers(value, whole), today)
    unknown = (found.goal, found.share, found.percent, found.ratio, found.ratio_percent, found.reached, found.missing)
    assert unknown == (None,) * 7
    assert found.pace and (found.pace.needed, found.pace.in_time) == (None, None)
    assert found.is_overdue == (today > date(2022, 1, 1))


@given(st.integers(0, 500), st.integers(1, 500), goals.filter(lambda share: share <= 1))
def test_parts_of_units_are_whole_units(reached: int, units: int, share: Decimal) -> None:
    target = Target("t", Kind.UNITS, ("a",), share, last=date(2022, 1, 1))
    found = progress(target, Numbers(None, units_reached=min(reached, units), units_all=units), date(2021, 1, 1))
    assert found.value is not None and found.missing is not None and found.missing == int(found.missing)
    there = progress(target, Numbers(None, units_reached=int(found.value + found.missing), units_all=units), date.max)
    assert there.reached
