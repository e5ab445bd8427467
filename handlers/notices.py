"""What is said to somebody who is not speaking just now."""

from __future__ import annotations

from handlers.context import Office
from handlers.events import Priority, Reply
from reporting.planning.quiet import next_allowed
from storage.uow import Row, UnitOfWork


def notify(office: Office, uow: UnitOfWork, account: Row, reply: Reply, *, key: str) -> None:
    """Leave a message to an account (`channel`, `address`) in the outbox, for the morning where the hours are quiet. A
    `key` that is there already makes this nothing. What cannot wait is sent with `Priority.URGENT` instead."""
    at = next_allowed(uow.now, office.translators.timezone)
    channel, address = account["channel"], account["address"]
    uow.send(channel, address, reply.to_json(), priority=Priority.DUTY, key=key, due_at=at)
