"""A reminder to somebody whose channel is short of means carries a link to report on the web."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.organisation.web_links import personal_link
from reporting.organisation.web_links import hash_token
from storage import web_links
from tests.bot.kit import CHANNEL, at, member
from tests.support.remembering import Shown
from tests.support.story import world_after
from tests.support.world import LINKS, SECRET, World

PACK = Path(__file__).parents[1] / "conversations" / "packs" / "ladder"
LABEL = "🌐 Báo cáo trên web"


async def _joined(world: World) -> None:
    await world.load(PACK)
    for chat, unit, role in (("Lan", "LT", "reporter"), ("Minh", "TT", "reporter"), ("An", "LT", "leader")):
        await member(world, chat, unit, role)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_joined, tmp_path, at("2022-12-15 10:00")) as world:
        world.office.poor_channels.add(CHANNEL)
        await world.time_is(at("2022-12-16 07:00"))
        yield world


async def reminded(world: World, moment: str) -> dict[str, str]:
    """The links that reminders carry at a moment, by chat."""
    said: list[tuple[str, Shown]] = await world.time_is(at(moment))
    return {chat: shown.links[LABEL] for chat, shown in said if LABEL in shown.links}


def token(url: str) -> str:
    base, _, found = url.rpartition("/")
    assert base == f"{LINKS.web}/vao"
    return found


async def test_a_reminder_carries_a_link_that_lives_as_long_as_the_period(world: World) -> None:
    links = await reminded(world, "2022-12-16 08:30")
    assert set(links) == {"Lan", "Minh"}
    assert links["Lan"] != links["Minh"]
    assert await reminded(world, "2022-12-16 09:05") == {}, "leaders have nothing to fill in"
    async with world.unit_of_work() as uow:
        link = await web_links.by_token(uow, hash_token(token(links["Lan"]), SECRET))
        ((closes,),) = await world.query(
            "SELECT e.closes_at FROM expected_report e JOIN unit u ON u.id = e.unit_id"
            " JOIN period p ON p.id = e.period_id WHERE p.name = '2022-12-16' AND u.code = 'LT'"
        )
    assert link
    assert str(link["expires_at"].replace(tzinfo=None)) in closes
    ((chat,),) = await world.query(f"SELECT address FROM account WHERE id = {link['sent_to']}")
    assert (chat, link["created_by"], link["browser_hash"]) == ("Lan", None, None)
    assert await world.query(f"SELECT channel FROM account WHERE address = '{link['address']}'") == [("web",)]


async def test_where_there_are_buttons_there_is_no_link(world: World) -> None:
    world.office.poor_channels.clear()
    assert await reminded(world, "2022-12-16 08:30") == {}
    assert await world.query("SELECT count(*) FROM web_link") == [(0,)]
    assert await world.query("SELECT count(*) FROM account WHERE channel = 'web'") == [(0,)]


async def test_all_reminders_of_a_period_carry_the_same_link(world: World) -> None:
    first = await reminded(world, "2022-12-16 08:30")
    ((period, unit),) = await world.query(
        "SELECT p.id, u.id FROM period p, unit u WHERE p.name = '2022-12-16' AND u.code = 'LT'"
    )
    heard = await world.happens("An", action=f"nudge/{period}/{unit}")
    assert [shown.links[LABEL] for chat, shown in heard if chat == "Lan"] == [first["Lan"]]
    assert await world.query("SELECT count(*) FROM web_link") == [(2,)]
    next_day = await reminded(world, "2022-12-17 08:30")
    assert next_day["Lan"] != first["Lan"]


async def test_a_link_that_was_replaced_is_not_sent_again(world: World) -> None:
    first = await reminded(world, "2022-12-16 08:30")
    async with world.unit_of_work() as uow:
        link = await web_links.by_token(uow, hash_token(token(first["Lan"]), SECRET))
        assert link
        await personal_link(world.office, uow, link["person_id"], days=1)
    ((period, unit),) = await world.query(
        "SELECT p.id, u.id FROM period p, unit u WHERE p.name = '2022-12-16' AND u.code = 'LT'"
    )
    heard = await world.happens("An", action=f"nudge/{period}/{unit}")
    (again,) = [shown.links[LABEL] for chat, shown in heard if chat == "Lan"]
    assert again != first["Lan"]


async def test_whoever_reported_on_the_web_is_reminded_where_the_phone_rings(world: World) -> None:
    links = await reminded(world, "2022-12-16 08:30")
    async with world.unit_of_work() as uow:
        link = await web_links.by_token(uow, hash_token(token(links["Lan"]), SECRET))
        assert link
        await web_links.bind(uow, link["id"], "a browser")
        uow.set_conversation("web", link["address"], {})
    assert set(await reminded(world, "2022-12-17 08:30")) == {"Lan", "Minh"}
    assert await world.query("SELECT count(*) FROM outbox WHERE channel = 'web'") == [(0,)]


async def test_who_is_given_a_link_by_hand_is_reminded_on_the_web(world: World) -> None:
    """The other chat may be out of reach, though nothing says so."""
    await reminded(world, "2022-12-16 08:30")
    async with world.unit_of_work() as uow:
        ((person,),) = await world.query("SELECT person_id FROM account WHERE address = 'Lan'")
        await personal_link(world.office, uow, person, days=1)
        ((address,),) = await world.query(f"SELECT address FROM account WHERE channel = 'web' AND person_id = {person}")
        uow.set_conversation("web", address, {})
    assert set(await reminded(world, "2022-12-17 08:30")) == {"Minh"}
    assert await world.query("SELECT DISTINCT chat FROM outbox WHERE channel = 'web'") == [(address,)]
