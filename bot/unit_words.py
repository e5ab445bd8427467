"""The tree of units and its changes in words, for the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reporting.organisation.unit_changes import Plan
from reporting.organisation.unit_states import Act, Change
from storage.uow import Row

if TYPE_CHECKING:
    from rich.table import Table

_HEADINGS = {
    Act.ADD: "added", Act.RENAME: "renamed", Act.MOVE: "moved", Act.DATE: "begins on another day",
    Act.END: "ended", Act.REOPEN: "open again",
}  # fmt: skip


def changes(wanted: Plan, zone: ZoneInfo) -> Iterator[str]:
    """What a plan changes, sort by sort."""
    for act, heading in _HEADINGS.items():
        if changes := wanted.those(act):
            yield f"{heading} ({len(changes)}):"
            yield from (f"  {change.code}  {_happening(act, change, zone)}" for change in changes)


def _happening(act: Act, change: Change, zone: ZoneInfo) -> str:
    old, new = change.before, change.after
    if act == Act.ADD:
        return f"{new.name} ({new.kind}{f', below {new.parent}' if new.parent else ''})"
    if act == Act.END:
        heirs = f"; successors: {', '.join(new.successors)}" if new.successors else "; no successor"
        return f"{new.name}: from {day(new.valid_to, zone)}{heirs}"
    if act == Act.DATE:
        return f"{new.name}: {day(new.valid_from, zone)}"
    if old is None or act == Act.REOPEN:
        return new.name
    if act == Act.MOVE:
        return f"{new.name}: {old.parent or '(top)'} → {new.parent or '(top)'}"
    names = zip((old.name, old.short_name, old.kind), (new.name, new.short_name, new.kind), strict=True)
    return "; ".join(f"{before} → {after}" for before, after in names if before != after)


def day(at: datetime | None, zone: ZoneInfo) -> str:
    """2025-07-01, "" for never."""
    return at.astimezone(zone).date().isoformat() if at else ""


def summary(wanted: Plan, *, is_rehearsal: bool) -> str:
    """The last line."""
    end = "; nothing was written" if is_rehearsal else ""
    verb = "would change" if is_rehearsal else "changed"
    return f"{len(wanted.changes)} units {verb}, {wanted.unchanged} stay as they are{end}"


def tree(rows: Sequence[Row], zone: ZoneInfo) -> Table:
    """A table, each unit below its parent; of a branch the top one stands at the margin."""
    from rich.table import Table

    table = Table("unit", "code", "kind", "since", "until")
    below: dict[int | None, list[Row]] = {}
    ids = {row["id"] for row in rows}
    for row in rows:
        below.setdefault(row["parent_id"] if row["parent_id"] in ids else None, []).append(row)
    waiting = [(0, row) for row in reversed(below.get(None, []))]
    while waiting:
        depth, row = waiting.pop()
        since, until = day(row["valid_from"], zone), day(row["valid_to"], zone)
        table.add_row("  " * depth + row["name"], row["code"], row["kind"], since, until)
        waiting += [(depth + 1, child) for child in reversed(below.get(row["id"], []))]
    return table
