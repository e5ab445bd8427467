"""A prepared statement does what the same statement does by SQLAlchemy's own way, and fails as that does."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from storage.engine import Database
from storage.prepared import Prepared
from storage.tables import GroupChat, Outbox, SeenUpdate
from storage.uow import UnitOfWork, table
from tests.support.database import database_in

NOW = datetime(2022, 12, 16, 2, 41, tzinfo=UTC)
ROWS = Prepared(lambda _: select(table(Outbox)).where(table(Outbox).c.chat == bindparam("chat")))


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return database_in(tmp_path / "prepared.db")


async def test_rows_are_read_and_written_alike(db: Database) -> None:
    for quick in (True, False):
        async with db.write(quick=quick) as conn:
            uow = UnitOfWork(conn, NOW)
            uow.send("test", f"{quick}", {"text": "<b>ờ</b>"}, priority=1, due_at=NOW)
            await uow.flush()
    found = []
    for quick in (True, False):
        async with db.read(quick=quick) as conn:
            uow = UnitOfWork(conn, NOW)
            found += [await uow.find(ROWS, chat=chat) for chat in ("True", "False")]
    bare = [{name: value for name, value in rows[0].items() if name not in ("id", "chat")} for rows in found]
    assert bare == [bare[0]] * 4
    assert (bare[0]["due_at"], bare[0]["reply"], bare[0]["key"]) == (NOW, {"text": "<b>ờ</b>"}, None)
    await db.close()


@pytest.mark.parametrize("quick", [True, False])
async def test_columns_that_are_not_named_have_their_defaults(db: Database, quick: bool) -> None:
    async with db.write(quick=quick) as conn:
        uow = UnitOfWork(conn, NOW)
        first = await uow.insert(GroupChat, channel="test", chat="-1", title="Tin")
        assert await uow.insert(GroupChat, channel="test", chat="-2", title="Tin") == first + 1
        rows = await uow.fetch(select(table(GroupChat)).order_by(table(GroupChat).c.id))
    assert rows[0]["topics"] is not None
    assert {**rows[0], "id": 0, "chat": ""} == {**rows[1], "id": 0, "chat": ""}
    await db.close()


@pytest.mark.parametrize("quick", [True, False])
async def test_an_error_is_the_same_and_quotes_nothing(db: Database, quick: bool) -> None:
    async with db.write(quick=quick) as conn:
        await UnitOfWork(conn, NOW).insert(SeenUpdate, channel="test", key="một", at=NOW)
    with pytest.raises(IntegrityError) as raised:
        async with db.write(quick=quick) as conn:
            uow = UnitOfWork(conn, NOW)
            uow.mark_seen("test", "một")
            await uow.flush()
    assert "một" not in str(raised.value)
    await db.close()
