"""Pruning: what has been done and sent is not kept for ever."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from storage.tables import Outbox, OutboxState, SeenUpdate
from storage.uow import UnitOfWork, table

_seen, _outbox = table(SeenUpdate), table(Outbox)


async def prune(uow: UnitOfWork, keys_before: datetime, sent_before: datetime) -> None:
    """Delete the keys of updates done before a moment, and sent replies and news from before another. Any other push
    keeps its row: its key is what keeps it from being made again, where for news the list of recipients does."""
    await uow.run(delete(_seen).where(_seen.c.at < keys_before))
    await uow.run(
        delete(_outbox).where(
            _outbox.c.sent_at < sent_before,
            _outbox.c.state == OutboxState.SENT,
            _outbox.c.key.is_(None) | _outbox.c.key.startswith("news/"),
        )
    )
