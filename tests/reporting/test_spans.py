"""Days, weeks, months, quarters and years, and the names that periods have by them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.planning.spans import PeriodName, Span, Unit, days_of, name_of, next_start, read_name, start_of

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("unit", "day", "name"),
    [
        (Unit.DAY, "2022-12-16", "2022-12-16"),
        (Unit.WEEK, "2022-12-16", "2022-W50"),
        (Unit.WEEK, "2023-01-01", "2022-W52"),
        (Unit.WEEK, "2020-12-31", "2020-W53"),
        (Unit.WEEK, "2024-12-30", "2025-W01"),
        (Unit.MONTH, "2022-12-16", "2022-12"),
        (Unit.QUARTER, "2022-12-16", "2022-Q4"),
        (Unit.QUARTER, "2022-03-31", "2022-Q1"),
        (Unit.YEAR, "2022-12-16", "2022"),
    ],
)
def test_names(unit: Unit, day: str, name: str) -> None:
    assert name_of(unit, date.fromisoformat(day)) == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2022-12-16", PeriodName(Unit.DAY, 2022, 16, date(2022, 12, 16), date(2022, 12, 16))),
        ("2022-W50", PeriodName(Unit.WEEK, 2022, 50, date(2022, 12, 12), date(2022, 12, 18))),
        ("2022-02", PeriodName(Unit.MONTH, 2022, 2, date(2022, 2, 1), date(2022, 2, 28))),
        ("2022-Q4", PeriodName(Unit.QUARTER, 2022, 4, date(2022, 10, 1), date(2022, 12, 31))),
        ("2022", PeriodName(Unit.YEAR, 2022, 2022, date(2022, 1, 1), date(2022, 12, 31))),
    ],
)
def test_what_a_name_says(name: str, said: PeriodName) -> None:
    assert read_name(name) == said


@pytest.mark.parametrize("name", ["", "today", "2022-W54", "2021-W53", "2022-Q5", "2022-13", "2022-02-30", "22-12"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(ValueError):
        read_name(name)


@pytest.mark.parametrize(
    ("span", "first", "end"),
    [
        (Span.DAY, "2022-12-16", "2022-12-17"),
        (Span.LAST_DAY, "2022-12-15", "2022-12-16"),
        (Span.WEEK, "2022-12-12", "2022-12-19"),
        (Span.LAST_WEEK, "2022-12-05", "2022-12-12"),
        (Span.MONTH, "2022-12-01", "2023-01-01"),
        (Span.LAST_MONTH, "2022-11-01", "2022-12-01"),
        (Span.QUARTER, "2022-10-01", "2023-01-01"),
        (Span.LAST_QUARTER, "2022-07-01", "2022-10-01"),
        (Span.YEAR, "2022-01-01", "2023-01-01"),
        (Span.LAST_YEAR, "2021-01-01", "2022-01-01"),
    ],
)
def test_spans_of_a_report_due_on_the_sixteenth_of_december(span: Span, first: str, end: str) -> None:
    assert days_of(span, date(2022, 12, 16)) == (date.fromisoformat(first), date.fromisoformat(end))


@given(st.sampled_from(Unit), DAYS)
def test_units_follow_each_other_and_their_names_sort(unit: Unit, day: date) -> None:
    start, end = start_of(unit, day), next_start(unit, day)
    assert start <= day < end
    assert start_of(unit, start) == start_of(unit, end - timedelta(days=1)) == start
    assert start_of(unit, end) == end
    assert name_of(unit, start) == name_of(unit, day) < name_of(unit, end)
    said = read_name(name_of(unit, day))
    assert (said.unit, said.first, said.last) == (unit, start, end - timedelta(days=1))
