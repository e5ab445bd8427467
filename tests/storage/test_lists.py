"""Lists of ids that are longer than what a statement of PostgreSQL takes parameters."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, not_, select, update

from storage import broadcasts, deadlines, groups, people, rates, register, targets
from storage.lists import among
from storage.tables import Person
from storage.uow import UnitOfWork, table
from tests.support.database import database_in

NOW = datetime(2022, 12, 16, 1, 0, tzinfo=UTC)
MANY = range(1, 40_001)
STORAGE = Path(people.__file__).parent
_person = table(Person)


@pytest.fixture
async def uow(tmp_path: Path) -> AsyncIterator[UnitOfWork]:
    db = database_in(tmp_path / "lists.db")
    async with db.write() as conn:
        yield UnitOfWork(conn, NOW)
    await db.close()


async def test_what_is_among_very_many(uow: UnitOfWork) -> None:
    ids = [await people.add_person(uow, name) for name in ("Lan", "Hoa", "Minh")]
    query = select(_person.c.name).order_by(_person.c.id)
    for wanted in (MANY, ids[:2], [], ids[2:]):
        inside = among(_person.c.id, wanted)
        names = [row["name"] for row in await uow.fetch(query.where(inside))]
        others = [row["name"] for row in await uow.fetch(query.where(not_(inside), _person.c.name != ""))]
        assert names == [name for name, i in zip(("Lan", "Hoa", "Minh"), ids, strict=True) if i in wanted]
        assert len(names) + len(others) == 3
    assert await uow.fetch(query.where(among(_person.c.name, {"Hoa", "Lan"}), among(_person.c.id, ids[1:]))) == [
        {"name": "Hoa"}
    ]
    done = await uow.run(update(_person).where(among(_person.c.id, MANY)).values(language="en"))
    gone = await uow.run(delete(_person).where(among(_person.c.language, ["en"])))
    assert (done.rowcount, gone.rowcount) == (3, 3)


async def test_queries_that_are_asked_of_a_whole_country(uow: UnitOfWork) -> None:
    wanted = broadcasts.Wanted(["/1/"], roles=["reporter"], units=MANY)
    assert await people.accounts(uow, ["reporter"], MANY) == []
    assert await register.of_units(uow, 1, MANY) == []
    assert await rates.named(uow, MANY) == []
    assert await rates.sums_of_units(uow, MANY, [1], ["a"]) == []
    assert await targets.totals_of_units(uow, MANY, MANY, ["a"]) == []
    assert await deadlines.last_senders(uow, MANY) == {}
    assert await groups.of_units(uow, "digests", MANY) == []
    assert await broadcasts.accounts_meant(uow, wanted) == []


def test_no_list_of_any_length_is_told_one_by_one() -> None:
    """Those of pairs are bounded where they are made."""
    said = re.compile(r"(?<!\))\.(?:not_)?in_\((?:list|sorted)\(")
    assert [file.name for file in sorted(STORAGE.rglob("*.py")) if said.search(file.read_text())] == []
