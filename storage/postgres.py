"""What is PostgreSQL's own of opening a database, of its schema, and of what goes wrong. Used by `storage.engine`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

KEEPALIVE = {
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "7000",
}
"""By which the server finds out that a client's machine, or the way to it, is gone. Nothing on a socket of its own."""

OPTIONS: dict[str, Any] = {
    # A process does few things at a time: a batch, a job, the courier, some pages. PostgreSQL has a process for each.
    "pool_size": 5,
    "max_overflow": 15,
    "pool_timeout": 10,
    # A firewall between may forget a connection that nobody uses.
    "pool_recycle": 1800,
    "connect_args": {
        "timeout": 10,
        "server_settings": {
            "application_name": "danvan",
            "timezone": "UTC",
            # Nobody waits longer for an answer; what was asked is rolled back, and comes again.
            "statement_timeout": "60s",
            "lock_timeout": "20s",
            # Of a process that hangs, the locks are free again.
            "idle_in_transaction_session_timeout": "5min",
            # Of a machine that is gone without a word, too: in seven seconds.
            **KEEPALIVE,
            # Our queries are small: to compile them takes longer than to run them.
            "jit": "off",
            # What is asked for is in memory, or on a disk that need not turn: a few rows of a table are found by its
            # index, and not by reading all of it as soon as they are some thousand.
            "random_page_cost": "1.1",
        },
    },
}
"""For `create_async_engine`. What a URL says in its query goes to asyncpg as well (`?ssl=require`)."""

ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Options of a connection whose transactions see one moment of the database, and change nothing."""

# Classes of SQLSTATE: connection, transaction rollback (also deadlocks), resources, operator intervention, system.
_PASSING = ("08", "40", "53", "57", "58")
_LOCK_NOT_AVAILABLE = "55P03"
_BROKEN = "InternalClientError"
_STALE_PLAN = "InvalidCachedStatementError"


def connect(dialect: Any, _entry: ConnectionPoolEntry, words: Any, named: Any) -> Any:
    """A connection. Whatever the driver raises where none can be made is told as all errors of a database are."""
    try:
        return dialect.connect(*words, **named)
    except Exception as error:
        raise OperationalError(None, None, error, hide_parameters=True) from error


def refuse_dead(connection: Any, _entry: ConnectionPoolEntry, _proxy: Any) -> None:
    """A connection that was cut while nobody used it is not given out: the pool makes another."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def note_broken(context: ExceptionContext) -> None:
    """A connection that was cut in the middle of something may leave the driver in a state that it cannot leave: such
    a one is given up like one that is closed."""
    if type(context.original_exception).__name__ == _BROKEN:
        context.is_disconnect = True


def is_passing(error: BaseException | None) -> bool:
    """Whether the server or the connection, and not the statement, is at fault."""
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig
    if error.connection_invalidated or isinstance(cause, OSError | TimeoutError):
        return True
    # Another process has changed the schema: the driver has noted it, and asks anew the next time.
    if type(cause).__name__ == _STALE_PLAN:
        return True
    state = str(getattr(cause, "sqlstate", None) or "")
    return state[:2] in _PASSING or state == _LOCK_NOT_AVAILABLE


def take_time(connection: Connection) -> None:
    """What this transaction does may take as long as it takes."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))


_OTHERWISE_ORDERED = text("""
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_collation o ON o.oid = a.attcollation
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
        AND NOT a.attisdropped AND o.collname <> 'C'
    ORDER BY 1, a.attnum
""")


def order_by_bytes(connection: Connection) -> None:
    """Texts have the order of SQLite, whatever the language of the server: lists look the same on both, and what begins
    with something (a branch of units, a family of keys) is found by an index."""
    changes: dict[str, list[str]] = {}
    quote = connection.dialect.identifier_preparer.quote
    for table, column, kind in connection.execute(_OTHERWISE_ORDERED):
        changes.setdefault(table, []).append(f'ALTER COLUMN {quote(column)} TYPE {kind} COLLATE "C"')
    for table, columns in changes.items():
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} {', '.join(columns)}")
