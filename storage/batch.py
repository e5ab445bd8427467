"""The statements of a batch: what is read for all its updates, and what is written at its end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Executable, Select, Table, bindparam, select, update

from storage.prepared import Prepared
from storage.tables import Account, Conversation, Draft, Member, Outbox, Person, SeenUpdate, Unit


def table(model: Any) -> Table:
    """The Core table of a SQLModel class."""
    found: Table = model.__table__
    return found


def people() -> Select[Any]:
    a, m, u, p = table(Account).c, table(Member).c, table(Unit).c, table(Person).c
    return (
        select(
            a.channel, a.address, a.id.label("account_id"), a.blocked_at, a.member_id.label("last_member_id"),
            p.id.label("person_id"), p.name, p.language, m.id.label("member_id"), m.role,
            u.id.label("unit_id"), u.code, u.name.label("unit_name"), u.short_name, u.kind,
            u.path, u.parent_id,
        )
        .join(table(Person), p.id == a.person_id)
        .join(table(Member), m.person_id == p.id)
        .join(table(Unit), u.id == m.unit_id)
        .where(m.ended_at.is_(None), a.cut_at.is_(None))
        .order_by(m.id)
    )  # fmt: skip


def _one(model: Any, *names: str, query: Select[Any] | None = None) -> Prepared:
    """The rows of a table with these values."""
    t = table(model)
    found = select(t) if query is None else query
    return Prepared(lambda _: found.where(*(t.c[name] == bindparam(name) for name in names)))


SEEN, CONVERSATION = _one(SeenUpdate, "channel", "key"), _one(Conversation, "channel", "chat")
PERSON, DRAFT = _one(Account, "channel", "address", query=people()), _one(Draft, "id")


def _keep_conversation(insert: Any) -> Executable:
    made = insert(table(Conversation)).values(_named("channel", "chat", "state", "updated_at"))
    kept: Executable = made.on_conflict_do_update(
        index_elements=["channel", "chat"],
        set_={"state": made.excluded.state, "updated_at": made.excluded.updated_at},
    )
    return kept


def _named(*columns: str) -> dict[str, Any]:
    return {column: bindparam(column) for column in columns}


_LETTER = ["key", "channel", "chat", "priority", "reply", "state", "attempts", "created_at", "due_at", "sent_at"]
KEEP_CONVERSATION = Prepared(_keep_conversation)
SAVE_DRAFT = Prepared(
    lambda _: (
        update(table(Draft))
        .where(table(Draft).c.id == bindparam("at_id"))
        .values(state=bindparam("to_state"), updated_at=bindparam("to_time"))
    )
)
MARK_SEEN = Prepared(lambda insert: insert(table(SeenUpdate)).values(_named("channel", "key", "at")))
MAIL = Prepared(
    lambda insert: insert(table(Outbox)).values(_named(*_LETTER)).on_conflict_do_nothing(index_elements=["key"])
)
