"""Every rhythm of deadlines, with days worked out by hand, first those of the five plans."""

from __future__ import annotations

from datetime import UTC, date, time
from itertools import pairwise
from time import perf_counter

import pytest

from reporting.planning.periods import Schedule
from tests.reporting.rhythms import HOLIDAYS, covered, dues, local, occurrences, said, schedule
from tests.reporting.words import ZONE

# --- the five plans --------------------------------------------------------------------------------


def test_tay_ninh_daily_before_ten_from_16_to_30_december() -> None:
    found = occurrences(schedule(repeat="hằng ngày", from_="16/12/2022", until="30/12/2022", covers="24h"))
    assert dues(found) == [(f"2022-12-{day}", f"{day}/12/2022 10:00") for day in range(16, 31)]
    assert covered(found)[0] == ("2022-12-16", "15/12/2022 10:00", "16/12/2022 10:00")


def test_tho_xuan_results_before_15_june_and_15_november() -> None:
    found = occurrences(
        schedule(repeat="dates", on="15/6/2022, 15/11/2022", from_="2022-04-15", covers="since last", due="17:00")
    )
    assert covered(found) == [
        ("2022-06-15", "15/04/2022 00:00", "15/06/2022 17:00"),
        ("2022-11-15", "15/06/2022 17:00", "15/11/2022 17:00"),
    ]
    assert [o.opens_at for o in found] == [o.covers_from for o in found]
    assert said(found[1].closes_at) == "17/11/2022 17:00"


def test_ha_tinh_registers_models_before_27_april_and_reports_before_5_november() -> None:
    models = schedule(repeat="once", on="2020-04-27", from_="2020-04-01", covers="since last", opens="2w")
    (registered,) = occurrences(models)
    assert (said(registered.opens_at), said(registered.due_at)) == ("13/04/2020 10:00", "27/04/2020 10:00")
    results = schedule(repeat="một lần", on="5/11/2020", from_="1/4/2020", covers="từ lần trước", opens="1/10/2020")
    (reported,) = occurrences(results)
    assert covered([reported]) == [("2020-11-05", "01/04/2020 00:00", "05/11/2020 10:00")]
    assert said(reported.opens_at) == "01/10/2020 00:00"


def test_tra_vinh_results_inside_the_report_of_the_year() -> None:
    yearly = schedule(repeat="yearly", on="15/12", from_="2021-06-22", until="2021-12-31", covers="year")
    assert covered(occurrences(yearly)) == [("2021", "01/01/2021 00:00", "01/01/2022 00:00")]
    assert dues(occurrences(yearly)) == [("2021", "15/12/2021 10:00")]


def test_bao_yen_models_recognised_by_15_october_each_year() -> None:
    yearly = schedule(
        repeat="hằng năm", on="15/10", from_="2022-01-01", until="2025-12-31", covers="since last", moves="previous"
    )
    # 15/10 was a Saturday in 2022 and a Sunday in 2023: the working day before.
    assert dues(occurrences(yearly)) == [
        ("2022", "14/10/2022 10:00"),
        ("2023", "13/10/2023 10:00"),
        ("2024", "15/10/2024 10:00"),
        ("2025", "15/10/2025 10:00"),
    ]
    assert covered(occurrences(yearly))[:2] == [
        ("2022", "15/10/2021 10:00", "14/10/2022 10:00"),
        ("2023", "14/10/2022 10:00", "13/10/2023 10:00"),
    ]


# --- the other rhythms -----------------------------------------------------------------------------

YEAR = {"from_": "2022-01-01", "until": "2022-12-31"}


