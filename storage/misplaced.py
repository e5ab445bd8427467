"""Rows of the outbox that would never go out: due at a time that a wrong clock gave, or not to be read at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, text, update

from storage.tables import Outbox, OutboxState
from storage.uow import UnitOfWork, table

LONGEST_WAIT = timedelta(hours=1)
"""No platform asks for more before another try."""

_outbox = table(Outbox)


async def was_due(uow: UnitOfWork, latest: datetime) -> None:
    """The clock was put back from `latest`: what was due by then, and what has been tried, is due now. What was to wait
    for longer still waits."""
    await _due_now(uow, or_(_outbox.c.attempts > 0, _outbox.c.due_at <= latest))


async def made_in_the_future(uow: UnitOfWork) -> None:
    """At the start: the same of what was made, or put off, by a clock that was ahead of today's."""
    made = (_outbox.c.created_at > uow.now) & (_outbox.c.due_at <= _outbox.c.created_at)
    put_off = (_outbox.c.attempts > 0) & (_outbox.c.due_at > uow.now + LONGEST_WAIT)
    await _due_now(uow, or_(made, put_off))


async def _due_now(uow: UnitOfWork, those: object) -> None:
    waits = (_outbox.c.state == OutboxState.WAITING, _outbox.c.due_at > uow.now)
    await uow.run(update(_outbox).where(*waits, those).values(due_at=uow.now))  # type: ignore[arg-type]


async def put_aside_unreadable(uow: UnitOfWork) -> None:
    """Rows whose reply is no JSON, which only SQLite would keep: somebody has changed them by hand."""
    if uow.conn.dialect.name == "sqlite":
        unreadable = text("NOT json_valid(reply)")
        values = {"state": OutboxState.FAILED.value, "error": "the reply is no JSON"}
        await uow.run(update(_outbox).where(_outbox.c.state == OutboxState.WAITING, unreadable).values(**values))
