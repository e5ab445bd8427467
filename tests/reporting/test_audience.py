"""Whom a broadcast reaches: by role, level, branch, language, campaign, what they owe, a list, and in groups."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from reporting.news import audience
from storage import broadcasts, opt_outs, people
from storage.tables import Account, Campaign, Conversation, ExpectedReport, ExpectedState, GroupChat, Unit
from storage.uow import UnitOfWork, table
from tests.support.story import world_after
from tests.support.world import ZONE, World

PACK = Path(__file__).parents[1] / "conversations" / "packs" / "approved"
START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)
WHO = {
    "Lan": ("TN-BC-LT", "reporter"), "Hoa": ("TN-BC-LK", "reporter"), "Minh": ("TN-BC", "reporter"),
    "Mai": ("TN-BC", "leader"), "Bình": ("TN", "officer"),
}  # fmt: skip


async def _everybody_is_there(world: World) -> None:
    await world.load(PACK)
    async with world.unit_of_work() as uow:
        for name, (code, role) in WHO.items():
            unit = await people.unit_by_code(uow, code)
            assert unit
            await people.join(uow, channel="test", address=name, name=name, unit_id=unit["id"], role=role)
        for chat, code, topics, language in (
            ("-news", "TN-BC", ["news"], "vi"), ("-quiet", "TN-BC-LT", ["digest"], "vi"), ("-en", "TN", ["news"], "en"),
        ):  # fmt: skip
            unit = await people.unit_by_code(uow, code)
            assert unit
            await uow.insert(
                GroupChat, channel="test", chat=chat, title=chat, unit_id=unit["id"], topics=topics, language=language
            )


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_everybody_is_there, tmp_path, START) as world:
        yield world


async def _unit(uow: UnitOfWork, code: str) -> int:
    unit = await people.unit_by_code(uow, code)
    assert unit
    unit_id: int = unit["id"]
    return unit_id


async def _reached(world: World, *, of: str = "TN", campaign: int | None = None, **conditions: Any) -> set[str]:
    """The chats that a broadcast of a unit with these conditions reaches; a unit in them by its code."""
    async with world.unit_of_work() as uow:
        if "unit" in conditions:
            conditions["unit"] = await _unit(uow, conditions["unit"])
        if "units" in conditions:
            conditions["units"] = [await _unit(uow, code) for code in conditions["units"]]
        row = {"unit_id": await _unit(uow, of), "campaign_id": campaign, "topic": audience.topic_of(campaign)}
        found = await audience.recipients(uow, {**row, "audience": conditions}, world.clock.now())
    assert len({(one.channel, one.chat) for one in found}) == len(found)
    return {one.chat for one in found}


EVERYBODY = set(WHO)


@pytest.mark.parametrize(
    ("conditions", "reached"),
    [
        ({}, set()),
        ({"unit": "TN"}, EVERYBODY),
        ({"roles": ["reporter"]}, {"Lan", "Hoa", "Minh"}),
        ({"roles": ["leader", "officer"]}, {"Mai", "Bình"}),
        ({"kinds": ["xã"]}, {"Lan", "Hoa"}),
        ({"kinds": ["huyện"], "roles": ["reporter"]}, {"Minh"}),
        ({"unit": "TN-BC-LT"}, {"Lan"}),
        ({"unit": "TN", "languages": ["en"]}, set()),
        ({"units": ["TN-BC-LK", "TN"]}, {"Hoa", "Bình"}),
        ({"units": []}, set()),
        ({"unit": "TN-BC", "groups": "too"}, {"Lan", "Hoa", "Minh", "Mai", "-news"}),
        ({"unit": "TN", "groups": "only"}, {"-news", "-en"}),
        ({"unit": "TN", "groups": "only", "languages": ["en"]}, {"-en"}),
        ({"kinds": ["tỉnh"], "groups": "too"}, {"Bình", "-en"}),
    ],
)
async def test_conditions(world: World, conditions: dict[str, Any], reached: set[str]) -> None:
    assert await _reached(world, **conditions) == reached


async def test_nobody_outside_the_authors_branch(world: World) -> None:
    assert await _reached(world, of="TN-BC", unit="TN") == EVERYBODY - {"Bình"}
    assert await _reached(world, of="TN-BC-LT", unit="TN-BC-LK", groups="too") == set()
    assert await _reached(world, of="TN-BC", units=["TN"]) == set()


async def test_who_has_not_reported(world: World) -> None:
    async with world.unit_of_work() as uow:
        lan = await _unit(uow, "TN-BC-LT")
        expected = table(ExpectedReport)
        await uow.run(
            update(expected).where(expected.c.unit_id == lan).values(state=ExpectedState.REPORTED.value)
        )  # fmt: skip
    assert await _reached(world, owing=1, roles=["reporter"]) == {"Hoa", "Minh"}
    assert await _reached(world, owing=1, groups="only") == {"-news"}


async def test_of_two_periods_the_one_whose_deadline_is_nearer(world: World) -> None:
    async with world.unit_of_work() as uow:
        now = await audience.current_period(uow, 1, START + timedelta(hours=4))
    assert now
    assert now["name"] == "2022-12-16"
    await world.time_is(START + timedelta(days=1, hours=-10))
    async with world.unit_of_work() as uow:
        later = await audience.current_period(uow, 1, world.clock.now())
        none = await audience.current_period(uow, 1, START + timedelta(days=60))
    assert later
    assert later["name"] == "2022-12-16"
    assert none is None
    assert await _reached(world, owing=99) == set()


async def test_a_campaign_is_for_the_units_that_take_part(world: World) -> None:
    assert await _reached(world, campaign=1, roles=["reporter"]) == {"Lan", "Hoa", "Minh"}
    async with world.unit_of_work() as uow:
        await uow.run(update(table(Campaign)).values(unit_id=await _unit(uow, "TN-BC-LT")))
    assert await _reached(world, campaign=1, unit="TN") == {"Lan"}


async def test_who_wants_none_of_it_is_left_out_of_that_topic_alone(world: World) -> None:
    async with world.unit_of_work() as uow:
        lan = (await uow.people([("test", "Lan")]))["test", "Lan"]["person_id"]
        await opt_outs.set_wanted(uow, lan, audience.GENERAL, wanted=False)
    assert await _reached(world, roles=["reporter"]) == {"Hoa", "Minh"}
    assert await _reached(world, campaign=1, roles=["reporter"]) == {"Lan", "Hoa", "Minh"}


@pytest.mark.parametrize(
    ("conditions", "unwilling"),
    [
        ({"unit": "TN", "roles": ["reporter"]}, ["Lan"]),
        ({"unit": "TN", "groups": "too"}, ["Lan"]),
        ({"unit": "TN", "groups": "only"}, []),
        ({"roles": ["leader"]}, []),
        ({}, []),
    ],
)
async def test_who_is_meant_and_wants_none_of_it(
    world: World, conditions: dict[str, Any], unwilling: list[str]
) -> None:
    async with world.unit_of_work() as uow:
        lan = (await uow.people([("test", "Lan")]))["test", "Lan"]["person_id"]
        await opt_outs.set_wanted(uow, lan, audience.GENERAL, wanted=False)
        conditions = {**conditions, **({"unit": await _unit(uow, "TN")} if "unit" in conditions else {})}
        row = {"unit_id": await _unit(uow, "TN"), "campaign_id": None, "topic": "general", "audience": conditions}
        assert [one.chat for one in await audience.unwilling(uow, row, START)] == unwilling
        of_campaign = await audience.unwilling(uow, {**row, "topic": "campaign"}, START)
    assert of_campaign == []


async def test_chats_that_take_nothing_are_left_out(world: World) -> None:
    async with world.unit_of_work() as uow:
        await people.blocked(uow, "test", "Hoa")
        await people.blocked(uow, "test", "-news")
        account = table(Account)
        await uow.run(update(account).where(account.c.address == "Minh").values(cut_at=START))
    assert await _reached(world, roles=["reporter"], groups="too") == {"Lan", "-en"}


async def test_a_unit_that_is_no_more_is_left_out(world: World) -> None:
    async with world.unit_of_work() as uow:
        unit = table(Unit)
        await uow.run(update(unit).where(unit.c.code == "TN-BC-LK").values(valid_to=START))
    assert await _reached(world, kinds=["xã"]) == {"Lan"}


async def test_of_several_accounts_and_roles_once_on_the_account_last_used(world: World) -> None:
    async with world.unit_of_work() as uow:
        lan = (await uow.people([("test", "Lan")]))["test", "Lan"]
        other = await people.add_member(uow, lan["person_id"], await _unit(uow, "TN-BC-LK"), "reporter")
        await people.add_account(uow, "zalo", "lan-z", lan["person_id"], other)
        await people.add_account(uow, "web", "lan-w", lan["person_id"], lan["member_id"])
        for minutes, (channel, chat) in enumerate((("zalo", "lan-z"), ("test", "Lan"))):
            at = START + timedelta(minutes=10 - minutes)
            await uow.insert(Conversation, channel=channel, chat=chat, state={}, updated_at=at)
        row = {"unit_id": 1, "campaign_id": None, "topic": "general", "audience": {"roles": ["reporter"]}}
        found = await audience.recipients(uow, row, START)
    (hers,) = [one for one in found if one.person_id == lan["person_id"]]
    # The account spoke in the role of Long Khánh last: it is addressed as that.
    assert (hers.channel, hers.chat, hers.unit_name) == ("zalo", "lan-z", "Đoàn xã Long Khánh")


async def test_what_is_due(world: World) -> None:
    async with world.unit_of_work() as uow:
        lan = await _unit(uow, "TN-BC-LT")
        own = START + timedelta(hours=9)
        expected = table(ExpectedReport)
        await uow.run(update(expected).where(expected.c.unit_id == lan).values(due_at=own, closes_at=own))
        row = {"unit_id": 1, "campaign_id": None, "topic": "campaign", "audience": {"owing": 1}}
        due = await audience.dues(uow, row, START)
        of_campaign = await audience.dues(uow, {**row, "campaign_id": 1, "audience": {"unit": 1}}, START)
        of_nothing = await audience.dues(uow, {**row, "audience": {"unit": 1}}, START)
    assert due.of(lan) == own
    assert due.of(1) == of_campaign.of(1) == START + timedelta(hours=2)
    assert of_nothing.of(lan) is None


async def test_the_levels_that_there_are(world: World) -> None:
    async with world.unit_of_work() as uow:
        assert await broadcasts.kinds_below(uow, "/1/") == ["tỉnh", "huyện", "xã"]
        path = (await people.unit(uow, await _unit(uow, "TN-BC-LT")))["path"]
        assert await broadcasts.kinds_below(uow, path) == ["xã"]
