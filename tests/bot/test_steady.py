"""The bot's clock follows the system's, but not its jumps, unless they last."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.steady import BELIEVED_AFTER, OFF, SteadyClock

NOON = datetime(2022, 12, 16, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class System:
    """A machine whose clock can be wrong."""

    def __init__(self) -> None:
        self.ticks, self.wrong = 1000.0, timedelta(0)
        self.clock = SteadyClock(self.wall, lambda: self.ticks)
        self.goes_on(10)

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.ticks - 1000) + self.wrong

    def right(self) -> datetime:
        return self.wall() - self.wrong

    def goes_on(self, minutes: float) -> datetime:
        """The bot's time so much later."""
        self.ticks += minutes * 60
        return self.clock.now()


@pytest.fixture
def system() -> System:
    return System()


def test_it_follows_and_lets_itself_be_put_right_little_by_little(system: System) -> None:
    for _ in range(100):
        system.wrong += timedelta(seconds=2)
        assert system.goes_on(1) == system.wall()
    assert system.clock.off == timedelta(0)


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(hours=2), -timedelta(hours=2), -timedelta(days=30)])
def test_a_jump_that_is_taken_back_has_not_been(system: System, jump: timedelta) -> None:
    system.wrong = jump
    for _ in range(9):
        assert system.goes_on(1) == system.right()
    assert system.clock.off == jump
    assert OFF._value.get() == jump.total_seconds()
    system.wrong = timedelta(0)
    assert system.goes_on(60) == system.wall()
    assert (system.clock.off, OFF._value.get()) == (timedelta(0), 0)


@pytest.mark.parametrize("jump", [timedelta(days=3), -timedelta(hours=2)])
def test_a_jump_that_lasts_is_followed(system: System, jump: timedelta) -> None:
    system.wrong = jump
    system.goes_on(0)
    assert system.goes_on(BELIEVED_AFTER / 60 - 1) == system.right()
    assert system.goes_on(1) == system.wall()
    assert system.goes_on(60) == system.wall()


def test_back_and_forth_is_believed_at_no_time(system: System) -> None:
    for number in range(60):
        system.wrong = timedelta(hours=3 * (-1) ** number)
        assert system.goes_on(1) == system.right()


def test_a_machine_that_learns_the_time_after_its_start_is_followed_at_once() -> None:
    system = System()
    system.clock = SteadyClock(system.wall, lambda: system.ticks)
    system.wrong = timedelta(days=400)
    assert system.goes_on(1) == system.wall()


def test_the_machines_own_clocks_are_taken() -> None:
    assert abs(SteadyClock().now() - datetime.now(UTC)) < MINUTE
