"""Units as they are and as they are to be: what a change of the tree is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Act(StrEnum):
    """What can happen to a unit; in the audit it is `unit.<act>`."""

    ADD = "add"
    RENAME = "rename"
    MOVE = "move"
    DATE = "date"
    END = "end"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class State:
    """A unit as it is, or is to be; `parent` and `successors` are codes."""

    name: str
    short_name: str
    kind: str
    parent: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the unit with a code; `before` is None for a new one. `row`: of its list, 0 for none."""

    code: str
    row: int
    before: State | None
    after: State

    @property
    def acts(self) -> tuple[Act, ...]:
        """All that happens to it; none for a unit that stays as it is."""
        old, new = self.before, self.after
        end = new.valid_to is not None
        if old is None:
            return (Act.ADD, Act.END) if end else (Act.ADD,)
        found = {
            Act.RENAME: (old.name, old.short_name, old.kind) != (new.name, new.short_name, new.kind),
            Act.MOVE: old.parent != new.parent,
            Act.DATE: old.valid_from != new.valid_from,
            Act.END: end and (old.valid_to, old.successors) != (new.valid_to, new.successors),
            Act.REOPEN: old.valid_to is not None and not end,
        }
        return tuple(act for act, happens in found.items() if happens)


@dataclass(frozen=True, slots=True)
class Tree:
    """Every unit by code as it is to be; `rows`: where the listed ones stand."""

    after: dict[str, State]
    rows: Mapping[str, int]


def above(code: str, states: Mapping[str, State]) -> Iterator[str]:
    """The codes of the units above one, the nearest first."""
    while code := states[code].parent:
        yield code


def from_the_top(states: Mapping[str, State]) -> list[str]:
    """All codes, each after those above it."""
    depth = {code: sum(1 for _ in above(code, states)) for code in states}
    return sorted(states, key=depth.__getitem__)
