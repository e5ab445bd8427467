"""A digest leads to the leaders' page; where there are no buttons by a link of one's own, for a browser that knows
nobody."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from reporting.organisation.web_links import hash_token
from storage import web_links
from tests.bot.kit import CHANNEL, at, member
from tests.bot.links import person, token_for
from tests.bot.site import LAN, Site
from tests.support.world import LINKS, SECRET, TAY_NINH, World

LABEL = "Mở bảng số liệu"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, at("2022-12-15 09:00")) as world:
        await world.load(TAY_NINH)
        await member(world, "Hùng", "TN", "leader")
        await member(world, "Lan", "TN-BC")
        yield world


async def pushed(world: World, moment: str) -> str:
    """The address behind the digest that goes to the leader at a moment."""
    (url,) = [said.links[LABEL] for chat, said in await world.time_is(at(moment)) if LABEL in said.links]
    return url


async def test_where_there_are_no_buttons_the_digest_carries_a_link_of_ones_own(world: World) -> None:
    world.office.poor_channels.add(CHANNEL)
    parts = urlsplit(await pushed(world, "2022-12-16 10:45"))
    before, _, token = parts.path.rpartition("/")
    assert (f"{parts.scheme}://{parts.netloc}", before) == (LINKS.web, "/vao")
    assert parse_qs(parts.query)["toi"] == ["/bang"]
    async with world.unit_of_work() as uow:
        link = await web_links.by_token(uow, hash_token(token, SECRET))
    assert link
    ((name,),) = await world.query(f"SELECT name FROM person WHERE id = {link['person_id']}")
    assert name == "Hùng"
    (asked,) = [shown.links[LABEL] for _, shown in await world.says("Hùng", "/tonghop") if LABEL in shown.links]
    assert urlsplit(asked).path == parts.path, "all of one day carry the same"


async def test_where_there_are_buttons_it_does_not(world: World) -> None:
    world.office.poor_channels.clear()
    assert urlsplit(await pushed(world, "2022-12-16 10:45")).path == "/bang"
    assert await world.query("SELECT count(*) FROM web_link") == [(0,)]


@pytest.mark.parametrize(
    ("asked", "go"),
    [
        ("?toi=/bang&bieu=3&ngay=week", "/bang?bieu=3&ngay=week"),
        ("?toi=/bang", "/bang"),
        ("?toi=/bang&ke=//evil.test&bieu=x", "/bang"),
        ("?toi=//evil.test/bang", "/"),
        ("?toi=https://evil.test", "/"),
        ("?toi=/bang/../admin", "/"),
        ("?toi=/bang&loc=" + "a" * 400, "/"),
        ("", "/"),
        (["?toi=/bang"], "/"),
    ],
)
async def test_a_link_leads_to_the_board_or_the_chat_and_nowhere_else(real: Site, asked: object, go: str) -> None:
    token = await token_for(real, await person(real))
    status, said = await real.post("/chat/enter", json.dumps({"token": token, "asked": asked}))
    assert (status, said["go"]) == (200, go)


async def test_in_the_demo_it_stays_with_its_person(demo: Site) -> None:
    await demo.joins(LAN.id, "TN-BC")
    [(who,)] = await demo.query("SELECT person_id FROM account")
    token = await token_for(demo, who)
    _, said = await demo.post("/chat/enter", json.dumps({"token": token, "asked": "?toi=/bang"}))
    assert said["go"] == f"/bang?as={LAN.id}"


async def test_bang_gives_a_leader_a_link_of_their_own(world: World) -> None:
    ((_, shown),) = await world.says("Hùng", "/bang")
    parts = urlsplit(shown.links[LABEL])
    assert parse_qs(parts.query)["toi"] == ["/bang"]
    async with world.unit_of_work() as uow:
        link = await web_links.by_token(uow, hash_token(parts.path.rpartition("/")[2], SECRET))
    assert link
    ((_, again),) = await world.says("Hùng", "bảng số liệu")
    assert urlsplit(again.links[LABEL]).path != parts.path, "another browser needs another"


async def test_bang_is_not_for_who_reports(world: World) -> None:
    ((_, shown),) = await world.says("Lan", "/bang")
    assert not shown.links
    assert "lãnh đạo" in shown.text
    assert await world.query("SELECT count(*) FROM web_link") == [(0,)]
