"""A connection beside the pool, where several processes share one PostgreSQL: it bears the lock of the one that leads,
and brings what they tell each other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import func, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.postgres import KEEPALIVE

log = structlog.get_logger(__name__)

OUTBOX, WEB, LEAD = "danvan_outbox", "danvan_web", "danvan_lead"
"""What is told: there is something to send; a web chat has changed; nobody leads any more."""

CALL_SECONDS = 2.0
CONNECT_SECONDS = 5.0
LEADER = 0x1EAD
_SETTINGS = {**KEEPALIVE, "application_name": "danvan wire"}
_CONNECT = ("host", "port", "user", "password", "database", "ssl", "passfile", "direct_tls")

Hear = Callable[[str, str], None]


class WireError(Exception):
    """The connection cannot be made, or is gone, and with it every lock that it bore."""


class Wire:
    """Opened, used until it is lost, and opened anew."""

    def __init__(self, url: str, hear: Hear) -> None:
        """`hear`: told (what, its text) of whatever a process tells, this one too."""
        self._url, self._hear = url, hear
        self._conn: Any = None
        self._turn = asyncio.Lock()
        self.lost = asyncio.Event()
        """Set as soon as the server is seen to be gone."""

    async def open(self) -> None:
        """Raises WireError."""
        import asyncpg

        await self.close()
        self.lost.clear()
        self._conn = await self._guarded(
            asyncpg.connect(**_arguments(self._url), server_settings=_SETTINGS, timeout=CONNECT_SECONDS),
            # It has a limit of its own, at which it cleans up after itself.
            2 * CONNECT_SECONDS,
        )
        self._conn.add_termination_listener(lambda _conn: self.lost.set())
        for what in (OUTBOX, WEB, LEAD):
            await self._guarded(self._conn.add_listener(what, self._heard))

    async def ask_to_lead(self) -> bool:
        """Take the leader's lock, if nobody has it; it is held until the connection ends. Raises WireError."""
        return bool(await self._value("SELECT pg_try_advisory_lock($1)", LEADER))

    async def take_turn(self) -> int:
        """Of who has the lock: the number of the turn that begins; waits for what the one before is about to commit.
        Raises WireError."""
        # As `storage.locks.take_turn`, on this connection: who loses it here has not led.
        return int(
            await self._value(
                "INSERT INTO turn AS t (name, number) VALUES ('leader', 1) "
                "ON CONFLICT (name) DO UPDATE SET number = t.number + 1 RETURNING number"
            )
        )

    async def check(self) -> None:
        """Returns if the server still answers. Raises WireError."""
        await self._value("SELECT 1")

    async def tell(self, what: str, text: str = "") -> None:
        """Raises WireError."""
        await self._value("SELECT pg_notify($1, $2)", what, text)

    async def hand_over(self) -> None:
        """Give up the lock, and tell the others. Raises WireError."""
        await self._value("SELECT pg_advisory_unlock($1), pg_notify($2, '')", LEADER, LEAD)

    async def close(self) -> None:
        """Give up the lock, if it is held."""
        conn, self._conn = self._conn, None
        if conn is not None:
            try:
                await asyncio.wait_for(conn.close(), CALL_SECONDS)
            except Exception:
                # Without a word, then: nothing is under way here that could be lost.
                conn.terminate()

    async def _value(self, sql: str, *args: Any) -> Any:
        async with self._turn:
            if self._conn is None:
                raise WireError("not open")
            return await self._guarded(self._conn.fetchval(sql, *args))

    async def _guarded(self, work: Any, seconds: float = 0) -> Any:
        import asyncpg

        try:
            return await asyncio.wait_for(work, seconds or CALL_SECONDS)
        except (
            *(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError),
            *(OSError, TimeoutError),
        ) as error:
            raise WireError(type(error).__name__) from error

    def _heard(self, _conn: Any, _pid: int, what: str, text: str) -> None:
        self._hear(what, text)


async def announce(conn: AsyncConnection, what: str, facts: Any) -> None:
    """Tell all processes, once this transaction commits. Nobody else is there on SQLite. `facts`: as JSON at most 7000
    bytes."""
    if conn.dialect.name != "sqlite":
        await conn.execute(select(func.pg_notify(what, json.dumps(facts))))


def _arguments(url: str) -> dict[str, Any]:
    """What asyncpg is to be called with for an SQLAlchemy URL."""
    from sqlalchemy.dialects.postgresql.asyncpg import dialect

    found: dict[str, Any] = dialect().create_connect_args(make_url(url))[1]  # type: ignore[no-untyped-call]
    return {name: found[name] for name in _CONNECT if name in found}
