"""What the tests of the edges share: moments, members, messages in the outbox, channels that do as a test says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from time import monotonic

from markupsafe import Markup
from PIL import Image
from sqlalchemy import Connection, event

from bot.channels.base import Capabilities, Pace
from handlers.events import Priority, Reply
from storage import people
from storage.engine import Database
from tests.support.remembering import Outgoing
from tests.support.world import ZONE, World

CHANNEL = "test"


def at(text: str) -> datetime:
    """ "2022-12-16 08:18", local time."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def photo(size: tuple[int, int] = (40, 30)) -> bytes:
    """A PNG picture."""
    content = BytesIO()
    Image.new("RGB", size, "red").save(content, "PNG")
    return content.getvalue()


async def member(world: World, chat: str, unit: str, role: str = "reporter") -> None:
    """Somebody who joined before the test begins."""
    async with world.unit_of_work() as uow:
        row = await people.unit_by_code(uow, unit)
        assert row, f"no unit {unit}"
        await people.join(uow, channel=CHANNEL, address=chat, name=chat, unit_id=row["id"], role=role)


async def post(
    world: World,
    chat: str,
    text: str,
    *,
    priority: Priority = Priority.REPLY,
    key: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Leave a message in the outbox."""
    async with world.unit_of_work() as uow:
        uow.send(CHANNEL, chat, Reply(Markup("{}").format(text)).to_json(), priority=priority, key=key, due_at=due_at)


def heard(world: World, chat: str) -> list[str]:
    """The texts that a chat has been sent."""
    return [shown.text for shown in world.channel.chats[chat]]


async def states(world: World) -> list[str]:
    """What became of the messages, in the order they were written."""
    return [state for (state,) in await world.query("SELECT state FROM outbox ORDER BY id")]


@contextmanager
def counting_commits(db: Database) -> Iterator[list[object]]:
    """Grows by one with each transaction that is committed."""
    commits: list[object] = []
    engine, count = db.engine.sync_engine, commits.append
    event.listen(engine, "commit", count)
    try:
        yield commits
    finally:
        event.remove(engine, "commit", count)


class StubbornChannel(Outgoing):
    """Its `send` does as a test says, and stands there."""

    name = CHANNEL
    capabilities = Capabilities(text_limit=4096, caption_limit=1024, buttons=True, edits=True, files=True)
    pace = Pace()


@contextmanager
def timing_writes(db: Database) -> Iterator[list[float]]:
    """Grows by the seconds that each transaction took which may write: so long all other writers wait."""
    took: list[float] = []
    began: dict[object, float] = {}
    engine = db.engine.sync_engine

    def begin(connection: Connection) -> None:
        told = connection.get_execution_options()
        if told.get("danvan_write") or (connection.dialect.name != "sqlite" and not told.get("postgresql_readonly")):
            began[connection] = monotonic()

    def end(connection: Connection) -> None:
        if connection in began:
            took.append(monotonic() - began.pop(connection))

    # They stay: to take them off while a transaction begins would be a fault of its own.
    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", end)
    yield took
