"""Buckets that refill: how long one waits, and that nobody in a hurry does."""

from __future__ import annotations

import pytest

from bot import rates
from bot.rates import LIMITS, Limit, Open, Rates


class Seconds:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Seconds:
    return Seconds()


def counted(time: Seconds, **limits: Limit) -> Rates:
    return Rates(limits, time)


def test_what_is_in_the_bucket_may_be_done_at_once(time: Seconds) -> None:
    counts = counted(time, message=Limit(3, 30))
    assert [counts.take("message", "lan") for _ in range(3)] == [0, 0, 0]
    assert counts.take("message", "lan") > 0
    assert counts.take("message", "minh") == 0, "each has a bucket of their own"


def test_after_a_refusal_all_is_refused_until_the_time_that_was_said(time: Seconds) -> None:
    """Or a later line would overtake the one that waits."""
    counts = counted(time, message=Limit(10, 10))
    for _ in range(10):
        counts.take("message", "lan")
    wait = counts.take("message", "lan")
    time.now += wait - 0.5
    assert 0 < counts.take("message", "lan") <= 0.5
    time.now += 0.5
    assert counts.take("message", "lan") == 0


def test_a_bucket_holds_no_more_than_it_holds(time: Seconds) -> None:
    counts = counted(time, message=Limit(2, 2))
    time.now += 1000
    assert [counts.take("message", "lan") > 0 for _ in range(3)] == [False, False, True]


def test_what_is_known_afterwards_may_make_a_debt(time: Seconds) -> None:
    counts = counted(time, bytes=Limit(100, 100))
    assert counts.wait("bytes", "lan") == 0
    counts.owe("bytes", "lan", 150)
    assert counts.wait("bytes", "lan") == 51
    time.now += 50
    assert counts.wait("bytes", "lan") > 0, "nothing is worth waiting for"
    time.now += 1
    assert counts.wait("bytes", "lan") == 0


def test_memory_has_an_end(time: Seconds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "REMEMBERED", 2)
    counts = counted(time, message=Limit(1, 1000))
    for who in ("lan", "minh"):
        assert counts.take("message", who) == 0
    assert counts.take("message", "lan") > 0
    counts.take("message", "hoa")
    assert counts.take("message", "lan") > 0, "the one unused longest was forgotten, not the newest"
    assert counts.take("message", "minh") == 0


@pytest.mark.parametrize("pause", [0.7, 1.0, 3.0])
def test_a_person_in_a_hurry_meets_no_limit(time: Seconds, pause: float) -> None:
    """Forty taps of a report as fast as thumbs go, then as fast as one reads."""
    counts = Rates(now=time)
    for tap in range(300):
        assert counts.take("message", "lan") == 0
        time.now += pause if tap >= 40 or pause >= 1 else 0.3
        if pause < 1 and tap > 100:
            break


def test_an_office_of_many_behind_one_address_meets_no_limit(time: Seconds) -> None:
    counts = Rates(now=time)
    for _ in range(96 * 10):
        assert counts.take("message/ip", "203.0.113.7") == 0
        assert counts.take("socket/ip", "203.0.113.7") == 0
    assert set(LIMITS) >= {"message", "message/ip", "upload", "upload/ip", "bytes", "files", "enter", "enter/ip"}


def test_so_many_at_once_and_no_more() -> None:
    windows = Open(2)
    assert [windows.enter("lan") for _ in range(3)] == [True, True, False]
    assert windows.enter("minh")
    windows.leave("lan")
    assert windows.enter("lan")
