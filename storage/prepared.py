"""Statements that are the same each time but for their parameters: put together and compiled once.

SQLAlchemy does that work anew for each execution, and remembers the compiled text only; for a statement of some
microseconds that is most of its cost. On a quick transaction of SQLite (`storage.sqlite`) such a statement goes
straight to the driver, its values through SQLAlchemy's own types; on any other connection it is executed as usual.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import JSON, Executable, Table, bindparam
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import visitors

from storage import json_text, sqlite
from storage.types import Instant

_Process = Callable[[Any], Any]


class Prepared:
    """A statement of Core whose parameters are `bindparam`s with names; it has no list that could be of any length."""

    def __init__(self, make: Callable[[Any], Executable]) -> None:
        """`make`: is given what makes an INSERT of the engine that can take `.on_conflict_do_…`."""
        self._make = make
        self._made: dict[str, Executable] = {}
        self._compiled: Compiled | None = None
        self._tables: frozenset[str] | None = None

    def on(self, dialect: Dialect) -> Executable:
        """The statement for an engine."""
        if dialect.name not in self._made:
            self._made[dialect.name] = self._make(sqlite_insert if dialect.name == "sqlite" else pg_insert)
        return self._made[dialect.name]

    def tables(self, dialect: Dialect) -> frozenset[str]:
        """The names of all tables that it reads or writes."""
        if self._tables is None:
            parts: Any = visitors.iterate(self.on(dialect))  # type: ignore[arg-type]
            self._tables = frozenset(part.name for part in parts if isinstance(part, Table))
        return self._tables

    def compiled(self, dialect: Dialect) -> Compiled:
        """Ready for SQLite's driver."""
        if self._compiled is None:
            self._compiled = Compiled(self.on(dialect), dialect)
        return self._compiled


class Compiled:
    """SQL with what makes the driver's values of ours, and ours of the driver's."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self._dialect, self.sql = dialect, str(compiled)
        defaults = {c.key: c.default for c in getattr(compiled, "insert_prefetch", ())}
        fixed = {name: default.arg for name, default in defaults.items() if default.is_scalar}
        self._factories = {name: default.arg for name, default in defaults.items() if default.is_callable}
        constants = {**compiled.construct_params(_check=False), **fixed}
        self._parameters = [(name, constants.get(name)) for name in compiled.positiontup or ()]
        works = {name: _to_driver(compiled.binds[name].type, one) for name, one in compiled._bind_processors.items()}
        self._to_process = [(at, works[name]) for at, (name, _) in enumerate(self._parameters) if name in works]
        columns = compiled._result_columns or []
        self._names = [column.keyname for column in columns]
        found = [_of_driver(column.type, dialect) for column in columns]
        self._processed = [(name, work) for name, work in zip(self._names, found, strict=True) if work]

    def execute(self, raw: sqlite3.Connection, params: Mapping[str, Any]) -> sqlite3.Cursor:
        return self._run(raw.execute, self._values(params))

    def many(self, raw: sqlite3.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        self._run(raw.executemany, [self._values(row) for row in rows])

    def fetch(self, raw: sqlite3.Connection, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        cursor = self.execute(raw, params)
        return self._rows(cursor.fetchall()) if self._names else []

    def last_id(self, raw: sqlite3.Connection) -> int:
        """Of the row that was inserted last."""
        return int(raw.execute("SELECT last_insert_rowid()").fetchone()[0])

    def _rows(self, found: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
        names, processed = self._names, self._processed
        rows = [dict(zip(names, values, strict=True)) for values in found]
        for row in rows:
            for name, work in processed:
                row[name] = work(row[name])
        return rows

    def _values(self, params: Mapping[str, Any]) -> list[Any]:
        if self._factories:
            params = {**{name: make(None) for name, make in self._factories.items()}, **params}
        given = params.get
        values = [given(name, constant) for name, constant in self._parameters]
        for at, work in self._to_process:
            values[at] = work(values[at])
        return values

    def _run(self, work: Callable[[str, Any], sqlite3.Cursor], values: list[Any]) -> sqlite3.Cursor:
        try:
            return work(self.sql, values)
        except sqlite3.Error as error:
            told: Any = DBAPIError.instance(
                self.sql, None, error, sqlite3.Error, hide_parameters=True, dialect=self._dialect
            )
            raise told from error


def _to_driver(type_: Any, work: _Process) -> _Process:
    if type(type_) is JSON:
        return json_text.written
    return _remembering(work) if isinstance(type_, Instant) else work


def _of_driver(type_: Any, dialect: Dialect) -> _Process | None:
    if type(type_) is JSON:
        return _json
    work: _Process | None = type_._cached_result_processor(dialect, None)
    return _remembering(work) if work and isinstance(type_, Instant) else work


def _json(text: str | None) -> Any:
    return None if text is None else json_text.read(text)


def _remembering(work: _Process) -> _Process:
    """A batch writes one moment in many rows, and reads those of the same period again and again."""
    return lru_cache(256)(work)


@cache
def inserting(into: Table, names: tuple[str, ...]) -> Prepared:
    """The INSERT of one row of which these columns are given."""
    return Prepared(lambda insert: insert(into).values({name: bindparam(name) for name in names}))


def quick(conn: AsyncConnection) -> sqlite3.Connection | None:
    """The driver's connection, if the transaction is a quick one of SQLite."""
    inner = conn.sync_connection
    if inner is None or sqlite.QUICK not in inner.get_execution_options():
        return None
    raw: sqlite3.Connection | None = inner.connection.dbapi_connection  # type: ignore[assignment]
    return raw
