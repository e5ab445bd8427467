"""Old personal links go, and nobody is let in or put out by that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from handlers.organisation.web_links import personal_link, web_account
from reporting.organisation.web_links import may_speak
from storage import updates, web_links
from storage.uow import Row, UnitOfWork
from storage.updates import RULES
from tests.bot.kit import at, member
from tests.support.world import World

RULE = next(rule for rule in RULES if rule.of.name == "web_link")


@pytest.fixture
async def uow(world: World) -> AsyncIterator[UnitOfWork]:
    await member(world, "Lan", "TN-BC")
    async with world.unit_of_work() as uow:
        yield uow


async def given(world: World, uow: UnitOfWork, browser: str = "", *, by_hand: bool = False) -> None:
    """A link for a day, opened by this browser."""
    await personal_link(world.office, uow, 1, days=1, sent_to=None if by_hand else 1)
    if browser:
        await web_links.bind(uow, (await links(uow))[-1]["id"], browser)


async def links(uow: UnitOfWork) -> list[Row]:
    account = await web_account(uow, 1)
    assert account
    return await web_links.of_address(uow, account["address"])


async def pruned(uow: UnitOfWork, moment: datetime) -> list[int]:
    """The links that are left, by their places in the order in which they were made."""
    before = [link["id"] for link in await links(uow)]
    later = UnitOfWork(uow.conn, moment)
    await updates.drop(later, RULE, await updates.old(later, RULE))
    left = {link["id"] for link in await links(uow)}
    return [place for place, link in enumerate(before) if link in left]


async def test_a_link_that_newer_ones_followed_goes_after_its_time(world: World, uow: UnitOfWork) -> None:
    for browser in ("", "phone", "desk", "phone", ""):
        await given(world, uow, browser)
    soon = uow.now + timedelta(days=1) + RULE.keep
    assert await pruned(uow, soon) == [0, 1, 2, 3, 4]
    # The last of each browser stays, and the last of all.
    assert await pruned(uow, soon + timedelta(minutes=1)) == [2, 3, 4]
    for browser in ("phone", "desk"):
        assert may_speak(await links(uow), browser)


async def test_who_was_put_out_stays_out(world: World, uow: UnitOfWork) -> None:
    await given(world, uow, "lost phone")
    await given(world, uow, "new phone", by_hand=True)
    await given(world, uow)
    assert await pruned(uow, at("2030-01-01 00:00")) == [0, 1, 2]
    assert not may_speak(await links(uow), "lost phone")
    assert not may_speak(await links(uow), "another")
