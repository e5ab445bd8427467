"""How fast messages go, measured on a loop whose time jumps instead of passing."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.channels.base import Pace
from bot.delivery.pace import TALKING, Bucket, Pacer, Window, weight_of

REPLY, PUSH = 0, 10
CLOSE = 1e-6
"""Seconds by which a sum of floats may be off."""


class _Jumping(selectors.DefaultSelector):
    """When nothing is ready, the time until the next timer has passed at once."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "everybody waits, and nothing will ever happen"
            self.now += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def jumping(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine in time that jumps."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(work())


def now() -> float:
    return asyncio.get_running_loop().time()


def pacer(pace: Pace) -> Pacer:
    return Pacer(pace, now)


async def passing(pacer: Pacer, *messages: tuple[str, bool, int]) -> list[tuple[float, str]]:
    """Messages that stand there together (chat, is it a group, priority): when each went, in order."""
    went: list[tuple[float, str]] = []

    async def go(chat: str, group: bool, priority: int) -> None:
        await pacer.pass_through(chat, group=group, priority=priority)
        went.append((now(), chat))

    await asyncio.gather(*(go(*message) for message in messages))
    return went


def most_within(span: float, moments: list[float]) -> int:
    """The most that went in any window of so many seconds."""
    return max(sum(1 for other in moments if start <= other < start + span - CLOSE) for start in moments)


@pytest.mark.parametrize("rate", [1, 7, 30])
def test_no_window_of_a_second_has_more_than_the_limit(rate: int) -> None:
    async def work() -> None:
        went = await passing(pacer(Pace(per_second=rate)), *((f"chat {n}", False, PUSH) for n in range(4 * rate)))
        moments = [moment for moment, _ in went]
        assert most_within(1, moments) == rate
        assert moments[-1] == pytest.approx((4 * rate - 1) / rate)

    jumping(work)


def test_a_quiet_time_saves_nothing_up() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=10, chat_per_second=1))
        await limits.pass_through("Lan", group=False, priority=PUSH)
        await asyncio.sleep(60)
        went = await passing(limits, *((f"chat {n}", False, PUSH) for n in range(30)))
        assert most_within(1, [moment for moment, _ in went]) == 10

    jumping(work)


def test_a_chat_has_a_limit_of_its_own() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=30, chat_per_second=2))
        moments = []
        for _ in range(6):
            await limits.pass_through("Lan", group=False, priority=REPLY)
            moments.append(now())
        assert most_within(1, moments) == 2
        assert moments[-1] == pytest.approx(2.5)

    jumping(work)


def test_a_group_has_a_limit_by_the_minute() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=30, chat_per_second=1, group_per_minute=20))
        moments = []
        for _ in range(50):
            await limits.pass_through("-100", group=True, priority=PUSH)
            moments.append(now())
        assert most_within(60, moments) == 20

    jumping(work)


@pytest.mark.parametrize("per_minute", [20, 20 * 0.96])
@pytest.mark.parametrize("weights", [[10], [8], [1], [10, 1, 1, 8, 1], [1] * 15 + [10]], ids=str)
def test_no_minute_of_a_group_has_more_pictures_than_the_limit(per_minute: float, weights: list[int]) -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=30, group_per_minute=per_minute))
        moments: list[float] = []
        for weight in weights * (100 // sum(weights)):
            await limits.pass_through("-100", group=True, priority=PUSH, weight=weight)
            moments += [now()] * weight
        assert most_within(60, moments) <= 20
        assert moments[-1] < 60 * len(moments) / 10

    jumping(work)


def test_an_album_is_one_message_to_a_person_and_to_the_limit_of_all() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=10, chat_per_second=1, group_per_minute=20))
        for _ in range(3):
            await limits.pass_through("Lan", group=False, priority=PUSH, weight=10)
        assert now() == pytest.approx(2.0)
        for place in range(10):
            await limits.pass_through(f"-{place}", group=True, priority=PUSH, weight=10)
        assert now() == pytest.approx(3.0)

    jumping(work)


def test_an_album_larger_than_the_limit_goes_at_last() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=10, group_per_minute=5))
        for _ in range(2):
            await limits.pass_through("-100", group=True, priority=PUSH, weight=10)
        assert now() == pytest.approx(60)

    jumping(work)


def test_a_group_that_had_its_fill_rests_until_there_is_room_for_one() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=30, group_per_minute=20))
        await limits.pass_through("-100", group=True, priority=PUSH, weight=10)
        assert limits.resting() == {"-100": pytest.approx(3)}
        await asyncio.sleep(10)
        assert limits.resting() == {}
        await limits.pass_through("-100", group=True, priority=PUSH, weight=10)
        assert limits.resting() == {"-100": pytest.approx(50)}

    jumping(work)


