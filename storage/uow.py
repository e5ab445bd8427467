"""The unit of work: what a batch of updates leaves behind, flushed set by set inside one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Table, bindparam, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.chain import append
from storage.engine import rows
from storage.tables import Account, Conversation, Draft, Member, Outbox, Person, SeenUpdate, Unit

Row = dict[str, Any]


def table(model: Any) -> Table:
    """The Core table of a SQLModel class."""
    found: Table = model.__table__
    return found


def _acting(roles: Sequence[Row]) -> Row:
    """The role that the account spoke in last; when that one has ended, the oldest that is left."""
    return next((role for role in roles if role["member_id"] == role["last_member_id"]), roles[0])


class UnitOfWork:
    """One open transaction and what is to be written at its end.

    Deferred, because they are many and alike: conversations, drafts, outbox rows, audit rows, seen keys.
    Everything else is written at once with `run`, which flushes first so that the order stays true.
    """

    def __init__(self, conn: AsyncConnection, now: datetime) -> None:
        self.conn = conn
        self.now = now
        self._conversations: dict[tuple[str, str], Row] = {}
        self._drafts: dict[int, Row] = {}
        self._changed_drafts: set[int] = set()
        self._inserts: dict[str, list[Row]] = defaultdict(list)
        self.membership_is_fresh = True

    def people_changed(self) -> None:
        """Somebody joined, left or changed: what was read of people earlier in this batch is stale."""
        self.membership_is_fresh = False

    async def fetch(self, statement: Executable) -> list[Row]:
        """Read without flushing: for what this batch cannot have changed by deferral."""
        return rows(await self.conn.execute(statement))

    async def run(self, statement: Executable, values: Sequence[Row] | None = None) -> Any:
        """Write now, after what was deferred."""
        await self.flush()
        if values is None:
            return await self.conn.execute(statement)
        return await self.conn.execute(statement, values)

    async def insert(self, model: Any, **values: Any) -> int:
        """Insert one row now; returns its id."""
        result = await self.run(insert(table(model)).values(**values))
        key: int = result.inserted_primary_key[0]
        return key

    def upsert(self, model: Any) -> Any:
        """An INSERT of this engine that can take `.on_conflict_do_…`."""
        make = sqlite_insert if self.conn.dialect.name == "sqlite" else pg_insert
        return make(table(model))

    # --- updates -----------------------------------------------------------------------------

    async def seen(self, keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which of these (channel, key) have been done in an earlier batch."""
        t = table(SeenUpdate).c
        found = await self.fetch(select(t.channel, t.key).where(tuple_(t.channel, t.key).in_(list(keys))))
        return {(r["channel"], r["key"]) for r in found}

    def mark_seen(self, channel: str, key: str) -> None:
        self._inserts["seen"].append({"channel": channel, "key": key, "at": self.now})

    # --- conversations and people ------------------------------------------------------------

    async def load_conversations(self, chats: Iterable[tuple[str, str]]) -> None:
        """Read the state of all these (channel, chat) in one query."""
        t = table(Conversation)
        found = await self.fetch(select(t).where(tuple_(t.c.channel, t.c.chat).in_(list(chats))))
        for row in found:
            self._conversations[row["channel"], row["chat"]] = row

    def conversation(self, channel: str, chat: str) -> Row:
        """The state of a loaded chat, {} for a new one. Change it by `set_conversation`."""
        row = self._conversations.get((channel, chat))
        state: Row = row["state"] if row else {}
        return state

    def set_conversation(self, channel: str, chat: str, state: Row) -> None:
        row = {"channel": channel, "chat": chat, "state": state, "updated_at": self.now, "changed": True}
        self._conversations[channel, chat] = row

    def forget_conversation(self, channel: str, chat: str) -> None:
        """The conversation's row is being deleted: it begins anew."""
        self._conversations.pop((channel, chat), None)

    async def people(self, senders: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Row]:
        """The account and person behind each (channel, address), acting in one of their roles; unknown ones and those
        without a role are absent. `roles` holds all of them, the one acted in among them."""
        a, m, u, p = table(Account).c, table(Member).c, table(Unit).c, table(Person).c
        query = (
            select(
                a.channel, a.address, a.id.label("account_id"), a.blocked_at, a.member_id.label("last_member_id"),
                p.id.label("person_id"), p.name, p.language, m.id.label("member_id"), m.role,
                u.id.label("unit_id"), u.code, u.name.label("unit_name"), u.short_name, u.kind,
                u.path, u.parent_id,
            )
            .join(table(Person), p.id == a.person_id)
            .join(table(Member), m.person_id == p.id)
            .join(table(Unit), u.id == m.unit_id)
            .where(tuple_(a.channel, a.address).in_(list(senders)), m.ended_at.is_(None), a.cut_at.is_(None))
            .order_by(m.id)
        )  # fmt: skip
        held: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in await self.fetch(query):
            held[row["channel"], row["address"]].append(row)
        return {sender: {**_acting(roles), "roles": roles} for sender, roles in held.items()}

    # --- drafts ------------------------------------------------------------------------------

    async def load_drafts(self, ids: Iterable[int]) -> None:
        """Read the drafts that the chats of this batch stand in, in one query."""
        wanted = [i for i in ids if i not in self._drafts]
        if wanted:
            for row in await self.fetch(select(table(Draft)).where(table(Draft).c.id.in_(wanted))):
                self._drafts[row["id"]] = row

    async def draft(self, draft_id: int) -> Row | None:
        """A draft as it stands now; None when it was sent or thrown away."""
        await self.load_drafts([draft_id])
        return self._drafts.get(draft_id)

    def save_draft(self, draft_id: int, state: Row) -> None:
        self._drafts[draft_id] = {**self._drafts[draft_id], "state": state, "updated_at": self.now}
        self._changed_drafts.add(draft_id)

    def forget_draft(self, draft_id: int) -> None:
        """The draft's row is being deleted: write nothing to it any more."""
        self._drafts.pop(draft_id, None)
        self._changed_drafts.discard(draft_id)

    # --- what goes out -----------------------------------------------------------------------

    def send(
        self,
        channel: str,
        chat: str,
        reply: Mapping[str, Any],
        *,
        priority: int,
        key: str | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """Leave a message in the outbox. A `key` that is there already makes this nothing."""
        self._inserts["outbox"].append(
            {
                "key": key, "channel": channel, "chat": chat, "priority": int(priority), "reply": dict(reply),
                "state": "waiting", "attempts": 0, "created_at": self.now, "due_at": due_at or self.now,
            }
        )  # fmt: skip

    def audit(
        self,
        action: str,
        subject: str,
        *,
        member_id: int | None,
        account_id: int | None = None,
        unit_id: int | None = None,
        before: Row | None = None,
        after: Row | None = None,
        reason: str = "",
    ) -> None:
        """Note a change: `subject` is what was changed, as `kind:id`; `unit_id` the unit that it concerns. No names."""
        self._inserts["audit"].append(
            {
                "at": self.now, "member_id": member_id, "account_id": account_id,
                "action": action, "subject": subject, "unit_id": unit_id,
                "before": before or {}, "after": after or {}, "reason": reason,
            }
        )  # fmt: skip

    async def flush(self) -> None:
        """Write what was deferred, a statement for each kind."""
        if changed := [row for row in self._conversations.values() if row.pop("changed", False)]:
            statement = self.upsert(Conversation)
            statement = statement.on_conflict_do_update(
                index_elements=["channel", "chat"],
                set_={"state": statement.excluded.state, "updated_at": statement.excluded.updated_at},
            )
            await self.conn.execute(statement, changed)
        if self._changed_drafts:
            t = table(Draft)
            drafts = [self._drafts[i] for i in self._changed_drafts]
            await self.conn.execute(
                update(t).where(t.c.id == bindparam("at_id")).values(
                    state=bindparam("to_state"), updated_at=bindparam("to_time")
                ),
                [{"at_id": d["id"], "to_state": d["state"], "to_time": d["updated_at"]} for d in drafts],
            )  # fmt: skip
            self._changed_drafts.clear()
        inserts, self._inserts = self._inserts, defaultdict(list)
        if seen := inserts.get("seen"):
            await self.conn.execute(insert(table(SeenUpdate)), seen)
        if audit := inserts.get("audit"):
            await append(self.conn, audit)
        if outbox := inserts.get("outbox"):
            push = self.upsert(Outbox)
            await self.conn.execute(push.on_conflict_do_nothing(index_elements=["key"]), outbox)
