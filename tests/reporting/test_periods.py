"""A schedule: read from cells as a clerk writes them, kept as JSON, turned into periods."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporting.planning.periods import CellError, DigestTime, Occurrence, Schedule, Step
from tests.reporting.words import ZONE

DAILY = {
    "repeat": "daily", "from": "2022-12-16", "until": "2022-12-30", "due": "10:00", "covers": "24h", "closes": "48h",
    "kinds": "huyện, thị xã,thành phố", "nothing": "yes",
}  # fmt: skip
NO_SPAN = "is not a length of time such as 24h or 2d, or one of since last, month, last month …"
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3600


def occurrences(schedule: Schedule, until: str, zone: ZoneInfo = ZONE) -> list[Occurrence]:
    return list(schedule.occurrences(zone, opened_by=datetime.fromisoformat(until).replace(tzinfo=zone)))


def vietnam(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def the_error(cells: Mapping[str, str]) -> str:
    with pytest.raises(CellError) as caught:
        Schedule.from_cells(cells)
    return str(caught.value)


# --- periods ---------------------------------------------------------------------------------------


def test_a_daily_period() -> None:
    first = occurrences(Schedule.from_cells(DAILY), "2022-12-16T09:00")[0]
    assert first == Occurrence(
        name="2022-12-16",
        covers_from=vietnam("2022-12-15T10:00"),
        covers_to=vietnam("2022-12-16T10:00"),
        opens_at=vietnam("2022-12-15T10:00"),
        due_at=vietnam("2022-12-16T10:00"),
        closes_at=vietnam("2022-12-18T10:00"),
    )


def test_the_days_follow_without_gap_to_the_last() -> None:
    found = occurrences(Schedule.from_cells(DAILY), "2023-02-01T00:00")
    assert [o.name for o in found] == [f"2022-12-{day}" for day in range(16, 31)]
    assert all(later.covers_from == earlier.covers_to for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    ("moment", "count"),
    [("2022-12-15T09:59:59", 0), ("2022-12-15T10:00", 1), ("2022-12-16T09:59:59", 1), ("2022-12-16T10:00", 2)],
)
def test_a_period_opens_when_what_it_covers_begins(moment: str, count: int) -> None:
    assert len(occurrences(Schedule.from_cells(DAILY), moment)) == count


def test_the_moment_may_be_in_another_zone() -> None:
    schedule = Schedule.from_cells(DAILY)
    assert len(list(schedule.occurrences(ZONE, opened_by=datetime(2022, 12, 15, 3, 0, tzinfo=UTC)))) == 1
    assert not list(schedule.occurrences(ZONE, opened_by=datetime(2022, 12, 15, 2, 59, 59, tzinfo=UTC)))


def test_once_is_one_period_whatever_until_says() -> None:
    schedule = Schedule.from_cells({**DAILY, "repeat": "once", "covers": "180d", "closes": "0h"})
    (only,) = occurrences(schedule, "2023-02-01T00:00")
    assert (only.name, only.covers_from) == ("2022-12-16", vietnam("2022-06-19T10:00"))
    assert only.closes_at == only.due_at


def test_without_until_it_ends_on_its_first_day() -> None:
    cells = {name: cell for name, cell in DAILY.items() if name != "until"}
    assert [o.name for o in occurrences(Schedule.from_cells(cells), "2023-02-01T00:00")] == ["2022-12-16"]


@pytest.mark.parametrize(
    ("first", "short_or_long"),
    [("2023-03-24", timedelta(hours=23)), ("2023-10-27", timedelta(hours=25))],
)
def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change(first: str, short_or_long: timedelta) -> None:
    last = date.fromisoformat(first) + timedelta(days=3)
    schedule = Schedule.from_cells({**DAILY, "from": first, "until": last.isoformat()})
    found = occurrences(schedule, "2024-01-01T00:00", BERLIN)
    assert {o.due_at.astimezone(BERLIN).time() for o in found} == {time(10)}
    spans = [o.covers_to.astimezone(UTC) - o.covers_from.astimezone(UTC) for o in found]
    assert spans == [timedelta(hours=24), timedelta(hours=24), short_or_long, timedelta(hours=24)]
    assert all(later.covers_from == earlier.covers_to for earlier, later in pairwise(found))


# --- moving and keeping ----------------------------------------------------------------------------


def test_moved_to_another_day_it_is_as_long_and_all_else_stays() -> None:
    schedule = full_schedule()
    moved = schedule.moved_to(date(2026, 2, 27))
    assert (moved.first, moved.last) == (date(2026, 2, 27), date(2026, 3, 13))
    assert replace(moved, first=schedule.first, last=schedule.last) == schedule


def full_schedule() -> Schedule:
    schedule = Schedule.from_cells(DAILY)
    steps = (Step("two-hours", -2 * HOUR, "reporter"), Step("overdue", 300, "reporter"))
    return replace(schedule, reminders=steps, digest=DigestTime(900, ("leader", "officer"), True, "participants"))


def test_what_was_kept_before_there_were_other_rhythms_is_read_and_written_as_it_was() -> None:
    """Else the next load would make a new version of every form."""
    kept = {
        "repeat": "daily", "first": "2022-12-16", "last": "2022-12-30", "due": "10:00", "covers": 86400,
        "closes": 172800, "kinds": ["huyện", "thị xã"], "nothing": True,
        "reminders": [{"name": "overdue", "after": 300, "to": "reporter"}],
        "digest": {"after": 900, "to": ["leader"], "groups": True, "lead": "participants"},
    }  # fmt: skip
    schedule = Schedule.from_json(kept)
    assert json.loads(json.dumps(schedule.to_json())) == kept
    assert len(occurrences(schedule, "2023-02-01T00:00")) == 15


@pytest.mark.parametrize("schedule", [full_schedule(), Schedule.from_cells({**DAILY, "nothing": "no"})])
def test_json_and_back(schedule: Schedule) -> None:
    assert Schedule.from_json(json.loads(json.dumps(schedule.to_json()))) == schedule


# --- cells -----------------------------------------------------------------------------------------


def test_cells_as_written() -> None:
    assert Schedule.from_cells(DAILY) == Schedule(
        repeat="daily", first=date(2022, 12, 16), last=date(2022, 12, 30), due=time(10), covers=24 * HOUR,
        closes=48 * HOUR, kinds=("huyện", "thị xã", "thành phố"), nothing=True,
    )  # fmt: skip


def test_cells_as_excel_gives_them() -> None:
    cells = {**DAILY, "from": "2022-12-16T00:00:00", "until": "2022-12-30 00:00:00", "due": "09:30:00"}
    schedule = Schedule.from_cells(cells)
    assert (schedule.first, schedule.last, schedule.due) == (date(2022, 12, 16), date(2022, 12, 30), time(9, 30))


def test_days_and_lengths_as_people_here_write_them() -> None:
    said = Schedule.from_cells(
        {**DAILY, "from": "16/12/2022", "until": "30/12/2022", "covers": "1 ngày", "closes": "2 ngày"}
    )
    assert said == Schedule.from_cells(DAILY)


def test_a_column_that_the_sheet_does_not_have_is_named() -> None:
    assert the_error({**DAILY, "untill": "2022-12-30"}).startswith("column untill: '2022-12-30' is not in a column of")
    assert Schedule.from_cells({**DAILY, "untill": " ", "note": "theo Kế hoạch 17"}) == Schedule.from_cells(DAILY)


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("repeat", "hourly", "'hourly' is not one of once, dates, daily, weekly, monthly, quarterly, yearly"),
        ("from", "", "'' is not filled in"),
        ("from", "31/11/2022", "'31/11/2022' is not a day such as 2022-12-16"),
        ("from", "1022-12-16", "'1022-12-16' is not a day such as 2022-12-16"),
        ("from", "2022-12-161", "'2022-12-161' is not a day such as 2022-12-16"),
        ("until", "2022-12-15", "'2022-12-15' is not a day from 2022-12-16 on"),
        ("until", "cuối năm", "'cuối năm' is not a day such as 2022-12-16"),
        ("due", "", "'' is not filled in"),
        ("due", "10h", "'10h' is not a time such as 10:00"),
        ("due", "10:000", "'10:000' is not a time such as 10:00"),
        ("due", "25:00", "'25:00' is not a time such as 10:00"),
        ("covers", "một ngày", f"'một ngày' {NO_SPAN}"),
        ("covers", "-24h", f"'-24h' {NO_SPAN}"),
        ("covers", "99999d", f"'99999d' {NO_SPAN}"),
        ("covers", "0h", f"'0h' {NO_SPAN}"),
        ("closes", "-1h", "'-1h' is not a length of time such as 24h or 2d"),
        ("kinds", " ", "'' is not filled in"),
        ("kinds", " , ", "',' is not filled in"),
        ("nothing", "maybe", "'maybe' is not one of yes, no"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(column: str, cell: str, expected: str) -> None:
    assert the_error({**DAILY, column: cell}) == f"column {column}: {expected}"


@pytest.mark.parametrize(("cell", "time_"), [("9:05", time(9, 5)), (" 10:00 ", time(10)), ("23:59", time(23, 59))])
def test_times_as_people_write_them(cell: str, time_: time) -> None:
    assert Schedule.from_cells({**DAILY, "due": cell}).due == time_


@pytest.mark.parametrize(
    ("when", "seconds"), [("-2h", -2 * HOUR), ("-30m", -1800), ("5m", 300), ("+1d", 24 * HOUR), ("- 15 m", -900)]
)
def test_a_reminder_before_or_after(when: str, seconds: int) -> None:
    assert Step.from_cells({"step": "s", "when": when}) == Step("s", seconds, "reporter")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"step": "", "when": "5m"}, "column step: '' is not filled in"),
        ({"step": "s", "when": "soon"}, "column when: 'soon' is not a length of time such as 24h, -30m or 2d"),
        (
            {"step": "s", "when": "5m", "to": "everybody"},
            "column to: 'everybody' is not one of reporter, second, leader, parent",
        ),
    ],
)
def test_a_reminder_that_cannot_be_read(cells: dict[str, str], expected: str) -> None:
    with pytest.raises(CellError) as caught:
        Step.from_cells(cells)
    assert str(caught.value) == expected


def digest_from(**cells: str) -> DigestTime:
    return DigestTime.from_cells(cells, time(10))


def test_a_digest() -> None:
    read = digest_from(at="10:15", to="leader, officer", groups="Yes", lead="participants")
    assert read == DigestTime(900, ("leader", "officer"), True, "participants")
    assert digest_from(at="10:00") == DigestTime(0, ("leader",), False, "")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"at": "9:59"}, "column at: '9:59' is not a time at or after the due time 10:00"),
        ({"at": ""}, "column at: '' is not filled in"),
        ({"at": "10:15", "to": "leader, oficer"}, "column to: 'oficer' is not one of leader, officer, admin"),
    ],
)
def test_a_digest_that_cannot_be_read(cells: dict[str, Any], expected: str) -> None:
    with pytest.raises(CellError) as caught:
        digest_from(**cells)
    assert str(caught.value) == expected
