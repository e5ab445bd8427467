"""The unit of work: what a batch of updates leaves behind, flushed set by set inside one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import batch
from storage.batch import table
from storage.chain import append
from storage.engine import rows
from storage.lists import among
from storage.locks import lock_chats, take_office
from storage.prepared import Prepared, inserting, quick
from storage.tables import Account, Audit, Conversation, Draft, Outbox, SeenUpdate

Row = dict[str, Any]

__all__ = ["Row", "UnitOfWork", "table"]

_CONVERSATION, _DRAFT, _SEEN, _AUDIT, _OUTBOX = (
    table(model).name for model in (Conversation, Draft, SeenUpdate, Audit, Outbox)
)
_DEFERRED = frozenset({_CONVERSATION, _DRAFT, _SEEN, _AUDIT, _OUTBOX})


def _acting(roles: Sequence[Row]) -> Row:
    """The role that the account spoke in last; when that one has ended, the oldest that is left."""
    return next((role for role in roles if role["member_id"] == role["last_member_id"]), roles[0])


class UnitOfWork:
    """One open transaction and what is to be written at its end.

    Deferred, because they are many and alike: conversations, drafts, outbox rows, audit rows, seen keys.
    Everything else is written at once with `run`, which flushes first so that the order stays true; `change` does so
    for what its statement reads or writes.
    """

    def __init__(self, conn: AsyncConnection, now: datetime) -> None:
        self.conn = conn
        self.now = now
        self._raw = quick(conn)
        self._conversations: dict[tuple[str, str], Row] = {}
        self._said: dict[tuple[str, str], Row] = {}
        self._drafts: dict[int, Row] = {}
        self._changed_drafts: set[int] = set()
        self._inserts: dict[str, list[Row]] = defaultdict(list)
        self.membership_is_fresh = True
        self.touched_outbox = False
        """Whether it may have changed what waits there, beside what it defers."""
        self.changed_office = False
        """Whether something was changed that is not of a chat alone (see `storage.locks`)."""
        self.mailed: set[tuple[str, str]] = set()
        """The (channel, chat) that something waits for now, of what this batch left in the outbox."""
        # Of a batch that does not have the office to itself: the turn that it saw (see `storage.locks`).
        self._seen_turn: int | None = None

    async def begin(self, chats: Iterable[tuple[str, str]], *, alone: bool) -> None:
        """Of a shared transaction, before it reads: it works on these chats, which nobody else does until it ends.
        `alone`: it has the office as well. Without it, what changes the office may raise Overtaken."""
        if self.conn.dialect.name == "sqlite":
            return
        turn = await lock_chats(self.conn, chats)
        if alone:
            await take_office(self.conn)
        else:
            self._seen_turn = turn

    async def _take_office(self) -> None:
        seen, self._seen_turn = self._seen_turn, None
        if seen is not None:
            await take_office(self.conn, seen)

    def people_changed(self) -> None:
        """Somebody joined, left or changed: what was read of people earlier in this batch is stale."""
        self.membership_is_fresh = False

    async def fetch(self, statement: Executable) -> list[Row]:
        """Read without flushing: for what this batch cannot have changed by deferral."""
        return rows(await self.conn.execute(statement))

    async def run(self, statement: Executable, values: Sequence[Row] | None = None, *, own: bool = False) -> Any:
        """Write now, after what was deferred. `own`: it is of the chat alone, and nothing of the office. Raises
        Overtaken (see `begin`)."""
        await self._before_change(own=own)
        self.touched_outbox = True
        await self.flush()
        if values is None:
            return await self.conn.execute(statement)
        return await self.conn.execute(statement, values)

    async def _before_change(self, *, own: bool) -> None:
        if not own:
            self.changed_office = True
            await self._take_office()

    async def find(self, statement: Prepared, **params: Any) -> list[Row]:
        """As `fetch`."""
        if self._raw:
            return statement.compiled(self.conn.dialect).fetch(self._raw, params)
        return rows(await self.conn.execute(statement.on(self.conn.dialect), params))

    async def change(
        self, statement: Prepared, values: Sequence[Row] | None = None, *, own: bool = False, **params: Any
    ) -> list[Row]:
        """As `run`, with what is to be written in `values` (many rows) or `params` (one). Returns what a RETURNING
        gives."""
        await self._before_change(own=own)
        if before := statement.tables(self.conn.dialect) & _DEFERRED:
            self.touched_outbox |= _OUTBOX in before
            await self.flush(before)
        if not self._raw:
            result = await self.conn.execute(statement.on(self.conn.dialect), params if values is None else values)
            return rows(result) if result.returns_rows else []
        if values is None:
            return statement.compiled(self.conn.dialect).fetch(self._raw, params)
        statement.compiled(self.conn.dialect).many(self._raw, values)
        return []

    async def insert(self, model: Any, **values: Any) -> int:
        """Insert one row now; returns its id."""
        if self._raw:
            await self.change(prepared := inserting(table(model), tuple(values)), **values)
            return prepared.compiled(self.conn.dialect).last_id(self._raw)
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
        if self._raw:
            known = batch.SEEN.compiled(self.conn.dialect)
            return {one for one in keys if known.fetch(self._raw, {"channel": one[0], "key": one[1]})}
        found = await self.fetch(select(t.channel, t.key).where(tuple_(t.channel, t.key).in_(list(keys))))
        return {(r["channel"], r["key"]) for r in found}

    def mark_seen(self, channel: str, key: str) -> None:
        self._inserts[_SEEN].append({"channel": channel, "key": key, "at": self.now})

    # --- conversations and people ------------------------------------------------------------

    async def load_conversations(self, chats: Iterable[tuple[str, str]]) -> None:
        """Read the state of all these (channel, chat) in one query."""
        t = table(Conversation)
        if self._raw:
            known = batch.CONVERSATION.compiled(self.conn.dialect)
            found = [row for c in chats for row in known.fetch(self._raw, {"channel": c[0], "chat": c[1]})]
        else:
            found = await self.fetch(select(t).where(tuple_(t.c.channel, t.c.chat).in_(list(chats))))
        for row in found:
            self._conversations[row["channel"], row["chat"]] = row

    def conversation(self, channel: str, chat: str) -> Row:
        """The state of a loaded chat, {} for a new one. Change it by `set_conversation`."""
        row = self._conversations.get((channel, chat))
        state: Row = row["state"] if row else {}
        return state

    def set_conversation(self, channel: str, chat: str, state: Row) -> None:
        row = {"channel": channel, "chat": chat, "state": state, "updated_at": self.now}
        self._conversations[channel, chat] = self._said[channel, chat] = row

    def forget_conversation(self, channel: str, chat: str) -> None:
        """The conversation's row is being deleted: it begins anew."""
        self._conversations.pop((channel, chat), None)
        self._said.pop((channel, chat), None)

    async def people(self, senders: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Row]:
        """The account and person behind each (channel, address), acting in one of their roles; unknown ones and those
        without a role are absent. `roles` holds all of them, the one acted in among them."""
        held: dict[tuple[str, str], list[Row]] = defaultdict(list)
        a = table(Account).c
        if self._raw:
            known = batch.PERSON.compiled(self.conn.dialect)
            found = [row for s in senders for row in known.fetch(self._raw, {"channel": s[0], "address": s[1]})]
        else:
            found = await self.fetch(batch.people().where(tuple_(a.channel, a.address).in_(list(senders))))
        for row in found:
            held[row["channel"], row["address"]].append(row)
        return {sender: {**_acting(roles), "roles": roles} for sender, roles in held.items()}

    # --- drafts ------------------------------------------------------------------------------

    async def load_drafts(self, ids: Iterable[int]) -> None:
        """Read the drafts that the chats of this batch stand in, in one query."""
        wanted = [i for i in ids if i not in self._drafts]
        if wanted:
            if self._raw:
                known = batch.DRAFT.compiled(self.conn.dialect)
                self._drafts.update((row["id"], row) for i in wanted for row in known.fetch(self._raw, {"id": i}))
                return
            found = select(table(Draft)).where(among(table(Draft).c.id, wanted)).order_by(table(Draft).c.id)
            # The same draft may be open in two chats: of Telegram, and of the web.
            for row in await self.fetch(found.with_for_update()):
                self._drafts[row["id"]] = row

    async def draft(self, draft_id: int) -> Row | None:
        """A draft as it stands now; None when it was sent or thrown away."""
        await self.load_drafts([draft_id])
        return self._drafts.get(draft_id)

    def opened(self, draft: Row) -> Row:
        """A draft that was written just now, whole."""
        self._drafts[draft["id"]] = draft
        return draft

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
        answered: bool = False,
    ) -> None:
        """Leave a message in the outbox. A `key` that is there already makes this nothing. `answered`: it goes out with
        the answer to what brought its update, and nobody else has to send it."""
        if not answered:
            self.mailed.add((channel, chat))
        self._inserts[_OUTBOX].append(
            {
                "key": key, "channel": channel, "chat": chat, "priority": int(priority), "reply": dict(reply),
                "state": "sent" if answered else "waiting", "attempts": int(answered), "created_at": self.now,
                "due_at": due_at or self.now, "sent_at": self.now if answered else None,
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
        self.changed_office = True
        self._inserts[_AUDIT].append(
            {
                "at": self.now, "member_id": member_id, "account_id": account_id,
                "action": action, "subject": subject, "unit_id": unit_id,
                "before": before or {}, "after": after or {}, "reason": reason,
            }
        )  # fmt: skip

    async def flush(self, only: Collection[str] = _DEFERRED) -> None:
        """Write what was deferred, a statement for each kind. `only`: of these tables."""
        if self._said and _CONVERSATION in only:
            said, self._said = self._said, {}
            await self._write(batch.KEEP_CONVERSATION, list(said.values()))
        if self._changed_drafts and _DRAFT in only:
            drafts = [self._drafts[i] for i in self._changed_drafts]
            values = [{"at_id": d["id"], "to_state": d["state"], "to_time": d["updated_at"]} for d in drafts]
            await self._write(batch.SAVE_DRAFT, values)
            self._changed_drafts.clear()
        if _SEEN in only and (seen := self._inserts.pop(_SEEN, None)):
            await self._write(batch.MARK_SEEN, seen)
        if _AUDIT in only and (audit := self._inserts.pop(_AUDIT, None)):
            await self._take_office()
            await append(self.conn, audit)
        if _OUTBOX in only and (outbox := self._inserts.pop(_OUTBOX, None)):
            await self._write(batch.MAIL, outbox)

    async def _write(self, statement: Prepared, values: list[Row]) -> None:
        if self._raw:
            statement.compiled(self.conn.dialect).many(self._raw, values)
        else:
            await self.conn.execute(statement.on(self.conn.dialect), values)
