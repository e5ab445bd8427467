"""Conditions on the rows of a list, and the rows looked up by a field, so that thousands need not each be looked at.

The idea: in `[province = /data/province and kind = 'xã']` the field stands for the row and the rest is the same for all
rows. So the list keeps a table of its rows by province, made when it is first asked for, and only the rows found there
are judged. Lists never change, so the tables stay with them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from forms.nodes import Node, Scope, Thunk
from forms.paths import CURRENT, chain, has_predicate, path_of, reference_of
from forms.values import Value, boolean

# One side of a comparison: a value, or those of all nodes of a path that leads to several.
Gathered: TypeAlias = Callable[[Scope], Value | list[Value]]
_CONSTANTS = frozenset({"(string)", "(integer)", "(decimal)", "(float)"})


@dataclass(frozen=True, slots=True)
class Key:
    """A field of a row that must equal a value, which is the same for every row."""

    field: str
    value: Gathered


@dataclass(frozen=True, slots=True)
class Test:
    """A condition. `is_key`: it says no more than its only key."""

    holds: Thunk
    keys: tuple[Key, ...] = ()
    is_key: bool = False

    def filter(self, scope: Scope, nodes: Sequence[Node]) -> list[Node]:
        """The nodes for which it holds; a number as a condition is a position."""
        kept, check = [], scope.env.budget.check
        for position, node in enumerate(nodes, 1):
            check()
            verdict = self.holds(scope.focus(node, position, len(nodes)))
            if verdict == position if isinstance(verdict, Decimal) else boolean(verdict):
                kept.append(node)
        return kept

    def rows(self, scope: Scope, parent: Node, name: str) -> list[Node] | None:
        """The children `name` of `parent` for which it holds; None when they must be looked at one by one."""
        # Nodes of the primary instance have paths, and values that change.
        if not self.keys or parent.path or parent.parent is None or not parent.children:
            return None
        key = self.keys[0]
        value = key.value(scope.focus(parent.children[0], 1, 1))
        found = None if isinstance(value, list) else parent.table(name, key.field).find(value)
        if found is None:
            return None
        return list(found) if self.is_key else self.filter(scope, found)


def keys_of(token: Any) -> list[tuple[str, Any]]:
    """The fields of a row in the condition under `token`, each with the tree of the value that it must equal."""
    return [] if _counts_rows(token) else _keys_of(token)


def _keys_of(token: Any) -> list[tuple[str, Any]]:
    if token.symbol == "(":
        return _keys_of(token[0])
    if token.symbol == "and":
        first, links = chain(token, {"and"})
        return [key for part in (first, *(part for _, part in links)) for key in _keys_of(part)]
    if token.symbol == "=":
        sides = ((token[0], token[1]), (token[1], token[0]))
        return [(side.value, other) for side, other in sides if side.symbol == "(name)" and _is_fixed(other)]
    return []


def _is_fixed(token: Any) -> bool:
    """Whether the value under `token` does not depend on the row that is looked at."""
    if token.symbol in _CONSTANTS or path_of(token):
        return True
    return reference_of(token).startswith(CURRENT) and not has_predicate(token)


def _counts_rows(token: Any) -> bool:
    """Whether it asks for the place of the row among the others, which a look-up does not know."""
    waiting = [token]
    while waiting:
        part = waiting.pop()
        if part.symbol in {"position", "last"}:
            return True
        waiting.extend(part)
    return False
