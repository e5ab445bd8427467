"""How fast one person may write: nobody in a hurry meets it, a program does, and is told so once a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import rates
from bot.app import App
from bot.channels.base import NotTaken
from bot.media.store import BadFileError
from bot.rates import Limit, Rates
from bot.tempo import NO_TEMPO, TOO_FAST, Tempo
from handlers.events import Incoming, Membership
from tests.bot.kit import photo
from tests.days import town
from tests.security.conftest import START
from tests.security.kit import examples
from tests.support.beside import Hold, be_impatient
from tests.support.world import TurnedClock, World
from tests.telegram.emulator import TelegramEmulator


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    @property
    def at(self) -> datetime:
        """The moment at which what is said now is sent."""
        return START + timedelta(seconds=self.now)


@pytest.fixture
def time() -> Seconds:
    return Seconds()


def line(who: str = "lan", channel: str = "telegram", **more: object) -> Incoming:
    return replace(Incoming(channel, who, who, "k", START, text="3"), **more)  # type: ignore[arg-type]


def press(**more: object) -> Incoming:
    return line(text=None, action="cmd/baocao", **more)


def outcomes(tempo: Tempo, *lines: Incoming) -> str:
    """. done, ! answered with a word about the haste, - left undone."""
    passed = [tempo.passed(one) for one in lines]
    return "".join("-" if one is None else "!" if one.hurried else "." for one in passed)


@pytest.mark.parametrize("one", [line, press])
def test_a_flood_is_stopped_and_told_once(one: Callable[..., Incoming], time: Seconds) -> None:
    tempo = Tempo(now=time)
    assert outcomes(tempo, *[one(at=time.at)] * 45) == "." * 40 + "!" + "-" * 4
    time.now += 11
    assert outcomes(tempo, *[one(at=time.at)] * 20) == "." * 11 + "-" * 9
    time.now += 60
    assert outcomes(tempo, *[one(at=time.at)] * 50).count("!") == 1


def test_what_waited_in_an_outage_is_no_haste(time: Seconds) -> None:
    """A hundred lines in an hour come in one burst when the bot is back."""
    said = [line(at=START + timedelta(seconds=36 * number)) for number in range(100)]
    time.now += 3600
    assert outcomes(Tempo(now=time), *said) == "." * 100


def test_a_flood_that_waited_in_an_outage_is_one_still(time: Seconds) -> None:
    tempo = Tempo(now=time)
    said = [line(at=START + timedelta(seconds=number // 10)) for number in range(1000)]
    assert outcomes(tempo, *said).count(".") <= 40 + 100
    time.now += 3600
    assert outcomes(tempo, line(at=time.at)) == ".", "who flooded then may speak now"


def test_a_clock_that_is_put_back_shuts_nobody_out(time: Seconds) -> None:
    tempo = Tempo(now=time)
    outcomes(tempo, *[line(at=time.at)] * 50)
    time.now -= 36_000
    assert outcomes(tempo, line(at=time.at)) != ".", "nor does it forgive"
    time.now += 20
    assert outcomes(tempo, *[line(at=time.at)] * 10) == "." * 10


def test_it_is_counted(time: Seconds) -> None:
    before = TOO_FAST.labels("zalo")._value.get()
    outcomes(Tempo(now=time), *[line(channel="zalo")] * 50)
    assert TOO_FAST.labels("zalo")._value.get() - before == 10


@pytest.mark.parametrize("pause", [0.3, 0.5, 0.7, 1.0])
def test_a_person_in_a_hurry_never_meets_it(time: Seconds, pause: float) -> None:
    """A report of forty taps as fast as thumbs go, and then another one after a breath."""
    tempo = Tempo(now=time)
    for _ in range(5):
        for _ in range(40):
            assert outcomes(tempo, line(at=time.at)) == "."
            time.now += pause
        time.now += 30


def test_an_album_of_ten_in_the_middle_of_a_report_does_not_meet_it(time: Seconds) -> None:
    tempo = Tempo(now=time)
    assert outcomes(tempo, *[line(at=time.at)] * 20, *[line(at=time.at, text=None)] * 10) == "." * 30
    time.now += 10
    assert outcomes(tempo, *[line(at=time.at, text=None)] * 10) == "." * 10


def test_a_rush_of_many_people_does_not_meet_it(time: Seconds) -> None:
    tempo = Tempo(now=time)
    rush = [line(f"{number}") for _ in range(20) for number in range(3321)]
    assert set(outcomes(tempo, *rush)) == {"."}


def test_each_has_their_own_and_groups_are_apart(time: Seconds) -> None:
    tempo = Tempo(now=time)
    chatter = line(is_group=True, chat="-1")
    assert outcomes(tempo, *[chatter] * 60) == "." * 40 + "-" * 20, "in a group nobody is told"
    assert outcomes(tempo, line(), line("minh"), line(channel="zalo")) == "..."


def test_what_is_no_line_of_theirs_is_not_counted(time: Seconds) -> None:
    """That somebody blocked the bot, or that it was put into a group, must not be missed; the web page has limits of
    its own and keeps what waits."""
    tempo = Tempo(now=time)
    outcomes(tempo, *[line()] * 50)
    assert outcomes(tempo, line(text=None, membership=Membership.REMOVED)) == "."
    assert outcomes(tempo, *[line(channel="web")] * 100) == "." * 100
    assert outcomes(NO_TEMPO, *[line()] * 100) == "." * 100


def test_memory_has_an_end(time: Seconds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "REMEMBERED", 100)
    tempo = Tempo(now=time)
    for number in range(1000):
        tempo.passed(line(str(number)))
    assert len(tempo._said._buckets) == 100


@examples(30)
@given(st.lists(st.floats(0, 3), min_size=50, max_size=300))
def test_nobody_gets_more_than_they_may(pauses: list[float]) -> None:
    """However it is spread: forty, and one for each second."""
    time = Seconds()
    tempo, done = Tempo(now=time), 0
    for pause in pauses:
        time.now += pause
        done += outcomes(tempo, line(at=time.at)) == "."
    assert done <= 40 + sum(pauses) + 1


# --- in the whole bot ------------------------------------------------------------------------------


@pytest.fixture
async def world(tmp_path: Path) -> World:
    return World(tmp_path, START)


async def test_a_flood_is_acknowledged_answered_once_and_not_done(world: World) -> None:
    world.intake._tempo = Tempo(at_once=3)
    async with world:
        lines = [world.incoming("lan", text=f"{number}") for number in range(20)]
        await asyncio.wait_for(asyncio.gather(*map(world.intake.take, lines)), 10)
        heard = [shown.text for _, shown in await world.send()]
        assert len(heard) == 4
        assert "gửi nhanh quá" in heard[-1]
        assert await world.query("SELECT count(*) FROM seen_update") == [(4,)]


async def test_a_hundred_lines_of_an_hour_without_the_bot_are_all_done(tmp_path: Path) -> None:
    """Telegram kept them, with the moment at which each was sent."""
    clock = TurnedClock(START)
    async with TelegramEmulator(clock=lambda: clock.now().timestamp()) as emulator:
        lan = emulator.person("Lan")
        for _ in range(100):
            await lan.says("/trogiup")
            clock.turn_to(clock.now() + timedelta(seconds=36))
        app = App(town.settings(tmp_path, emulator).model_copy(update={"take_at_once": 40}), clock)
        await app.start()
        try:
            async with asyncio.timeout(20):
                while len(lan.messages) < 100:
                    await asyncio.sleep(0.01)
        finally:
            await app.stop()
    assert not [shown for shown in lan.messages if "gửi nhanh quá" in shown.text]


async def test_a_database_that_is_away_is_no_haste(
    tmp_path: Path, time: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not taken comes again, as often as it must: it counts once."""
    be_impatient(monkeypatch)
    world = World(tmp_path, START)
    tempo = world.intake._tempo = Tempo(at_once=3, now=time)
    async with world:
        async with Hold(world.db):
            for _ in range(6):
                with pytest.raises(NotTaken):
                    await world.intake.take(line())
        await world.intake.take(line())
    assert outcomes(tempo, line(), line(), line()) == "..!"


@pytest.mark.parametrize("limits", [{"files": Limit(2, 86400)}, {"bytes": Limit(1, 86400)}])
async def test_nobody_fills_the_disk_over_a_platform(world: World, limits: dict[str, Limit]) -> None:
    """A picture too many is lost on the way, as one that is none; the others' go on."""
    world.media._rates = Rates({"files": Limit(100, 86400), "bytes": Limit(10**9, 86400), **limits})
    async with world:
        kept = 0
        with pytest.raises(BadFileError):
            for _ in range(5):
                await world.media.keep_photo(photo(), "telegram:4711")
                kept += 1
        assert kept in (1, 2)
        await world.media.keep_photo(photo(), "telegram:4712")
        await world.media.keep_photo(photo(), "pack:tay-ninh")
