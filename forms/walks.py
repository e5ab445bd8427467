"""How nodes are reached and gathered: axes, filters, unions, an order by chance."""

from collections.abc import Callable
from random import Random
from typing import Any

from forms.lookups import Test
from forms.nodes import Node, NodeThunk, Scope, Thunk
from forms.paths import ExpressionError
from forms.shuffling import shuffled

Step = Callable[[Scope, Node], list[Node]]


def top(scope: Scope) -> list[Node]:
    return [scope.instance.document.top]


def distinct(nodes: list[Node]) -> list[Node]:
    return nodes if len(nodes) < 2 else list({id(node): node for node in nodes}.values())


def union(parts: list[NodeThunk]) -> NodeThunk:
    return lambda scope: distinct([found for part in parts for found in part(scope)])


def with_descendants(start: NodeThunk) -> NodeThunk:
    def walked(scope: Scope) -> list[Node]:
        nodes, check = start(scope), scope.env.budget.check
        found: list[Node] = []
        for node in nodes:
            check()
            found += _walked(node)
        return found

    return walked


def _walked(top: Node) -> list[Node]:
    """`top` and all below it, in the order of the document."""
    found, waiting = [], [top]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += node.children[::-1]
    return found


def axis(axis: str, test: Any) -> Step:
    if test.symbol not in {"(name)", "*", "node"}:
        raise ExpressionError(f"{test.source} is not supported in a path")
    name = test.value if test.symbol == "(name)" else None

    def step(_: Scope, node: Node) -> list[Node]:
        found = {"child": node.children, "self": [node], "parent": [node.parent] if node.parent else []}[axis]
        return [candidate for candidate in found if name in {None, candidate.name}]

    return step


def filtered(nodes: NodeThunk, test: Test) -> NodeThunk:
    return lambda scope: test.filter(scope, nodes(scope))


def randomized(nodes: NodeThunk, seed: Thunk | None) -> NodeThunk:
    """With a seed in the order that ODK has of it, else in one of the draft's own."""

    def drawn(scope: Scope) -> list[Node]:
        found = nodes(scope)
        if seed is not None:
            return shuffled(found, seed(scope))
        own = list(found)
        Random(f"{scope.env.seed}|{scope.current.path}").shuffle(own)  # noqa: S311 - no secret is drawn from it
        return own

    return drawn
