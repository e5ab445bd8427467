"""The audit's hash chain: each row vouches for all before it, so that nothing can be changed or taken out unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import Audit

_audit = Audit.__table__  # type: ignore[attr-defined]
_HASHED = ("at", "member_id", "account_id", "action", "subject", "unit_id", "before", "after", "reason")
_LOCK = 0xA0D17
"""Of all advisory locks of the house, the one of this chain."""


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
    last = select(_audit.c.chain).order_by(_audit.c.id.desc()).limit(1)
    chain: str = (await conn.execute(last)).scalar() or ""
    for row in rows:
        row["chain"] = chain = link(chain, row)
    await conn.execute(insert(_audit), list(rows))
