"""The `deadlines` sheet as a clerk fills it in: what is understood, and what is said of what is not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, time

import pytest

from reporting.planning.periods import CellError, KindDeadline, Schedule
from reporting.planning.spans import Span

BASE = {"from": "2022-01-01", "until": "2022-12-31", "due": "10:00", "closes": "48h", "kinds": "xã"}
DAY, HOUR = 86400, 3600


def read(**cells: str) -> Schedule:
    named = {name.strip("_").replace("_", " "): cell for name, cell in cells.items()}
    return Schedule.from_cells({**BASE, **named})


@pytest.mark.parametrize(
    ("repeat", "cell", "codes"),
    [
        ("weekly", "T2", ("MO",)),
        ("weekly", "thứ hai, Thứ Sáu", ("MO", "FR")),
        ("weekly", "CN; thứ 5", ("TH", "SU")),
        ("weekly", "Monday, T3", ("MO", "TU")),
        ("weekly", "T2-T4, T7", ("MO", "TU", "WE", "SA")),
        ("weekly", "thứ tư đến thứ sáu", ("WE", "TH", "FR")),
        ("monthly", "15", ("15",)),
        ("monthly", "ngày 5", ("5",)),
        ("monthly", "10, 25", ("10", "25")),
        ("monthly", "cuối tháng", ("-1",)),
        ("monthly", "Last", ("-1",)),
        ("monthly", "thứ năm cuối", ("-1TH",)),
        ("monthly", "thứ hai đầu tháng", ("1MO",)),
        ("monthly", "third wednesday", ("3WE",)),
        ("quarterly", "15", ("15/3",)),
        ("quarterly", "5/1", ("5/1",)),
        ("quarterly", "2026-03-15", ("15/3",)),
        ("quarterly", "cuối quý", ("-1/3",)),
        ("quarterly", "last friday/2", ("-1FR/2",)),
        ("yearly", "25/3", ("25/3",)),
        ("yearly", "2026-03-25", ("25/3",)),
        ("yearly", "29/2", ("29/2",)),
        ("yearly", "cuối năm", ("-1/12",)),
        ("yearly", "last/6", ("-1/6",)),
        ("dates", "15/11/2022, 2022-06-15", ("2022-06-15", "2022-11-15")),
    ],
)
def test_days_in_a_clerks_words(repeat: str, cell: str, codes: tuple[str, ...]) -> None:
    assert read(repeat=repeat, on=cell, covers="2d").on == codes


@pytest.mark.parametrize(
    ("cell", "covers"),
    [
        ("24h", DAY), ("1w", 7 * DAY), ("2 tuần", 14 * DAY), ("36 giờ", 36 * HOUR), ("since last", Span.SINCE_LAST),
        ("Từ lần trước", Span.SINCE_LAST), ("month", Span.MONTH), ("tháng trước", Span.LAST_MONTH),
        ("last  month", Span.LAST_MONTH),
    ],
)  # fmt: skip
def test_what_a_report_covers(cell: str, covers: int | Span) -> None:
    assert read(repeat="monthly", on="15", covers=cell).covers == covers


@pytest.mark.parametrize(
    ("cells", "moves"),
    [
        ({}, ""),
        ({"working_days": "no"}, ""),
        ({"working_days": "không", "moves": "no"}, ""),
        ({"working_days": "yes"}, "next"),
        ({"working_days": "có", "moves": "previous"}, "previous"),
        ({"moves": "previous"}, "previous"),
        ({"moves": "no"}, ""),
    ],
)
def test_where_a_due_day_on_a_holiday_goes(cells: dict[str, str], moves: str) -> None:
    assert read(repeat="monthly", on="15", covers="month", **cells).moves == moves


def test_days_that_come_again_so_soon_fall_away() -> None:
    assert read(repeat="daily", covers="24h", working_days="yes").moves == "no"
    assert read(repeat="weekly", on="T2", covers="1w", working_days="yes", moves="no").moves == "no"


@pytest.mark.parametrize(
    ("cells", "column", "expected"),
    [
        ({"repeat": "weekly"}, "on", "filled in"),
        ({"repeat": "weekly", "on": "T8"}, "on", "a day of the week such as T2, thứ hai, Monday or T2-T6"),
        ({"repeat": "weekly", "on": "T6-T2"}, "on", "a day of the week such as T2, thứ hai, Monday or T2-T6"),
        ({"repeat": "daily", "weekdays": "T2-"}, "weekdays", "a day of the week such as T2, thứ hai, Monday or T2-T6"),
        ({"repeat": "daily", "on": "T2"}, "on", "empty where repeat is daily (the column is weekdays)"),
        ({"repeat": "monthly", "on": "1", "weekdays": "T2"}, "weekdays", "empty where repeat is monthly"),
        ({"repeat": "monthly", "on": "32"}, "on", "a day of the month such as 15, last or last friday"),
        ({"repeat": "monthly", "on": "0"}, "on", "a day of the month such as 15, last or last friday"),
        ({"repeat": "monthly", "on": "15/3"}, "on", "a day of the month such as 15, last or last friday"),
        ({"repeat": "monthly", "on": "hằng ngày"}, "on", "a day of the month such as 15, last or last friday"),
        ({"repeat": "quarterly", "on": "15/4"}, "on", "a day of a month of the quarter"),
        ({"repeat": "yearly", "on": "15"}, "on", "a day of the year such as 25/3, last or last friday/10"),
        ({"repeat": "yearly", "on": "15/13"}, "on", "a day of the year such as 25/3, last or last friday/10"),
        ({"repeat": "yearly", "on": "30/2"}, "on", "a day of the year such as 25/3, last or last friday/10"),
        ({"repeat": "dates", "on": "15/6"}, "on", "a day such as 2022-12-16"),
        ({"repeat": "dates", "on": "31/12/2021"}, "on", "a day from 2022-01-01 on"),
        ({"repeat": "once", "on": "1/2/2022, 2/2/2022"}, "on", "one day only"),
        ({"repeat": "weekly", "on": "T2", "until": ""}, "until", "filled in"),
        ({"repeat": "weekly", "on": "T2", "until": "2022-01-02"}, "until", "a day by which the form is due"),
        ({"repeat": "weekly", "on": "T2", "covers": "month"}, "covers", "since last, week, last week or a"),
        ({"repeat": "weekly", "on": "T2, T4", "covers": "week"}, "covers", "since last or a length: it is due"),
        ({"repeat": "once", "covers": "since last"}, "from", "a day before the first that is due"),
        ({"repeat": "monthly", "on": "1", "opens": "2022-01-01"}, "opens", "a length of time such as 24h, or a day"),
        ({"repeat": "once", "opens": "2022-01-02"}, "opens", "a length of time such as 24h, or a day"),
        ({"repeat": "once", "opens": "sớm"}, "opens", "a length of time such as 24h, 1w or"),
        ({"repeat": "once", "opens": "0h"}, "opens", "a length of time such as 24h, 1w or"),
        ({"repeat": "once", "grace": "49h"}, "grace", "at most what stands in closes (48h)"),
        ({"repeat": "once", "grace": "-1m"}, "grace", "a length of time such as 15m"),
        ({"repeat": "once", "working_days": "often"}, "working days", "one of yes, no"),
        ({"repeat": "daily", "weekdays": "T7, CN", "working_days": "yes"}, "working days", "no: it is due at weekends"),
        ({"repeat": "once", "moves": "later"}, "moves", "one of next, previous, no"),
        ({"repeat": "once", "moves": "next", "working_days": "no"}, "working days", "yes, which moves next needs"),
        ({"repeat": "once", "moves": "no", "working_days": "yes"}, "moves", "next or previous: once, none may"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_its_column(cells: dict[str, str], column: str, expected: str) -> None:
    with pytest.raises(CellError) as caught:
        read(**{"covers": "24h", **cells})
    assert caught.value.column == column
    assert f"is not {expected}" in str(caught.value)


@pytest.mark.parametrize(("cell", "grace"), [("15m", 900), ("15 phút", 900), ("", 0), ("48h", 48 * HOUR)])
def test_grace(cell: str, grace: int) -> None:
    assert read(repeat="once", covers="24h", grace=cell).grace == grace


# --- several rows ----------------------------------------------------------------------------------

FIRST = {"repeat": "daily", **BASE, "covers": "24h", "grace": "15m"}


def the_error(rows: Sequence[Mapping[str, str]]) -> tuple[int, str]:
    with pytest.raises(CellError) as caught:
        Schedule.from_rows(rows)
    return caught.value.row, str(caught.value)


def test_one_row_is_as_from_its_cells() -> None:
    assert Schedule.from_rows([FIRST]) == Schedule.from_cells(FIRST)


@pytest.mark.parametrize("turned", [False, True])
def test_the_periods_own_time_is_the_latest_whatever_the_order(turned: bool) -> None:
    rows = [{**FIRST, "due": "9:00"}, {**FIRST, "kinds": "huyện", "due": "10:00", "closes": "24h"}]
    found = Schedule.from_rows(rows[::-1] if turned else rows)
    assert (found.due, found.closes, set(found.kinds)) == (time(10), DAY, {"xã", "huyện"})
    assert found.others == (KindDeadline(("xã",), time(9), 2 * DAY),)


def test_rows_of_dates_go_together_by_their_place() -> None:
    found = Schedule.from_rows(
        [
            {**FIRST, "repeat": "dates", "on": "10/6/2022, 10/11/2022", "kinds": "xã"},
            {"on": "15/6/2022, 15/11/2022", "kinds": "huyện"},
        ]
    )
    assert found.on == ("2022-06-15", "2022-11-15")
    assert found.others[0].on == ("2022-06-10", "2022-11-10")
    assert found.moved_to(date(2022, 1, 2)).others[0].on == ("2022-06-11", "2022-11-11")


@pytest.mark.parametrize(
    ("second", "error"),
    [
        ({"due": "9:00"}, "column kinds: 'xã' is not in one row only"),
        ({"kinds": "huyện, xã"}, "column kinds: 'xã' is not in one row only"),
        ({"kinds": "huyện", "due": "9h"}, "column due: '9h' is not a time such as 10:00"),
        ({"kinds": "huyện", "grace": "30m"}, "column grace: '30m' is not as in the first row"),
        ({"kinds": "huyện", "until": "2022-11-30"}, "column until: '2022-11-30' is not as in the first row"),
    ],
)
def test_rows_that_do_not_go_together(second: dict[str, str], error: str) -> None:
    assert the_error([FIRST, second]) == (1, error)


def test_each_day_needs_its_day_in_the_other_row() -> None:
    monthly = {**FIRST, "repeat": "monthly", "covers": "since last"}
    one, two = {**monthly, "on": "15"}, {"on": "10, 25", "kinds": "huyện"}
    assert the_error([one, two]) == (1, "column on: '10, 25' is not one day for each day of the first row")


@pytest.mark.parametrize(
    "found",
    [
        read(repeat="monthly", on="thứ sáu cuối", covers="last month", opens="1w", grace="15m", moves="previous"),
        read(repeat="once", on="2022-04-27", covers="since last", opens="2022-04-01"),
        Schedule.from_rows([FIRST, {"kinds": "huyện", "due": "11:30", "closes": "1w"}]),
    ],
)
def test_json_and_back(found: Schedule) -> None:
    assert Schedule.from_json(json.loads(json.dumps(found.to_json()))) == found
