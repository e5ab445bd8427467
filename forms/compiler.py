"""From elementpath's parse tree to closures."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import Any

from forms.functions import FUNCTIONS, PREFIXED, Argument
from forms.nodes import Node, NodeThunk, Scope, Thunk
from forms.values import NAN, NUMBERS, ZERO, Value, boolean, compare, equal, number, string

Step = Callable[[Scope, Node], list[Node]]

# Functions that give nodes; the compiler knows them by name because they begin paths.
NODE_FUNCTIONS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"instance": (1, 1), "current": (0, 0), "randomize": (1, 2)}
)


class ExpressionError(ValueError):
    """The text is no expression that this engine can evaluate; the message says why."""


def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    return NUMBERS.remainder(dividend, divisor) if divisor else NAN


def _divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    return NUMBERS.divide(dividend, divisor)


ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = MappingProxyType(
    {"+": NUMBERS.add, "-": NUMBERS.subtract, "*": NUMBERS.multiply, "div": _divide, "mod": _modulo}
)
# How a reference that begins at the question is written while it is collected; inside a predicate “.” is another node.
CURRENT = "current()"
ORDER: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)


class Compiler:
    """Compiles one expression, and notes on the way which paths it reads and which functions it calls."""

    def __init__(self, *, inside_predicate: bool = False) -> None:
        self.references: set[str] = set()
        self.functions: set[str] = set()
        self._inside_predicate = inside_predicate

    def scalar(self, token: Any) -> Thunk:
        """The single value of the expression under `token`."""
        symbol = token.symbol
        if symbol in {"(string)", "(integer)", "(decimal)", "(float)"}:
            return _constant(token.value)
        if symbol in {"and", "or"}:
            return _logic(symbol, self.scalar(token[0]), self.scalar(token[1]))
        if symbol in {"=", "!="}:
            return _equality(symbol, self.scalar(token[0]), self.scalar(token[1]))
        if symbol in ORDER:
            return _ordering(ORDER[symbol], self.scalar(token[0]), self.scalar(token[1]))
        if symbol in ARITHMETIC and len(token) == 2:
            return _arithmetic(ARITHMETIC[symbol], self.scalar(token[0]), self.scalar(token[1]))
        if symbol in {"+", "-"}:
            return _sign(symbol, self.scalar(token[0]))
        if symbol == "(":
            return self.scalar(token[0])
        if symbol == ":":
            return self._prefixed(token)
        if token.label == "function" and symbol not in NODE_FUNCTIONS:
            return self._call(token)
        return self._path_value(token)

    def _prefixed(self, token: Any) -> Thunk:
        name = token[1].symbol
        if token[0].value != "jr" or name not in PREFIXED:
            raise ExpressionError(f"{token.source} is not known")
        return self._call(token[1])

    def _call(self, token: Any) -> Thunk:
        name = token.symbol
        if name not in FUNCTIONS:
            raise ExpressionError(f"the function {name}() is not supported")
        self.functions.add(name)
        return FUNCTIONS[name].build([self._argument(argument) for argument in token])

    def _argument(self, token: Any) -> Argument:
        if _gives_nodes(token):
            return Argument(self._path_value(token), self.nodes(token))
        return Argument(self.scalar(token))

    # Paths

    def _path_value(self, token: Any) -> Thunk:
        """The value of the first node of a path; a plain absolute path is looked up without walking."""
        path = _absolute(token)
        if path:
            self.references.add(path)
            return lambda scope: scope.instance.value(path)
        if token.symbol == "." and not self._inside_predicate:
            self.references.add(".")
            return lambda scope: scope.instance.value(scope.node.path)
        nodes = self.nodes(token)

        def first(scope: Scope) -> Value:
            found = nodes(scope)
            return scope.read(found[0]) if found else ""

        return first

    def nodes(self, token: Any) -> NodeThunk:
        """The nodes that a path selects, in the order of the document."""
        reference = _reference(token)
        if reference.startswith(("/", CURRENT)) or (reference and not self._inside_predicate):
            self.references.add(reference.replace(CURRENT, "."))
        return self._nodes(token)

    def _nodes(self, token: Any) -> NodeThunk:
        symbol = token.symbol
        if symbol == "(":
            return self.nodes(token[0])
        if symbol == "|":
            return _union(self.nodes(token[0]), self.nodes(token[1]))
        if symbol in NODE_FUNCTIONS:
            return self._node_function(token)
        if symbol in {"/", "//"}:
            return self._steps(token)
        if symbol == "[" and token[0].symbol in {"(", *NODE_FUNCTIONS}:
            return _filtered(self.nodes(token[0]), self._predicate(token[1]))
        step = self._step(token)
        return lambda scope: step(scope, scope.node)

    def _steps(self, token: Any) -> NodeThunk:
        start = _top if len(token) < 2 else self._nodes(token[0])
        if not len(token):
            return start
        step = self._step(token[-1])
        if token.symbol == "//":
            start = _with_descendants(start)
        return lambda scope: _distinct([found for node in start(scope) for found in step(scope, node)])

    def _step(self, token: Any) -> Step:
        symbol = token.symbol
        if symbol == "[":
            return self._filtered_step(token)
        if symbol == "(name)":
            name = token.value
            return lambda _, node: [child for child in node.children if child.name == name]
        if symbol == "*":
            return lambda _, node: list(node.children)
        if symbol == ".":
            return lambda _, node: [node]
        if symbol == "..":
            return lambda _, node: [node.parent] if node.parent else []
        if symbol in {"child", "parent", "self"}:
            return _axis(symbol, token[0])
        raise ExpressionError(f"{token.source} is not supported in a path")

    def _filtered_step(self, token: Any) -> Step:
        step, test = self._step(token[0]), self._predicate(token[1])

        def filtered(scope: Scope, node: Node) -> list[Node]:
            return _filter(scope, step(scope, node), test)

        return filtered

    def _predicate(self, token: Any) -> Thunk:
        outside, self._inside_predicate = self._inside_predicate, True
        try:
            return self.scalar(token)
        finally:
            self._inside_predicate = outside

    def _node_function(self, token: Any) -> NodeThunk:
        self.functions.add(token.symbol)
        if token.symbol == "current":
            return lambda scope: [scope.current]
        if token.symbol == "randomize":
            return _randomized(self.nodes(token[0]), self.scalar(token[1]) if len(token) > 1 else None)
        name = self.scalar(token[0])

        def root(scope: Scope) -> list[Node]:
            found = scope.instance.document.lists.get(string(name(scope)))
            return [found] if found else []

        return root


# Values


def _constant(value: Any) -> Thunk:
    constant: Value = value if isinstance(value, str) else NUMBERS.create_decimal(str(value))
    return lambda _: constant


def _logic(symbol: str, left: Thunk, right: Thunk) -> Thunk:
    if symbol == "and":
        return lambda scope: boolean(left(scope)) and boolean(right(scope))
    return lambda scope: boolean(left(scope)) or boolean(right(scope))


def _equality(symbol: str, left: Thunk, right: Thunk) -> Thunk:
    if symbol == "=":
        return lambda scope: equal(left(scope), right(scope))
    return lambda scope: not equal(left(scope), right(scope))


def _ordering(holds: Callable[[int, int], bool], left: Thunk, right: Thunk) -> Thunk:
    def ordered(scope: Scope) -> Value:
        order = compare(left(scope), right(scope))
        return order is not None and holds(order, 0)

    return ordered


def _arithmetic(apply: Callable[[Decimal, Decimal], Decimal], left: Thunk, right: Thunk) -> Thunk:
    return lambda scope: apply(number(left(scope)), number(right(scope)))


def _sign(symbol: str, operand: Thunk) -> Thunk:
    if symbol == "+":
        return lambda scope: number(operand(scope))
    return lambda scope: NUMBERS.subtract(ZERO, number(operand(scope)))


# Nodes


def _gives_nodes(token: Any) -> bool:
    if token.symbol == "(":
        return _gives_nodes(token[0])
    is_path = token.symbol in {"/", "//", "(name)", ".", "..", "[", "|", "child", "parent", "self"}
    return is_path or token.symbol in NODE_FUNCTIONS or (token.symbol == "*" and not len(token))


def _absolute(token: Any) -> str:
    """The path under `token` when it is plain and absolute (/data/g/x), else ""."""
    if token.symbol != "/" or not len(token) or token[-1].symbol != "(name)":
        return ""
    if len(token) == 1:
        return f"/{token[0].value}"
    before = _absolute(token[0])
    return f"{before}/{token[1].value}" if before else ""


def _reference(token: Any) -> str:
    """The path under `token` without its predicates: /data/g/x, ../x, /data/*, //x; "" when it begins with a call."""
    symbol = token.symbol
    if symbol == "[":
        return _reference(token[0])
    if symbol in {"(name)", ".", "..", "*"}:
        return str(token.value)
    if symbol == "current":
        return CURRENT
    if symbol not in {"/", "//"} or not len(token):
        return ""
    before = "" if len(token) == 1 else _reference(token[0])
    last = _reference(token[-1])
    begins_here = len(token) == 1
    return f"{before}{symbol}{last}" if last and (before or begins_here) else ""


def _top(scope: Scope) -> list[Node]:
    return [scope.instance.document.top]


def _distinct(nodes: list[Node]) -> list[Node]:
    return nodes if len(nodes) < 2 else list({id(node): node for node in nodes}.values())


def _union(left: NodeThunk, right: NodeThunk) -> NodeThunk:
    return lambda scope: _distinct(left(scope) + right(scope))


def _with_descendants(start: NodeThunk) -> NodeThunk:
    def walk(node: Node) -> list[Node]:
        return [node, *(found for child in node.children for found in walk(child))]

    return lambda scope: [found for node in start(scope) for found in walk(node)]


def _axis(axis: str, test: Any) -> Step:
    if test.symbol not in {"(name)", "*", "node"}:
        raise ExpressionError(f"{test.source} is not supported in a path")
    name = test.value if test.symbol == "(name)" else None

    def step(_: Scope, node: Node) -> list[Node]:
        found = {"child": node.children, "self": [node], "parent": [node.parent] if node.parent else []}[axis]
        return [candidate for candidate in found if name in {None, candidate.name}]

    return step


def _filter(scope: Scope, nodes: list[Node], test: Thunk) -> list[Node]:
    kept = []
    for position, node in enumerate(nodes, 1):
        verdict = test(scope.focus(node, position, len(nodes)))
        # A number as predicate is a position.
        if verdict == position if isinstance(verdict, Decimal) else boolean(verdict):
            kept.append(node)
    return kept


def _filtered(nodes: NodeThunk, test: Thunk) -> NodeThunk:
    return lambda scope: _filter(scope, nodes(scope), test)


def _randomized(nodes: NodeThunk, seed: Thunk | None) -> NodeThunk:
    def shuffled(scope: Scope) -> list[Node]:
        grain = string(seed(scope)) if seed else f"{scope.env.seed}|{scope.current.path}"
        found = list(nodes(scope))
        Random(grain).shuffle(found)  # noqa: S311 - no secret is drawn from it
        return found

    return shuffled
