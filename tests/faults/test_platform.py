"""Telegram or Zalo is away, slow, cuts the line or asks for patience: nothing is lost, and nothing is twice but what is
in doubt, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.emulating.faults import ALWAYS
from tests.faults.kit import MINUTE, SEND, Place, opened, texts, until

pytestmark = pytest.mark.sqlite("a bot on an SQLite file; faults of a PostgreSQL: test_postgres.py")

HELP = "trợ giúp"
ANSWER = "/baocao"


@pytest.fixture(params=["telegram", "zalo"])
async def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    async with opened(tmp_path, monkeypatch, request.param) as running:
        yield running


def reminded(place: Place, words: str) -> list[int]:
    """How many messages with these words each reporter has."""
    return [sum(words in text for text in texts(person)) for person in place.people]


async def test_away_for_an_hour(place: Place) -> None:
    """People write meanwhile, and a reminder comes due: all of it is there when the platform is back, once."""
    await place.time_is("16/12 07:55")
    await place.emulator.goes_away()
    for person in place.people:
        await person.says(HELP)
    await place.passes(60)
    status, facts = await place.health()
    assert (status, facts["ok"], facts[place.channel], facts["waiting"]) == (503, False, "away", 3)
    assert "TryLater" in facts["undelivered"][place.channel]
    tries = await place.sends("TryLater")
    assert tries >= 3 * 11
    assert await place.metric(f'danvan_channel_failing_seconds{{channel="{place.channel}"}}') >= 50 * 60

    await place.emulator.comes_back()
    await place.time_is(place.clock.moment + MINUTE)
    await until(lambda: reminded(place, ANSWER) == [1] * 3 and reminded(place, "2 giờ") == [1] * 3)
    await place.passes(10)
    status, facts = await place.health()
    assert (status, facts[place.channel], facts["waiting"], facts["undelivered"]) == (200, "works", 0, {})
    assert (reminded(place, ANSWER), reminded(place, "2 giờ")) == ([1] * 3, [1] * 3)


async def test_one_slow_answer_holds_up_nobody_else(place: Place) -> None:
    slow, *others = place.people
    gate = place.emulator.faults.hold(SEND, where=lambda params: params.text("chat_id") == str(slow.id))
    await slow.says(HELP)
    await gate.arrived()
    for person in others:
        await person.says(HELP)
    await until(lambda: reminded(place, ANSWER)[1:] == [1, 1])
    assert (await place.health())[0] == 200
    assert not reminded(place, ANSWER)[0]
    gate.open()
    await until(lambda: reminded(place, ANSWER) == [1, 1, 1])


async def test_a_line_that_is_cut_after_the_message_was_taken(place: Place) -> None:
    """In doubt: seen twice at most, and never not at all. The others are seen once."""
    place.emulator.faults.cut_after(SEND, times=2)
    for person in place.people:
        await person.says(HELP)
    await until(lambda: all(reminded(place, ANSWER)))
    await place.quiet()
    assert (await place.sends("InDoubt")) >= 2
    await place.passes(10)
    assert sorted(reminded(place, ANSWER)) == [1, 2, 2]
    assert place.query("select count(*) from outbox where state <> 'sent'") == [(0,)]


async def test_an_update_whose_answer_got_lost_is_done_once(place: Place) -> None:
    """The line breaks after updates were handed out: on Telegram they come again, Zalo hands out what is left."""
    place.emulator.faults.cut_before("getUpdates", times=3)
    await place.people[0].says(HELP)
    await place.people[0].says(HELP)
    await until(lambda: place.emulator.faults.unused == 0 and reminded(place, ANSWER)[0] >= 1)
    await place.passes(10)
    assert reminded(place, ANSWER)[0] == 2


async def test_asked_for_patience_for_minutes(place: Place) -> None:
    """It is asked again no sooner than it said, and then all goes out once; what people write is taken meanwhile."""
    refuse = place.emulator.faults.refuse
    wait, more = (30, {"retry_after": 30}) if place.channel == "telegram" else (300, {})
    refuse(SEND, 429, times=ALWAYS, **more)
    before = len(place.emulator.calls.of(SEND))
    for person in place.people:
        await person.says(HELP)
    waiting = "select count(*) from outbox where state = 'waiting' and attempts > 0"
    await until(lambda: place.query(waiting) == [(3,)])
    first = len(place.emulator.calls.of(SEND))
    await place.time_is(place.clock.moment)
    assert len(place.emulator.calls.of(SEND)) == first
    await place.passes(15, step=1)
    calls = len(place.emulator.calls.of(SEND)) - before
    assert calls <= 3 * (1 + 15 * 60 // wait)
    status, facts = await place.health()
    assert (status, facts["waiting"]) == (503, 3)
    assert any("TryLater" in why for why in facts["undelivered"].values())
    assert (await place.sends("TryLater")) >= calls

    place.emulator.faults.clear()
    await place.passes(10)
    assert reminded(place, ANSWER) == [1, 1, 1]
    assert (await place.health())[0] == 200
