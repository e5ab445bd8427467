"""For `bench.year`: a week that was lived is written once more, so many weeks later; and what a database takes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

IDS = {
    "period": {"id": "period"}, "period_step": {"period_id": "period"},
    "expected_report": {"id": "expected_report", "period_id": "period"},
    "report": {"id": "report", "expected_id": "expected_report", "period_id": "period"},
    "revision": {"id": "revision", "report_id": "report"}, "total": {"period_id": "period"}, "audit": {"id": "audit"},
    "snapshot": {"id": "snapshot"}, "outbox": {"id": "outbox"}, "seen_update": {}, "media": {},
    "broadcast": {"id": "broadcast"}, "broadcast_recipient": {"id": "broadcast_recipient", "broadcast_id": "broadcast"},
}  # fmt: skip
"""What a week adds to, and which of its numbers are whose."""
UNIQUE = {"period": "name", "report": "code", "snapshot": "key", "outbox": "key", "seen_update": "key"}


class Again:
    """Writes the week that was lived once more, so many weeks later."""

    def __init__(self, file: Path) -> None:
        self._file, self._week = file, file.with_name("week.db")
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("VACUUM INTO ?", (str(self._week),))
            given = "SELECT coalesce(max(id), 0) FROM {}"
            self._spans = {
                name: connection.execute(given.format(name)).fetchone()[0] for name, ids in IDS.items() if "id" in ids
            }
            self._statements = {name: self._statement(connection, name) for name in IDS}

    def _statement(self, connection: sqlite3.Connection, name: str) -> str:
        columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
        names = ", ".join(f'"{column[1]}"' for column in columns)
        values = ", ".join(self._value(name, column[1], column[2]) for column in columns)
        return f"INSERT INTO main.{name} ({names}) SELECT {values} FROM week.{name}"

    def _value(self, name: str, column: str, kind: str) -> str:
        if column in IDS[name]:
            return f"{column} + :week * {self._spans[IDS[name][column]]}"
        if kind == "DATETIME":
            return f"datetime({column}, '+' || (7 * :week) || ' days') || substr({column}, 20)"
        if UNIQUE.get(name) == column or (name == "media" and column in ("id", "sha256")):
            return f"{column} || printf('/%02d', :week)"
        return f'"{column}"'

    def write(self, week: int) -> None:
        with closing(sqlite3.connect(self._file)) as connection:
            connection.execute("ATTACH ? AS week", (str(self._week),))
            for statement in self._statements.values():
                connection.execute(statement, {"week": week})
            connection.commit()


def sizes(file: Path) -> Iterator[tuple[str, int, float]]:
    """Each table with its rows, and the megabytes of it and its indexes, the largest first."""
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1"
        for name, size in sorted(connection.execute(query).fetchall(), key=lambda row: -row[1]):
            yield name, connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0], size / 1e6


def free(file: Path) -> float:
    """Megabytes of the file that are empty, to be written again."""
    with closing(sqlite3.connect(file)) as connection:
        pages = connection.execute("PRAGMA freelist_count").fetchone()[0]
        return float(pages * connection.execute("PRAGMA page_size").fetchone()[0] / 1e6)
