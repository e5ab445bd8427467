"""The clock steps back and forth, by hours and days, and the time zone changes between two starts: no reminder and no
digest is sent twice, none is left out that a right clock would have sent, and the register stays right."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.steady import SteadyClock
from reporting.register import rebuild_check
from storage.uow import UnitOfWork
from tests.faults.kit import Place, opened, running, texts

pytestmark = pytest.mark.sqlite("a bot on an SQLite file; faults of a PostgreSQL: test_postgres.py")

STEPS = ("2 giờ", "30 phút", "quá hạn")


def told(place: Place, words: str) -> list[int]:
    """How many messages with these words each reporter has."""
    return [sum(words in text for text in texts(person)) for person in place.people]


def digests(place: Place) -> Counter[str]:
    """How often the leader got the digest of each period, by its first line."""
    return Counter(text.split("\n")[0] for text in texts(place.leader) if "/13" in text)


async def all_is_right(place: Place) -> None:
    """Of the ledger: a row for each unit and period, no period twice, totals that are the sums."""
    twice = "select count(*) from (select 1 from {} group by {} having count(*) > 1)"
    assert place.query(twice.format("period", "form_id, name")) == [(0,)]
    assert place.query(twice.format("expected_report", "period_id, unit_id")) == [(0,)]
    assert place.query("select count(*) from outbox where state not in ('sent', 'failed')") == [(0,)]
    ((periods,),) = place.query("select count(distinct period_id) from expected_report")
    assert place.query("select count(*) from expected_report") == [(13 * periods,)]
    async with place.app.db.read() as conn:
        assert await rebuild_check(UnitOfWork(conn, place.app.clock.now())) == []


async def test_jumps_that_are_taken_back_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours and days, forth and back, each for some minutes: the reminders and the digest go out at their time."""
    random = Random(8)
    async with opened(
        tmp_path, monkeypatch, start="16/12 07:00", clock_of=lambda wild: SteadyClock(wild.now, wild.elapsed)
    ) as place:
        await place.passes(5)
        for before in ("07:55", "09:25", "10:00", "10:10"):
            await place.comes_to(f"16/12 {before}")
            jump = timedelta(hours=random.choice([-72, -26, -5, -1, 1, 3, 26, 72]))
            place.clock.moment += jump
            await place.app.jobs.tick()
            assert (await place.health())[1]["clock_off_seconds"] == jump.total_seconds()
            await place.passes(5)
            place.clock.moment -= jump
        assert [told(place, words) for words in STEPS] == [[1, 1, 1]] * 3
        assert list(digests(place).values()) == [1]
        await all_is_right(place)


async def test_a_clock_that_is_believed_though_it_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it says, nothing is twice: not a reminder, not a digest, not a period; what waits goes out."""
    random = Random(5)
    async with opened(tmp_path, monkeypatch, start="16/12 07:00") as place:
        for _ in range(15):
            place.clock.moment += timedelta(hours=random.choice([-30, -9, -3, -1, 1, 2, 4, 12, 26]))
            await place.app.jobs.tick()
            await place.quiet()
        await place.time_is("20/12 10:20")
        await place.quiet()
        reminders = Counter(text for person in place.people for text in texts(person) if any(w in text for w in STEPS))
        assert reminders
        assert set(digests(place).values()) == {1}
        assert place.query("select count(*) - count(distinct key) from outbox where key is not null") == [(0,)]
        await all_is_right(place)


async def test_what_waits_when_the_clock_is_put_back_goes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that was put off a little, or written, by a clock that was three hours ahead."""
    async with opened(tmp_path, monkeypatch) as place:
        await place.time_is("15/12 23:15")
        place.emulator.faults.refuse("sendMessage", 429, retry_after=30)
        await place.people[0].says("/trogiup")
        await place.emulator.calls.wait_for("sendMessage", len(place.emulator.calls.of("sendMessage")) + 1)
        await place.quiet()
        assert told(place, "/baocao") == [0, 0, 0]
        await place.time_is("15/12 20:16")
        await place.quiet()
        assert told(place, "/baocao") == [1, 0, 0]
        assert place.query("select count(*) from outbox where state = 'waiting'") == [(0,)]


async def test_another_time_zone_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is open keeps its moments; what opens from then on is due by the new clock on the wall."""
    async with opened(tmp_path, monkeypatch, start="16/12 07:00") as place:
        await place.comes_to("16/12 08:00")
        assert [told(place, words) for words in STEPS] == [[1] * 3, [0] * 3, [0] * 3]
        clock, emulator, people, leader = place.clock, place.emulator, place.people, place.leader
        settings = place.app.settings
        await place.app.stop()
        async with running(settings.model_copy(update={"timezone": "Asia/Tokyo"}), clock, emulator) as moved:
            moved.people, moved.leader = people, leader
            await moved.comes_to("16/12 08:15", "16/12 09:30", "16/12 10:05", "16/12 10:15")
            assert [told(moved, words) for words in STEPS] == [[1] * 3] * 3
            # Ten o'clock in Tokyo is eight in Hà Nội.
            await moved.comes_to("17/12 06:00", "17/12 07:30", "17/12 08:05", "17/12 08:15", "17/12 10:15")
            assert [told(moved, words) for words in STEPS] == [[2] * 3] * 3
            assert list(digests(moved).values()) == [1, 1]
            due = moved.query("select name, substr(due_at, 12, 5) from period order by due_at limit 2")
            assert due == [("2022-12-16", "03:00"), ("2022-12-17", "01:00")]
            await all_is_right(moved)