def test_what_a_window_counts_is_forgotten_after_its_minute() -> None:
    moment = 0.0
    window = Window(20, lambda: moment)
    window.spend(15)
    moment = 30.0
    window.spend(5)
    assert [window.wait(weight) for weight in (1, 15, 16, 20)] == [30, 30, 60, 60]
    moment = 60.0
    assert [window.wait(weight) for weight in (15, 16)] == [0, 30]


@pytest.mark.parametrize(
    ("reply", "weight"),
    [
        ({"text": "x"}, 1),
        ({"text": "x", "photo": ["p/1", "a.jpg"]}, 1),
        ({"text": "x", "photo": ["p/1", "a.jpg"], "document": ["u/1", "a.pdf"]}, 2),
        ({"text": "x", "photos": [["p/1", "a.jpg"]] * 10, "document": ["u/1", "a.pdf"]}, 11),
        ({"text": "x", "photos": [["p/1", "a.jpg"]] * 10, "replaces": "1,2", "only_edit": True}, 1),
        ({"text": "", "deletes": "1,2,3"}, 1),
    ],
)
def test_what_a_reply_weighs(reply: dict[str, object], weight: int) -> None:
    assert weight_of(reply) == weight


def test_a_chat_that_waits_keeps_no_other_waiting() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=30, chat_per_second=1))
        await limits.pass_through("Lan", group=False, priority=REPLY)
        went = await passing(limits, ("Lan", False, REPLY), ("Minh", False, PUSH), ("Hoa", False, PUSH))
        assert [chat for _, chat in went] == ["Minh", "Hoa", "Lan"]
        assert went[1][0] < 0.1

    jumping(work)


def test_who_asks_right_after_the_news_waits_for_the_chats_second_only() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=30, chat_per_second=1).times(0.96))
        news = asyncio.create_task(passing(limits, *((f"chat {n}", False, PUSH) for n in range(100))))
        await asyncio.sleep(1)
        asked = now()
        await limits.pass_through("chat 25", group=False, priority=REPLY)
        assert now() - asked <= 1.05
        await news

    jumping(work)


def test_a_message_that_stood_in_line_keeps_its_distance_from_its_own_departure() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=0.5, chat_per_second=1))
        await passing(limits, ("first", False, PUSH), ("Lan", False, PUSH))
        assert now() == pytest.approx(2.0)
        assert limits.resting() == {"Lan": pytest.approx(1.0)}

    jumping(work)


def test_news_leave_a_chat_alone_in_which_somebody_is_talking() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=30, chat_per_second=1))
        await limits.pass_through("Lan", group=False, priority=REPLY)
        await passing(limits, ("Minh", False, PUSH), ("Hoa", False, PUSH))
        assert limits.resting() == {
            "Lan": pytest.approx(TALKING - 2 / 30),
            "Minh": pytest.approx(1 - 1 / 30),
            "Hoa": pytest.approx(1),
        }
        await asyncio.sleep(TALKING)
        assert limits.resting() == {}

    jumping(work)


def test_a_reply_overtakes_the_pushes_that_wait() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=10))
        pushes = asyncio.create_task(passing(limits, *((f"chat {n}", False, PUSH) for n in range(20))))
        await asyncio.sleep(0.5)
        asked = now()
        await limits.pass_through("Lan", group=False, priority=REPLY)
        assert now() - asked <= 0.1 + CLOSE
        went = await pushes
        assert went[-1][0] == pytest.approx(2.0)
        assert [chat for _, chat in went] == [f"chat {n}" for n in range(20)]

    jumping(work)


def test_who_gives_up_takes_nobodys_turn() -> None:
    async def work() -> None:
        limits = pacer(Pace(per_second=1))
        await limits.pass_through("first", group=False, priority=PUSH)
        impatient = asyncio.create_task(limits.pass_through("gone", group=False, priority=PUSH))
        waiting = asyncio.create_task(limits.pass_through("Lan", group=False, priority=PUSH))
        await asyncio.sleep(0.1)
        impatient.cancel()
        await waiting
        assert now() == pytest.approx(1.0)

    jumping(work)


def test_without_limits_nobody_waits() -> None:
    async def work() -> None:
        went = await passing(pacer(Pace()), *(("Lan", False, PUSH) for _ in range(500)))
        went += await passing(pacer(Pace()), *(("-100", True, PUSH) for _ in range(500)))
        assert [moment for moment, _ in went] == [0.0] * 1000

    jumping(work)


def test_a_bucket_says_how_long_to_wait() -> None:
    moment = 100.0
    bucket = Bucket(4, 1, lambda: moment)
    waits: list[float] = []
    for _ in range(3):
        waits.append(bucket.wait())
        bucket.spend()
    assert waits == [0, 0.25, 0.5]
    moment += 0.5
    assert bucket.wait() == pytest.approx(0.25)
    moment += 100
    assert bucket.wait() == 0
    bucket.spend()
    assert bucket.wait() == pytest.approx(0.25)
