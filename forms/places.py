"""Which instance of a repeat a path means, seen from where an expression stands."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from posixpath import join, normpath

from forms.nodes import Node, Scope, Thunk
from forms.values import Value, number


def among(scope: Scope, nodes: list[Node]) -> list[Node]:
    """Of several instances only the one that the expression stands in; all, when it stands in none of them."""
    node: Node | None = scope.node if scope.node.path else scope.current
    while node is not None:
        if node in nodes:
            return [node]
        node = node.parent
    return nodes


@lru_cache(maxsize=4096)
def absolute(reference: str, at: str) -> str:
    """The path of the form that `reference`, written in the expression of the node at `at`, stands for."""
    return normpath(join(at, reference.strip().replace("current()", ".")))


def nearest(scope: Scope, reference: str) -> Node | None:
    """The node that `reference` means from the question of `scope`; None when there is none."""
    return _walk(scope, absolute(reference, scope.current.ref), {})


def indexed_repeat(field: str, repeats: Sequence[str], indexes: Sequence[Thunk]) -> Thunk:
    """indexed-repeat(): the value of `field` in the instances of `repeats` that `indexes` count out."""

    def value(scope: Scope) -> Value:
        at = scope.current.ref
        counted = {absolute(repeat, at): number(index(scope)) for repeat, index in zip(repeats, indexes, strict=True)}
        found = _walk(scope, absolute(field, at), counted)
        return scope.read(found) if found else ""

    return value


def _walk(scope: Scope, ref: str, counted: dict[str, Decimal]) -> Node | None:
    node = scope.instance.document.top
    for name in ref.split("/")[1:]:
        found = [child for child in node.children if child.name == name]
        if found and (index := counted.get(found[0].ref)) is not None:
            found = [twin for place, twin in enumerate(found, 1) if index == place]
        elif len(found) > 1:
            found = among(scope, found)
        if not found:
            return None
        node = found[0]
    return node
