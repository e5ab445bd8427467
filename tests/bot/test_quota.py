"""What a channel's month has left: counted, shown, and told to the administrators in time, once."""

from datetime import datetime

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select

from bot import quota
from handlers.office import channel_care
from storage import message_counts, people
from storage.tables import Outbox
from storage.uow import table
from tests.bot.kit import at, member
from tests.support.world import World


@pytest.fixture(autouse=True)
async def people_of_the_office(world: World) -> None:
    await member(world, "sep", "TN", "admin")
    await member(world, "lan", "TN-BC", "reporter")


async def carries(world: World, month: str = "2022-12", **counts: int) -> None:
    async with world.unit_of_work() as uow:
        await message_counts.add(uow, "zalo", month, **counts)


async def heard(world: World) -> list[str]:
    """What the administrator was told by the jobs."""
    before = len(world.channel.chats["sep"])
    await world.tick()
    return [one.text for one in world.channel.chats["sep"][before:]]


async def zalo_people(world: World, count: int) -> None:
    async with world.unit_of_work() as uow:
        unit = await people.unit_by_code(uow, "TN-BC")
        assert unit
        for number in range(count):
            await people.join(uow, channel="zalo", address=f"z{number}", name="x", unit_id=unit["id"], role="reporter")


async def test_messages_are_warned_of_at_80_and_95_percent_once_each(world: World) -> None:
    await carries(world, received=1000, sent=1399)
    assert await heard(world) == []
    await carries(world, sent=1)
    (text,) = await heard(world)
    assert "2.400/3.000" in text
    assert "80 %" in text
    await carries(world, received=400)
    assert await heard(world) == []
    await carries(world, sent=50)
    (text,) = await heard(world)
    assert "95 %" in text
    assert await heard(world) == []
    assert not any("Zalo" in one.text for one in world.channel.chats["lan"])


async def test_a_new_month_begins_anew(world: World) -> None:
    await carries(world, month="2022-11", received=2999)
    assert await heard(world) == []
    world.clock.turn_to(at("2023-01-02 08:00"))
    await carries(world, month="2023-01", received=2400)
    assert any("2.400/3.000" in text for text in await heard(world))


async def test_people_are_warned_of_too(world: World) -> None:
    await carries(world, received=40)
    await zalo_people(world, 39)
    assert await heard(world) == []
    async with world.unit_of_work() as uow:
        uow.set_conversation("zalo", "a-stranger", {"language": "vi"})
        uow.set_conversation("zalo", "z1", {"language": "vi"})
    (text,) = await heard(world)
    assert "40/50" in text


async def test_at_night_it_waits_for_the_morning(world: World) -> None:
    world.clock.turn_to(at("2022-12-16 23:00"))
    await carries(world, received=2400)
    assert not any("Zalo" in text for text in await heard(world))
    world.clock.turn_to(at("2022-12-17 06:30"))
    assert any("2.400/3.000" in text for text in await heard(world))


async def test_it_is_shown(world: World) -> None:
    await carries(world, received=1400, sent=1460)
    await zalo_people(world, 3)
    await world.tick()
    assert REGISTRY.get_sample_value("danvan_month_messages", {"channel": "zalo", "way": "in"}) == 1400
    assert REGISTRY.get_sample_value("danvan_month_messages", {"channel": "zalo", "way": "out"}) == 1460
    assert REGISTRY.get_sample_value("danvan_channel_people", {"channel": "zalo"}) == 3
    async with world.unit_of_work() as uow:
        (used,) = await quota.read(world.office, uow, world.clock.now())
    assert used.line == "Zalo: 2860/3000 messages (1400 in, 1460 out) this month, 3/50 people"
    assert used.is_short


async def test_a_refused_token_is_told_on_the_other_channels_once_a_day(world: World) -> None:
    async with world.unit_of_work() as uow:
        found = (await uow.people([("test", "sep")]))["test", "sep"]
        await people.add_account(uow, "zalo", "sep-zalo", found["person_id"], found["member_id"])

    async def told(moment: datetime) -> int:
        world.clock.turn_to(moment)
        async with world.unit_of_work() as uow:
            await channel_care.tell_of_refusal(world.office, uow, uow.now, "zalo")
        await world.send()
        return sum("Zalo" in one.text for one in world.channel.chats["sep"])

    assert await told(at("2022-12-16 23:00")) == 1
    assert await told(at("2022-12-16 23:30")) == 1
    assert await told(at("2022-12-17 00:30")) == 2
    async with world.unit_of_work() as uow:
        waiting = await uow.fetch(select(table(Outbox)).where(table(Outbox).c.channel == "zalo"))
    assert waiting == []
