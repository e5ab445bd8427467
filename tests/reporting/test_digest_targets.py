"""Targets on their way from the workbook into a digest, on a database that the ledger wrote."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from reporting.digests.digest import Digest
from reporting.targets.targets import Kind, Target, to_settings
from storage.tables import Campaign
from storage.uow import table
from tests.reporting.office import Office, at, open_office, two_days

MORNING = at(16, "10:15")


def target(name: str, kind: Kind, indicator: str, amount: str, kinds: tuple[str, ...] = ()) -> Target:
    days = {"first": date(2022, 12, 15), "last": date(2022, 12, 31)}
    return Target(name, kind, (indicator,), Decimal(amount), unit_kinds=kinds, **days)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await open_office(tmp_path)
    await two_days(opened)
    promised = [
        target("houses", Kind.SUM, "charity_houses_repaired", "300"),
        target("each", Kind.EACH, "charity_houses_repaired", "1", ("district",)),
        target("secret", Kind.SUM, "complaints_heard", "1"),
    ]
    async with opened.work(MORNING) as uow:
        await uow.run(update(table(Campaign)).values(settings=to_settings(promised)))
    yield opened
    await opened.database.close()


async def test_how_far_the_targets_are(office: Office) -> None:
    """28 of 300 by the morning of the 16th; two of four districts have a house. What is for leaders stays out."""
    digest = await office.digest(16, MORNING)
    assert [(p.target.name, p.value, p.goal, p.days_left) for p in digest.targets] == [
        ("houses", 28, 300, 15),
        ("each", 2, 4, 15),
    ]
    assert {office.units[code]["id"] for code in ("ben", "tan")} == set(digest.targets[1].short)


async def test_a_branch_has_no_share_of_a_sum(office: Office) -> None:
    digest = await office.digest(16, MORNING, unit="hoa")
    assert [(p.target.name, p.value, p.goal) for p in digest.targets] == [("each", 1, 1)]


async def test_a_digest_that_was_kept_has_its_targets(office: Office) -> None:
    digest = await office.digest(16, MORNING)
    assert Digest.from_json(json.loads(json.dumps(digest.to_json()))) == digest
