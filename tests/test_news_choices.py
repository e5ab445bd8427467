"""Topics of news that somebody does not want: one tap under a letter, and one tap back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from handlers.news import choices
from reporting.news import audience
from storage import erasing, opt_outs, privacy
from tests.support.story import world_after
from tests.support.world import ZONE, World


async def _lan(world: World) -> None:
    await world.load()
    await world.joins("Lan", "K7QM-2XPD", "TN-BC", "reporter")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_lan, tmp_path, datetime(2022, 12, 16, 8, 18, tzinfo=ZONE)) as world:
        yield world


async def _unwanted(world: World) -> set[str]:
    async with world.unit_of_work() as uow:
        found = await opt_outs.of_person(uow, 1)
        assert {topic for topic in choices.TOPICS if await opt_outs.wanting_not(uow, topic)} == found
        return found


async def test_one_tap_and_one_tap_back(world: World) -> None:
    for _ in range(2):
        ((_, shown),) = await world.happens("Lan", action="nt/off/campaign", message_id="7")
        assert "không gửi Tin chiến dịch nữa" in shown.text
        assert shown.reply.replaces is None
        assert await _unwanted(world) == {"campaign"}
    await world.presses("Lan", "Nhận lại")
    assert await _unwanted(world) == set()
    assert await world.query("SELECT count(*) FROM audit WHERE action = 'person.news'") == [(2,)]


@pytest.mark.parametrize("action", ["nt", "nt/off", "nt/off/duty", "nt/off/stories", "nt/x/general"])
async def test_there_is_no_topic_of_duties(world: World, action: str) -> None:
    assert await world.happens("Lan", action=action)
    assert await _unwanted(world) == set()
    assert await world.query("SELECT count(*) FROM failed_update") == [(0,)]


def test_each_choice_is_of_news_that_come() -> None:
    """Good examples go to groups and digests: nobody gets them for themselves, so nobody can do without them."""
    assert set(choices.TOPICS) == {audience.topic_of(None), audience.topic_of(1)}


async def test_a_choice_goes_with_the_person(world: World) -> None:
    await world.happens("Lan", action="nt/off/general")
    async with world.unit_of_work() as uow:
        assert [row["topic"] for row in (await privacy.collect(uow, 1))["unwanted"]] == ["general"]
        await erasing.erase(uow, 1)
    assert await world.query("SELECT count(*) FROM opt_out") == [(0,)]
