"""The time that the working out of one answer may take: the processor's, for this form alone."""

from __future__ import annotations

import pytest

from forms import budget
from forms.budget import Budget, TooMuchWorkError


class Clocks:
    """Of the wall and of the processor, which the test turns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.work = 100.0, 5.0
        monkeypatch.setattr(budget, "perf_counter", lambda: self.wall)
        monkeypatch.setattr(budget, "thread_time", lambda: self.work)

    def passes(self, spent: Budget, seconds: float, share: float = 1.0) -> None:
        """Time goes by in small steps, of which a share is work; at each the budget is asked."""
        for _ in range(round(seconds * 10)):
            self.wall += 0.1
            self.work += 0.1 * share
            spent.check()


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    return Clocks(monkeypatch)


def test_it_is_used_up_by_work(clocks: Clocks) -> None:
    spent = Budget(2)
    clocks.passes(spent, 1.9)
    with pytest.raises(TooMuchWorkError):
        clocks.passes(spent, 0.3)


def test_a_machine_that_is_busy_with_others_takes_nothing_from_it(clocks: Clocks) -> None:
    spent = Budget(2)
    clocks.passes(spent, 15, share=0.1)
    with pytest.raises(TooMuchWorkError):
        clocks.passes(spent, 10, share=0.1)


def test_each_answer_has_its_own(clocks: Clocks) -> None:
    spent = Budget(2)
    for _ in range(5):
        spent.begin()
        clocks.passes(spent, 1.5)


def test_what_is_done_for_others_meanwhile_is_not_on_its_account(clocks: Clocks) -> None:
    """A draft may be kept in memory while a thousand others are answered."""
    spent = Budget(2)
    clocks.passes(spent, 1)
    clocks.wall += 60
    clocks.work += 55
    clocks.passes(spent, 1.5)
    with pytest.raises(TooMuchWorkError):
        clocks.passes(spent, 1)
