"""Deadlines give way to holidays."""

from __future__ import annotations

from tests.reporting.rhythms import covered, dues, occurrences, schedule

YEAR = {"from_": "2022-01-01", "until": "2022-12-31"}


def test_a_due_day_on_a_holiday_goes_to_the_next_working_day() -> None:
    # 30/4/2022 a Saturday, 1/5 a Sunday, 2/5 and 3/5 off instead.
    monthly = schedule(repeat="monthly", on="cuối tháng", covers="month", working_days="yes", **YEAR)
    assert dues(occurrences(monthly))[3] == ("2022-04", "04/05/2022 10:00")
    assert covered(occurrences(monthly))[3] == ("2022-04", "01/04/2022 00:00", "01/05/2022 00:00")
    before = schedule(repeat="monthly", on="cuối tháng", covers="month", moves="previous", **YEAR)
    assert dues(occurrences(before))[3] == ("2022-04", "29/04/2022 10:00")


def test_a_week_that_is_all_holidays_falls_away_and_the_next_one_covers_it() -> None:
    # Tết 2026: Monday 16/2 to Friday 20/2. What was due on the 16th would be due on the 23rd, as is the next.
    weekly = schedule(
        repeat="weekly", on="T2", covers="last week", working_days="yes", from_="2026-02-09", until="2026-03-02"
    )
    assert dues(occurrences(weekly)) == [
        ("2026-W06", "09/02/2026 10:00"),
        ("2026-W08", "23/02/2026 10:00"),
        ("2026-W09", "02/03/2026 10:00"),
    ]
    assert covered(occurrences(weekly))[1] == ("2026-W08", "09/02/2026 00:00", "23/02/2026 00:00")


def test_daily_on_working_days_only() -> None:
    daily = schedule(repeat="daily", covers="since last", working_days="có", from_="2022-04-28", until="2022-05-06")
    assert [day for _, day in dues(occurrences(daily))] == [
        "28/04/2022 10:00", "29/04/2022 10:00", "04/05/2022 10:00", "05/05/2022 10:00", "06/05/2022 10:00",
    ]  # fmt: skip
    assert covered(occurrences(daily))[2] == ("2022-05-04", "29/04/2022 10:00", "04/05/2022 10:00")


def test_a_saturday_that_is_worked_is_a_due_day() -> None:
    daily = schedule(repeat="daily", covers="24h", working_days="yes", from_="2026-01-09", until="2026-01-12")
    assert [name for name, _ in dues(occurrences(daily))] == ["2026-01-09", "2026-01-10", "2026-01-12"]


def test_a_holiday_moves_when_it_is_due_and_not_what_it_is_about() -> None:
    # Friday 2/1/2026 was off for Saturday 10/1.
    weekly = schedule(repeat="weekly", on="T6", covers="1w", working_days="yes", from_="2026-01-01", until="2026-01-09")
    assert dues(occurrences(weekly)) == [("2026-W01", "05/01/2026 10:00"), ("2026-W02", "09/01/2026 10:00")]
    assert covered(occurrences(weekly)) == [
        ("2026-W01", "26/12/2025 10:00", "02/01/2026 10:00"),
        ("2026-W02", "02/01/2026 10:00", "09/01/2026 10:00"),
    ]


def test_without_working_days_a_holiday_is_a_day_like_others() -> None:
    assert dues(occurrences(schedule(repeat="once", from_="2026-02-17", covers="24h"))) == [
        ("2026-02-17", "17/02/2026 10:00")
    ]