@pytest.mark.parametrize(
    ("cells", "first_three"),
    [
        (
            {"repeat": "weekly", "on": "thứ sáu", "covers": "1w"},
            [("2022-W01", "07/01/2022"), ("2022-W02", "14/01/2022"), ("2022-W03", "21/01/2022")],
        ),
        (
            {"repeat": "hằng tuần", "weekdays": "T2", "covers": "tuần trước"},
            [("2021-W52", "03/01/2022"), ("2022-W01", "10/01/2022"), ("2022-W02", "17/01/2022")],
        ),
        (
            {"repeat": "weekly", "on": "T3, CN", "covers": "since last"},
            [("2022-01-02", "02/01/2022"), ("2022-01-04", "04/01/2022"), ("2022-01-09", "09/01/2022")],
        ),
        (
            {"repeat": "daily", "weekdays": "T2-T6", "covers": "24h"},
            [("2022-01-03", "03/01/2022"), ("2022-01-04", "04/01/2022"), ("2022-01-05", "05/01/2022")],
        ),
        (
            {"repeat": "daily", "covers": "last day"},
            [("2021-12-31", "01/01/2022"), ("2022-01-01", "02/01/2022"), ("2022-01-02", "03/01/2022")],
        ),
        (
            {"repeat": "monthly", "on": "15", "covers": "since last"},
            [("2022-01", "15/01/2022"), ("2022-02", "15/02/2022"), ("2022-03", "15/03/2022")],
        ),
        (
            {"repeat": "monthly", "on": "5", "covers": "last month"},
            [("2021-12", "05/01/2022"), ("2022-01", "05/02/2022"), ("2022-02", "05/03/2022")],
        ),
        (
            {"repeat": "monthly", "on": "31", "covers": "month"},
            [("2022-01", "31/01/2022"), ("2022-02", "28/02/2022"), ("2022-03", "31/03/2022")],
        ),
        (
            {"repeat": "monthly", "on": "thứ sáu cuối tháng", "covers": "month"},
            [("2022-01", "28/01/2022"), ("2022-02", "25/02/2022"), ("2022-03", "25/03/2022")],
        ),
        (
            {"repeat": "monthly", "on": "first monday", "covers": "last month"},
            [("2021-12", "03/01/2022"), ("2022-01", "07/02/2022"), ("2022-02", "07/03/2022")],
        ),
        (
            {"repeat": "quarterly", "on": "15", "covers": "since last"},
            [("2022-Q1", "15/03/2022"), ("2022-Q2", "15/06/2022"), ("2022-Q3", "15/09/2022")],
        ),
        (
            {"repeat": "hằng quý", "on": "5/1", "covers": "quý trước"},
            [("2021-Q4", "05/01/2022"), ("2022-Q1", "05/04/2022"), ("2022-Q2", "05/07/2022")],
        ),
        (
            {"repeat": "quarterly", "on": "cuối quý", "covers": "quarter"},
            [("2022-Q1", "31/03/2022"), ("2022-Q2", "30/06/2022"), ("2022-Q3", "30/09/2022")],
        ),
        (
            {"repeat": "yearly", "on": "15/6; 15/12", "covers": "since last"},
            [("2022-06-15", "15/06/2022"), ("2022-12-15", "15/12/2022")],
        ),
        ({"repeat": "yearly", "on": "25/3", "covers": "last year"}, [("2021", "25/03/2022")]),
        ({"repeat": "yearly", "on": "cuối năm", "covers": "year"}, [("2022", "31/12/2022")]),
        ({"repeat": "yearly", "on": "last friday/10", "covers": "year"}, [("2022", "28/10/2022")]),
    ],
)
def test_due_days_and_names(cells: dict[str, str], first_three: list[tuple[str, str]]) -> None:
    found = dues(occurrences(schedule(**YEAR, **cells))[:3])
    assert found == [(name, f"{day} 10:00") for name, day in first_three]


def test_what_has_ended_is_told_from_its_end_on_and_what_goes_on_from_its_beginning() -> None:
    last = occurrences(schedule(repeat="monthly", on="5", covers="last month", **YEAR))[1]
    assert covered([last]) == [("2022-01", "01/01/2022 00:00", "01/02/2022 00:00")]
    assert said(last.opens_at) == "01/02/2022 00:00"
    this = occurrences(schedule(repeat="monthly", on="25", covers="month", **YEAR))[1]
    assert covered([this]) == [("2022-02", "01/02/2022 00:00", "01/03/2022 00:00")]
    assert said(this.opens_at) == "01/02/2022 00:00"


def test_opens_before_it_is_due() -> None:
    monthly = schedule(repeat="monthly", on="25", covers="month", opens="3 ngày", **YEAR)
    assert said(occurrences(monthly)[0].opens_at) == "22/01/2022 10:00"
    assert len(occurrences(monthly, by="2022-02-22T09:59")) == 1
    assert len(occurrences(monthly, by="2022-02-22T10:00")) == 2


# --- after an outage -------------------------------------------------------------------------------


def test_ten_years_of_days_are_caught_up_from_where_they_stopped() -> None:
    daily = schedule(repeat="daily", from_="2026-01-01", until="2035-12-31", covers="24h")
    whole = occurrences(daily, by="2035-12-20T12:00")
    for known in (0, 1, 700, len(whole) - 2):
        assert occurrences(daily, by="2035-12-20T12:00", after=whole[known].due_at) == whole[known + 1 :]
    begun = perf_counter()
    assert occurrences(daily, by="2035-12-20T12:00", after=whole[-3].due_at) == whole[-2:]
    # The days before are not gone through (it takes a millisecond; the bound is for a machine under load).
    assert perf_counter() - begun < 0.1


