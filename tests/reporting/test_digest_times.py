"""The sheet `digest`: what its rows say, and when the digests of weeks, months and the whole have come due."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest

from reporting.planning.digest_times import DigestTime, SummaryTime, Sums, read_digest
from reporting.planning.periods import NO_LIST, CellError, Schedule
from reporting.planning.summing import due_summaries
from tests.reporting.words import ZONE

DAILY = {
    "repeat": "daily", "from": "2022-12-16", "until": "2022-12-30", "due": "10:00", "covers": "24h", "closes": "48h",
    "kinds": "huyện",
}  # fmt: skip


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def row(**cells: str) -> Any:
    return read_digest(cells, time(10))


def test_a_row_of_each_period_is_as_ever() -> None:
    assert row(at="10:15", to="leader, officer", groups="yes", lead="participants") == DigestTime(
        900, ("leader", "officer"), True, "participants"
    )
    assert row(repeat="mỗi kỳ", at="10:15", kinds="tỉnh, huyện") == DigestTime(
        900, ("leader",), False, "", ("tỉnh", "huyện")
    )


@pytest.mark.parametrize(
    ("cells", "sums", "on"),
    [
        ({"repeat": "weekly"}, Sums.WEEKLY, ("MO",)),
        ({"repeat": "hằng tuần", "on": "chủ nhật"}, Sums.WEEKLY, ("SU",)),
        ({"repeat": "Monthly"}, Sums.MONTHLY, ("1",)),
        ({"repeat": "tháng", "on": "last"}, Sums.MONTHLY, ("-1",)),
        ({"repeat": "cuối đợt"}, Sums.END, ()),
    ],
)
def test_a_row_of_several_periods(cells: dict[str, str], sums: Sums, on: tuple[str, ...]) -> None:
    assert row(at="17:00", to="officer", groups="có", **cells) == SummaryTime(sums, time(17), on, ("officer",), True)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"repeat": "hourly", "at": "10:15"}, "repeat"),
        ({"at": "10:15", "on": "monday"}, "on"),
        ({"repeat": "end", "at": "10:15", "on": "monday"}, "on"),
        ({"repeat": "weekly", "at": "10:15", "on": "someday"}, "on"),
        ({"repeat": "weekly", "at": "soon"}, "at"),
        ({"at": "10:15", "too": "leader"}, "too"),
    ],
)
def test_a_row_that_cannot_be(cells: dict[str, str], column: str) -> None:
    with pytest.raises(CellError) as caught:
        row(**cells)
    assert caught.value.column == column


def scheduled(**cells: str) -> Schedule:
    return replace(Schedule.from_cells(DAILY), summaries=(row(**cells),))


def test_a_schedule_keeps_them_and_an_old_one_has_none() -> None:
    schedule = scheduled(repeat="weekly", at="17:00", on="sunday", kinds="tỉnh", lead="participants")
    assert schedule.summaries[0].lead == "participants"
    assert Schedule.from_json(schedule.to_json()) == schedule
    assert "summaries" not in Schedule.from_cells(DAILY).to_json()


def due(schedule: Schedule, now: str) -> list[tuple[str, str]]:
    """Their steps, and since when they are due."""
    found = due_summaries(schedule, moment(now), ZONE, NO_LIST)
    return [(one.step, f"{one.at.astimezone(ZONE):%d/%m %H:%M}") for one in found]


@pytest.mark.parametrize(
    ("on", "now", "found"),
    [
        # The 18th, the 25th of December 2022 are Sundays; the last report is due on Friday the 30th.
        ("sunday", "2022-12-18 16:59", []),
        ("sunday", "2022-12-18 17:00", [("digest/weekly/2022-W50", "18/12 17:00")]),
        ("sunday", "2022-12-25 16:59", [("digest/weekly/2022-W50", "18/12 17:00")]),
        ("sunday", "2022-12-25 17:00", [("digest/weekly/2022-W51", "25/12 17:00")]),
        ("sunday", "2023-01-01 17:00", [("digest/weekly/2022-W52", "01/01 17:00")]),
        ("", "2022-12-19 16:59", []),
        ("", "2022-12-19 17:00", [("digest/weekly/2022-W50", "19/12 17:00")]),
        # As soon as all of the week is due.
        ("friday", "2022-12-30 17:00", [("digest/weekly/2022-W52", "30/12 17:00")]),
        # A week later it is no news any more.
        ("sunday", "2023-01-08 17:01", []),
    ],
)
def test_a_week_is_told_when_all_of_it_is_due(on: str, now: str, found: list[tuple[str, str]]) -> None:
    assert due(scheduled(repeat="weekly", at="17:00", on=on), now) == found


@pytest.mark.parametrize(
    ("on", "now", "found"),
    [
        ("", "2022-12-31 23:00", []),
        ("", "2023-01-01 08:00", [("digest/monthly/2022-12", "01/01 08:00")]),
        ("30", "2022-12-30 10:00", [("digest/monthly/2022-12", "30/12 10:00")]),
        ("", "2023-01-29 08:01", []),
    ],
)
def test_a_month_is_told_when_all_of_it_is_due(on: str, now: str, found: list[tuple[str, str]]) -> None:
    at = "10:00" if on else "08:00"
    assert due(scheduled(repeat="monthly", at=at, on=on), now) == found


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2023-01-01 10:29", []),
        # Reports of the 30th are taken until the 1st, 10:00.
        ("2023-01-01 10:30", [("digest/end", "01/01 10:30")]),
        ("2023-02-01 10:30", [("digest/end", "01/01 10:30")]),
        ("2023-03-10 10:30", []),
    ],
)
def test_the_whole_is_told_when_the_last_report_has_been_taken(now: str, found: list[tuple[str, str]]) -> None:
    assert due(scheduled(repeat="end", at="10:30"), now) == found


def test_nobody_is_woken_by_a_summary() -> None:
    assert due(scheduled(repeat="weekly", at="23:00", on="sunday"), "2022-12-19 06:00") == [
        ("digest/weekly/2022-W50", "19/12 06:00")
    ]
