"""Quiet hours: nothing is pushed at night, and nothing is put off by day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.planning.quiet import next_allowed
from tests.reporting.words import ZONE


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2022-12-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        ("16T21:29:59", "16T21:29:59"),
        ("16T21:30", "17T06:00"),
        ("16T23:59:59", "17T06:00"),
        ("17T00:00", "17T06:00"),
        ("17T05:59:59", "17T06:00"),
        ("17T06:00", "17T06:00"),
    ],
)
def test_from_half_past_nine_to_six(at: str, allowed: str) -> None:
    assert next_allowed(local(at), ZONE) == local(allowed)


def test_the_last_night_of_a_year() -> None:
    assert next_allowed(local("31T22:00"), ZONE) == datetime(2023, 1, 1, 6, tzinfo=ZONE)


def test_what_is_urgent_does_not_wait() -> None:
    assert next_allowed(local("16T23:00"), ZONE, urgent=True) == local("16T23:00")


def test_the_clocks_are_those_of_the_zone() -> None:
    assert next_allowed(datetime(2022, 12, 16, 15, tzinfo=UTC), ZONE) == local("17T06:00")
    assert next_allowed(datetime(2022, 12, 16, 14, tzinfo=UTC), ZONE) == local("16T21:00")


def test_hours_by_day_and_no_hours_at_all() -> None:
    noon = (time(11, 30), time(13))
    assert next_allowed(local("16T12:00"), ZONE, noon) == local("16T13:00")
    assert next_allowed(local("16T23:00"), ZONE, noon) == local("16T23:00")
    assert next_allowed(local("16T06:00"), ZONE, (time(6), time(6))) == local("16T06:00")


def test_the_morning_after_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = datetime(2023, 3, 25, 22, tzinfo=berlin)
    found = next_allowed(night, berlin)
    assert found == datetime(2023, 3, 26, 6, tzinfo=berlin)
    assert found.astimezone(UTC) - night.astimezone(UTC) == timedelta(hours=7)


TIMES = st.times().map(lambda at: at.replace(microsecond=0))
MOMENTS = st.integers(0, 50 * 365 * 86400).map(
    lambda seconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(MOMENTS, TIMES, TIMES)
def test_it_is_never_before_never_quiet_and_never_put_off_twice(at: datetime, begins: time, ends: time) -> None:
    found = next_allowed(at, ZONE, (begins, ends))
    assert at <= found <= at + timedelta(days=1)
    assert next_allowed(found, ZONE, (begins, ends)) == found
