"""What is true of every schedule, whatever a clerk writes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from reporting.planning.holidays import read_holidays
from reporting.planning.periods import Occurrence, Schedule
from reporting.planning.recurrence import UNITS, Repeat
from reporting.planning.spans import Span, read_name
from tests.reporting.words import ZONE
from tests.support.examples import examples

HOLIDAYS = read_holidays(Path(__file__).parents[2] / "campaigns" / "holidays_vn.csv")
ZONES = st.sampled_from([ZONE, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")])
WEEKDAYS = st.lists(st.sampled_from(["T2", "T3", "T4", "T5", "T6", "T7", "CN"]), min_size=1, max_size=3, unique=True)
DAYS = st.sampled_from([*map(str, range(1, 32)), "cuối tháng", "thứ sáu cuối", "first monday"])
LENGTHS = st.sampled_from(["1h", "24h", "3d", "1w"])
FIRSTS = st.dates(date(2020, 1, 1), date(2028, 12, 31))
FAR = datetime(2040, 1, 1, tzinfo=UTC)


def one_on(repeat: Repeat) -> st.SearchStrategy[str]:
    """A cell that makes the form due once in each week, month …"""
    if repeat is Repeat.WEEKLY:
        return st.sampled_from(["T2", "T6", "CN"])
    if repeat is Repeat.QUARTERLY:
        return st.tuples(DAYS, st.integers(1, 3)).map(lambda found: f"{found[0]}/{found[1]}")
    if repeat is Repeat.YEARLY:
        return st.tuples(st.integers(1, 28), st.integers(1, 12)).map(lambda found: f"{found[0]}/{found[1]}")
    return DAYS if repeat is Repeat.MONTHLY else st.just("")


def on_of(repeat: Repeat) -> st.SearchStrategy[str]:
    if repeat in (Repeat.DAILY, Repeat.WEEKLY):
        return WEEKDAYS.map(", ".join)
    return st.lists(one_on(repeat), min_size=1, max_size=3).map(", ".join)


@st.composite
def schedules(draw: st.DrawFn, *, goes_on: bool = False) -> Schedule:
    """`goes_on`: such that each report is about what comes after the one before."""
    repeat = draw(st.sampled_from(list(UNITS)))
    first = draw(FIRSTS)
    spans = ["since last"]
    several = not goes_on and draw(st.booleans())
    if not several:
        spans += [str(UNITS[repeat]), f"last {UNITS[repeat]}"]
    covers = draw(st.sampled_from(spans) if goes_on else st.one_of(st.sampled_from(spans), LENGTHS))
    cells = {
        "repeat": repeat, "from": first.isoformat(), "until": (first + timedelta(days=800)).isoformat(),
        "due": draw(st.sampled_from(["00:00", "10:00", "23:59"])), "closes": "48h", "kinds": "xã", "covers": covers,
        "working days": draw(st.sampled_from(["yes", "no"])),
        "weekdays" if repeat is Repeat.DAILY else "on": draw(on_of(repeat) if several else one_on(repeat)),
    }  # fmt: skip
    if cells["working days"] == "yes":
        cells["moves"] = draw(st.sampled_from(["", "next", "previous"]))
    # At weekends, but on working days only: that is refused.
    assume(cells["working days"] == "no" or not {"T7", "CN"}.issuperset(cells.get("weekdays", "T2").split(", ")))
    if draw(st.booleans()):
        cells["opens"] = draw(LENGTHS)
    return Schedule.from_cells(cells)


def all_of(schedule: Schedule, zone: ZoneInfo, **more: datetime) -> list[Occurrence]:
    return list(schedule.occurrences(zone, opened_by=FAR, holidays=HOLIDAYS, **more))


@examples(300)
@given(schedules(), ZONES)
def test_periods_follow_each_other(schedule: Schedule, zone: ZoneInfo) -> None:
    found = all_of(schedule, zone)
    assert found
    for earlier, later in pairwise(found):
        assert earlier.name < later.name
        assert earlier.due_at < later.due_at
        assert earlier.opens_at <= later.opens_at
    for period in found:
        assert period.covers_from < period.covers_to
        assert period.opens_at < period.due_at <= period.closes_at
        assert read_name(period.name)


@examples(300)
@given(schedules(goes_on=True), ZONES)
def test_what_goes_on_has_no_gap_and_no_overlap(schedule: Schedule, zone: ZoneInfo) -> None:
    found = all_of(schedule, zone)
    assert all(earlier.covers_to == later.covers_from for earlier, later in pairwise(found))


@examples(200)
@given(schedules(), ZONES)
def test_due_days_are_working_days_in_their_time_where_that_is_asked_for(schedule: Schedule, zone: ZoneInfo) -> None:
    for period in all_of(schedule, zone):
        due = period.due_at.astimezone(zone)
        if schedule.moves:
            assert HOLIDAYS.is_working(due.date())
        else:
            assert schedule.first <= due.date() <= schedule.last
        # Where clocks are put forward, a time in the hour that is left out is an hour later.
        assert due.time() == schedule.due


@examples(150)
@given(schedules(), ZONES, st.data())
def test_caught_up_they_are_the_same_as_at_their_time(schedule: Schedule, zone: ZoneInfo, data: st.DataObject) -> None:
    whole = all_of(schedule, zone)
    n = data.draw(st.integers(0, len(whole) - 1))
    assert all_of(schedule, zone, after=whole[n].due_at) == whole[n + 1 :]
    at = whole[n].opens_at
    opened = list(schedule.occurrences(zone, opened_by=at, holidays=HOLIDAYS))
    assert opened == whole[: len(opened)]
    assert all(period.opens_at > at for period in whole[len(opened) :])


@examples(100)
@given(schedules())
def test_kept_and_read_again_it_is_the_same(schedule: Schedule) -> None:
    assert Schedule.from_json(schedule.to_json()) == schedule
    assert isinstance(schedule.covers, Span | int)
