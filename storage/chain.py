"""The audit's hash chain: each row vouches for all before it, so that nothing can be changed or taken out unseen.

The chain has no secret: whoever may write the database file may also write the whole chain anew, or cut off its end.
That is seen by a head that was noted down elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import Prepared, inserting, quick
from storage.tables import Audit

_audit = Audit.__table__  # type: ignore[attr-defined]
_HASHED = ("at", "member_id", "account_id", "action", "subject", "unit_id", "before", "after", "reason")
_LAST = Prepared(lambda _: select(_audit.c.chain).order_by(_audit.c.id.desc()).limit(1))
_LOCK = 0xA0D17
"""Of all advisory locks of the house, the one of this chain."""

BLOCK = 2000
"""Rows that are read at a time."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold: the first row that does not follow from those before it.

    `what`: "missing" where ids are left out right before it, else "changed", which is also what a row looks like that
    was put in, or stands in another's place.
    """

    id: int
    at: datetime
    what: Literal["changed", "missing"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: how many rows hold, the last of them with its chain (the head), and where it breaks.
    `has_noted`: whether the head that was asked for stands among them."""

    rows: int
    last_id: int
    head: str
    broken: Break | None
    has_noted: bool


def link(before: str, row: Mapping[str, Any]) -> str:
    """The chain of a row after one whose chain is `before` ("" for the first)."""
    content = {name: _plain(row[name]) for name in _HASHED}
    text = before + json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


async def append(conn: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows at the end of the chain. SQLite has one writer; PostgreSQL lets one in at a time here."""
    if conn.dialect.name == "postgresql":
        await conn.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    raw = quick(conn)
    if raw:
        found = _LAST.compiled(conn.dialect).fetch(raw, {})
        chain: str = found[0]["chain"] if found else ""
    else:
        chain = (await conn.execute(_LAST.on(conn.dialect))).scalar() or ""
    for row in rows:
        row["chain"] = chain = link(chain, row)
    statement = inserting(_audit, (*_HASHED, "chain"))
    if raw:
        statement.compiled(conn.dialect).many(raw, rows)
    else:
        await conn.execute(statement.on(conn.dialect), list(rows))


async def verify(conn: AsyncConnection, noted: str = "") -> Checked:
    """Follow the chain from the first row to the last, or to where it breaks. `noted`: a head noted down earlier."""
    count, last_id, head, found = 0, 0, "", not noted
    while block := (await conn.execute(_after(last_id))).mappings().all():
        for row in block:
            if row["chain"] != link(head, dict(row)):
                what: Literal["changed", "missing"] = "changed" if row["id"] == last_id + 1 else "missing"
                return Checked(count, last_id, head, Break(row["id"], row["at"], what), found)
            count, last_id, head = count + 1, row["id"], row["chain"]
            found = found or head == noted
    return Checked(count, last_id, head, None, found)


def _after(last_id: int) -> Any:
    return select(_audit).where(_audit.c.id > last_id).order_by(_audit.c.id).limit(BLOCK)