def test_they_are_made_one_at_a_time() -> None:
    daily = schedule(repeat="daily", from_="1950-01-01", until="2199-12-31", covers="24h")
    begun = perf_counter()
    assert next(daily.occurrences(ZONE, opened_by=local("2199-12-31T12:00"))).name == "1950-01-01"
    assert perf_counter() - begun < 0.1


@pytest.mark.parametrize(
    "cells",
    [
        {"repeat": "weekly", "on": "T2", "covers": "last week", "working_days": "yes"},
        {"repeat": "monthly", "on": "cuối tháng", "covers": "since last", "moves": "previous"},
        {"repeat": "quarterly", "on": "5/1", "covers": "last quarter", "working_days": "yes"},
        {"repeat": "yearly", "on": "15/10", "covers": "since last", "working_days": "yes"},
        {"repeat": "dates", "on": "15/6/2022, 15/11/2022, 15/6/2025", "covers": "since last"},
    ],
)
def test_what_comes_after_a_period_is_as_if_all_were_asked_for(cells: dict[str, str]) -> None:
    found = schedule(from_="2022-01-01", until="2030-12-31", **cells)
    whole = occurrences(found)
    for n, known in enumerate(whole):
        assert occurrences(found, after=known.due_at.astimezone(UTC)) == whole[n + 1 :]


# --- times by kind of units ------------------------------------------------------------------------


def test_communes_by_nine_and_districts_by_ten() -> None:
    found = Schedule.from_rows(
        [
            {"repeat": "daily", "from": "2022-12-16", "until": "2022-12-30", "due": "9:00", "covers": "24h",
             "closes": "12h", "kinds": "xã, phường"},
            {"due": "10:00", "kinds": "huyện", "closes": "48h"},
        ]
    )  # fmt: skip
    assert found.kinds == ("xã", "phường", "huyện")
    occurrence, own = next(found.openings(ZONE, opened_by=local("2022-12-16T00:00")))
    assert said(occurrence.due_at) == "16/12/2022 10:00"
    assert said(occurrence.opens_at) == "15/12/2022 10:00"
    assert [(o.kinds, said(o.due_at), said(o.closes_at)) for o in own] == [
        (("xã", "phường"), "16/12/2022 09:00", "16/12/2022 21:00")
    ]


def test_communes_on_the_twelfth_and_districts_on_the_fifteenth() -> None:
    rows = [
        {"repeat": "monthly", "on": "15", "from": "2022-01-13", "until": "2022-12-31", "due": "10:00",
         "covers": "month", "opens": "24h", "closes": "48h", "kinds": "huyện", "working days": "yes"},
        {"on": "12", "due": "16:00", "kinds": "xã"},
    ]  # fmt: skip
    found = Schedule.from_rows(rows)
    opened = list(found.openings(ZONE, opened_by=local("2022-03-01T00:00"), holidays=HOLIDAYS))
    # 15/1 and 12/2 were Saturdays; 12/1 is before the campaign, but belongs to its first period.
    assert [(said(o.due_at), said(own[0].due_at)) for o, own in opened] == [
        ("17/01/2022 10:00", "12/01/2022 16:00"),
        ("15/02/2022 10:00", "14/02/2022 16:00"),
    ]
    # It opens before the first of them is due.
    assert [said(o.opens_at) for o, _ in opened] == ["11/01/2022 16:00", "13/02/2022 16:00"]


def test_moved_to_another_day_the_dates_move_with_it() -> None:
    found = schedule(repeat="dates", on="15/6/2022, 15/11/2022", from_="2022-06-01", covers="since last")
    moved = found.moved_to(date(2026, 6, 1))
    assert (moved.on, moved.last) == (("2026-06-15", "2026-11-15"), date(2026, 11, 15))
    opened = schedule(repeat="once", from_="2022-06-10", opens="2022-06-05", covers="24h").moved_to(date(2022, 7, 10))
    assert opened.opens_on == date(2022, 7, 5)
    monthly = schedule(repeat="monthly", on="15", covers="month", **YEAR).moved_to(date(2023, 1, 2))
    assert (monthly.on, monthly.first, monthly.due) == (("15",), date(2023, 1, 2), time(10))


def test_calendar_spans_follow_each_other() -> None:
    found = occurrences(schedule(repeat="monthly", on="5", covers="last month", working_days="yes", **YEAR))
    assert len(found) == 12
    assert all(earlier.covers_to == later.covers_from for earlier, later in pairwise(found))
