"""What is said to somebody who is not speaking just now."""

from __future__ import annotations

from datetime import datetime

from handlers.context import Office
from handlers.events import Priority, Reply
from reporting.planning.quiet import next_allowed
from storage.uow import Row, UnitOfWork


def heard_at(office: Office, uow: UnitOfWork) -> datetime:
    """When a notice that is left now goes out: its words are of that moment."""
    return next_allowed(uow.now, office.translators.timezone)


def notify(office: Office, uow: UnitOfWork, account: Row, reply: Reply, *, key: str) -> None:
    """Leave a message to an account (`channel`, `address`) in the outbox, for the morning where the hours are quiet. A
    `key` that is there already makes this nothing. What cannot wait is sent with `Priority.URGENT` instead."""
    channel, address = account["channel"], account["address"]
    uow.send(channel, address, reply.to_json(), priority=Priority.DUTY, key=key, due_at=heard_at(office, uow))
