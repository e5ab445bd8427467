"""Entities: what reports register, change and take back; whose they are; what a review is offered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from reporting.models.entities import folded
from storage import entities as store
from storage import people, units
from storage.tables import Audit, Report
from storage.uow import table
from tests.reporting.models import CC, HOUSE, ND, STREET, Communes, at, open_communes


@pytest.fixture
async def communes(tmp_path: Path) -> AsyncIterator[Communes]:
    found = await open_communes(tmp_path)
    yield found
    await found.database.close()


async def test_a_registration_makes_an_entity_of_each_row(communes: Communes) -> None:
    await communes.register(CC, STREET, HOUSE)
    kept = await communes.kept()
    assert {label: row["data"] for label, row in kept.items()} == {
        "Thắp sáng đường quê": {"field": "economy", "village": "Thôn Cọn 1", "since": "2019-05-01"},
        "Ngôi nhà khăn quàng đỏ": {"field": "culture", "village": "Thôn Cọn 2"},
    }
    street = kept["Thắp sáng đường quê"]
    assert (street["label_plain"], street["created_at"], street["updated_at"]) == (
        "thap sang duong que", at(16, "08:00"), at(16, "08:00")
    )  # fmt: skip


async def test_a_review_changes_it_and_a_corrected_review_takes_that_back(communes: Communes) -> None:
    await communes.register(CC, STREET)
    key = (await communes.kept())["Thắp sáng đường quê"]["key"]
    communes.now = at(18)
    await communes.review(CC, key, state="effective", proposed="praised")
    (street,) = (await communes.kept()).values()
    assert (street["data"]["state"], street["data"]["proposed"]) == ("effective", "praised")
    assert (street["created_at"], street["updated_at"]) == (at(16, "08:00"), at(18))
    communes.now = at(19)
    await communes.review(CC, key, state="kept")
    (street,) = (await communes.kept()).values()
    assert street["data"]["state"] == "kept" and "proposed" not in street["data"]


async def test_correcting_a_registration_keeps_the_key_and_does_not_undo_a_later_review(communes: Communes) -> None:
    await communes.register(CC, STREET, HOUSE)
    before = await communes.kept()
    communes.now = at(18)
    await communes.review(CC, before["Thắp sáng đường quê"]["key"], state="effective")
    communes.now = at(19)
    await communes.register(CC, {**STREET, "model_name": "Đường quê sáng"}, HOUSE)
    after = await communes.kept()
    assert after["Đường quê sáng"]["key"] == before["Thắp sáng đường quê"]["key"]
    assert (after["Đường quê sáng"]["data"]["state"], after["Đường quê sáng"]["updated_at"]) == ("effective", at(18))
    assert after["Ngôi nhà khăn quàng đỏ"]["key"] == before["Ngôi nhà khăn quàng đỏ"]["key"]


async def test_what_a_correction_adds_is_registered_on_that_day(communes: Communes) -> None:
    await communes.register(CC, STREET)
    communes.now = at(19)
    await communes.register(CC, STREET, HOUSE)
    communes.now = at(20)
    await communes.register(CC, STREET, {**HOUSE, "village": "Thôn Cọn 3"})
    since = {label: row["created_at"] for label, row in (await communes.kept()).items()}
    assert since == {"Thắp sáng đường quê": at(16, "08:00"), "Ngôi nhà khăn quàng đỏ": at(19)}


async def test_a_row_taken_out_above_does_not_make_the_one_below_another(communes: Communes) -> None:
    await communes.register(CC, STREET, HOUSE)
    house = (await communes.kept())["Ngôi nhà khăn quàng đỏ"]
    await communes.register(CC, HOUSE)
    assert {label: row["key"] for label, row in (await communes.kept()).items()} == {house["label"]: house["key"]}
    await communes.register(CC, HOUSE, STREET)
    kept = await communes.kept()
    assert kept[house["label"]]["key"] == house["key"] != kept["Thắp sáng đường quê"]["key"]


async def test_what_is_corrected_away_goes_unless_another_report_speaks_of_it(communes: Communes) -> None:
    await communes.register(CC, STREET, HOUSE)
    key = (await communes.kept())["Thắp sáng đường quê"]["key"]
    await communes.review(CC, key, state="kept")
    await communes.report(CC, "registration", None)
    (street,) = (await communes.kept()).values()
    assert (street["label"], street["data"]) == ("Thắp sáng đường quê", {"state": "kept"})
    await communes.register(CC, STREET)
    (street,) = (await communes.kept()).values()
    assert (street["key"], street["data"]["field"], street["data"]["state"]) == (key, "economy", "kept")
    await communes.report(CC, "registration", None)
    await communes.report(CC, "review", None)
    assert await communes.kept() == {}


async def test_a_unit_is_offered_and_changes_its_own_alone(communes: Communes) -> None:
    await communes.register(CC, STREET)
    await communes.register(ND, HOUSE)
    assert list(await communes.choices(CC)) == ["Thắp sáng đường quê"]
    assert list(await communes.choices(ND)) == ["Ngôi nhà khăn quàng đỏ"]
    key = (await communes.kept())["Thắp sáng đường quê"]["key"]
    await communes.review(ND, key, state="ended")
    assert "state" not in (await communes.kept())["Thắp sáng đường quê"]["data"]
    assert (await communes.choices(CC))["Thắp sáng đường quê"]["village"] == "Thôn Cọn 1"


async def test_the_unit_is_that_of_the_report_whoever_writes_it(communes: Communes) -> None:
    """The member of these tests belongs to the unit above."""
    await communes.register(CC, STREET)
    async with communes.work() as uow:
        unit = await people.unit_by_code(uow, CC)
    assert unit is not None
    assert (await communes.kept())["Thắp sáng đường quê"]["unit_id"] == unit["id"]


async def test_a_sent_review_is_read_as_things_stood_before_it(communes: Communes) -> None:
    await communes.register(CC, STREET)
    key = (await communes.kept())["Thắp sáng đường quê"]["key"]
    communes.now = at(18)
    report_id = await communes.review(CC, key, state="ended")
    assert (await communes.choices(CC))["Thắp sáng đường quê"]["state"] == "ended"
    assert "state" not in (await communes.choices(CC, report_id))["Thắp sáng đường quê"]


async def test_who_takes_a_unit_over_takes_its_entities(communes: Communes) -> None:
    await communes.register(CC, STREET)
    key = (await communes.kept())["Thắp sáng đường quê"]["key"]
    async with communes.work() as uow:
        old, new = await people.unit_by_code(uow, CC), await people.unit_by_code(uow, ND)
        assert old is not None and new is not None
        await units.set_successors(uow, old["id"], [new["id"]])
    assert list(await communes.choices(ND)) == ["Thắp sáng đường quê"]
    await communes.review(ND, key, state="kept")
    assert (await communes.kept())["Thắp sáng đường quê"]["data"]["state"] == "kept"


async def test_every_change_is_audited_without_what_was_written(communes: Communes) -> None:
    await communes.register(CC, {**STREET, "leader": "Nguyễn Thị Mẫu"})
    key = (await communes.kept())["Thắp sáng đường quê"]["key"]
    await communes.review(CC, key, state="kept")
    await communes.register(CC, {**STREET, "leader": "Trần Văn Mẫu"})
    await communes.register(CC, {**STREET, "leader": "Trần Văn Mẫu"})
    await communes.report(CC, "review", None)
    await communes.report(CC, "registration", None)
    async with communes.work() as uow:
        t = table(Audit)
        rows = await uow.fetch(select(t).where(t.c.action.like("entity.%")).order_by(t.c.id))
    assert [(row["action"], row["after"]["changed"]) for row in rows] == [
        ("entity.create", ["field", "label", "leader", "since", "village"]),
        ("entity.change", ["state"]),
        ("entity.change", ["leader"]),
        ("entity.change", ["state"]),
        ("entity.remove", ["field", "label", "leader", "since", "village"]),
    ]
    assert "Mẫu" not in str(rows)


# --- whatever happens ------------------------------------------------------------------------------

NAMES = ("Thắp sáng đường quê", "Ngôi nhà khăn quàng đỏ", "Đường hoa", "Đổi rác lấy cây")


async def _something_happens(communes: Communes, chance: Random) -> tuple[str, list[str]] | None:
    """A registration or a review is sent, corrected or taken back; returns what a unit has registered then."""
    unit = chance.choice((CC, ND))
    communes.now += timedelta(minutes=chance.randint(0, 2))
    kept = list((await communes.kept()).values())
    if kept and chance.random() < 0.4:
        await communes.review(unit, chance.choice(kept)["key"], state=chance.choice(("kept", "effective", "ended")))
        return None
    if chance.random() < 0.2:
        form = chance.choice(("registration", "review"))
        await communes.report(unit, form, None)
        return (unit, []) if form == "registration" else None
    names = chance.sample(NAMES, chance.randint(0, 3))
    await communes.register(unit, *({**STREET, "model_name": f"{name} {unit}"} for name in names))
    return unit, [f"{name} {unit}" for name in names]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_an_entity_is_what_the_reports_of_its_unit_say(communes: Communes, seed: int) -> None:
    chance, registered = Random(seed), {CC: list[str](), ND: list[str]()}
    for _ in range(40):
        if told := await _something_happens(communes, chance):
            registered[told[0]] = told[1]
        async with communes.work() as uow:
            rows = await store.of_campaign(uow, 1, ["models"])
            events = await store.said_of(uow, [row["id"] for row in rows])
            owners = {row["id"]: row["unit_id"] for row in await uow.fetch(select(table(Report)))}
        for row in rows:
            own = [event for event in events if event["entity_id"] == row["id"]]
            label, data = folded(own)
            assert own and row["data"] == data and (not label or row["label"] == label)
            assert {owners[event["report_id"]] for event in own} == {row["unit_id"]}
        creating = [event["label"] for event in events if event["creates"]]
        assert sorted(creating) == sorted(name for names in registered.values() for name in names)
        assert len({event["entity_id"] for event in events if event["creates"]}) == len(creating)
